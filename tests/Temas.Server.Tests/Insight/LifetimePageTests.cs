using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>The page of lifetime value where the model does not hold: it says so first, and neither it nor an indicator has a figure of it.</summary>
public sealed class LifetimePageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private TemasServer server = null!;

    public async Task InitializeAsync() => server = await TemasServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Page_WhereTheCheckFails_SaysSoFirstAndShowsNoFigureOfTheModel()
    {
        await SendAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/indicators/lifetime");
        var stack = page.QuerySelector("main .stack")!;
        stack.QuerySelector(".notice")!.TextContent.ShouldContain("Nothing is said of anybody here.");
        stack.QuerySelectorAll("dl.facts a").Select(a => a.TextContent.Trim()).ShouldBe(["80"], "how many ordered is no figure of the model");
        (await PageClient.PageAsync(browser, stack.QuerySelector("dl.facts a")!.GetAttribute("href")!)).Body!.TextContent.ShouldContain("80 customers");
        (stack.QuerySelector("#customers"), stack.QuerySelector("#alive-chart"), stack.QuerySelector("#value-chart")).ShouldBe((null, null, null));
        stack.TextContent.ShouldContain("BG/NBD: r ", customMessage: "whoever looks into it finds the parameters");
        stack.TextContent.ShouldContain("does not hold");

        using var analyst = await server.TokenClientAsync(Role.Analyst);
        using (var kept = await analyst.PutAsync("/api/definitions/indicator/there", new StringContent("""{"label":{"tr":"Kalan","en":"There"},"unit":"share","figure":{"provided":"lifetime.alive"}}""", Encoding.UTF8, "application/json"))) kept.StatusCode.ShouldBe(HttpStatusCode.OK, await kept.Content.ReadAsStringAsync());
        var reading = await analyst.GetFromJsonAsync<JsonElement>("/api/indicators/there?last=30d");
        (reading.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number).ShouldBeFalse(reading.GetRawText());
        reading.GetProperty("missing").GetString()!.ShouldContain("görmediği", customMessage: "in the language of the workspace");
    }

    // Every third week for months, and then, as if they were others, every day.
    private async Task SendAsync()
    {
        var source = await server.CreateSourceAsync();
        var events = new List<string>();
        for (var c = 0; c < 80; c++)
        {
            var number = 0;
            for (var day = 160.0 - (c % 20); day > 0.5; day -= day > 42 ? 18 + (c % 7) : 1)
            {
                var at = Now.AddDays(-day).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                events.Add($$"""{"type":"track","messageId":"lp-{{c}}-{{number}}","userId":"lp{{c}}","event":"Order Completed","timestamp":"{{at}}","properties":{"order_id":"lp-{{c}}-{{number++}}","total":100,"currency":"TRY"} }""");
            }
        }

        using var open = server.Anonymous();
        foreach (var some in events.Chunk(400))
        {
            using var body = new StringContent($$"""{"writeKey":"{{source.WriteKey}}","batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await open.PostAsync("/v1/batch", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
