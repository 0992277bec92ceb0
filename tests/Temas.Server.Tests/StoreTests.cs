using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Settings;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests;

/// <summary>What the system database promises, on each store: the same steps, the same answers.</summary>
public abstract class StoreContract
{
    private protected abstract Task<TemasServer> StartAsync(Action<WebApplicationBuilder>? configure = null);

    [SkippableFact]
    public async Task PeopleTokensAndAudit_Work()
    {
        await using var server = await StartAsync();
        using var owner = await server.SignInAsync();
        using (var added = await owner.PostAsJsonAsync("/api/people", new { email = "p@example.com", role = "agent", password = "sixteen candles lit" })) added.StatusCode.ShouldBe(HttpStatusCode.Created);
        using (var twice = await owner.PostAsJsonAsync("/api/people", new { email = "P@EXAMPLE.COM", role = "agent" })) twice.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var person = await server.SignInAsync("p@example.com", "sixteen candles lit");
        (await person.GetAsync("/api/people")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var made = await owner.PostAsJsonAsync("/api/tokens", new { name = "t", role = "manager", expiresAt = DateTimeOffset.UnixEpoch.AddYears(200) });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var token = await made.Content.ReadFromJsonAsync<JsonElement>();
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token.GetProperty("secret").GetString());
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.GetFromJsonAsync<JsonElement>("/api/tokens")).GetProperty("tokens").EnumerateArray().Single(t => t.GetProperty("name").GetString() == "t").GetProperty("lastUsedAt").ValueKind.ShouldBe(JsonValueKind.String);
        (await owner.DeleteAsync($"/api/tokens/{token.GetProperty("token").GetProperty("id").GetString()}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var audit = await owner.GetFromJsonAsync<JsonElement>("/api/audit");
        audit.GetProperty("entries").EnumerateArray().Take(4).Select(e => e.GetProperty("action").GetString()).ShouldBe(["token.revoked", "token.created", "person.signed_in", "person.added"]);
    }

    [SkippableFact]
    public async Task InvitationsAndPasswordLinks_Work()
    {
        await using var server = await StartAsync();
        using var owner = await server.SignInAsync();
        var (id, _, _) = await Invitations.InvitationTests.InviteAsync(owner, "i@example.com", "agent");
        using (var twice = await owner.PostAsJsonAsync("/api/invitations", new { email = "I@EXAMPLE.COM", role = "agent" })) twice.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using (var renewed = await owner.PostAsync($"/api/invitations/{id}/renew", null))
        {
            var link = (await renewed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!;
            using var guest = await server.BrowserAsync();
            using var accepted = await guest.PostAsync("/invitation", new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = link.Split("token=")[1], ["name"] = "I", ["password"] = "sixteen candles lit" }));
            accepted.Headers.Location!.OriginalString.ShouldBe("/w/main/overview");
        }

        (await owner.GetFromJsonAsync<JsonElement>("/api/invitations")).GetProperty("invitations").GetArrayLength().ShouldBe(0);
        var person = (await owner.GetFromJsonAsync<JsonElement>("/api/people")).GetProperty("people").EnumerateArray().Single(p => p.GetProperty("email").GetString() == "i@example.com").GetProperty("id").GetString();
        foreach (var _ in (int[])[1, 2])
        {
            using var made = await owner.PostAsync($"/api/people/{person}/password-link", null);
            made.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await owner.DeleteAsync($"/api/people/{person}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [SkippableFact]
    public async Task SecondFactor_Works()
    {
        await using var server = await StartAsync();
        const string password = "sixteen candles lit";
        var id = await server.CreatePersonAsync("f@example.com", Role.Viewer, password: password);
        using var person = await server.SignInAsync("f@example.com", password);
        JsonElement begun = default;
        foreach (var _ in (int[])[1, 2])
        {
            using var made = await person.PostAsJsonAsync("/api/session/second-factor/begin", new { password });
            begun = await made.Content.ReadFromJsonAsync<JsonElement>();
        }

        using var confirmed = await person.PostAsJsonAsync("/api/session/second-factor/confirm", new { code = SecondFactor.Authenticator.Code(begun.GetProperty("secret").GetString()!, TimeProvider.System) });
        var codes = (await confirmed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(c => c.GetString()!).ToList();
        foreach (var (code, to) in new[] { ("000000", "/sign-in/code?problem=code_wrong"), (codes[0], "/"), (codes[0], "/sign-in/code?problem=code_wrong") })
        {
            using var browser = await server.BrowserAsync();
            using (var first = await browser.PostAsync("/session", new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = "f@example.com", ["password"] = password })))
                first.Headers.Location!.OriginalString.ShouldBe("/sign-in/code");
            using var second = await browser.PostAsync("/session/code", new FormUrlEncodedContent(new Dictionary<string, string> { ["code"] = code }));
            second.Headers.Location!.OriginalString.ShouldBe(to);
        }

        using var owner = await server.TokenClientAsync();
        foreach (var required in (bool[])[true, true, false])
        {
            using var changed = await owner.PatchAsJsonAsync("/api/access-rules", new { secondFactor = required });
            (await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secondFactor").GetBoolean().ShouldBe(required);
        }

        (await owner.DeleteAsync($"/api/people/{id}/second-factor")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await owner.DeleteAsync($"/api/people/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [SkippableFact]
    public async Task Tour_OnceEnded_StaysEnded()
    {
        await using var server = await StartAsync();
        foreach (var shown in (bool[])[true, false])
        {
            using var owner = await server.SignInAsync();
            (await owner.GetStringAsync("/w/main/overview")).Contains("id=\"tour\"", StringComparison.Ordinal).ShouldBe(shown);
            using var ended = await owner.PostAsync("/tour/end", new FormUrlEncodedContent([]));
            ended.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        }
    }

    [SkippableFact]
    public async Task ExternalIdentities_AreOneForAPersonAndProvider()
    {
        await using var server = await StartAsync();
        await server.CreatePersonAsync("e@example.com", Role.Viewer, password: "sixteen candles lit");
        var people = server.Services.GetRequiredService<Server.Oidc.OidcPeople>();
        foreach (var (issuer, subject, email, verified, found) in new[] { ("https://a", "1", "E@example.com", true, true), ("https://a", "1", null, false, true), ("https://a", "2", "e@example.com", true, false), ("https://b", "2", "e@example.com", true, true) })
            (await people.FindAsync(new Server.Oidc.OidcIdentity(issuer, subject, email, verified, null), CancellationToken.None)).IsOk.ShouldBe(found, $"{issuer} {subject}");
    }

    [SkippableFact]
    public async Task Workspace_Made_BelongsToItsMaker()
    {
        await using var server = await StartAsync();
        using var owner = await server.SignInAsync();
        using (var made = await owner.PostAsJsonAsync("/api/workspaces", new { key = "brand-two" })) made.StatusCode.ShouldBe(HttpStatusCode.Created);
        using (var twice = await owner.PostAsJsonAsync("/api/workspaces?workspace=main", new { key = "brand-two" })) twice.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await owner.GetAsync("/api/definitions/touchpoint?workspace=brand-two")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var other = await server.TokenClientAsync(Role.Owner, "main");
        (await other.GetAsync("/api/definitions/touchpoint?workspace=brand-two")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [SkippableFact]
    public async Task Session_Unused_EndsAfterItsTimeAndAtTheLatestAfterTheLongest()
    {
        var clock = new SteppedClock();
        await using var server = await StartAsync(b => b.Services.AddSingleton<TimeProvider>(clock));
        using var client = await server.SignInAsync();
        for (var passed = TimeSpan.Zero; passed + TimeSpan.FromDays(10) < Sessions.Longest; passed += TimeSpan.FromDays(10))
        {
            clock.Step(TimeSpan.FromDays(10));
            (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK, $"after {passed}");
        }

        clock.Step(TimeSpan.FromDays(10));
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var second = await server.SignInAsync();
        clock.Step(Sessions.Idle + TimeSpan.FromSeconds(1));
        (await second.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [SkippableFact]
    public async Task Revocation_ByAnotherProcess_HoldsWithinASecond()
    {
        var clock = new SteppedClock();
        await using var server = await StartAsync(b => b.Services.AddSingleton<TimeProvider>(clock));
        var secret = await server.CreateTokenAsync();
        var mine = server.Services.GetRequiredService<CallerStore>();
        var theirs = new CallerStore(server.Workspaces, clock);
        (await mine.FindTokenAsync(secret, CancellationToken.None)).ShouldNotBeNull();
        var caller = (await theirs.FindTokenAsync(secret, CancellationToken.None))!;
        (await server.Services.GetRequiredService<Server.Tokens.RevokeToken>().HandleAsync(caller.Id, WorkspaceKey.Default, Actor.System, CancellationToken.None)).IsOk.ShouldBeTrue();
        (await mine.FindTokenAsync(secret, CancellationToken.None)).ShouldBeNull("it was revoked here");
        clock.Step(TimeSpan.FromSeconds(1));
        (await theirs.FindTokenAsync(secret, CancellationToken.None)).ShouldBeNull("it was revoked elsewhere a second ago");
    }

    /// <summary>Text that one store takes and the other cannot: an answer, and never a failure.</summary>
    [SkippableFact]
    public async Task TextThatCannotBeStored_IsNoFailure()
    {
        await using var server = await StartAsync();
        using var owner = await server.TokenClientAsync();
        foreach (var text in new[] { "\\u0000", "\\ud800", "a\\u0000b", "\\uffff", "\\u202e" })
        {
            foreach (var (path, json) in new[]
            {
                ("/api/tokens", $$"""{"name":"{{text}}","role":"viewer"}"""),
                ("/api/people", $$"""{"email":"x{{text}}@example.com","name":"{{text}}","role":"viewer"}"""),
                ("/api/sources", $$"""{"name":"{{text}}"}"""),
            })
            {
                using var answer = await owner.PostAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{path} {json}: {await answer.Content.ReadAsStringAsync()}");
            }
        }

        foreach (var path in new[] { "/api/tokens/%00", "/api/tokens/%ED%A0%80", "/api/people/%00", "/api/definitions/touchpoint/%00", "/api/receipts/%00", "/api/customers?q=%00", "/api/customers/user_id:%00", "/api/audit?before=x" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
            {
                using var answer = await owner.SendAsync(new HttpRequestMessage(method, path));
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{method} {path}: {await answer.Content.ReadAsStringAsync()}");
            }
        }

        using var browser = await server.BrowserAsync();
        foreach (var content in new HttpContent[]
        {
            new FormUrlEncodedContent(Enumerable.Range(0, 3_000).Select(i => KeyValuePair.Create("f" + i, "x"))),
            new FormUrlEncodedContent([KeyValuePair.Create("email", "\0@example.com"), KeyValuePair.Create("password", "\0")]),
            new StringContent("--x\r\nnonsense", System.Text.Encoding.ASCII, "multipart/form-data"),
        })
        {
            using var answer = await browser.PostAsync("/session", content);
            ((int)answer.StatusCode).ShouldBeLessThan(500, await answer.Content.ReadAsStringAsync());
        }
    }

    [SkippableFact]
    public async Task SignInFailures_InParallel_AreAllCounted()
    {
        await using var server = await StartAsync();
        var failures = server.Services.GetRequiredService<SignInFailures>();
        await Task.WhenAll(Enumerable.Range(0, SignInFailures.Free).Select(_ => failures.CountAsync("x@example.com", CancellationToken.None)));
        (await failures.LockedAsync("X@example.com ", CancellationToken.None))!.Code.ShouldBe("sign_in_locked");
        await failures.ClearAsync("x@example.com", CancellationToken.None);
        (await failures.LockedAsync("x@example.com", CancellationToken.None)).ShouldBeNull();
    }
}

public sealed class SqliteStoreTests : StoreContract
{
    private protected override Task<TemasServer> StartAsync(Action<WebApplicationBuilder>? configure) => TemasServer.StartAsync(configure: configure);
}

/// <summary>The same on the PostgreSQL that <c>TEMAS_TEST_POSTGRES</c> names, in schemas of its own.</summary>
public sealed class PostgresStoreTests : StoreContract
{
    private protected override Task<TemasServer> StartAsync(Action<WebApplicationBuilder>? configure)
    {
        var address = Environment.GetEnvironmentVariable("TEMAS_TEST_POSTGRES");
        Skip.If(string.IsNullOrEmpty(address), "TEMAS_TEST_POSTGRES is not set; ./test starts a PostgreSQL and sets it.");
        return TemasServer.StartAsync(settings: s => s with { Store = address! }, configure: b =>
        {
            var settings = (TemasSettings)b.Services.Last(d => d.ServiceType == typeof(TemasSettings)).ImplementationInstance!;
            b.Services.AddSingleton(new StoreOptions { Data = settings.Data, Store = settings.Store, SchemaPrefix = "t" + Guid.NewGuid().ToString("N")[..10] });
            configure?.Invoke(b);
        });
    }
}
