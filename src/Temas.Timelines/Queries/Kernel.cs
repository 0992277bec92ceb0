using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Works on customer after customer. Several of them, made by <see cref="Fork"/>, share the customers among them; what each found is put together by <see cref="Merge"/>, whose order must not matter.
/// </summary>
internal abstract class Kernel
{
    /// <summary>The event types that it looks at; null for all. It sees no others, and not always a customer who has none of them: to visit her must change nothing.</summary>
    public virtual TypeSet? Types => null;

    /// <summary>When the events happened that it looks at; null for always. As with types: it may see others, and to visit a customer who has none of then must change nothing.</summary>
    public virtual TimeSpanMs? When => null;

    public abstract Kernel Fork();

    /// <summary>Takes a customer's events.</summary>
    public abstract void Visit(int customer, in Slice events);

    /// <summary>
    /// Takes the customers at some places of the base at once, type by type rather than customer by customer; false, and nothing is done, where it cannot. Only where all customers are asked about.
    /// </summary>
    public virtual bool TryVisit(BaseEvents all, int from, int to) => false;

    public abstract void Merge(Kernel other);
}

/// <summary>How much a query may take.</summary>
public sealed class QueryLimits
{
    /// <summary>The most bytes that it may gather, beside the columns. Default 1 GB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Threads. Default: one a processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How many events of the base are looked at in one piece, more or less: tests make it small.</summary>
    internal int PieceEvents { get; init; } = 1 << 14;
}

/// <summary>A query wanted more memory than it may have.</summary>
public sealed class QueryTooLargeException(long limit) : Exception($"The question needs more memory than the {limit / (1 << 20)} MB that one may have.")
{
    /// <summary>The most bytes that a query may take.</summary>
    public long Limit => limit;
}

/// <summary>What all parts of a query have taken together.</summary>
internal sealed class MemoryBudget(long limit)
{
    // Threads that took each value of their own from the same place would wait for one another; much less than one may have, so that a small limit is a limit.
    private readonly long piece = Math.Min(1 << 16, limit / 64);
    private long taken;

    /// <summary>The most bytes that it may take.</summary>
    public long Limit => limit;

    /// <summary>Takes so many bytes more.</summary>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref taken, bytes) > limit) throw new QueryTooLargeException(limit);
    }

    /// <summary>What one thread takes.</summary>
    public Share Begin() => new(this);

    /// <summary>What one thread takes, by the piece.</summary>
    internal sealed class Share(MemoryBudget budget)
    {
        private long left;

        /// <summary>Takes so many bytes more.</summary>
        public void Take(long bytes)
        {
            if ((left -= bytes) < 0) Refill();
        }

        private void Refill()
        {
            budget.Take(budget.piece - left);
            left = budget.piece;
        }
    }
}

/// <summary>Passes all customers before kernels: those of the base piece by piece, then those who changed.</summary>
internal static class Scan
{
    private const int PieceCustomers = 1 << 12;

    // With more than three of five events it is cheaper to show all than to pick.
    private const double MostPicked = 0.6;

    // Of so many customers what is needed first is fetched from memory together: one after the other, each would be waited for.
    private const int Together = 16;

    [ThreadStatic]
    private static long fetched;

