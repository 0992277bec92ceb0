using System.Text;
using Temas.Customers;
using Temas.Customers.Identity;
using Temas.Storage.EventLog;
using Temas.Timelines;
using static Temas.Tests.Customers.IdentityWorld;

namespace Temas.Tests.Customers;

public sealed class CustomersProjectionTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("temas-customers-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Snapshot_ThenReplayAtAnyPoint_EqualsAFreshRebuild() => IdentityGraphTests.ForWorlds(12, (seed, records) =>
    {
        var random = new Random(seed);
        var log = new FakeLog(records);
        var folder = Fresh();
        for (var done = 0; done < records.Count;)
        {
            using var customers = Open(folder, log, tail: 7);
            customers.Load(_ => { });
            customers.Position.ShouldBeLessThanOrEqualTo(done);
            done = Math.Min(records.Count, done + random.Next(1, 30));
            log.Replay(customers, done, random.Next(1, 9));
            switch (random.Next(3))
            {
                case 0: customers.Snapshot(force: true); break;
                case 1: customers.Snapshot(force: false); break;
                default: break;
            }
        }

        using var resumed = Open(folder, log, tail: 7);
        resumed.Load(_ => { });
        log.Replay(resumed, records.Count, 100);
        using var fresh = Open(Fresh(), log);
        fresh.Load(_ => { });
        log.Replay(fresh, records.Count, 100);
        Describe(resumed, log).ShouldBe(Describe(fresh, log), $"seed {seed}");
        if (records.Count % 5 != 0) return;
        resumed.Clear();
        log.Replay(resumed, records.Count, 3);
        Describe(resumed, log).ShouldBe(Describe(fresh, log), $"seed {seed}, rebuilt in place");
    });

    [Fact]
    public void Load_DamagedSnapshotOrOtherRules_RebuildsAndSaysSo()
    {
        var log = new FakeLog(IdentityWorld.Random(7, 60));
        var folder = Fresh();
        using (var customers = Open(folder, log))
        {
            customers.Load(_ => { });
            log.Replay(customers, 60, 10);
            customers.Snapshot(force: true);
        }

        var said = new List<string>();
        using (var other = new CustomersProjection(folder, Key, () => IdentityRules.Default, log.Read, TimeProvider.System))
        {
            other.Load(said.Add);
            other.Position.ShouldBe(0);
        }

        said.ShouldHaveSingleItem().ShouldContain("rules");
        using (var again = Open(folder, log)) again.Load(said.Add);
        var path = Path.Combine(folder, "customers.snapshot");
        if (File.Exists(path))
        {
            var bytes = File.ReadAllBytes(path);
            bytes[^10] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        using var damaged = Open(folder, log);
        damaged.Load(said.Add);
        damaged.Position.ShouldBe(0);
        log.Replay(damaged, 60, 10);
        using var fresh = Open(Fresh(), log);
        fresh.Load(_ => { });
        log.Replay(fresh, 60, 10);
        Describe(damaged, log).ShouldBe(Describe(fresh, log));
    }

    [Fact]
    public void Forbid_AfterAMerge_PartsTheTimelinesExactly()
    {
        List<TestRecord> before = [Track(1000, "1", "u1", "a1"), Track(2000, "2", null, "a1"), Track(3000, "3", null, "a2", "e1@x.com"), Track(4000, "4", "u1"), Track(2500, "5", null, "a2")];
        List<TestRecord> after = [.. before, Track(5000, "6", "u1", null, "e1@x.com")];
        var log = new FakeLog([.. after, Decide(6000, "forbid", "user_id:u1", "email:e1@x.com")]);
        using var customers = Open(Fresh(), log);
        customers.Load(_ => { });
        log.Replay(customers, before.Count, 2);
        var (one, other) = (customers.Resolve("user_id:u1")!, customers.Resolve("email:e1@x.com")!);
        var (hers, his) = (Positions(customers, one), Positions(customers, other));
        (string.Join(' ', hers), string.Join(' ', his)).ShouldBe(("1 2 4", "5 3"));

        log.Replay(customers, after.Count, 2);
        Positions(customers, customers.Resolve("email:e1@x.com")!).ShouldBe([1, 2, 5, 3, 4, 6]);
        customers.Resolve(other.Id)!.Id.ShouldBe(one.Id);

        log.Replay(customers, after.Count + 1, 2);
        Positions(customers, customers.Resolve(one.Id)!).ShouldBe([1, 2, 4, 6]);
        Positions(customers, customers.Resolve(other.Id)!).ShouldBe(his);
        customers.Ledger(customers.Resolve(one.Id)!).ShouldContain(e => e.Reason == "forbidden" && e.Position == 6 && e.Decisions.Count == 1);
        customers.Of(6)!.Id.ShouldBe(one.Id);
    }

    [Trait("Length", "Long")]
    [Fact]
    public void Erase_OfAnyCustomer_LeavesWhatARebuildOfTheRestGives() => IdentityGraphTests.ForWorlds(60, (seed, records) =>
    {
        var random = new Random(seed);
        var log = new FakeLog(records);
        var folder = Fresh();
        using var customers = Open(folder, log, tail: 9);
        customers.Load(_ => { });
        log.Replay(customers, records.Count, 8);
        if (random.Next(2) == 0) customers.Snapshot(force: true);
        for (var round = 0; round < 2; round++)
        {
            var all = customers.Recent(100);
            if (all.Count == 0) return;
            var her = all[random.Next(all.Count)];
            var (events, decisions) = customers.PrepareErase(her);
            long[] positions = [.. events.Concat(decisions).Order()];
            log.Erase(positions);
            customers.Erase(positions);
            customers.NeedsRebuild.ShouldBeFalse();
            using var fresh = Open(Fresh(), log);
            fresh.Load(_ => { });
            log.Replay(fresh, records.Count, 8);
            Describe(customers, log).ShouldBe(Describe(fresh, log), $"seed {seed}, round {round}, {her.Canonical}");
        }

        using var reopened = Open(Copy(folder), log, tail: 9);
        reopened.Load(_ => { });
        log.Replay(reopened, records.Count, 8);
        Describe(reopened, log).ShouldBe(Describe(customers, log), $"seed {seed}, reopened");
    });

    [Fact]
    public void Erase_LeavesNoByteOfTheIdentifiersInAnyFile()
    {
        const string Json = """{"type":"identify","messageId":"9","userId":"U-Very-Secret","anonymousId":"deadbeefcafe","traits":{"email":"hidden.person@secret.example","name":"Şule Gizli"}}""";
        var log = new FakeLog([Track(1000, "1", "u1", "a1"), new TestRecord(2000, Json), Decide(2500, "forbid", "user_id:U-Very-Secret", "email:mistyped@secret.example"), Track(3000, "3", "u2", "a1")]);
        var folder = Fresh();
        using var customers = Open(folder, log);
        customers.Load(_ => { });
        log.Replay(customers, 4, 2);
        customers.Snapshot(force: true);
        string[] secrets = ["Very-Secret", "very-secret", "deadbeefcafe", "hidden.person", "mistyped", "Gizli", "sule gizli"];
        Holding(folder, secrets).ShouldNotBeEmpty();

        var (events, decisions) = customers.PrepareErase(customers.Resolve("email:hidden.person@secret.example")!);
        (events.Count, decisions.Count).ShouldBe((1, 1));
        long[] positions = [.. events, .. decisions];
        log.Erase(positions);
        customers.Erase(positions);
        Holding(folder, secrets).ShouldBeEmpty();
        customers.Resolve("user_id:U-Very-Secret").ShouldBeNull();
        customers.Search("gizli", 10).ShouldBeEmpty();
        customers.Counts().ShouldBe(new CustomerCounts(2, 3, 2, 1));

        log.Add(new TestRecord(9000, Json));
        log.Replay(customers, 5, 1);
        Positions(customers, customers.Resolve("user_id:U-Very-Secret")!).ShouldBe([5]);
    }

    [Theory]
    [InlineData("şule", "u1")]
    [InlineData("SULE", "u1")]
    [InlineData("yilmaz", "u1")]
    [InlineData("IŞIK", "u2")]
    [InlineData("isik", "u2")]
    [InlineData("0532 123", "u1")]
    [InlineData("ADA@", "u2")]
    [InlineData("x.com", "u2,u1")]
    [InlineData("CRM-77", "u2")]
    [InlineData("user_id:u1", "u1")]
    [InlineData("nobody", "")]
    [InlineData("eski", "")]
    public void Search_ByPieceOfNameOrIdentifier_Finds(string text, string expected)
    {
        var log = new FakeLog([
            new(1000, """{"type":"identify","messageId":"0","userId":"u1","traits":{"name":"Eski Ad"}}"""),
            new(2000, """{"type":"identify","messageId":"1","userId":"u1","traits":{"firstName":"Şule","lastName":"Yılmaz","phone":"05321234567","email":"sule@x.com"}}"""),
            new(3000, """{"type":"identify","messageId":"2","userId":"u2","traits":{"name":"Ada Işık","email":"Ada@x.com","company":"Kuzey"},"context":{"externalIds":[{"id":"CRM-77","type":"crm"}]}}""")]);
        using var customers = Open(Fresh(), log);
        customers.Load(_ => { });
        log.Replay(customers, 3, 1);
        string.Join(',', customers.Search(text, 10).Select(c => c.Canonical.Value)).ShouldBe(expected);
        customers.Resolve("user_id:u1")!.Name.ShouldBe("Şule Yılmaz");
    }

    [Fact]
    public void Search_ExactIdentifier_ComesFirst()
    {
        var log = new FakeLog([Track(1000, "1", "77"), Track(2000, "2", "770"), Track(3000, "3", "x77")]);
        using var customers = Open(Fresh(), log);
        customers.Load(_ => { });
        log.Replay(customers, 3, 1);
        customers.Search("77", 10).Select(c => c.Canonical.Value).ShouldBe(["77", "770", "x77"]);
    }

    private static CustomersProjection Open(string folder, FakeLog log, int tail = 1000) =>
        new(folder, Key, () => SmallRules, log.Read, TimeProvider.System, new TimelineOptions { TailEntries = tail });

    private string Fresh() => Directory.CreateDirectory(Path.Combine(root, Guid.NewGuid().ToString("N"))).FullName;

    private string Copy(string folder)
    {
        var target = Fresh();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(target, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            while (!TryCopy(file, to)) Thread.Yield();
        }

        return target;
    }

    private static bool TryCopy(string file, string to)
    {
        try
        {
            // As a crash leaves it: a file that is being written is copied as far as it is.
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(to);
            from.CopyTo(copy);
            return true;
        }
        catch (FileNotFoundException)
        {
            // Merged away in the background meanwhile, as in a crash: what is missing is rebuilt from the log.
            return true;
        }
        catch (IOException)
        {
            // Its writer has it for itself this moment; it is there or gone in the next.
            return false;
        }
    }

    private static List<string> Holding(string folder, string[] texts) =>
        [.. from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            let bytes = File.ReadAllBytes(file)
            from text in texts
            where bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0
            select $"{Path.GetFileName(file)}: {text}"];

    private static List<long> Positions(CustomersProjection customers, CustomerRef customer) => [.. customers.Timeline(customer, new TimelineRange()).Select(e => e.Position)];

    /// <summary>Customers with identifiers, timelines and ledger, and whose each event is.</summary>
    private static string Describe(CustomersProjection customers, FakeLog log)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        for (var position = 1; position <= log.Count; position++)
        {
            if (customers.Of(position) is not { } link) continue;
            lines.Add($"{position} {link.Id}");
            ids.Add(link.Id);
        }

        foreach (var id in ids)
        {
            var customer = customers.Resolve(id)!;
            lines.Add($"{id} {customer.Name} {string.Join(',', customer.Identifiers)} {string.Join(',', customer.Identifiers.Select(i => $"{i.FirstSeen}-{i.LastSeen}"))}");
            lines.Add($"{id} {string.Join(',', customers.Timeline(customer, new TimelineRange()).Select(e => $"{e.Position}@{e.Time}:{customers.TypeName(e.Type)}"))}");
            foreach (var e in customers.Ledger(customer)) lines.Add($"{id} {e.A}-{e.B} {e.Outcome} {e.Reason} {e.Call} {e.Time} {e.Position} {e.Count} {e.CustomerOfA} {e.CustomerOfB} {string.Join('/', e.Decisions)}");
            foreach (var found in customers.Search(customer.Canonical.Value, 5)) lines.Add($"{id} found {found.Id}");
        }

        lines.Add(customers.Counts().ToString());
        return string.Join('\n', lines);
    }

    private sealed class FakeLog(IEnumerable<TestRecord> records)
    {
        private readonly List<StoredEvent> events = [.. records.Select((r, i) => r.Stored(i + 1))];

        public int Count => events.Count;

        public void Add(TestRecord record) => events.Add(record.Stored(events.Count + 1));

        public IReadOnlyList<StoredEvent> Read(long[] positions) => [.. positions.Where(p => p >= 1 && p <= events.Count).Select(p => events[(int)p - 1])];

        public void Replay(CustomersProjection into, int head, int run)
        {
            while (into.Position < head)
            {
                into.BeginApply();
                for (var i = 0; i < run && into.Position < head; i++) into.Apply(events[(int)into.Position].AsLogEvent());
                into.EndApply();
                into.Snapshot(force: false);
            }
        }

        public void Erase(long[] positions)
        {
            foreach (var p in positions) events[(int)p - 1] = new StoredEvent(p, LogRecordKind.Erased, EventFlags.None, 1, 0, 0, ReadOnlyMemory<byte>.Empty);
        }
    }
}
