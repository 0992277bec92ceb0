using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui;

namespace Temas.Insight.Indicators;

/// <summary>Measures of what the brand promised and kept (docs/perception.md).</summary>
internal sealed class PromiseMeasures(Workspace workspace) : IMeasures
{
    private static readonly LocalText NoPromises = new("Henüz verilmiş bir söz yok: sözler, teslim tarihi gibi bir süre taşıyan olaylardan doğar.", "No promise has been made yet: promises come of events with a time by which they are due, such as a delivery date.");

    private readonly AnswerMemory memory = new(workspace);

    /// <inheritdoc/>
    public IReadOnlyList<ProvidedMeasure> All { get; } =
    [
        new("promises.on-time", new("Zamanında tutulan sözlerin payı", "Share of promises kept in time"), new("Dönemde sonuçlanan sözlerden zamanında tutulanların payı.", "Of the promises that came out in the period the share that was kept in time."), IndicatorUnit.Share),
        new("promises.kept", new("Zamanında tutulan sözler", "Promises kept in time"), new("Dönemde zamanında tutulan sözler.", "Promises that were kept in time in the period."), IndicatorUnit.Count),
        new("promises.late", new("Geç tutulan sözler", "Promises kept late"), new("Dönemde tutulan, ama geç kalan sözler.", "Promises that were kept in the period, but late."), IndicatorUnit.Count, false),
        new("promises.broken", new("Tutulmamış sözler", "Broken promises"), new("Süresi dönemde dolan ve bugüne dek tutulmamış sözler.", "Promises whose time ran out in the period and that have not been kept to this day."), IndicatorUnit.Count, false),
        new("promises.delay-days", new("Gecikme (gün)", "Delay (days)"), new("Dönemde geç tutulan sözlerin ortalama gecikmesi.", "Mean delay of the promises that were kept late in the period."), IndicatorUnit.Days, false),
    ];

    private IPromiseTally Tally => workspace.Part<IPromiseTally>();

    /// <inheritdoc/>
    public LocalText? Missing(string name) => Tally.AsOf is null || Tally.HasPromises ? null : NoPromises;

    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<MeasureFigure>>> ReadAsync(string name, IReadOnlyList<TimeSpanMs> periods, JsonElement? where, CancellationToken cancel)
    {
        if (Tally.AsOf is null) return new Problem(ProblemKind.Unavailable, "figures_pending", "The figures over all customers are being worked out.") { WayOut = "Ask again in a few seconds.", RetryAfter = TimeSpan.FromSeconds(5) };
        var outcomes = await memory.Current().AskAsync<PromiseOutcomes[]>($"{string.Join(',', periods)}/{where?.GetRawText()}", async () =>
        {
            HashSet<int>? customers = null;
            if (where is { } json)
            {
                var condition = QueryReader.For(workspace).ReadCondition(json);
                if (condition.Problem is { } fault) return fault;
                var asked = await workspace.Part<LiveColumns>().AskAsync(new SegmentQuery(condition.Value, 0, int.MaxValue), new QueryLimits(), CancellationToken.None);
                if (asked.Problem is { } wrong) return wrong;
                customers = [.. ((SegmentAnswer)asked.Value).Nodes];
            }

            return Tally.Read([.. periods.Select(p => (p.From, p.To))], customers).ToArray();
        }, cancel);
        return outcomes.Problem is { } problem ? problem : outcomes.Value.Select(o => Figure(name, o)).ToList();
    }

    /// <inheritdoc/>
    public string? PageBehind(string name, DateOnly from, DateOnly to) => TemasUrls.CustomersWhere(
        workspace.Key.Value, ("outcome", name switch { "promises.late" or "promises.delay-days" => "late", "promises.broken" => "broken", _ => "kept" }), ("from", FigureJson.Day(from)), ("to", FigureJson.Day(to.AddDays(-1))));

    private static MeasureFigure Figure(string name, PromiseOutcomes of)
    {
        var all = of.Kept + of.Late + of.Broken;
        switch (name)
        {
            case "promises.on-time":
                var share = Intervals.Share(of.Kept, all);
                return new MeasureFigure(all == 0 ? null : (double)of.Kept / all, all, share?.Low, share?.High, of.Kept);
            case "promises.delay-days":
                var mean = Intervals.Mean(of.DelayHours / 24, of.DelaySquares / 576, of.Late);
                return new MeasureFigure(of.Late == 0 ? null : of.DelayHours / 24 / of.Late, of.Late, mean is { } m ? Math.Max(0, m.Low) : null, mean?.High);
            default:
                return new MeasureFigure(name switch { "promises.kept" => of.Kept, "promises.late" => of.Late, _ => of.Broken }, all);
        }
    }
}
