using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Journeys;

/// <summary>Reads which ways customers really go along a map, in one pass over all timelines.</summary>
public static class WayStudy
{
    /// <summary>Set in the number of a variant that goes on beyond what is told apart.</summary>
    internal const ulong GoesOn = 1UL << 63;

    private const int MostVariants = 200;

    /// <summary>Reads them. The columns are locked against writing meanwhile.</summary>
    /// <param name="store">The columns, with what events were as touches.</param>
    /// <param name="map">What they are read along.</param>
    /// <param name="when">The period.</param>
    /// <param name="customers">Only these customers; null for all.</param>
    /// <param name="limits">How much it may take.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QueryTooLargeException">It needs more memory than <paramref name="limits"/> allow.</exception>
    public static WayAnswer Read(ColumnStore store, WayMap map, TimeSpanMs when, Condition? customers, QueryLimits limits, CancellationToken cancel)
    {
        var kernel = Pass(store, map, when, customers, null, limits, cancel);
        var left = new List<(int From, int To, long Ways)>();
        for (var from = 0; from < map.Stages; from++)
        {
            for (var to = 0; to < map.Stages; to++)
            {
                if (kernel.Left[from, to] > 0) left.Add((from, to, kernel.Left[from, to]));
            }
        }

        return new WayAnswer(
            kernel.Whole.ToFigures(), [.. kernel.Stages.Select(s => s.ToFigure())], [.. kernel.Onward.Select((seconds, i) => new StagePassages(kernel.Came[i], kernel.Went[i], seconds.Count, seconds.Count == 0 ? 0 : Quantile.LowerMedian(seconds) * 1000))],
            [.. kernel.Variants.OrderByDescending(v => v.Value.Ways).ThenBy(v => v.Key).Take(MostVariants).Select(v => VariantOf(v.Key, v.Value))], kernel.Variants.Count, [.. kernel.Modes.Select(m => m.ToFigures())], kernel.Following,
            [.. left.OrderByDescending(l => l.Ways).ThenBy(l => l.From).ThenBy(l => l.To)], kernel.FirstPurchases, kernel.Uncontacted,
            [.. Enumerable.Range(0, WayMap.Media).Select(m => new MediaContacts(kernel.Buyers[m], kernel.Contacts[m], kernel.First[m], kernel.Last[m]))]);
    }

    /// <summary>Who went such a way as is wanted: the nodes that stand for them, ascending.</summary>
    public static IReadOnlyList<int> Who(ColumnStore store, WayMap map, TimeSpanMs when, Condition? customers, WayPart wanted, QueryLimits limits, CancellationToken cancel)
    {
        var nodes = Pass(store, map, when, customers, wanted, limits, cancel).Nodes;
        nodes.Sort();
        return nodes;
    }

    /// <summary>The stages that the number of a variant stands for.</summary>
    public static IReadOnlyList<int> StagesOf(ulong variant)
    {
        var stages = new List<int>();
        for (var rest = variant & ~GoesOn; rest != 0; rest >>= 4) stages.Add((int)(rest & 15) - 1);
        return stages;
    }

    private static WayKernel Pass(ColumnStore store, WayMap map, TimeSpanMs when, Condition? customers, WayPart? wanted, QueryLimits limits, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(map.Stages, WayMap.MostStages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(map.Depth, WayMap.MostDepth);
        using var read = store.Read();
        var budget = new MemoryBudget(limits.MaxBytes);

        // Which way she went does not depend on what she ordered.
        var walk = wanted is null or { Media: not null } ? new OrderWalk(store, map.Orders) : null;

        // Where customers are chosen, all events of each are looked at anyway, her orders among them.
        if (customers is not null) return Scan.Run(store, new WayKernel(new WayPlan(store, map, when, null), wanted, walk, budget), ConditionTest.Of(customers, store), limits, cancel);

        // Else orders are a few types of all time, and ways all types of the period.
        var orders = walk is null ? null : Scan.Run(store, new WayOrders(walk, WayOrders.Around(when), budget), null, limits, cancel).Index();
        return Scan.Run(store, new WayKernel(new WayPlan(store, map, when, orders), wanted, null, budget), null, limits, cancel);
    }

    private static WayVariant VariantOf(ulong key, WayTally tally)
    {
        var stages = StagesOf(key);
        var follows = (key & GoesOn) == 0 && stages.Zip(stages.Skip(1)).All(s => s.Second == s.First + 1);
        return new WayVariant(key, stages, (key & GoesOn) != 0, follows, tally.ToFigures());
    }
}
