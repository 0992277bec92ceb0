using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Segments;
using Temas.Insight.Suggestions;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Monitors.Watching;

/// <summary>Which segments, and the customers of which channels and stores, moved most: each is judged by the same rule.</summary>
internal static class AskFactors
{
    private const int MostSegments = 12, MostChannels = 8, MostStores = 12, Shown = 6;

    /// <summary>The factors of alerts that are new, by id, the strongest first. Only of unusual days: what is behind a target or a limit says the indicator's page.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<AlertFactor>>> RunAsync(Workspace workspace, IReadOnlyList<KeptAlert> news, DateOnly closed, SpecialDays special, CancellationToken cancel)
    {
        var (found, monitors) = (new Dictionary<string, List<AlertFactor>>(StringComparer.Ordinal), MonitorDefinition.Of(workspace));
        var anomalies = news.Where(n => n.Document.Kind == Watched.Anomaly && monitors.ContainsKey(n.Document.Monitor)).ToList();
        foreach (var some in anomalies.GroupBy(n => monitors[n.Document.Monitor].Where?.GetRawText()))
        {
            var monitor = monitors[some.First().Document.Monitor];
            var whole = LookAtDays.AskOf(monitor, closed);
            var first = await KnownDays.FirstAsync(workspace, whole, cancel);
            foreach (var (by, key, label, where) in PartsOf(workspace, whole))
            {
                var ask = whole with { Where = FigureJson.All(where, monitor.Where) };
                var read = await workspace.Part<IIndicators>().ReadManyAsync([.. some.Select(a => a.Document.Subject).Distinct()], ask, cancel);
                foreach (var alert in some)
                {
                    // Of the day whose value the alert tells.
                    var at = alert.Document.LastDay.DayNumber - ask.From.DayNumber;
                    if (read[alert.Document.Subject] is not { IsOk: true, Value: var of } || at < 0 || at >= of.Series.Count || DayJudge.Judge(of.From(first).Series, at, of.Indicator.Unit, monitor.Limit, special) is not { } verdict) continue;
                    var move = alert.Document.Value - alert.Document.Expected;
                    var share = of.Indicator.Unit is IndicatorUnit.Count or IndicatorUnit.Money && move is { } all && all != 0 ? (verdict.Value - verdict.Expected) / all : (double?)null;
                    if (!found.TryGetValue(alert.Document.Id, out var list)) found[alert.Document.Id] = list = [];
                    list.Add(new AlertFactor(key, label, verdict.Value, verdict.Expected, Math.Round(verdict.Score, 2), share is { } s ? Math.Round(s, 3) : null) { By = by });
                }
            }
        }

        return found.ToDictionary(f => f.Key, f => Strongest(f.Value), StringComparer.Ordinal);
    }

    /// <summary>The strongest of each sort first, and then of all: what moved by store alone is not to be hidden by twelve segments.</summary>
    internal static IReadOnlyList<AlertFactor> Strongest(IReadOnlyList<AlertFactor> all)
    {
        var ordered = all.OrderByDescending(f => Math.Abs(f.Score)).ThenBy(f => f.By, StringComparer.Ordinal).ThenBy(f => f.Segment, StringComparer.Ordinal).ToList();
        var kept = ordered.GroupBy(f => f.By).SelectMany(g => g.Take(1)).Concat(ordered).Distinct().Take(Shown).ToHashSet();
        return [.. ordered.Where(kept.Contains)];
    }

    // Channels and stores as the filters of a dashboard mean them: who had to do with them in the time that is judged by.
    private static IEnumerable<(string By, string Key, LocalText Label, JsonElement Where)> PartsOf(Workspace workspace, IndicatorAsk ask)
    {
        foreach (var segment in Segment.Of(workspace).Values.OrderBy(s => s.Key, StringComparer.Ordinal).Take(MostSegments))
            yield return (AlertFactor.OfSegment, segment.Key, segment.Label, FigureJson.Element(new JsonObject { ["segment"] = segment.Key }));
        foreach (var channel in workspace.Part<LiveColumns>().Store.ValuesOf(Touch.Channel).Take(MostChannels)) yield return (AlertFactor.OfChannel, channel, new LocalText(channel, channel), Did(ask, new JsonObject { ["touch"] = "channel", ["value"] = channel }));
        foreach (var name in Stores.Of(workspace, MostStores)) yield return (AlertFactor.OfStore, name, new LocalText(name, name), Did(ask, Stores.Filter(name)));
    }

    private static JsonElement Did(IndicatorAsk ask, JsonObject where) =>
        FigureJson.Element(new JsonObject { ["did"] = new JsonObject { ["where"] = where }, ["from"] = FigureJson.Day(ask.From), ["to"] = FigureJson.Day(ask.To) });
}
