using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Counts the ways of customers, one after the other, where places are event types and an event's type alone says what it may be: as <see cref="PathsWalk"/> does, but each event is taken at once and the same way, whatever it is, for
/// nobody could foresee at which of them a way begins, goes on or ends. What comes of it is written down and counted at the end of the customer. For one thread.
/// </summary>
internal sealed class PathsByType
{
    // More cells than these do not stay near the processor.
    private const int MostCells = 1 << 16;

    private readonly PathsQuery query;
    private readonly int types;
    private readonly bool standsAll;

    // By type, all bits or none: whether it is a place, and whether a way begins with it; where ways begin with whatever comes first, none, and this is all bits.
    private readonly int[] stands, begins;
    private readonly int opens;

    // By place, type before (the number of types for none: a way begins) and type.
    private readonly Cell[] cells;

    // By place and type; and by cell, where in it.
    private readonly Stay[] stays;
    private readonly int[] stayOf;

    // Of one customer, or of a piece of the base: what was taken, how long it took, and at which event.
    private int[] taken = [], where = [];
    private long[] took = [];
    private readonly PathStops stops = new();
    private int visit;

    private PathsByType(PathsQuery query, int types, int[] stands, int[] begins, int opens, MemoryBudget budget)
    {
        (this.query, this.types, this.stands, this.begins, this.opens, standsAll) = (query, types, stands, begins, opens, !stands.Contains(0));
        (cells, stays, Took) = (new Cell[Cells(query, types)], new Stay[query.Depth * types], new TransitionTimes(budget));
        stayOf = [.. Enumerable.Range(0, cells.Length).Select(cell => (cell / types / (types + 1) * types) + (cell % types))];
    }

    /// <summary>How long each transition took, by the number of its cell.</summary>
    public TransitionTimes Took { get; }

    /// <summary>Customers with a way.</summary>
    public long Customers { get; private set; }

    /// <summary>One that counts these ways; null where events must be looked at closer, or there are too many types.</summary>
    public static PathsByType? Of(PathsQuery query, EventRoles roles, int types, MemoryBudget budget)
    {
        if (query.Upto is not null || query.AsksTouch || Cells(query, types) > MostCells || Enumerable.Range(0, types).Any(roles.Asks)) return null;
        int[] Mask(int role) => [.. Enumerable.Range(0, types).Select(type => (roles.Of(type) & role) != 0 ? -1 : 0)];
        return new PathsByType(query, types, Mask(PathsWalk.Stands), query.From is null ? new int[types] : Mask(PathsWalk.Begins), query.From is null ? -1 : 0, budget);
    }

    public PathsByType Fork(MemoryBudget budget) => new(query, types, stands, begins, opens, budget);

    /// <summary>Takes a customer's events.</summary>
    public void Walk(in Slice events)
    {
        MakeRoom(events.Length);
        var count = Follow(events);
        if (count > 0) CountTaken(0, count);
    }

    /// <summary>Takes the customers at some places of the base; false where only some types are places, which must be picked first.</summary>
    public bool TryWalk(BaseEvents all, int from, int to)
    {
        if (!standsAll) return false;
        var (begin, end) = (all.StartOf(from), all.StartOf(to));
        MakeRoom(end - begin);
        stops.Mark(all, from, to, query.When, query.Gap);
        var count = Follow(all.Events.Slice(begin, end - begin), stops);
        for (var (customer, next) = (from, 0); next < count; customer++)
        {
            var first = next;
            for (var upto = all.StartOf(customer + 1) - begin; next < count && where[next] < upto;) next++;
            if (next > first && !all.IsWithdrawn(customer) && all.CustomerAt(customer) != ColumnStore.Nobody) CountTaken(first, next);
        }

        return true;
    }

    /// <summary>Each transition that was taken.</summary>
    public IEnumerable<(int Cell, Transition Key, long Ways, long Customers)> Edges() =>
        Enumerable.Range(0, cells.Length).Where(at => cells[at].Ways > 0 && stayOf[at] >= types)
            .Select(at => (at, new Transition((at / types / (types + 1)) - 1, at / types % (types + 1), at % types), (long)cells[at].Ways, (long)cells[at].Customers));

    /// <summary>How many cells there are.</summary>
    public int Size => cells.Length;

    /// <summary>Ways that begin with each type.</summary>
    public long Begun(int type) => cells[(types * types) + type].Ways;

    /// <summary>Customers with a type at a place of their ways, by place and type.</summary>
    public long Whose(int at) => stays[at].Customers;

    private static int Cells(PathsQuery query, int types) => (int)Math.Min((long)query.Depth * (types + 1) * types, int.MaxValue);

