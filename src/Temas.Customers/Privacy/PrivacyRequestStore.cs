using System.Globalization;
using Dapper;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Privacy;

/// <summary>Keeps the requests.</summary>
internal static class PrivacyRequestStore
{
    public static Migration Migration { get; } = new("customers", 2, """
        create table privacy_request(
            id text primary key, kind text not null, customer text, received text not null, due text not null, is_open integer not null, outcome text, proof text,
            opened_at bigint not null, opened_by text not null, closed_at bigint, closed_by text);
        alter table customer_erasure add column positions $blob;
        """);

    private const string Columns = "id, kind, customer, received, due, is_open as IsOpen, outcome, proof, opened_at as OpenedAt, opened_by as OpenedBy, closed_at as ClosedAt, closed_by as ClosedBy";

    public static async Task<IReadOnlyList<PrivacyRequest>> ListAsync(Workspace workspace, int limit, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<Row>($"select {Columns} from privacy_request order by is_open desc, case when is_open = 1 then due else '' end, opened_at desc, id desc limit @limit", new { limit });
        return [.. rows.Select(r => r.ToRequest())];
    }

    public static async Task<PrivacyRequest?> FindAsync(Workspace workspace, string id, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from privacy_request where id = @id", new { id }))?.ToRequest();
    }

    public static async Task AddAsync(Workspace workspace, PrivacyRequest request, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            """
            insert into privacy_request(id, kind, customer, received, due, is_open, outcome, opened_at, opened_by, closed_at, closed_by)
            values(@Id, @Kind, @Customer, @received, @due, @open, @Outcome, @openedAt, @OpenedBy, @closedAt, @ClosedBy)
            """,
            new
            {
                request.Id,
                request.Kind,
                request.Customer,
                received = Text(request.Received),
                due = Text(request.Due),
                open = request.IsOpen ? 1 : 0,
                request.Outcome,
                openedAt = request.OpenedAt.ToUnixTimeMilliseconds(),
                request.OpenedBy,
                closedAt = request.ClosedAt?.ToUnixTimeMilliseconds(),
                request.ClosedBy,
            });
    }

    /// <summary>Closes a request that is open; false when it is not.</summary>
    public static async Task<bool> CloseAsync(Workspace workspace, string id, string outcome, Actor by, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return await connection.ExecuteAsync(
            "update privacy_request set is_open = 0, outcome = @outcome, closed_at = @at, closed_by = @by where id = @id and is_open = 1",
            new { id, outcome, at = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds(), by = by.Name }) == 1;
    }

    /// <summary>The requests that name a customer.</summary>
    public static async Task<IReadOnlyList<(string Id, string Customer)>> NamingAsync(Workspace workspace, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<(string, string)>("select id, customer from privacy_request where customer is not null")];
    }

    /// <summary>Takes the customer out of requests about somebody who is erased, and closes those that were open.</summary>
    public static async Task ForgetAsync(Workspace workspace, IReadOnlyList<string> ids, string? proof, Actor by)
    {
        await using var connection = await workspace.Database.OpenAsync(CancellationToken.None);
        var at = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var id in ids)
        {
            await connection.ExecuteAsync(
                """
                update privacy_request set customer = null, proof = @proof,
                    outcome = case when is_open = 1 then 'erased' else outcome end, closed_at = case when is_open = 1 then @at else closed_at end,
                    closed_by = case when is_open = 1 then @by else closed_by end, is_open = 0
                where id = @id
                """,
                new { id, proof, at, by = by.Name });
        }
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Kind { get; set; } = "";

        public string? Customer { get; set; }

        public string Received { get; set; } = "";

        public string Due { get; set; } = "";

        public long IsOpen { get; set; }

        public string? Outcome { get; set; }

        public string? Proof { get; set; }

        public long OpenedAt { get; set; }

        public string OpenedBy { get; set; } = "";

        public long? ClosedAt { get; set; }

        public string? ClosedBy { get; set; }

        public PrivacyRequest ToRequest() => new(
            Id, Kind, Customer, Day(Received), Day(Due), IsOpen != 0, Outcome, Proof, DateTimeOffset.FromUnixTimeMilliseconds(OpenedAt), OpenedBy,
            ClosedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, ClosedBy);

        private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
