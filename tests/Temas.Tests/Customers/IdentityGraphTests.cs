using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Temas.Customers.Identity;
using Temas.Customers.Search;
using Temas.Storage.EventLog;
using static Temas.Tests.Customers.IdentityWorld;

namespace Temas.Tests.Customers;

public sealed class IdentityGraphTests
{
    [Fact]
    public void Observe_AnyOrderOfArrival_GivesWhatTheReferenceGives() => ForWorlds(250, (seed, records) =>
    {
        var expected = ReferenceIdentity.Describe(records, SmallRules);
        var random = new Random(seed);
        for (var shuffle = 0; shuffle < 4; shuffle++)
        {
            var order = records.ToArray();
            if (shuffle > 0) random.Shuffle(order);
            var graph = new IdentityGraph(SmallRules, Key);
            Feed(graph, order, random);
            ShouldBe(Describe(graph), expected, $"seed {seed}, shuffle {shuffle}");
        }
    });

    /// <summary>The properties below and above mean something only if the worlds are rich enough.</summary>
    [Fact]
    public void Worlds_HoldEveryOutcome()
    {
        var reasons = new HashSet<string>();
        for (var seed = 0; seed < 150; seed++)
        {
            var graph = new IdentityGraph(SmallRules, Key);
            Feed(graph, IdentityWorld.Random(seed, 5 + (seed % 70)), null);
            reasons.UnionWith(graph.Ledger([.. Enumerable.Range(0, graph.NodeCount)]).Where(e => e.Outcome != LedgerOutcome.Decided).Select(e => e.Reason));
        }

        foreach (var reason in (string[])["same_event", "alias", "confirmed", "forbidden", "shared_identifier", "oversize", "user_id_limit", "email_limit", "anonymous_id_limit"])
        {
            reasons.ShouldContain(reason);
        }
    }

    [Fact]
    public void Observe_EventByEvent_IsRightAfterEachOfThem() => ForWorlds(25, (seed, records) =>
    {
        var graph = new IdentityGraph(SmallRules, Key);
        for (var i = 0; i < records.Count; i++)
        {
            Feed(graph, [records[i]], null, i + 1);
            if (i % 3 == 0) ShouldBe(Describe(graph), ReferenceIdentity.Describe(records.Take(i + 1), SmallRules), $"seed {seed}, record {i}");
        }
    });

    [Fact]
    public void Observe_DifferentOrders_GiveTheSamePublicIds() => ForWorlds(40, (seed, records) =>
    {
        var (one, other) = (new IdentityGraph(SmallRules, Key), new IdentityGraph(SmallRules, Key));
        Feed(one, records, null);
        Feed(other, Enumerable.Reverse(records), null);
        PublicIds(other).ShouldBe(PublicIds(one), $"seed {seed}");
    });

    [Fact]
    public void Withdraw_AfterForbidOrConfirm_GivesWhatWasBefore() => ForWorlds(60, (seed, records) =>
    {
        var random = new Random(seed);
        var plain = records.Where(r => r.Kind == LogRecordKind.Event).ToList();
        var graph = new IdentityGraph(SmallRules, Key);
        Feed(graph, plain, random);
        var before = Describe(graph);
        var ledger = graph.Ledger([.. Enumerable.Range(0, graph.NodeCount)]);
        if (ledger.Count == 0) return;
        var link = ledger[random.Next(ledger.Count)];
        var position = plain.Count + 1;
        foreach (var word in (string[])["forbid", "confirm", "withdraw"])
        {
            Feed(graph, [Decide(9_000_000 + position, word, link.A, link.B)], null, position++);
        }

        ShouldBe(Describe(graph), before, $"seed {seed}");
    });

