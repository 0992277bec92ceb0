using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Temas.Timelines;

namespace Temas.Tests.Timelines;

public sealed class TimelineStoreTests
{
    private const ulong Generation = 42;
    private static readonly TimelineOptions Small = new() { TailEntries = 7, FanIn = 2 };

    [Trait("Length", "Long")]
    [Fact]
    public void Everything_RandomHistories_EqualTheReference() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(400),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => RunHistory(seed)));

    private static void RunHistory(int seed)
    {
        using var folder = new ScratchFolder();
        var random = new Random(seed);
        var reference = new ReferenceTimelines();
        var options = Small with { TailEntries = 1 + random.Next(12), FanIn = 2 + random.Next(3), OneThread = random.Next(2) == 0 };
        var store = new TimelineStore(folder.Path, options);
        store.Load(Generation, Unexpected);
        var position = 0L;
        var wide = random.Next(4) == 0;
        for (var step = 0; step < 60; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    store.Advance(++position);
                    break;
                case 1:
                    store.SealIfFull(force: true).ShouldBeOneOf(true, false);
                    store.DurablePosition.ShouldBe(position);
                    break;
                case 2:
                    store.SealIfFull(force: true);
                    store.Dispose();
                    store = new TimelineStore(folder.Path, options);
                    store.Load(Generation, Unexpected);
                    store.Position.ShouldBe(position);
                    break;
                case 3:
                    int[] nodes = random.Next(2) == 0 ? [random.Next(-1, 8)] : [];
                    long[] positions = random.Next(2) == 0 ? [random.Next(1, (int)Math.Min(int.MaxValue, position + 2)), random.Next(1, 40)] : [];
                    store.Erase(nodes, positions);
                    reference.Erase(nodes, positions);
                    break;
                case 4:
                    store.Settle();
                    break;
                default:
                    for (var i = random.Next(9); i >= 0; i--)
                    {
                        position += wide && random.Next(9) == 0 ? 3_000_000_000 : 1 + random.Next(2);
                        var type = store.TypeOf(Encoding.UTF8.GetBytes($"track:{random.Next(4)}"));

                        // Few different times: ties, and events that come late.
                        var entry = new TimelineEntry(1_000 + (random.Next(3) == 0 ? random.Next(60) : step), position, type, random.Next(-1, 8));
                        store.Append(entry.Node, entry.Time, entry.Type, entry.Position);
                        reference.Entries.Add(entry);
                    }

                    store.SealIfFull(force: false);
                    break;
            }

            store.Position.ShouldBe(position);
            if (step % 6 == 0) reference.ShouldEqual(store, random);
        }

        reference.ShouldEqual(store, random);
        store.Settle();
        reference.ShouldEqual(store, random);
        store.Memory.OnDisk.ShouldBe(new DirectoryInfo(folder.Path).GetFiles().Sum(file => file.Length));
        store.Dispose();
    }

    [Fact]
    public void Read_NodeWithManyEventsInMemory_GivesTheFirstOnesOfEitherDirection()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, new TimelineOptions());
        var random = new Random(5);
        var reference = new ReferenceTimelines();
        for (var i = 1; i <= 5_000; i++)
        {
            var entry = new TimelineEntry(random.Next(3_000), i, 0, i % 10 == 0 ? 2 : 1);
            store.Append(entry.Node, entry.Time, entry.Type, entry.Position);
            reference.Entries.Add(entry);
        }

        foreach (var range in new TimelineRange[] { new() { Limit = 10 }, new() { Limit = 10, Descending = true }, new() { Limit = 200, From = 100, To = 2_900 }, new() })
        {
            List<TimelineEntry> read = [];
            store.Read([1, 2], range, read);
            read.ShouldBe(reference.Read([1, 2], range));
        }
    }

    [Fact]
    public void RecentNodes_MoreNodesThanASegmentRemembers_AreExactUpToItsLimit()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, new TimelineOptions { TailEntries = 2_000, FanIn = 2 });
        var random = new Random(6);
        var reference = new ReferenceTimelines();
        for (var i = 1; i <= 9_000; i++)
        {
            var entry = new TimelineEntry(i, i, 0, random.Next(3_000));
            store.Append(entry.Node, entry.Time, entry.Type, entry.Position);
            reference.Entries.Add(entry);
            store.SealIfFull(force: false);
        }

        store.SealIfFull(force: true);
        store.Settle();
        List<int> recent = [];
        store.RecentNodes(1_024, recent);
        recent.ShouldBe(reference.Recent(1_024));
    }

    [Fact]
    public void SealIfFull_ManySegments_StayFew()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, new TimelineOptions { TailEntries = 16, FanIn = 4 });
        for (var i = 1; i <= 16 * 300; i++)
        {
            store.Append(i % 50, i, 0, i);
            store.SealIfFull(force: false);
        }

        store.SealIfFull(force: true);
        store.Settle();
        store.Memory.Segments.ShouldBeLessThan(20);
        store.Memory.Entries.ShouldBe(16 * 300);
        Directory.GetFiles(folder.Path).Length.ShouldBe(store.Memory.Segments + 1);
    }

    [Fact]
    public void SealIfFull_MoreThan65536Types_KeepsThem()
    {
        using var folder = new ScratchFolder();
        using (var store = Open(folder, Small))
        {
            for (var i = 0; i < 70_000; i++) store.TypeOf(Encoding.UTF8.GetBytes($"track:{i}")).ShouldBe(i);
            store.Append(1, 10, 69_999, 1);
            store.SealIfFull(force: true);
            store.Append(1, 11, 3, 2);
            store.SealIfFull(force: true);
            store.Settle();
        }

        using var again = Open(folder, Small);
        List<TimelineEntry> read = [];
        again.Read([1], new TimelineRange(), read);
        read.ShouldBe([new TimelineEntry(10, 1, 69_999, 1), new TimelineEntry(11, 2, 3, 1)]);
        again.NameOf(69_999).ShouldBe("track:69999");
        again.FindType("track:3").ShouldBe(3);
        again.FindType("track:x").ShouldBeNull();
        again.Types.Count.ShouldBe(70_000);
    }

    [Fact]
    public void TypeOf_ManyThreads_AgreeOnEveryName()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, Small);
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 500; i++)
            {
                var name = $"track:Sipariş {(i * (worker + 3)) % 500}";
                store.NameOf(store.TypeOf(Encoding.UTF8.GetBytes(name))).ShouldBe(name);
            }
        });
        store.Types.Distinct().Count().ShouldBe(store.Types.Count);
    }

    [Fact]
    public void Append_PositionThatWasSeen_IsRefused()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, Small);
        store.Append(1, 10, 0, 5);
        Should.Throw<ArgumentOutOfRangeException>(() => store.Append(1, 10, 0, 5));
        Should.Throw<ArgumentOutOfRangeException>(() => store.Advance(4));
        store.Count([1]).ShouldBe(1);
    }

    [Fact]
    public void SealIfFull_FolderThatCannotBeWritten_LosesNothingAndRecovers()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, Small);
        Directory.Delete(folder.Path, recursive: true);
        for (var i = 1; i <= 40; i++)
        {
            store.Append(i % 3, i, 0, i);
            store.SealIfFull(force: false);
        }

        Should.Throw<IOException>(() => store.SealIfFull(force: true));
        store.DurablePosition.ShouldBe(0);
        store.Count([0, 1, 2]).ShouldBe(40);

        Directory.CreateDirectory(folder.Path);
        store.SealIfFull(force: true).ShouldBeTrue();
        (store.DurablePosition, store.Fault).ShouldBe((40L, null));
        store.Count([0, 1, 2]).ShouldBe(40);
    }

    [Fact]
    public void Read_WhileMergesAreInstalled_SeesEveryEventOnce()
    {
        using var folder = new ScratchFolder();
        using var store = Open(folder, new TimelineOptions { TailEntries = 50, FanIn = 2 });
        using var gate = new ReaderWriterLockSlim();
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            List<TimelineEntry> read = [];
            while (!done.IsCancellationRequested)
            {
                read.Clear();
                gate.EnterReadLock();
                try
                {
                    store.Read([1, 2, 3], new TimelineRange(), read);
                    read.Count.ShouldBe((int)store.Position);
                }
                finally
                {
                    gate.ExitReadLock();
                }

                for (var i = 0; i < read.Count; i++) read[i].Position.ShouldBe(i + 1);
            }
        })).ToArray();
        for (var i = 1; i <= 3_000; i++)
        {
            gate.EnterWriteLock();
            store.Append(1 + (i % 3), i, 0, i);
            store.SealIfFull(force: false);
            gate.ExitWriteLock();
        }

        done.Cancel();
        Should.NotThrow(() => Task.WaitAll(readers));
    }

    private static TimelineStore Open(ScratchFolder folder, TimelineOptions options)
    {
        var store = new TimelineStore(folder.Path, options);
        store.Load(Generation, Unexpected);
        return store;
    }

    private static void Unexpected(string fault) => throw new InvalidOperationException(fault);
}
