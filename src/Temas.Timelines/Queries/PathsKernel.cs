using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>A transition: from one type of event (or touchpoint, or whatever stands at places) at a place of the way to another at the next.</summary>
/// <param name="Place">The place on the way of the first, from 0.</param>
/// <param name="From">Its type.</param>
/// <param name="To">The type that follows.</param>
internal readonly record struct Transition(int Place, int From, int To);

/// <summary>Counts what stands at the places of customers' ways, and what follows on it.</summary>
internal sealed class PathsKernel : Kernel
{
    private readonly Counting walk;
    private readonly PathsQuery query;
    private readonly MemoryBudget budget;

    // Counts in the place of the walk where it can.
    private readonly PathsByType? byType;

    // Those of other threads, with the numbers that their transitions have here.
    private readonly List<(TransitionTimes Times, int[]? Numbers)> times = [];
    private bool isSettled;

    public PathsKernel(ColumnStore store, PathsQuery query, MemoryBudget budget)
        : this(query, budget, new Counting(store, query, budget), null) => byType = walk.ByType(budget);

    private PathsKernel(PathsQuery query, MemoryBudget budget, Counting walk, PathsByType? byType)
    {
        (this.query, this.budget, this.walk, this.byType) = (query, budget, walk, byType);
        times.Add((walk.Took, null));
    }

    /// <summary>Ways in all.</summary>
    public long Ways { get; private set; }

    /// <summary>Customers with a way.</summary>
    public long Customers { get; private set; }

    /// <summary>The transitions that were taken.</summary>
    public IReadOnlyList<Edge> Edges => walk.Edges;

    public override TypeSet? Types => walk.Places;

    public override Kernel Fork() => new PathsKernel(query, budget, new Counting(walk, query, budget), byType?.Fork(budget));

    /// <summary>What a type is called.</summary>
    public string NameOf(int type) => walk.Standing.NameOf(type);

    /// <summary>Takes over what was counted by type; after all customers were visited.</summary>
    public void Settle()
    {
        if (byType is null || isSettled) return;
        isSettled = true;
        var numbers = new int[byType.Size];
        Array.Fill(numbers, -1);
        foreach (var (cell, (place, from, to), ways, customers) in byType.Edges())
        {
            numbers[cell] = walk.NumberOf(place, from, to);
            ref var edge = ref walk.EdgeAt(numbers[cell]);
            (edge.Ways, edge.Customers) = (ways, customers);
        }

        times.Add((byType.Took, numbers));
        Customers = byType.Customers;
        for (var type = 0; type < walk.Types; type++) Ways += walk.Begun[type] = byType.Begun(type);
        for (var at = 0; at < walk.Whose.Length; at++) walk.Whose[at] = byType.Whose(at);
    }

    /// <summary>How what a transition leads to was taken; null where that is not asked.</summary>
    public PathPerception? PerceptionOf(int edge) => query.Perception ? walk.EdgeFelt(edge).ToAnswer() : null;

    /// <summary>The median time of each transition, in milliseconds.</summary>
    public double[] Medians(int threads) => TransitionTimes.Medians(times, [.. walk.Edges.Select(e => e.Ways)], budget, threads);

    /// <summary>Ways, and customers with such a way, by what stands at a place of them.</summary>
    public IEnumerable<(int Place, int Type, long Ways, long Customers, PathPerception? Perception)> Stays()
    {
        var (stays, felt) = (walk.Begun.ToArray(), walk.BegunFelt.ToArray());
        for (var i = 0; i < Edges.Count; i++)
        {
            var at = ((Edges[i].Key.Place + 1) * walk.Types) + Edges[i].Key.To;
            stays[at] += Edges[i].Ways;
            if (felt.Length > 0) felt[at].Add(walk.EdgeFelt(i));
        }

        return stays.Select((ways, at) => (at / walk.Types, at % walk.Types, ways, walk.Whose[at], felt.Length > 0 ? felt[at].ToAnswer() : null)).Where(s => s.ways > 0);
    }

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        if (byType is not null)
        {
            byType.Walk(events);
            return;
        }