    [Fact]
    public void Forbid_OfALedgersLink_PartsTheTwo()
    {
        var graph = new IdentityGraph(SmallRules, Key);
        Feed(graph, [Track(1000, "1", "u1", "a1"), Track(2000, "2", null, "a1", "e1@x.com"), Track(3000, "3", null, "a2", "e1@x.com")], null);
        graph.Customers.ShouldBe(1);
        Feed(graph, [Decide(9000, "forbid", "email:E1@x.com", "anonymous_id:a1")], null, 4);
        graph.Customers.ShouldBe(2);
        graph.Cluster(graph.Find("user_id", "u1")).ShouldBe(graph.Cluster(graph.Find("anonymous_id", "a1")));
        graph.Cluster(graph.Find("email", "e1@x.com")).ShouldBe(graph.Cluster(graph.Find("anonymous_id", "a2")));
    }

    [Fact]
    public void Observe_DeviceOfTwoUsers_BelongsToTheFirstAndJoinsNobody()
    {
        var graph = new IdentityGraph(IdentityRules.Default, Key);
        Feed(graph, [Track(2000, "2", "ali", "tablet"), Track(1000, "1", "ayse", "tablet")], null);
        graph.Customers.ShouldBe(2);
        graph.Cluster(graph.Find("user_id", "ayse")).ShouldBe(graph.Cluster(graph.Find("anonymous_id", "tablet")));
        graph.Held(10).ShouldHaveSingleItem().Reason.ShouldBe("user_id_limit");
    }

    [Fact]
    public void Observe_DeviceOfManyUsers_IsSharedAndJoinsNobody()
    {
        var graph = new IdentityGraph(IdentityRules.Default, Key);
        Feed(graph, Enumerable.Range(0, 2000).Select(i => Track(1000 + i, $"{i}", $"u{i}", "kiosk")), new Random(1));
        graph.Customers.ShouldBe(2001);
        graph.HeldCount.ShouldBe(2000);
        graph.Held(5).ShouldAllBe(e => e.Reason == "shared_identifier");
    }

    [Fact]
    public void Confirm_OfTwoUsers_OverridesTheLimit()
    {
        var graph = new IdentityGraph(IdentityRules.Default, Key);
        Feed(graph, [Track(1000, "1", "u1", "a1"), Track(2000, "2", "u2", "a2"), Decide(3000, "confirm", "user_id:u1", "user_id:u2")], null);
        graph.Customers.ShouldBe(1);
        graph.Canonical(graph.Find("anonymous_id", "a2")).ShouldBe(graph.Find("user_id", "u1"));
        graph.FindPublic(graph.PublicId(graph.Find("user_id", "u2"))!).ShouldBe(graph.Find("user_id", "u1"));
    }

    [Fact]
    public void Alias_OfANameThatNoEventCarries_StaysHidden()
    {
        var graph = new IdentityGraph(IdentityRules.Default, Key);
        Feed(graph, [Track(1000, "1", null, "a1"), AliasOf(2000, "2", "u1", "a1")], null);
        graph.Customers.ShouldBe(1);
        graph.IdentifiersOf(graph.Members(graph.Find("user_id", "u1"))).Select(i => i.ToString()).ShouldBe(["user_id:u1", "anonymous_id:a1"]);
    }

