using Dapper;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Dashboards.Sharing;

/// <summary>A link by which a board is shared.</summary>
/// <param name="Id">Its id; what stands in the address is sealed with it.</param>
/// <param name="Board">Key of the board.</param>
/// <param name="Name">What it is for.</param>
/// <param name="State">What was chosen on the board: a query string.</param>
/// <param name="Sites">The websites in whose frames it may stand, between blanks; empty for none.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="MadeAt">When.</param>
/// <param name="ExpiresAt">Until when it leads anywhere.</param>
/// <param name="RevokedAt">When it was revoked; null where it was not.</param>
/// <param name="SeenAt">When it was opened last; null for never.</param>
internal sealed record Share(string Id, string Board, string Name, string State, string Sites, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? SeenAt)
{
    /// <summary>Whether it leads to its board.</summary>
    public bool IsOpen(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;
}

/// <summary>Keeps the links.</summary>
internal static class ShareStore
{
    private const string Columns = "id as Id, board as Board, name as Name, state as State, sites as Sites, made_by as MadeBy, made_at as MadeAt, expires_at as ExpiresAt, revoked_at as RevokedAt, seen_at as SeenAt";

    public static Migration Migration { get; } = new(
        "dashboards", 1,
        """
        create table dashboard_share(
            id text primary key, board text not null, name text not null, state text not null, sites text not null, made_by text not null, made_at bigint not null, expires_at bigint not null, revoked_at bigint, seen_at bigint)
        """);

    public static async Task AddAsync(Workspace workspace, Share share, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            "insert into dashboard_share(id, board, name, state, sites, made_by, made_at, expires_at) values(@Id, @Board, @Name, @State, @Sites, @MadeBy, @madeAt, @expiresAt)",
            new { share.Id, share.Board, share.Name, share.State, share.Sites, share.MadeBy, madeAt = share.MadeAt.ToUnixTimeMilliseconds(), expiresAt = share.ExpiresAt.ToUnixTimeMilliseconds() });
    }

    public static async Task<Share?> FindAsync(Workspace workspace, string id, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return (await connection.QueryAsync<Row>($"select {Columns} from dashboard_share where id = @id", new { id })).FirstOrDefault()?.ToShare();
    }

    public static async Task<IReadOnlyList<Share>> ListAsync(Workspace workspace, string board, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from dashboard_share where board = @board order by made_at desc, id limit 200", new { board })).Select(r => r.ToShare())];
    }

    /// <summary>Revokes one; true when it was not before.</summary>
    public static async Task<bool> RevokeAsync(Workspace workspace, string id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return await connection.ExecuteAsync("update dashboard_share set revoked_at = @now where id = @id and revoked_at is null", new { id, now = now.ToUnixTimeMilliseconds() }) > 0;
    }

    public static async Task SeenAsync(Workspace workspace, string id, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync("update dashboard_share set seen_at = @now where id = @id", new { id, now = now.ToUnixTimeMilliseconds() });
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Board { get; set; } = "";

        public string Name { get; set; } = "";

        public string State { get; set; } = "";

        public string Sites { get; set; } = "";

        public string MadeBy { get; set; } = "";

        public long MadeAt { get; set; }

        public long ExpiresAt { get; set; }

        public long? RevokedAt { get; set; }

        public long? SeenAt { get; set; }

        public Share ToShare() => new(
            Id, Board, Name, State, Sites, MadeBy, DateTimeOffset.FromUnixTimeMilliseconds(MadeAt), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt), RevokedAt is { } revoked ? DateTimeOffset.FromUnixTimeMilliseconds(revoked) : null,
            SeenAt is { } seen ? DateTimeOffset.FromUnixTimeMilliseconds(seen) : null);
    }
}
