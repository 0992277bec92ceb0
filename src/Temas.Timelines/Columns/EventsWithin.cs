using Temas.Timelines.Queries;

namespace Temas.Timelines.Columns;

/// <summary>Where those events of a base are that happened in a stretch of time: a stretch of places for each customer who has some. Most questions are about the last weeks of years, and most customers were not there in them. Never changes.</summary>
internal sealed class EventsWithin
{
    private readonly Stretch[] stretches;

    private EventsWithin(TimeSpanMs when, Stretch[] stretches) => (When, this.stretches, Events) = (when, stretches, stretches.Sum(s => (long)s.Count));

    /// <summary>The stretch of time.</summary>
    public TimeSpanMs When { get; }

    /// <summary>How many events there are in it.</summary>
    public long Events { get; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => stretches.LongLength * 12;

    /// <summary>Looks for them.</summary>
    public static EventsWithin Find(BaseEvents all, TimeSpanMs when)
    {
        var found = new List<Stretch>();
        for (var at = 0; at < all.Customers; at++)
        {
            var (from, to) = all.Events.Slice(all.StartOf(at), all.CountOf(at)).PlacesWithin(when.From, when.To);
            if (from < to) found.Add(new Stretch(at, all.StartOf(at) + from, to - from));
        }

        return new EventsWithin(when, [.. found]);
    }

    /// <summary>Those of the customers at some places of the base.</summary>
    public ReadOnlySpan<Stretch> Of(int from, int to)
    {
        var (begin, end) = (FirstFrom(from), FirstFrom(to));
        return stretches.AsSpan(begin, end - begin);
    }

    private int FirstFrom(int customer)
    {
        var (low, high) = (0, stretches.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (stretches[middle].Customer < customer) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The events of one customer, by her place in the base.</summary>
    internal readonly record struct Stretch(int Customer, int Start, int Count);
}

/// <summary>Some of them, of the stretches of time that were asked about last: each is found once.</summary>
internal sealed class EventsWithinThese(BaseEvents all)
{
    private const int MostKept = 8;

    private readonly Lock finding = new();
    private volatile EventsWithin[] kept = [];

    public long Bytes => kept.Sum(k => k.Bytes);

    /// <summary>Those of a stretch of time; null where that is all of them.</summary>
    public EventsWithin? Of(TimeSpanMs when)
    {
        // What ends now, or began before everything, is the same for whoever asks a moment later.
        when = new TimeSpanMs(when.From <= all.First ? long.MinValue : when.From, when.To > all.Last ? long.MaxValue : when.To);
        if (when == TimeSpanMs.Always) return null;
        return Array.Find(kept, k => k.When == when) ?? Find(when);
    }

    /// <summary>Finds what another base was asked for.</summary>
    public void FindAsOf(EventsWithinThese other)
    {
        foreach (var of in other.kept.Reverse()) Of(of.When);
    }

    private EventsWithin Find(TimeSpanMs when)
    {
        lock (finding)
        {
            var known = Array.Find(kept, k => k.When == when) ?? EventsWithin.Find(all, when);
            kept = [known, .. kept.Where(k => k != known).Take(MostKept - 1)];
            return known;
        }
    }
}
