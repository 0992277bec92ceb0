using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Customers;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Customers.Erasure;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Customers.Census;

/// <summary>The census is the fold over each customer and nothing else: whatever the order of arrival, after decisions, erasures, changed definitions, and as time goes by.</summary>
public sealed class CustomerCensusTests : IDisposable
{
    private static readonly Actor Tester = new("user", "tester@temas.test");
    private static readonly long Day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
    private static readonly long Begin = DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private readonly string folder = Directory.CreateTempSubdirectory("temas-census-").FullName;
    private readonly Clock clock = new() { Now = Begin + (60 * Day) };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Trait("Length", "Long")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Snapshot_AfterAnyHistory_IsTheFoldOverEachCustomer(int seed)
    {
        var random = new Random(seed);
        var registry = await OpenAsync(folder);
        var workspace = registry.All[0];
        var census = workspace.Part<CustomerCensus>();
        var records = Records(random, 160);
        for (var at = 0; at < records.Count;)
        {
            var part = records.Skip(at).Take(random.Next(1, 30)).ToArray();
            at += part.Length;
            await AppendAsync(workspace, part);
            switch (random.Next(8))
            {
                case 0:
                    clock.Now += random.Next(1, 40) * Day;
                    break;
                case 1 when workspace.Part<CustomersProjection>().Recent(1) is [var customer]:
                    (await EraseCustomer.RunAsync(workspace, customer.Id, "asked", Tester, new AuditProbe())).IsOk.ShouldBeTrue();
                    break;
                case 2:
                    await ChangeAsync(workspace, random);
                    break;
                case 3:
                    // Not looked at: the next time it has more to catch up with.
                    continue;
            }

            var snapshot = census.ReadNow();
            var (told, reference) = (Told(snapshot), Reference(workspace, snapshot));
            told.Except(reference).ShouldBeEmpty();
            told.Count.ShouldBe(reference.Count);
        }

        var before = Told(census.ReadNow());
        await workspace.Log.RebuildAsync(null, null, CancellationToken.None);
        Told(census.ReadNow()).ShouldBe(before);
        await registry.CloseAsync();
    }