        var ways = walk.Ways;
        walk.Visit++;
        walk.Walk(events);
        if (walk.Ways == ways) return;
        (Ways, Customers) = (Ways + walk.Ways - ways, Customers + 1);
    }

    public override bool TryVisit(BaseEvents all, int from, int to) => byType?.TryWalk(all, from, to) == true;

    public override void Merge(Kernel other)
    {
        var its = (PathsKernel)other;
        Settle();
        its.Settle();
        (Ways, Customers) = (Ways + its.Ways, Customers + its.Customers);
        var numbers = new int[its.Edges.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var edge = its.Edges[i];
            numbers[i] = walk.NumberOf(edge.Key.Place, edge.Key.From, edge.Key.To);
            ref var mine = ref walk.EdgeAt(numbers[i]);
            (mine.Ways, mine.Customers) = (mine.Ways + edge.Ways, mine.Customers + edge.Customers);
            if (query.Perception) walk.EdgeFelt(numbers[i]).Add(its.walk.EdgeFelt(i));
        }

        foreach (var (took, known) in its.times) times.Add((took, known is null ? numbers : Array.ConvertAll(known, n => n < 0 ? n : numbers[n])));
        for (var i = 0; i < walk.Begun.Length; i++)
        {
            walk.Begun[i] += its.walk.Begun[i];
            walk.Whose[i] += its.walk.Whose[i];
        }

        for (var i = 0; i < walk.BegunFelt.Length; i++) walk.BegunFelt[i].Add(its.walk.BegunFelt[i]);
    }

    /// <summary>How some touches were taken. Sums are of hundredths, so that their order does not matter.</summary>
    internal struct Felt
    {
        private long touches, sum, negative, positive;

        public void Add(int? perception)
        {
            if (perception is not { } felt) return;
            touches++;
            sum += felt;
            if (felt < 0) negative++;
            else if (felt > 0) positive++;
        }

        public void Add(in Felt other)
        {
            touches += other.touches;
            sum += other.sum;
            negative += other.negative;
            positive += other.positive;
        }

        public readonly PathPerception ToAnswer() => new(touches == 0 ? null : sum / 100.0 / touches, touches, negative, touches - negative - positive, positive);
    }

    internal record struct Edge(Transition Key)
    {
        /// <summary>How many ways take it.</summary>
        public long Ways { get; set; }

        /// <summary>Customers who took it.</summary>
        public long Customers { get; set; }

        /// <summary>By whom it was taken last.</summary>
        public int Visit { get; set; }
    }

    private sealed class Counting : PathsWalk
    {
        // With few types every transition that can be has a place of its own; with many they are looked up.
        private const int MostPlaces = 1 << 18;

        // By place and the two types, the number of a transition plus one; 0 for none yet.
        private readonly int[] table;
        private readonly Dictionary<Transition, int> looked = [];
        private readonly List<Edge> edges = [];

        // By number of the transition; empty where that is not asked.
        private readonly List<Felt> felt = [];
        private readonly MemoryBudget.Share share;

        // By place and type, who was there last.
        private readonly int[] visits;

        public Counting(ColumnStore store, PathsQuery query, MemoryBudget budget)
            : base(store, query) => (table, Begun, BegunFelt, Whose, visits, share, Took) = Begin(query, budget);

        public Counting(Counting other, PathsQuery query, MemoryBudget budget)
            : base(other) => (table, Begun, BegunFelt, Whose, visits, share, Took) = Begin(query, budget);

        /// <summary>By place and type, the ways that begin there: all others come to it by a transition.</summary>
        public long[] Begun { get; }

        /// <summary>By place and type, how those were taken; empty where that is not asked.</summary>
        public Felt[] BegunFelt { get; }

        /// <summary>By place and type, the customers with such a way.</summary>
        public long[] Whose { get; }

        public IReadOnlyList<Edge> Edges => edges;

        /// <summary>How long each transition took.</summary>
        public TransitionTimes Took { get; }

        public long Ways { get; private set; }

        /// <summary>Whose ways these are.</summary>
        public int Visit { get; set; }

        public ref Edge EdgeAt(int number) => ref CollectionsMarshal.AsSpan(edges)[number];

        public ref Felt EdgeFelt(int number) => ref CollectionsMarshal.AsSpan(felt)[number];

        /// <summary>The number of a transition; a new one gets the next.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int NumberOf(int place, int from, int to)
        {
            if (table.Length == 0) return Number(ref CollectionsMarshal.GetValueRefOrAddDefault(looked, new Transition(place, from, to), out _), place, from, to);
            ref var number = ref table[(((place * Types) + from) * Types) + to];
            return number == 0 ? Number(ref number, place, from, to) : number - 1;
        }

        protected override void Take(ReadOnlySpan<int> stops, ReadOnlySpan<long> times, ReadOnlySpan<int> touches, int place)
        {
            Ways++;
            Begun[(place * Types) + stops[0]]++;
            var perceptions = Standing.Perceptions;
            if (perceptions.Length > 0) BegunFelt[(place * Types) + stops[0]].Add(perceptions[touches[0]]);
            for (var i = 0; i < stops.Length; i++, place++)
            {
                var at = (place * Types) + stops[i];
                if (visits[at] != Visit) (visits[at], Whose[at]) = (Visit, Whose[at] + 1);
                if (i + 1 == stops.Length) return;
                var number = NumberOf(place, stops[i], stops[i + 1]);
                ref var edge = ref EdgeAt(number);
                edge.Ways++;
                if (edge.Visit != Visit) (edge.Visit, edge.Customers) = (Visit, edge.Customers + 1);
                Took.Add(number, times[i + 1] - times[i]);
                if (perceptions.Length > 0) EdgeFelt(number).Add(perceptions[touches[i + 1]]);
            }
        }

        private int Number(ref int number, int place, int from, int to)
        {
            if (number == 0)
            {
                share.Take(144);
                edges.Add(new Edge(new Transition(place, from, to)));
                if (BegunFelt.Length > 0) felt.Add(default);
                number = edges.Count;
            }

            return number - 1;
        }

        private (int[] Table, long[] Begun, Felt[] BegunFelt, long[] Whose, int[] Visits, MemoryBudget.Share Share, TransitionTimes Took) Begin(PathsQuery query, MemoryBudget budget)
        {
            // Touchpoints and channels may be as many as senders like.
            budget.Take((query.Perception ? 52L : 20L) * query.Depth * Types);
            var stays = query.Depth * Types;
            var places = (long)stays * Types <= MostPlaces ? stays * Types : 0;
            budget.Take(4L * places);
            return (new int[places], new long[stays], new Felt[query.Perception ? stays : 0], new long[stays], new int[stays], budget.Begin(), new TransitionTimes(budget));
        }
    }
}
