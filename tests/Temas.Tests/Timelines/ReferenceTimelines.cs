using Temas.Timelines;

namespace Temas.Tests.Timelines;

/// <summary>The timelines as a list and LINQ would have them.</summary>
internal sealed class ReferenceTimelines
{
    public List<TimelineEntry> Entries { get; } = [];

    public void Erase(IReadOnlyCollection<int> nodes, IReadOnlyList<long> positions) =>
        Entries.RemoveAll(entry => nodes.Contains(entry.Node) || positions.Contains(entry.Position));

    public List<TimelineEntry> Read(int[] nodes, TimelineRange range)
    {
        var wanted = Entries.Where(entry => nodes.Contains(entry.Node) && entry.Time >= range.From && entry.Time < range.To && range.Types?.Contains(entry.Type) != false);
        if (range.After is { } after)
        {
            wanted = wanted.Where(entry => range.Descending
                ? (entry.Time, entry.Position).CompareTo((after.Time, after.Position)) < 0
                : (entry.Time, entry.Position).CompareTo((after.Time, after.Position)) > 0);
        }

        wanted = range.Descending
            ? wanted.OrderByDescending(entry => entry.Time).ThenByDescending(entry => entry.Position)
            : wanted.OrderBy(entry => entry.Time).ThenBy(entry => entry.Position);
        return [.. wanted.Take(range.Limit)];
    }

    public List<int> Recent(int limit) =>
        [.. Entries.Where(entry => entry.Node >= 0).OrderByDescending(entry => entry.Position).Select(entry => entry.Node).Distinct().Take(limit)];

    /// <summary>Holds every kind of answer of the store against the reference.</summary>
    public void ShouldEqual(TimelineStore store, Random random)
    {
        int[] all = [.. Entries.Select(entry => entry.Node).Append(-1).Append(77).Distinct()];
        Compare(store, all, new TimelineRange());
        store.Memory.Entries.ShouldBe(Entries.Count);
        foreach (var node in all) store.Count([node]).ShouldBe(Entries.Count(entry => entry.Node == node));
        foreach (var limit in new[] { 0, 1, 3, 100 })
        {
            List<int> recent = [];
            store.RecentNodes(limit, recent);
            ShouldBeSame(recent, Recent(limit));
        }

        for (var i = 0; i < 12; i++)
        {
            var nodes = all.Where(_ => random.Next(3) == 0).ToArray();
            var mine = Entries.Where(entry => nodes.Contains(entry.Node)).ToList();
            store.Count(nodes).ShouldBe(mine.Count);
            store.Bounds(nodes).ShouldBe(mine.Count == 0 ? null : (mine.Min(entry => entry.Time), mine.Max(entry => entry.Time)));
            var range = new TimelineRange
            {
                From = random.Next(2) == 0 ? long.MinValue : Moment(random),
                To = random.Next(2) == 0 ? long.MaxValue : Moment(random),
                Types = random.Next(3) == 0 ? new HashSet<int> { 0, 2 } : null,
                Descending = random.Next(2) == 0,
                Limit = random.Next(2) == 0 ? int.MaxValue : random.Next(6),
            };
            Compare(store, nodes, range);
            if (Entries.Count == 0) continue;
            var last = Entries[random.Next(Entries.Count)];
            Compare(store, nodes, range with { After = new TimelineCursor(last.Time, last.Position) });
        }

        PagesShouldMakeTheWhole(store, all, descending: random.Next(2) == 0, size: 1 + random.Next(5));
    }

    /// <summary>Asks the assertion library, which is slow, only for its message.</summary>
    private static void ShouldBeSame<T>(List<T> read, List<T> expected)
    {
        if (!read.SequenceEqual(expected)) read.ShouldBe(expected);
    }

    private static long Moment(Random random) => 1_000 + random.Next(0, 60);

    private void PagesShouldMakeTheWhole(TimelineStore store, int[] nodes, bool descending, int size)
    {
        List<TimelineEntry> all = [], page = [];
        TimelineCursor? after = null;
        do
        {
            page.Clear();
            store.Read(nodes, new TimelineRange { Descending = descending, Limit = size, After = after }, page);
            all.AddRange(page);
            if (page.Count > 0) after = new TimelineCursor(page[^1].Time, page[^1].Position);
        }
        while (page.Count > 0);
        ShouldBeSame(all, Read(nodes, new TimelineRange { Descending = descending }));
    }

    private void Compare(TimelineStore store, int[] nodes, TimelineRange range)
    {
        List<TimelineEntry> read = [];
        store.Read(nodes, range, read);
        ShouldBeSame(read, Read(nodes, range));
    }
}

/// <summary>A folder of its own that is gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    // In memory where the system has such a folder: thousands of small files that are flushed one by one would measure the disk only.
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"temas-timelines-{Guid.NewGuid():n}")).FullName;

    public string Copy(string name)
    {
        var target = System.IO.Path.Combine(Path, name);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        CopyTo(target);
        return target;
    }

    public void CopyTo(string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(Path)) File.Copy(file, System.IO.Path.Combine(target, System.IO.Path.GetFileName(file)), overwrite: true);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
