using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Notes of each customer when she did something last, how often, and for how much: events, or orders.</summary>
internal sealed class RfmKernel(EventMatch? match, NumberColumns? amounts, OrderWalk? orders, bool hasValue, TimeSpanMs when, MemoryBudget budget) : Kernel
{
    private readonly MemoryBudget.Share share = budget.Begin();
    private readonly List<(long Last, long Count, double Sum)> customers = [];

    public RfmKernel(ColumnStore store, RfmQuery query, MemoryBudget budget)
        : this(
            query.Orders is null ? new EventMatch(store, query.Event) : null, query.Orders is null && query.Property is { } property ? new NumberColumns(store, property) : null,
            query.Orders is { } of ? new OrderWalk(store, of) : null, query.Orders is { } some ? some.Amount.Count > 0 : query.Property is not null, query.When, budget)
    {
    }

    public override TypeSet? Types { get; } = orders is null ? TypeSet.Of(match!) : orders.Types;

    public override Kernel Fork() => new RfmKernel(match, amounts, orders?.Fork(), hasValue, when, budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var did = orders is null ? Events(events) : orders.Walk(events, when);
        if (did.Count == 0) return;
        share.Take(24);
        customers.Add(did);
    }

    private (long Last, long Count, double Sum) Events(in Slice events)
    {
        var (last, count, sum) = (0L, 0L, 0.0);
        for (var i = 0; i < events.Length; i++)
        {
            if (events.Times[i] < when.From || events.Times[i] >= when.To || !match!.Test(events.Types[i], events.Rows[i])) continue;
            (last, count) = (events.Times[i], count + 1);
            if (amounts?.At(events.Types[i], events.Rows[i]) is { } amount && !double.IsNaN(amount)) sum += amount;
        }

        return (last, count, sum);
    }

    public override void Merge(Kernel other) => customers.AddRange(((RfmKernel)other).customers);

    public RfmAnswer Answer()
    {
        var recency = Scores([.. customers.Select(c => (double)c.Last)], out var recencies);
        var frequency = Scores([.. customers.Select(c => (double)c.Count)], out var frequencies);
        int[]? monetary = null;
        IReadOnlyList<RfmScore> monetaries = [];
        if (hasValue) monetary = Scores([.. customers.Select(c => c.Sum)], out monetaries);
        var cells = new SortedDictionary<(int Recency, int Frequency, int Monetary), (long Customers, double Value)>();
        for (var i = 0; i < customers.Count; i++)
        {
            var key = (recency[i], frequency[i], monetary?[i] ?? 0);
            var (count, value) = cells.GetValueOrDefault(key);
            cells[key] = (count + 1, value + customers[i].Sum);
        }

        return new RfmAnswer(
            customers.Count, !hasValue ? null : customers.Sum(c => c.Sum), recencies, frequencies, monetaries,
            [.. cells.Select(c => new RfmCell(c.Key.Recency, c.Key.Frequency, c.Key.Monetary, c.Value.Customers, !hasValue ? null : c.Value.Value))]);
    }

    /// <summary>The score of each: 1, and one more for each fifth of the customers who have less. Equals have the same.</summary>
    private static int[] Scores(double[] values, out IReadOnlyList<RfmScore> scores)
    {
        var (order, result, found) = (new int[values.Length], new int[values.Length], new List<RfmScore>());
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => values[a].CompareTo(values[b]));
        for (int at = 0, less = 0; at < order.Length; at++)
        {
            var value = values[order[at]];
            if (at > 0 && value > values[order[at - 1]]) less = at;
            var score = 1 + (int)(less * 5L / order.Length);
            result[order[at]] = score;
            if (found.Count > 0 && found[^1].Score == score) found[^1] = found[^1] with { Customers = found[^1].Customers + 1, Most = value };
            else found.Add(new RfmScore(score, 1, value, value));
        }

        scores = found;
        return result;
    }
}