    [Fact]
    public void Snapshot_AtAnyPoint_LoadsAndGoesOnAsIfNothingHappened() => ForWorlds(30, (seed, records) =>
    {
        var folder = Directory.CreateTempSubdirectory("temas-identity-").FullName;
        try
        {
            var random = new Random(seed);
            var cut = random.Next(records.Count);
            var graph = new IdentityGraph(SmallRules, Key);
            var search = new SearchIndex(graph.Nodes);
            Feed(graph, records.Take(cut), random);
            var snapshot = graph.Freeze(search, cut, 77);
            // What comes while it is written must not get into it.
            Feed(graph, records.Skip(cut), random, cut + 1);
            snapshot.Write(Path.Combine(folder, "x"));
            snapshot.Thaw();

            var loaded = new IdentityGraph(SmallRules, Key);
            loaded.TryLoad(Path.Combine(folder, "x"), new SearchIndex(loaded.Nodes), out var position, out var generation, out _).ShouldBeTrue();
            (position, generation).ShouldBe((cut, 77UL));
            ShouldBe(Describe(loaded), ReferenceIdentity.Describe(records.Take(cut), SmallRules), $"seed {seed}, loaded");
            Feed(loaded, records.Skip(cut), random, cut + 1);
            var expected = ReferenceIdentity.Describe(records, SmallRules);
            ShouldBe(Describe(loaded), expected, $"seed {seed}, gone on");
            ShouldBe(Describe(graph), expected, $"seed {seed}, not interrupted");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    [Fact]
    public void TryLoad_OtherRulesOrOtherWorkspace_IsRefused()
    {
        var path = Path.GetTempFileName();
        var graph = new IdentityGraph(SmallRules, Key);
        Feed(graph, [Track(1000, "1", "u1", "a1")], null);
        graph.Freeze(new SearchIndex(graph.Nodes), 1, 1).Write(path);
        var other = new IdentityGraph(IdentityRules.Default, Key);
        other.TryLoad(path, new SearchIndex(other.Nodes), out _, out _, out var fault).ShouldBeFalse();
        fault.ShouldNotBeNull().ShouldContain("rules");
        other = new IdentityGraph(SmallRules, new SipKey(3, 4));
        other.TryLoad(path, new SearchIndex(other.Nodes), out _, out _, out fault).ShouldBeFalse();
        fault.ShouldNotBeNull().ShouldContain("workspace");
        File.Delete(path);
    }

    [Fact]
    public void Of_TestVectorOfTheAuthors_Agrees()
    {
        byte[] bytes = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        SipHash.Of(SipKey.From(bytes), bytes.AsSpan(0, 15)).ShouldBe(0xa129ca6149be45e5UL);
    }

    internal static void Feed(IdentityGraph graph, IEnumerable<TestRecord> records, Random? settle, long position = 1)
    {
        var reader = new IdentifierReader(graph.Rules);
        foreach (var record in records)
        {
            var e = record.At(position++, Encoding.UTF8.GetBytes(record.Json));
            if (record.Kind == LogRecordKind.Decision)
            {
                graph.Decide(e);
            }
            else
            {
                reader.Read(e);
                graph.Observe(reader, e);
            }

            if (settle?.Next(5) == 0) graph.Settle(all: settle.Next(2) == 0);
        }

        graph.Settle(all: true);
    }

    internal static List<string> Describe(IdentityGraph graph)
    {
        var lines = new List<string>();
        for (var node = 0; node < graph.NodeCount; node++)
        {
            if (!graph.Nodes.Items[node].IsHidden) lines.Add($"{graph.Identifier(node)} is {graph.Identifier(graph.Canonical(node))}");
        }

        lines.Count.ShouldBe(graph.Identifiers);
        lines.Select(l => l[(l.IndexOf(" is ", StringComparison.Ordinal) + 4)..]).Distinct().Count().ShouldBe(graph.Customers);
        foreach (var entry in graph.Ledger([.. Enumerable.Range(0, graph.NodeCount)]))
        {
            if (entry.Outcome != LedgerOutcome.Decided) lines.Add($"{entry.A} - {entry.B} {entry.Outcome} {entry.Reason} {entry.Count} {entry.Time}");
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    internal static void ForWorlds(int count, Action<int, List<TestRecord>> check) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => check(seed, IdentityWorld.Random(seed, 5 + (seed % 70))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    internal static void ShouldBe(List<string> actual, List<string> expected, string where)
    {
        if (actual.SequenceEqual(expected)) return;
        throw new Xunit.Sdk.XunitException($"{where}: too much {string.Join("; ", actual.Except(expected))} -- missing {string.Join("; ", expected.Except(actual))}");
    }

    private static List<string> PublicIds(IdentityGraph graph) =>
        [.. Enumerable.Range(0, graph.NodeCount).Where(n => !graph.Nodes.Items[n].IsHidden).Select(n => $"{graph.Identifier(n)} {graph.PublicId(n)}").Order(StringComparer.Ordinal)];
}
