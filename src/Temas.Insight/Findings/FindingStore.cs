using System.Buffers.Binary;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Temas.Insight.Contracts;
using Temas.Storage;

namespace Temas.Insight.Findings;

/// <summary>A finding as it is kept, with what became of it.</summary>
/// <param name="Document">What was found, when it was found last.</param>
/// <param name="State">What became of it.</param>
/// <param name="Person">Id of the person who works on it; null for nobody.</param>
/// <param name="FirstAt">When it was found first.</param>
/// <param name="LastAt">When it was found last.</param>
/// <param name="Rank">Its place among those of the last look, from 0.</param>
internal sealed record KeptFinding(FindingDocument Document, FindingState State, string? Person, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Rank);

/// <summary>A line of a finding's story.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who: <c>system</c>, or as the audit trail has it.</param>
/// <param name="Kind"><c>found</c>, <c>state</c>, <c>person</c>, <c>note</c>, <c>gone</c>, <c>back</c>, <c>followed</c>, <c>withdrawn</c>.</param>
/// <param name="Text">The state, the person's id, the note, a number of follow-ups.</param>
internal sealed record FindingLine(DateTimeOffset At, string By, string Kind, string Text);

/// <summary>That a customer met a finding.</summary>
/// <param name="Customer">Her public id, as it is before it is written.</param>
/// <param name="At">When last, in milliseconds since 1970 UTC.</param>
internal readonly record struct FindingMeeting(ulong Customer, long At);

/// <summary>When it was looked last.</summary>
/// <param name="At">When.</param>
/// <param name="Took">How long it took, in milliseconds.</param>
/// <param name="Tried">How many candidates were tested.</param>
/// <param name="Position">Up to which position of the log.</param>
internal sealed record FindingLook(DateTimeOffset At, long Took, int Tried, long Position)
{
    /// <summary>What each detector looked at; empty of a look that an earlier release made.</summary>
    public IReadOnlyList<DetectorNote> Detectors { get; init; } = [];
}

