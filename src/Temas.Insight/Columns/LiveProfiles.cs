using System.Diagnostics;
using System.Text;
using Temas.Customers.Contracts;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Columns;

/// <summary>
/// Keeps what is known of each customer, and of her touches, in the columns, for those questions that ask it: who got events, was joined or parted is folded anew, and who changes by the passing of time, too.
/// Nothing is done until the first such question; then everybody is folded once. A part of <see cref="LiveColumns"/>.
/// </summary>
internal sealed class LiveProfiles(Workspace workspace)
{
    // Folded without letting go, and written at once; and by whom others come before.
    private const int Together = 512, Little = 64;

    /// <summary>So long a question waits for those who changed just now to be folded.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1), Soon = TimeSpan.FromMilliseconds(100);

    private readonly ICustomerFacts facts = workspace.Part<ICustomerFacts>();
    private readonly Lock working = new();
    private readonly HashSet<int> pending = [];
    private readonly Dictionary<int, long> changesAt = [];

    // The same by time; what does not stand there any more is passed over.
    private PriorityQueue<int, long> ages = new();
    private Dictionary<int, CustomerChange>? changed;
    private ColumnStore? store;
    private object? rules, kept;
    private int total = 1, left, asking;
    private long caughtUpAt, caughtUpTo;

    // Everybody was folded since rules or columns are these; who changed meanwhile is behind.
    private bool isWhole;

    /// <summary>Whether somebody asked.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>How many customers are still to be folded.</summary>
    public int Left => Volatile.Read(ref left);

    /// <summary>How much is done, from 0 to 1.</summary>
    public double Progress => 1 - ((double)Volatile.Read(ref left) / Math.Max(1, Volatile.Read(ref total)));

    /// <summary>Whether everybody was folded by rules of which nothing is on disk.</summary>
    public bool IsWorthSaving => isWhole && kept != rules;

    /// <summary>From now on they are kept.</summary>
    public void Want() => IsWanted = true;

    /// <summary>
    /// Brings them up to what the columns hold, and gives how many are left: none, unless so many changed just now that not all are folded within <see cref="Enough"/>. Before everybody was folded once, it waits for all. Who stops waiting does not stop it.
    /// </summary>
    public Task<int> CatchUpAsync(ColumnStore columns, CancellationToken cancel) =>
        AskAsync(() => CatchUp(columns, Stopwatch.GetTimestamp() + (long)((AskedAt.Hurries ? Soon : Enough).TotalSeconds * Stopwatch.Frequency), null, AskedAt.Moment), cancel);

    /// <summary>As the other, of some customers alone, and of them all.</summary>
    public Task CatchUpAsync(ColumnStore columns, IReadOnlyList<int> some, CancellationToken cancel) => AskAsync(() => CatchUp(columns, long.MaxValue, some), cancel);

    /// <summary>As <see cref="CatchUpAsync(ColumnStore, CancellationToken)"/>, at once and of everybody.</summary>
    public void CatchUp(ColumnStore columns) => CatchUp(columns, long.MaxValue, null);

    /// <summary>The same a little at a time, until somebody asks, who then goes on with it herself: nobody waits for a thread that others come before.</summary>
    public void Follow(ColumnStore columns)
    {
        for (var left = 1; left > 0 && Volatile.Read(ref asking) == 0;) left = CatchUp(columns, 0, null);
    }

    /// <summary>Begins a fold of the columns that can be saved, with what is known of customers unless that is being worked on. The result says by which rules; null without it.</summary>
    public (ColumnFold Fold, object? Rules) BeginFold(ColumnStore columns)
    {
        if (!working.TryEnter()) return (columns.BeginFold(), null);
        try
        {
            Collect(columns);
            var digest = facts.Digest();
            return isWhole && facts.Rules == rules ? (columns.BeginFold(new KnownMark(digest, pending, changesAt)), rules) : (columns.BeginFold(), null);
        }
        finally
        {
            working.Exit();
        }
    }

    /// <summary>What is known by these rules is on disk.</summary>
    public void Saved(object? by) => kept = by;

    private async Task<int> AskAsync(Func<int> catchUp, CancellationToken cancel)
    {
        Interlocked.Increment(ref asking);
        var done = LongWork.Run(() =>
        {
            try
            {
                return catchUp();
            }
            finally
            {
                Interlocked.Decrement(ref asking);
            }
        }, CancellationToken.None);
        return await done.WaitAsync(cancel);
    }

    private int CatchUp(ColumnStore columns, long until, IReadOnlyList<int>? some, long askedAt = long.MaxValue)
    {
        lock (working)
        {
            // Another part of the same page had this done, as far as it may go.
            if (isWhole && store == columns && rules == facts.Rules && caughtUpAt >= askedAt)
            {
                // What came since is not known of yet.
                Volatile.Write(ref left, Math.Max(pending.Count, columns.Position == caughtUpTo ? 0 : 1));
                return left;
            }

            var (begun, position) = (Stopwatch.GetTimestamp(), columns.Position);
            Collect(columns);
            if (!IsWanted) return 0;
            Volatile.Write(ref total, Math.Max(pending.Count, 1));
            if (some is not null)
            {
                while (some.Where(pending.Contains).Take(Together).ToList() is { Count: > 0 } hers) Read(columns, hers);
                return 0;
            }

            // A step is done in any case. Before everybody was folded once whoever follows may rest, and whoever asks may not.
            while (pending.Count > 0)
            {
                // Everybody is folded once, by as many as there are: somebody waits for it.
                Read(columns, [.. pending.Take(until == 0 ? Little : isWhole ? Together : Together * Environment.ProcessorCount)]);
                if (until == 0 || (isWhole && Stopwatch.GetTimestamp() > until)) break;
            }

            isWhole |= pending.Count == 0;
            Volatile.Write(ref left, pending.Count);
            if (until != 0) (caughtUpAt, caughtUpTo) = (begun, position);
            return pending.Count;
        }
    }

