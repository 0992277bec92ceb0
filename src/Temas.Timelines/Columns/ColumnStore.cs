using System.Numerics;
using System.Runtime.InteropServices;

namespace Temas.Timelines.Columns;

/// <summary>
/// All events with their properties in columns, each customer's together and in order of time: what queries read. The greater part, the base, lies in one piece, customer after customer;
/// customers who changed since are held apart, whole, so that a query finds every customer in one place. A fold makes one base of both.
/// </summary>
/// <remarks>One thread writes; queries read side by side. Both take the lock in here: a query sees a moment, and what was written before it.</remarks>
public sealed partial class ColumnStore : IDisposable
{
    /// <summary>Event types beyond this are filed under <see cref="OtherType"/>.</summary>
    public const int MaxTypes = 20_000;

    /// <summary>The type of events whose own was one too many.</summary>
    public const string OtherType = "other";

    /// <summary>The customer of events that belong to nobody.</summary>
    public const int Nobody = TimelineStore.Nobody;

    private readonly ReaderWriterLockSlim gate = new();
    private readonly ColumnStoreOptions options;
    private readonly EventTypes types = new();
    private readonly EventTypes names = new();
    private List<EventTable> tables = [];
    private CustomerSlices slices = new();

    // Who got or lost events, or was joined or parted, since it was last asked.
    private Dictionary<int, CustomerChange> touched = [];

    // Which customer a node belongs to, plus one; 0 for itself.
    private int[] owners = [];
    private BaseEvents folded = BaseEvents.Empty;

    // What the file said of what is known of customers.
    private KnownMark? restored;

    // The piece that is being made; null for none.
    private ColumnFold? fold;

    /// <summary>An empty store.</summary>
    public ColumnStore(ColumnStoreOptions? options = null) => this.options = options ?? new ColumnStoreOptions();

