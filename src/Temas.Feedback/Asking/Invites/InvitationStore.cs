using System.Data.Common;
using Dapper;
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

/// <summary>Keeps who was asked what, in the transaction that has her asked.</summary>
internal sealed class InvitationStore(Database database)
{
    /// <summary>The step of the table.</summary>
    public static Migration Migration { get; } = new("invitations", 1, """
        create table survey_invitation(id text primary key, survey text not null, channel text not null, customer text, visitor text, response text, at bigint not null);
        create index survey_invitation_of on survey_invitation(survey, at);
        create index survey_invitation_customer on survey_invitation(customer) where customer is not null;
        create index survey_invitation_visitor on survey_invitation(visitor) where visitor is not null
        """);

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

    /// <summary>Takes away that somebody was asked who is erased.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> customers, IReadOnlyCollection<string> visitors, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var customer in customers) await connection.ExecuteAsync("delete from survey_invitation where customer = @customer", new { customer });
        foreach (var visitor in visitors) await connection.ExecuteAsync("delete from survey_invitation where visitor = @visitor", new { visitor });
    }
}
