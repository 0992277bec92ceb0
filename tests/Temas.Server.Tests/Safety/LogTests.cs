using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.SignIn;
using Temas.Server.Tokens;

namespace Temas.Server.Tests.Safety;

public sealed class LogTests
{
    /// <summary>Plants secrets and personal data in every place where they come in, at the most talkative level, and finds none of them in the log.</summary>
    [Fact]
    public async Task Log_AfterAllSortsOfRequests_HoldsNoSecretAndNoPersonalData()
    {
        const string password = "canary of the coal mine", email = "canary-person@example.com", customer = "canary-customer@example.com", wrong = "canary wrong password";
        await using var server = await TemasServer.StartAsync();
        await server.CreatePersonAsync(email, Role.Owner, password: password);
        using var person = await server.SignInAsync(email, password);
        using (await person.PostAsync("/session", new FormUrlEncodedContent([KeyValuePair.Create("email", email), KeyValuePair.Create("password", wrong)])))
        {
        }

        var token = await server.CreateTokenAsync();
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var made = await client.PostAsJsonAsync("/api/sources", new { name = "shop" });
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>()).ToString().Split('"').First(s => s.Length == 32);
        using var writer = server.Anonymous();
        writer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using (var sent = await writer.PostAsJsonAsync("/v1/identify", new { userId = customer, traits = new { email = customer, name = customer } })) sent.EnsureSuccessStatusCode();
        using (await writer.PostAsync("/v1/track", new StringContent($$"""{"userId":"{{customer}}","event":5}""")))
        {
        }

        foreach (var path in new[] { $"/api/customers/email:{customer}", $"/api/customers?q={customer}", $"/api/receipts/{customer}", $"/w/main/customers?q={customer}", $"/nothing/{customer}" })
        {
            using (await client.GetAsync(path))
            {
            }
        }

        using (await client.PostAsJsonAsync("/api/people", new { email = customer, role = "viewer", password = wrong + " again" }))
        {
        }

        using (await client.PostAsync("/api/people", new StringContent($"{{\"email\":\"{customer}\",", null, "application/json")))
        {
        }

        foreach (var canary in new[] { password, email, customer, wrong, token, token[4..], key, TemasServer.OwnerPassword, TemasServer.OwnerEmail })
            server.Log.Lines.ShouldNotContain(l => l.Contains(canary, StringComparison.OrdinalIgnoreCase), $"The log holds the canary {canary}");
    }

    [Fact]
    public async Task Defect_IsAnsweredWithoutInternalsAndLoggedUnderItsNumber()
    {
        await using var server = await TemasServer.StartAsync(configure: b => b.Services
            .AddSingleton<ListTokens>(_ => throw new InvalidOperationException("the inner thing"))
            .AddSingleton<SignInPerson>(_ => throw new InvalidOperationException("the inner thing")));
        using var client = await server.TokenClientAsync();
        using var answer = await client.GetAsync("/api/tokens");
        ((int)answer.StatusCode).ShouldBe(500);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldNotContain("the inner thing");
        text.ShouldNotContain("Exception");
        answer.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
        var trace = JsonElement.Parse(text).GetProperty("traceId").GetString()!;
        server.Log.Lines.ShouldContain(l => l.Contains(trace, StringComparison.Ordinal) && l.Contains("the inner thing", StringComparison.Ordinal) && l.Contains("/api/tokens", StringComparison.Ordinal));

        using var browser = await server.BrowserAsync();
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        using var shown = await browser.PostAsync("/session", new FormUrlEncodedContent([]));
        ((int)shown.StatusCode).ShouldBe(500);
        shown.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await shown.Content.ReadAsStringAsync()).ShouldNotContain("the inner thing");
    }
}