    private int Follow(in Slice events)
    {
        var kinds = events.Types;
        var (from, to) = (0, kinds.Length);
        while (from < to && events.Times[from] < query.When.From) from++;
        while (from < to && events.Times[to - 1] >= query.When.To) to--;
        if (from == to) return 0;

        // Nothing is asked twice of what is the same for all, and no place is checked: what is taken has room for all events, and each type has its place.
        ref var cell = ref MemoryMarshal.GetArrayDataReference(taken);
        ref var span = ref MemoryMarshal.GetArrayDataReference(took);
        ref var time = ref MemoryMarshal.GetReference(events.Times);
        ref var kind = ref MemoryMarshal.GetReference(kinds);
        ref var may = ref MemoryMarshal.GetArrayDataReference(begins);
        var (width, gap, open, all, count) = (types, query.Gap, opens, stands, 0);

        // Cells by place: where those of the first begin, how many there are, and where no way goes on, at the last place as after it and before the first.
        var (fresh, stride) = (width * width, (width + 1) * width);
        var end = stride * query.Depth;
        var (at, before, last, since) = (end, -1, Unsafe.Add(ref time, from) - gap - 1, 0L);
        for (var i = from; i < to; i++)
        {
            int type = Unsafe.Add(ref kind, i);
            if (!standsAll && all[type] == 0) continue;
            var now = Unsafe.Add(ref time, i);

            // All bits or none, so that there is no branch: whether it comes after a pause; is another place than the one before; goes on from there; begins a way.
            var paused = (int)((gap - (now - last)) >> 63);
            var other = ~(((type ^ before) - 1) >> 31) | paused;
            var on = other & ~paused & ((at - end) >> 31);
            var begin = other & ~on & (Unsafe.Add(ref may, type) | (paused & open));
            Unsafe.Add(ref cell, count) = fresh + ((at + (before * width) - fresh) & on) + type;
            Unsafe.Add(ref span, count) = now - since;
            count -= on | begin;
            at = (at & ~other) | ((end + ((at + stride - end) & on) + ((stride - end) & begin)) & other);
            since ^= (since ^ now) & other;
            (before, last) = (type, now);
        }

        return count;
    }

    /// <summary>The same of many customers, of whom it is known already which events are other places than those before them.</summary>
    private int Follow(in Slice events, PathStops others)
    {
        ref var cell = ref MemoryMarshal.GetArrayDataReference(taken);
        ref var span = ref MemoryMarshal.GetArrayDataReference(took);
        ref var place = ref MemoryMarshal.GetArrayDataReference(where);
        ref var time = ref MemoryMarshal.GetReference(events.Times);
        ref var kind = ref MemoryMarshal.GetReference(events.Types);
        ref var may = ref MemoryMarshal.GetArrayDataReference(begins);
        var (width, open, count) = (types, opens, 0);
        var (fresh, stride) = (width * width, (width + 1) * width);
        var end = stride * query.Depth;
        var (at, before, since) = (end, 0, 0L);
        for (var word = 0; word < others.Words; word++)
        {
            var (left, pauses) = others[word];
            for (; left != 0; left &= left - 1)
            {
                var bit = BitOperations.TrailingZeroCount(left);
                var i = (word << 6) + bit;
                int type = Unsafe.Add(ref kind, i);
                var now = Unsafe.Add(ref time, i);
                var paused = -(int)((pauses >> bit) & 1);
                var on = ~paused & ((at - end) >> 31);
                var begin = ~on & (Unsafe.Add(ref may, type) | (paused & open));
                Unsafe.Add(ref cell, count) = fresh + ((at + (before * width) - fresh) & on) + type;
                Unsafe.Add(ref span, count) = now - since;
                Unsafe.Add(ref place, count) = i;
                count -= on | begin;
                at = end + ((at + stride - end) & on) + ((stride - end) & begin);
                (before, since) = (type, now);
            }
        }

        return count;
    }

    private void CountTaken(int from, int to)
    {
        Customers++;
        var (customer, all, places, stay, first) = (++visit, cells, stays, stayOf, types);
        for (var i = from; i < to; i++)
        {
            var number = taken[i];
            ref var cell = ref all[number];
            cell.Ways++;
            cell.Customers += cell.Visit != customer ? 1U : 0;
            cell.Visit = customer;
            ref var there = ref places[stay[number]];
            there.Customers += there.Visit != customer ? 1U : 0;
            there.Visit = customer;
            Took.Add(number, took[i], stay[number] < first ? 0 : 1);
        }
    }

    private void MakeRoom(int events)
    {
        if (taken.Length < events) (taken, where, took) = (new int[events * 2], new int[events * 2], new long[events * 2]);
    }

    /// <summary>What was taken to a place: how often, by how many customers, and by whom last.</summary>
    private record struct Cell(uint Ways, uint Customers, int Visit);

    /// <summary>Customers who were at a place, and who last.</summary>
    private record struct Stay(uint Customers, int Visit);
}
