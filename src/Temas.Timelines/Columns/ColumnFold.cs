using System.Runtime.InteropServices;

namespace Temas.Timelines.Columns;

/// <summary>
/// One piece in the making, of everything that a <see cref="ColumnStore"/> held at a moment, while others read and write on: begun and completed by who writes, which is short; prepared by whoever has the time.
/// Customers who change meanwhile are held apart from the piece, as they would be from one that had been ready at once.
/// </summary>
public sealed class ColumnFold
{
    // A base of so many events, which takes a hundred megabytes.
    private const int Large = 2_000_000;

    private readonly ColumnStore store;
    private readonly BaseEvents old;
    private readonly ulong[] withdrawn;
    private readonly CustomerSlices changed;
    private readonly List<EventTable> frozen;
    private readonly ReadOnlyMemory<byte[]> types, names;
    private readonly int texts, touches;
    private readonly int[] owners;
    private readonly HashSet<int> changedSince = [], retouchedSince = [];
    private readonly Func<ColumnFold, KnownCustomers>? known;

    // By type: the old row of each new one and how many there are, and the new row of each old one.
    private int[][] orders = [], places = [];
    private int[] kept = [];

    /// <summary>Takes down what there is. While nobody writes.</summary>
    internal ColumnFold(ColumnStore store, ReadOnlyMemory<byte[]> types, ReadOnlyMemory<byte[]> names, int[] owners, KnownMark? mark = null)
    {
        (this.store, this.types, this.names, this.owners) = (store, types, names, [.. owners]);
        (old, withdrawn, changed) = (store.Base, store.Base.Withdrawn, store.Changed.Copy());
        frozen = [.. store.Tables.Select(t => t.Freeze())];
        (Position, texts, touches) = (store.Position, store.Texts.Count, store.Touches.Rows);
        if (mark is null) return;
        var (profiles, facts) = (store.Profiles.Freeze(), store.Touches.First(touches));
        known = fold => new KnownCustomers(mark with { Stale = [.. mark.Stale, .. fold.changedSince, .. fold.retouchedSince] }, profiles, facts);
    }

    /// <summary>The log position for which it stands.</summary>
    public long Position { get; }

    internal BaseEvents Piece { get; private set; } = BaseEvents.Empty;

    internal List<EventTable> Tables { get; private set; } = [];

    internal CustomerSlices Slices { get; private set; } = new();

    /// <summary>Whether there are touches that no event is any more.</summary>
    internal bool HasIdleTouches { get; private set; }

    /// <summary>Does the work. By any thread; it changes nothing that anybody sees.</summary>
    public void Prepare() => Prepare(null);

    /// <summary>As <see cref="Prepare()"/>, with other numbers for texts.</summary>
    internal void Prepare(Func<int, int>? recode)
    {
        Piece = BaseEvents.Merge(old, withdrawn, changed);
        orders = [.. frozen.Select(t => GC.AllocateUninitializedArray<int>(Math.Min(t.Rows, Piece.Count)))];
        kept = new int[frozen.Count];
        places = [.. frozen.Select(t => GC.AllocateUninitializedArray<int>(t.Rows))];
        var (row, type) = (Piece.Events.Rows, Piece.Events.Types);
        for (var i = 0; i < Piece.Count; i++)
        {
            ref var next = ref kept[type[i]];
            places[type[i]][row[i]] = next;
            orders[type[i]][next] = row[i];
            row[i] = next++;
        }

        Piece.IndexTypes();
        Piece.MakeAsOf(old);
        Tables = [.. frozen.Select((t, i) => t.Reorder(orders[i].AsSpan(0, kept[i]), recode))];
        var used = new bool[touches];
        foreach (var table in Tables)
        {
            // What came meanwhile is not idle.
            foreach (var touch in table.Touches.Texts.Different()) used[Math.Min(touch, touches - 1)] = true;
        }

        HasIdleTouches = used.Skip(TouchTable.None + 1).Contains(false);
    }

    /// <summary>Writes it to a file (<see cref="ColumnStore.Open"/>); after it was prepared and before it is completed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stamp">Says whose numbers the customers have.</param>
    public void Save(string path, ulong stamp)
    {
        KnownCustomers? knows;

        // Whose touches were written since it was begun may have some of both moments here.
        using (store.Read()) knows = known?.Invoke(this);
        new ColumnFile(Position, types, names, store.Texts, texts, Piece, owners, Tables, knows).Write(path, stamp);
    }

    /// <summary>Puts it in the place of what was. By the thread that writes; false where it was overtaken, be it by an erasure or by another, and is thrown away.</summary>
    public bool Complete()
    {
        bool isAdopted;
        using (store.Write()) isAdopted = store.Adopt(this);

        // What stood before is as large as what stands now, and the collector would let several of them pile up before it looks at the old generation by itself.
        if (isAdopted && Piece.Count > Large) GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        return isAdopted;
    }

    /// <summary>A customer is about to be held apart from the base, or is already and about to change.</summary>
    internal void Change(int customer) => changedSince.Add(customer);

    /// <summary>What a customer's events were as touches was written anew.</summary>
    internal void Retouch(int customer) => retouchedSince.Add(customer);

    /// <summary>Takes over what changed since it was begun; gives how many events came. While nobody reads or writes.</summary>
    internal long Follow()
    {
        long came = 0;
        for (var type = 0; type < store.Tables.Count; type++)
        {
            if (type == Tables.Count) Tables.Add(new EventTable());
            came += store.Tables[type].Rows - Before(type);
            Tables[type].Append(store.Tables[type], Before(type));
        }

        foreach (var customer in changedSince)
        {
            Piece.Withdraw(customer, out _, out _);
            if (!store.Changed.TryFind(customer, out var at)) continue;
            var slot = Slices[Slices.Open(customer, store.Changed.Arrays, store.Changed[at].Start, store.Changed[at].Count)];
            var (type, row) = (Slices.Arrays.Types, Slices.Arrays.Rows);
            for (var i = slot.Start; i < slot.Start + slot.Count; i++) row[i] = row[i] < Before(type[i]) ? places[type[i]][row[i]] : Kept(type[i]) + row[i] - Before(type[i]);
        }

        // Also of those whose events moved to another after their touches were written.
        foreach (var customer in retouchedSince.Union(changedSince)) TakeTouches(customer);
        return came;
    }

    private int Before(int type) => type < frozen.Count ? frozen[type].Rows : 0;

    private int Kept(int type) => type < kept.Length ? kept[type] : 0;

    private void TakeTouches(int customer)
    {
        EventArrays events;
        int from, count;
        if (Slices.TryFind(customer, out var at)) (events, from, count) = (Slices.Arrays, Slices[at].Start, Slices[at].Count);
        else if (Piece.Find(customer, out from, out count)) events = Piece.Events;
        else return;
        for (var i = from; i < from + count; i++)
        {
            var (type, row) = (events.Types[i], events.Rows[i]);
            var touch = store.Tables[type].Touches.TextAt(row < Kept(type) ? orders[type][row] : Before(type) + row - Kept(type));
            if (Tables[type].Touches.TextAt(row) != touch) Tables[type].Touches.SetText(row, touch);
        }
    }
}
