using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect.Contracts;
using Temas.Customers;
using Temas.Customers.Erasure;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using static Temas.Tests.Customers.IdentityWorld;

namespace Temas.Tests.Customers;

/// <summary>Customers on the real log, opened, closed and erased from.</summary>
public sealed class CustomersInWorkspaceTests : IDisposable
{
    private static readonly Actor Tester = new("user", "tester@temas.test");
    private readonly string folder = Directory.CreateTempSubdirectory("temas-workspace-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Open_AfterAClose_KnowsTheSameCustomersUnderTheSameIds()
    {
        string id;
        {
            var registry = await OpenAsync();
            var workspace = registry.All[0];
            await AppendAsync(workspace, Track(1000, "1", "u1", "a1"), Track(2000, "2", null, "a1"));
            id = workspace.Part<CustomersProjection>().Resolve("anonymous_id:a1")!.Id;
            workspace.Part<IAttribution>().Of(2)!.Id.ShouldBe(id);
            await registry.CloseAsync();
        }

        var again = await OpenAsync();
        again.All[0].Part<CustomersProjection>().Resolve(id)!.Canonical.ToString().ShouldBe("user_id:u1");
        await again.CloseAsync();
    }

    [Fact]
    public async Task Changed_IdentityRules_DeriveCustomersAfresh()
    {
        var registry = await OpenAsync();
        var workspace = registry.All[0];
        var customers = workspace.Part<CustomersProjection>();
        await AppendAsync(workspace, Track(1000, "1", null, "a1", "e1@x.com"), Track(2000, "2", null, "a2", "e1@x.com"));
        customers.Counts().Customers.ShouldBe(1);
        var rules = IdentityRulesKind.DefaultJson.Replace("\"noreply@*\"", "\"noreply@*\", \"*@x.com\"", StringComparison.Ordinal);
        (await workspace.Definitions.SaveAsync(IdentityRulesKind.Name, IdentityRulesKind.Key, rules, Tester)).IsOk.ShouldBeTrue();
        // The rebuild was queued by the change; one of our own that is queued behind it ends after it.
        await workspace.Log.RebuildAsync("none", null, CancellationToken.None);
        for (var i = 0; i < 200 && customers.Counts().Customers != 2; i++) await Task.Delay(20);
        customers.Counts().ShouldBe(new CustomerCounts(2, 2, 2, 0));
        await registry.CloseAsync();
    }

    [Fact]
    public async Task Warnings_NamesBeyondTheMost_AreToldOfThoseAloneAndAlsoAfterARestart()
    {
        var registry = await OpenAsync();
        var most = CustomersProjection.MaxTypes;
        TestRecord Named(string name) => new(1000, $$"""{"type":"track","messageId":"m {{name}}","userId":"u1","event":"{{name}}"}""");
        await AppendAsync(registry.All[0], [.. Enumerable.Range(0, most + 1).Select(i => Named($"n{i}"))]);
        await AppendAsync(registry.All[0], [new(1000, """{"type":"track","messageId":"again","userId":"u1","event":"n1"}""")]);
        Check();
        await registry.CloseAsync();
        registry = await OpenAsync();
        Check();
        await registry.CloseAsync();

        void Check()
        {
            var workspace = registry.All[0];
            IReadOnlyList<EventWarning> Of(long position) => workspace.Part<IAttribution>().WarningsOf(workspace.Log.Read([position])[0]);
            Of(most + 1).ShouldHaveSingleItem().Code.ShouldBe("event_name_filed_as_other");
            Of(most).ShouldBeEmpty();
            Of(most + 2).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("Europe/Istanbul", null, "Europe/Istanbul")]
    [InlineData("Europe/Berlin", null, "Europe/Berlin")]
    [InlineData("Europe/Berlin", "Asia/Tokyo", "Asia/Tokyo")]
    public async Task Open_TimeZoneInTheProfile_MovesIntoTheSettings(string inProfile, string? inSettings, string expected)
    {
        var registry = await OpenAsync();
        await using (var db = await registry.All[0].Database.OpenAsync())
        {
            await db.ExecuteAsync(
                "insert into definition(kind, key, version, json, changed_by, changed_at, removed) values('profile', 'default', 2, @json, 'owner', 1, 0)",
                new { json = $"{{\"timeZone\":\"{inProfile}\",\"lifecycle\":{{\"loyalOrders\":5}}}}" });
        }

        if (inSettings is not null) (await registry.All[0].Definitions.SaveAsync("workspace", "settings", $$"""{"timeZone":"{{inSettings}}"}""", Tester)).IsOk.ShouldBeTrue();
        await registry.CloseAsync();

        registry = await OpenAsync();
        var workspace = registry.All[0];
        WorkspaceSettings.Of(workspace).TimeZone.ShouldBe(expected);
        var profile = workspace.Part<LiveFoldRules>().Current.Profile;
        (profile.TimeZone.Id, profile.LoyalOrders).ShouldBe((expected, 5));
        workspace.Definitions.List("profile").ShouldHaveSingleItem().Json.ShouldBe("""{"lifecycle":{"loyalOrders":5}}""");
        var refused = workspace.Definitions.Check("profile", "default", """{"timeZone":"Europe/Berlin"}""").ShouldHaveSingleItem();
        (refused.Field, refused.Code).ShouldBe(("$.timeZone", "time_zone_elsewhere"));
        // A change of the settings holds at once.
        (await workspace.Definitions.SaveAsync("workspace", "settings", """{"timeZone":"America/New_York"}""", Tester)).IsOk.ShouldBeTrue();
        workspace.Part<LiveFoldRules>().Current.Profile.TimeZone.Id.ShouldBe("America/New_York");
        await registry.CloseAsync();
    }

    [Fact]
    public async Task EraseCustomer_LeavesAProofAndNothingElse()
    {
        var registry = await OpenAsync();
        var workspace = registry.All[0];
        var customers = workspace.Part<CustomersProjection>();
        var secret = new TestRecord(1000, """{"type":"identify","messageId":"s1","userId":"canary-user","anonymousId":"canary-device","traits":{"email":"canary@mail.test","name":"Kanarya Kuşu"}}""");
        await AppendAsync(workspace, secret, Track(2000, "2", "canary-user"), Track(3000, "3", "other", "canary-other"), Track(4000, "4", "other"));
        await AppendAsync(workspace, Decide(5000, "forbid", "user_id:canary-user", "user_id:other"));
        customers.Snapshot(force: true);

        (await EraseCustomer.RunAsync(workspace, "email:nobody@mail.test", "asked", Tester, new AuditProbe())).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await EraseCustomer.RunAsync(workspace, "email:canary@mail.test", " ", Tester, new AuditProbe())).Problem!.Code.ShouldBe("erasure_reason_invalid");
        var proof = (await EraseCustomer.RunAsync(workspace, "email:canary@mail.test", "asked by letter", Tester, new AuditProbe())).Value;
        (proof.Events, proof.Identifiers, proof.Decisions, proof.Complete).ShouldBe((2, 3, 1, true));
        (await EraseCustomer.ListAsync(workspace, 10)).ShouldHaveSingleItem().Digest.ShouldBe(proof.Digest);

        customers.Counts().ShouldBe(new CustomerCounts(1, 2, 2, 0));
        workspace.Log.Read([1, 2, 5]).ShouldAllBe(e => e.Kind == LogRecordKind.Erased);
        // A late retry of an erased message is a duplicate; a new message begins a new customer.
        (await AppendAsync(workspace, secret)).ShouldBe(AppendOutcome.Duplicate);
        customers.Resolve("user_id:canary-user").ShouldBeNull();
        await registry.CloseAsync();
        Canaries().ShouldBeEmpty();

        registry = await OpenAsync();
        workspace = registry.All[0];
        customers = workspace.Part<CustomersProjection>();
        customers.Counts().ShouldBe(new CustomerCounts(1, 2, 2, 0));
        (await AppendAsync(workspace, Track(9000, "new", "canary-user"))).ShouldBe(AppendOutcome.Stored);
        customers.Timeline(customers.Resolve("user_id:canary-user")!, new TimelineRange()).Count.ShouldBe(1);
        await registry.CloseAsync();
    }

    private async Task<WorkspaceRegistry> OpenAsync()
    {
        var registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CustomersModule()], TimeProvider.System, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        return registry;
    }

