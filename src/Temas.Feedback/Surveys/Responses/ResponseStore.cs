using System.Text.Json;
using Dapper;
using Temas.Feedback.Surveys.Logic;
using Temas.Storage;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>What became of finishing a response.</summary>
internal enum Finished
{
    /// <summary>It was finished now.</summary>
    Now,

    /// <summary>It had been finished before.</summary>
    Before,

    /// <summary>Enough of the group have answered, or of all.</summary>
    Full,
}

/// <summary>Keeps responses. What was answered is committed before it is acknowledged; finishing one, counting it, and that it has to be told are one transaction.</summary>
internal sealed class ResponseStore(Database database)
{
    /// <summary>Name of the count of all finished responses of a survey.</summary>
    public const string Everybody = "";

    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("surveys", 1, """
            create table survey_key(id $key, bytes $blob not null);
            create table survey_response(
                id text primary key, survey text not null, version bigint not null, state integer not null, customer text, language text not null, channel text not null, page text, answers text not null, about text not null,
                score double precision, started_at bigint not null, changed_at bigint not null, completed_at bigint, told integer not null);
            create index survey_response_list on survey_response(survey, started_at, id);
            create index survey_response_state on survey_response(survey, state, score, completed_at);
            create index survey_response_customer on survey_response(customer) where customer is not null;
            create index survey_response_untold on survey_response(told) where told = 1;
            create table survey_quota(survey text not null, quota text not null, taken bigint not null, primary key(survey, quota))
            """),
    ];

    private const string Columns =
        "id, survey, version, state, customer, language, channel, page, answers, about, score, started_at as StartedAt, changed_at as ChangedAt, completed_at as CompletedAt";

    /// <summary>A response, or null.</summary>
    public async Task<SurveyResponse?> FindAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from survey_response where id = @id", new { id }))?.ToResponse();
    }

    /// <summary>Keeps what was answered so far; false when the response is finished, which changes nothing any more.</summary>
    public async Task<bool> SaveAsync(SurveyResponse response, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync(
            """
            insert into survey_response(id, survey, version, state, customer, language, channel, page, answers, about, started_at, changed_at, told)
            values(@Id, @Survey, @Version, 0, @Customer, @Language, @Channel, @Page, @answers, @about, @started, @changed, 0)
            on conflict(id) do update set language = excluded.language, page = excluded.page, answers = excluded.answers, changed_at = excluded.changed_at where survey_response.state = 0
            """,
            Values(response)) == 1;
    }

    /// <summary>
    /// Finishes a response that <see cref="SaveAsync"/> knows. <paramref name="limits"/>: groups that it belongs to, with how many are taken. Of many who finish the same at once one does; of many who take the last place of a group one does.
    /// </summary>
    public async Task<Finished> FinishAsync(SurveyResponse response, IReadOnlyList<(string Quota, int Limit)> limits, bool isTold, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var finished = await connection.ExecuteAsync(
            "update survey_response set state = 1, language = @Language, page = null, answers = @answers, score = @Score, changed_at = @changed, completed_at = @changed, told = @told where id = @Id and state = 0",
            Values(response, isTold), transaction);
        if (finished == 0) return Finished.Before;
        foreach (var (quota, limit) in limits.Append((Everybody, int.MaxValue)).GroupBy(l => l.Item1).Select(g => (g.Key, g.Min(l => l.Item2))).OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            await connection.ExecuteAsync("insert into survey_quota(survey, quota, taken) values(@Survey, @quota, 0) on conflict(survey, quota) do nothing", new { response.Survey, quota }, transaction);
            if (await connection.ExecuteAsync("update survey_quota set taken = taken + 1 where survey = @Survey and quota = @quota and taken < @limit", new { response.Survey, quota, limit }, transaction) == 1) continue;
            await transaction.RollbackAsync(cancel);
            await ScreenOutAsync(response, cancel);
            return Finished.Full;
        }

        await transaction.CommitAsync(cancel);
        return Finished.Now;
    }

    /// <summary>Notes that enough others have answered.</summary>
    public async Task ScreenOutAsync(SurveyResponse response, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("update survey_response set state = 2, page = null, changed_at = @changed where id = @Id and state = 0", Values(response));
    }

    /// <summary>How many finished responses each group of a survey has.</summary>
    public async Task<IReadOnlyDictionary<string, long>> TakenAsync(string survey, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<(string Quota, long Taken)>("select quota, taken from survey_quota where survey = @survey", new { survey })).ToDictionary(r => r.Quota, r => r.Taken, StringComparer.Ordinal);
    }

    /// <summary>Finished responses that still have to be told, the oldest first.</summary>
    public async Task<IReadOnlyList<SurveyResponse>> UntoldAsync(int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from survey_response where told = 1 order by completed_at, id limit @limit", new { limit })).Select(r => r.ToResponse())];
    }

    /// <summary>Notes that a response was told. Whether it is still there.</summary>
    public async Task<bool> ToldAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync("update survey_response set told = 2 where id = @id and told = 1", new { id }) == 1;
    }

    /// <summary>As the other, in somebody's transaction.</summary>
    public static Task ToldAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, string id) =>
        connection.ExecuteAsync("update survey_response set told = 2 where id = @id and told = 1", new { id }, transaction);

    /// <summary>How many responses each survey has, by its key.</summary>
    public async Task<IReadOnlyDictionary<string, ResponseCount>> CountAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<(string Survey, long State, long Count, double? Mean, long? Latest)>("select survey, state, count(*), avg(score), max(completed_at) from survey_response group by survey, state");
        return rows.GroupBy(r => r.Survey).ToDictionary(
            g => g.Key,
            g =>
            {
                var complete = g.FirstOrDefault(r => r.State == (int)ResponseState.Complete);
                return new ResponseCount(
                    g.Where(r => r.State == (int)ResponseState.Partial).Sum(r => r.Count), complete.Count, g.Where(r => r.State == (int)ResponseState.ScreenedOut).Sum(r => r.Count), complete.Mean,
                    complete.Latest is { } latest ? DateTimeOffset.FromUnixTimeMilliseconds(latest) : null);
            },
            StringComparer.Ordinal);
    }

    /// <summary>Some responses of a survey, the newest first, after <paramref name="after"/> (when begun, and id) if it is given.</summary>
    public async Task<IReadOnlyList<SurveyResponse>> ListAsync(string survey, ResponseFilter filter, int limit, (long StartedAt, string Id)? after = null, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>(
            $"""
            select {Columns} from survey_response where survey = @survey
            {(filter.State is null ? "" : "and state = @state")} {(filter.Language is null ? "" : "and language = @Language")} {(filter.Least is null ? "" : "and score >= @Least")} {(filter.Most is null ? "" : "and score <= @Most")}
            {(filter.Tag is null ? "" : "and exists (select 1 from survey_tag t where t.response = survey_response.id and t.tag = @Tag)")}
            {(filter.Doubtful is not { } doubtful ? "" : $"and {(doubtful ? "" : "not ")}exists (select 1 from survey_quality q where q.response = survey_response.id and q.weight < @doubt)")}
            {(after is null ? "" : "and (started_at < @at or (started_at = @at and id < @id))")}
            order by started_at desc, id desc limit @limit
            """,
            new { survey, state = (int?)filter.State, filter.Language, filter.Least, filter.Most, filter.Tag, doubt = (double)Figures.ReadFigures.Doubtful, at = after?.StartedAt ?? 0, id = after?.Id ?? "", limit })).Select(r => r.ToResponse())];
    }

    /// <summary>Takes away the responses of an erased customer, by her identifiers. How many there were.</summary>
    public async Task<int> ForgetAsync(IReadOnlyCollection<string> identifiers, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var gone = 0;
        foreach (var customer in identifiers)
        {
            // A public response is hers, too, when what she wrote to be reached by joined it with her.
            var own = customer.StartsWith(AnsweredEvent.OwnIdentifier, StringComparison.Ordinal) ? customer[AnsweredEvent.OwnIdentifier.Length..] : "";
            gone += await connection.ExecuteAsync("delete from survey_response where customer = @customer or id = @own", new { customer, own }, transaction);
        }

        await transaction.CommitAsync(cancel);
        return gone;
    }

    private static object Values(SurveyResponse r, bool isTold = false) => new
    {
        r.Id,
        r.Survey,
        r.Version,
        r.Customer,
        r.Language,
        r.Channel,
        r.Page,
        answers = Answers.Write(r.Answers),
        about = JsonSerializer.Serialize(r.About, AboutJson.Default.IReadOnlyDictionaryStringString),
        r.Score,
        started = r.StartedAt.ToUnixTimeMilliseconds(),
        changed = r.ChangedAt.ToUnixTimeMilliseconds(),
        told = isTold ? 1 : 0,
    };

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Survey { get; set; } = "";

        public long Version { get; set; }

        public int State { get; set; }

        public string? Customer { get; set; }

        public string Language { get; set; } = "";

        public string Channel { get; set; } = "";

        public string? Page { get; set; }

        public string Answers { get; set; } = "{}";

        public string About { get; set; } = "{}";

        public double? Score { get; set; }

        public long StartedAt { get; set; }

        public long ChangedAt { get; set; }

        public long? CompletedAt { get; set; }

        public SurveyResponse ToResponse() => new()
        {
            Id = Id,
            Survey = Survey,
            Version = (int)Version,
            State = (ResponseState)State,
            Customer = Customer,
            Language = Language,
            Channel = Channel,
            Page = Page,
            Answers = Logic.Answers.Read(Answers),
            About = JsonSerializer.Deserialize(About, AboutJson.Default.IReadOnlyDictionaryStringString)!,
            Score = Score,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(StartedAt),
            ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt),
            CompletedAt = CompletedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class AboutJson : System.Text.Json.Serialization.JsonSerializerContext;
