using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.IdentityModel.Tokens;
using Temas.Kernel;
using Temas.Server.Oidc;
using Temas.Server.Settings;
using Temas.Server.Tests.Invitations;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Oidc;

public sealed class OidcTests : IAsyncLifetime
{
    private const string Password = "nine green bottles";

    private readonly SteppedClock clock = new();
    private FakeProvider provider = null!;
    private TemasServer server = null!;

    public async Task InitializeAsync()
    {
        provider = await FakeProvider.StartAsync();
        server = await StartAsync(provider.Settings);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task SignIn_ByVerifiedAddress_LinksAndFromThenOnKnowsTheSubject()
    {
        await server.CreatePersonAsync("OIDC@example.com", Role.Analyst, password: Password);
        using var browser = await server.BrowserAsync();
        var page = new HtmlParser().ParseDocument(await browser.GetStringAsync("/sign-in?returnUrl=%2Fw%2Fmain%2Fcustomers"));
        var button = page.QuerySelector("a[href^='/sign-in/oidc']")!;
        button.TextContent.ShouldContain("Company sign-in");
        (await FollowAsync(browser, button.GetAttribute("href")!)).ShouldBe("/w/main/customers");
        (await browser.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("email").GetString().ShouldBe("OIDC@example.com");

        // The address changes there; the person stays the same here, verified or not.
        provider.Claims["email"] = "renamed@example.com";
        provider.Claims["email_verified"] = false;
        using var again = await server.BrowserAsync();
        (await FollowAsync(again, "/sign-in/oidc")).ShouldBe("/");
        (await again.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("email").GetString().ShouldBe("OIDC@example.com");

        // Somebody else there who was given the old address does not get the account with it.
        provider.Claims = new() { ["sub"] = "subject-2", ["email"] = "oidc@example.com", ["email_verified"] = true };
        using var other = await server.BrowserAsync();
        (await FollowAsync(other, "/sign-in/oidc")).ShouldBe("/sign-in?problem=oidc_unknown_person");
        (await other.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var owner = await server.TokenClientAsync();
        var trail = await owner.GetStringAsync("/api/audit");
        trail.ShouldContain("person.oidc_linked");
        foreach (var canary in new[] { FakeProvider.ClientSecret, "oidc@example.com", "subject-1" }) server.Log.Lines.ShouldNotContain(l => l.Contains(canary, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SignIn_OfNobody_NeedsAnInvitation()
    {
        using var browser = await server.BrowserAsync();
        (await FollowAsync(browser, "/sign-in/oidc")).ShouldBe("/sign-in?problem=oidc_unknown_person");
        (await browser.GetStringAsync("/sign-in?problem=oidc_unknown_person")).ShouldContain("notice-danger");
        using var owner = await server.TokenClientAsync();
        await InvitationTests.InviteAsync(owner, "OIDC@EXAMPLE.COM", "manager");
        (await FollowAsync(browser, "/sign-in/oidc")).ShouldBe("/");
        var me = await browser.GetFromJsonAsync<JsonElement>("/api/session");
        (me.GetProperty("name").GetString(), me.GetProperty("workspaces")[0].GetProperty("role").GetString()).ShouldBe(("Ödül Şahin", "manager"));
        (await owner.GetFromJsonAsync<JsonElement>("/api/invitations")).GetProperty("invitations").GetArrayLength().ShouldBe(0);

        // No password was made up for such a person: none signs in.
        foreach (var password in new[] { "", "oidc@example.com", Password })
        {
            using var guest = await server.BrowserAsync();
            (await PostAsync(guest, "/session", ("email", "oidc@example.com"), ("password", password))).ShouldBe("/sign-in?problem=sign_in_refused");
        }
    }

    [Fact]
    public async Task SignIn_WithADefaultRole_AddsThoseOfTheAllowedDomains()
    {
        await using var open = await StartAsync(provider.Settings with { Role = Role.Viewer, Domains = ["example.com"] });
        using var browser = await open.BrowserAsync();
        (await FollowAsync(browser, "/sign-in/oidc")).ShouldBe("/");
        (await browser.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("viewer");
        foreach (var email in new[] { "x@evil.example", "x@example.com.evil.example", "x@notexample.com" })
        {
            provider.Claims = new() { ["sub"] = email, ["email"] = email, ["email_verified"] = true };
            using var other = await open.BrowserAsync();
            (await FollowAsync(other, "/sign-in/oidc")).ShouldBe("/sign-in?problem=oidc_domain_not_allowed", email);
        }
    }

    [Fact]
    public async Task Address_UnverifiedMissingOrAskedFor()
    {
        await server.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        foreach (var unverified in new object[] { false, "false", "yes", 1 })
        {
            provider.Claims["email_verified"] = unverified;
            (await EndAsync()).ShouldBe("/sign-in?problem=oidc_email_unverified", $"{unverified}");
        }

        provider.Claims.Remove("email_verified");
        (await EndAsync()).ShouldBe("/sign-in?problem=oidc_email_unverified");
        provider.Claims.Remove("email");
        (await EndAsync()).ShouldBe("/sign-in?problem=oidc_email_missing");

        // Asked for where discovery names the place; an answer about somebody else is none.
        provider.UserInfo = new() { ["sub"] = "somebody else", ["email"] = "oidc@example.com", ["email_verified"] = true };
        await using var fresh = await StartAsync(provider.Settings);
        await fresh.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        (await EndAsync(fresh)).ShouldBe("/sign-in?problem=oidc_refused");
        provider.UserInfo["sub"] = "subject-1";
        (await EndAsync(fresh)).ShouldBe("/");
    }

    public static TheoryData<string> Lies => ["nonce", "no nonce", "audience", "two audiences", "issuer", "expired", "no end", "not yet", "unsigned", "none", "wrong key", "symmetric", "tampered", "no subject", "no token"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Token_ThatIsNotWhatItMustBe_IsRefused(string lie)
    {
        await server.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        provider.Twist = d =>
        {
            switch (lie)
            {
                case "nonce": d.Claims["nonce"] = "another"; break;
                case "no nonce": d.Claims.Remove("nonce"); break;
                case "audience": d.Audience = "another client"; break;
                case "two audiences": d.Audiences.Add("another client"); break;
                case "issuer": d.Issuer = "https://evil.example"; break;
                case "expired": (d.NotBefore, d.IssuedAt, d.Expires) = (now.AddHours(-2), now.AddHours(-2), now.AddMinutes(-3)); break;
                case "no end": d.Expires = null; break;
                case "not yet": (d.NotBefore, d.Expires) = (now.AddMinutes(30), now.AddMinutes(40)); break;
                case "unsigned": d.SigningCredentials = null; break;
                case "wrong key": d.SigningCredentials = new SigningCredentials(FakeProvider.NewKey(), SecurityAlgorithms.RsaSha256); break;
                case "symmetric": d.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(FakeProvider.ClientSecret.PadRight(32, 'x'))), SecurityAlgorithms.HmacSha256); break;
                case "no subject": d.Claims.Remove("sub"); break;
            }
        };
        provider.Forge = token => lie switch
        {
            "none" => Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + token.Split('.')[1] + ".",
            "tampered" => string.Join('.', token.Split('.')[0], Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(token.Split('.')[1]).Replace("subject-1", "subject-9", StringComparison.Ordinal)), token.Split('.')[2]),
            "no token" => "not a token",
            _ => token,
        };
        (await EndAsync()).ShouldBe("/sign-in?problem=oidc_refused");
        (provider.Twist, provider.Forge) = (null, null);
        (await EndAsync()).ShouldBe("/");
    }

    [Fact]
    public async Task Keys_Changed_AreLookedUpAnew()
    {
        await server.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        (await EndAsync()).ShouldBe("/");
        provider.Key = FakeProvider.NewKey();
        (await EndAsync()).ShouldBe("/");
    }

    [Fact]
    public async Task Return_WithoutOrWithAnothersState_IsRefused()
    {
        await server.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        using var nobody = await server.BrowserAsync();
        (await LocationAsync(nobody, $"{OidcSignIn.Callback}?code=x&state=y")).ShouldBe("/sign-in?problem=oidc_state_expired");
        (await LocationAsync(nobody, OidcSignIn.Callback)).ShouldBe("/sign-in?problem=oidc_state_expired");

        // An attacker's own way back, put under the victim's eyes.
        using var attacker = await server.BrowserAsync();
        var planted = await BackAsync(attacker, "/sign-in/oidc");
        using var victim = await server.BrowserAsync();
        (await LocationAsync(victim, planted)).ShouldBe("/sign-in?problem=oidc_state_expired");
        await LocationAsync(victim, "/sign-in/oidc");
        (await LocationAsync(victim, planted)).ShouldBe("/sign-in?problem=oidc_state_expired");

        // Once, and not too late.
        (await LocationAsync(attacker, planted)).ShouldBe("/");
        (await LocationAsync(attacker, planted)).ShouldBe("/sign-in?problem=oidc_state_expired");
        using var slow = await server.BrowserAsync();
        var back = await BackAsync(slow, "/sign-in/oidc");
        clock.Step(OidcStates.Life);
        (await LocationAsync(slow, back)).ShouldBe("/sign-in?problem=oidc_state_expired");
    }

    [Theory]
    [InlineData("access_denied", "oidc_denied")]
    [InlineData("login_required", "oidc_denied")]
    [InlineData("temporarily_unavailable", "oidc_unreachable")]
    public async Task Provider_SaysNo_IsToldOnTheSignInPage(string error, string problem)
    {
        provider.Error = error;
        (await EndAsync()).ShouldBe($"/sign-in?problem={problem}");
        using var browser = await server.BrowserAsync();
        foreach (var (language, word) in new[] { ("en", "provider"), ("tr", "sağlayıcı") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/sign-in?problem={problem}");
            request.Headers.AcceptLanguage.ParseAdd(language);
            using var page = await browser.SendAsync(request);
            new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector(".notice-danger")!.TextContent.ShouldContain(word);
        }
    }

    [Fact]
    public async Task Provider_Gone_IsToldAndThePasswordStillWorks()
    {
        provider.Broken = true;
        (await EndAsync()).ShouldBe("/sign-in?problem=oidc_unreachable");
        await using var lost = await StartAsync(provider.Settings with { Authority = "http://127.0.0.1:1" });
        using var browser = await lost.BrowserAsync();
        (await LocationAsync(browser, "/sign-in/oidc")).ShouldBe("/sign-in?problem=oidc_unreachable");
        using var owner = await lost.SignInAsync();
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task ReturnUrl_OfAnotherSite_IsNotFollowed(string url)
    {
        await server.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        using var browser = await server.BrowserAsync();
        (await FollowAsync(browser, $"/sign-in/oidc?returnUrl={Uri.EscapeDataString(url)}")).ShouldBe("/");
    }

    [Fact]
    public async Task Person_LockedOutOrWithASecondFactor_IsNotSignedInByTheProviderAlone()
    {
        var id = await server.CreatePersonAsync("oidc@example.com", Role.Viewer, password: Password);
        (await EndAsync()).ShouldBe("/");
        using var owner = await server.TokenClientAsync();
        using (await owner.PatchAsJsonAsync($"/api/people/{id}", new { disabled = true })) (await EndAsync()).ShouldBe("/sign-in?problem=oidc_unknown_person");
        using (await owner.PatchAsJsonAsync($"/api/people/{id}", new { disabled = false })) (await EndAsync()).ShouldBe("/");
        using var person = await server.SignInAsync("oidc@example.com", Password);
        var begun = await (await person.PostAsJsonAsync("/api/session/second-factor/begin", new { password = Password })).Content.ReadFromJsonAsync<JsonElement>();
        using (var confirmed = await person.PostAsJsonAsync("/api/session/second-factor/confirm", new { code = SecondFactor.Authenticator.Code(begun.GetProperty("secret").GetString()!, clock) })) confirmed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await EndAsync()).ShouldBe("/sign-in/code");
        (await owner.DeleteAsync($"/api/people/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await EndAsync()).ShouldBe("/sign-in?problem=oidc_unknown_person");
    }

    [Fact]
    public async Task NotSet_ThereIsNoButtonAndNoWay()
    {
        await using var without = await TemasServer.StartAsync();
        using var browser = await without.BrowserAsync();
        (await browser.GetStringAsync("/sign-in")).ShouldNotContain("/sign-in/oidc");
        (await LocationAsync(browser, "/sign-in/oidc")).ShouldBe("/sign-in?problem=oidc_not_set");
        (await LocationAsync(browser, OidcSignIn.Callback)).ShouldBe("/sign-in?problem=oidc_not_set");
    }

    private Task<TemasServer> StartAsync(OidcSettings settings) =>
        TemasServer.StartAsync(settings: s => s with { Oidc = settings }, configure: b => b.Services.AddSingleton<TimeProvider>(clock));

    private Task<string> EndAsync() => EndAsync(server);

    private static async Task<string> EndAsync(TemasServer of)
    {
        using var browser = await of.BrowserAsync();
        return await FollowAsync(browser, "/sign-in/oidc");
    }

    /// <summary>Goes the whole way: to the provider, back, and gives where it ends.</summary>
    private static async Task<string> FollowAsync(HttpClient browser, string path) => await LocationAsync(browser, await BackAsync(browser, path));

    /// <summary>Goes to the provider; gives the way back that it sends the browser.</summary>
    private static async Task<string> BackAsync(HttpClient browser, string path)
    {
        var there = await LocationAsync(browser, path);
        there.ShouldStartWith("http://127.0.0.1");
        return new Uri(await LocationAsync(browser, there)).PathAndQuery;
    }

    private static async Task<string> LocationAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        ((int)answer.StatusCode).ShouldBeInRange(300, 399, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return answer.Headers.Location!.OriginalString;
    }
}
