using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Counts the customers at each step of a funnel, and how long they took.</summary>
internal sealed class FunnelKernel(FunnelWalk walk, FunnelQuery query, Grouping? grouping, TimeBuckets? trend, MemoryBudget budget) : Kernel
{
    private readonly Dictionary<long, Group> groups = [];
    private readonly long[] overTime = trend is null ? [] : new long[trend.Count * query.Steps.Count];
    private readonly int steps = query.Steps.Count;
    private readonly long[] took = new long[query.Steps.Count];
    private readonly MemoryBudget.Share share = budget.Begin();

    private readonly FunnelByType? byType = trend is null && grouping is not { AsksEvents: true } ? walk.ByType(query.When) : null;

    // The first step lies in the period, the last within the window after it.
    private readonly TimeSpanMs when = new(query.When.From, query.When.To < long.MaxValue - query.Window ? query.When.To + query.Window + 1 : long.MaxValue);

    // Where there is no breakdown, all are of one group.
    private Group? only;

    /// <summary>The customers of each value of the breakdown; all of them under <see cref="ValueKey.Missing"/> where there is none.</summary>
    public IReadOnlyDictionary<long, Group> Groups => groups;

    /// <summary>Customers by the bucket in which their way began, and by the step that it came to.</summary>
    public IReadOnlyList<long> OverTime => overTime;

    public override TypeSet? Types => TypeSet.Union(walk.Types, grouping is null ? TypeSet.None : grouping.Types);

    public override TimeSpanMs? When => grouping is { AsksEvents: true } ? null : when;

    public override Kernel Fork() => new FunnelKernel(walk.Fork(), query, grouping?.Fork(), trend, budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var within = events.Within(when.From, when.To);
        if (within.Length == 0 || walk.Walk(within) == 0) return;
        var first = walk.First[walk.Reached - 1];
        grouping?.Begin(customer, events);
        for (var step = 1; step < walk.Reached; step++) took[step] = walk.Times[step] - walk.Before[step];
        took[0] = walk.Times[walk.Reached - 1] - walk.Begins[walk.Reached - 1];
        Count(walk.Reached, within.Types[first], within.Rows[first], took);
        if (trend is not null) FollowOverTime(within, trend);
    }

    public override bool TryVisit(BaseEvents all, int from, int to)
    {
        if (byType is null) return false;
        byType.Walk(all, from, to);
        for (var i = from; i < to; i++)
        {
            var (reached, first) = byType.Reached(i);
            if (reached == 0 || all.IsWithdrawn(i) || all.CustomerAt(i) is var customer && customer == ColumnStore.Nobody) continue;
            grouping?.Begin(customer, default);
            Count(reached, byType.FirstType, first, byType.Took(i));
        }

        return true;
    }

    public override void Merge(Kernel other)
    {
        var its = (FunnelKernel)other;
        foreach (var (key, group) in its.groups)
        {
            if (groups.TryGetValue(key, out var mine)) mine.Add(group);
            else groups.Add(key, group);
        }

        for (var i = 0; i < overTime.Length; i++) overTime[i] += its.overTime[i];
    }

    private void Count(int reached, int type, int row, ReadOnlySpan<long> took)
    {
        var group = grouping is null ? only ??= GroupOf(ValueKey.Missing) : GroupOf(grouping.KeyAt(type, row));
        group.Customers[reached - 1]++;
        for (var step = 1; step < reached; step++) group.Took[step].Add(took[step]);
        if (reached == steps) group.Took[0].Add(took[0]);
        share.Take(8L * reached);
    }

    private Group GroupOf(long key)
    {
        if (groups.TryGetValue(key, out var group)) return group;
        share.Take(256);
        groups.Add(key, group = new Group(steps));
        return group;
    }

    private void FollowOverTime(in Slice events, TimeBuckets buckets)
    {
        for (var bucket = buckets.Of(Math.Max(events.Times[0], buckets.When.From)); bucket < buckets.Count; bucket++)
        {
            var from = Math.Max(buckets.Starts[bucket], buckets.When.From);
            var to = bucket + 1 < buckets.Count ? buckets.Starts[bucket + 1] : buckets.When.To;
            if (events.Times[^1] < from) return;
            if (walk.Walk(events, new TimeSpanMs(from, to)) > 0) overTime[(bucket * steps) + walk.Reached - 1]++;
        }
    }

    /// <summary>Customers of one value.</summary>
    internal sealed class Group(int steps)
    {
        /// <summary>Customers who came to each step and no further.</summary>
        public long[] Customers { get; } = new long[steps];

        /// <summary>How long each took from the step before, in milliseconds; at 0 from the first to the last.</summary>
        public List<long>[] Took { get; } = [.. Enumerable.Range(0, steps).Select(_ => new List<long>())];

        public long All => Customers.Sum();

        public void Add(Group other)
        {
            for (var i = 0; i < steps; i++)
            {
                Customers[i] += other.Customers[i];
                Took[i].AddRange(other.Took[i]);
            }
        }
    }
}
