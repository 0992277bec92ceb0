using System.Data;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Temas.Feedback.Quality;
using Temas.Storage;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>The doubts about a response.</summary>
/// <param name="Weight">How much it would count if doubts were weighed: 1 without any.</param>
/// <param name="Flags">The doubts, the strongest first.</param>
internal sealed record ResponseDoubts(double Weight, IReadOnlyList<QualityFlag> Flags)
{
    /// <summary>None.</summary>
    public static ResponseDoubts None { get; } = new(1, []);
}

/// <summary>What is noted about responses beside what they say: doubts about how they were answered, and tags.</summary>
internal sealed class ResponseMarks(Database database)
{
    /// <summary>So long a tag is at most, and so many a response has.</summary>
    public const int LongestTag = 40, MostTags = 20;

    // So many are one transaction: others who write wait for it.
    private const int AtOnce = 2_500;

    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("survey_marks", 1, """
            create table survey_quality(response text primary key, survey text not null, weight double precision not null, flags text not null);
            create index survey_quality_of on survey_quality(survey, weight);
            create table survey_tag(response text not null, tag text not null, survey text not null, primary key(response, tag));
            create index survey_tag_of on survey_tag(survey, tag);
            create index survey_response_changed on survey_response(survey, changed_at, id)
            """),
        // What it would count stands beside the answers: of very many responses without a doubt nothing else has to be written, and nothing in an order by chance.
        new("survey_marks", 2, "alter table survey_response add column weight double precision; drop index survey_quality_of"),
    ];

    /// <summary>Keeps the doubts about some responses; those that are there stay as they are. Only where there are some they are written down one by one.</summary>
    public async Task KeepAsync(string survey, IReadOnlyCollection<(string Response, QualityAssessment Doubts)> some, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var chunk in some.Chunk(AtOnce))
        {
            if (database.Turn is { } turn) await turn.WaitAsync(cancel);
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                // One statement for all of them: to read it anew for each costs more than to run it.
                await using var weigh = Command(connection, transaction, "update survey_response set weight = @weight where id = @response and weight is null", ("response", DbType.String), ("weight", DbType.Double));
                var doubtful = new List<(string Response, QualityAssessment Doubts)>();
                foreach (var one in chunk)
                {
                    (weigh.Parameters[0].Value, weigh.Parameters[1].Value) = (one.Response, one.Doubts.SuggestedWeight);
                    if (await weigh.ExecuteNonQueryAsync(cancel) == 1 && one.Doubts.Flags.Count > 0) doubtful.Add(one);
                }

                await using var keep = Command(
                    connection, transaction, "insert into survey_quality(response, survey, weight, flags) values(@response, @survey, @weight, @flags) on conflict(response) do nothing",
                    ("response", DbType.String), ("survey", DbType.String), ("weight", DbType.Double), ("flags", DbType.String));
                // In the order in which they lie, so that a page of the index is written once and not as often as it has one of them.
                foreach (var (response, doubts) in doubtful.OrderBy(d => d.Response, StringComparer.Ordinal))
                {
                    (keep.Parameters[0].Value, keep.Parameters[1].Value) = (response, survey);
                    (keep.Parameters[2].Value, keep.Parameters[3].Value) = (doubts.SuggestedWeight, JsonSerializer.Serialize(doubts.Flags, MarksJson.Default.IReadOnlyListQualityFlag));
                    await keep.ExecuteNonQueryAsync(cancel);
                }

                await transaction.CommitAsync(cancel);
            }
            finally
            {
                database.Turn?.Release();
            }
        }
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, DbType Type)> parameters)
    {
        var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        foreach (var (name, type) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType) = (name, type);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>The doubts about some responses, by id; of those that were not looked at yet nothing.</summary>
    public async Task<IReadOnlyDictionary<string, ResponseDoubts>> DoubtsAsync(IReadOnlyCollection<string> responses, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = new Dictionary<string, ResponseDoubts>(StringComparer.Ordinal);
        foreach (var id in await connection.QueryByIdsAsync<string>("select id from survey_response where weight is not null and id in (@ids)", responses)) found[id] = ResponseDoubts.None;
        foreach (var row in await connection.QueryByIdsAsync<(string Response, double Weight, string Flags)>("select response, weight, flags from survey_quality where response in (@ids)", responses))
            found[row.Response] = new ResponseDoubts(row.Weight, JsonSerializer.Deserialize(row.Flags, MarksJson.Default.IReadOnlyListQualityFlag)!);
        return found;
    }

    /// <summary>The tags of some responses, by id.</summary>
    public async Task<ILookup<string, string>> TagsAsync(IReadOnlyCollection<string> responses, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = await connection.QueryByIdsAsync<(string Response, string Tag)>("select response, tag from survey_tag where response in (@ids) order by tag", responses.Distinct(StringComparer.Ordinal));
        return found.ToLookup(t => t.Response, t => t.Tag, StringComparer.Ordinal);
    }

    /// <summary>The tags of a survey with how many responses have each, the most used first.</summary>
    public async Task<IReadOnlyList<(string Tag, long Responses)>> UsedAsync(string survey, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<(string, long)>("select tag, count(*) from survey_tag where survey = @survey group by tag order by count(*) desc, tag limit 200", new { survey })];
    }

    /// <summary>Puts a tag on some responses of a survey, or takes it off. How many changed.</summary>
    public async Task<int> TagAsync(string survey, IReadOnlyCollection<string> responses, string tag, bool off, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var changed = 0;
        foreach (var response in responses)
        {
            changed += await connection.ExecuteAsync(
                off
                    ? "delete from survey_tag where response = @response and tag = @tag and survey = @survey"
                    : """
                      insert into survey_tag(response, tag, survey) select @response, @tag, @survey
                      where exists (select 1 from survey_response where id = @response and survey = @survey) and (select count(*) from survey_tag where response = @response) < @most on conflict(response, tag) do nothing
                      """,
                new { response, tag, survey, most = MostTags }, transaction);
        }

        await transaction.CommitAsync(cancel);
        return changed;
    }

    /// <summary>Takes away what was noted about responses that are no more.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var table in (string[])["survey_quality", "survey_tag", "survey_sign", "survey_entry"]) await connection.ExecuteAsync($"delete from {table} where not exists (select 1 from survey_response r where r.id = {table}.response)");
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<QualityFlag>))]
internal sealed partial class MarksJson : JsonSerializerContext;
