using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Dashboards.Live;

/// <summary>Readings of indicators, kept as answers are (<see cref="TileAnswers"/>): each by itself with what it depends on, and those that are missing are read all at once.</summary>
internal static class IndicatorAnswers
{
    private const int Deepest = 8;

    /// <summary>Reads some; by key.</summary>
    public static async Task<IReadOnlyDictionary<string, Result<IndicatorReading>>> ReadAsync(Workspace workspace, IIndicators part, IReadOnlyList<string> keys, IndicatorAsk ask, TileLook? look, CancellationToken cancel)
    {
        var answers = workspace.Part<TileAnswers>();
        await answers.FollowAsync(cancel);
        var asked = string.Create(CultureInfo.InvariantCulture, $"{ask.From:O}:{ask.To:O}:{ask.Bucket}:{ask.Compare}:{CultureInfo.CurrentUICulture.Name}:{ask.Where?.GetRawText()}");
        var concerns = keys.ToDictionary(k => k, k => ask.Where is null ? ConcernOf(workspace, k) : TileConcern.Everything, StringComparer.Ordinal);
        var columns = workspace.Part<LiveColumns>();
        var missing = keys.Where(k => !answers.Has(KeyOf(k), concerns[k], look)).ToList();
        if (missing.Count > 0)
        {
            // Who needs the same ones at the same time waits for the same.
            var all = missing.Select(k => concerns[k]).Aggregate((a, b) => a.And(b));
            var read = await answers.GetAsync($"is:{string.Join(',', missing)}:{asked}", all, null, () => ReadAsync(part, missing, ask, answers, concerns, columns), cancel);
            foreach (var key in missing.Where(read.Readings.ContainsKey)) answers.Put(KeyOf(key), read.Stamps[key], read.Begun, read.Took / missing.Count, One(read, key));
            // What was read just now may hold what was known of some before they changed, as what is kept may.
            look?.Take(read.Begun);
            if (keys.Any(read.Behind.Contains)) look?.TakeLate(read.Begun + Stopwatch.Frequency);
            if (missing.Count == keys.Count) return read.Readings;
        }

        var result = new Dictionary<string, Result<IndicatorReading>>(StringComparer.Ordinal);
        foreach (var key in keys) result[key] = (await answers.GetAsync(KeyOf(key), concerns[key], look, async () => One(await ReadAsync(part, [key], ask, answers, concerns, columns), key), cancel)).Reading;
        return result;

        string KeyOf(string key) => $"i:{key}:{asked}";
    }

    /// <summary>What an indicator depends on, if it is about everybody.</summary>
    public static TileConcern ConcernOf(Workspace workspace, string key) =>
        workspace.FindPart<IIndicators>() is WorkspaceIndicators part ? Of(workspace, part.Definitions, key, 0) : TileConcern.Everything;

    private static TileConcern Of(Workspace workspace, IReadOnlyDictionary<string, IndicatorDefinition> all, string key, int depth)
    {
        if (depth > Deepest || all.GetValueOrDefault(key) is not { Customers: null } definition) return TileConcern.Everything;
        return definition.Figure switch
        {
            PartFigure part => OfPart(part.Of),
            QuotientFigure quotient => OfPart(quotient.Over).And(OfPart(quotient.Under)),
            NpsFigure nps => OfQuestion(FigureJson.Trend(nps.Answers)),
            FunnelFigure funnel => OfQuestion(FigureJson.Of("funnel", funnel.Funnel)),
            RetentionFigure retention => OfQuestion(FigureJson.Of("retention", retention.Retention)),
            IntervalFigure interval => OfQuestion(FigureJson.Of("interval", interval.Events)),
            ProvidedFigure provided => OfProvided(provided.Name),
            FormulaFigure formula => formula.Formula.Names.Select(n => all.ContainsKey(n) ? Of(workspace, all, n, depth + 1) : OfProvided(n)).Aggregate(new TileConcern([], false), (a, b) => a.And(b)),
            _ => TileConcern.Everything,
        };

        TileConcern OfPart(Part part) => part is MeasurePart ? OfQuestion(FigureJson.Trend(part.Json)) : TileConcern.Everything;

        TileConcern OfQuestion(JsonElement question) => QueryReader.For(workspace).Read(question) is { IsOk: true } read ? TileConcern.Of(read.Value) : TileConcern.Everything;

        // Which touchpoint an order is, is said by its own event; and how long ago the last one was by the clock.
        TileConcern OfProvided(string name) => name.StartsWith("orders.", StringComparison.Ordinal) && workspace.Part<OrderBook>().Rules is { Order.Types: { } orders, Cancellation.Types: { } cancelled }
            ? new TileConcern([.. orders.Union(cancelled, StringComparer.Ordinal)], true, true)
            : TileConcern.Everything;
    }

    private static async Task<Read> ReadAsync(IIndicators part, IReadOnlyList<string> keys, IndicatorAsk ask, TileAnswers answers, Dictionary<string, TileConcern> concerns, LiveColumns columns)
    {
        // What the log had is taken down first; nothing that was begun before that is in it.
        AskedAt.Renew();
        var (begun, stamps) = (Stopwatch.GetTimestamp(), keys.ToDictionary(k => k, k => answers.Stamp(concerns[k]), StringComparer.Ordinal));
        var readings = await part.ReadManyAsync(keys, ask, CancellationToken.None);
        // Few look at what is folded of whole timelines.
        return new Read(readings, stamps, begun, Stopwatch.GetElapsedTime(begun), columns.ProfilesBehind > 0 ? keys.Where(k => concerns[k].Types is null || concerns[k].OfTime).ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal));
    }

    private static KeptReading One(Read read, string key) => new(read.Readings[key], read.Behind.Contains(key));

    private sealed record Read(IReadOnlyDictionary<string, Result<IndicatorReading>> Readings, IReadOnlyDictionary<string, TileStamp> Stamps, long Begun, TimeSpan Took, IReadOnlySet<string> Behind) : ILateAnswer
    {
        public bool IsTakenApart => true;

        public bool IsBehind => Behind.Count > 0;

        public bool HasFailed => false;
    }

    private sealed record KeptReading(Result<IndicatorReading> Reading, bool IsBehind) : ILateAnswer
    {
        public bool HasFailed => !Reading.IsOk;
    }
}
