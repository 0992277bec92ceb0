using System.Text;
using Temas.Customers.Contracts;
using Temas.Storage.Workspaces;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Columns;

/// <summary>
/// Keeps what is known of each customer, and of her touches, in the columns, for those questions that ask it: who got events, was joined or parted is folded anew, and who changes by the passing of time, too.
/// Nothing is done until the first such question; then everybody is folded once. A part of <see cref="LiveColumns"/>.
/// </summary>
internal sealed class LiveProfiles(Workspace workspace)
{
    // Written at once.
    private const int Together = 512;

    private readonly ICustomerFacts facts = workspace.Part<ICustomerFacts>();
    private readonly Lock working = new();
    private readonly HashSet<int> pending = [];
    private readonly Dictionary<int, long> changesAt = [];
    private Dictionary<int, CustomerChange>? changed;
    private ColumnStore? store;
    private object? rules;
    private int total = 1, left;

    /// <summary>Whether somebody asked.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>How much is done, from 0 to 1.</summary>
    public double Progress => 1 - ((double)Volatile.Read(ref left) / Math.Max(1, Volatile.Read(ref total)));

    /// <summary>From now on they are kept.</summary>
    public void Want() => IsWanted = true;

    /// <summary>Brings them up to what the columns hold. Who stops waiting does not stop it.</summary>
    public Task CatchUpAsync(ColumnStore columns, CancellationToken cancel) => Task.Run(() => CatchUp(columns), CancellationToken.None).WaitAsync(cancel);

    /// <summary>As <see cref="CatchUpAsync"/>, at once.</summary>
    public void CatchUp(ColumnStore columns)
    {
        lock (working)
        {
            Collect(columns);
            if (!IsWanted) return;
            Volatile.Write(ref total, Math.Max(pending.Count, 1));
            while (pending.Count > 0) Read(columns);
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
            (store, rules, changed) = (columns, now, null);
            changesAt.Clear();
            pending.UnionWith(columns.Customers);
        }

        pending.UnionWith(touched.Keys);
        foreach (var (customer, change) in touched) Change(customer, change);
        var moment = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (customer, at) in changesAt)
        {
            if (at <= moment) pending.Add(customer);
        }
    }

    private void Change(int customer, CustomerChange change)
    {
        if (changed is not null) changed[customer] = changed.GetValueOrDefault(customer) | change;
    }

    private void Read(ColumnStore columns)
    {
        var erasures = columns.Erasures;
        var isStale = false;
        var read = new List<CustomerFacts>(Together);
        facts.Read([.. pending], Take, CancellationToken.None);
        Flush();

        void Take(CustomerFacts one)
        {
            read.Add(one);
            if (read.Count == Together) Flush();
        }

        // To fold is work for a thread that others come before; one that holds the columns must be quick.
        void Flush() => Task.Run(WriteAll).GetAwaiter().GetResult();

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
        else changesAt[one.Customer] = one.ChangesAt;
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
