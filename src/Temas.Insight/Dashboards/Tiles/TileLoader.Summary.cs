using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Indicators;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Tiles;

/// <content>The state of things in sentences: each is a template and computed figures, and leads to where they come from. What cannot be said is left out.</content>
public sealed partial class TileLoader
{
    private async Task<TileContent> SummaryAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        // All at once: each waits for its own question.
        var parts = await Task.WhenAll(OrdersAsync(period, where, cancel), FeltAsync(period, where, cancel), StagesAsync(period, where, cancel), PromisedAsync(period, where, cancel), TouchedAsync(period, where, cancel), TargetsAsync(period, where, cancel));
        var lines = parts.SelectMany(p => p).Concat(Found()).ToList();
        return lines.Count == 0 ? Gone("message", "NothingToSay") with { IsWaiting = true } : new SummaryContent(lines);
    }

    private async Task<List<SummaryLine>> OrdersAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        // As indicators count them, which stand beside it: each order once, and what was cancelled not at all.
        await answers.FollowAsync(cancel);
        if (workspace.Part<MeasureSources>().Find("orders.count") is not { Source: var source } || source.Missing("orders.count") is not null) return [];
        if (Frame.Of(new IndicatorAsk(period.From, period.To, null, where, period.Compare), WorkspaceSettings.Of(workspace).Zone()) is not { IsOk: true, Value: var frame }) return [];
        var read = await answers.GetAsync($"ordered:{frame.Key}", TileConcern.Everything, look.Value, async () => new Ordered(await ReadAsync("orders.count"), await ReadAsync("orders.revenue")), cancel);
        if (read is not { Orders: [{ Value: > 0 and var count }, ..], Revenue: [{ Value: { } value }, ..] revenue }) return [];
        var change = FigureWords.Change(value, period.Compare ? revenue[^1].Value : null, IndicatorUnit.Money, true, reader, Text);
        var sentence = text[change is null ? "SayOrders" : change.Tone == "flat" ? "SayOrdersSame" : change.IsUp ? "SayOrdersMore" : "SayOrdersLess", Days(period), Reader.Number((long)count), FigureWords.Money(value, reader), Bare(change)];
        return [new SummaryLine("shopping-bag", change?.Tone ?? "flat", sentence, source.Behind("orders.count", period.From, period.To) is { } behind ? Who(FigureJson.All(behind, where)!.Value.GetRawText()) : null)];

        async Task<IReadOnlyList<MeasureFigure>?> ReadAsync(string name) => await source.ReadAsync(name, frame.Spans(null), where, CancellationToken.None) is { IsOk: true } figures ? figures.Value : null;
    }

    // What was ordered in a period, and in the one before; nothing where that cannot be read now.
    private sealed record Ordered(IReadOnlyList<MeasureFigure>? Orders, IReadOnlyList<MeasureFigure>? Revenue) : ILateAnswer
    {
        public bool IsBehind => false;

        public bool HasFailed => Orders is null || Revenue is null;
    }

    private async Task<List<SummaryLine>> FeltAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (await PerceptionAsync(period, where, cancel) is not PerceptionContent felt) return [];
        var tone = felt.Change?.Tone ?? "flat";
        return
        [
            new SummaryLine(
                "heart", tone, text[felt.Change is null ? "SayFelt" : tone == "flat" ? "SayFeltSame" : tone == "good" ? "SayFeltBetter" : "SayFeltWorse", felt.Parts[0].Text, felt.Parts[2].Text, felt.Mean.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture), Bare(felt.Change)],
                felt.Parts[2].Href ?? felt.Parts[0].Href),
        ];
    }

    private async Task<List<SummaryLine>> StagesAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (await JourneyAsync(period, where, cancel) is not JourneyContent journey) return [];
        var felt = journey.Stages.Where(s => s.Perception is not null).OrderBy(s => s.Perception).ToList();
        if (felt.Count < 2) return [];
        string Value(StageFigure s) => s.Perception!.Value.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture);
        // What stands at zero was not taken badly, though nothing stands below it.
        if (felt[0].Perception > -0.005) return felt[^1].Perception < 0.005 ? [] : [new SummaryLine("route", "flat", text["SayStagesBest", felt[^1].Name, Value(felt[^1])], felt[^1].TouchesHref)];
        return [new SummaryLine("route", felt[0].Perception < -0.15 ? "bad" : "flat", text["SayStages", felt[0].Name, Value(felt[0]), felt[^1].Name, Value(felt[^1])], felt[0].BadHref)];
    }

    private async Task<List<SummaryLine>> PromisedAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        // Of promises there are only figures of everybody: among some customers nothing is said.
        if (where is not null || !Covers(period, Today) || await PromisesAsync(period, null, cancel) is not PromisesContent promises) return [];
        var lines = new List<SummaryLine>();
        if (promises.Rows.Where(r => r.InTime is not null).MinBy(r => r.InTime) is { } worst)
            lines.Add(new SummaryLine("clock", worst.InTime >= 0.95 ? "good" : worst.InTime < 0.8 ? "bad" : "flat", text["SayPromise", worst.Name, worst.InTimeText, worst.Broken], worst.BrokenHref ?? worst.LateHref));
        if (promises.Rows.MaxBy(r => r.Waiting) is { Waiting: > 0 } waiting)
            lines.Add(new SummaryLine("clock-exclamation", "bad", text[waiting.Waiting == 1 ? "SayWaiting1" : "SayWaiting", Reader.Number(waiting.Waiting), waiting.Name], waiting.WaitingHref));
        return lines;
    }

    private async Task<List<SummaryLine>> TouchedAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var (worst, best) = (await TouchpointRowsAsync(period, where, false, cancel), await TouchpointRowsAsync(period, where, true, cancel));
        var lines = new List<SummaryLine>();
        if (worst is { IsOk: true, Value: [var bad, ..] }) lines.Add(new SummaryLine("alert-triangle", "bad", text["SayWorst", bad.Name, bad.Perception.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture), bad.Touches], bad.Href));
        if (best is { IsOk: true, Value: [var good, ..] }) lines.Add(new SummaryLine("star", "good", text["SayBest", good.Name, good.Perception.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture), good.Touches], good.Href));
        return lines;
    }

    private async Task<List<SummaryLine>> TargetsAsync(BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (workspace.FindPart<IIndicators>() is not { } part) return [];
        var targeted = part.All.Values.Where(i => i.Target is not null).OrderBy(i => i.Key, StringComparer.Ordinal).Take(20).ToList();
        if (targeted.Count == 0) return [];
        var read = await ReadAsync(part, [.. targeted.Select(i => i.Key)], new IndicatorAsk(period.From, period.To, null, where), cancel);
        var judged = targeted.Where(i => read.ContainsKey(i.Key)).Select(i => read[i.Key]).Where(r => r.IsOk && r.Value.State != IndicatorState.Unjudged).Select(r => r.Value).ToList();
        if (judged.Count == 0) return [];
        var good = judged.Count(r => r.State == IndicatorState.Good);
        var bad = judged.Find(r => r.State == IndicatorState.Bad);
        var sentence = bad is null
            ? text["SayTargets", good, judged.Count]
            : text["SayTargetsBut", good, judged.Count, bad.Indicator.Label.In(Language), FigureWords.Of(bad.Value, bad.Indicator.Unit, reader, Text), FigureWords.Of(bad.Indicator.Target, bad.Indicator.Unit, reader, Text)];
        return [new SummaryLine("checkup-list", good == judged.Count ? "good" : bad is null ? "flat" : "bad", sentence, Link(bad is null ? TemasUrls.Indicators(Key) : TemasUrls.Indicator(Key, bad.Indicator.Key)))];
    }

    private IEnumerable<SummaryLine> Found()
    {
        if (workspace.FindPart<IFindings>() is not { LookedAt: not null } part) yield break;
        if (part.Standing(false) is [var friction, ..]) yield return Found(friction, "alert-triangle", "SayFriction");
        if (part.Standing(true) is [var win, ..]) yield return Found(win, "star", "SayWin");
    }

    // An amount is told only where it is told from nothing, as the tile of findings has it.
    private SummaryLine Found(Finding finding, string icon, string key)
    {
        var (title, customers) = (finding.Title.In(Language), Reader.Number(finding.Customers));
        var sentence = finding.WorthLow > 0 ? text[key, title, FigureWords.Money(finding.Worth, reader), customers] : text[$"{key}Unclear", title, customers];
        return new SummaryLine(icon, finding.Win ? "good" : "bad", sentence, finding.Page.Length > 0 ? Link(finding.Page) : null);
    }

    private string Days(BoardPeriod period)
    {
        string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.CurrentCulture);
        return period.To == Today.AddDays(1) ? text[period.Days == 1 ? "Today" : "LastDays", period.Days] : text[period.Days == 1 ? "OnDay" : "FromDayTo", Day(period.From), Day(period.To.AddDays(-1))];
    }

    private static string Bare(ChangeOf? change) => change?.Text.TrimStart('+', '−') ?? "";
}
