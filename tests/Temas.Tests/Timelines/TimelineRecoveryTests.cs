using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Temas.Timelines;

namespace Temas.Tests.Timelines;

public sealed class TimelineRecoveryTests
{
    private const ulong Generation = 7;
    private static readonly TimelineOptions Small = new() { TailEntries = 10, FanIn = 2 };

    /// <summary>What was appended, to be applied again as the log would be.</summary>
    private static List<TimelineEntry> History(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(1, count).Select(i => new TimelineEntry(random.Next(100), i, random.Next(3), random.Next(-1, 9)))];
    }

    private static void Apply(TimelineStore store, IEnumerable<TimelineEntry> history)
    {
        foreach (var entry in history.Where(entry => entry.Position > store.Position))
        {
            store.TypeOf(Encoding.UTF8.GetBytes($"track:{entry.Type}"));
            store.Append(entry.Node, entry.Time, entry.Type, entry.Position);
            store.SealIfFull(force: false);
        }
    }

    [Trait("Length", "Long")]
    [Fact]
    public void Load_CrashAfterAnyChangeOfTheFolder_StandsAtAPositionFromWhichTheLogGoesOn()
    {
        using var folder = new ScratchFolder();
        using var copies = new ScratchFolder();
        var crashes = new List<string>();
        var options = Small with
        {
            OneThread = true,
            Changed = change =>
            {
                var copy = Path.Combine(copies.Path, $"{crashes.Count:d4} {change}");
                folder.CopyTo(copy);
                crashes.Add(copy);
            },
        };
        var history = History(1, 200);
        using (var store = new TimelineStore(folder.Path, options))
        {
            store.Load(Generation, _ => { });
            Apply(store, history.Take(150));
            store.SealIfFull(force: true);
            store.Settle();
            Apply(store, history);
        }

        crashes.Count.ShouldBeGreaterThan(30);
        foreach (var copy in crashes)
        {
            File.WriteAllText(Path.Combine(copy, "segment-0fffffff.timeline.new"), "half a segment");
            using var store = new TimelineStore(copy, Small);
            var reports = new List<string>();
            store.Load(Generation, reports.Add);
            reports.ShouldBeEmpty(copy);
            ShouldStandFor(store, history, store.Position);
            Apply(store, history);
            ShouldStandFor(store, history, 200);
            store.Settle();
            Directory.GetFiles(copy).Length.ShouldBe(store.Memory.Segments + 1);
        }
    }

    [Fact]
    public void Erase_CrashAfterAnyChangeOfTheFolder_LeavesTheStateBeforeOrAfter()
    {
        using var folder = new ScratchFolder();
        using var copies = new ScratchFolder();
        var crashes = new List<string>();
        var watch = false;
        var options = Small with
        {
            Changed = change =>
            {
                if (!watch) return;
                var copy = Path.Combine(copies.Path, $"{crashes.Count:d4} {change}");
                folder.CopyTo(copy);
                crashes.Add(copy);
            },
        };
        var history = History(2, 120);
        using (var store = new TimelineStore(folder.Path, options))
        {
            store.Load(Generation, _ => { });
            Apply(store, history);
            store.SealIfFull(force: true);
            store.Settle();
            watch = true;
            store.Erase([3], [17, 18]);
        }

        crashes.Count.ShouldBeGreaterThan(2);
        var after = history.FindAll(entry => entry.Node != 3 && entry.Position is not (17 or 18));
        foreach (var copy in crashes)
        {
            using var store = new TimelineStore(copy, Small);
            store.Load(Generation, fault => throw new InvalidOperationException(fault));
            store.Position.ShouldBe(120);
            var mustBeGone = !copy.EndsWith("segment written", StringComparison.Ordinal);
            if (mustBeGone) ShouldStandFor(store, after, 120);
            store.Erase([3], [17, 18]);
            ShouldStandFor(store, after, 120);
        }
    }

    [Fact]
    public void Erase_EventsOnDisk_LeavesNoTraceInTheFiles()
    {
        using var folder = new ScratchFolder();
        using var store = new TimelineStore(folder.Path, Small);
        store.Load(Generation, _ => { });
        const long Secret = 0x1122334455667788;
        for (var i = 1; i <= 30; i++) store.Append(i % 5, i == 12 ? Secret : i, 0, i);
        store.SealIfFull(force: true);
        OnDisk().ShouldBeTrue();
        store.Erase([2], []);
        OnDisk().ShouldBeFalse();
        store.Count([0, 1, 2, 3, 4]).ShouldBe(24);

        bool OnDisk() => Directory.GetFiles(folder.Path).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(BitConverter.GetBytes(Secret)) >= 0);
    }

    [Trait("Length", "Long")]
    [Fact]
    public void Load_AnyFileDamaged_ReportsItAndGivesAPrefix()
    {
        using var folder = new ScratchFolder();
        var history = History(3, 180);
        using (var store = new TimelineStore(folder.Path, Small))
        {
            store.Load(Generation, _ => { });
            Apply(store, history);
            store.SealIfFull(force: true);
        }

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
            {
                var random = new Random(seed);
                var copy = folder.Copy("damaged");
                var victim = random.GetItems(Directory.GetFiles(copy), 1)[0];
                var bytes = File.ReadAllBytes(victim);
                var harmless = false;
                switch (random.Next(4))
                {
                    case 0:
                        File.WriteAllBytes(victim, bytes[..random.Next(bytes.Length)]);
                        break;
                    case 1:
                        File.Delete(victim);
                        break;
                    case 2:
                        File.WriteAllBytes(victim, []);
                        break;
                    default:
                        // A byte between two sections belongs to nobody; whether it does shows in the answer.
                        bytes[random.Next(bytes.Length)] ^= (byte)(1 + random.Next(255));
                        File.WriteAllBytes(victim, bytes);
                        harmless = true;
                        break;
                }

                using var store = new TimelineStore(copy, Small);
                var reports = new List<string>();
                store.Load(Generation, reports.Add);
                if (store.Position < 180) reports.Count.ShouldBe(1);
                else harmless.ShouldBeTrue();
                ShouldStandFor(store, history, store.Position);
                Apply(store, history);
                ShouldStandFor(store, history, 180);
                store.SealIfFull(force: true);
                store.Dispose();

                using var again = new TimelineStore(copy, Small);
                again.Load(Generation, fault => throw new InvalidOperationException(fault));
                ShouldStandFor(again, history, 180);
            }));
    }

    [Fact]
    public void Load_AnotherGeneration_BeginsEmptyAndSaysSo()
    {
        using var folder = new ScratchFolder();
        using (var store = new TimelineStore(folder.Path, Small))
        {
            store.Load(Generation, _ => { });
            Apply(store, History(4, 50));
            store.SealIfFull(force: true);
        }

        using var other = new TimelineStore(folder.Path, Small);
        var reports = new List<string>();
        other.Load(Generation + 1, reports.Add);
        reports.Count.ShouldBe(1);
        (other.Position, other.DurablePosition, other.Generation, other.Memory.Entries, other.Types.Count).ShouldBe((0, 0, Generation + 1, 0, 0));
        Directory.GetFiles(folder.Path).Length.ShouldBe(1);
    }

    [Fact]
    public void Load_EmptyFolder_SaysNothing()
    {
        using var folder = new ScratchFolder();
        using var store = new TimelineStore(Path.Combine(folder.Path, "new"), Small);
        store.Load(Generation, fault => throw new InvalidOperationException(fault));
        store.Position.ShouldBe(0);
    }

    [Fact]
    public void Load_OnlyRecordsWithoutEvents_KeepsThePosition()
    {
        using var folder = new ScratchFolder();
        using (var store = new TimelineStore(folder.Path, Small))
        {
            store.Load(Generation, _ => { });
            store.Append(1, 5, store.TypeOf("track:a"u8), 3);
            store.SealIfFull(force: true).ShouldBeTrue();
            store.Advance(9);
            store.TypeOf("track:b"u8);
            store.SealIfFull(force: true).ShouldBeTrue();
            store.SealIfFull(force: true).ShouldBeFalse();
        }

        using var again = new TimelineStore(folder.Path, Small);
        again.Load(Generation, fault => throw new InvalidOperationException(fault));
        (again.Position, again.Count([1]), again.FindType("track:b")).ShouldBe((9, 1, 1));
    }

    private static void ShouldStandFor(TimelineStore store, IEnumerable<TimelineEntry> history, long position)
    {
        store.Position.ShouldBe(position);
        var reference = new ReferenceTimelines();
        reference.Entries.AddRange(history.Where(entry => entry.Position <= position));
        reference.ShouldEqual(store, new Random(1));
    }
}