    [Fact]
    public async Task Snapshot_OfShuffledEvents_IsTheSame()
    {
        var records = Records(new Random(77), 120);
        var ordered = await FreshAsync("ordered", records);
        for (var seed = 0; seed < 3; seed++)
        {
            var shuffled = records.ToArray();
            new Random(seed).Shuffle(shuffled);
            (await FreshAsync($"shuffled-{seed}", shuffled)).ShouldBe(ordered);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Snapshot_InBatchesOfAnySize_IsTheSame(int batch)
    {
        var registry = await OpenAsync(folder);
        var workspace = registry.All[0];
        await AppendAsync(workspace, [.. Records(new Random(batch), 300)]);
        var told = Told(workspace.Part<CustomerCensus>().ReadNow());

        Told(new CustomerCensus(workspace, batch).ReadNow()).ShouldBe(told);

        Directory.GetFiles(folder, "census-*", SearchOption.AllDirectories).ShouldBeEmpty();
        await registry.CloseAsync();
    }

    [Theory]
    [InlineData("nothing", 0)]
    [InlineData("event", 1)]
    [InlineData("rules", int.MaxValue)]
    [InlineData("damage", int.MaxValue)]
    public async Task Saved_AfterARestart_PaintsOnlyWhoChanged(string change, int most)
    {
        var registry = await OpenAsync(folder);
        await AppendAsync(registry.All[0], [.. Records(new Random(5), 200)]);
        var census = registry.All[0].Part<CustomerCensus>();
        _ = census.ReadNow();
        census.Save();
        if (change == "event")
            await AppendAsync(registry.All[0], new TestRecord(Begin, """{"type":"track","messageId":"late","userId":"u1","event":"Order Delivered","properties":{"order_id":"o1"}}"""));
        if (change == "rules") await ChangeAsync(registry.All[0], new Random(1));
        await registry.CloseAsync();
        var file = Directory.GetFiles(folder, "census.snapshot", SearchOption.AllDirectories).ShouldHaveSingleItem();
        if (change == "damage")
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        registry = await OpenAsync(folder);
        var workspace = registry.All[0];
        census = workspace.Part<CustomerCensus>();
        var told = Told(census.ReadNow());

        told.ShouldBe(Reference(workspace, census.ReadNow()));
        var painted = census.Painted;
        if (most == int.MaxValue) painted.ShouldBe(census.ReadNow().Portraits.Length);
        else painted.ShouldBe(most);
        await registry.CloseAsync();
    }

    [Fact]
    public async Task Saved_WhenSomebodyIsErased_IsGone()
    {
        var registry = await OpenAsync(folder);
        var workspace = registry.All[0];
        await AppendAsync(workspace, [.. Records(new Random(5), 200)]);
        var census = workspace.Part<CustomerCensus>();
        _ = census.ReadNow();
        census.Save();
        Directory.GetFiles(folder, "census.snapshot", SearchOption.AllDirectories).ShouldHaveSingleItem();

        (await EraseCustomer.RunAsync(workspace, workspace.Part<CustomersProjection>().Recent(1)[0].Id, "asked", Tester, new AuditProbe())).IsOk.ShouldBeTrue();
        Directory.GetFiles(folder, "census.snapshot*", SearchOption.AllDirectories).ShouldBeEmpty();

        // What was worked out before the erasure does not come back by being saved after it.
        census.Save();
        Directory.GetFiles(folder, "census.snapshot*", SearchOption.AllDirectories).ShouldBeEmpty();
        _ = census.ReadNow();
        census.Save();
        Directory.GetFiles(folder, "census.snapshot*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        await registry.CloseAsync();
    }

    [Fact]
    public void Pace_OfLiveEvents_IsOfTheLastMinuteWhateverTheOrder()
    {
        var pace = new EventPace(clock);
        var now = clock.Now;
        foreach (var ago in new[] { 0, 61_000, 500, 59_000, 59_999, 3_600_000, 60_000, 0 }) pace.Note(now - ago);
        pace.PerMinute().ShouldBe(4);
        clock.Now += 2000;
        pace.PerMinute().ShouldBe(3);
        clock.Now += 3_600_000;
        pace.PerMinute().ShouldBe(0);
    }

    [Fact]
    public void Merge_OfEqualTouches_AddsThemUpToTheMostThatFits()
    {
        var one = TouchCount.Of(500_000, 65_535, -0.001);
        var merged = TouchCount.Merge([.. Enumerable.Repeat(one, 300_000), TouchCount.Of(499_999, 3, null), TouchCount.Of(500_000, 65_535, 1)]);
        merged.Sum(t => t.Count).ShouldBe(300_002);
        merged.Length.ShouldBe(4);
        (merged[0].Hour, merged[0].Place, merged[0].Tone, merged[0].IsTouch).ShouldBe((499_999, 3, Tone.None, false));
        (merged[1].Hour, merged[1].Place, merged[1].Tone).ShouldBe((500_000, 65_535, Tone.Negative));
        (merged[3].Tone, merged[3].Perception).ShouldBe((Tone.Positive, 1.0));
    }

    private async Task<List<string>> FreshAsync(string name, IReadOnlyList<TestRecord> records)
    {
        var registry = await OpenAsync(Path.Combine(folder, name));
        await AppendAsync(registry.All[0], [.. records]);
        // Ids are salted by each workspace, so they are left out.
        var told = Told(registry.All[0].Part<CustomerCensus>().ReadNow()).ConvertAll(line => line[17..]);
        told.Sort(StringComparer.Ordinal);
        await registry.CloseAsync();
        return told;
    }

    private static List<string> Told(CensusSnapshot snapshot)
    {
        var lines = new List<string>();
        foreach (var p in snapshot.Portraits.Where(p => p.Events > 0))
        {
            var id = p.Id.ToString("x16", CultureInfo.InvariantCulture);
            lines.Add(FormattableString.Invariant($"{id} {p.Events} {p.Stage} {p.Orders} {p.First} {p.Last}"));
            foreach (var group in p.Touches.GroupBy(t => (t.Hour, snapshot.Places[t.Place].Text, t.Tone)))
                lines.Add(FormattableString.Invariant($"{id} {group.Key.Hour} {group.Key.Text} {group.Key.Tone} {group.Sum(t => t.Count)}"));
            foreach (var m in p.Promises.GroupBy(m => m))
                lines.Add(FormattableString.Invariant($"{id} {snapshot.Places[m.Key.Place].Text} {m.Key.Status} {m.Key.IsWaiting} {m.Key.MadeHour} {m.Key.OutHour} {m.Count()}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>The same from the profiles and timelines, one customer after the other, the slow way.</summary>
    private List<string> Reference(Workspace workspace, CensusSnapshot snapshot)
    {
        var lines = new List<string>();
        var rules = workspace.Part<LiveFoldRules>().Current;
        int Hour(DateTimeOffset at) => (int)Math.Floor((at.UtcDateTime + TimeZoneInfo.FindSystemTimeZoneById(rules.Profile.TimeZone.Id).GetUtcOffset(at) - DateTime.UnixEpoch).TotalHours);
        foreach (var customer in workspace.Part<CustomersProjection>().Recent(1000))
        {
            var fold = FoldCustomer.Run(workspace, customer, keepMoments: true);
            var profile = fold.Finish(clock.Now);
            lines.Add(FormattableString.Invariant($"{customer.Id} {profile.Events} {profile.Lifecycle.Stage} {profile.Lifecycle.Orders} {profile.FirstSeen!.Value.ToUnixTimeMilliseconds()} {profile.LastSeen!.Value.ToUnixTimeMilliseconds()}"));
            var journey = snapshot.JourneyOf(snapshot.Portraits.Single(p => p.Id == ulong.Parse(customer.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
            if (profile.Perception.Value is { } value) journey.ShouldBe(value, 0.0002);
            else journey.ShouldBe(double.NaN);
            var moments = fold.Moments(clock.Now).Select(m => (
                Hour: Hour(DateTimeOffset.FromUnixTimeMilliseconds(m.Time)),
                Place: m.Kind == MomentKind.PromiseBroken ? $"promise:{m.Name}" : m.Touchpoint?.Key ?? $"event:{m.Type.ToString().ToLowerInvariant()}{(m.Name is null ? "" : ":" + m.Name)}",
                Tone: m.Touchpoint is null && m.Evidence.Count == 0 ? Tone.None : m.Perception > 0 ? Tone.Positive : m.Perception < 0 ? Tone.Negative : Tone.Neutral)).ToList();
            (moments.Count(m => m.Tone == Tone.Negative), moments.Count(m => m.Tone == Tone.Positive)).ShouldBe((profile.Perception.Negative, profile.Perception.Positive));
            foreach (var group in moments.GroupBy(m => m)) lines.Add(FormattableString.Invariant($"{customer.Id} {group.Key.Hour} {group.Key.Place} {group.Key.Tone} {group.Count()}"));
            var marks = profile.Promises.Select(p => (p.Promise, p.Status, Waits: p.Status == PromiseStatus.Broken && p.EndedAt is null, Made: Hour(p.MadeAt), Out: p.Status switch
            {
                PromiseStatus.Kept or PromiseStatus.Late => Hour(p.EndedAt!.Value),
                PromiseStatus.Broken => Hour(p.Due.AddMilliseconds(rules.Catalogue.Promises[p.Promise].Grace)),
                _ => 0,
            }));
            foreach (var group in marks.GroupBy(m => m))
                lines.Add(FormattableString.Invariant($"{customer.Id} promise:{group.Key.Promise} {group.Key.Status} {group.Key.Waits} {group.Key.Made} {group.Key.Out} {group.Count()}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static List<TestRecord> Records(Random random, int count)
    {
        var records = new List<TestRecord>();
        for (var i = 0; i < count; i++)
        {
            var time = Begin + (random.Next(60 * 24) * 3_600_000L) + random.Next(3_600_000);
            var who = random.Next(3) switch
            {
                0 => $"\"userId\":\"u{random.Next(7)}\"",
                1 => $"\"anonymousId\":\"a{random.Next(9)}\"",
                _ => $"\"userId\":\"u{random.Next(7)}\",\"anonymousId\":\"a{random.Next(9)}\"",
            };
            var order = $"o{random.Next(12)}";
            var due = DateTimeOffset.FromUnixTimeMilliseconds(time + (random.Next(20) * Day)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var (name, properties) = random.Next(9) switch
            {
                0 or 1 => ("Order Completed", $"{{\"order_id\":\"{order}\",\"total\":10,\"promised_delivery_date\":\"{due}\"}}"),
                2 => ("Order Delivered", $"{{\"order_id\":\"{order}\"}}"),
                3 => ("Order Cancelled", $"{{\"order_id\":\"{order}\"}}"),
                4 => ("Survey Answered", $"{{\"csat\":{random.Next(1, 6)}}}"),
                5 => ($"Never Heard Of {random.Next(4)}", "{}"),
                6 => ("Callback Requested", "{}"),
                7 => ("Callback Completed", "{}"),
                _ => ("Product Viewed", "{}"),
            };
            records.Add(random.Next(25) == 0
                ? IdentityWorld.Decide(time, random.Next(2) == 0 ? "forbid" : "confirm", $"user_id:u{random.Next(7)}", $"anonymous_id:a{random.Next(9)}")
                : new TestRecord(time, $$"""{"type":"track","messageId":"m{{i}}",{{who}},"event":"{{name}}","properties":{{properties}}}"""));
        }

        return records;
    }

    private static async Task ChangeAsync(Workspace workspace, Random random)
    {
        var (kind, key, json) = random.Next(2) == 0
            ? ("workspace", "settings", $$"""{"timeZone":"{{(random.Next(2) == 0 ? "Asia/Kolkata" : "America/New_York")}}"}""")
            : ("touchpoint", "heard-of", $$"""{"label":{"tr":"Duyuldu","en":"Heard of"},"events":[{"names":["Never Heard Of {{random.Next(4)}}"]}],"stage":"awareness","channel":"web","perception":{"value":{{(random.Next(2) == 0 ? "-0.004" : "0.004")}} } }""");
        (await workspace.Definitions.SaveAsync(kind, key, json, Tester)).Problem.ShouldBeNull();
    }

    private async Task<WorkspaceRegistry> OpenAsync(string data)
    {
        var registry = new WorkspaceRegistry(new StoreOptions { Data = data }, [new CollectModule(), new CustomersModule()], clock, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        return registry;
    }

    private static async Task AppendAsync(Workspace workspace, params TestRecord[] records)
    {
        var batch = new EventBatch(1, 1);
        foreach (var record in records)
        {
            var json = Encoding.UTF8.GetBytes(record.Json);
            EventFields fields = default;
            if (record.Kind == LogRecordKind.Event) EventScanner.TryScan(json, out fields, out _).ShouldBeTrue();
            var hash = fields.MessageId.Exists ? EventBatch.HashOf(1, Encoding.UTF8.GetBytes(fields.MessageId.ToText(json)!)) : Hash64.Of(json, (ulong)record.Time);
            batch.Add(json, fields, hash, record.Time, EventFlags.None, record.Kind);
        }

        (await workspace.Log.AppendAsync(batch)).Problem.ShouldBeNull();
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
    }
}
