using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Follows the ways of one customer after the other. The same type several times running is one place. For one thread.</summary>
internal abstract class PathsWalk
{
    private const int Stands = 1, Begins = 2, Ends = 4, NoType = ushort.MaxValue + 1;

    private readonly PathsQuery query;
    private readonly EventRoles roles;

    // The stops of one visit: type, time of its first event, what it may be.
    private int[] stops = new int[64];
    private long[] times = new long[64];
    private int[] may = new int[64];

    protected PathsWalk(ColumnStore store, PathsQuery query, bool forFew = false)
    {
        var places = new EventMatch(store, query.Event, forFew);
        (this.query, Types, Places) = (query, places.Types, TypeSet.Of(places));
        roles = new EventRoles(places, query.From is { } from ? new EventMatch(store, from, forFew) : null, query.Upto is { } upto ? new EventMatch(store, upto, forFew) : null);
    }

    /// <summary>Another one, for another thread.</summary>
    protected PathsWalk(PathsWalk other) => (query, Types, Places, roles) = (other.query, other.Types, other.Places, other.roles);

    /// <summary>How many event types there are.</summary>
    public int Types { get; }

    /// <summary>Those that may be places.</summary>
    public TypeSet Places { get; }

    /// <summary>Follows a customer's ways.</summary>
    public void Walk(in Slice events)
    {
        var (first, end, gap, last) = (query.When.From, query.When.To, query.Gap, long.MinValue);

        // Of the stop before, which the next look at an event waits for: not to be read from memory.
        var (stop, stopType, stopTime, stopMay) = (-1, NoType, 0L, 0);
        var when = events.Times;
        var kinds = events.Types;
        var rows = events.Rows;
        for (var i = 0; i < kinds.Length; i++)
        {
            var (time, type) = (when[i], kinds[i]);
            if (time < first) continue;
            if (time >= end) break;
            var role = roles.Of(type, rows[i]);
            if ((role & Stands) == 0) continue;
            if (stop >= 0 && time - last > gap)
            {
                EndVisit(stop + 1);
                (stop, stopType) = (-1, NoType);
            }

            last = time;

            // Whether it is the type of the stop before is anybody's guess, so there is no branch: it is written over what stands there, or after it. All bits when it is, none when it is not.
            var same = ((type ^ stopType) - 1) >> 31;
            stop += 1 + same;
            stopTime = time ^ ((time ^ stopTime) & same);
            stopMay = role | (stopMay & same);
            stopType = type;
            if (stop == stops.Length) Grow();
            (stops[stop], times[stop], may[stop]) = (type, stopTime, stopMay);
        }

        EndVisit(stop + 1);
    }

    /// <summary>Takes a way: the types at its stops, when each was reached, and the place of the first.</summary>
    protected abstract void Take(ReadOnlySpan<int> stops, ReadOnlySpan<long> times, int place);

    private void Grow()
    {
        Array.Resize(ref may, stops.Length * 2);
        Array.Resize(ref times, stops.Length * 2);
        Array.Resize(ref stops, stops.Length * 2);
    }

    private void EndVisit(int count)
    {
        if (query.From is not null) FromEach(count);
        else if (query.Upto is not null) UptoEach(count);
        else if (count > 0) Take(0, Math.Min(count, query.Depth), 0);
    }

    private void FromEach(int count)
    {
        for (var at = 0; at < count; at++)
        {
            if ((may[at] & Begins) == 0) continue;
            var end = Math.Min(count, at + query.Depth);
            if (query.Upto is not null)
            {
                var goal = at + 1;
                while (goal < end && (may[goal] & Ends) == 0) goal++;
                if (goal == end) continue;
                end = goal + 1;
            }

            Take(at, end, 0);
            at = end - 1;
        }
    }

    private void UptoEach(int count)
    {
        var free = 0;
        for (var at = 0; at < count; at++)
        {
            if ((may[at] & Ends) == 0) continue;
            var begin = Math.Max(free, at + 1 - query.Depth);
            // The goal stands at the last place, however short the way.
            Take(begin, at + 1, query.Depth - (at + 1 - begin));
            free = at + 1;
        }
    }

    private void Take(int begin, int end, int place) => Take(stops.AsSpan(begin, end - begin), times.AsSpan(begin, end - begin), place);
}
