using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>The orders of many customers, customer after customer and each in the order of time; those that were cancelled are left out.</summary>
/// <param name="Customers">The customers who have orders, by the nodes that stand for them, ascending.</param>
/// <param name="Starts">Where the orders of each begin, and behind the last where they end.</param>
/// <param name="Times">When each was placed, in milliseconds since 1970 UTC.</param>
/// <param name="Amounts">What each comes to; 0 where nothing was said.</param>
public sealed record OrderHistories(int[] Customers, int[] Starts, long[] Times, double[] Amounts)
{
    /// <summary>How many orders.</summary>
    public int Count => Times.Length;
}

/// <summary>Gathers each customer's orders, by the rules that profiles go by (<see cref="OrderSelector"/>).</summary>
internal sealed class OrdersKernel(OrderWalk walk, MemoryBudget budget) : Kernel
{
    private readonly MemoryBudget.Share share = budget.Begin();
    private readonly List<(int Customer, int Start, int Count)> customers = [];
    private readonly List<(long Time, double Amount)> orders = [];

    public override TypeSet? Types => walk.Types;

    public override Kernel Fork() => new OrdersKernel(walk.Fork(), budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var start = orders.Count;
        walk.Collect(events, orders);
        if (orders.Count == start) return;
        share.Take(12 + ((orders.Count - start) * 16L));
        customers.Add((customer, start, orders.Count - start));
    }

    public override void Merge(Kernel other)
    {
        var its = (OrdersKernel)other;
        var shift = orders.Count;
        orders.AddRange(its.orders);
        customers.AddRange(its.customers.Select(c => c with { Start = c.Start + shift }));
    }

    public OrderHistories Histories()
    {
        customers.Sort((a, b) => a.Customer.CompareTo(b.Customer));
        var (ids, starts, times, amounts) = (new int[customers.Count], new int[customers.Count + 1], new long[orders.Count], new double[orders.Count]);
        for (int i = 0, at = 0; i < customers.Count; i++)
        {
            var (customer, start, count) = customers[i];
            (ids[i], starts[i]) = (customer, at);
            for (var j = 0; j < count; j++, at++) (times[at], amounts[at]) = orders[start + j];
            starts[i + 1] = at;
        }

        return new OrderHistories(ids, starts, times, amounts);
    }
}
