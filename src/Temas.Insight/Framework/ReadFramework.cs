using Temas.Collect.Catalogue;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Journeys;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Framework;

/// <summary>Reads the framework of a workspace: what people defined, held against what really arrived.</summary>
internal static class ReadFramework
{
    private const int Looked = 5_000, LeastLooked = 20;
    private const double WellKnown = 0.9;
    private static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    /// <summary>The stages in the order of the journey; a workspace's own come behind.</summary>
    public static readonly string[] Stages = ["awareness", "consideration", "purchase", "delivery", "use", "support", "loyalty", "advocacy"];

    public static async Task<FrameworkPicture> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var indicators = (WorkspaceIndicators)workspace.Part<IIndicators>();
        var definitions = indicators.Definitions;
        var goals = await GoalsAsync(workspace, indicators, cancel);
        var stages = StagesOf(workspace, definitions.Values);
        var sources = await SourcesAsync(workspace, cancel);
        return new FrameworkPicture(goals, stages, sources, [.. Gaps(workspace, indicators, goals, stages, sources)]);
    }

    private static async Task<IReadOnlyList<GoalLine>> GoalsAsync(Workspace workspace, WorkspaceIndicators indicators, CancellationToken cancel)
    {
        var goals = workspace.Definitions.Current(GoalKind.Instance).Values.OrderBy(g => g.By ?? DateOnly.MaxValue).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        var today = IndicatorEndpoints.Today(workspace);
        var values = await indicators.ReadManyAsync([.. goals.Select(g => g.Indicator).OfType<string>()], new IndicatorPeriod(30, "").Ask(workspace) with { Bucket = null, Compare = false }, cancel);
        return [.. goals.Select(goal =>
        {
            var indicator = goal.Indicator is { } key ? indicators.Definitions.GetValueOrDefault(key)?.Indicator : null;
            var value = goal.Indicator is { } of && values[of].IsOk ? values[of].Value.Value : null;
            var serving = indicators.Definitions.Values.Count(d => d.Indicator.Goal == goal.Key || d.Key == goal.Indicator);
            return new GoalLine(goal.Key, goal.Label, goal.Owner, goal.Worth, goal.By, indicator, goal.Target ?? indicator?.Target, value, serving) { IsOver = goal.By < today };
        })];
    }

    private static IReadOnlyList<StageLine> StagesOf(Workspace workspace, IEnumerable<IndicatorDefinition> definitions)
    {
        var counts = workspace.Part<LiveColumns>().Store.CountTypes();
        var touchpoints = workspace.Part<LiveCatalogue>().Current.Touchpoints.Values.Select(t => (Touchpoint: t, Events: t.Events.Sum(p => EventsOf(p, counts)))).ToList();
        var byStage = definitions.GroupBy(d => d.Indicator.Stage ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return [.. touchpoints.GroupBy(t => t.Touchpoint.Stage, StringComparer.Ordinal).OrderBy(g => Array.IndexOf(Stages, g.Key) is >= 0 and var at ? at : Stages.Length).ThenBy(g => g.Key, StringComparer.Ordinal).Select(stage =>
        {
            var used = stage.Where(t => t.Events > 0).ToList();
            List<LocalText> owners = [.. used.Select(t => t.Touchpoint.Owner).OfType<LocalText>().Distinct()];
            return new StageLine(
                stage.Key, stage.Count(), used.Count, used.Sum(t => t.Events), byStage.GetValueOrDefault(stage.Key), owners, [.. used.Select(t => t.Touchpoint.System).OfType<LocalText>().Distinct()],
                Math.Max(0, owners.Count - 1), used.Count(t => t.Touchpoint.Owner is null), used.Count(t => t.Touchpoint.System is null));
        })];
    }

    /// <summary>How many events a pattern means; one without names means all events of its call.</summary>
    public static long EventsOf(EventPattern pattern, IReadOnlyDictionary<string, int> counts)
    {
        Span<byte> room = stackalloc byte[16];
        var call = System.Text.Encoding.UTF8.GetString(room[..EventTypeName.WriteCall(pattern.Type, room)]);
        return pattern.Names.Count == 0
            ? counts.Where(c => c.Key == call || c.Key.StartsWith(call + ":", StringComparison.Ordinal)).Sum(c => (long)c.Value)
            : pattern.Names.Sum(n => (long)counts.GetValueOrDefault($"{call}:{n}"));
    }

    private static async Task<IReadOnlyList<SourceLine>> SourcesAsync(Workspace workspace, CancellationToken cancel)
    {
        var catalogue = workspace.Part<LiveCatalogue>().Current;
        var seen = new Dictionary<int, (long Last, int All, int Known, int Flagged)>();
        foreach (var e in workspace.Log.ReadBackwards().Take(Looked))
        {
            if (e.Kind != LogRecordKind.Event) continue;
            var (last, all, known, flagged) = seen.GetValueOrDefault(e.Source);
            seen[e.Source] = (Math.Max(last, e.ReceivedAt), all + 1, known + (IsKnown(catalogue, e) ? 1 : 0), flagged + ((e.Flags & ~EventFlags.Imported) == EventFlags.None ? 0 : 1));
        }

        var sources = await new ListSources().HandleAsync(workspace, cancel);
        return [.. sources.Where(s => s.Source.RevokedAt is null).Select(s =>
        {
            var of = seen.GetValueOrDefault(s.Source.Id);
            var taken = s.Counts.GetValueOrDefault("accepted");
            return new SourceLine(
                s.Source.Id, s.Source.Name, taken, s.Counts.Where(c => c.Key is not ("accepted" or "duplicate" or "erased")).Sum(c => c.Value), of.All == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(of.Last),
                of.All == 0 ? null : (double)of.Known / of.All, of.All == 0 ? null : (double)of.Flagged / of.All)
            { Owner = s.Source.Owner.Length == 0 ? null : s.Source.Owner };
        })];
    }

    private static bool IsKnown(TouchpointCatalogue catalogue, StoredEvent e)
    {
        var fields = e.AsLogEvent().Fields;
        // Who somebody is is no touch.
        if (fields.Type is EventType.Identify or EventType.Group or EventType.Alias) return true;
        var name = fields.Name.Exists && fields.Name.IsString(e.Json.Span) ? fields.Name.ToText(e.Json.Span) : null;
        return catalogue.Knows(fields.Type, System.Text.Encoding.UTF8.GetBytes(name ?? ""));
    }

    private static IEnumerable<FrameworkGap> Gaps(Workspace workspace, WorkspaceIndicators indicators, IReadOnlyList<GoalLine> goals, IReadOnlyList<StageLine> stages, IReadOnlyList<SourceLine> sources)
    {
        if (goals.Count == 0) yield return new FrameworkGap(1, "goals_none", null, 1);
        foreach (var goal in goals.Where(g => g.Serving == 0)) yield return new FrameworkGap(1, "goal_without_indicator", goal.Key, 1);
        foreach (var goal in goals.Where(g => g.By is null || g.Worth is null)) yield return new FrameworkGap(1, "goal_without_horizon", goal.Key, 1);
        foreach (var goal in goals.Where(g => g is { IsOver: true, IsReached: not true })) yield return new FrameworkGap(1, "goal_over", goal.Key, 1);
        foreach (var gone in indicators.Definitions.Values.GroupBy(d => d.Indicator.Goal ?? "", StringComparer.Ordinal).Where(g => g.Key.Length > 0 && goals.All(l => l.Key != g.Key))) yield return new FrameworkGap(1, "goal_gone", gone.Key, gone.Count());
        foreach (var stage in stages.Where(s => s.Used == 0)) yield return new FrameworkGap(2, "stage_without_touch", stage.Stage, stage.Mapped);
        if (ReadyFrameworks.Lacking(workspace, Journey.All(workspace).Values.Where(j => j.Version == JourneyVersion.AsIs)) is { Count: > 0 } lacked) yield return new FrameworkGap(2, "touchpoints_missing", null, lacked.Count) { Names = lacked };
        foreach (var stage in stages.Where(s => s is { Used: > 0, Indicators: 0 })) yield return new FrameworkGap(3, "stage_without_indicator", stage.Stage, 1);
        var definitions = indicators.Definitions.Values.ToList();
        foreach (var gone in definitions.GroupBy(d => d.Indicator.Stage ?? "", StringComparer.Ordinal).Where(g => g.Key.Length > 0 && !Stages.Contains(g.Key) && stages.All(s => s.Stage != g.Key))) yield return new FrameworkGap(3, "stage_gone", gone.Key, gone.Count());
        if (definitions.Count(d => indicators.Missing(d) is not null) is > 0 and var lacking) yield return new FrameworkGap(3, "indicators_lack_data", null, lacking);
        if (sources.Count == 0) yield return new FrameworkGap(4, "sources_none", null, 1);
        foreach (var source in sources.Where(s => s is { Events: > 0, Owner: null })) yield return new FrameworkGap(4, "source_without_owner", source.Name, 1);
        var now = workspace.Clock.GetUtcNow();
        foreach (var source in sources.Where(s => s.Events > 0 && (s.LastReceived is null || now - s.LastReceived > Silence))) yield return new FrameworkGap(4, "source_silent", source.Name, 1);
        foreach (var source in sources.Where(s => s is { Events: > LeastLooked, Known: < WellKnown })) yield return new FrameworkGap(4, "source_unmapped", source.Name, (int)Math.Round((1 - source.Known!.Value) * 100));
        if (stages.All(s => s.Used == 0)) yield return new FrameworkGap(5, "touchpoints_none", null, 1);
        if (stages.Sum(s => s.WithoutOwner) is > 0 and var ownerless) yield return new FrameworkGap(5, "touchpoints_without_owner", null, ownerless);
        if (stages.Sum(s => s.WithoutSystem) is > 0 and var systemless) yield return new FrameworkGap(5, "touchpoints_without_system", null, systemless);
        if (definitions.Count(d => d.Indicator.Target is null) is > 0 and var targetless) yield return new FrameworkGap(6, "indicators_without_target", null, targetless);
        if (workspace.FindPart<IAlerts>() is { WatchedIndicators: var watched } && definitions.Count(d => !watched.Contains(d.Key)) is > 0 and var unwatched) yield return new FrameworkGap(6, "indicators_unwatched", null, unwatched);
        if (definitions.Count(d => d.Indicator.Owner.Length == 0) is > 0 and var alone) yield return new FrameworkGap(6, "indicators_without_owner", null, alone);
    }
}
