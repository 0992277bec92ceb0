using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Tests.Tokens;

public sealed class TokenTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Token_Made_WorksUntilRevoked()
    {
        using var owner = await server.TokenClientAsync();
        using var made = await owner.PostAsJsonAsync("/api/tokens", new { name = "reader", role = "viewer" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var body = await made.Content.ReadFromJsonAsync<JsonElement>();
        var secret = body.GetProperty("secret").GetString()!;
        secret.ShouldStartWith("tmt_");
        secret.Length.ShouldBe(47);
        body.GetProperty("token").GetProperty("role").GetString().ShouldBe("viewer");

        using var reader = server.Anonymous();
        reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        (await reader.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await reader.GetAsync("/api/tokens")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        var id = body.GetProperty("token").GetProperty("id").GetString();
        (await owner.DeleteAsync($"/api/tokens/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await reader.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var listed = await owner.GetStringAsync("/api/tokens");
        listed.ShouldContain(id!);
        listed.ShouldNotContain(secret);
        listed.ShouldNotContain("digest");
    }

    [Fact]
    public async Task Token_Ended_IsRefused()
    {
        var clock = new SteppedClock();
        await using var other = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        using var client = other.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await other.CreateTokenAsync(Role.Viewer, expiresAt: clock.GetUtcNow().AddHours(1)));
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Step(TimeSpan.FromHours(2));
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"name":"","role":"viewer"}""", "name_invalid")]
    [InlineData("""{"name":"a","role":"king"}""", "role_unknown")]
    [InlineData("""{"name":"a","role":"viewer","expiresAt":"2001-01-01T00:00:00Z"}""", "expiry_past")]
    [InlineData("""{"name":5}""", "json_invalid")]
    [InlineData("""{"name":"a",""", "json_invalid")]
    [InlineData("null", "request_malformed")]
    public async Task Token_WrongRequest_NamesTheFault(string json, string code)
    {
        using var owner = await server.TokenClientAsync();
        using var answer = await owner.PostAsync("/api/tokens", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task InvalidToken_WithValidCookie_IsRefused()
    {
        using var client = await server.SignInAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "tmt_" + new string('a', 43));
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
