using System.Data.Common;
using Dapper;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>The tables <c>person</c> and <c>membership</c>.</summary>
internal sealed class PersonStore(WorkspaceRegistry workspaces)
{
    private const string Columns = "id, email, name, language, password_hash as PasswordHash, stamp, disabled, created_at as CreatedAt, last_sign_in_at as LastSignInAt, "
        + "(select count(*) from second_factor f where f.person = person.id and f.confirmed_at is not null) as SecondFactor";

    /// <summary>The tables that hold what belongs to a person alone and goes when the person goes.</summary>
    public static IReadOnlyList<string> Belongings { get; } = ["sign_in_session", "pending_sign_in", "password_link", "recovery_code", "second_factor", "external_identity"];

    /// <summary>A row of <c>person</c>.</summary>
    internal sealed class Row
    {
        public string Id { get; init; } = "";

        public string Email { get; init; } = "";

        public string Name { get; init; } = "";

        public string Language { get; init; } = "";

        public string PasswordHash { get; init; } = "";

        public string Stamp { get; init; } = "";

        public long Disabled { get; init; }

        public long CreatedAt { get; init; }

        public long? LastSignInAt { get; init; }

        /// <summary>1 when a second factor is on.</summary>
        public long SecondFactor { get; init; }
    }

    private sealed class MembershipRow
    {
        public string Person { get; init; } = "";

        public string Workspace { get; init; } = "";

        public long Role { get; init; }
    }

    /// <summary>A connection to the system database, for use cases that need a transaction.</summary>
    public Task<DbConnection> OpenAsync(CancellationToken cancel) => workspaces.System.OpenAsync(cancel);

    /// <summary>Whether anybody can sign in at all.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancel)
    {
        await using var db = await OpenAsync(cancel);
        return await db.ExecuteScalarAsync<long>("select count(*) from person") > 0;
    }

    /// <summary>The row of the person with this address, or null.</summary>
    public async Task<Row?> FindRowByEmailAsync(string email, CancellationToken cancel)
    {
        await using var db = await OpenAsync(cancel);
        return await db.QuerySingleOrDefaultAsync<Row>($"select {Columns} from person where email_key = @key", new { key = EmailAddress.KeyOf(email) });
    }

    /// <summary>The row of the person with this id, or null.</summary>
    public async Task<Row?> FindRowAsync(string id, CancellationToken cancel)
    {
        await using var db = await OpenAsync(cancel);
        return await db.QuerySingleOrDefaultAsync<Row>($"select {Columns} from person where id = @id", new { id });
    }

    /// <summary>The person with this id, or null.</summary>
    public async Task<Person?> FindAsync(string id, CancellationToken cancel)
    {
        await using var db = await OpenAsync(cancel);
        var row = await db.QuerySingleOrDefaultAsync<Row>($"select {Columns} from person where id = @id", new { id });
        if (row is null) return null;
        var memberships = await db.QueryAsync<MembershipRow>("select person, workspace, role from membership where person = @id", new { id });
        return ToPerson(row, memberships);
    }

    /// <summary>The people of a workspace, or all people of the installation for null, by name.</summary>
    public async Task<IReadOnlyList<Person>> ListAsync(string? workspace, CancellationToken cancel)
    {
        await using var db = await OpenAsync(cancel);
        var rows = await db.QueryAsync<Row>(
            workspace is null
                ? $"select {Columns} from person"
                : $"select {Columns} from person where id in (select person from membership where workspace = @workspace)",
            new { workspace });
        var memberships = (await db.QueryAsync<MembershipRow>("select person, workspace, role from membership")).ToLookup(m => m.Person);
        return [.. rows.Select(r => ToPerson(r, memberships[r.Id])).OrderBy(p => SearchText.Fold(p.Name), StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal)];
    }

    private static Person ToPerson(Row row, IEnumerable<MembershipRow> memberships) => new(
        row.Id, row.Email, row.Name, row.Language is "" ? null : row.Language, row.Disabled != 0, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        row.LastSignInAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        memberships.ToDictionary(m => m.Workspace, m => (Role)m.Role, StringComparer.Ordinal), row.SecondFactor != 0);
}