    /// <summary>The customers of whom something changed since it was last asked, be it events or what is known; null for everybody.</summary>
    public Dictionary<int, CustomerChange>? TakeChanged(ColumnStore columns)
    {
        lock (working)
        {
            Collect(columns);
            var result = changed;
            changed = [];
            return result;
        }
    }

    private void Collect(ColumnStore columns)
    {
        IReadOnlyDictionary<int, CustomerChange> touched;
        using (var write = columns.Write()) touched = write.TakeTouched();
        var now = facts.Rules;
        if (store != columns || rules != now)
        {
            isWhole = false;

            // Numbers of other columns mean others.
            if (store != columns) pending.Clear();
            (store, rules, changed) = (columns, now, null);
            changesAt.Clear();
            ages.Clear();
            if (columns.TakeKnown() is { } known && known.Rules == facts.Digest()) Restore(known);
            else pending.UnionWith(columns.Customers);
        }

        pending.UnionWith(touched.Keys);
        foreach (var (customer, change) in touched) Change(customer, change);
        var moment = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        while (ages.TryPeek(out var customer, out var at) && at <= moment)
        {
            ages.Dequeue();
            if (changesAt.TryGetValue(customer, out var still) && still == at) pending.Add(customer);
        }

        if (ages.Count > (2 * changesAt.Count) + 1024) ages = new PriorityQueue<int, long>(changesAt.Select(c => (c.Key, c.Value)));
    }

    private void Restore(KnownMark known)
    {
        (isWhole, kept) = (true, rules);
        pending.UnionWith(known.Stale);
        foreach (var (customer, at) in known.ChangesAt)
        {
            changesAt[customer] = at;
            ages.Enqueue(customer, at);
        }
    }

    private void Change(int customer, CustomerChange change)
    {
        if (changed is not null) changed[customer] = changed.GetValueOrDefault(customer) | change;
    }

    private void Read(ColumnStore columns, List<int> some)
    {
        var erasures = columns.Erasures;
        var isStale = false;
        var read = new List<CustomerFacts>(Together);
        if (some.Count > Together)
        {
            var parts = some.Chunk(Together).Select(part => (Customers: part, Facts: new List<CustomerFacts>(part.Length))).ToList();
            LongWork.Each(parts, Environment.ProcessorCount, part => facts.Read(part.Customers, part.Facts.Add, CancellationToken.None));
            foreach (var one in parts.SelectMany(p => p.Facts)) Take(one);
        }
        else
        {
            facts.Read(some, Take, CancellationToken.None);
        }

        Flush();

        void Take(CustomerFacts one)
        {
            read.Add(one);
            if (read.Count == Together) Flush();
        }

        // To fold is work for a thread that others come before; one that holds the columns must be quick.
        void Flush() => Housekeeping.AtOnce(WriteAll);

        void WriteAll()
        {
            using (var write = columns.Write())
            {
                // Whoever was erased since these were read must not come back by them; they are read again.
                isStale |= columns.Erasures != erasures;
                if (!isStale)
                {
                    foreach (var one in read) Write(write, one);
                }
            }

            read.Clear();
            Volatile.Write(ref left, pending.Count);
        }
    }

    private void Write(ColumnStore.Writing write, CustomerFacts one)
    {
        pending.Remove(one.Customer);
        Change(one.Customer, CustomerChange.Profile);
        if (one.ChangesAt == long.MaxValue) changesAt.Remove(one.Customer);
        else if (!changesAt.TryGetValue(one.Customer, out var known) || known != one.ChangesAt)
        {
            changesAt[one.Customer] = one.ChangesAt;
            ages.Enqueue(one.Customer, one.ChangesAt);
        }

        write.SetTouches(one.Customer, one.Touches);
        if (one.Facts is null)
        {
            write.ForgetProfile(one.Customer);
            return;
        }

        Span<byte> name = stackalloc byte[1024];
        var row = write.SetProfile(one.Customer);
        foreach (var (fact, value) in one.Facts)
        {
            if (!Encoding.UTF8.TryGetBytes(fact, name, out var length)) continue;
            if (value.Text is { } text) row.Set(name[..length], Encoding.UTF8.GetBytes(text));
            else if (value.Flag is { } flag) row.Set(name[..length], flag);
            else row.Set(name[..length], value.Number);
        }

        foreach (var (fact, values) in one.Lists)
        {
            if (Encoding.UTF8.TryGetBytes(fact, name, out var length)) row.Set(name[..length], values);
        }
    }
}
