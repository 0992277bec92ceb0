using System.Text;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Findings;
using Temas.Insight.Indicators;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>
/// What is expected of each customer: models that were fitted at a moment and are kept, and figures that hold a customer's timeline against them at the moment of the question. Nothing is kept of any customer, so nothing is to be forgotten.
/// A part of the workspace.
/// </summary>
internal sealed class LiveForecasts(Workspace workspace)
{
    private readonly ForecastStore store = new(workspace.Database);
    private readonly SemaphoreSlim fitting = new(1, 1);
    private readonly Lock loading = new();
    private Known? known;
    private (object Rules, IReadOnlyList<PlaceMap> Places)? mapped;
    private Digest? digest;

    /// <summary>The models that are kept.</summary>
    internal sealed record Known(OrderFit? Orders, SubscriptionFit? Subscriptions)
    {
        /// <summary>Whether an earlier release kept them, and they lack what is asked of them now.</summary>
        public bool IsOfOldShape => Orders is { Shape: < FitShape.Latest } || Subscriptions is { Shape: < FitShape.Latest };

        /// <summary>When they were fitted, and how far the log was then; null where there are none.</summary>
        public (DateTimeOffset At, long Position)? Last =>
            Orders is { } o ? (DateTimeOffset.FromUnixTimeMilliseconds(o.At), o.Position) : Subscriptions is { } s ? (DateTimeOffset.FromUnixTimeMilliseconds(s.At), s.Position) : null;
    }

    /// <summary>The models of ordering; null before they were fitted to what counts as an order now.</summary>
    public OrderFit? Orders => OrdersOf(Kept);

    /// <summary>The model of subscriptions; null before it was fitted, and where there are none.</summary>
    public SubscriptionFit? Subscriptions => Kept.Subscriptions;

    /// <summary>Whether they must be fitted anew: what counts as an order has become another since, or an earlier release kept them.</summary>
    public bool IsOutdated => Kept is var kept && (kept.IsOfOldShape || IsOfOthers(kept.Orders));

    /// <summary>The models as of now. They are read when somebody asks first, for a condition that is read in the meantime must say the same as before a restart.</summary>
    public Known Kept
    {
        get
        {
            if (Volatile.Read(ref known) is { } kept) return kept;
            lock (loading)
            {
                if (known is null)
                {
                    var (orders, subscriptions) = store.Load();
                    Volatile.Write(ref known, new Known(orders, subscriptions));
                }

                return known!;
            }
        }
    }

    /// <summary>How it stands with what a forecast is made by.</summary>
    public FitState StateOf(Forecast forecast) => StateOf(Kept, forecast);

    /// <summary>The same of models that were taken.</summary>
    public FitState StateOf(Known kept, Forecast forecast) => !forecast.IsOfOrders ? kept.Subscriptions?.State ?? FitState.None
        : OrdersOf(kept) is not { } orders ? FitState.None
        : forecast.Kind == ForecastKind.Value ? orders.ValueState : orders.State;

    /// <summary>The models of ordering among some that were taken; null where they were fitted when other events counted as orders: their date and their check say nothing of today's.</summary>
    public OrderFit? OrdersOf(Known kept) => IsOfOthers(kept.Orders) ? null : kept.Orders;

    /// <summary>Why a forecast has no value for anybody; null where it has.</summary>
    public Problem? Why(Forecast forecast) => Why(Kept, forecast);

    /// <summary>The same of models that were taken.</summary>
    public Problem? Why(Known kept, Forecast forecast) => StateOf(kept, forecast) switch
    {
        FitState.Holds => null,
        FitState.None => Problem.Invalid("forecast_none", "No model has been fitted yet to what is counted now.", wayOut: "It is fitted by itself when some thousand events have come; POST /api/forecasts/fit fits it now."),
        FitState.TooFew when forecast.IsOfOrders => Problem.Invalid("forecast_too_few", $"At least {LifetimeStudy.LeastRepeaters} customers who ordered again are needed."),
        FitState.TooFew => Problem.Invalid("forecast_too_few", $"At least {SubscriptionStudy.LeastEnded} subscriptions that ended are needed."),
        FitState.Unchecked => Problem.Invalid("forecast_unchecked", "There is too little time to hold the model against, so nothing is said of anybody."),
        _ => Problem.Invalid("forecast_failed", "The model was too far off on time that it had not seen, so nothing is said of anybody."),
    };