/// <summary>Keeps findings, their customers and their stories.</summary>
internal sealed class FindingStore(Database database)
{
    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("findings", 1, """
            create table finding(id text primary key, state integer not null, person text, first_at bigint not null, last_at bigint not null, place integer not null, json text not null);
            create table finding_customers(finding text primary key, ids $blob not null);
            create table finding_line(id $identity, finding text not null, at bigint not null, by_whom text not null, kind text not null, text text not null);
            create index finding_line_of on finding_line(finding, id);
            create table finding_look(id $key, at bigint not null, took bigint not null, tried integer not null, position bigint not null)
            """),
        new("findings", 2, "alter table finding_customers add column times $blob"),
        new("findings", 3, "alter table finding_look add column detectors text"),
    ];

    /// <summary>All of them.</summary>
    public async Task<IReadOnlyList<KeptFinding>> AllAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>("select state as State, person as Person, first_at as FirstAt, last_at as LastAt, place as Place, json as Json from finding order by id")).Select(r => r.ToKept())];
    }

    /// <summary>When it was looked last; null where never.</summary>
    public async Task<FindingLook?> LookAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<LookRow>("select at as At, took as Took, tried as Tried, position as Position, detectors as Detectors from finding_look where id = 1");
        return row is null ? null : new FindingLook(DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Took, (int)row.Tried, row.Position)
        {
            Detectors = row.Detectors is { } json && JsonSerializer.Deserialize(json, FindingJson.Default.IReadOnlyListDetectorNote) is { Count: > 0 } some ? some : [],
        };
    }

    /// <summary>The story of a finding, the oldest first.</summary>
    public async Task<IReadOnlyList<FindingLine>> LinesAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<LineRow>("select at as At, by_whom as ByWhom, kind as Kind, text as Text from finding_line where finding = @id order by id", new { id }))
            .Select(l => new FindingLine(DateTimeOffset.FromUnixTimeMilliseconds(l.At), l.ByWhom, l.Kind, l.Text))];
    }

    /// <summary>The customers who met it, those who did so last first.</summary>
    public async Task<IReadOnlyList<FindingMeeting>> CustomersAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<CustomerRow>("select finding as Finding, ids as Ids, times as Times from finding_customers where finding = @id", new { id }) is { } row ? row.ToMeetings() : [];
    }

    /// <summary>Writes down what a look gave, as one; where nobody met a finding any more nothing is kept of who did.</summary>
    public async Task SaveAsync(FindingLook look, IReadOnlyList<KeptFinding> changed, IReadOnlyDictionary<string, IReadOnlyList<FindingMeeting>> customers, IReadOnlyList<(string Finding, FindingLine Line)> lines, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var finding in changed) await WriteAsync(connection, transaction, finding);
        foreach (var (finding, met) in customers)
        {
            if (met.Count == 0)
            {
                await connection.ExecuteAsync("delete from finding_customers where finding = @finding", new { finding }, transaction);
                continue;
            }

            await connection.ExecuteAsync(
                "insert into finding_customers(finding, ids, times) values(@finding, @ids, @times) on conflict(finding) do update set ids = excluded.ids, times = excluded.times",
                new { finding, ids = Pack(met.Select(m => m.Customer)), times = Pack(met.Select(m => unchecked((ulong)m.At))) }, transaction);
        }

        foreach (var (finding, line) in lines) await AddAsync(connection, transaction, finding, line);
        await connection.ExecuteAsync(
            "insert into finding_look(id, at, took, tried, position, detectors) values(1, @at, @took, @tried, @position, @detectors) on conflict(id) do update set at = excluded.at, took = excluded.took, tried = excluded.tried, position = excluded.position, detectors = excluded.detectors",
            new { at = look.At.ToUnixTimeMilliseconds(), took = look.Took, tried = look.Tried, position = look.Position, detectors = JsonSerializer.Serialize(look.Detectors, FindingJson.Default.IReadOnlyListDetectorNote) }, transaction);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Writes down what a person did with a finding.</summary>
    public async Task ChangeAsync(KeptFinding finding, IReadOnlyList<FindingLine> lines, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await WriteAsync(connection, transaction, finding);
        foreach (var line in lines) await AddAsync(connection, transaction, finding.Document.Id, line);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Nothing names these customers any more.</summary>
    public async Task ForgetAsync(IReadOnlySet<ulong> gone, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var row in (await connection.QueryAsync<CustomerRow>("select finding as Finding, ids as Ids, times as Times from finding_customers", transaction: transaction)).ToList())
        {
            var met = row.ToMeetings();
            if (!met.Any(m => gone.Contains(m.Customer))) continue;
            List<FindingMeeting> left = [.. met.Where(m => !gone.Contains(m.Customer))];
            await connection.ExecuteAsync(
                "update finding_customers set ids = @ids, times = @times where finding = @finding", new { finding = row.Finding, ids = Pack(left.Select(m => m.Customer)), times = Pack(left.Select(m => unchecked((ulong)m.At))) }, transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    private static Task WriteAsync(DbConnection connection, DbTransaction transaction, KeptFinding finding) => connection.ExecuteAsync(
        """
        insert into finding(id, state, person, first_at, last_at, place, json) values(@id, @state, @person, @first, @last, @place, @json)
        on conflict(id) do update set state = excluded.state, person = excluded.person, last_at = excluded.last_at, place = excluded.place, json = excluded.json
        """,
        new
        {
            id = finding.Document.Id,
            state = (int)finding.State,
            person = finding.Person,
            first = finding.FirstAt.ToUnixTimeMilliseconds(),
            last = finding.LastAt.ToUnixTimeMilliseconds(),
            place = finding.Rank,
            json = JsonSerializer.Serialize(finding.Document, FindingJson.Default.FindingDocument),
        },
        transaction);

    private static Task AddAsync(DbConnection connection, DbTransaction transaction, string finding, FindingLine line) => connection.ExecuteAsync(
        "insert into finding_line(finding, at, by_whom, kind, text) values(@finding, @at, @by, @kind, @text)", new { finding, at = line.At.ToUnixTimeMilliseconds(), by = line.By, kind = line.Kind, text = line.Text }, transaction);

    private static byte[] Pack(IEnumerable<ulong> numbers)
    {
        var all = numbers.ToList();
        var bytes = new byte[all.Count * 8];
        foreach (var (i, number) in all.Index()) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), number);
        return bytes;
    }

    private sealed class Row
    {
        public long State { get; set; }

        public string? Person { get; set; }

        public long FirstAt { get; set; }

        public long LastAt { get; set; }

        public long Place { get; set; }

        public string Json { get; set; } = "";

        public KeptFinding ToKept() => new(
            JsonSerializer.Deserialize(Json, FindingJson.Default.FindingDocument)!, (FindingState)State, Person, DateTimeOffset.FromUnixTimeMilliseconds(FirstAt), DateTimeOffset.FromUnixTimeMilliseconds(LastAt), (int)Place);
    }

    private sealed class LineRow
    {
        public long At { get; set; }

        public string ByWhom { get; set; } = "";

        public string Kind { get; set; } = "";

        public string Text { get; set; } = "";
    }

    private sealed class LookRow
    {
        public long At { get; set; }

        public long Took { get; set; }

        public long Tried { get; set; }

        public long Position { get; set; }

        // Null in what was written before it was kept.
        public string? Detectors { get; set; }
    }

    private sealed class CustomerRow
    {
        public string Finding { get; set; } = "";

        public byte[] Ids { get; set; } = [];

        // Null in what was written before it was asked when.
        public byte[]? Times { get; set; }

        public List<FindingMeeting> ToMeetings()
        {
            var met = new List<FindingMeeting>(Ids.Length / 8);
            for (var at = 0; at + 8 <= Ids.Length; at += 8) met.Add(new FindingMeeting(BinaryPrimitives.ReadUInt64LittleEndian(Ids.AsSpan(at)), Times is null || at + 8 > Times.Length ? 0 : BinaryPrimitives.ReadInt64LittleEndian(Times.AsSpan(at))));
            return met;
        }
    }
}
