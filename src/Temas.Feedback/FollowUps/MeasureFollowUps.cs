using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps;

/// <summary>A share with its interval (Wilson, 95 per cent).</summary>
/// <param name="Of">Out of how many.</param>
/// <param name="Count">How many.</param>
/// <param name="Share">The share, 0 to 1; not a number of none.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end.</param>
internal sealed record LevelShare(long Of, long Count, double? Share, double? Low, double? High)
{
    /// <summary>The share of so many.</summary>
    public static LevelShare From(long count, long of)
    {
        if (of == 0) return new LevelShare(0, 0, null, null, null);
        const double z = 1.959963984540054;
        var (p, n) = ((double)count / of, (double)of);
        var middle = (p + (z * z / (2 * n))) / (1 + (z * z / n));
        var margin = z / (1 + (z * z / n)) * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n)));
        return new LevelShare(of, count, p, Math.Max(0, middle - margin), Math.Min(1, middle + margin));
    }
}

/// <summary>The service levels of some follow-ups.</summary>
/// <param name="Rule">Key of the rule; null for all.</param>
/// <param name="Owner">Id of the person; empty for nobody's, null for all.</param>
/// <param name="Opened">How many were opened.</param>
/// <param name="First">On how many somebody did something.</param>
/// <param name="FirstHours">The median service time until then, in hours.</param>
/// <param name="Done">How many are done.</param>
/// <param name="DoneHours">The median service time until then, in hours.</param>
/// <param name="InTime">Of those that are closed or overdue, closed in time; without those that were taken back before anybody had begun.</param>
/// <param name="Recovered">Of those who answered afterwards, content.</param>
internal sealed record LevelLine(string? Rule, string? Owner, long Opened, long First, double? FirstHours, long Done, double? DoneHours, LevelShare InTime, LevelShare Recovered)
{
    /// <summary>Of what no rule opened: what it was opened for, such as the title of a finding.</summary>
    public LocalText? Title { get; init; }
}

/// <summary>Service levels of a period.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End.</param>
/// <param name="All">All together.</param>
/// <param name="Rules">By rule.</param>
/// <param name="Owners">By owner.</param>
internal sealed record FollowUpLevels(DateTimeOffset From, DateTimeOffset To, LevelLine All, IReadOnlyList<LevelLine> Rules, IReadOnlyList<LevelLine> Owners);

/// <summary>Measures how follow-ups that were opened in a period went. Each figure opens to those behind it by the same words (<see cref="FollowUpFilter.Figure"/>).</summary>
internal static class MeasureFollowUps
{
    private const int Page = 5_000;

    /// <summary>The levels of those that were opened in a period.</summary>
    public static async Task<FollowUpLevels> RunAsync(Workspace workspace, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var store = LiveFollowUps.Of(workspace).Store;
        var all = new List<FollowUp>();
        while (await store.ListAsync(new FollowUpFilter { All = true, From = from, To = to }, Page, all.Count, cancel) is { Count: > 0 } some)
        {
            all.AddRange(some);
            if (some.Count < Page) break;
        }

        return Of(all, from, to, workspace.Clock.GetUtcNow());
    }

    /// <summary>The levels of some.</summary>
    public static FollowUpLevels Of(IReadOnlyList<FollowUp> all, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now) => new(
        from, to, Line(all, null, null, now),
        [.. all.GroupBy(f => f.Rule, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => Line([.. g], g.Key, null, now) with { Title = g.MaxBy(f => f.OpenedAt)!.Reason.Title })],
        [.. all.GroupBy(f => f.Owner ?? "", StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => Line([.. g], null, g.Key, now))]);

    private static LevelLine Line(IReadOnlyList<FollowUp> some, string? rule, string? owner, DateTimeOffset now)
    {
        var judged = some.Where(f => !f.IsWithdrawn && (f.IsClosed || f.DueAt < now)).ToList();
        var asked = some.Where(f => f.Afterwards is not null).ToList();
        return new LevelLine(
            rule, owner, some.Count, some.Count(f => f.FirstAt is not null), Median([.. some.Select(f => f.FirstTook).OfType<TimeSpan>()]), some.Count(f => f.Status == FollowUpStatus.Done),
            Median([.. some.Where(f => f.Status == FollowUpStatus.Done).Select(f => f.Took).OfType<TimeSpan>()]), LevelShare.From(judged.Count(f => f.ClosedAt <= f.DueAt), judged.Count), LevelShare.From(asked.Count(f => f.IsRecovered == true), asked.Count));
    }

    private static double? Median(List<TimeSpan> times)
    {
        if (times.Count == 0) return null;
        times.Sort();
        return ((times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2).TotalHours;
    }
}
