using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Customers;
using Temas.Engage.Contracts;
using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Asking.Simulation;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Insight;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Feedback.Asking;

/// <summary>A workspace whose clock stands where the test sets it, with surveys, and a list of who was invited that is written in the transaction of the decision.</summary>
internal sealed class AskingWorld : IAsyncDisposable
{
    public const string Survey = """{"languages": ["en"], "title": {"en": "Delivery"}, "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "title": {"en": "Would you recommend us?"}}]}]}""";

    private static readonly Actor Tester = new("user", "tester@temas.test");
    private readonly string folder = Directory.CreateTempSubdirectory("temas-asking-").FullName;
    private WorkspaceRegistry? registry;
    private int message;

    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero));

    public RecordingInvites Invites { get; } = new();

    public AskEngine Engine => new(Invites);

    public Workspace Workspace => registry!.All[0];

    public AskingDesk Desk => AskingDesk.Of(Workspace);

    public static async Task<AskingWorld> OpenAsync(bool insight = false)
    {
        var world = new AskingWorld { HasInsight = insight };
        await world.ReopenAsync();
        await using (var connection = await world.Workspace.Database.OpenAsync()) await connection.ExecuteAsync("create table test_invite(id text not null, rule text not null, survey text not null, customer text not null, channel text not null, about text not null, at bigint not null)");
        foreach (var key in new[] { "delivery", "late", "other" }) await world.SaveAsync(SurveyKind.Name, key, Survey);
        await world.SaveAsync(AskingPolicyKind.Name, AskingPolicyKind.Key, "{}");
        return world;
    }

    private bool HasInsight { get; init; }

    /// <summary>Opens what is on disk, as after a crash.</summary>
    public async Task ReopenAsync()
    {
        if (registry is not null) await registry.CloseAsync();
        IWorkspaceModule[] modules = [new CollectModule(), new CustomersModule(), .. HasInsight ? (IWorkspaceModule[])[new InsightModule()] : [], new SurveyModule(), new AskingModule()];
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, modules, Clock, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
    }

    public async Task SaveAsync(string kind, string key, string json)
    {
        var saved = await Workspace.Definitions.SaveAsync(kind, key, json, Tester);
        saved.IsOk.ShouldBeTrue(saved.Problem?.ToString());
    }

    /// <summary>A live rule; <paramref name="more"/> are further fields, as JSON.</summary>
    public Task RuleAsync(string key, string trigger, string more = "", string state = "live") =>
        SaveAsync(AskingRuleKind.Name, key, $$"""{"label": {"tr": "{{key}}", "en": "{{key}}"}, "state": "{{state}}", "survey": "delivery", "trigger": {{trigger}}{{(more.Length > 0 ? ", " + more : "")}}}""");

    public static string On(params string[] events) => $$"""{"events": [{"names": [{{string.Join(", ", events.Select(e => $"\"{e}\""))}}]}]}""";

    public AskingRule Rule(string key) => Workspace.Definitions.Current(AskingRuleKind.Instance)[key];

    /// <summary>Has something happen at a moment, to which the clock is set.</summary>
    public async Task HappenAsync(DateTimeOffset at, string user, string name, string properties = "{}", string type = "track", string? id = null)
    {
        Clock.Now = at;
        var identity = type == "identify" ? $"\"traits\":{properties}" : $"\"event\":\"{name}\",\"properties\":{properties}";
        var json = Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","messageId":"{{id ?? (++message).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}",{{identity}}}""");
        EventScanner.TryScan(json, out var fields, out var fault).ShouldBeTrue(fault);
        var batch = new EventBatch(1, at.ToUnixTimeMilliseconds());
        batch.Add(json, in fields, EventBatch.HashOf(1, Encoding.UTF8.GetBytes(fields.MessageId.ToText(json)!)), at.ToUnixTimeMilliseconds(), EventFlags.None);
        (await Workspace.Log.AppendAsync(batch)).IsOk.ShouldBeTrue();
    }

    public Task<int> FollowAsync() => Desk.FollowAsync(Engine, Invites, CancellationToken.None);

    /// <summary>Lets time pass: whatever becomes due is decided at its moment.</summary>
    public async Task PassAsync(DateTimeOffset to)
    {
        await FollowAsync();
        while (await Desk.Store.NextAsync(CancellationToken.None) is { } next && next <= to)
        {
            if (next > Clock.Now) Clock.Now = next;
            await FollowAsync();
        }

        Clock.Now = to;
        await FollowAsync();
    }

    /// <summary>The decisions, in the order in which they were triggered.</summary>
    public async Task<IReadOnlyList<Ask>> AsksAsync() => [.. (await Desk.Store.ListAsync(new AskFilter(), 10_000, null, CancellationToken.None)).OrderBy(a => a.TriggeredAt).ThenBy(a => a.Position).ThenBy(a => a.Id, StringComparer.Ordinal)];

    /// <summary>Who was invited, in order.</summary>
    public async Task<IReadOnlyList<(string Id, string Survey, string Customer, string Channel, string About, long At)>> InvitedAsync()
    {
        await using var connection = await Workspace.Database.OpenAsync();
        return [.. await connection.QueryAsync<(string, string, string, string, string, long)>("select id, survey, customer, channel, about, at from test_invite order by at, id")];
    }

    public async Task<SimulatedRule> SimulateAsync(AskingRule rule, DateTimeOffset from, DateTimeOffset to)
    {
        var told = await new SimulateRule(Engine).RunAsync(Workspace, rule, from, to, CancellationToken.None);
        told.IsOk.ShouldBeTrue(told.Problem?.ToString());
        return told.Value;
    }

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public async ValueTask DisposeAsync()
    {
        if (registry is not null) await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A clock that stands.</summary>
internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Writes down who would be invited, in the transaction that it is given.</summary>
internal sealed class RecordingInvites : IInvites
{
    public IReadOnlyList<ChannelReach> Reach { get; set; } = [new("email", null), new("sms", null)];

    public IReadOnlyList<ChannelReach> ReachOf(Workspace workspace, string customer) => Reach;

    public Task QueueAsync(Workspace workspace, DbConnection connection, DbTransaction transaction, Invite invite) => connection.ExecuteAsync(
        "insert into test_invite(id, rule, survey, customer, channel, about, at) values(@Id, @Rule, @Survey, @Customer, @Channel, @about, @at)",
        new { invite.Id, invite.Rule, invite.Survey, invite.Customer, invite.Channel, about = string.Join(",", invite.About.Select(a => $"{a.Key}={a.Value}")), at = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() },
        transaction);

    public void Wake(Workspace workspace)
    {
    }
}
