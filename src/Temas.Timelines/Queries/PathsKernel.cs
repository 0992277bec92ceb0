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
    private readonly Dictionary<Transition, Edge> edges = [];
    private readonly Dictionary<(int Place, int Type), long> stays = [];
    private readonly List<Stop> stops = [];

    /// <summary>Ways in all.</summary>
    public long Ways { get; private set; }

    /// <summary>Customers with a way.</summary>
    public long Customers { get; private set; }

    public IReadOnlyDictionary<Transition, Edge> Edges => edges;

    /// <summary>Ways by what stands at a place of them.</summary>
    public IReadOnlyDictionary<(int Place, int Type), long> Stays => stays;

    public override Kernel Fork() => new PathsKernel(places, from, upto, query, budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var ways = Ways;
        stops.Clear();
        var last = long.MinValue;
        for (var i = 0; i < events.Length; i++)
        {
            var (time, type, row) = (events.Times[i], events.Types[i], events.Rows[i]);
            if (time < query.When.From) continue;
            if (time >= query.When.To) break;
            if (!places.Test(type, row)) continue;
            if (stops.Count > 0 && time - last > query.Gap) EndVisit();
            last = time;
            var (begins, ends) = (from?.Test(type, row) ?? false, upto?.Test(type, row) ?? false);
            if (stops.Count > 0 && stops[^1].Type == type) stops[^1] = stops[^1] with { Begins = stops[^1].Begins || begins, Ends = stops[^1].Ends || ends };
            else stops.Add(new Stop(type, time, begins, ends));
        }

        EndVisit();
        if (Ways > ways) Customers++;
    }

    public override void Merge(Kernel other)
    {
        var its = (PathsKernel)other;
        (Ways, Customers) = (Ways + its.Ways, Customers + its.Customers);
        foreach (var (key, edge) in its.edges)
        {
            if (edges.TryGetValue(key, out var mine)) mine.Took.AddRange(edge.Took);
            else edges.Add(key, edge);
        }

        foreach (var (key, count) in its.stays) CollectionsMarshal.GetValueRefOrAddDefault(stays, key, out _) += count;
    }

    private void EndVisit()
    {
        if (from is not null) FromEach();
        else if (upto is not null) UptoEach();
        else if (stops.Count > 0) Count(0, Math.Min(stops.Count, query.Depth), 0);
        stops.Clear();
    }

    private void FromEach()
    {
        for (var at = 0; at < stops.Count; at++)
        {
            if (!stops[at].Begins) continue;
            var end = Math.Min(stops.Count, at + query.Depth);
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
        for (var at = 0; at < stops.Count; at++)
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
            CollectionsMarshal.GetValueRefOrAddDefault(stays, (place, stops[i].Type), out _)++;
            if (i + 1 == end) break;
            ref var edge = ref CollectionsMarshal.GetValueRefOrAddDefault(edges, new Transition(place, stops[i].Type, stops[i + 1].Type), out var known);
            if (!known) edge = new Edge();
            edge!.Took.Add(stops[i + 1].Time - stops[i].Time);
            budget.Take(known ? 8 : 128);
        }
    }

    internal sealed class Edge
    {
        /// <summary>How long each transition took, in milliseconds.</summary>
        public List<long> Took { get; } = [];
    }

    private readonly record struct Stop(int Type, long Time, bool Begins, bool Ends);
}
