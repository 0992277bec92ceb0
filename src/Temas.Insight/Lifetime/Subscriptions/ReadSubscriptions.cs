using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Findings;
using Temas.Insight.Indicators;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;
using Temas.Ui;

namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>How long subscriptions last, worked out of the events that tell of them; kept for ten minutes, and thrown away when a definition changes or somebody is erased. A part of the workspace.</summary>
internal sealed class ReadSubscriptions : IMeasures
{
    private static readonly LocalText None = new(
        "Bir aboneliğin başladığını ya da yenilendiğini anlatan bir olay henüz gelmedi (“Subscription Started”, “Subscription Renewed”).", "No event has arrived that tells of a subscription that began or was renewed (“Subscription Started”, “Subscription Renewed”).");

    private static readonly LocalText TooFew = new(
        $"Biten en az {SubscriptionStudy.LeastEnded} abonelik gerekir; henüz o kadar yok.", $"At least {SubscriptionStudy.LeastEnded} subscriptions that ended are needed; there are not that many yet.");

    private readonly Workspace workspace;
    private readonly StudyMemory<Fitted> memory;

    public ReadSubscriptions(Workspace workspace) => (this.workspace, memory) = (workspace, new StudyMemory<Fitted>(workspace));

    /// <summary>Subscriptions, and what was worked out of them.</summary>
    private sealed record Fitted(IReadOnlyList<SubscriptionSpell> Spells, SubscriptionStudy? Study);

    /// <summary>What the events of subscriptions are called.</summary>
    public static SubscriptionSelector Selector { get; } = new(
        new EventSelector(["track:Subscription Started", "track:Subscription Created", "track:Subscription Reactivated", "track:Subscription Restarted"]), new EventSelector(["track:Subscription Renewed"]), new EventSelector(["track:Subscription Cancelled", "track:Subscription Canceled", "track:Subscription Expired", "track:Subscription Ended"]),
        ["subscription_id", "subscriptionId"], ["plan", "plan_id", "plan_name"]);

    /// <inheritdoc/>
    public IReadOnlyList<ProvidedMeasure> All { get; } =
    [
        new("subscriptions.active", new("Süren abonelikler", "Subscriptions that go on"), new("Dönem sonunda süren abonelikler; ödemesi ritmine göre çok geciken bitmiş sayılır.", "Subscriptions that go on at the end of the period; what is long overdue by its rhythm counts as ended."), IndicatorUnit.Count),
        new("subscriptions.risk-30", new("30 günde bitmesi beklenen abonelik payı", "Share of subscriptions expected to end in 30 days"), new("Süren aboneliklerin 30 gün içinde bitme olasılıklarının ortalaması (Cox modeli).", "Mean probability that a subscription that goes on ends within 30 days (Cox model)."), IndicatorUnit.Share, false),
        new("subscriptions.ending-30", new("30 günde bitmesi beklenen abonelikler", "Subscriptions expected to end in 30 days"), new("Bu olasılıkların toplamı.", "The sum of these probabilities."), IndicatorUnit.Count, false),
        new("subscriptions.a-year", new("Bir yıl süren aboneliklerin payı", "Share of subscriptions that last a year"), new("Kaplan-Meier eğrisinin 365. gündeki değeri.", "The curve of Kaplan and Meier at 365 days."), IndicatorUnit.Share),
    ];

    /// <summary>Whether any event of a subscription has ever come.</summary>
    public bool HasAny => SubscriptionScan.HasAny(workspace.Part<LiveColumns>().Store, Selector);

    /// <summary>The study of all subscriptions, or of those of customers for whom a condition holds; null where there is none.</summary>
    public async Task<Result<SubscriptionStudy?>> StudyAsync(JsonElement? where, CancellationToken cancel) => await KeptAsync(where, cancel) is var kept && kept.Problem is { } problem ? problem : kept.Value.Study;

    /// <summary>The study of all as of now, whatever is kept; it is looked at once. Null where there is none.</summary>
    public async Task<SubscriptionStudy?> FreshAsync(CancellationToken cancel) => (await ReadAsync(null, cancel)).Study;

    /// <inheritdoc/>
    public LocalText? Missing(string name) => !HasAny ? None : name != "subscriptions.active" && memory.Find(null) is { Study.Model: null } && name != "subscriptions.a-year" ? TooFew : null;

    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<MeasureFigure>>> ReadAsync(string name, IReadOnlyList<TimeSpanMs> periods, JsonElement? where, CancellationToken cancel)
    {
        var kept = await KeptAsync(where, cancel);
        if (kept.Problem is { } problem) return problem;
        var (spells, study) = kept.Value;
        return await LongWork.Run(() => periods.Select(p => Figure(name, spells, study, p)).ToList(), cancel);
    }

    /// <inheritdoc/>
    public string? PageBehind(string name, DateOnly from, DateOnly to) =>
        name != "subscriptions.a-year" && to > IndicatorEndpoints.Today(workspace) ? TemasUrls.Subscriptions(workspace.Key.Value) + "#customers" : null;

    // Of the past it is known how many there were; what was to be feared then nobody asked.
    private static MeasureFigure Figure(string name, IReadOnlyList<SubscriptionSpell> spells, SubscriptionStudy? study, TimeSpanMs period)
    {
        if (study is null) return new MeasureFigure(null, 0);
        if (name == "subscriptions.active")
        {
            var active = SubscriptionStudy.Lasting(spells, Math.Min(period.To, study.At)).Count(s => !s.Ended);
            return new MeasureFigure(active, active);
        }

        if (period.To < study.At) return new MeasureFigure(null, 0);
        if (name == "subscriptions.a-year") return study.All.At(365) is var year && study.All.Steps.Count > 0 ? new MeasureFigure(year.Share, study.All.Count, year.Low, year.High) : new MeasureFigure(null, 0);
        if (study.Model is null || study.Going.Count == 0) return new MeasureFigure(null, study.Going.Count);
        return name == "subscriptions.risk-30" ? new MeasureFigure(study.Ending / study.Going.Count, study.Going.Count, Numerator: study.Ending) : new MeasureFigure(study.Ending, study.Going.Count);
    }

    private Task<Result<Fitted>> KeptAsync(JsonElement? where, CancellationToken cancel) => memory.AskAsync(where, async () =>
    {
        HashSet<int>? customers = null;
        if (where is { } json)
        {
            var condition = QueryReader.For(workspace).ReadCondition(json);
            if (condition.Problem is { } fault) return fault;
            var asked = await workspace.Part<LiveColumns>().AskAsync(new SegmentQuery(condition.Value, 0, int.MaxValue), new QueryLimits(), cancel);
            if (asked.Problem is { } wrong) return wrong;
            customers = [.. ((SegmentAnswer)asked.Value).Nodes];
        }

        return await ReadAsync(customers, cancel);
    }, cancel);

    private async Task<Fitted> ReadAsync(HashSet<int>? customers, CancellationToken cancel)
    {
        var (columns, now) = (workspace.Part<LiveColumns>(), workspace.Clock.GetUtcNow());
        var map = MapJourneys.Of(workspace);
        IReadOnlyList<SubscriptionSpell> spells = !HasAny && !columns.IsBehind
            ? []
            : await columns.StudyAsync(store => SubscriptionScan.Read(store, map, Selector, now.ToUnixTimeMilliseconds(), Environment.ProcessorCount, cancel), cancel);
        if (customers is not null) spells = [.. spells.Where(s => customers.Contains(s.Customer))];
        return new Fitted(spells, await LongWork.Run(() => SubscriptionStudy.Of(spells, now.ToUnixTimeMilliseconds(), cancel), cancel));
    }
}