    public static TKernel Run<TKernel>(ColumnStore store, TKernel kernel, ConditionTest? customers, QueryLimits limits, CancellationToken cancel)
        where TKernel : Kernel
    {
        var pieces = Pieces(store, limits.PieceEvents);
        var types = customers is null ? kernel.Types : TypeSet.Union(kernel.Types, customers.Types);
        var wanted = types?.Events(store) ?? store.Events;
        // Types that are not rare are picked by looking at those of all events, which costs as much as looking at a quarter of the events.
        var within = customers is null && kernel.When is { } when && !(types is not null && PickedEvents.AreRare(types, wanted, store.Events)) ? store.Base.Within(when) : null;
        if (within is not null && within.Events > wanted + (types is null ? 0 : store.Events / 4)) within = null;
        var isByType = customers is null && !(within is not null && within.Events * 2 < wanted);
        if (within is not null || wanted > store.Events * MostPicked) types = null;
        var next = -1;
        var threads = Math.Clamp(limits.Threads, 1, Math.Max(1, pieces.Count));
        var kernels = new Kernel[threads];
        kernels[0] = kernel;
        for (var i = 1; i < threads; i++) kernels[i] = kernel.Fork();
        LongWork.Each(threads, threads, Work, cancel);
        for (var i = 1; i < threads; i++) kernel.Merge(kernels[i]);
        return kernel;

        void Work(int thread)
        {
            var test = customers?.Fork();
            var picked = types is null ? null : new PickedEvents(types);
            var visitsAll = test is not null && (test.AsksProfile || test.Holds(ColumnStore.Nobody, default));
            for (int at; (at = Interlocked.Increment(ref next)) < pieces.Count;)
            {
                cancel.ThrowIfCancellationRequested();
                var (isBase, from, to) = pieces[at];
                if (!isBase) VisitChanged(store, kernels[thread], test, from, to);
                else if (isByType && kernels[thread].TryVisit(store.Base, from, to)) continue;
                else if (within is not null) VisitWithin(store.Base, within, kernels[thread], from, to);
                else if (picked is null) VisitBase(store.Base, kernels[thread], test, from, to);
                else VisitPicked(store.Base, picked, visitsAll, kernels[thread], test, from, to);
            }
        }
    }

    private static List<(bool IsBase, int From, int To)> Pieces(ColumnStore store, int each)
    {
        var pieces = new List<(bool, int, int)>();
        var (all, from) = (store.Base, 0);
        for (long events = each; from < all.Customers; events += each)
        {
            var to = Math.Max(from, all.CustomerFrom(events));
            if (to > from) pieces.Add((true, from, to));
            from = to;
        }

        for (var slot = 0; slot < store.Changed.Count; slot += PieceCustomers) pieces.Add((false, slot, Math.Min(store.Changed.Count, slot + PieceCustomers)));
        return pieces;
    }

