using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Temas.Kernel;
using Temas.Server.SecondFactor;
using Temas.Server.SignIn;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.SecondFactor;

public sealed class SecondFactorTests : IAsyncLifetime
{
    private const string Password = "nine green bottles", Email = "two@example.com", Page = "/w/main/settings/account/second-factor";

    private readonly SteppedClock clock = new();
    private TemasServer server = null!;
    private string id = "";

    public async Task InitializeAsync()
    {
        server = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        id = await server.CreatePersonAsync(Email, Role.Viewer, password: Password);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task TurnedOn_OnThePage_IsAskedForAtTheNextSignIn()
    {
        using var person = await server.SignInAsync(Email, Password);
        (await PostAsync(person, $"{Page}/begin", ("password", "not it at all"))).ShouldBe($"{Page}?problem=password_wrong");
        (await PostAsync(person, $"{Page}/begin", ("password", Password))).ShouldBe(Page);
        var page = await PageAsync(person, Page);
        page.QuerySelector("svg.qr path")!.GetAttribute("d")!.Length.ShouldBeGreaterThan(1000);
        var secret = Authenticator.Decode(page.QuerySelector("#totp-secret")!.TextContent);
        (await PostAsync(person, $"{Page}/confirm", ("code", "000000"))).ShouldBe($"{Page}?problem=code_wrong");
        // It is not on yet.
        using (await server.SignInAsync(Email, Password))
        {
        }

        (await PostAsync(person, $"{Page}/confirm", ("code", Code(secret)[..3] + " " + Code(secret)[3..]))).ShouldBe(Page);
        page = await PageAsync(person, Page);
        var codes = page.QuerySelector("#recovery-codes")!.TextContent.Split('\n');
        codes.Length.ShouldBe(10);
        (await PageAsync(person, Page)).QuerySelector("#recovery-codes").ShouldBeNull("they are shown once");
        (await person.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var browser = await server.BrowserAsync();
        (await PostAsync(browser, "/session", ("email", Email), ("password", Password), ("returnUrl", "/w/main/customers"))).ShouldBe("/sign-in/code?returnUrl=%2Fw%2Fmain%2Fcustomers");
        (await browser.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "the password alone opens nothing");
        (await browser.GetAsync("/sign-in/code")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(browser, "/session/code", ("code", Code(secret)), ("returnUrl", "/w/main/customers"))).ShouldBe("/sign-in/code?problem=code_wrong&returnUrl=%2Fw%2Fmain%2Fcustomers", "the code that confirmed was used");
        clock.Step(TimeSpan.FromSeconds(30));
        (await PostAsync(browser, "/session/code", ("code", Code(secret)), ("returnUrl", "//evil.example"))).ShouldBe("/");
        (await browser.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // The same code twice.
        using var second = await server.BrowserAsync();
        await PostAsync(second, "/session", ("email", Email), ("password", Password));
        (await PostAsync(second, "/session/code", ("code", Code(secret)))).ShouldBe("/sign-in/code?problem=code_wrong");
        // A recovery code works once, however it is typed.
        (await PostAsync(second, "/session/code", ("code", codes[3].ToUpperInvariant().Replace('-', ' ')))).ShouldBe("/");
        using var third = await server.BrowserAsync();
        await PostAsync(third, "/session", ("email", Email), ("password", Password));
        (await PostAsync(third, "/session/code", ("code", codes[3]))).ShouldBe("/sign-in/code?problem=code_wrong");
        (await person.GetFromJsonAsync<JsonElement>("/api/session/second-factor")).GetProperty("recoveryCodes").GetInt32().ShouldBe(9);

        using var owner = await server.SignInAsync();
        var trail = await owner.GetStringAsync("/api/audit?limit=500");
        trail.ShouldContain("person.second_factor_on");
        trail.ShouldContain("person.recovery_code_used");
        var kept = Totp.Base32(secret);
        foreach (var canary in codes.Append(kept).Append(codes[0].Replace("-", "", StringComparison.Ordinal)))
        {
            trail.ShouldNotContain(canary);
            server.Log.Lines.ShouldNotContain(l => l.Contains(canary, StringComparison.OrdinalIgnoreCase));
        }

        // Nothing of it lies in the database in clear.
        await using var db = await server.Workspaces.System.OpenAsync(CancellationToken.None);
        var stored = (await db.ExecuteScalarAsync<string>("select secret from second_factor"))!;
        stored.ShouldNotContain(kept);
        stored.ShouldNotContain(Convert.ToBase64String(secret));
        (await db.QueryAsync<string>("select digest from recovery_code")).ShouldAllBe(d => d.Length == 64);
    }

    [Fact]
    public async Task SecondStep_FiveAttemptsOrFiveMinutes_ThenThePasswordAgain()
    {
        var (secret, _) = await TurnOnAsync(Email, Password);
        using var browser = await server.BrowserAsync();
        await PostAsync(browser, "/session", ("email", Email), ("password", Password));
        clock.Step(PendingSignIns.Life + TimeSpan.FromSeconds(1));
        (await PostAsync(browser, "/session/code", ("code", Code(secret)))).ShouldBe("/sign-in?problem=second_step_over");
        (await browser.GetAsync("/sign-in/code")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        // Wrong codes lock, and the right password between them does not forget them.
        for (var i = 0; i < SignInFailures.Free; i++)
        {
            await PostAsync(browser, "/session", ("email", Email), ("password", Password));
            (await PostAsync(browser, "/session/code", ("code", "000000"))).ShouldBe("/sign-in/code?problem=code_wrong");
        }

        (await PostAsync(browser, "/session/code", ("code", Code(secret)))).ShouldBe("/sign-in/code?problem=sign_in_locked");
        (await PostAsync(browser, "/session", ("email", Email), ("password", Password))).ShouldBe("/sign-in?problem=sign_in_locked");
        clock.Step(TimeSpan.FromSeconds(31));
        await PostAsync(browser, "/session", ("email", Email), ("password", Password));
        (await PostAsync(browser, "/session/code", ("code", Code(secret)))).ShouldBe("/");

        // Five attempts within one second step.
        var failures = server.Services.GetRequiredService<SignInFailures>();
        using var guesser = await server.BrowserAsync();
        await PostAsync(guesser, "/session", ("email", Email), ("password", Password));
        for (var i = 0; i < PendingSignIns.MostAttempts; i++)
        {
            (await PostAsync(guesser, "/session/code", ("code", "000000"))).ShouldBe("/sign-in/code?problem=code_wrong");
            await failures.ClearAsync(Email, CancellationToken.None);
        }

        clock.Step(TimeSpan.FromSeconds(60));
        (await PostAsync(guesser, "/session/code", ("code", Code(secret)))).ShouldBe("/sign-in?problem=second_step_over");
    }

    [Fact]
    public async Task SecondStep_WithoutOrWithAnothersCookie_OpensNothing()
    {
        await TurnOnAsync(Email, Password);
        using var browser = await server.BrowserAsync();
        (await PostAsync(browser, "/session/code", ("code", "123456"))).ShouldBe("/sign-in?problem=second_step_over");
        using var pending = await server.BrowserAsync();
        await PostAsync(pending, "/session", ("email", Email), ("password", Password));
        // A password that was changed meanwhile has to be shown anew.
        await server.Services.GetRequiredService<Temas.Server.People.ChangePassword>().ForAsync(Email, "eight brown bottles", Actor.System, CancellationToken.None);
        (await PostAsync(pending, "/session/code", ("code", "123456"))).ShouldBe("/sign-in?problem=second_step_over");
    }

    [Fact]
    public async Task SameCode_ByTwoAtOnce_SignsInOne()
    {
        var (secret, codes) = await TurnOnAsync(Email, Password);
        clock.Step(TimeSpan.FromSeconds(30));
        foreach (var code in new[] { Code(secret), codes[0] })
        {
            var browsers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.BrowserAsync()));
            foreach (var browser in browsers) await PostAsync(browser, "/session", ("email", Email), ("password", Password));
            var answers = await Task.WhenAll(browsers.Select(b => PostAsync(b, "/session/code", ("code", code))));
            answers.Count(a => a == "/").ShouldBe(1);
            await server.Services.GetRequiredService<SignInFailures>().ClearAsync(Email, CancellationToken.None);
        }
    }

    [Fact]
    public async Task TurnedOff_ByPasswordAndCode_IsNotAskedForAnyMore()
    {
        var (secret, codes) = await TurnOnAsync(Email, Password);
        clock.Step(TimeSpan.FromSeconds(30));
        using var person = await SignInTwiceAsync(secret);
        clock.Step(TimeSpan.FromSeconds(30));
        (await PostAsync(person, $"{Page}/off", ("password", "not it at all"), ("code", Code(secret)))).ShouldBe($"{Page}?problem=password_wrong");
        (await PostAsync(person, $"{Page}/off", ("password", Password), ("code", "000000"))).ShouldBe($"{Page}?problem=code_wrong");
        (await PostAsync(person, $"{Page}/begin", ("password", Password))).ShouldBe($"{Page}?problem=second_factor_on");
        (await PostAsync(person, $"{Page}/codes", ("code", Code(secret)))).ShouldBe(Page);
        var renewed = (await PageAsync(person, Page)).QuerySelector("#recovery-codes")!.TextContent.Split('\n');
        (await PostAsync(person, $"{Page}/off", ("password", Password), ("code", codes[0]))).ShouldBe($"{Page}?problem=code_wrong", "those from before stop");
        (await PostAsync(person, $"{Page}/off", ("password", Password), ("code", renewed[0]))).ShouldBe(Page);
        using var again = await server.SignInAsync(Email, Password);
        (await PostAsync(again, $"{Page}/confirm", ("code", Code(secret)))).ShouldBe($"{Page}?problem=second_factor_not_begun");
        (await PostAsync(again, $"{Page}/codes", ("code", Code(secret)))).ShouldBe($"{Page}?problem=second_factor_off");
    }

    [Fact]
    public async Task Begun_AndNotConfirmedInTime_IsForgotten()
    {
        using var person = await server.SignInAsync(Email, Password);
        var begun = await (await person.PostAsJsonAsync("/api/session/second-factor/begin", new { password = Password })).Content.ReadFromJsonAsync<JsonElement>();
        var secret = Authenticator.Decode(begun.GetProperty("secret").GetString()!);
        begun.GetProperty("uri").GetString().ShouldStartWith("otpauth://totp/Temas:two%40example.com?secret=");
        clock.Step(ChangeSecondFactor.Patience);
        using var late = await person.PostAsJsonAsync("/api/session/second-factor/confirm", new { code = Code(secret) });
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await person.GetStringAsync(Page)).ShouldNotContain("totp-secret");
    }

    [Fact]
    public async Task Required_ByTheOwner_ClosesTheWorkspaceUntilItIsSetUp()
    {
        using var owner = await server.SignInAsync();
        using var person = await server.SignInAsync(Email, Password);
        using var token = await server.TokenClientAsync(Role.Viewer);
        (await PostAsync(owner, "/w/main/settings/people/rules", ("secondFactor", "required"))).ShouldBe("/w/main/settings/people");
        foreach (var client in new[] { owner, person })
        {
            using var led = await client.GetAsync("/w/main/customers");
            ((int)led.StatusCode, led.Headers.Location!.OriginalString).ShouldBe((303, Page));
            using var refused = await client.GetAsync("/api/customers");
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("second_factor_required");
            (await client.GetAsync("/w/main/settings/account")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using (var change = await owner.PatchAsJsonAsync("/api/access-rules", new { secondFactor = false })) change.StatusCode.ShouldBe(HttpStatusCode.Forbidden, "not even the owner gets around it");
        (await token.GetAsync("/api/customers")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PageAsync(person, Page)).QuerySelector(".notice-warn").ShouldNotBeNull();

        await TurnOnAsync(Email, Password, person);
        (await person.GetAsync("/w/main/customers")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await TurnOnAsync(TemasServer.OwnerEmail, TemasServer.OwnerPassword, owner);
        var people = (await owner.GetFromJsonAsync<JsonElement>("/api/people")).GetProperty("people").EnumerateArray().ToList();
        people.ShouldAllBe(p => p.GetProperty("secondFactor").GetBoolean());
        (await owner.GetFromJsonAsync<JsonElement>("/api/access-rules")).GetProperty("secondFactor").GetBoolean().ShouldBeTrue();
        var entry = (await owner.GetFromJsonAsync<JsonElement>("/api/audit?action=workspace.second_factor_rule")).GetProperty("entries")[0];
        (entry.GetProperty("before").GetString(), entry.GetProperty("after").GetString()).ShouldBe(("""{"required":false}""", """{"required":true}"""));

        // Another workspace asks for nothing.
        await server.CreateWorkspaceAsync("easy");
        await server.CreatePersonAsync("easy@example.com", Role.Viewer, "easy", Password);
        await server.CreatePersonAsync("easy@example.com", Role.Viewer);
        using var both = await server.SignInAsync("easy@example.com", Password);
        (await both.GetAsync("/w/easy/customers")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await both.GetAsync("/w/main/customers")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Reset_ByAnOwner_IsRefusedForSomebodyOfTwoWorkspaces()
    {
        await TurnOnAsync(Email, Password);
        using var owner = await server.SignInAsync();
        (await PostAsync(owner, $"/w/main/settings/people/{id}/second-factor")).ShouldBe($"/w/main/settings/people/{id}");
        using (await server.SignInAsync(Email, Password))
        {
        }

        (await owner.DeleteAsync($"/api/people/{id}/second-factor")).StatusCode.ShouldBe(HttpStatusCode.Conflict, "it is off already");
        clock.Step(TimeSpan.FromSeconds(60));
        await TurnOnAsync(Email, Password);
        await server.CreateWorkspaceAsync("beside");
        await server.CreatePersonAsync(Email, Role.Viewer, "beside");
        (await owner.DeleteAsync($"/api/people/{id}/second-factor")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await manager.DeleteAsync($"/api/people/{id}/second-factor")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await manager.PatchAsJsonAsync("/api/access-rules", new { secondFactor = true })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await manager.GetAsync("/api/session/second-factor")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task PasswordLink_WithASecondFactor_StillAsksForTheCode()
    {
        var (secret, _) = await TurnOnAsync(Email, Password);
        clock.Step(TimeSpan.FromSeconds(30));
        using var owner = await server.TokenClientAsync();
        using var made = await owner.PostAsync($"/api/people/{id}/password-link", null);
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!.Split("token=")[1];
        using var browser = await server.BrowserAsync();
        (await PostAsync(browser, "/new-password", ("token", token), ("password", "eight brown bottles"), ("again", "eight brown bottles"))).ShouldBe("/sign-in/code");
        (await browser.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(browser, "/session/code", ("code", Code(secret)))).ShouldBe("/");
    }

    [Fact]
    public async Task Keys_Lost_LeaveTheRecoveryCodes()
    {
        var (secret, codes) = await TurnOnAsync(Email, Password);
        await using (var db = await server.Workspaces.System.OpenAsync(CancellationToken.None)) await db.ExecuteAsync("update second_factor set secret = 'not ours'");
        clock.Step(TimeSpan.FromSeconds(30));
        using var browser = await server.BrowserAsync();
        await PostAsync(browser, "/session", ("email", Email), ("password", Password));
        (await PostAsync(browser, "/session/code", ("code", Code(secret)))).ShouldBe("/sign-in/code?problem=code_wrong");
        (await PostAsync(browser, "/session/code", ("code", codes[0]))).ShouldBe("/");
    }

    private async Task<HttpClient> SignInTwiceAsync(byte[] secret)
    {
        var browser = await server.BrowserAsync();
        await PostAsync(browser, "/session", ("email", Email), ("password", Password));
        (await PostAsync(browser, "/session/code", ("code", Code(secret)))).ShouldBe("/");
        await TemasServer.RenewAntiforgeryAsync(browser);
        return browser;
    }

    private async Task<(byte[] Secret, IReadOnlyList<string> Codes)> TurnOnAsync(string email, string password, HttpClient? signedIn = null)
    {
        var client = signedIn ?? await server.SignInAsync(email, password);
        using var begun = await client.PostAsJsonAsync("/api/session/second-factor/begin", new { password });
        begun.StatusCode.ShouldBe(HttpStatusCode.OK, await begun.Content.ReadAsStringAsync());
        var secret = Authenticator.Decode((await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!);
        using var confirmed = await client.PostAsJsonAsync("/api/session/second-factor/confirm", new { code = Code(secret) });
        confirmed.StatusCode.ShouldBe(HttpStatusCode.OK);
        var codes = (await confirmed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(c => c.GetString()!).ToList();
        if (signedIn is null) client.Dispose();
        return (secret, codes);
    }

    private string Code(byte[] secret) => Totp.CodeOf(secret, Totp.StepOf(clock.GetUtcNow()));
}
