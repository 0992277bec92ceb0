using Temas.Customers.Contracts;
using Temas.Timelines.Queries;

namespace Temas.Insight.Indicators;

/// <summary>What customers did with their orders in one period: sums over customers.</summary>
internal sealed class OrderFigures(TimeSpanMs when, OrderRhythm rhythm)
{
    /// <summary>So long without an order a customer counts as gone, and so long before she must have ordered to count at all.</summary>
    public const int GoneDays = 180;

    private const long Day = 86_400_000, Gone = GoneDays * Day;

    private readonly List<double> secondDays = [], sinceLastDays = [];

    /// <summary>Orders, what they come to, and the sum of the squares of that.</summary>
    public long Orders { get; private set; }

    public double Revenue { get; private set; }

    public double Squares { get; private set; }

    /// <summary>Customers who ordered; of them those whose first order this was, and those who ordered twice at least.</summary>
    public long Buyers { get; private set; }

    public long NewBuyers { get; private set; }

    public long Repeaters { get; private set; }

    /// <summary>Customers who ordered in the half-year before the last, and those of them who ordered in the last one, too; halves of 360 days up to the end of the period.</summary>
    public long Before { get; private set; }

    public long Stayed { get; private set; }

    /// <summary>Customers who had not ordered for so long when the period began, and those of them who ordered in it.</summary>
    public long Silent { get; private set; }

    public long WonBack { get; private set; }

    /// <summary>Customers who had ordered and were not lost when the period ended, and those of them who were overdue by their own rhythm.</summary>
    public long Kept { get; private set; }

    public long AtRisk { get; private set; }

    /// <summary>Median days from the first order to the second, of those whose second lies in the period; and how many they are.</summary>
    public (double? Median, long Count) SecondDays => (Median(secondDays), secondDays.Count);

    /// <summary>Median days since the last order at the end of the period, of all who ever ordered; and how many they are.</summary>
    public (double? Median, long Count) SinceLastDays => (Median(sinceLastDays), sinceLastDays.Count);

    /// <summary>The figures of some periods, in one pass over the customers.</summary>
    /// <param name="of">The orders.</param>
    /// <param name="periods">The periods.</param>
    /// <param name="now">No period ends later than this.</param>
    /// <param name="rhythm">When somebody is overdue, and when lost.</param>
    /// <param name="around">Whether those figures are wanted that count customers without an order in the period, too: who stayed, went, was won back, is overdue, and how long ago the last order was.</param>
    public static OrderFigures[] Of(OrderHistories of, IReadOnlyList<TimeSpanMs> periods, long now, OrderRhythm rhythm, bool around = true)
    {
        var all = periods.Select(p => new OrderFigures(p with { To = Math.Min(p.To, now) }, rhythm)).ToArray();
        var (least, most) = all.Length == 0 ? (0, 0) : (periods.Min(p => p.From), periods.Max(p => p.To));
        for (var c = 0; c < of.Customers.Length; c++)
        {
            var (from, to) = (of.Starts[c], of.Starts[c + 1]);
            var times = of.Times.AsSpan(from, to - from);
            // Most customers ordered nothing in the periods that are asked about.
            if (!around && (times.Length == 0 || times[^1] < least || times[0] >= most)) continue;
            foreach (var figures in all) figures.Add(times, of.Amounts.AsSpan(from, to - from), around);
        }

        return all;
    }

    private void Add(ReadOnlySpan<long> times, ReadOnlySpan<double> amounts, bool around)
    {
        if (when.From >= when.To) return;
        var (first, end) = (FirstFrom(times, when.From), FirstFrom(times, when.To));
        var count = end - first;
        for (var i = first; i < end; i++) (Orders, Revenue, Squares) = (Orders + 1, Revenue + amounts[i], Squares + (amounts[i] * amounts[i]));
        if (count > 0) Buyers++;
        if (count > 0 && first == 0) NewBuyers++;
        if (count > 1) Repeaters++;
        if (first <= 1 && end > 1) secondDays.Add((times[1] - times[0]) / (double)Day);
        if (!around) return;
        if (end > 0)
        {
            var silence = when.To - times[end - 1];
            var expected = rhythm.Expected(times[0], times[end - 1], end);
            sinceLastDays.Add(silence / (double)Day);
            if (silence <= rhythm.LostAfter * expected) Kept++;
            if (silence <= rhythm.LostAfter * expected && silence > rhythm.AtRiskAfter * expected) AtRisk++;
        }

        if (first > 0 && times[first - 1] < when.From - Gone)
        {
            Silent++;
            if (count > 0) WonBack++;
        }

        var (earlier, later) = (FirstFrom(times, when.To - (2 * Gone)), FirstFrom(times, when.To - Gone));
        if (later == earlier) return;
        Before++;
        if (end > later) Stayed++;
    }

    private static int FirstFrom(ReadOnlySpan<long> times, long moment)
    {
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (times[middle] < moment) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static double? Median(List<double> values)
    {
        if (values.Count == 0) return null;
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