    private static void VisitBase(BaseEvents all, Kernel kernel, ConditionTest? test, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (!all.IsWithdrawn(i)) Visit(kernel, test, all.CustomerAt(i), all.Events.Slice(all.StartOf(i), all.CountOf(i)));
        }
    }

    private static void VisitWithin(BaseEvents all, EventsWithin within, Kernel kernel, int from, int to)
    {
        for (var left = within.Of(from, to); left.Length > 0;)
        {
            var some = left[..Math.Min(Together, left.Length)];
            left = left[some.Length..];
            Fetch(all.Events, some);
            foreach (ref readonly var of in some)
            {
                if (!all.IsWithdrawn(of.Customer)) kernel.Visit(all.CustomerAt(of.Customer), all.Events.Slice(of.Start, of.Count));
            }
        }
    }

    private static void Fetch(EventArrays events, ReadOnlySpan<EventsWithin.Stretch> some)
    {
        var all = 0L;
        foreach (ref readonly var of in some) all += events.Times[of.Start] + events.Times[of.Start + of.Count - 1] + events.Types[of.Start] + events.Rows[of.Start];

        // Or else nobody would read it.
        Volatile.Write(ref fetched, all);
    }

    private static void VisitPicked(BaseEvents all, PickedEvents picked, bool visitsAll, Kernel kernel, ConditionTest? test, int from, int to)
    {
        picked.Pick(all, all.StartOf(from), all.StartOf(to));
        for (var i = from; i < to; i++)
        {
            var end = all.StartOf(i + 1);
            if (picked.Next >= end && !visitsAll) continue;
            var slice = picked.Upto(end);
            if (!all.IsWithdrawn(i)) Visit(kernel, test, all.CustomerAt(i), slice);
        }
    }

    private static void VisitChanged(ColumnStore store, Kernel kernel, ConditionTest? test, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var slot = store.Changed[i];
            if (slot.Count > 0) Visit(kernel, test, slot.Customer, store.Changed.Arrays.Slice(slot.Start, slot.Count));
        }
    }

    private static void Visit(Kernel kernel, ConditionTest? test, int customer, in Slice slice)
    {
        if (test is null || (customer != ColumnStore.Nobody && test.Holds(customer, slice))) kernel.Visit(customer, slice);
    }

    /// <summary>The events of some types in a piece of the base, next to one another, to be taken from customer by customer. For one thread.</summary>
    private sealed class PickedEvents(TypeSet set)
    {
        // Few types that together have less than this share of the events are put together from where each type's are; else all types are looked at.
        private const int Few = 8, Share = 12;

        private readonly (int Next, int End)[] heads = new (int, int)[set.Types.Length <= Few ? set.Types.Length : 0];
        private int[] places = [];
        private long[] times = [];
        private ushort[] types = [];
        private int[] rows = [];
        private int count, next;

        /// <summary>Whether some types have so few of the events that they are found without looking at all others.</summary>
        public static bool AreRare(TypeSet set, long events, long all) => set.Types.Length <= Few && events * Share < all;

        /// <summary>Where the next of them is in the base.</summary>
        public int Next { get; private set; }

        public void Pick(BaseEvents all, int from, int to)
        {
            if (places.Length < to - from)
            {
                var room = (int)BitOperations.RoundUpToPowerOf2((uint)(to - from));
                (places, times, types, rows) = (new int[room], new long[room], new ushort[room], new int[room]);
            }

            next = 0;
            var found = 0;
            for (var i = 0; i < heads.Length; i++)
            {
                heads[i] = all.RowsOf(set.Types[i], from, to);
                found += heads[i].End - heads[i].Next;
            }

            if (heads.Length == 1) PickOne(all);
            else if (AreRare(set, found, to - from)) PickRare(all);
            else PickAmong(all.Events, from, to);
            Next = count > 0 ? places[0] : int.MaxValue;
        }

        /// <summary>Those of the next customer, whose events end there.</summary>
        public Slice Upto(int end)
        {
            var begin = next;
            var left = places.AsSpan(0, count);
            var at = begin;
            while (at < left.Length && left[at] < end) at++;
            (next, Next) = (at, at < left.Length ? left[at] : int.MaxValue);
            return new Slice(times.AsSpan(begin, at - begin), types.AsSpan(begin, at - begin), rows.AsSpan(begin, at - begin));
        }

        private void PickOne(BaseEvents all)
        {
            var (type, (row, end)) = (set.Types[0], heads[0]);
            count = end - row;
            all.PlacesOf(type).AsSpan(row, count).CopyTo(places);
            all.TimesOf(type).AsSpan(row, count).CopyTo(times);
            types.AsSpan(0, count).Fill(type);
            for (var i = 0; i < count; i++) rows[i] = row + i;
        }

        private void PickRare(BaseEvents all)
        {
            count = 0;
            while (true)
            {
                var (least, of) = (int.MaxValue, -1);
                for (var i = 0; i < heads.Length; i++)
                {
                    if (heads[i].Next == heads[i].End || all.PlacesOf(set.Types[i])[heads[i].Next] is var place && place >= least) continue;
                    (least, of) = (place, i);
                }

                if (of < 0) return;
                var row = heads[of].Next++;
                (places[count], times[count], types[count], rows[count]) = (least, all.TimesOf(set.Types[of])[row], set.Types[of], row);
                count++;
            }
        }

        private void PickAmong(EventArrays events, int from, int to)
        {
            var all = events.Slice(from, to - from);
            count = set.Find(all.Types, places);

            // Every place is within the piece: no need to ask again for each of three columns.
            ref var time = ref MemoryMarshal.GetReference(all.Times);
            ref var type = ref MemoryMarshal.GetReference(all.Types);
            ref var row = ref MemoryMarshal.GetReference(all.Rows);
            var (toTimes, toTypes, toRows) = (times, types, rows);
            var found = places.AsSpan(0, count);
            for (var i = 0; i < found.Length; i++)
            {
                var at = found[i];
                toTimes[i] = Unsafe.Add(ref time, at);
                toTypes[i] = Unsafe.Add(ref type, at);
                toRows[i] = Unsafe.Add(ref row, at);
                found[i] = at + from;
            }
        }
    }
}
