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
    private readonly ResponseWriter writer = new(database);

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
        new("survey-answers", 1, """
            alter table survey_response add column entered_by text;
            drop index survey_response_state;
            create index survey_response_by_state on survey_response(survey, state, started_at, id);
            create table survey_count(
                survey text not null, state integer not null, responses bigint not null, scored bigint not null, total double precision not null, latest bigint, primary key(survey, state));
            insert into survey_count(survey, state, responses, scored, total, latest)
                select survey, state, count(*), count(score), coalesce(sum(score), 0), max(completed_at) from survey_response group by survey, state
            """),
    ];

    private const string Columns =
        "id, survey, version, state, customer, language, channel, page, answers, about, score, started_at as StartedAt, changed_at as ChangedAt, completed_at as CompletedAt, entered_by as EnteredBy";

    /// <summary>A response, or null.</summary>
    public async Task<SurveyResponse?> FindAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from survey_response where id = @id", new { id }))?.ToResponse();
    }

    /// <summary>Some responses in the order of their ids; those that are no more are left out.</summary>
    public async Task<IReadOnlyList<SurveyResponse>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = (await connection.QueryByIdsAsync<Row>($"select {Columns} from survey_response where id in (@ids)", ids.Distinct(StringComparer.Ordinal))).ToDictionary(r => r.Id, r => r.ToResponse(), StringComparer.Ordinal);
        return [.. ids.Select(i => found.GetValueOrDefault(i)).OfType<SurveyResponse>()];
    }

    /// <summary>Whether somebody answered: the response that an invitation leads to is over, or, by any of her identifiers, another one to the survey since she was asked.</summary>
    public async Task<bool> HasAnsweredAsync(string survey, string response, IReadOnlyCollection<string> identifiers, DateTimeOffset since, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        if (await connection.QuerySingleOrDefaultAsync<long?>("select state from survey_response where id = @response", new { response }) is > 0) return true;
        foreach (var customer in identifiers)
        {
            if (await connection.QueryFirstOrDefaultAsync<long?>("select 1 from survey_response where customer = @customer and survey = @survey and state = 1 and completed_at >= @since", new { customer, survey, since = since.ToUnixTimeMilliseconds() }) is not null) return true;
        }

        return false;
    }

    /// <summary>Keeps what was answered so far; false when the response is finished, which changes nothing any more.</summary>
    public Task<bool> SaveAsync(SurveyResponse response) => writer.SaveAsync(response);

    /// <summary>
    /// Finishes a response, whether or not something of it was kept before. <paramref name="limits"/>: groups that it belongs to, with how many are taken. Of many who finish the same at once one does; of many who take the last place of a group one does.
    /// </summary>
    public Task<Finished> FinishAsync(SurveyResponse response, IReadOnlyList<(string Quota, int Limit)> limits, bool isTold) => writer.FinishAsync(response, limits, isTold);

    /// <summary>Notes that enough others have answered.</summary>
    public Task ScreenOutAsync(SurveyResponse response) => writer.ScreenOutAsync(response);

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

    /// <summary>Responses to a survey that were not finished and have not changed since a moment, after a place, the longest unchanged first.</summary>
    public async Task<IReadOnlyList<SurveyResponse>> LeftAsync(string survey, (long At, string Id) after, long before, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>(
            $"select {Columns} from survey_response where survey = @survey and state = 0 and (changed_at > @At or (changed_at = @At and id > @Id)) and changed_at < @before order by changed_at, id limit @limit",
            new { survey, after.At, after.Id, before, limit })).Select(r => r.ToResponse())];
    }

    /// <summary>The ids of finished responses that still have to be told; of very many some.</summary>
    public async Task<HashSet<string>> UntoldIdsAsync()
    {
        await using var connection = await database.OpenAsync();
        return [.. await connection.QueryAsync<string>("select id from survey_response where told = 1 limit 50000")];
    }

    /// <summary>Notes that a response was told. Whether it is still there.</summary>
    public async Task<bool> ToldAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync("update survey_response set told = 2 where id = @id and told = 1", new { id }) == 1;
    }

    /// <summary>As the other, of many in somebody's transaction.</summary>
    public static Task ToldAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, IEnumerable<string> ids) =>
        connection.ExecuteByIdsAsync("update survey_response set told = 2 where told = 1 and id in (@ids)", ids, transaction);

    /// <summary>How many responses each survey has, by its key.</summary>
    public async Task<IReadOnlyDictionary<string, ResponseCount>> CountAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = (await connection.QueryAsync<(string Survey, long State, long Count, long Scored, double Total, long? Latest)>("select survey, state, responses, scored, total, latest from survey_count"))
            .Select(r => (r.Survey, r.State, r.Count, Mean: r.Scored > 0 ? r.Total / r.Scored : (double?)null, r.Latest));
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

    /// <summary>Takes away the responses of an erased customer, by her identifiers. Those that there were: whoever keeps something of them takes that away, too.</summary>
    public async Task<IReadOnlyList<SurveyResponse>> ForgetAsync(IReadOnlyCollection<string> identifiers, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var taken = new List<SurveyResponse>();
        foreach (var customer in identifiers)
        {
            // A public response is hers, too, when what she wrote to be reached by joined it with her.
            var own = customer.StartsWith(AnsweredEvent.OwnIdentifier, StringComparison.Ordinal) ? customer[AnsweredEvent.OwnIdentifier.Length..] : "";
            taken.AddRange((await connection.QueryAsync<Row>($"delete from survey_response where customer = @customer or id = @own returning {Columns}", new { customer, own }, transaction)).Select(r => r.ToResponse()));
        }

        await UncountAsync(connection, transaction, taken);
        await transaction.CommitAsync(cancel);
        return taken;
    }

    /// <summary>Takes away some responses by their ids. Those that there were.</summary>
    public async Task<IReadOnlyList<SurveyResponse>> ForgetIdsAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var taken = (await connection.QueryByIdsAsync<Row>($"delete from survey_response where id in (@ids) returning {Columns}", ids, transaction)).ConvertAll(r => r.ToResponse());
        await UncountAsync(connection, transaction, taken);
        await transaction.CommitAsync(cancel);
        return taken;
    }

    private static async Task UncountAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, List<SurveyResponse> taken)
    {
        foreach (var group in taken.GroupBy(t => (t.Survey, t.State)).OrderBy(g => g.Key.Survey, StringComparer.Ordinal).ThenBy(g => g.Key.State))
        {
            await ResponseWriter.CountAsync(connection, transaction, group.Key.Survey, group.Key.State, -group.Count(), -group.Count(t => t.Score is not null), -group.Sum(t => t.Score ?? 0), null);
            // When the last of them was finished may have been when she finished hers.
            await connection.ExecuteAsync(
                "update survey_count set latest = (select max(completed_at) from survey_response where survey = @Survey and state = @State) where survey = @Survey and state = @State", new { group.Key.Survey, State = (int)group.Key.State }, transaction);
        }
    }

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

        public string? EnteredBy { get; set; }

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
            EnteredBy = EnteredBy,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(StartedAt),
            ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt),
            CompletedAt = CompletedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class AboutJson : System.Text.Json.Serialization.JsonSerializerContext;
