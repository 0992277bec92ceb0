using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Temas.Server.Tests.Safety;

/// <summary>Behind a proxy that speaks https: what it forwards is believed when the settings name it, and only then.</summary>
public sealed class HttpsTests
{
    private static HttpRequestMessage Forwarded(HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        return request;
    }

    [Fact]
    public async Task Https_ByANamedProxy_MakesCookiesSecureAndAsksForHsts()
    {
        await using var server = await TemasServer.StartAsync(settings: s => s with { Proxies = ["127.0.0.1"] });
        using var client = server.Anonymous();
        using var token = await client.SendAsync(Forwarded(HttpMethod.Get, "/api/session/antiforgery"));
        token.Headers.GetValues("Strict-Transport-Security").ShouldNotBeEmpty();
        var antiforgery = token.Headers.GetValues("Set-Cookie").Single();
        antiforgery.ShouldContain("secure");
        var body = await token.Content.ReadFromJsonAsync<JsonElement>();

        using var request = Forwarded(HttpMethod.Post, "/session", new FormUrlEncodedContent(
            [KeyValuePair.Create("email", TemasServer.OwnerEmail), KeyValuePair.Create("password", TemasServer.OwnerPassword), KeyValuePair.Create(body.GetProperty("field").GetString()!, body.GetProperty("token").GetString()!)]));
        request.Headers.Add("Cookie", antiforgery.Split(';')[0]);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var session = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-temas=", StringComparison.Ordinal));
        session.ShouldContain("secure");
        session.ShouldContain("path=/");
        session.ShouldNotContain("domain=");
    }

    [Fact]
    public async Task Https_BySomebodyElse_IsNotBelieved()
    {
        await using var server = await TemasServer.StartAsync(settings: s => s with { Proxies = ["10.0.0.0/8"] });
        using var client = server.Anonymous();
        using var answer = await client.SendAsync(Forwarded(HttpMethod.Get, "/healthz"));
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }
}
