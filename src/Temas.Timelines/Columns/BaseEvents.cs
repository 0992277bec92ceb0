using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Columns;

/// <summary>Customers in ascending order, each with her events in order, one after the other without gaps. A customer who changes is withdrawn; the rest stays as it is.</summary>
internal sealed class BaseEvents
{
    public static readonly BaseEvents Empty = new([], [0], new EventArrays(0), 0);

    private readonly int[] customers;
    private readonly int[] starts;
    private readonly ulong[] withdrawn;

    // By type and row; times once more, for those of one type lie apart in the columns of all.
    private int[][] places = [];
    private long[][] times = [];

    // Of the types that were asked for.
    private readonly MadeWhenAsked firstRows, owners;

    // Of the stretches of time that were asked about.
    private readonly EventsWithinThese within;

    private BaseEvents(int[] customers, int[] starts, EventArrays events, int count)
    {
        (this.customers, this.starts, Events, Count) = (customers, starts, events, count);
        withdrawn = new ulong[(customers.Length + 63) / 64];
        firstRows = new MadeWhenAsked(type => MakeFirstRows(PlacesOf(type)));
        owners = new MadeWhenAsked(type => MakeOwners(PlacesOf(type)));
        within = new EventsWithinThese(this);
    }

    /// <summary>As they were saved.</summary>
    public static BaseEvents Restore(int[] customers, int[] starts, EventArrays events)
    {
        var all = new BaseEvents(customers, starts, events, events.Capacity);
        all.IndexTypes();
        return all;
    }

    public EventArrays Events { get; }

    public ReadOnlySpan<int> AllCustomers => customers;

    public ReadOnlySpan<int> AllStarts => starts;

    public int Count { get; }

    public int Customers => customers.Length;

    public long Bytes => (Events.Capacity * 26L) + places.Sum(p => p.LongLength * 12) + firstRows.Bytes + owners.Bytes + within.Bytes + (customers.LongLength * 8) + (withdrawn.LongLength * 8);

    /// <summary>When the first event happened; later than all where there is none.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>When the last event happened.</summary>
    public long Last { get; private set; } = long.MinValue;

    public int CustomerAt(int at) => customers[at];

    public int StartOf(int at) => starts[at];

    public int CountOf(int at) => starts[at + 1] - starts[at];

    /// <summary>Who was withdrawn up to now, a bit each.</summary>
    public ulong[] Withdrawn => [.. withdrawn];

    public bool IsWithdrawn(int at) => (withdrawn[at >> 6] >> at & 1) != 0;

    /// <summary>Where the events of a type are, row by row: ascending, as rows are numbered in their order. Later rows are not in the base.</summary>
    public int[] PlacesOf(int type) => type < places.Length ? places[type] : [];

