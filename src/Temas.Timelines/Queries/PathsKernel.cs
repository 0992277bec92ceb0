using System.Runtime.InteropServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>A transition: from one type of event at a place of the way to another at the next.</summary>
/// <param name="Place">The place on the way of the first, from 0.</param>
/// <param name="From">Its type.</param>
/// <param name="To">The type that follows.</param>
internal readonly record struct Transition(int Place, int From, int To);

/// <summary>Counts transitions on customers' ways. The same type several times running is one place.</summary>
internal sealed class PathsKernel(EventMatch places, EventMatch? from, EventMatch? upto, PathsQuery query, MemoryBudget budget) : Kernel
{
    private const int Stands = 1, Begins = 2, Ends = 4, NoType = ushort.MaxValue + 1;

    // With few types every transition that can be has a place of its own; with many they are looked up.
    private const int MostPlaces = 1 << 18;

    private readonly EventRoles roles = new(places, from, upto);
    private readonly int types = places.Types;
    private readonly Edge?[] table = (long)query.Depth * places.Types * places.Types <= MostPlaces ? new Edge?[query.Depth * places.Types * places.Types] : [];
    private readonly Dictionary<Transition, Edge?> edges = [];

    // By place and type, the ways that begin there: all others come to it by a transition.
    private readonly long[] begun = new long[query.Depth * places.Types];
    private readonly MemoryBudget.Share share = budget.Begin();

    // The stops of one visit: type, time of its first event, what it may be.
    private int[] stops = new int[64];
    private long[] times = new long[64];
    private int[] may = new int[64];

    /// <summary>Ways in all.</summary>
    public long Ways { get; private set; }

    /// <summary>Customers with a way.</summary>
    public long Customers { get; private set; }

    public IEnumerable<(Transition Key, Edge Value)> Edges => table.Length == 0
        ? edges.Select(e => (e.Key, e.Value!))
        : table.Select((edge, at) => (new Transition(at / types / types, at / types % types, at % types), edge!)).Where(e => e.Item2 is not null);

    public override TypeSet? Types { get; } = TypeSet.Of(places);

    public override Kernel Fork() => new PathsKernel(places, from, upto, query, budget);

    /// <summary>Ways by what stands at a place of them.</summary>
    public IEnumerable<((int Place, int Type) Key, long Value)> Stays()
    {
        var stays = begun.ToArray();
        foreach (var (key, edge) in Edges) stays[((key.Place + 1) * types) + key.To] += edge.Took.Count;
        return stays.Select((ways, at) => ((at / types, at % types), ways)).Where(s => s.ways > 0);
    }

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var ways = Ways;
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
        if (Ways > ways) Customers++;
    }

    public override void Merge(Kernel other)
    {
        var its = (PathsKernel)other;
        (Ways, Customers) = (Ways + its.Ways, Customers + its.Customers);
        foreach (var (key, edge) in its.Edges)
        {
            ref var mine = ref EdgeOf(key.Place, key.From, key.To);
            if (mine is null) mine = edge;
            else mine.Took.AddRange(edge.Took);
        }

        for (var i = 0; i < begun.Length; i++) begun[i] += its.begun[i];
    }

    private void Grow()
    {
        Array.Resize(ref may, stops.Length * 2);
        Array.Resize(ref times, stops.Length * 2);
        Array.Resize(ref stops, stops.Length * 2);
    }

    private void EndVisit(int count)
    {
        if (from is not null) FromEach(count);
        else if (upto is not null) UptoEach(count);
        else if (count > 0) Count(0, Math.Min(count, query.Depth), 0);
    }

    private void FromEach(int count)
    {
        for (var at = 0; at < count; at++)
        {
            if ((may[at] & Begins) == 0) continue;
            var end = Math.Min(count, at + query.Depth);
            if (upto is not null)
            {
                var goal = at + 1;
                while (goal < end && (may[goal] & Ends) == 0) goal++;
                if (goal == end) continue;
                end = goal + 1;
            }

            Count(at, end, 0);
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
            Count(begin, at + 1, query.Depth - (at + 1 - begin));
            free = at + 1;
        }
    }

    private void Count(int begin, int end, int place)
    {
        Ways++;
        begun[(place * types) + stops[begin]]++;
        share.Take(8 * (end - begin));
        for (var i = begin; i + 1 < end; i++, place++)
        {
            ref var edge = ref EdgeOf(place, stops[i], stops[i + 1]);
            if (edge is null)
            {
                share.Take(128);
                edge = new Edge();
            }

            edge.Took.Add(times[i + 1] - times[i]);
        }
    }

    private ref Edge? EdgeOf(int place, int begin, int end)
    {
        if (table.Length > 0) return ref table[(((place * types) + begin) * types) + end];
        return ref CollectionsMarshal.GetValueRefOrAddDefault(edges, new Transition(place, begin, end), out _);
    }

    internal sealed class Edge
    {
        /// <summary>How long each transition took, in milliseconds.</summary>
        public List<long> Took { get; } = [];
    }
}
