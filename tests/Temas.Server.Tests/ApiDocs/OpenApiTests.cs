using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;

namespace Temas.Server.Tests.ApiDocs;

public sealed class OpenApiTests(TemasServer server) : IClassFixture<TemasServer>
{
    /// <summary>What programs rely on: paths, methods, parameters, kinds of answers.</summary>
    [Fact]
    public async Task OpenApi_Paths_AreAsListed()
    {
        using var client = server.Anonymous();
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var text = new StringBuilder();
        foreach (var path in document.GetProperty("paths").EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            foreach (var operation in path.Value.EnumerateObject().OrderBy(o => o.Name, StringComparer.Ordinal))
            {
                var parameters = operation.Value.TryGetProperty("parameters", out var list) ? [.. list.EnumerateArray().Select(p => p.GetProperty("name").GetString()).Order(StringComparer.Ordinal)] : Array.Empty<string?>();
                var answers = operation.Value.GetProperty("responses").EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal);
                text.Append(CultureInfo.InvariantCulture, $"{operation.Name.ToUpperInvariant(),-6} {path.Name} ({string.Join(", ", parameters)}) {string.Join(' ', answers)} {operation.Value.GetProperty("x-temas-policy").GetString()}\n");
            }
        }

        Snapshot.Check("openapi.txt", text.ToString());
    }

    [Fact]
    public async Task OpenApi_Operations_AllHaveASummaryAndATag()
    {
        using var client = server.Anonymous();
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var missing = from path in document.GetProperty("paths").EnumerateObject()
                      from operation in path.Value.EnumerateObject()
                      where !operation.Value.TryGetProperty("summary", out var summary) || summary.GetString() is not { Length: > 0 }
                          || !operation.Value.TryGetProperty("tags", out var tags) || tags.GetArrayLength() == 0
                      select $"{operation.Name} {path.Name}";
        missing.ShouldBeEmpty();
    }

    /// <summary>Failures come from middleware that all operations share, so all say them, and say the shape.</summary>
    [Fact]
    public async Task OpenApi_Operations_SayTheirFailuresByOneRule()
    {
        using var client = server.Anonymous();
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        document.GetProperty("components").GetProperty("schemas").GetProperty("ProblemDetails").GetProperty("properties").TryGetProperty("wayOut", out _).ShouldBeTrue();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var (name, answers) = ($"{operation.Name} {path.Name}", operation.Value.GetProperty("responses").EnumerateObject().ToDictionary(r => r.Name, r => r.Value));
                var policy = operation.Value.GetProperty("x-temas-policy").GetString()!;
                List<string> expected = ["429"];
                if (policy != "open") expected.Add("401");
                if (policy is not ("open" or "write" or "signed-in")) expected.AddRange(["400", "403", "404"]);
                if (operation.Value.TryGetProperty("requestBody", out _) && policy != "write") expected.AddRange(["400", "413", "415"]);
                expected.Except(answers.Keys).ShouldBeEmpty(name);
                if (policy == "write") continue;
                foreach (var (status, answer) in answers.Where(a => a.Key[0] == '4'))
                {
                    answer.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/ProblemDetails", $"{name} {status}");
                    answer.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
                }
            }
        }
    }

    [Fact]
    public async Task OpenApi_Document_SaysHowToSignInAndNamesNoHost()
    {
        using var client = server.Anonymous();
        var text = await client.GetStringAsync("/openapi/v1.json");
        text.ShouldContain("\"securitySchemes\"");
        text.ShouldNotContain("127.0.0.1");
        text.ShouldNotContain("/control/");
    }

    [Theory]
    [InlineData("tr", "Yanıtlar")]
    [InlineData("en", "Answers")]
    public async Task ApiDocs_Page_ShowsEveryOperationAndNeedsNothingFromElsewhere(string language, string word)
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        var html = await client.GetStringAsync("/docs/api");
        var page = await new HtmlParser().ParseDocumentAsync(html);
        page.Body!.TextContent.ShouldContain(word);
        var shown = page.QuerySelectorAll("details[id] > summary").Select(s => $"{s.QuerySelector(".badge")?.TextContent.Trim()} {s.QuerySelector("code")!.TextContent}").ToHashSet(StringComparer.Ordinal);
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject()) shown.ShouldContain($"{operation.Name.ToUpperInvariant()} {path.Name}");
        }

        page.QuerySelectorAll("[src], link[href]").Select(e => e.GetAttribute("src") ?? e.GetAttribute("href")!).ShouldAllBe(u => u.StartsWith('/') && !u.StartsWith("//", StringComparison.Ordinal));
        page.QuerySelectorAll("[style], style, script:not([src])").ShouldBeEmpty();
        var ids = page.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
        ids.ShouldBeUnique();
        page.QuerySelectorAll("a[href^='/docs/api#']").Select(a => a.GetAttribute("href")!.Split('#')[1]).Distinct().ShouldAllBe(i => ids.Contains(i));
    }
}
