using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Customers.Overview;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Explore;
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

    private static JsonObject Bad => Felt("less", 0d);

    private static JsonObject Is(string touch, string value) => new() { ["touch"] = touch, ["value"] = value };

    private string? WhoDid(BoardPeriod period, JsonElement? where, JsonNode filter) => Who(TileQuestion.Behind(TileQuestion.Did(new JsonObject { ["where"] = filter }, period.FromText, period.ToText), where));

    private async Task<TileContent> JourneyAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var read = await TouchFigures.ReadAsync(workspace, period, where, look.Value, cancel);
        if (read.Problem is { } problem) return Of(problem);
        var byStage = read.Value.By(t => t.Stage);
        if (byStage.All(s => s.Value.Now.Touches == 0)) return Gone("route", "NoTouches") with { IsWaiting = true };
        var all = (double)byStage.Values.Sum(s => s.Now.Touches);
        var order = Stages.Select(s => s.Stage).Where(byStage.ContainsKey).Concat(byStage.Keys.Except(Stages.Select(s => s.Stage)).Order(StringComparer.Ordinal));
        return new JourneyContent([.. order.Select(Figure).OfType<StageFigure>()]) { Note = null, More = ExploreLast(period, where, ("kind", "paths"), ("places", "stage")) };

        StageFigure? Figure(string stage)
        {
            var (of, earlier) = byStage[stage];
            if (of.Touches == 0) return null;
            return new StageFigure(
                Touches.Of("stage", stage), Array.Find(Stages, s => s.Stage == stage).Icon ?? "point", FigureWords.Short(of.Touches), WhoDid(period, where, Is("stage", stage)), FigureWords.Short(read.Value.Customers(stage)),
                of.Felt >= LeastTouches ? of.Mean : null, period.Compare ? of.Mean - earlier.Mean : null, of.Felt > 0 ? FigureWords.Share((double)of.Down / of.Felt) : "–",
                of.Down > 0 ? WhoDid(period, where, TileQuestion.All(Is("stage", stage), Bad)!) : null, of.Touches / all);
        }
    }

    private async Task<TileContent> PerceptionAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var read = await TouchFigures.ReadAsync(workspace, period, where, look.Value, cancel);
        if (read.Problem is { } problem) return Of(problem);
        var sums = read.Value.All();
        if (sums.Mean is not { } value) return Gone("heart", "NoTouches") with { IsWaiting = true };
        var starts = read.Value.Buckets.Starts;
        (double, string, double, string, string?) Part(double tone, string word, long of, JsonObject filter) =>
            (tone, text[word].Value, (double)of / sums.Felt, FigureWords.Share((double)of / sums.Felt), of == 0 ? null : WhoDid(period, where, filter));
        return new PerceptionContent(
            value, FigureWords.Change(value, period.Compare ? read.Value.AllBefore().Mean : null, IndicatorUnit.Score, true, reader, Text),
            [Part(0.8, "Well", sums.Up, Felt("greater", 0d)), Part(0, "Neither", sums.Flat, Felt("equal", "neutral")), Part(-0.8, "Badly", sums.Down, Bad)],
            [.. starts.Select((b, i) => (Label: BucketWords.Of(reader, b, period.Unit), Start: BucketWords.ForPrograms(reader, b, period.Unit), Sums: read.Value.All(i))).Select(b => (b.Label, b.Start, (double)b.Sums.Up, (double)b.Sums.Down, b.Sums.Mean))])
        {
            More = ExploreLast(period, where, ("kind", "trend"), ("measure", ExploreState.Felt), ("unit", period.Unit)),
        };
    }

    private async Task<TileContent> TouchpointsAsync(Tile tile, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var isBest = tile.Option("tone") == "best";
        var rows = await TouchpointRowsAsync(period, where, isBest, cancel, tile.Option("channel"), tile.Option("stage"));
        if (rows.Problem is { } problem) return Of(problem);
        if (rows.Value.Count == 0) return Gone("click", isBest ? "NoBest" : "NoWorst");
        return new TouchpointsContent(rows.Value) { Note = text["LeastTouches", LeastTouches] };
    }

    private async Task<Kernel.Result<List<TouchpointRow>>> TouchpointRowsAsync(BoardPeriod period, JsonElement? where, bool isBest, CancellationToken cancel, string channel = "", string stage = "")
    {
        var read = await TouchFigures.ReadAsync(workspace, period, where, look.Value, cancel);
        if (read.Problem is { } problem) return problem;
        JsonNode Touched(string touchpoint, JsonObject felt) => new (string Of, string Value)[] { ("channel", channel), ("stage", stage) }.Where(c => c.Value.Length > 0).Aggregate(TileQuestion.All(Is("touchpoint", touchpoint), felt)!, (all, c) => TileQuestion.All(all, Is(c.Of, c.Value))!);
        // What is shown as nothing neither hurts nor shines.
        return read.Value.By(t => (channel.Length == 0 || t.Channel == channel) && (stage.Length == 0 || t.Stage == stage) ? t.Touchpoint : null).Where(t => t.Value.Now is { Felt: >= LeastTouches, Mean: { } mean } && (isBest ? mean >= 0.05 : mean <= -0.05))
            .OrderBy(t => isBest ? -t.Value.Now.Mean : t.Value.Now.Mean).ThenByDescending(t => t.Value.Now.Felt).ThenBy(t => t.Key, StringComparer.Ordinal).Take(MostTouchpoints)
            .Select(t => new TouchpointRow(
                Touches.Of("touchpoint", t.Key), WhoDid(period, where, Touched(t.Key, isBest ? Felt("greater", 0d) : Bad)), t.Value.Now.Mean ?? 0,
                period.Compare && t.Value.Before.Felt >= LeastTouches ? t.Value.Now.Mean - t.Value.Before.Mean : null, FigureWords.Short(t.Value.Now.Felt))).ToList();
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
        if (figures is null) return Of(problem!);
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
        return new PromisesContent([.. rows]) { Note = where is not null ? text["OfEverybody"].Value : Covers(period, Today) ? null : text["OfDays", $"{figures.From.ToString("d MMM yyyy", CultureInfo.CurrentCulture)} – {until.ToString("d MMM yyyy", CultureInfo.CurrentCulture)}"].Value, More = Link(TemasUrls.Promises(Key)) };
    }

    /// <summary>Whether promises are counted over a period: those of the overview that are whole days, up to today.</summary>
    internal static bool Covers(BoardPeriod period, DateOnly today) => period.To == today.AddDays(1) && period.Days is 7 or 30 or 90 or 365;

    // As the list of customers writes hours and days.
    private static string Day(DateTime at, string period) => at.ToString(period == "24h" ? "yyyy-MM-dd'T'HH" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private TileContent Findings(Tile tile)
    {
        var wins = tile.Kind == TileKinds.Wins;
        if (workspace.FindPart<IFindings>() is not { } part || part.LookedAt is null) return Gone(wins ? "star" : "alert-triangle", wins ? "WinsNotYet" : "FrictionNotYet");
        var standing = part.Standing(wins);
        if (standing.Count == 0) return Gone("circle-check", wins ? "NoWins" : "NoFriction");
        var most = Math.Max(1e-9, standing.Take(MostFindings).Max(f => f.Worth));
        return new FindingsContent(
            [
                .. standing.Take(MostFindings).Select(f => new FindingRow(
                    f.Title.In(Language), f.Page.Length > 0 ? Link(f.Page) : null, FigureWords.Money(f.Worth, reader), $"{FigureWords.Money(f.WorthLow, reader)} – {FigureWords.Money(f.WorthHigh, reader)}", Reader.Number(f.Customers), f.Owner,
                    f.State, Math.Clamp(f.Worth / most, 0, 1), f.WorthLow > 0)
                { Money = (f.Worth, f.WorthLow, f.WorthHigh) }),
            ],
            wins)
        { Note = standing.Count > MostFindings ? text["MoreFindings", standing.Count - MostFindings].Value : null };
    }
}
