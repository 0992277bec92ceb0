using Dapper;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Audit;

/// <summary>The audit trail in the system database. People are written down by their id; their address is looked up when the trail is read.</summary>
internal sealed partial class AuditTrail(WorkspaceRegistry workspaces, IHttpContextAccessor requests, TimeProvider clock, ILogger<AuditTrail> log) : IAuditTrail, IAuditReader
{
    private const string Visible =
        "(a.workspace = @workspace or (a.workspace is null and a.actor_kind = 'user' and a.actor in (select person from membership where workspace = @workspace)))";

    private sealed class Row
    {
        public long Id { get; init; }

        public long At { get; init; }

        public string? Workspace { get; init; }

        public string ActorKind { get; init; } = "";

        public string Actor { get; init; } = "";

        public string? Email { get; init; }

        public string Action { get; init; } = "";

        public string Target { get; init; } = "";

        public string? BeforeJson { get; init; }

        public string? AfterJson { get; init; }
    }

    /// <inheritdoc/>
    public async Task RecordAsync(AuditEntry entry, CancellationToken cancel = default)
    {
        if (requests.HttpContext is { } http) http.Features.Set(new AuditedHere());
        try
        {
            // The deed is done: that the caller goes away must not keep it from being written down.
            await using var db = await workspaces.System.OpenAsync(CancellationToken.None);
            await db.ExecuteAsync(
                """
                insert into audit_entry(at, workspace, actor_kind, actor, action, target, before_json, after_json)
                values (@at, @workspace, @kind, case when @kind = 'user' then coalesce((select id from person where email_key = @actor), '') else @name end, @action, @target, @before, @after)
                """,
                new
                {
                    at = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                    workspace = entry.Workspace?.Value,
                    kind = entry.By.Kind,
                    actor = People.EmailAddress.KeyOf(entry.By.Name),
                    name = entry.By.Name,
                    action = entry.Action,
                    target = entry.Target,
                    before = entry.Before,
                    after = entry.After,
                });
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            LogNotWritten(entry.Action, e);
        }
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(WorkspaceKey workspace, IReadOnlyList<string> targets)
    {
        await using var db = await workspaces.System.OpenAsync(CancellationToken.None);
        foreach (var target in targets)
        {
            await db.ExecuteAsync(
                "update audit_entry set target = @rest where workspace = @workspace and target = @target",
                new { workspace = workspace.Value, target, rest = target.Split(' ')[0] });
        }
    }

    /// <summary>
    /// The newest entries of a workspace before <paramref name="before"/>, newest first; with them what its people did that concerns no single workspace, such as signing in.
    /// </summary>
    public async Task<IReadOnlyList<AuditRecord>> ReadAsync(WorkspaceKey workspace, AuditFilter filter, int limit, long before, CancellationToken cancel)
    {
        // What is not asked for is not in the query: PostgreSQL cannot guess the type of a null that is compared with nothing but itself.
        var asked = string.Concat(
            filter.Actor is null ? "" : "and a.actor = @actor ",
            filter.Action is null ? "" : "and a.action = @action ",
            filter.From is null ? "" : "and a.at >= @from ",
            filter.Until is null ? "" : "and a.at < @until ");
        await using var db = await workspaces.System.OpenAsync(cancel);
        var rows = await db.QueryAsync<Row>(
            $"""
            select a.id, a.at, a.workspace, a.actor_kind as ActorKind, a.actor, p.email, a.action, a.target, a.before_json as BeforeJson, a.after_json as AfterJson
            from audit_entry a left join person p on a.actor_kind = 'user' and p.id = a.actor
            where a.id < @before {asked}and {Visible}
            order by a.id desc limit @limit
            """,
            new
            {
                workspace = workspace.Value,
                before,
                limit,
                actor = filter.Actor,
                action = filter.Action,
                from = filter.From?.ToUnixTimeMilliseconds(),
                until = filter.Until?.ToUnixTimeMilliseconds(),
            });
        return [.. rows.Select(r => new AuditRecord(
            r.Id, DateTimeOffset.FromUnixTimeMilliseconds(r.At), r.ActorKind, r.Actor, r.ActorKind == "user" ? r.Email : r.Actor, r.Action, r.Target, r.BeforeJson, r.AfterJson))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditedAct>> LatestAsync(WorkspaceKey workspace, string action, int limit, CancellationToken cancel = default) =>
        [.. (await ReadAsync(workspace, new AuditFilter(Action: action), limit, long.MaxValue, cancel)).Select(e => new AuditedAct(e.At, e.Actor, e.Target))];

    /// <summary>When something was last done, in whichever workspace; null when never.</summary>
    public async Task<DateTimeOffset?> LastAsync(string action, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var at = await db.ExecuteScalarAsync<long?>(new CommandDefinition("select max(at) from audit_entry where action = @action", new { action }, cancellationToken: cancel));
        return at is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
    }

    /// <summary>The actions that the latest thousands of entries of a workspace tell of, in the order of the alphabet.</summary>
    public async Task<IReadOnlyList<string>> ActionsAsync(WorkspaceKey workspace, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var actions = await db.QueryAsync<string>(
            $"select distinct action from (select a.action from audit_entry a where {Visible} order by a.id desc limit 5000) latest", new { workspace = workspace.Value });
        return [.. actions.Order(StringComparer.Ordinal)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit trail could not take down {Action}")]
    private partial void LogNotWritten(string action, Exception error);
}

/// <summary>Which entries are asked for; null for all.</summary>
/// <param name="Actor">Id of a person, or name of a token or command.</param>
/// <param name="Action">What was done.</param>
/// <param name="From">Not before this moment.</param>
/// <param name="Until">Before this moment.</param>
internal sealed record AuditFilter(string? Actor = null, string? Action = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <summary>Says that the request has written its own entry.</summary>
internal sealed record AuditedHere;

/// <summary>An entry as it is read.</summary>
/// <param name="Id">Number, growing.</param>
/// <param name="At">When.</param>
/// <param name="ActorKind"><c>user</c>, <c>token</c>, <c>command</c> or <c>system</c>.</param>
/// <param name="ActorId">Id of the person, or name of the token or command.</param>
/// <param name="Actor">E-mail of the person if still there, or the name.</param>
/// <param name="Action">What was done.</param>
/// <param name="Target">To what.</param>
/// <param name="Before">Definition before, JSON text.</param>
/// <param name="After">Definition after, JSON text.</param>
internal sealed record AuditRecord(long Id, DateTimeOffset At, string ActorKind, string ActorId, string? Actor, string Action, string Target, string? Before, string? After);
