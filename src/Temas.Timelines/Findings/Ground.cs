namespace Temas.Timelines.Findings;

/// <summary>
/// Units made ready to be compared again and again: in the order of what their customers were like, so that those who are alike lie together however coarsely they are compared (<see cref="History"/>), and a comparison is a pass without a
/// table to look anything up in. Only units of which is known what came after, or of when they came back at least a part. Never changes.
/// </summary>
public sealed class Ground
{
    /// <summary>Prepares units.</summary>
    public Ground(ReadOnlySpan<Unit> units)
    {
        var count = 0;
        foreach (ref readonly var unit in units)
        {
            if (IsOfUse(unit)) count++;
        }

        (All, Now, Past, OrderNow, OrderPast) = (new Outcome[count], new ulong[count], new ulong[count], new int[count], new int[count]);
        var (at, who, values, last, number) = (0, new Dictionary<int, int>(), new List<float>(), -1, -1);
        foreach (ref readonly var unit in units)
        {
            if (!IsOfUse(unit)) continue;

            // Those of a customer mostly follow one another.
            if ((at == 0 || unit.Customer != last) && !who.TryGetValue(last = unit.Customer, out number)) who.Add(unit.Customer, number = who.Count);
            All[at] = new Outcome(unit.Marks, unit.Value, unit.Orders, unit.Felt, number, unit.Met, unit.Again, unit.Before, unit.Next, unit.Came, unit.Known, unit.IsKnown);
            (Now[at], Past[at], OrderNow[at], OrderPast[at]) = (unit.History, unit.Past, at, at);
            if (unit.IsKnown && unit.Value > 0) values.Add(unit.Value);
            at++;
        }

        Array.Sort(Now, OrderNow);
        Array.Sort(Past, OrderPast);

        // The units themselves lie in that order, too, so that most passes go through memory from end to end.
        var (unsorted, placeOf) = ((Outcome[])All.Clone(), new int[count]);
        for (var place = 0; place < count; place++) (All[place], placeOf[OrderNow[place]]) = (unsorted[OrderNow[place]], place);
        for (var place = 0; place < count; place++) (OrderNow[place], OrderPast[place]) = (place, placeOf[OrderPast[place]]);
        Customers = who.Count;
        values.Sort();

        // One order of a hundred times the usual size must not decide: what is cut off is spread over all who bought, as far as it is not that of a few.
        const double MostSpread = 1.1;
        var most = values.Count == 0 ? float.MaxValue : values[(int)((values.Count - 1) * 0.99)];
        var (whole, cut) = (0.0, 0.0);
        foreach (var value in values) (whole, cut) = (whole + value, cut + Math.Min(value, most));
        var spread = cut > 0 ? (float)Math.Min(MostSpread, whole / cut) : 1;
        foreach (ref var one in All.AsSpan()) one = one with { Value = Math.Min(one.Value, most) * spread };
    }

    private static bool IsOfUse(in Unit unit) => unit.IsKnown || unit.Known > 0;

    /// <summary>The units, as far as a comparison asks.</summary>
    internal Outcome[] All { get; }

    /// <summary>What their customers were like, in order.</summary>
    internal ulong[] Now { get; }

    /// <summary>By place in <see cref="Now"/>: the unit.</summary>
    internal int[] OrderNow { get; }

    /// <summary>What they were like a while before that, in order.</summary>
    internal ulong[] Past { get; }

    /// <summary>By place in <see cref="Past"/>: the unit.</summary>
    internal int[] OrderPast { get; }

    /// <summary>How many customers there are.</summary>
    internal int Customers { get; }
}

/// <summary>What a comparison asks of a unit (<see cref="Unit"/>).</summary>
/// <param name="Marks">What else was met.</param>
/// <param name="Value">What was spent after.</param>
/// <param name="Orders">How many orders that was.</param>
/// <param name="Felt">How it was said to be; NaN for nothing said.</param>
/// <param name="Who">Whose it is, by a number from 0 up.</param>
/// <param name="Met">Whether it was met.</param>
/// <param name="Again">Whether she bought after.</param>
/// <param name="Before">Whether she had bought before.</param>
/// <param name="Next">After how many days she bought, or for how many it is known that she did not.</param>
/// <param name="Came">Whether she bought at the end of that.</param>
/// <param name="Known">For how many days it is known, whether she did or not.</param>
/// <param name="IsKnown">Whether all the time has passed in which what was spent is counted.</param>
internal readonly record struct Outcome(ulong Marks, float Value, float Orders, float Felt, int Who, bool Met, bool Again, bool Before, float Next, bool Came, float Known, bool IsKnown);
