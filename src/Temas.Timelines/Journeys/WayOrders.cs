using System.Runtime.InteropServices;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Journeys;

/// <summary>
/// What was ordered on the ways of a period. Of whoever ordered in it or in the day behind it, on which a way may still lead to an order, those orders are kept, and before them the first of her life; of all others nothing. So a map takes
/// memory for what was ordered in its period, however long customers have been ordering. The orders of each stay where they were found: nothing is copied.
/// </summary>
internal sealed class WayOrders(OrderWalk walk, TimeSpanMs when, MemoryBudget budget) : Kernel
{
    // A list has room for up to twice what is in it.
    private const int BytesAnOrder = 2 * 16, BytesACustomer = (2 * 16) + 20;

    private readonly MemoryBudget.Share share = budget.Begin();
    private readonly List<(long Time, double Amount)> orders = [];
    private readonly List<(int Customer, int Start, int Count)> customers = [];
    private readonly List<WayOrders> others = [];
    private int[] found = [];
    private (int Part, int Start, int Count)[] places = [];

    /// <inheritdoc/>
    public override TypeSet? Types => walk.Types;

    /// <summary>The stretch of time in which orders are looked for, for the ways of a period.</summary>
    public static TimeSpanMs Around(TimeSpanMs period) => period with { To = period.To > long.MaxValue - WayKernel.Day ? long.MaxValue : period.To + WayKernel.Day };

    /// <inheritdoc/>
    public override Kernel Fork() => new WayOrders(walk.Fork(), when, budget);

    /// <inheritdoc/>
    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var start = orders.Count;
        if (Collect(walk, events, when, orders) is not (> 0 and var count)) return;
        share.Take(BytesACustomer + ((long)count * BytesAnOrder));
        customers.Add((customer, start, count));
    }

    /// <inheritdoc/>
    public override void Merge(Kernel other) => others.Add((WayOrders)other);

    /// <summary>Adds what one customer ordered in a stretch of time, and before it the first order of her life; how many that are.</summary>
    public static int Collect(OrderWalk walk, in Slice events, TimeSpanMs when, List<(long Time, double Amount)> into)
    {
        if (!walk.MayHave(events.Within(when.From, when.To))) return 0;
        var start = into.Count;
        walk.Collect(events, into);
        var hers = CollectionsMarshal.AsSpan(into)[start..];
        var kept = 0;
        for (var i = 0; i < hers.Length; i++)
        {
            if (hers[i].Time >= when.To) break;
            if (i == 0 || hers[i].Time >= when.From) hers[kept++] = hers[i];
        }

        // One that is long past is nothing by itself.
        if (kept == 1 && hers[0].Time < when.From) kept = 0;
        CollectionsMarshal.SetCount(into, start + kept);
        return kept;
    }

    /// <summary>Makes it ready to be asked.</summary>
    public WayOrders Index()
    {
        var all = customers.Count + others.Sum(o => o.customers.Count);
        (found, places) = (new int[all], new (int, int, int)[all]);
        var at = 0;
        for (var part = 0; part <= others.Count; part++)
        {
            foreach (var (customer, start, count) in part == 0 ? customers : others[part - 1].customers) (found[at], places[at++]) = (customer, (part, start, count));
        }

        Array.Sort(found, places);
        return this;
    }

    /// <summary>Those of a customer, in the order of time.</summary>
    public ReadOnlySpan<(long Time, double Amount)> Of(int customer)
    {
        if (Array.BinarySearch(found, customer) is not (>= 0 and var at)) return [];
        var (part, start, count) = places[at];
        return CollectionsMarshal.AsSpan(part == 0 ? orders : others[part - 1].orders).Slice(start, count);
    }
}
