using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Explore;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui;
using Temas.Ui.Controls;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Tiles;

/// <content>Tiles that show the answer to a question.</content>
public sealed partial class TileLoader
{
    private const int MostWays = 18;

    private async Task<TileContent> QuestionAsync(Tile tile, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (QuestionOf(tile) is not { } question) return Gone("bookmark", "ExplorationGone");
        var bound = TileQuestion.Bind(question, period, where);
        var asked = await AskAsync(bound, cancel);
        if (asked.Problem is { } problem) return Of(problem);
        var more = Link(MoreOf(tile, period, where));
        return asked.Value.Answer switch
        {
            TrendAnswer trend when tile.Kind == TileKinds.Number => Number(tile, bound, trend, period, where) with { More = more },
            TrendAnswer trend => Lines(tile, bound, trend, where) with { More = more },
            FunnelAnswer funnel => Funnel(tile, bound, funnel, where) with { More = more },
            RetentionAnswer retention => Retention(bound, retention, where) with { More = more },
            PathsAnswer paths => Paths(bound, paths, where) with { More = more },
            _ => Gone("help-circle", "Unreadable"),
        };
    }

    // The explorer shows the same, where it can: it knows everybody alone, and periods that end today.
    private string? MoreOf(Tile tile, BoardPeriod period, JsonElement? where)
    {
        if (where is not null) return null;
        var saved = tile.Exploration is { } key ? workspace.FindPart<IExplorations>()?.All.GetValueOrDefault(key) : null;
        var page = saved?.Page is { Length: > 0 } kept ? $"{kept}&saved={saved.Key}" : tile.Page;
        var query = page.Length > 0 ? TileAddress.Of(page, period, Today) : tile.Question is { } question ? TileAddress.Of(question, period, Today) : null;
        return query is null ? null : $"{TemasUrls.Explore(Key)}?{query}";
    }

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone()).Date);

    // The explorer with the period of the board, and with all customers.
    private string? ExploreLast(BoardPeriod period, JsonElement? where, params ReadOnlySpan<(string Name, string? Value)> query) =>
        where is null && TileAddress.Last(period, Today) is { } last ? Link(TemasUrls.Explore(Key, [.. query, ("last", last)])) : null;

    private static string Shown(JsonElement question, TrendAnswer trend)
    {
        var measures = question.GetProperty("measures").EnumerateArray().ToList();
        var ratio = measures.Find(m => m.TryGetProperty("ratio", out _));
        var of = ratio.ValueKind == JsonValueKind.Object ? ratio : measures[0];
        return of.TryGetProperty("name", out var name) ? name.GetString()! : trend.Series[0].Measure;
    }

    private static IndicatorUnit UnitOf(Tile tile, JsonElement question)
    {
        var measures = question.GetProperty("measures").EnumerateArray().ToList();
        return FigureWords.Unit(tile.Option("unit"), measures.Exists(m => m.TryGetProperty("ratio", out _) || (m.TryGetProperty("measure", out var measure) && measure.GetString() == "perCustomer")));
    }

    private static bool? Better(Tile tile) => tile.Option("direction") switch { "down" => false, "none" => null, _ => true };

    private NumberContent Number(Tile tile, JsonElement question, TrendAnswer trend, BoardPeriod period, JsonElement? where)
    {
        var (measure, unit) = (Shown(question, trend), UnitOf(tile, question));
        var series = trend.Series.FirstOrDefault(s => s.Measure == measure) ?? trend.Series[0];
        return new NumberContent(
            FigureWords.Of(series.Total, unit, reader, Text), series.Total is null or 0 ? null : Who(TileQuestion.Behind(question, measure, period.FromText, period.ToText, where)), series.Figures,
            FigureWords.Change(series.Total, series.Previous?.Total, unit, Better(tile), reader, Text))
        {
            Figures = new FiguresOf(series.Total, series.Previous?.Total, null, null, null, [.. trend.Buckets.Zip(series.Figures, (at, figure) => (BucketWords.ForPrograms(reader, at, question.GetProperty("unit").GetString()!), figure))]),
        };
    }

    private TileContent Lines(Tile tile, JsonElement question, TrendAnswer trend, JsonElement? where)
    {
        var (measure, unit) = (Shown(question, trend), UnitOf(tile, question));
        var shown = trend.Series.Where(s => s.Measure == measure).ToList();
        if (shown.Count == 0 || shown.TrueForAll(s => s.Figures.All(f => f is null or 0) && s.Total is null or 0)) return Gone("chart-line", "Nothing");
        var broken = question.TryGetProperty("breakdown", out var breakdown);
        var bucket = question.GetProperty("unit").GetString()!;
        var labels = trend.Buckets.Select(b => BucketWords.Of(reader, b, bucket)).ToList();
        var lines = new List<ChartLine>();
        // The largest first; what is left over last.
        foreach (var series in shown.Where(s => !broken || s.Total is not (null or 0)).OrderBy(s => s.IsOther).ThenByDescending(s => broken ? s.Total : 0))
        {
            var also = broken ? Same(breakdown, series) : null;
            var opens = !series.IsOther && (!broken || also is not null);
            string? Behind(int from, int to) => opens ? Who(TileQuestion.Behind(question, measure, BucketWords.Moment(trend.Buckets, from, trend.When), BucketWords.Moment(trend.Buckets, to, trend.When), where, also)) : null;
            lines.Add(new ChartLine(
                broken ? NameOf(breakdown, series) : tile.Title?.In(Language) ?? text["Figure"], series.IsOther ? 8 : lines.Count, false, series.Figures, [.. series.Figures.Select(f => FigureWords.Of(f, unit, reader, Text))],
                [.. series.Figures.Select((f, i) => f is null or 0 ? null : Behind(i, i + 1))], FigureWords.Of(series.Total, unit, reader, Text), series.Total is null or 0 ? null : Behind(0, trend.Buckets.Count)));
            if (!broken && series.Previous is { } before)
                lines.Add(new ChartLine(text["Before"], 8, true, before.Figures, [.. before.Figures.Select(f => FigureWords.Of(f, unit, reader, Text))], [.. before.Figures.Select(_ => (string?)null)], FigureWords.Of(before.Total, unit, reader, Text), null));
        }

        var isSum = unit is IndicatorUnit.Count or IndicatorUnit.Money;
        return new LinesContent(labels, lines, isSum && !broken && labels.Count <= 62, broken ? null : FigureWords.Change(shown[0].Total, shown[0].Previous?.Total, unit, Better(tile), reader, Text)) { AreShares = unit == IndicatorUnit.Share, Starts = [.. trend.Buckets.Select(b => BucketWords.ForPrograms(reader, b, bucket))] };
    }

    private static JsonNode? Same(JsonElement breakdown, TrendSeries series)
    {
        if (breakdown.ValueKind == JsonValueKind.String) return series.Value is null ? new JsonObject { ["property"] = breakdown.GetString(), ["is"] = "missing" } : new JsonObject { ["property"] = breakdown.GetString(), ["value"] = ValueOf(series.Value) };
        if (!breakdown.TryGetProperty("touch", out var touch)) return null;
        return series.Value is null ? new JsonObject { ["touch"] = touch.GetString(), ["is"] = "missing" } : new JsonObject { ["touch"] = touch.GetString(), ["value"] = ValueOf(series.Value) };
    }

    private static JsonNode ValueOf(object value) => value switch { double number => JsonValue.Create(number), bool flag => JsonValue.Create(flag), _ => JsonValue.Create(value.ToString()!) };

    private string NameOf(JsonElement breakdown, TrendSeries series) => (series.IsOther, series.Value) switch
    {
        (true, _) => explore["Other"],
        (_, null) => text["None"],
        (_, true) => explore["True"],
        (_, false) => explore["False"],
        (_, string word) when breakdown.ValueKind == JsonValueKind.Object && breakdown.TryGetProperty("touch", out var touch) => Touches.Of(touch.GetString()!, word),
        (_, double number) => Reader.Number(number),
        _ => series.Value.ToString()!,
    };

    private TileContent Funnel(Tile tile, JsonElement question, FunnelAnswer funnel, JsonElement? where)
    {
        var steps = question.GetProperty("steps").EnumerateArray().ToList();
        var counts = steps.Select((_, step) => funnel.Groups.Sum(g => g.Steps[step].Customers)).ToList();
        if (counts[0] == 0) return Gone("chart-funnel", "Nothing");
        var plain = JsonNode.Parse(question.GetRawText())!.AsObject();
        foreach (var name in new[] { "kind", "customers", "breakdown", "top", "unit" }) plain.Remove(name);
        string? Behind(int step, bool andNoFurther) => Who(TileQuestion.Behind(new JsonObject { ["funnel"] = plain.DeepClone(), ["reached"] = step + 1, ["andNoFurther"] = andNoFurther }, where));
        return new FunnelContent(
            FigureWords.Share((double)counts[^1] / counts[0]),
            [
                .. steps.Select((step, i) => new FunnelBar(
                    StepName(step), Reader.Number(counts[i]), counts[i] == 0 ? null : Behind(i, false), (double)counts[i] / counts[0], FigureWords.Share((double)counts[i] / counts[0]),
                    i + 1 < counts.Count && counts[i] > counts[i + 1] ? text["Lost", Reader.Number(counts[i] - counts[i + 1])].Value : null, i + 1 < counts.Count && counts[i] > counts[i + 1] ? Behind(i, true) : null)),
            ]);
    }

    private string StepName(JsonElement step) => !step.TryGetProperty("event", out var type) ? text["AnyEvent"] : type.ValueKind == JsonValueKind.String ? Names.Of(type.GetString()!) : string.Join(" / ", type.EnumerateArray().Take(2).Select(t => Names.Of(t.GetString()!)));

    private TileContent Retention(JsonElement question, RetentionAnswer retention, JsonElement? where)
    {
        if (retention.Cohorts.All(c => c.Customers == 0)) return Gone("refresh", "Nothing");
        var unit = question.GetProperty("unit").GetString()!;
        var starts = retention.Cohorts.Select(c => c.Start).ToList();
        var start = JsonNode.Parse(question.GetProperty("start").GetRawText())!.AsObject();
        var isFirst = question.TryGetProperty("first", out var first) && first.GetBoolean();
        JsonObject In(JsonNode selector, string did, int first, int last) => new() { [did] = selector.DeepClone(), ["from"] = BucketWords.Moment(starts, first, retention.When), ["to"] = BucketWords.Moment(starts, last, retention.When) };
        JsonObject Cohort(int row) => In(start, isFirst ? "first" : "did", row, row + 1);
        var back = question.TryGetProperty("return", out var given) ? JsonNode.Parse(given.GetRawText())! : start;
        // In its own bucket what came before the beginning is not coming back, and a list by dates cannot tell.
        string? Back(int row, int column, long returned) => column == 0 || returned == 0 ? null
            : Who(TileQuestion.Behind(new JsonObject { ["all"] = new JsonArray(Cohort(row), In(back, "did", row + retention.SpanOf(column).First, row + retention.SpanOf(column).Last + 1)) }, where));
        var rows = retention.Cohorts.Select((cohort, i) => new CohortRow(
            BucketWords.Of(reader, cohort.Start, unit), BucketWords.ForPrograms(reader, cohort.Start, unit), Reader.Number(cohort.Customers),
            cohort.Customers == 0 ? null : Who(TileQuestion.Behind(Cohort(i), where)),
            [.. cohort.Returned.Select((r, column) => cohort.Customers == 0 ? ("", 0, (string?)null) : (FigureWords.Share((double)r / cohort.Customers), Math.Clamp((int)Math.Ceiling(8.0 * r / cohort.Customers), 0, 8), Back(i, column, r)))])).ToList();
        return new RetentionContent([.. Enumerable.Range(0, retention.Columns).Select(c => BucketWords.Span(retention.SpanOf(c)))], rows);
    }

    private TileContent Paths(JsonElement question, PathsAnswer paths, JsonElement? where)
    {
        if (paths.Ways == 0 || paths.Edges.Count == 0) return Gone("route", "Nothing");
        var of = question.TryGetProperty("places", out var places) ? places.GetString()! : "event";
        string NameOf(string type) => of == "event" ? Names.Of(type) : Touches.Of(of, type);
        var plain = JsonNode.Parse(question.GetRawText())!.AsObject();
        foreach (var name in new[] { "kind", "customers", "top", "perception" }) plain.Remove(name);
        var edges = paths.Edges.Take(MostWays).ToList();
        var drawn = edges.SelectMany(e => new[] { (e.Place, e.From), (e.Place + 1, e.To) }).Distinct().ToList();
        var ids = drawn.Select((n, i) => (n, i)).ToDictionary(x => x.n, x => $"n{x.i}");
        var ways = paths.Places.ToDictionary(p => (p.Place, p.Event), p => p.Ways);
        var tones = drawn.GroupBy(n => n.Item2).OrderByDescending(g => g.Sum(n => ways.GetValueOrDefault(n))).Select((g, rank) => (g.Key, rank)).ToDictionary(x => x.Key, x => Math.Min(x.rank, 8));
        var least = drawn.Min(n => n.Item1);
        string? Behind(PathEdge e) => Who(TileQuestion.Behind(new JsonObject { ["path"] = plain.DeepClone(), ["place"] = e.Place, [of == "event" ? "event" : "touch"] = e.From, ["next"] = e.To }, where));
        var chart = new JsonObject
        {
            ["kind"] = "sankey",
            ["nodes"] = new JsonArray([.. drawn.Select(n => (JsonNode)new JsonObject { ["at"] = ids[n], ["column"] = n.Item1 - least, ["name"] = NameOf(n.Item2), ["value"] = ways.GetValueOrDefault(n), ["tone"] = tones[n.Item2] })]),
            ["flows"] = new JsonArray([.. edges.Select((e, i) => (JsonNode)new JsonObject { ["at"] = $"e{i}", ["from"] = ids[(e.Place, e.From)], ["to"] = ids[(e.Place + 1, e.To)], ["value"] = e.Ways, ["felt"] = e.Perception is { Mean: { } mean } ? PerceptionScale.Step(mean) : null })]),
        };
        return new PathsContent(
            chart.ToJsonString(), [.. edges.Select((e, i) => new WayRow($"e{i}", NameOf(e.From), NameOf(e.To), Reader.Number(e.Ways), Reader.Number(e.Customers), Behind(e), e.Perception?.Mean))],
            [.. drawn.Select(n => (ids[n], NameOf(n.Item2), Reader.Number(ways.GetValueOrDefault(n))))]);
    }
}