    /// <summary>The first row, from one on, that lies at a place or after it.</summary>
    public static int Pass(ReadOnlySpan<int> places, int row, int place)
    {
        // There are a handful of them, and nobody could foresee how many: so they are compared side by side.
        ref var first = ref MemoryMarshal.GetReference(places);
        for (var bound = Vector256.Create(place); row + Vector256<int>.Count <= places.Length; row += Vector256<int>.Count)
        {
            var before = Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)row), bound).ExtractMostSignificantBits();
            if (before != byte.MaxValue) return row + BitOperations.PopCount(before);
        }

        while (row < places.Length && places[row] < place) row++;
        return row;
    }

    /// <summary>The first row of each customer's events of a type, by her place in the base, and at the end their number: what is between two of them is hers. Made when it is first asked for.</summary>
    public int[] FirstRowsOf(int type) => firstRows.Of(type);

    /// <summary>Whose the events of a type are, row by row, by the customer's place in the base. Made when it is first asked for.</summary>
    public int[] OwnersOf(int type) => owners.Of(type);

    /// <summary>Makes what was asked of another base, too, so that who asks next need not wait for it.</summary>
    public void MakeAsOf(BaseEvents other)
    {
        firstRows.MakeAsOf(other.firstRows);
        owners.MakeAsOf(other.owners);
        within.FindAsOf(other.within);
    }

    /// <summary>Where the events of a stretch of time are; null where those are all there are. Found when it is first asked for.</summary>
    public EventsWithin? Within(TimeSpanMs when) => within.Of(when);

    /// <summary>When the events of a type happened, row by row.</summary>
    public long[] TimesOf(int type) => type < times.Length ? times[type] : [];

    /// <summary>The rows of a type whose events lie in a stretch.</summary>
    public (int From, int To) RowsOf(int type, int from, int to)
    {
        var all = PlacesOf(type);
        return (LowerBound(all, from), LowerBound(all, to));
    }

    /// <summary>The next stretch of events, among the customers of a piece, of which nobody was withdrawn; false after the last.</summary>
    public bool NextPresent(ref int customer, int upto, out int from, out int to)
    {
        while (customer < upto && IsWithdrawn(customer)) customer++;
        from = starts[customer];
        if (customer == upto)
        {
            to = from;
            return false;
        }

        while (customer < upto && !IsWithdrawn(customer)) customer++;
        to = starts[customer];
        return true;
    }

    /// <summary>Notes where and when the events of each type are, after their rows were numbered.</summary>
    public void IndexTypes()
    {
        var types = Events.Types.AsSpan(0, Count);
        var count = new List<int>();
        foreach (var type in types)
        {
            while (count.Count <= type) count.Add(0);
            count[type]++;
        }

        places = [.. count.Select(c => GC.AllocateUninitializedArray<int>(c))];
        times = [.. count.Select(c => GC.AllocateUninitializedArray<long>(c))];
        for (var i = 0; i < types.Length; i++)
        {
            var (type, row) = (types[i], Events.Rows[i]);
            var time = Events.Times[i];
            (places[type][row], times[type][row]) = (i, time);
            (First, Last) = (Math.Min(First, time), Math.Max(Last, time));
        }
    }

    /// <summary>The first customer at whose place at least this many events lie before.</summary>
    public int CustomerFrom(long events)
    {
        var at = Array.BinarySearch(starts, (int)Math.Min(events, Count));
        return Math.Min(at < 0 ? ~at : at, Customers);
    }

    /// <summary>Where a customer's events are; false when they are not here.</summary>
    public bool Find(int customer, out int from, out int count)
    {
        var at = Array.BinarySearch(customers, customer);
        (from, count) = at < 0 || IsWithdrawn(at) ? (0, 0) : (starts[at], CountOf(at));
        return count > 0;
    }

    /// <summary>As <see cref="Find"/>, and from now on they are elsewhere.</summary>
    public bool Withdraw(int customer, out int from, out int count)
    {
        if (!Find(customer, out from, out count)) return false;
        var at = Array.BinarySearch(customers, customer);
        withdrawn[at >> 6] |= 1UL << at;
        return true;
    }

    /// <summary>One base of what is left of a base, without those who were withdrawn, and of those who changed.</summary>
    public static BaseEvents Merge(BaseEvents old, ulong[] withdrawn, CustomerSlices changed)
    {
        bool IsGone(int at) => (withdrawn[at >> 6] >> at & 1) != 0;
        var slots = changed.Sorted();
        long left = 0;
        for (var i = 0; i < old.Customers; i++) left += IsGone(i) ? 0 : old.CountOf(i);
        var count = checked((int)(left + changed.Events));
        var events = new EventArrays(count);
        var customers = new List<int>(old.Customers + slots.Length);
        var starts = new List<int>(old.Customers + slots.Length + 1);
        var (at, slot, to) = (0, 0, 0);
        while (true)
        {
            while (at < old.Customers && IsGone(at)) at++;
            while (slot < slots.Length && slots[slot].Count == 0) slot++;
            if (at == old.Customers && slot == slots.Length) break;
            if (slot == slots.Length || (at < old.Customers && old.customers[at] < slots[slot].Customer))
            {
                // As many neighbours as are all there go in one piece.
                var end = at;
                while (end < old.Customers && !IsGone(end) && (slot == slots.Length || old.customers[end] < slots[slot].Customer))
                {
                    customers.Add(old.customers[end]);
                    starts.Add(to + old.starts[end] - old.starts[at]);
                    end++;
                }

                var run = old.starts[end] - old.starts[at];
                events.Copy(old.Events, old.starts[at], run, to);
                (at, to) = (end, to + run);
            }
            else
            {
                customers.Add(slots[slot].Customer);
                starts.Add(to);
                events.Copy(changed.Arrays, slots[slot].Start, slots[slot].Count, to);
                to += slots[slot++].Count;
            }
        }

        starts.Add(to);
        return new BaseEvents([.. customers], [.. starts], events, to);
    }

    private int[] MakeFirstRows(int[] places)
    {
        var result = new int[starts.Length];
        for (var (at, row) = (0, 0); at < result.Length; at++)
        {
            while (row < places.Length && places[row] < starts[at]) row++;
            result[at] = row;
        }

        return result;
    }

    private int[] MakeOwners(int[] places)
    {
        var result = new int[places.Length];
        for (var (at, row) = (0, 0); row < result.Length; row++)
        {
            while (places[row] >= starts[at + 1]) at++;
            result[row] = at;
        }

        return result;
    }

    private static int LowerBound(ReadOnlySpan<int> all, int place)
    {
        var (low, high) = (0, all.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (all[middle] < place) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Something of each type that is made when it is first asked for, and kept.</summary>
    private sealed class MadeWhenAsked(Func<int, int[]> make)
    {
        private readonly Lock making = new();
        private volatile int[]?[] made = [];

        public long Bytes => made.Sum(m => m?.LongLength ?? 0) * 4;

        public int[] Of(int type) => (type < made.Length ? made[type] : null) ?? Make(type);

        public void MakeAsOf(MadeWhenAsked other)
        {
            for (var type = 0; type < other.made.Length; type++)
            {
                if (other.made[type] is not null) Make(type);
            }
        }

        private int[] Make(int type)
        {
            lock (making)
            {
                if (type < made.Length && made[type] is { } known) return known;
                var more = new int[]?[Math.Max(made.Length, type + 1)];
                made.CopyTo(more, 0);
                var result = more[type] = make(type);
                made = more;
                return result;
            }
        }
    }
}
