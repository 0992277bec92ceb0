using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Queries;
using Temas.Ui;

namespace Temas.Insight.Lifetime;

/// <summary>
/// What customers are worth, worked out of the company's own orders: a fit takes a second or so, so one is kept for ten minutes, and thrown away when a definition changes or somebody is erased. A part of the workspace.
/// </summary>
internal sealed class ReadLifetime : IMeasures
{
    private readonly Workspace workspace;
    private readonly StudyMemory<Fitted> memory;

    public ReadLifetime(Workspace workspace) => (this.workspace, memory) = (workspace, new StudyMemory<Fitted>(workspace));

    /// <summary>Orders, and what was worked out of them.</summary>
    private sealed record Fitted(OrderHistories Orders, LifetimeStudy? Study);

    private static readonly LocalText TooFew = new(
        $"Yeniden sipariş veren en az {LifetimeStudy.LeastRepeaters} müşteri gerekir; henüz o kadar yok.", $"At least {LifetimeStudy.LeastRepeaters} customers who ordered again are needed; there are not that many yet.");

    /// <inheritdoc/>
    public IReadOnlyList<ProvidedMeasure> All { get; } =
    [
        new("lifetime.value", new("Müşteri yaşam boyu değeri", "Customer lifetime value"), new("Müşteri başına, gelecek 12 ayda beklenen ve yılda %10 indirgenmiş ciro (BG/NBD ve Gamma-Gamma).", "Revenue expected per customer in the next 12 months, discounted by 10 % a year (BG/NBD and Gamma-Gamma)."), IndicatorUnit.Money),
        new("lifetime.alive", new("Hâlâ müşteri olanların payı", "Share of customers still there"), new("Sipariş vermiş müşterilerden hâlâ müşteri olması beklenenlerin payı (BG/NBD).", "Of the customers who ever ordered the share expected to be still there (BG/NBD)."), IndicatorUnit.Share),
        new("lifetime.at-risk", new("Risk altındaki ciro", "Revenue at risk"), new("Hâlâ müşteri olma olasılığı %20 ile %80 arasındakilerin, gitmişlerse yitirilen gelecek 12 aylık cirosu.", "What customers who are still there with a probability from 20 to 80 % would have brought in the next 12 months, if they are gone."), IndicatorUnit.Money, false),
    ];

    /// <summary>The study of all customers or of those for whom a condition holds; null where too few of them ordered again.</summary>
    public async Task<Result<LifetimeStudy?>> StudyAsync(JsonElement? where, CancellationToken cancel) => await KeptAsync(where, cancel) is var kept && kept.Problem is { } problem ? problem : kept.Value.Study;

    private static readonly LocalText Unchecked = new("Modeli görmediği bir süreyle karşılaştırmak için geçen zaman henüz az; o zamana dek değer söylenmez.", "There is too little time yet to hold the model against time that it has not seen; until then no value is told.");

    private static readonly LocalText Off = new(
        "Model, görmediği sürede çok yanıldı; bu yüzden değer söylenmez. Denetimi Yaşam boyu değer sayfasındadır.", "The model was too far off on time that it had not seen, so no value is told. Its check is on the page Lifetime value.");

    /// <inheritdoc/>
    public LocalText? Missing(string name) => memory.Find(null) is { } known ? known.Study is not { } study ? TooFew : StateOf(study, name) switch { FitState.Holds => null, FitState.Failed => Off, FitState.Unchecked => Unchecked, _ => TooFew } : workspace.Part<OrderBook>().HasOrders ? null : new LocalText("Sipariş sayılan bir olay henüz gelmedi.", "No event that counts as an order has arrived yet.");

    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<MeasureFigure>>> ReadAsync(string name, IReadOnlyList<TimeSpanMs> periods, JsonElement? where, CancellationToken cancel)
    {
        var kept = await KeptAsync(where, cancel);
        if (kept.Problem is { } problem) return problem;
        var (orders, study) = kept.Value;

        // The past is looked at by so many customers at most, for each of its moments is as much work as the present.
        var step = Math.Max(1, orders.Customers.Length / LifetimeStudy.MostFitted);
        return await LongWork.Run(() => periods.Select(p => study is null || StateOf(study, name) != FitState.Holds ? new MeasureFigure(null, 0) : p.To >= study.At ? Figure(name, study.Customers, 1) : Figure(name, study.OutlooksAt(orders, p.To, step), step)).ToList(), cancel);
    }

    /// <inheritdoc/>
    public string? PageBehind(string name, DateOnly from, DateOnly to) =>
        to > IndicatorEndpoints.Today(workspace) ? TemasUrls.Lifetime(workspace.Key.Value, ("order", name switch { "lifetime.value" => "value", "lifetime.alive" => "gone", _ => null })) + "#customers" : null;

    // What does not hold says nothing of anybody, here as elsewhere.
    private static FitState StateOf(LifetimeStudy study, string name) => name == "lifetime.alive" ? study.State : study.ValueState;

    private static MeasureFigure Figure(string name, IEnumerable<CustomerOutlook> of, int step)
    {
        var (customers, atRisk, sum) = (0, 0, 0.0);
        foreach (var one in of)
        {
            customers++;
            if (one.AtRisk > 0) atRisk++;
            sum += name switch { "lifetime.value" => one.Value, "lifetime.alive" => one.Alive, _ => one.AtRisk };
        }

        if (customers == 0) return new MeasureFigure(null, 0);
        return name is "lifetime.value" or "lifetime.alive" ? new MeasureFigure(sum / customers, customers * step) : new MeasureFigure(sum * step, atRisk * step);
    }

    private Task<Result<Fitted>> KeptAsync(JsonElement? where, CancellationToken cancel) => memory.AskAsync(where, async () =>
    {
        var orders = await workspace.Part<OrderBook>().ReadAsync(where, cancel);
        if (orders.Problem is { } problem) return problem;
        var now = workspace.Clock.GetUtcNow();
        return new Fitted(orders.Value, await LongWork.Run(() => LifetimeStudy.Of(orders.Value, now.ToUnixTimeMilliseconds()), cancel));
    }, cancel);
}
