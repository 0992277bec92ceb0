using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Follows the ways of one customer after the other. The same type (or touchpoint, or whatever stands at places) several times running is one place. For one thread.</summary>
internal abstract class PathsWalk
{
    /// <summary>What an event may be: a place, one with which a way begins.</summary>
    public const int Stands = 1, Begins = 2;

    private const int Ends = 4, Opens = 8, NoType = int.MaxValue;

    private readonly PathsQuery query;
    private readonly EventRoles roles;

    // The stops of a customer: type, time of its first event and which touch that was, what it may be, and whether it opens a visit.
    private int[] stops = new int[64];
    private long[] times = new long[64];
    private int[] touches = new int[64];
    private int[] may = new int[64];

    protected PathsWalk(ColumnStore store, PathsQuery query, bool forFew = false)
    {
        var places = new EventMatch(store, query.Event, forFew);
        (this.query, Standing, Places) = (query, new PathPlaces(store, query), TypeSet.Of(places));
        roles = new EventRoles(places, query.From is { } from ? new EventMatch(store, from, forFew) : null, query.Upto is { } upto ? new EventMatch(store, upto, forFew) : null);
    }

    /// <summary>Another one, for another thread.</summary>
    protected PathsWalk(PathsWalk other) => (query, Standing, Places, roles) = (other.query, other.Standing, other.Places, other.roles);

    /// <summary>What stands at places.</summary>
    public PathPlaces Standing { get; }

    /// <summary>How many different things that are.</summary>
    public int Types => Standing.Count;

    /// <summary>The event types that may be places.</summary>
    public TypeSet Places { get; }

    /// <summary>The same by type alone; null where events must be looked at closer.</summary>
    public PathsByType? ByType(MemoryBudget budget) => PathsByType.Of(query, roles, Types, budget);

    /// <summary>Follows a customer's ways.</summary>
    public void Walk(in Slice events)
    {
        var (first, end, gap, last) = (query.When.From, query.When.To, query.Gap, 0L);

        // Of the stop before, which the next look at an event waits for: not to be read from memory.
        var (stop, stopType, stopTime, stopTouch, stopMay) = (-1, NoType, 0L, 0, 0);
        var standing = Standing.LooksAtTouches ? Standing : null;
        var when = events.Times;
        var kinds = events.Types;
        var rows = events.Rows;
        for (var i = 0; i < kinds.Length; i++)
        {
            var (time, type, touch) = (when[i], (int)kinds[i], 0);
            if (time < first) continue;
            if (time >= end) break;
            var role = roles.Asks(type) ? roles.Of(type, rows[i]) : roles.Of(type);
            if ((role & Stands) == 0) continue;
            if (standing is not null)
            {
                touch = standing.TouchAt(type, rows[i]);
                if ((type = standing.Of(type, touch)) == PathPlaces.None) continue;
            }

            // Whether it comes after a pause, or is the type of the stop before, is anybody's guess, so there is no branch: it is written over what stands there, or after it. All bits when it is, none when it is not.
            var opens = (int)((gap - (time - last)) >>> 63);
            var same = (((type ^ stopType) | opens) - 1) >> 31;
            last = time;
            stop += 1 + same;
            stopTime = time ^ ((time ^ stopTime) & same);
            stopTouch = touch ^ ((touch ^ stopTouch) & same);
            stopMay = role | (opens * Opens) | (stopMay & same);
            stopType = type;
            if (stop == stops.Length) Grow();
            (stops[stop], times[stop], touches[stop], may[stop]) = (type, stopTime, stopTouch, stopMay);
        }

        for (var (begin, at) = (0, 1); begin <= stop; begin = at++)
        {
            while (at <= stop && (may[at] & Opens) == 0) at++;
            EndVisit(begin, at);
        }
    }

    /// <summary>Takes a way: the types at its stops, when each was reached, with which touch, and the place of the first.</summary>
    protected abstract void Take(ReadOnlySpan<int> stops, ReadOnlySpan<long> times, ReadOnlySpan<int> touches, int place);

    private void Grow()
    {
        Array.Resize(ref may, stops.Length * 2);
        Array.Resize(ref touches, stops.Length * 2);
        Array.Resize(ref times, stops.Length * 2);
        Array.Resize(ref stops, stops.Length * 2);
    }

    private void EndVisit(int first, int end)
    {
        if (query.From is not null) FromEach(first, end);
        else if (query.Upto is not null) UptoEach(first, end);
        else Take(first, Math.Min(end, first + query.Depth), 0);
    }

    private void FromEach(int first, int last)
    {
        for (var at = first; at < last; at++)
        {
            if ((may[at] & Begins) == 0) continue;
            var end = Math.Min(last, at + query.Depth);
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

    private void UptoEach(int first, int last)
    {
        var free = first;
        for (var at = first; at < last; at++)
        {
            if ((may[at] & Ends) == 0) continue;
            var begin = Math.Max(free, at + 1 - query.Depth);
            // The goal stands at the last place, however short the way.
            Take(begin, at + 1, query.Depth - (at + 1 - begin));
            free = at + 1;
        }
    }

    private void Take(int begin, int end, int place) => Take(stops.AsSpan(begin, end - begin), times.AsSpan(begin, end - begin), touches.AsSpan(begin, end - begin), place);
}
