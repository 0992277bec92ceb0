using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Follows customers of the base along a funnel whose steps have a type each: step by step rather than event by event. What <see cref="FunnelWalk"/> keeps of a step is, at any of her events, what the last event
/// before it made of it that came within the window; so it is enough to know, of each event of a step, which of the step before was the last to come so far. Most customers never get to the second step, and
/// nothing but the first is looked at of them. For one thread.
/// </summary>
internal sealed class FunnelByType(EventMatch[] steps, int[] types, TimeSpanMs when, long window)
{
    // Of each step, the next row, and the last and one of this customer's and of the piece's.
    private readonly (int Next, int Upto, int End)[] rows = new (int, int, int)[types.Length];

    // Where the events of each step are.
    private readonly int[][] at = new int[types.Length][];

    // And when they were.
    private readonly long[][] times = new long[types.Length][];

    // The events that came so far, of a step and of the step before.
    private Way[] ways = new Way[16];
    private Way[] before = new Way[16];

    /// <summary>How many steps the customer came along.</summary>
    public int Reached { get; private set; }

    /// <summary>When each step was reached for the first time.</summary>
    public long[] Times { get; } = new long[types.Length];

    /// <summary>When the step before it was taken on that way.</summary>
    public long[] Before { get; } = new long[types.Length];

    /// <summary>When the way began that got furthest.</summary>
    public long Begin { get; private set; }

    /// <summary>The row of the event with which it began.</summary>
    public int First { get; private set; }

    /// <summary>The type of that event.</summary>
    public int FirstType => types[0];

    /// <summary>Begins with a piece of the base.</summary>
    public void Enter(BaseEvents all, int from, int to)
    {
        for (var step = 0; step < types.Length; step++)
        {
            var (begin, end) = all.RowsOf(types[step], from, to);
            (rows[step], at[step], times[step]) = ((begin, begin, end), all.PlacesOf(types[step]), all.TimesOf(types[step]));
        }
    }

    /// <summary>Follows the next customer, whose events end there.</summary>
    public void Walk(int upto)
    {
        for (var step = 0; step < types.Length; step++)
        {
            ref var row = ref rows[step];
            var places = at[step];
            row.Next = row.Upto;
            row.Upto = BaseEvents.Pass(places.AsSpan(0, row.End), row.Next, upto);
        }

        Reached = 0;
        var (first, end, _) = rows[0];
        var begins = times[0];
        while (first < end && !IsBegin(first, begins[first])) first++;
        if (first == end) return;
        var time = begins[first];
        Note(0, new Way(0, time, time, first), time);
        if (rows[1].Next < rows[1].Upto) Follow(first, end);
    }

    private void Follow(int first, int end)
    {
        var (begins, beginTimes) = (at[0], times[0]);
        var (count, next, begin) = (0, first, -1);
        for (var step = 1; step < types.Length; step++)
        {
            (before, ways, var known, count) = (ways, before, count, 0);
            var places = at[step];
            var of = -1;
            for (var row = rows[step].Next; row < rows[step].Upto; row++)
            {
                var place = places[row];
                Way way;
                if (step == 1)
                {
                    // The last before it: of those that it has passed, mostly the first that is looked at.
                    var passed = next;
                    while (next < end && begins[next] < place) next++;
                    var last = next - 1;
                    while (last >= passed && !IsBegin(last, beginTimes[last])) last--;
                    if (last >= passed) begin = last;
                    if (begin < 0) continue;
                    way = new Way(place, beginTimes[begin], beginTimes[begin], begin);
                }
                else
                {
                    while (of + 1 < known && before[of + 1].Place < place) of++;
                    if (of < 0) continue;
                    way = before[of];
                }

                var time = times[step][row];
                if (time > FunnelWalk.AtMost(way.Start, window) || !steps[step].Test(types[step], row)) continue;
                if (Reached == step) Note(step, way, time);
                if (step + 1 == types.Length) return;
                if (count == ways.Length) Array.Resize(ref ways, count * 2);
                ways[count++] = way with { Place = place, Time = time };
            }

            if (count == 0) return;
        }
    }

    private bool IsBegin(int row, long time) => time >= when.From && time < when.To && steps[0].Test(types[0], row);

    private void Note(int step, in Way way, long time)
    {
        Reached = step + 1;
        (Times[step], Before[step], Begin, First) = (time, way.Time, way.Start, way.First);
    }

    /// <summary>An event that came so far: where it is, when it was, when its way began, and with which row.</summary>
    private readonly record struct Way(int Place, long Time, long Start, int First);
}
