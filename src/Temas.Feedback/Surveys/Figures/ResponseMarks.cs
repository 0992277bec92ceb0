using System.Data;
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
    ];

    /// <summary>Keeps the doubts about some responses; those that are there stay as they are.</summary>
    public async Task KeepAsync(string survey, IReadOnlyCollection<(string Response, QualityAssessment Doubts)> some, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var chunk in some.Chunk(500))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            // One statement for all of them: to read it anew for each costs more than to run it.
            await using var command = connection.CreateCommand();
            (command.Transaction, command.CommandText) = (transaction,
                "insert into survey_quality(response, survey, weight, flags) select @response, @survey, @weight, @flags where exists (select 1 from survey_response where id = @response) on conflict(response) do nothing");
            foreach (var (name, type) in ((string, DbType)[])[("response", DbType.String), ("survey", DbType.String), ("weight", DbType.Double), ("flags", DbType.String)])
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.DbType) = (name, type);
                command.Parameters.Add(parameter);
            }

            foreach (var (response, doubts) in chunk)
            {
                (command.Parameters[0].Value, command.Parameters[1].Value) = (response, survey);
                (command.Parameters[2].Value, command.Parameters[3].Value) = (doubts.SuggestedWeight, doubts.Flags.Count == 0 ? "[]" : JsonSerializer.Serialize(doubts.Flags, MarksJson.Default.IReadOnlyListQualityFlag));
                await command.ExecuteNonQueryAsync(cancel);
            }

            await transaction.CommitAsync(cancel);
        }
    }

    /// <summary>The doubts about some responses, by id.</summary>
    public async Task<IReadOnlyDictionary<string, ResponseDoubts>> DoubtsAsync(IReadOnlyCollection<string> responses, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = new Dictionary<string, ResponseDoubts>(StringComparer.Ordinal);
        foreach (var some in responses.Chunk(200))
        {
            foreach (var row in await connection.QueryAsync<(string Response, double Weight, string Flags)>($"select response, weight, flags from survey_quality where response in ({In(some, out var values)})", values))
                found[row.Response] = new ResponseDoubts(row.Weight, JsonSerializer.Deserialize(row.Flags, MarksJson.Default.IReadOnlyListQualityFlag)!);
        }

        return found;
    }

    /// <summary>The tags of some responses, by id.</summary>
    public async Task<ILookup<string, string>> TagsAsync(IReadOnlyCollection<string> responses, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = new List<(string Response, string Tag)>();
        foreach (var some in responses.Chunk(200)) found.AddRange(await connection.QueryAsync<(string, string)>($"select response, tag from survey_tag where response in ({In(some, out var values)}) order by tag", values));
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

    private static string In(string[] some, out DynamicParameters values)
    {
        values = new DynamicParameters();
        foreach (var (i, id) in some.Index()) values.Add($"r{i}", id);
        return string.Join(", ", some.Select((_, i) => $"@r{i}"));
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<QualityFlag>))]
internal sealed partial class MarksJson : JsonSerializerContext;
