namespace Temas.Timelines.Columns;

/// <summary>
/// The events of customers who changed since the last fold: a slice each, in order at any moment, with room to grow. A slice that outgrows its room moves to the end; what it leaves behind goes with the next fold.
/// </summary>
internal sealed class CustomerSlices
{
    private readonly Dictionary<int, int> slotOf = [];
    private readonly List<Slot> slots = [];
    private EventArrays events = new(0);
    private int used;

    /// <summary>Customers here, in no order.</summary>
    public int Count => slots.Count;

    /// <summary>Events here.</summary>
    public long Events { get; private set; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => (events.Capacity * 26L) + (slots.Count * 40L);

    public EventArrays Arrays => events;

    public Slot this[int at] => slots[at];

    public bool TryFind(int customer, out int at) => slotOf.TryGetValue(customer, out at);

    /// <summary>The same, which does not change when these do. It is there to be read.</summary>
    public CustomerSlices Copy()
    {
        var copy = new CustomerSlices { events = new EventArrays(used), used = used, Events = Events };
        copy.events.Copy(events, 0, used, 0);
        copy.slots.AddRange(slots);
        return copy;
    }

    /// <summary>Begins the slice of a customer with events that are in order already.</summary>
    public int Open(int customer, EventArrays? from, int start, int count)
    {
        var slot = new Slot(customer, Take(Math.Max(4, count + (count / 4) + 1)), count, Math.Max(4, count + (count / 4) + 1));
        if (from is not null) events.Copy(from, start, count, slot.Start);
        Events += count;
        slotOf.Add(customer, slots.Count);
        slots.Add(slot);
        return slots.Count - 1;
    }

    /// <summary>Puts an event where it belongs.</summary>
    public void Insert(int at, in ColumnEvent e)
    {
        var slot = slots[at];
        if (slot.Count == slot.Capacity) slot = Move(slot, slot.Capacity * 2);
        var place = slot.Start + slot.Count;
        if (slot.Count > 0 && e.IsBefore(events[place - 1]))
        {
            var (low, high) = (slot.Start, place - 1);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (e.IsBefore(events[middle])) high = middle;
                else low = middle + 1;
            }

            events.Copy(events, low, place - low, low + 1);
            place = low;
        }

        events[place] = e;
        slots[at] = slot with { Count = slot.Count + 1 };
        Events++;
    }

    /// <summary>Puts many events where they belong.</summary>
    public void Insert(int at, List<ColumnEvent> some)
    {
        // All in order anew: one by one, two long timelines that mesh would cost their product.
        Remove(at, static _ => true, some);
        some.Sort(static (x, y) => x.IsBefore(y) ? -1 : y.IsBefore(x) ? 1 : 0);
        foreach (var e in some) Insert(at, e);
    }

    /// <summary>Takes out the events that <paramref name="goes"/> names, and adds them to <paramref name="into"/>.</summary>
    public void Remove(int at, Func<ColumnEvent, bool> goes, List<ColumnEvent>? into)
    {
        var slot = slots[at];
        var kept = slot.Start;
        for (var i = slot.Start; i < slot.Start + slot.Count; i++)
        {
            var e = events[i];
            if (goes(e)) into?.Add(e);
            else events[kept++] = e;
        }

        Events -= slot.Start + slot.Count - kept;
        slots[at] = slot with { Count = kept - slot.Start };
    }

    /// <summary>The slots by customer.</summary>
    public Slot[] Sorted()
    {
        var sorted = slots.ToArray();
        Array.Sort(sorted, (x, y) => x.Customer.CompareTo(y.Customer));
        return sorted;
    }

    private int Take(int capacity)
    {
        if (used + (long)capacity > events.Capacity) events.Resize((int)Math.Min(Array.MaxLength, Math.Max(used + (long)capacity, events.Capacity * 3L / 2)));
        used += capacity;
        return used - capacity;
    }

    private Slot Move(Slot slot, int capacity)
    {
        var start = Take(capacity);
        events.Copy(events, slot.Start, slot.Count, start);
        return slot with { Start = start, Capacity = capacity };
    }

    internal readonly record struct Slot(int Customer, int Start, int Count, int Capacity);
}
