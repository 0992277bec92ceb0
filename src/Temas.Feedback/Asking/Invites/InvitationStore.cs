using System.Data.Common;
using Dapper;
using Temas.Feedback.Surveys.Responses;
using Temas.Storage;

namespace Temas.Feedback.Asking.Invites;

/// <summary>That somebody who is known was asked: what a response rate counts from.</summary>
internal sealed record Asked
{
    /// <summary>Id of what had her asked: of the ask, the invitation by hand, or the response that a link leads to.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the survey.</summary>
    public required string Survey { get; init; }

    /// <summary>Channel by which she was asked.</summary>
    public required string Channel { get; init; }

    /// <summary>Public id of the customer; null for a visitor of whom nothing is known.</summary>
    public string? Customer { get; init; }

    /// <summary>Anonymous id of who was asked on a page.</summary>
    public string? Visitor { get; init; }

    /// <summary>Id that her response has, or will have; null where the survey is anonymous, as nothing tells which response is hers.</summary>
    public string? Response { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What became of those who were asked over a channel.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Invited">So many were asked.</param>
/// <param name="Untold">Of them so many were asked an anonymous survey.</param>
/// <param name="Begun">So many began to answer.</param>
/// <param name="Answered">So many finished.</param>
/// <param name="ScreenedOut">Of so many groups enough had answered.</param>
internal sealed record AskedCount(string Channel, long Invited, long Untold, long Begun, long Answered, long ScreenedOut);

/// <summary>Somebody who was asked, with how far her response is.</summary>
/// <param name="Id">Id of what had her asked.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Customer">Public id of the customer, if she is known.</param>
/// <param name="Visitor">Anonymous id of who was asked on a page.</param>
/// <param name="At">When.</param>
/// <param name="IsAnonymous">Nothing tells which response is hers.</param>
/// <param name="Response">Id of the response, once she began.</param>
/// <param name="State">How far it is.</param>
internal sealed record InvitedPerson(string Id, string Channel, string? Customer, string? Visitor, DateTimeOffset At, bool IsAnonymous, string? Response, ResponseState? State);

/// <summary>Keeps who was asked what, in the transaction that has her asked.</summary>
internal sealed class InvitationStore(Database database)
{
    /// <summary>The steps of the table.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("invitations", 1, """
            create table survey_invitation(id text primary key, survey text not null, channel text not null, customer text, visitor text, response text, at bigint not null);
            create index survey_invitation_of on survey_invitation(survey, at);
            create index survey_invitation_customer on survey_invitation(customer) where customer is not null;
            create index survey_invitation_visitor on survey_invitation(visitor) where visitor is not null
            """),

        // What she was asked last of a survey is known without reading what she was asked of others.
        new("invitations", 2, """
            drop index survey_invitation_customer;
            create index survey_invitation_customer on survey_invitation(customer, survey, at) where customer is not null
            """),
    ];

    /// <summary>Notes that somebody is asked; what is noted stays as it is.</summary>
    public static Task AddAsync(DbConnection connection, DbTransaction? transaction, Asked asked) => connection.ExecuteAsync(
        "insert into survey_invitation(id, survey, channel, customer, visitor, response, at) values(@Id, @Survey, @Channel, @Customer, @Visitor, @Response, @at) on conflict(id) do nothing",
        new { asked.Id, asked.Survey, asked.Channel, asked.Customer, asked.Visitor, asked.Response, at = asked.At.ToUnixTimeMilliseconds() }, transaction);

    /// <summary>What became of those who were asked a survey from a moment on and before another, by channel.</summary>
    public async Task<IReadOnlyList<AskedCount>> CountAsync(string survey, long from, long to, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<(string Channel, long Invited, long Untold, long Begun, long Answered, long ScreenedOut)>(
            """
            select i.channel, count(*), sum(case when i.response is null then 1 else 0 end), sum(case when r.id is null then 0 else 1 end), sum(case when r.state = 1 then 1 else 0 end), sum(case when r.state = 2 then 1 else 0 end)
            from survey_invitation i left join survey_response r on r.id = i.response where i.survey = @survey and i.at >= @from and i.at < @to group by i.channel
            """,
            new { survey, from, to })).Select(c => new AskedCount(c.Channel, c.Invited, c.Untold, c.Begun, c.Answered, c.ScreenedOut))];
    }

    /// <summary>Those who were asked a survey from a moment on and before another, the newest first, with how far their responses are.</summary>
    public async Task<IReadOnlyList<InvitedPerson>> ListAsync(string survey, long from, long to, string? channel, bool begun, bool answered, int skip, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>(
            $"""
            {Read} where i.survey = @survey and i.at >= @from and i.at < @to {(channel is null ? "" : "and i.channel = @channel")} {(begun ? "and r.id is not null" : "")} {(answered ? "and r.state = 1" : "")}
            order by i.at desc, i.id desc limit @limit offset @skip
            """,
            new { survey, from, to, channel, skip, limit })).Select(r => r.ToPerson())];
    }

    /// <summary>Some of them by their ids.</summary>
    public async Task<IReadOnlyList<InvitedPerson>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = await connection.QueryByIdsAsync<Row>($"{Read} where i.id in (@ids)", ids);
        return [.. found.Select(r => r.ToPerson()).OrderByDescending(p => p.At).ThenByDescending(p => p.Id, StringComparer.Ordinal)];
    }

    private const string Read = "select i.id as Id, i.channel as Channel, i.customer as Customer, i.visitor as Visitor, i.at as At, i.response as Told, r.id as Response, r.state as State from survey_invitation i left join survey_response r on r.id = i.response";

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Channel { get; set; } = "";

        public string? Customer { get; set; }

        public string? Visitor { get; set; }

        public string? Told { get; set; }

        public string? Response { get; set; }

        public int? State { get; set; }

        public long At { get; set; }

        public InvitedPerson ToPerson() => new(Id, Channel, Customer, Visitor, DateTimeOffset.FromUnixTimeMilliseconds(At), Told is null, Response, (ResponseState?)State);
    }

    /// <summary>Takes away that somebody was asked who is erased.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> customers, IReadOnlyCollection<string> visitors, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var customer in customers) await connection.ExecuteAsync("delete from survey_invitation where customer = @customer", new { customer });
        foreach (var visitor in visitors) await connection.ExecuteAsync("delete from survey_invitation where visitor = @visitor", new { visitor });
    }
}
