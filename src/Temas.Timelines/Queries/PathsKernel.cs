using System.Runtime.InteropServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>A transition: from one type of event at a place of the way to another at the next.</summary>
/// <param name="Place">The place on the way of the first, from 0.</param>
/// <param name="From">Its type.</param>
/// <param name="To">The type that follows.</param>
internal readonly record struct Transition(int Place, int From, int To);

/// <summary>Counts what stands at the places of customers' ways, and what follows on it.</summary>
internal sealed class PathsKernel : Kernel
{
    // With few types every transition that can be has a place of its own; with many they are looked up.
    private const int MostPlaces = 1 << 18;

    private readonly Counting walk;
    private readonly PathsQuery query;
    private readonly MemoryBudget budget;

    public PathsKernel(ColumnStore store, PathsQuery query, MemoryBudget budget) => (this.query, this.budget, walk) = (query, budget, new Counting(store, query, budget));

    private PathsKernel(PathsKernel other) => (query, budget, walk) = (other.query, other.budget, new Counting(other.walk, other.query, other.budget));

    /// <summary>Ways in all.</summary>
    public long Ways { get; private set; }

    /// <summary>Customers with a way.</summary>
    public long Customers { get; private set; }

    public IEnumerable<(Transition Key, Edge Value)> Edges => walk.Edges;

    public override TypeSet? Types => walk.Places;

    public override Kernel Fork() => new PathsKernel(this);

    /// <summary>Ways, and customers with such a way, by what stands at a place of them.</summary>
    public IEnumerable<(int Place, int Type, long Ways, long Customers)> Stays()
    {
        var stays = walk.Begun.ToArray();
        foreach (var (key, edge) in Edges) stays[((key.Place + 1) * walk.Types) + key.To] += edge.Took.Count;
        return stays.Select((ways, at) => (at / walk.Types, at % walk.Types, ways, walk.Whose[at])).Where(s => s.ways > 0);
    }

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var ways = walk.Ways;
        walk.Visit++;
        walk.Walk(events);
        if (walk.Ways == ways) return;
        (Ways, Customers) = (Ways + walk.Ways - ways, Customers + 1);
    }

    public override void Merge(Kernel other)
    {
        var its = (PathsKernel)other;
        (Ways, Customers) = (Ways + its.Ways, Customers + its.Customers);
        foreach (var (key, edge) in its.Edges)
        {
            ref var mine = ref walk.EdgeOf(key.Place, key.From, key.To);
            if (mine is null)
            {
                mine = edge;
            }
            else
            {
                mine.Took.AddRange(edge.Took);
                mine.Customers += edge.Customers;
            }
        }

        for (var i = 0; i < walk.Begun.Length; i++)
        {
            walk.Begun[i] += its.walk.Begun[i];
            walk.Whose[i] += its.walk.Whose[i];
        }
    }

    internal sealed class Edge
    {
        /// <summary>How long each transition took, in milliseconds.</summary>
        public List<long> Took { get; } = [];

        /// <summary>Customers who took it.</summary>
        public long Customers { get; set; }

        /// <summary>By whom it was taken last.</summary>
        public long Visit { get; set; }
    }

    private sealed class Counting : PathsWalk
    {
        private readonly Edge?[] table;
        private readonly Dictionary<Transition, Edge?> edges = [];
        private readonly MemoryBudget.Share share;

        // By place and type, who was there last.
        private readonly long[] visits;

        public Counting(ColumnStore store, PathsQuery query, MemoryBudget budget)
            : base(store, query) => (table, Begun, Whose, visits, share) = Begin(query, budget);

        public Counting(Counting other, PathsQuery query, MemoryBudget budget)
            : base(other) => (table, Begun, Whose, visits, share) = Begin(query, budget);

        /// <summary>By place and type, the ways that begin there: all others come to it by a transition.</summary>
        public long[] Begun { get; }

        /// <summary>By place and type, the customers with such a way.</summary>
        public long[] Whose { get; }

        public long Ways { get; private set; }

        /// <summary>Whose ways these are.</summary>
        public long Visit { get; set; }

        public IEnumerable<(Transition Key, Edge Value)> Edges => table.Length == 0
            ? edges.Select(e => (e.Key, e.Value!))
            : table.Select((edge, at) => (new Transition(at / Types / Types, at / Types % Types, at % Types), edge!)).Where(e => e.Item2 is not null);

        public ref Edge? EdgeOf(int place, int begin, int end)
        {
            if (table.Length > 0) return ref table[(((place * Types) + begin) * Types) + end];
            return ref CollectionsMarshal.GetValueRefOrAddDefault(edges, new Transition(place, begin, end), out _);
        }

        protected override void Take(ReadOnlySpan<int> stops, ReadOnlySpan<long> times, int place)
        {
            Ways++;
            Begun[(place * Types) + stops[0]]++;
            share.Take(8 * stops.Length);
            for (var i = 0; i < stops.Length; i++, place++)
            {
                var at = (place * Types) + stops[i];
                if (visits[at] != Visit) (visits[at], Whose[at]) = (Visit, Whose[at] + 1);
                if (i + 1 == stops.Length) return;
                ref var edge = ref EdgeOf(place, stops[i], stops[i + 1]);
                if (edge is null)
                {
                    share.Take(144);
                    edge = new Edge();
                }

                edge.Took.Add(times[i + 1] - times[i]);
                if (edge.Visit != Visit) (edge.Visit, edge.Customers) = (Visit, edge.Customers + 1);
            }
        }

        private (Edge?[] Table, long[] Begun, long[] Whose, long[] Visits, MemoryBudget.Share Share) Begin(PathsQuery query, MemoryBudget budget)
        {
            var stays = query.Depth * Types;
            budget.Take(24L * stays);
            return ((long)stays * Types <= MostPlaces ? new Edge?[stays * Types] : [], new long[stays], new long[stays], new long[stays], budget.Begin());
        }
    }
}
