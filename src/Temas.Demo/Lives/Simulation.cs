using System.Buffers;
using Temas.Demo.World;
using Temas.Timelines;

namespace Temas.Demo.Lives;

/// <summary>The events of one system within one window of time, in the order in which they happen.</summary>
/// <param name="Origin">Whose they are.</param>
/// <param name="Last">When the last one happens.</param>
/// <param name="Count">How many.</param>
/// <param name="Lines">Segment messages, one JSON object a line.</param>
internal sealed record Page(Origin Origin, long Last, int Count, ReadOnlyMemory<byte> Lines);

/// <summary>All lives of a world, lived in step: window after window of time, the customers in parallel.</summary>
internal sealed class Simulation : IDisposable
{
    // So many customers share a sheet; the number is part of nothing that is written.
    private const int GroupSize = 512;

    private readonly WorldSpec world;
    private readonly long from;
    private readonly List<Group> groups = [];
    private readonly int threads;
    private readonly CancellationToken cancel;
    private long arrived;

    /// <param name="world">The world.</param>
    /// <param name="from">What happens earlier is lived through and not told.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancel">Stops it.</param>
    public Simulation(WorldSpec world, long from, int threads, CancellationToken cancel = default)
    {
        (this.world, this.from, this.threads, this.cancel) = (world, from, threads, cancel);
    }

    /// <summary>Lives on to <paramref name="until"/> and gives the events before it that were not given yet, in the order in which they happen.</summary>
    public List<(SheetEntry Entry, ReadOnlyMemory<byte> Json)> LiveTo(long until)
    {
        for (var by = world.ArrivedBy(until); arrived < by; arrived++)
        {
            if (groups.Count == 0 || groups[^1].IsFull) groups.Add(new Group(new EventSheet(world, from)));
            groups[^1].Waiting.Enqueue(arrived);
        }

        var pages = new List<(SheetEntry, ReadOnlyMemory<byte>)>[groups.Count];
        LongWork.Each(groups.Count, threads, i => pages[i] = groups[i].LiveTo(world, until), cancel);
        var all = new List<(SheetEntry Entry, ReadOnlyMemory<byte> Json)>(pages.Sum(p => p.Count));
        foreach (var page in pages) all.AddRange(page);
        all.Sort(static (x, y) =>
        {
            var byTime = x.Entry.Time.CompareTo(y.Entry.Time);
            if (byTime != 0) return byTime;
            var byCustomer = x.Entry.Customer.CompareTo(y.Entry.Customer);
            return byCustomer != 0 ? byCustomer : x.Entry.Number.CompareTo(y.Entry.Number);
        });
        return all;
    }

    /// <summary>Puts events into pages of one system and one day each, none longer than a batch of the tracking API.</summary>
    public static IEnumerable<Page> Paginate(IReadOnlyList<(SheetEntry Entry, ReadOnlyMemory<byte> Json)> events, int mostEvents, int mostBytes)
    {
        var open = new OpenPage?[Enum.GetValues<Origin>().Length];
        var day = long.MinValue;
        foreach (var (entry, json) in events)
        {
            if (Clock.DayOf(entry.Time) != day)
            {
                foreach (var page in Drain(open)) yield return page;
                day = Clock.DayOf(entry.Time);
            }

            ref var mine = ref open[(int)entry.Origin];
            if (mine is not null && (mine.Count >= mostEvents || mine.Bytes.WrittenCount + json.Length + 1 > mostBytes))
            {
                var full = mine.Close(entry.Origin);
                mine = null;
                yield return full;
            }

            open[(int)entry.Origin] ??= new OpenPage();
            open[(int)entry.Origin]!.Add(entry.Time, json.Span);
        }

        foreach (var page in Drain(open)) yield return page;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var group in groups) group.Sheet.Dispose();
    }

    private static List<Page> Drain(OpenPage?[] open)
    {
        var pages = new List<Page>();
        for (var i = 0; i < open.Length; i++)
        {
            if (open[i] is { } page) pages.Add(page.Close((Origin)i));
            open[i] = null;
        }

        return pages;
    }

    private sealed class OpenPage
    {
        private long last;

        public ArrayBufferWriter<byte> Bytes { get; } = new(32 * 1024);

        public int Count { get; private set; }

        public void Add(long time, ReadOnlySpan<byte> json)
        {
            Bytes.Write(json);
            Bytes.Write("\n"u8);
            (Count, last) = (Count + 1, time);
        }

        public Page Close(Origin origin) => new(origin, last, Count, Bytes.WrittenMemory);
    }

    private sealed class Group(EventSheet sheet)
    {
        private readonly List<Life> lives = [];
        private int taken;

        public EventSheet Sheet => sheet;

        public Queue<long> Waiting { get; } = [];

        public bool IsFull => taken + Waiting.Count >= GroupSize;

        public List<(SheetEntry, ReadOnlyMemory<byte>)> LiveTo(WorldSpec world, long until)
        {
            while (Waiting.TryDequeue(out var index))
            {
                lives.Add(new Life(world, index));
                taken++;
            }

            foreach (var life in lives) life.LiveTo(until, sheet);
            var (bytes, entries) = sheet.Take(until);
            return entries.ConvertAll(e => (e, bytes.Slice(e.Start, e.Length)));
        }
    }
}
