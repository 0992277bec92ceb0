using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Works on customer after customer. Several of them, made by <see cref="Fork"/>, share the customers among them; what each found is put together by <see cref="Merge"/>, whose order must not matter.
/// </summary>
internal abstract class Kernel
{
    public abstract Kernel Fork();

    /// <summary>Takes a customer's events.</summary>
    public abstract void Visit(int customer, in Slice events);

    public abstract void Merge(Kernel other);
}

/// <summary>How much a query may take.</summary>
public sealed class QueryLimits
{
    /// <summary>The most bytes that it may gather, beside the columns. Default 1 GB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Threads. Default: one a processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
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
    private long taken;

    /// <summary>Takes so many bytes more.</summary>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref taken, bytes) > limit) throw new QueryTooLargeException(limit);
    }
}

/// <summary>Passes all customers before kernels: those of the base piece by piece, then those who changed.</summary>
internal static class Scan
{
    private const int PieceEvents = 1 << 16, PieceCustomers = 1 << 12;

    public static TKernel Run<TKernel>(ColumnStore store, TKernel kernel, ConditionTest? customers, QueryLimits limits, CancellationToken cancel)
        where TKernel : Kernel
    {
        var pieces = Pieces(store);
        var next = -1;
        var threads = Math.Clamp(limits.Threads, 1, Math.Max(1, pieces.Count));
        var kernels = new Kernel[threads];
        kernels[0] = kernel;
        for (var i = 1; i < threads; i++) kernels[i] = kernel.Fork();
        if (threads == 1) Work(0);
        else Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, Work);
        for (var i = 1; i < threads; i++) kernel.Merge(kernels[i]);
        return kernel;

        void Work(int thread)
        {
            var test = customers?.Fork();
            for (int at; (at = Interlocked.Increment(ref next)) < pieces.Count;)
            {
                cancel.ThrowIfCancellationRequested();
                var (isBase, from, to) = pieces[at];
                if (isBase) VisitBase(store, kernels[thread], test, from, to);
                else VisitChanged(store, kernels[thread], test, from, to);
            }
        }
    }

    private static List<(bool IsBase, int From, int To)> Pieces(ColumnStore store)
    {
        var pieces = new List<(bool, int, int)>();
        var (all, from) = (store.Base, 0);
        for (long events = PieceEvents; from < all.Customers; events += PieceEvents)
        {
            var to = Math.Max(from, all.CustomerFrom(events));
            if (to > from) pieces.Add((true, from, to));
            from = to;
        }

        for (var slot = 0; slot < store.Changed.Count; slot += PieceCustomers) pieces.Add((false, slot, Math.Min(store.Changed.Count, slot + PieceCustomers)));
        return pieces;
    }

    private static void VisitBase(ColumnStore store, Kernel kernel, ConditionTest? test, int from, int to)
    {
        var all = store.Base;
        for (var i = from; i < to; i++)
        {
            if (all.IsWithdrawn(i)) continue;
            var slice = all.Events.Slice(all.StartOf(i), all.CountOf(i));
            var customer = all.CustomerAt(i);
            if (test is null || (customer != ColumnStore.Nobody && test.Holds(slice))) kernel.Visit(customer, slice);
        }
    }

    private static void VisitChanged(ColumnStore store, Kernel kernel, ConditionTest? test, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var slot = store.Changed[i];
            if (slot.Count == 0) continue;
            var slice = store.Changed.Arrays.Slice(slot.Start, slot.Count);
            if (test is null || (slot.Customer != ColumnStore.Nobody && test.Holds(slice))) kernel.Visit(slot.Customer, slice);
        }
    }
}
