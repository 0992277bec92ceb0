using Dapper;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.Invitations;

/// <summary>The table <c>invitation</c>.</summary>
internal sealed class InvitationStore(WorkspaceRegistry workspaces, TimeProvider clock)
{
    private const string Columns = "id, email, workspace, role, language, invited_by as InvitedBy, created_at as CreatedAt, expires_at as ExpiresAt";

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string Email { get; init; } = "";

        public string Workspace { get; init; } = "";

        public long Role { get; init; }

        public string Language { get; init; } = "";

        public string InvitedBy { get; init; } = "";

        public long CreatedAt { get; init; }

        public long ExpiresAt { get; init; }

        public Invitation ToInvitation() => new(
            Id, Email, Workspace, (Role)Role, Language, InvitedBy, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt));
    }

    /// <summary>Those of a workspace, newest first; with the expired ones, which can be made anew.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(WorkspaceKey workspace, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var rows = await db.QueryAsync<Row>($"select {Columns} from invitation where workspace = @workspace order by created_at desc, id", new { workspace = workspace.Value });
        return [.. rows.Select(r => r.ToInvitation())];
    }

    /// <summary>One of a workspace, or null.</summary>
    public async Task<Invitation?> FindAsync(string id, WorkspaceKey workspace, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return (await db.QuerySingleOrDefaultAsync<Row>($"select {Columns} from invitation where id = @id and workspace = @workspace", new { id, workspace = workspace.Value }))?.ToInvitation();
    }

    /// <summary>The one of a workspace that is for this address, or null.</summary>
    public async Task<Invitation?> FindByEmailAsync(string email, WorkspaceKey workspace, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return (await db.QuerySingleOrDefaultAsync<Row>(
            $"select {Columns} from invitation where email_key = @key and workspace = @workspace", new { key = EmailAddress.KeyOf(email), workspace = workspace.Value }))?.ToInvitation();
    }

    /// <summary>All that wait for this address and can still be accepted, whatever the workspace.</summary>
    public async Task<IReadOnlyList<Invitation>> WaitingForAsync(string email, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var rows = await db.QueryAsync<Row>($"select {Columns} from invitation where email_key = @key and expires_at > @now order by created_at, id", new { key = EmailAddress.KeyOf(email), now = Now });
        return [.. rows.Select(r => r.ToInvitation())];
    }

    /// <summary>The one whose link holds this secret, if it can still be accepted.</summary>
    public async Task<Invitation?> FindBySecretAsync(string? secret, CancellationToken cancel)
    {
        if (secret is not { Length: > 0 and <= 100 }) return null;
        await using var db = await workspaces.System.OpenAsync(cancel);
        var row = await db.QuerySingleOrDefaultAsync<Row>($"select {Columns} from invitation where digest = @digest and expires_at > @now", new { digest = Secrets.Digest(secret), now = Now });
        return row?.ToInvitation() is { } found && WorkspaceKey.Parse(found.Workspace) is { IsOk: true } key && workspaces.Find(key.Value) is not null ? found : null;
    }

    /// <summary>Adds one; false when there is one for this address in this workspace already.</summary>
    public async Task<bool> AddAsync(Invitation invitation, string secret, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteAsync(
            """
            insert into invitation(id, digest, email, email_key, workspace, role, language, invited_by, created_at, expires_at)
            values (@Id, @digest, @Email, @key, @Workspace, @role, @Language, @InvitedBy, @created, @expires) on conflict do nothing
            """,
            new
            {
                invitation.Id,
                digest = Secrets.Digest(secret),
                invitation.Email,
                key = EmailAddress.KeyOf(invitation.Email),
                invitation.Workspace,
                role = (int)invitation.Role,
                invitation.Language,
                invitation.InvitedBy,
                created = invitation.CreatedAt.ToUnixTimeMilliseconds(),
                expires = invitation.ExpiresAt.ToUnixTimeMilliseconds(),
            }) > 0;
    }

    /// <summary>Gives one another secret, beginning and end; its old link stops. False when it is gone.</summary>
    public async Task<bool> RenewAsync(Invitation invitation, string secret, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteAsync(
            "update invitation set digest = @digest, invited_by = @InvitedBy, created_at = @created, expires_at = @expires where id = @Id",
            new { digest = Secrets.Digest(secret), invitation.InvitedBy, created = invitation.CreatedAt.ToUnixTimeMilliseconds(), expires = invitation.ExpiresAt.ToUnixTimeMilliseconds(), invitation.Id }) > 0;
    }

    /// <summary>Deletes one; false when it is gone.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteAsync("delete from invitation where id = @id", new { id }) > 0;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