    private static async Task<AppendOutcome> AppendAsync(Workspace workspace, params TestRecord[] records)
    {
        var batch = new EventBatch(1, 1);
        foreach (var record in records)
        {
            var json = Encoding.UTF8.GetBytes(record.Json);
            EventFields fields = default;
            if (record.Kind == LogRecordKind.Event) EventScanner.TryScan(json, out fields, out _).ShouldBeTrue();
            var hash = fields.MessageId.Exists ? EventBatch.HashOf(1, Encoding.UTF8.GetBytes(fields.MessageId.ToText(json)!)) : (ulong)record.Time;
            batch.Add(json, fields, hash, record.Time, EventFlags.None, record.Kind);
        }

        (await workspace.Log.AppendAsync(batch)).Problem.ShouldBeNull();
        return batch.ResultOf(batch.Count - 1).Outcome;
    }

    private List<string> Canaries() =>
        [.. from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            let bytes = File.ReadAllBytes(file)
            where bytes.AsSpan().IndexOf("canary-user"u8) >= 0 || bytes.AsSpan().IndexOf("canary-device"u8) >= 0 || bytes.AsSpan().IndexOf("canary@mail"u8) >= 0 || bytes.AsSpan().IndexOf("Kanarya"u8) >= 0
            select Path.GetFileName(file)];
}