    /// <summary>The figure of a forecast as of a moment; it has no value for anybody where no model holds.</summary>
    public CustomerFigure Figure(Forecast forecast, DateTimeOffset now)
    {
        var (at, kept) = (now.ToUnixTimeMilliseconds(), Kept);
        if (StateOf(kept, forecast) != FitState.Holds) return Nothing;
        if (!forecast.IsOfOrders) return SubscriptionsFigure(at, spells => forecast.Told(kept.Subscriptions!.Risk(spells, at, forecast.Days)));
        var model = kept.Orders!.Model!;
        return OrdersFigure(at, forecast.Kind switch
        {
            ForecastKind.Alive => past => forecast.Told(model.Alive(past, at)),
            ForecastKind.Orders => past => forecast.Told(model.Expected(past, at, forecast.Days)),
            _ => past => forecast.Told(model.Value(past, at, forecast.Days)),
        });
    }

    /// <summary>A figure that has no value for anybody.</summary>
    public static CustomerFigure Nothing { get; } = new OrderForecastFigure(new OrderSelector(new EventSelector([]), new EventSelector([]), [], []), 0, _ => double.NaN);

    /// <summary>A figure of a customer's orders up to a moment.</summary>
    public OrderForecastFigure OrdersFigure(long at, Func<OrderPast, double> of) => new(workspace.Part<ICustomerFacts>().Orders, at, of);

    /// <summary>A figure of a customer's subscriptions up to a moment.</summary>
    public SubscriptionForecastFigure SubscriptionsFigure(long at, Func<IReadOnlyList<SubscriptionSpell>, double> of) => new(ReadSubscriptions.Selector, Places(), at, of);

    /// <summary>Fits the models to what is known now, and keeps them.</summary>
    public async Task<Problem?> FitAsync(CancellationToken cancel)
    {
        await fitting.WaitAsync(cancel);
        try
        {
            var (at, position, rules) = (workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds(), workspace.Log.Head, DigestOf(workspace.Part<ICustomerFacts>().Orders));
            OrderFit? orders = null;

            // Whether there are orders and subscriptions at all is known of what was read.
            await workspace.Part<LiveColumns>().CatchUpAsync(cancel);
            if (workspace.Part<OrderBook>().HasOrders)
            {
                // Not by what remembers orders for others: these are looked at once. After other events came to count everybody is worked out anew, which takes longer than a question waits.
                var read = await workspace.Part<LiveColumns>().AllOrdersAsync(workspace.Part<OrderBook>().Rules, cancel);
                if (read.Problem is { } problem) return problem;
                var study = await LongWork.Run(() => LifetimeStudy.Of(read.Value, at, each: false), cancel);
                orders = OrderFit.Of(study, at, position, rules);
            }

            var fit = await workspace.Part<ReadSubscriptions>().FreshAsync(cancel) is { } lasting ? SubscriptionFit.Of(lasting, position) : null;
            await store.SaveAsync(orders, fit, cancel);
            Volatile.Write(ref known, new Known(orders, fit));
            return null;
        }
        finally
        {
            fitting.Release();
        }
    }

    /// <summary>What tells whether other events count as orders.</summary>
    internal static ulong DigestOf(OrderSelector orders)
    {
        var said = new StringBuilder();
        foreach (var selector in new[] { orders.Order, orders.Cancellation })
        {
            said.AppendJoin(',', selector.Types ?? ["*"]).Append('|');
            if (selector.Where is TouchFilter touch) said.AppendJoin(',', touch.Values.Select(v => v.Text));
            said.Append('|');
        }

        return Hash64.Of(Encoding.UTF8.GetBytes(said.AppendJoin(',', orders.Id).Append('|').AppendJoin(',', orders.Amount).ToString()));
    }

    // Conditions are read often, and rules are the same until somebody changes them.
    private bool IsOfOthers(OrderFit? fit)
    {
        if (fit is null) return false;
        var facts = workspace.Part<ICustomerFacts>();
        var now = Volatile.Read(ref digest);
        if (now?.Rules != facts.Rules) Volatile.Write(ref digest, now = new Digest(facts.Rules, DigestOf(facts.Orders)));
        return fit.Rules != now.Of;
    }

    private sealed record Digest(object Rules, ulong Of);

    // The map of touchpoints is made anew with other rules only: conditions are read often.
    private IReadOnlyList<PlaceMap> Places()
    {
        var rules = workspace.Part<ICustomerFacts>().Rules;
        lock (loading)
        {
            if (mapped is { } known && known.Rules == rules) return known.Places;
            var places = MapJourneys.Of(workspace).Places;
            mapped = (rules, places);
            return places;
        }
    }
}
