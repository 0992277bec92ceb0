using System.Net;
using System.Text;
using System.Text.Json;

namespace Temas.Server.Tests.Insight;

/// <summary>Questions put over HTTP that must have an answer.</summary>
internal static class Asking
{
    /// <summary>The answer to a question.</summary>
    public static async Task<JsonElement> AskAsync(HttpClient client, string question)
    {
        using var body = new StringContent(question, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/api/query", body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>The names of those for whom a condition holds, in order.</summary>
    public static async Task<string[]> WhoAsync(HttpClient client, string condition) =>
        [.. (await AskAsync(client, $$$"""{"kind":"segment","where":{{{condition}}},"limit":100}""")).GetProperty("customers").EnumerateArray().Select(c => c.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
}
