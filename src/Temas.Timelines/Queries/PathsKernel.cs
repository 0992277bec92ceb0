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
    // With few types every transition that can be has a place of its own; with many they are looked up.
    private const int MostPlaces = 1 << 18;

    private readonly int types = places.Types;
    private readonly Edge?[] table = (long)query.Depth * places.Types * places.Types <= MostPlaces ? new Edge?[query.Depth * places.Types * places.Types] : [];
    private readonly Dictionary<Transition, Edge?> edges = [];
    private readonly long[] stays = new long[query.Depth * places.Types];
    private readonly MemoryBudget.Share share = budget.Begin();
    private Stop[] stops = new Stop[64];
    private int count;

    /// <summary>Ways in all.</summary>
    public long Ways { get; private set; }

    /// <summary>Customers with a way.</summary>
    public long Customers { get; private set; }

    public IEnumerable<(Transition Key, Edge Value)> Edges => table.Length == 0
        ? edges.Select(e => (e.Key, e.Value!))
        : table.Select((edge, at) => (new Transition(at / types / types, at / types % types, at % types), edge!)).Where(e => e.Item2 is not null);

    /// <summary>Ways by what stands at a place of them.</summary>
    public IEnumerable<((int Place, int Type) Key, long Value)> Stays => stays.Select((ways, at) => ((at / types, at % types), ways)).Where(s => s.ways > 0);

    public override TypeSet? Types { get; } = TypeSet.Of(places);

    public override Kernel Fork() => new PathsKernel(places, from, upto, query, budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var ways = Ways;
        count = 0;
        var last = long.MinValue;
        var times = events.Times;
        var kinds = events.Types;
        var rows = events.Rows;
        for (var i = 0; i < kinds.Length; i++)
        {
            var (time, type, row) = (times[i], kinds[i], rows[i]);
            if (time < query.When.From) continue;
            if (time >= query.When.To) break;
            if (!places.Test(type, row)) continue;
            if (count > 0 && time - last > query.Gap) EndVisit();
            last = time;
            var (begins, ends) = (from?.Test(type, row) ?? false, upto?.Test(type, row) ?? false);
            if (count > 0 && stops[count - 1].Type == type)
            {
                ref var stop = ref stops[count - 1];
                stop = stop with { Begins = stop.Begins || begins, Ends = stop.Ends || ends };
            }
            else
            {
                if (count == stops.Length) Array.Resize(ref stops, count * 2);
                stops[count++] = new Stop(type, time, begins, ends);
            }
        }

        EndVisit();
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

        for (var i = 0; i < stays.Length; i++) stays[i] += its.stays[i];
    }

    private void EndVisit()
    {
        if (from is not null) FromEach();
        else if (upto is not null) UptoEach();
        else if (count > 0) Count(0, Math.Min(count, query.Depth), 0);
        count = 0;
    }

    private void FromEach()
    {
        for (var at = 0; at < count; at++)
        {
            if (!stops[at].Begins) continue;
            var end = Math.Min(count, at + query.Depth);
            if (upto is not null)
            {
                var goal = at + 1;
                while (goal < end && !stops[goal].Ends) goal++;
                if (goal == end) continue;
                end = goal + 1;
            }

            Count(at, end, 0);
            at = end - 1;
        }
    }

    private void UptoEach()
    {
        var free = 0;
        for (var at = 0; at < count; at++)
        {
            if (!stops[at].Ends) continue;
            var begin = Math.Max(free, at + 1 - query.Depth);
            // The goal stands at the last place, however short the way.
            Count(begin, at + 1, query.Depth - (at + 1 - begin));
            free = at + 1;
        }
    }

    private void Count(int begin, int end, int place)
    {
        Ways++;
        for (var i = begin; i < end; i++, place++)
        {
            stays[(place * types) + stops[i].Type]++;
            if (i + 1 == end) break;
            ref var edge = ref EdgeOf(place, stops[i].Type, stops[i + 1].Type);
            share.Take(edge is null ? 128 : 8);
            edge ??= new Edge();
            edge.Took.Add(stops[i + 1].Time - stops[i].Time);
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

    private readonly record struct Stop(int Type, long Time, bool Begins, bool Ends);
}
