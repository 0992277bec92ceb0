using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Temas.Storage;

namespace Temas.Feedback.Surveys.Entering;

/// <summary>
/// What was handed in under a key of idempotency, as a fingerprint: so that the same again is one response, and something else under the same key is told and not taken for it (draft-ietf-httpapi-idempotency-key-header). Noted when a request has
/// passed all checks; what was refused may be put right and sent under its key.
/// </summary>
internal sealed class EntryKeys(Database database)
{
    /// <summary>The step of the table.</summary>
    public static Migration Migration { get; } = new("survey-entries", 1, "create table survey_entry(response text primary key, fingerprint text not null)");

    /// <summary>The fingerprint of a request: the same for what says the same, however it is spaced and in whatever order its fields stand.</summary>
    public static string FingerprintOf(ResponseRequest request)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(request.Customer);
            json.WriteStringValue(request.Language);
            json.WriteStringValue(request.Channel);
            foreach (var (name, value) in (request.About ?? new Dictionary<string, string>()).OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                json.WriteStringValue(name);
                json.WriteStringValue(value);
            }

            json.WriteStartObject();
            foreach (var (question, answer) in (request.Answers ?? new Dictionary<string, JsonElement>()).OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(question);
                Write(json, answer);
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <summary>Whether something else was handed in under the key of a response.</summary>
    public async Task<bool> IsAnotherAsync(string response, string fingerprint, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<string>("select fingerprint from survey_entry where response = @response", new { response }) is { } known && known != fingerprint;
    }

    /// <summary>Notes what is handed in; false when something else was, at the same time perhaps.</summary>
    public async Task<bool> NoteAsync(string response, string fingerprint, CancellationToken cancel)
    {
        await using (var connection = await database.OpenAsync(cancel))
            await connection.ExecuteAsync("insert into survey_entry(response, fingerprint) values(@response, @fingerprint) on conflict(response) do nothing", new { response, fingerprint });
        return !await IsAnotherAsync(response, fingerprint, cancel);
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.EnumerateObject().OrderBy(f => f.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(field.Name);
                    Write(json, field.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
