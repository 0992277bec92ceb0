using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Customers.Overview;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Explore;
using Temas.Timelines.Queries;
using Temas.Ui;
using Temas.Ui.Controls;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Tiles;

/// <content>Tiles that speak of the whole company: journey, perception, promises, touchpoints, findings.</content>
public sealed partial class TileLoader
{
    private const int LeastTouches = 20, MostFindings = 5, MostTouchpoints = 6;

    private static readonly (string Stage, string Icon)[] Stages =
    [
        ("awareness", "speakerphone"), ("consideration", "eye"), ("purchase", "shopping-cart"), ("delivery", "truck-delivery"), ("use", "device-mobile"), ("support", "headset"), ("loyalty", "heart"), ("advocacy", "message-circle"),
    ];

    private static JsonObject Felt(string @is, object value) => new() { ["touch"] = "perception", ["is"] = @is, ["value"] = ValueOf(value) };

    private static JsonObject Known => Felt("atLeast", -1d);

    private static JsonObject Bad => Felt("less", 0d);

    private static JsonObject Trend(BoardPeriod period, string unit, JsonElement? where, bool compare, JsonNode? breakdown, int top, params ReadOnlySpan<JsonObject> measures)
    {
        var list = new JsonArray();
        foreach (var measure in measures) list.Add((JsonNode)measure);
        var question = new JsonObject { ["kind"] = "trend", ["from"] = period.FromText, ["to"] = period.ToText, ["unit"] = unit, ["measures"] = list };
        if (compare) question["compare"] = "previous";
        if (breakdown is not null) (question["breakdown"], question["top"]) = (breakdown, top);
        if (where is not null) question["customers"] = JsonNode.Parse(where.Value.GetRawText());
        return question;
    }

    private static JsonObject Measure(string name, JsonNode? where = null, string measure = "count", bool ofPerception = false)
    {
        var of = new JsonObject { ["name"] = name, ["measure"] = measure };
        if (where is not null) of["where"] = where;
        if (ofPerception) of["touch"] = "perception";
        return of;
    }

    private static JsonObject Touch(string touch) => new() { ["touch"] = touch };

    private static JsonObject Is(string touch, string value) => new() { ["touch"] = touch, ["value"] = value };

    // Few buckets: only the whole is shown.
    private static string Wide(BoardPeriod period) => period.Days <= 45 ? "week" : period.Days <= 190 ? "month" : "quarter";

    private string? WhoDid(BoardPeriod period, JsonElement? where, JsonNode filter) => Who(TileQuestion.Behind(TileQuestion.Did(new JsonObject { ["where"] = filter }, period.FromText, period.ToText), where));

    private async Task<TileContent> JourneyAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var asked = await AskAsync(
            Trend(period, Wide(period), where, period.Compare, Touch("stage"), 20, Measure("touches"), Measure("customers", measure: "customers"), Measure("mean", null, "average", true), Measure("felt", Known), Measure("bad", Bad)), cancel);
        if (asked.Problem is { } problem) return Of(problem);
        var trend = (TrendAnswer)asked.Value.Answer;
        var byStage = trend.Series.Where(s => s.Value is string && !s.IsOther).GroupBy(s => (string)s.Value!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToDictionary(s => s.Measure, StringComparer.Ordinal), StringComparer.Ordinal);
        if (byStage.Count == 0) return Gone("route", "NoTouches") with { IsWaiting = true };
        var all = byStage.Values.Sum(s => s["touches"].Total ?? 0);
        var order = Stages.Select(s => s.Stage).Where(byStage.ContainsKey).Concat(byStage.Keys.Except(Stages.Select(s => s.Stage)).Order(StringComparer.Ordinal));
        return new JourneyContent([.. order.Select(Figure).OfType<StageFigure>()]) { Note = null, More = Link(TemasUrls.Explore(Key, ("kind", "paths"), ("places", "stage"))) };

