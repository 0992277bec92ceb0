using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>From which day on something is known: before the first event of a workspace nothing was none, it was not recorded.</summary>
internal static class KnownDays
{
    private static readonly IndicatorDefinition Everything = IndicatorKind.Instance.Read("everything", """{"label": {"tr": "Olaylar", "en": "Events"}, "unit": "count", "figure": {"measure": "count"}}""");

    /// <summary>The first whole day of a period on which anything may have been recorded.</summary>
    public static async Task<DateOnly> FirstAsync(Workspace workspace, IndicatorAsk ask, CancellationToken cancel)
    {
        if (ask.Bucket is null) return ask.From;
        var read = await ((WorkspaceIndicators)workspace.Part<IIndicators>()).ReadAsync(Everything, ask with { Where = null }, cancel);
        if (!read.IsOk || read.Value.Series.Count == 0) return ask.From;
        var first = read.Value.Series.TakeWhile(p => p.Value is null or 0).Count();
        // The day on which recording began is none that is whole.
        return first == 0 ? ask.From : ask.From.AddDays(first + 1);
    }

    /// <summary>A reading without what was before.</summary>
    public static IndicatorReading From(this IndicatorReading reading, DateOnly first) =>
        reading.Series.Count == 0 || reading.Series[0].From >= first ? reading : reading with { Series = [.. reading.Series.Select(p => p.From < first ? p with { Value = null } : p)] };
}
