using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.SignIn;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.SignIn;

public sealed class SignInTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Password = "nine green bottles";

    [Fact]
    public async Task SignIn_RightPassword_OpensSession()
    {
        using var client = await server.SignInAsync();
        var me = await client.GetFromJsonAsync<JsonElement>("/api/session");
        me.GetProperty("email").GetString().ShouldBe(TemasServer.OwnerEmail);
        me.GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("owner");
    }

    [Fact]
    public async Task Language_ChosenInTheMenu_BelongsToThePersonInEveryBrowser()
    {
        await server.CreatePersonAsync("polyglot@example.com", Role.Viewer, password: Password);
        using var visitor = await server.BrowserAsync();
        (await visitor.PostAsync("/language", Form(("language", "tr"), ("returnUrl", "/sign-in")))).Headers.GetValues("Set-Cookie").ShouldContain(c => c.StartsWith("temas-language=tr;", StringComparison.Ordinal));
        using var one = await server.SignInAsync("polyglot@example.com", Password);
        using var other = await server.SignInAsync("polyglot@example.com", Password);
        (await LanguageOf(one)).ShouldBe("en");
        using (var chosen = await one.PostAsync("/language", Form(("language", "tr"), ("returnUrl", "/w/main/customers"))))
        {
            chosen.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            chosen.Headers.Contains("Set-Cookie").ShouldBeFalse("the person keeps it, not this browser");
        }

        (await LanguageOf(one)).ShouldBe("tr");
        (await LanguageOf(other)).ShouldBe("tr");
        (await other.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("language").GetString().ShouldBe("tr");
        using (await one.PostAsync("/language", Form(("language", "xx"), ("returnUrl", "/")))) (await LanguageOf(one)).ShouldBe("tr");

        // What a visitor chose in this browser ends with the sign-in, and the sign-in page after it speaks as the person does.
        using (var signedIn = await visitor.PostAsync("/session", Form(("email", TemasServer.OwnerEmail), ("password", TemasServer.OwnerPassword)))) signedIn.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await LanguageOf(visitor)).ShouldBe("en");
        using (var left = await other.PostAsync("/sign-out", null)) left.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await LanguageOf(other, "/sign-in")).ShouldBe("tr");

        static async Task<string> LanguageOf(HttpClient client, string path = "/w/main/customers")
        {
            using var answer = await client.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            return answer.Content.Headers.ContentLanguage.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Workspace_WithAName_IsShownByIt()
    {
        await using var own = await TemasServer.StartAsync();
        using var client = await own.SignInAsync();
        await client.PostAsJsonAsync("/api/workspaces", new { key = "tea-house", name = "Çay Evi" });
        (await client.GetFromJsonAsync<JsonElement>("/api/workspaces")).GetProperty("workspaces").EnumerateArray().Single(w => w.GetProperty("key").GetString() == "tea-house").GetProperty("name").GetString().ShouldBe("Çay Evi");
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await client.GetStringAsync("/w/tea-house/customers"));
        page.QuerySelector(".workspace-name")!.TextContent.ShouldContain("Çay Evi");
        page.QuerySelectorAll("nav a[href='/w/tea-house'], nav a[href='/w/tea-house/overview']").ShouldContain(a => a.TextContent.Contains("Çay Evi", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_Cookie_IsHttpOnlyLaxAndOnThisHostAlone()
    {
        using var client = await server.BrowserAsync();
        using var answer = await client.PostAsync("/session", Form(("email", TemasServer.OwnerEmail), ("password", TemasServer.OwnerPassword)));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("temas=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldContain("path=/");
        cookie.ShouldNotContain("domain=");
    }

    [Theory]
    [InlineData(TemasServer.OwnerEmail, "not the password")]
    [InlineData("nobody@example.com", "not the password")]
    [InlineData("", "")]
    public async Task SignIn_WrongOrUnknown_GivesTheSameAnswer(string email, string password)
    {
        using var client = await server.BrowserAsync();
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        using var answer = await client.PostAsync("/session", Form(("email", email), ("password", password)));
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("sign_in_refused");
        await server.Services.GetRequiredService<SignInFailures>().ClearAsync(email, CancellationToken.None);
    }

    [Fact]
    public async Task SignIn_EmailInOtherCase_IsTheSamePerson()
    {
        await server.CreatePersonAsync("İpek.Işık@Example.com", Role.Viewer, password: Password);
        await server.CreatePersonAsync("ILIKE@EXAMPLE.COM", Role.Viewer, password: Password);
        using var client = await server.SignInAsync("ilike@example.com", Password);
        (await client.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("email").GetString().ShouldBe("ILIKE@EXAMPLE.COM");
    }

    [Theory]
    [InlineData("known@example.com")]
    [InlineData("unknown@example.com")]
    public async Task SignIn_ManyFailures_LocksKnownAndUnknownAlike(string email)
    {
        if (email.StartsWith('k')) await server.CreatePersonAsync(email, Role.Viewer, password: Password);
        using var client = await server.BrowserAsync();
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        for (var i = 0; i < SignInFailures.Free; i++)
        {
            using var refused = await client.PostAsync("/session", Form(("email", email), ("password", "wrong wrong wrong")));
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using var locked = await client.PostAsync("/session", Form(("email", email), ("password", Password)));
        locked.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        locked.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 30);
        (await locked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("sign_in_locked");
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(9, 480)]
    [InlineData(10, 900)]
    [InlineData(1_000_000, 900)]
    public void LockAfter_Failures_DoublesUpToAQuarterOfAnHour(long failures, int seconds) => SignInFailures.LockAfter(failures).TotalSeconds.ShouldBe(seconds);

    [Fact]
    public async Task SignIn_WithoutAntiforgeryToken_IsRefused()
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        using var answer = await client.PostAsync("/session", Form(("email", TemasServer.OwnerEmail), ("password", TemasServer.OwnerPassword)));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("antiforgery_failed");
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        using var client = await server.SignInAsync();
        using var answer = await client.PostAsync("/sign-out", Form());
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task SignOutEverywhere_EndsAllSessions()
    {
        await server.CreatePersonAsync("two-devices@example.com", Role.Viewer, password: Password);
        using var phone = await server.SignInAsync("two-devices@example.com", Password);
        using var desk = await server.SignInAsync("two-devices@example.com", Password);
        (await phone.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var answer = await desk.PostAsync("/sign-out/everywhere", Form());
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await phone.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ChangePassword_Own_EndsSessionsAndTheOldPassword()
    {
        const string email = "changes@example.com", next = "eight brown bottles";
        await server.CreatePersonAsync(email, Role.Viewer, password: Password);
        using var client = await server.SignInAsync(email, Password);
        using var wrong = await client.PostAsJsonAsync("/api/session/password", new { present = "not it at all", password = next });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var changed = await client.PostAsJsonAsync("/api/session/password", new { present = Password, password = next });
        changed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var again = await server.SignInAsync(email, next);
    }

    [Fact]
    public async Task ChangeSelf_NameAndLanguage_AndNothingElse()
    {
        const string email = "self@example.com";
        await server.CreatePersonAsync(email, Role.Viewer, password: Password);
        using var client = await server.SignInAsync(email, Password);
        using (var changed = await client.PatchAsJsonAsync("/api/session", new { name = "Şule", language = "tr", role = "owner", disabled = true })) changed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var me = await client.GetFromJsonAsync<JsonElement>("/api/session");
        me.GetProperty("name").GetString().ShouldBe("Şule");
        me.GetProperty("language").GetString().ShouldBe("tr");
        me.GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("viewer");
        using var wrong = await client.PatchAsJsonAsync("/api/session", new { language = "xx" });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task DisabledPerson_IsSignedOutAndStaysOut()
    {
        const string email = "leaves@example.com";
        var id = await server.CreatePersonAsync(email, Role.Viewer, password: Password);
        using var client = await server.SignInAsync(email, Password);
        using var owner = await server.SignInAsync();
        using var disabled = await owner.PatchAsJsonAsync($"/api/people/{id}", new { disabled = true });
        disabled.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var browser = await server.BrowserAsync();
        using var answer = await browser.PostAsync("/session", Form(("email", email), ("password", Password)));
        answer.Headers.Location!.OriginalString.ShouldBe("/sign-in?problem=sign_in_refused");
    }

    [Theory]
    [InlineData("/w/main/customers?q=a", "/w/main/customers?q=a")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/\r\nSet-Cookie: a=b", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void ReturnUrl_OnlyPathsOfThisServer(string? url, string expected) => ReturnUrl.Local(url).ShouldBe(expected);

    [Theory]
    [InlineData("short", "password_too_short")]
    [InlineData("passwordpassword", "password_common")]
    [InlineData("PASSWORD1234", "password_common")]
    [InlineData("aaaaaaaaaaaaaaa", "password_common")]
    [InlineData("abcdefghijklmnopq", "password_common")]
    [InlineData("someone@example.com", "password_is_email")]
    [InlineData("Someone@Example.com123", null)]
    [InlineData("four words make one", null)]
    public void PasswordRules_Check_NamesTheFault(string password, string? code) => PasswordRules.Check(password, "someone@example.com")?.Code.ShouldBe(code);

    [Fact]
    public void PasswordRules_Generate_PassesItsOwnRules()
    {
        var password = PasswordRules.Generate();
        PasswordRules.Check(password, "someone@example.com").ShouldBeNull();
        PasswordRules.Generate().ShouldNotBe(password);
    }
}
