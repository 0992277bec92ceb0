using System.Runtime.CompilerServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Follows the customers of a piece of the base along a funnel whose steps have a type each, all of them at once and step by step. What <see cref="FunnelWalk"/> keeps of a step is, at any of a customer's events, what the last
/// event before it made of it that came within the window; so it is enough to know, of each event of a step, which of the step before was the last to come so far: two lists in one order that are read side by side.
/// For one thread.
/// </summary>
internal sealed class FunnelByType(EventMatch[] steps, int[] types, TimeSpanMs when, long window)
{
    // Of each customer of the piece.
    private (int Reached, int First)[] along = [];
    private long[] took = [];
    private int begin;

    // The events that came to a step, and those that came to the step before.
    private Ways ways = new();
    private Ways before = new();

    /// <summary>The type of the event with which ways begin.</summary>
    public int FirstType => types[0];

    /// <summary>Follows the customers at some places of the base.</summary>
    public void Walk(BaseEvents all, int from, int to)
    {
        begin = from;
        if (to - from > along.Length) (along, took) = (new (int, int)[(to - from) * 2], new long[(to - from) * 2 * steps.Length]);
        along.AsSpan(0, to - from).Clear();
        TakeFirst(all, from, to);
        for (var step = 1; step < steps.Length && ways.Places.Length > 0; step++) Take(step, all, from, to);
    }

    /// <summary>How many steps the customer at a place of the base came along, and the row of the event with which the way began that got furthest.</summary>
    public (int Steps, int First) Reached(int customer) => along[customer - begin];

    /// <summary>How long each step that she reached took her from the one before, the first time; at 0 how long they took in all.</summary>
    public ReadOnlySpan<long> Took(int customer) => took.AsSpan((customer - begin) * steps.Length, steps.Length);

    private void TakeFirst(BaseEvents all, int from, int to)
    {
        var (type, match) = (types[0], steps[0]);
        var first = all.FirstRowsOf(type);
        if (!match.Asks(type) && all.First >= when.From && all.Last < when.To)
        {
            // Every event of the type begins a way: they need not be copied.
            ways.Show(all.PlacesOf(type), all.TimesOf(type), first, first[from], first[to]);
            for (var i = from; i < to; i++) along[i - from] = (first[i] < first[i + 1] ? 1 : 0, first[i]);
            return;
        }

        var (places, times) = (all.PlacesOf(type), all.TimesOf(type));
        ways.Clear(first[to] - first[from]);
        for (var owner = from; owner < to; owner++)
        {
            for (var row = first[owner]; row < first[owner + 1]; row++)
            {
                if (times[row] < when.From || times[row] >= when.To || !match.Test(type, row)) continue;
                if (along[owner - from].Reached == 0) along[owner - from] = (1, row);
                ways.Add(places[row], new Way(times[row], times[row], row, owner));
            }
        }
    }

    private void Take(int step, BaseEvents all, int from, int to)
    {
        (before, ways) = (ways, before);
        var (type, match) = (types[step], steps[step]);
        var first = all.FirstRowsOf(type);
        var (row, end) = (first[from], first[to]);
        var (places, times, owners) = (all.PlacesOf(type), all.TimesOf(type), all.OwnersOf(type));
        ways.Clear(end - row);
        var known = before.Places;
        var asks = match.Asks(type);
        for (var (way, last) = (0, -1); row < end; row++)
        {
            way = BaseEvents.Pass(known, way, places[row]);
            var (time, owner) = (times[row], owners[row]);
            if (way == 0 || !before.Find(way - 1, owner, out var its) || time - its.Start > window || (asks && !match.Test(type, row))) continue;
            if (owner != last) Note(step, time, its);
            last = owner;
            ways.Add(places[row], its with { Time = time });
        }
    }

    private void Note(int step, long time, in Way way)
    {
        var customer = way.Owner - begin;
        along[customer] = (step + 1, way.First);
        (took[(customer * steps.Length) + step], took[customer * steps.Length]) = (time - way.Time, time - way.Start);
    }

    /// <summary>An event that came to a step: when it was, when its way began and with which row, and whose it is, by her place in the base.</summary>
    private readonly record struct Way(long Time, long Start, int First, int Owner);

    /// <summary>The events that came to a step, and where they are: either noted one by one, or a stretch of the events of a type.</summary>
    private sealed class Ways
    {
        private int[] own = [];
        private Way[] ways = [];
        private int count;

        private int[]? shown, firstOf;
        private long[] times = [];
        private int begin;

        public ReadOnlySpan<int> Places => shown is null ? own.AsSpan(0, count) : shown.AsSpan(begin, count);

        /// <summary>The one at a place, if it is this customer's.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Find(int at, int owner, out Way way)
        {
            if (shown is null)
            {
                way = ways[at];
                return way.Owner == owner;
            }

            var row = begin + at;
            way = new Way(times[row], times[row], row, owner);
            return row >= firstOf![owner];
        }

        /// <summary>All rows of a stretch.</summary>
        public void Show(int[] places, long[] at, int[] first, int from, int to) => (shown, times, firstOf, begin, count) = (places, at, first, from, to - from);

        /// <summary>None, and room for so many.</summary>
        public void Clear(int most)
        {
            (shown, count) = (null, 0);
            if (most > own.Length) (own, ways) = (new int[most * 2], new Way[most * 2]);
        }

        public void Add(int place, in Way way)
        {
            own[count] = place;
            ways[count++] = way;
        }
    }
}
