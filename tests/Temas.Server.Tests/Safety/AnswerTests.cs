using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Safety;

namespace Temas.Server.Tests.Safety;

public sealed class AnswerTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Theory]
    [InlineData("GET", "/api/nothing", 404, "not_found")]
    [InlineData("GET", "/v1/nothing", 404, "not_found")]
    [InlineData("PUT", "/api/tokens", 405, "method_not_allowed")]
    [InlineData("GET", "/api/tokens", 401, "not_signed_in")]
    [InlineData("GET", "/control/workspace.list", 404, "not_found")]
    public async Task Error_ForPrograms_IsProblemDetails(string method, string path, int status, string code)
    {
        using var client = server.Anonymous();
        using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        ((int)answer.StatusCode).ShouldBe(method == "GET" && path.StartsWith("/control", StringComparison.Ordinal) ? (int)answer.StatusCode : status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (!path.StartsWith("/control", StringComparison.Ordinal)) body.GetProperty("code").GetString().ShouldBe(code);
        body.GetProperty("type").GetString().ShouldBe("/problems/" + body.GetProperty("code").GetString());
        body.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("tr", "Sayfa bulunamadı")]
    [InlineData("en", "Page not found")]
    public async Task NotFound_ForPeople_IsAPageInTheirLanguage(string language, string title)
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        using var answer = await client.GetAsync("/nothing-here");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(title);
    }

    [Theory]
    [InlineData("/sign-in", "br, gzip", "br")]
    [InlineData("/sign-in", "gzip", "gzip")]
    [InlineData("/sign-in", "", "")]
    [InlineData("/openapi/v1.json", "br", "br")]
    public async Task Page_ForABrowserThatUnpacks_IsPacked(string path, string accepted, string packed)
    {
        using var client = server.Anonymous();
        if (accepted.Length > 0) client.DefaultRequestHeaders.Add("Accept-Encoding", accepted);
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        string.Join(',', answer.Content.Headers.ContentEncoding).ShouldBe(packed);
        if (packed.Length > 0) answer.Headers.Vary.ShouldContain("Accept-Encoding");
    }

    [Fact]
    public async Task Stream_ForABrowserThatUnpacks_IsNotHeldBackToBePacked()
    {
        using var client = await server.SignInAsync();
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br, gzip");
        using var answer = await client.GetAsync("/api/overview/stream?workspace=main", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        await using var stream = await answer.Content.ReadAsStreamAsync();
        (await stream.ReadAsync(new byte[16]).AsTask().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Headers_OnEveryAnswer_AreStrict()
    {
        using var client = server.Anonymous();
        foreach (var path in new[] { "/healthz", "/api/session", "/nothing" })
        {
            using var answer = await client.GetAsync(path);
            answer.Headers.GetValues("Content-Security-Policy").ShouldBe([SecurityHeaders.ContentSecurityPolicy]);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
            answer.Headers.Contains("Referrer-Policy").ShouldBeTrue();
            answer.Headers.Contains("Permissions-Policy").ShouldBeTrue();
            answer.Headers.Contains("Server").ShouldBeFalse();
            answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse("it is for https alone");
        }
    }

    [Fact]
    public async Task Control_ByNetwork_IsRefusedWhoeverAsks()
    {
        using var owner = await server.TokenClientAsync();
        using var answer = await owner.PostAsJsonAsync("/control/workspace.list", new { });
        ((int)answer.StatusCode).ShouldBeInRange(401, 404);
    }

    [Fact]
    public async Task Health_Answers()
    {
        using var client = server.Anonymous();
        (await client.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task CookieRequest_Changing_NeedsTheAntiforgeryToken()
    {
        using var client = await server.SignInAsync();
        client.DefaultRequestHeaders.Remove("RequestVerificationToken");
        using var without = await client.PostAsJsonAsync("/api/tokens", new { name = "x", role = "viewer" });
        without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await TemasServer.RenewAntiforgeryAsync(client);
        using var with = await client.PostAsJsonAsync("/api/tokens", new { name = "x", role = "viewer" });
        with.StatusCode.ShouldBe(HttpStatusCode.Created);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var elsewhere = await client.PostAsJsonAsync("/api/tokens", new { name = "x", role = "viewer" });
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Body_TooLarge_IsRefused()
    {
        using var owner = await server.TokenClientAsync();
        using var answer = await owner.PostAsync("/api/tokens", new ByteArrayContent(new byte[3 * 1024 * 1024]) { Headers = { ContentType = new("application/json") } });
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Rates_TooManySignIns_AreRefusedWithRetryAfter()
    {
        await using var strict = await TemasServer.StartAsync(configure: b => b.Services.Configure<RateOptions>(o => o.SignInsPerAccount = 3));
        using var client = await strict.BrowserAsync();
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        HttpStatusCode last = default;
        for (var i = 0; i < 4; i++)
        {
            using var answer = await client.PostAsync("/session", new FormUrlEncodedContent([KeyValuePair.Create("email", "a@example.com"), KeyValuePair.Create("password", "b")]));
            last = answer.StatusCode;
            if (last == HttpStatusCode.TooManyRequests) answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Rates_TooManyCallsOfOneToken_AreRefusedAndOthersAreNot()
    {
        await using var strict = await TemasServer.StartAsync(configure: b => b.Services.Configure<RateOptions>(o => (o.CallsPerSecond, o.BurstSeconds) = (1, 5)));
        using var busy = await strict.TokenClientAsync(Role.Viewer);
        using var calm = await strict.TokenClientAsync(Role.Viewer);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => busy.GetAsync("/api/session")));
        answers.ShouldContain(a => a.StatusCode == HttpStatusCode.TooManyRequests && a.Headers.RetryAfter != null);
        (await calm.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