        StageFigure? Figure(string stage)
        {
            var of = byStage[stage];
            if ((of["touches"].Total ?? 0) == 0) return null;
            var (mean, before, felt, bad) = (of["mean"].Total, of["mean"].Previous?.Total, of["felt"].Total ?? 0, of["bad"].Total ?? 0);
            return new StageFigure(
                Touches.Of("stage", stage), Array.Find(Stages, s => s.Stage == stage).Icon ?? "point", FigureWords.Short(of["touches"].Total ?? 0), WhoDid(period, where, Is("stage", stage)), FigureWords.Short(of["customers"].Total ?? 0),
                felt >= LeastTouches ? mean : null, mean - before, felt > 0 ? FigureWords.Share(bad / felt) : "–", bad > 0 ? WhoDid(period, where, TileQuestion.All(Is("stage", stage), Bad)!) : null, all > 0 ? (of["touches"].Total ?? 0) / all : 0);
        }
    }

    private async Task<TileContent> PerceptionAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var asked = await AskAsync(PerceptionQuestion(period, where), cancel);
        if (asked.Problem is { } problem) return Of(problem);
        var trend = (TrendAnswer)asked.Value.Answer;
        TrendSeries Series(string name) => trend.Series.First(s => s.Measure == name);
        var (mean, up, flat, down) = (Series("mean"), Series("up"), Series("flat"), Series("down"));
        var felt = (up.Total ?? 0) + (flat.Total ?? 0) + (down.Total ?? 0);
        if (mean.Total is not { } value || felt == 0) return Gone("heart", "NoTouches") with { IsWaiting = true };
        (double, string, double, string, string?) Part(double tone, string word, TrendSeries of, JsonObject filter) =>
            (tone, text[word].Value, (of.Total ?? 0) / felt, FigureWords.Share((of.Total ?? 0) / felt), of.Total is null or 0 ? null : WhoDid(period, where, filter));
        return new PerceptionContent(
            value, FigureWords.Change(value, mean.Previous?.Total, IndicatorUnit.Score, true, reader, Text),
            [Part(0.8, "Well", up, Felt("greater", 0d)), Part(0, "Neither", flat, Felt("equal", "neutral")), Part(-0.8, "Badly", down, Bad)],
            [.. trend.Buckets.Select((b, i) => (BucketWords.Of(reader, b, period.Unit), up.Figures[i] ?? 0, down.Figures[i] ?? 0, mean.Figures[i]))])
        {
            More = Link(TemasUrls.Explore(Key, ("kind", "trend"), ("measure", ExploreState.Felt), ("last", period.Days switch { 7 => "7d", 90 => "90d", 365 => "365d", _ => "30d" }), ("unit", period.Unit))),
        };
    }

    private static JsonObject PerceptionQuestion(BoardPeriod period, JsonElement? where) =>
        Trend(period, period.Unit, where, period.Compare, null, 0, Measure("mean", null, "average", true), Measure("up", Felt("greater", 0d)), Measure("flat", Felt("equal", "neutral")), Measure("down", Bad));

    private async Task<TileContent> TouchpointsAsync(Tile tile, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var isBest = tile.Option("tone") == "best";
        var rows = await TouchpointRowsAsync(period, where, isBest, cancel);
        if (rows.Problem is { } problem) return Of(problem);
        if (rows.Value.Count == 0) return Gone("click", isBest ? "NoBest" : "NoWorst");
        return new TouchpointsContent(rows.Value) { Note = text["LeastTouches", LeastTouches] };
    }

    private async Task<Kernel.Result<List<TouchpointRow>>> TouchpointRowsAsync(BoardPeriod period, JsonElement? where, bool isBest, CancellationToken cancel)
    {
        var asked = await AskAsync(Trend(period, Wide(period), where, period.Compare, Touch("touchpoint"), 100, Measure("felt", Known), Measure("mean", null, "average", true)), cancel);
        if (asked.Problem is { } problem) return problem;
        var trend = (TrendAnswer)asked.Value.Answer;
        var felt = trend.Series.Where(s => s.Measure == "felt" && s.Value is string && !s.IsOther && s.Total >= LeastTouches).ToDictionary(s => (string)s.Value!, StringComparer.Ordinal);
        return trend.Series.Where(s => s.Measure == "mean" && s.Value is string known && !s.IsOther && felt.ContainsKey(known) && (isBest ? s.Total > 0.005 : s.Total < -0.005))
            .OrderBy(s => isBest ? -s.Total : s.Total).ThenByDescending(s => felt[(string)s.Value!].Total).Take(MostTouchpoints)
            .Select(s => new TouchpointRow(
                Touches.Of("touchpoint", (string)s.Value!), WhoDid(period, where, TileQuestion.All(Is("touchpoint", (string)s.Value!), isBest ? Felt("greater", 0d) : Bad)!), s.Total ?? 0,
                felt[(string)s.Value!].Previous?.Total >= LeastTouches ? s.Total - s.Previous?.Total : null, FigureWords.Short(felt[(string)s.Value!].Total ?? 0))).ToList();
    }

    private async Task<(OverviewFigures? Figures, Kernel.Problem? Problem, string Key)> OverviewAsync(BoardPeriod period, CancellationToken cancel)
    {
        var key = period.Days switch { <= 1 => "24h", <= 7 => "7d", <= 45 => "30d", <= 120 => "90d", _ => "365d" };
        var read = await ReadOverview.RunAsync(workspace, key, null, cancel);
        return (read.IsOk ? read.Value : null, read.Problem, key);
    }

    private async Task<TileContent> PromisesAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var (figures, problem, key) = await OverviewAsync(period, cancel);
        if (figures is null) return problem!.Code == "figures_pending" ? new EmptyContent("loader-2", text["Loading"], text["LoadingWhy"]) : Of(problem);
        if (figures.Promises.Count == 0) return Gone("clock", "NoPromises") with { IsWaiting = true };
        var until = figures.To.AddHours(key == "24h" ? -1 : -24);
        string? Of3(string promise, string outcome, long count) => count == 0 ? null : Link(TemasUrls.CustomersWhere(
            Key, outcome == "waiting" ? [("promise", promise), ("outcome", outcome)] : [("promise", promise), ("outcome", outcome), ("from", Day(figures.From, key)), ("to", Day(until, key))]));
        var rows = figures.Promises.Select(p =>
        {
            var all = p.Kept + p.Late + p.Broken;
            return new PromiseRow(
                p.Label.In(Language), all > 0 ? p.Kept / (double)all : null, all > 0 ? FigureWords.Share(p.Kept / (double)all) : "–", Reader.Number(p.Kept), Of3(p.Promise, "kept", p.Kept), Reader.Number(p.Late), Of3(p.Promise, "late", p.Late),
                Reader.Number(p.Broken), Of3(p.Promise, "broken", p.Broken), p.Waiting, Of3(p.Promise, "waiting", p.Waiting), all > 0 ? p.Late / (double)all : 0, all > 0 ? p.Broken / (double)all : 0);
        });
        return new PromisesContent([.. rows]) { Note = where is not null ? text["OfEverybody"].Value : null, More = Link(TemasUrls.Promises(Key)) };
    }

    // As the list of customers writes hours and days.
    private static string Day(DateTime at, string period) => at.ToString(period == "24h" ? "yyyy-MM-dd'T'HH" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private TileContent Findings(Tile tile)
    {
        var wins = tile.Kind == TileKinds.Wins;
        if (workspace.FindPart<IFindings>() is not { } part || part.LookedAt is null) return Gone(wins ? "star" : "alert-triangle", wins ? "WinsNotYet" : "FrictionNotYet");
        var standing = part.Standing(wins);
        if (standing.Count == 0) return Gone("circle-check", wins ? "NoWins" : "NoFriction");
        var most = Math.Max(1e-9, standing.Take(MostFindings).Max(f => Math.Abs(f.Worth)));
        return new FindingsContent(
            [
                .. standing.Take(MostFindings).Select(f => new FindingRow(
                    f.Title.In(Language), f.Page.Length > 0 ? Link(f.Page) : null, FigureWords.Money(Math.Abs(f.Worth), reader), $"{FigureWords.Money(f.WorthLow, reader)} – {FigureWords.Money(f.WorthHigh, reader)}", Reader.Number(f.Customers), f.Owner,
                    f.State, Math.Abs(f.Worth) / most)),
            ],
            wins)
        { Note = standing.Count > MostFindings ? text["MoreFindings", standing.Count - MostFindings].Value : null };
    }
}
