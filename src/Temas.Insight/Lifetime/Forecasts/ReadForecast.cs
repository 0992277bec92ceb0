using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>What is expected of a customer who ordered.</summary>
/// <param name="Orders">On how many days she ordered.</param>
/// <param name="LastOrderAt">When last.</param>
/// <param name="Alive">The probability that she is still there.</param>
/// <param name="Horizons">What is expected of her within so many days.</param>
internal sealed record OrderingForecast(int Orders, DateTimeOffset LastOrderAt, double Alive, IReadOnlyList<HorizonForecast> Horizons);

/// <summary>What is expected within so many days.</summary>
/// <param name="Days">So many.</param>
/// <param name="Orders">How many orders.</param>
/// <param name="Value">What they come to, discounted; null where nothing is known of amounts, or what was expected of them did not hold.</param>
internal sealed record HorizonForecast(int Days, double Orders, double? Value);

/// <summary>What is expected of a subscription that goes on.</summary>
/// <param name="Plan">Its plan; null where nothing was said.</param>
/// <param name="Days">How many days it has lasted.</param>
/// <param name="Ends30">The probability that it ends within thirty days.</param>
/// <param name="Ends90">Within ninety.</param>
/// <param name="Factors">What raises or lowers that, for her.</param>
internal sealed record SubscriptionForecast(string? Plan, double Days, double Ends30, double Ends90, IReadOnlyList<RiskFactor> Factors);

/// <summary>Something that raises or lowers the risk.</summary>
/// <param name="Name"><c>quiet</c>, <c>contact</c>, <c>bad</c>, <c>returned</c>, or <c>plan</c> and a name.</param>
/// <param name="Against">Of a plan: the plan that it is held against.</param>
/// <param name="Ratio">By how much it multiplies the risk.</param>
/// <param name="Low">Lower end of the 95 % interval of that.</param>
/// <param name="High">Upper end.</param>
internal sealed record RiskFactor(string Name, string? Against, double Ratio, double Low, double High);

/// <summary>What is expected of one customer at a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Ordering">Of her orders; null where she has none, or no model holds.</param>
/// <param name="Subscriptions">Of her subscriptions that go on; none where no model holds.</param>
internal sealed record CustomerForecast(DateTimeOffset At, OrderingForecast? Ordering, IReadOnlyList<SubscriptionForecast> Subscriptions)
{
    /// <summary>Why nothing is said of her orders, of which there are some: the code of a problem; null where something is.</summary>
    public string? OrderingWhy { get; init; }

    /// <summary>Why nothing is said of her subscriptions, of which some go on.</summary>
    public string? SubscriptionsWhy { get; init; }
}

/// <summary>Reads what is expected of one customer, by the figures that questions about everybody ask.</summary>
internal static class ReadForecast
{
    /// <summary>Why nothing is said of anybody before a model was fitted.</summary>
    public const string NoModel = "forecast_none";

    private static readonly int[] Horizons = [30, 90, 365];

    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">A public id or <c>kind:value</c>.</param>
    /// <param name="patience">As long as this the columns are waited for; null: as long as for any question.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<Result<CustomerForecast>> RunAsync(Workspace workspace, string customer, TimeSpan? patience, CancellationToken cancel)
    {
        var nodes = workspace.Part<ICustomerNodes>();
        if (nodes.Find(customer) is null) return Problem.NotFound("customer_unknown", "There is no such customer.", "customer", null, "Use a public id, or kind:value.");
        var (live, now) = (workspace.Part<LiveForecasts>(), workspace.Clock.GetUtcNow());
        var kept = live.Kept;
        var (at, columns) = (now.ToUnixTimeMilliseconds(), workspace.Part<LiveColumns>());
        var (past, spells) = (default(OrderPast), (IReadOnlyList<SubscriptionSpell>)[]);

        // What a figure is shown of her is all that is needed; what it says of that does not matter.
        List<CustomerFigure?> figures =
        [
            live.OrdersFigure(at, hers => (past = hers).Days),
            columns.IsBehind || workspace.Part<ReadSubscriptions>().HasAny ? live.SubscriptionsFigure(at, hers => (spells = [.. hers]).Count) : null,
        ];
        if (await columns.TellAsync(() => [nodes.Find(customer)], figures, long.MaxValue, (_, _, _) => { }, patience, cancel) is { } problem) return problem;
        var (ordering, whyNot) = past.Days == 0 ? (null, null) : live.Why(kept, new Forecast(ForecastKind.Alive, 0)) is { } no ? (null, no.Code) : (OrderingOf(kept.Orders!, past, at), (string?)null);
        var going = kept.Subscriptions is { } known ? [.. known.Going(spells, at)] : (IReadOnlyList<LastingSubscription>)[];

        // Without a model it is not known how often one is paid, so every one that was not cancelled may go on.
        var mayGoOn = kept.Subscriptions is null ? spells.Any(s => s.Cancelled is not { } cancelled || cancelled > at) : going.Count > 0;
        var whyNone = mayGoOn ? live.Why(kept, new Forecast(ForecastKind.Ends, 30))?.Code : null;
        var subscriptions = going.Count > 0 && whyNone is null ? SubscriptionsOf(kept.Subscriptions!.Model!, going) : [];
        return new CustomerForecast(now, ordering, subscriptions) { OrderingWhy = whyNot, SubscriptionsWhy = whyNone };
    }

    private static OrderingForecast OrderingOf(OrderFit fit, OrderPast past, long at)
    {
        var (model, hasValue) = (fit.Model!, fit.ValueState == FitState.Holds);
        return new OrderingForecast(past.Days, DateTimeOffset.FromUnixTimeMilliseconds(past.Last), Told(ForecastKind.Alive, model.Alive(past, at)),
            [.. Horizons.Select(days => new HorizonForecast(
                days, Told(ForecastKind.Orders, model.Expected(past, at, days)), hasValue && model.Value(past, at, days) is var value && double.IsFinite(value) ? Told(ForecastKind.Value, value) : null))]);
    }

    private static double Told(ForecastKind kind, double value) => new Forecast(kind, 0).Told(value);

    private static IReadOnlyList<SubscriptionForecast> SubscriptionsOf(ChurnModel model, IReadOnlyList<LastingSubscription> going) =>
    [
        .. going.Select(s => new SubscriptionForecast(
            s.Spell.Plan, Math.Round(s.Days, 2), Told(ForecastKind.Ends, model.Risk(s.Spell, s.Days, 30)), Told(ForecastKind.Ends, model.Risk(s.Spell, s.Days, 90)),
            [.. model.Hers(s.Spell, s.Days).Select(t => new RiskFactor(t.Name, t.Name.StartsWith("plan ", StringComparison.Ordinal) ? model.UsualPlan : null, t.Ratio.Value, t.Ratio.Low, t.Ratio.High)).OrderByDescending(f => f.Ratio)]))
            .OrderByDescending(s => s.Ends30),
    ];
}