    private ColumnStore(ColumnFile file, ColumnStoreOptions? options)
        : this(options)
    {
        types.Reset(file.Types);
        names.Reset(file.Names);
        (tables, Texts, folded, owners, Position, Events) = (file.Tables, file.Texts, file.Events, file.Owners, file.Position, file.Events.Count);
        if (file.Known is not { } known) return;
        (Profiles, restored) = (known.Profiles, known.Mark);
        foreach (var touch in known.Touches) Touches.Intern(touch, Texts);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null where that is missing, damaged or of another stamp, and <paramref name="fault"/> says why.</summary>
    public static ColumnStore? Open(string path, ulong stamp, out string? fault, ColumnStoreOptions? options = null) => ColumnFile.Open(path, stamp, out fault) is { } file ? new ColumnStore(file, options) : null;

    /// <summary>The last log position that was seen.</summary>
    public long Position { get; private set; }

    /// <summary>Events here.</summary>
    public long Events { get; private set; }

    /// <summary>How often something was erased.</summary>
    public long Erasures { get; private set; }

    /// <summary>All customers with events, by the nodes that stand for them, in no order.</summary>
    public IReadOnlyList<int> Customers
    {
        get
        {
            using var read = Read();
            return EverybodyHere();
        }
    }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes
    {
        get
        {
            using var read = Read();
            return folded.Bytes + slices.Bytes + Texts.Bytes + tables.Sum(t => t.Bytes) + Profiles.Bytes + Touches.Bytes + (owners.LongLength * sizeof(int));
        }
    }

    /// <summary>The properties that events of a type have, or those of any type; none where no event has it.</summary>
    public IReadOnlyList<string> PropertiesOf(string? type)
    {
        using var read = Read();
        var some = type is null ? tables : FindType(type) is { } known && known < tables.Count ? [tables[known]] : [];
        return [.. some.SelectMany(t => t.Names).Distinct().Select(PropertyName).Order(StringComparer.Ordinal)];
    }

    /// <summary>The facts that are known of some customer, in order.</summary>
    public IReadOnlyList<string> Facts
    {
        get
        {
            using var read = Read();
            return [.. Profiles.Table.Names.Select(PropertyName).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>How many events each type has, by its name.</summary>
    public IReadOnlyDictionary<string, int> CountTypes()
    {
        using var read = Read();
        return tables.Select((table, type) => (Name: TypeName(type), table.Rows)).Where(t => t.Rows > 0).ToDictionary(t => t.Name, t => t.Rows, StringComparer.Ordinal);
    }

    /// <summary>Whether some property, of whatever event, has a text, or had it since the last that was erased.</summary>
    public bool Holds(string text)
    {
        using var read = Read();
        return Texts.Find(text) != TextDictionary.Missing || Profiles.Lists(Texts).Any(list => list.Any(v => v.Text == text));
    }

    internal TextDictionary Texts { get; private set; } = new();

    internal IReadOnlyList<EventTable> Tables => tables;

    internal ProfileTable Profiles { get; private set; } = new();

    internal BaseEvents Base => folded;

    internal CustomerSlices Changed => slices;

    /// <summary>The names of all event types by number.</summary>
    public IReadOnlyList<string> Types => types.All;

    /// <summary>Begins to write; nothing is read until the result is disposed of.</summary>
    public Writing Write()
    {
        gate.EnterWriteLock();
        return new Writing(this);
    }

    /// <summary>Whether enough has changed for a fold to be worth its while.</summary>
    public bool IsLoose => IsLooser(options.FoldAt, 8);

    /// <summary>Whether more events are held apart from the base than some, and more than a share of all that are in it: questions look at those customer by customer.</summary>
    public bool IsLooser(long events, int share)
    {
        using var read = Read();
        return slices.Events > Math.Max(events, folded.Count / share);
    }

    /// <summary>Makes one piece of everything, if enough has changed or in any case. By the thread that writes, and not while it writes; others read until the piece is ready.</summary>
    public void Fold(bool force = false)
    {
        if (!force && !IsLoose) return;
        var whole = BeginFold();
        whole.Prepare();
        whole.Complete();
    }

    /// <summary>Begins to make one piece of everything, in place of one that was begun before. By the thread that writes, and not while it writes.</summary>
    /// <param name="known">What is known of customers, if it is to be saved, too.</param>
    public ColumnFold BeginFold(KnownMark? known = null)
    {
        using var write = Write();
        return fold = new ColumnFold(this, types.Utf8, names.Utf8, owners, known);
    }

    /// <summary>What <see cref="BeginFold"/> was told of what is known of customers, where this was read from a file that has it; once.</summary>
    public KnownMark? TakeKnown() => Interlocked.Exchange(ref restored, null);

    /// <summary>
    /// Writes everything to a file, and gives the log position for which it stands. By the thread that writes, and not while it writes; others read meanwhile.
    /// <paramref name="stamp"/> says whose numbers the customers have; what is known of customers is written where <paramref name="known"/> is given.
    /// </summary>
    public long Save(string path, ulong stamp, KnownMark? known = null)
    {
        var whole = BeginFold(known);
        whole.Prepare();
        whole.Save(path, stamp);
        whole.Complete();
        return whole.Position;
    }

    /// <summary>Begins to read; nothing is written until the result is disposed of.</summary>
    internal Reading Read()
    {
        gate.EnterReadLock();
        return new Reading(gate);
    }

    internal int? FindType(string name) => types.Find(name);

    internal string TypeName(int type) => types.NameOf(type);

    /// <summary>The number of a property's name; null when no event has it.</summary>
    internal int? FindName(string name) => names.Find(name);

    internal string PropertyName(int name) => names.NameOf(name);

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    /// <summary>A customer's events; false when she has none. While reading.</summary>
    internal bool TrySlice(int customer, out Slice slice)
    {
        slice = default;
        if (slices.TryFind(customer, out var at)) slice = slices.Arrays.Slice(slices[at].Start, slices[at].Count);
        else if (folded.Find(customer, out var from, out var count)) slice = folded.Events.Slice(from, count);
        return slice.Length > 0;
    }

    /// <summary>As <see cref="Customers"/>. While reading.</summary>
    internal int[] EverybodyHere() =>
    [
        .. Enumerable.Range(0, folded.Customers).Where(i => !folded.IsWithdrawn(i)).Select(folded.CustomerAt).Where(c => c != Nobody),
        .. Enumerable.Range(0, slices.Count).Select(i => slices[i]).Where(s => s.Count > 0 && s.Customer != Nobody).Select(s => s.Customer),
    ];

    private void Touch(int customer, CustomerChange change)
    {
        ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(touched, customer, out _);
        all |= change;
        Watch(customer);
    }

    private int OwnerOf(int node) => node >= 0 && node < owners.Length && owners[node] > 0 ? owners[node] - 1 : node;

    private int OpenSlice(int customer)
    {
        fold?.Change(customer);
        if (slices.TryFind(customer, out var at)) return at;
        return folded.Withdraw(customer, out var from, out var count) ? slices.Open(customer, folded.Events, from, count) : slices.Open(customer, null, 0, 0);
    }

    private EventTable Begin(ReadOnlySpan<byte> typeName, int node, long time, long position)
    {
        var type = types.Count < MaxTypes || types.Find(typeName) is not null ? types.Intern(typeName) : types.Intern("other"u8);
        while (tables.Count <= type) tables.Add(new EventTable());
        var table = tables[type];
        var customer = OwnerOf(node);
        slices.Insert(OpenSlice(customer), new ColumnEvent(time, position, node, (ushort)type, table.Add()));
        if (customer != Nobody) Touch(customer, CustomerChange.Event(type));
        Events++;
        return table;
    }

    private void Move(int node, int customer)
    {
        var from = OwnerOf(node);
        if (from == customer) return;
        if (node >= owners.Length) Array.Resize(ref owners, (int)BitOperations.RoundUpToPowerOf2((uint)node + 1));
        owners[node] = customer + 1;
        if (!slices.TryFind(from, out _) && !folded.Find(from, out _, out _)) return;
        var moved = new List<ColumnEvent>();
        slices.Remove(OpenSlice(from), e => e.Node == node, moved);
        if (moved.Count == 0) return;
        Touch(from, CustomerChange.Everything);
        Touch(customer, CustomerChange.Everything);
        var to = OpenSlice(customer);
        slices.Insert(to, moved);
    }

    private void Erase(IReadOnlySet<long> positions)
    {
        Erasures++;
        var customers = new HashSet<int>();
        for (var i = 0; i < folded.Customers; i++)
        {
            if (folded.IsWithdrawn(i)) continue;
            foreach (var position in folded.Events.Positions.AsSpan(folded.StartOf(i), folded.CountOf(i)))
            {
                if (positions.Contains(position)) customers.Add(folded.CustomerAt(i));
            }
        }

        foreach (var customer in customers) OpenSlice(customer);
        for (var at = 0; at < slices.Count; at++)
        {
            var before = slices[at].Count;
            slices.Remove(at, e => positions.Contains(e.Position), null);
            if (slices[at].Count == before) continue;
            // What is known of her may come from what is gone.
            Profiles.Forget(slices[at].Customer);
            Touch(slices[at].Customer, CustomerChange.Everything);
        }

        var (texts, recode) = Recoding();
        fold = new ColumnFold(this, types.Utf8, names.Utf8, owners);
        fold.Prepare(recode);
        Profiles.Tighten(recode);
        Texts = texts;
        Adopt(fold, tighten: true);
    }

    /// <summary>Puts one piece in the place of everything; false where it is not the last that was begun. While nobody reads or writes.</summary>
    internal bool Adopt(ColumnFold whole, bool tighten = false)
    {
        if (whole != fold) return false;
        Events = whole.Piece.Count + whole.Follow();
        (folded, tables, slices, fold) = (whole.Piece, whole.Tables, whole.Slices, null);
        if (tighten || whole.HasIdleTouches) Touches = Tighten(tables, Texts);
        return true;
    }

    private (TextDictionary Texts, Func<int, int> Recode) Recoding()
    {
        var (old, fresh) = (Texts, new TextDictionary());
        var codes = new int[old.Count];
        return (fresh, Recode);

        int Recode(int code)
        {
            if (code <= TextDictionary.True) return code;
            if (codes[code] == 0) codes[code] = fresh.Intern(old.Utf8Of(code));
            return codes[code];
        }
    }

    internal readonly ref struct Reading(ReaderWriterLockSlim gate)
    {
        public void Dispose() => gate.ExitReadLock();
    }
}

/// <summary>How a <see cref="ColumnStore"/> keeps house.</summary>
public sealed record ColumnStoreOptions
{
    /// <summary>Events of changed customers that are held apart before everything becomes one piece again; with a large base, an eighth of it. Default 1,048,576.</summary>
    public long FoldAt { get; init; } = 1 << 20;
}
