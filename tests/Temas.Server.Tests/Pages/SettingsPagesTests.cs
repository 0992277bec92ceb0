using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Pages;
using Temas.Server.SignIn;
using Temas.Ui.Forms;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Pages;

/// <summary>The pages of people, tokens, audit trail and account, as a browser without scripts uses them.</summary>
public sealed class SettingsPagesTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Password = "nine green bottles";

    [Fact]
    public async Task Person_OnOwnPage_IsChangedLockedOutAndRemoved()
    {
        var id = await server.CreatePersonAsync("page@example.com", Role.Viewer, password: Password);
        using var owner = await server.SignInAsync();
        using var person = await server.SignInAsync("page@example.com", Password);
        var page = $"/w/main/settings/people/{id}";
        (await PostAsync(owner, $"{page}/role", ("role", "manager"))).ShouldBe(page);
        var entry = (await EntriesAsync(owner, $"action=person.changed")).First(e => e.GetProperty("target").GetString()!.Contains(id, StringComparison.Ordinal));
        (entry.GetProperty("before").GetString(), entry.GetProperty("after").GetString()).ShouldBe(("{\"role\":\"viewer\"}", "{\"role\":\"manager\"}"));
        (await PostAsync(owner, $"{page}/role", ("role", "emperor"))).ShouldBe($"{page}?problem=role_unknown");

        (await PostAsync(owner, $"{page}/disable")).ShouldBe(page);
        (await person.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(owner, $"{page}/enable")).ShouldBe(page);
        (await PostAsync(owner, $"{page}/remove")).ShouldBe("/w/main/settings/people");
        (await owner.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Person_OfTwoWorkspaces_KeepsThePasswordWhateverOneOwnerWants()
    {
        await server.CreateWorkspaceAsync("second");
        var id = await server.CreatePersonAsync("both@example.com", Role.Viewer, password: Password);
        await server.CreatePersonAsync("both@example.com", Role.Owner, "second");
        using var owner = await server.SignInAsync();
        var page = $"/w/main/settings/people/{id}";
        (await PageAsync(owner, page)).QuerySelector("[data-open-dialog=password-link]").ShouldBeNull();
        (await PostAsync(owner, $"{page}/password-link")).ShouldBe($"{page}?problem=person_shared");
        (await PostAsync(owner, $"{page}/disable")).ShouldBe($"{page}?problem=person_shared");
        using var person = await server.SignInAsync("both@example.com", Password);
    }

    [Theory]
    [InlineData(Role.Manager, HttpStatusCode.Forbidden)]
    [InlineData(Role.Viewer, HttpStatusCode.Forbidden)]
    public async Task Pages_OfOwners_AreClosedToOthers(Role role, HttpStatusCode expected)
    {
        var email = $"closed-{role}@example.com";
        await server.CreatePersonAsync(email, role, password: Password);
        using var client = await server.SignInAsync(email, Password);
        foreach (var path in new[] { "tokens", "audit" }) (await client.GetAsync($"/w/main/settings/{path}")).StatusCode.ShouldBe(expected);
        // Managers see who is there and invite; everything else about people is the owners'.
        (await client.GetAsync("/w/main/settings/people")).StatusCode.ShouldBe(role == Role.Manager ? HttpStatusCode.OK : expected);
        foreach (var path in new[] { "people/0/role", "people/0/password-link", "people/0/disable", "people/0/remove", "tokens" }) (await client.PostAsync($"/w/main/settings/{path}", Form(("name", "x"), ("role", "owner"), ("email", "x@example.com")))).StatusCode.ShouldBe(expected);
        var account = await PageAsync(client, "/w/main/settings/account");
        (account.QuerySelectorAll("a[href='/w/main/settings/people']").Length > 0).ShouldBe(role == Role.Manager);
        account.QuerySelectorAll("a[href='/w/main/settings/tokens']").ShouldBeEmpty();
    }

    [Fact]
    public async Task Token_MadeOnThePage_IsShownOnceToItsMakerAndRevoked()
    {
        using var owner = await server.SignInAsync();
        const string tokens = "/w/main/settings/tokens";
        (await PostAsync(owner, tokens, ("name", "Aylık rapor"), ("role", "viewer"), ("end", "2999-12-31"))).ShouldBe(tokens);
        var page = await PageAsync(owner, tokens);
        var secret = page.QuerySelector("#token-secret")!.TextContent;
        (await PageAsync(owner, tokens)).QuerySelector("#token-secret").ShouldBeNull();
        using var program = server.Anonymous();
        program.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        (await program.GetAsync("/api/customers")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var form = page.QuerySelectorAll("form").Single(f => f.GetAttribute("action")!.EndsWith("/revoke", StringComparison.Ordinal) && f.Closest("dialog")!.TextContent.Contains("Aylık rapor", StringComparison.Ordinal));
        (await PostAsync(owner, form.GetAttribute("action")!)).ShouldBe(tokens);
        (await program.GetAsync("/api/customers")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await EntriesAsync(owner, "action=token.revoked"))[0].GetProperty("before").GetString()!.ShouldContain("\"revoked\":false");
        (await PostAsync(owner, tokens, ("name", "x"), ("role", "viewer"), ("end", "2001-01-01"))).ShouldBe($"{tokens}?problem=expiry_past");
        (await PostAsync(owner, tokens, ("name", "x"), ("role", "viewer"), ("end", "tomorrow"))).ShouldBe($"{tokens}?problem=expiry_invalid");
    }

    [Fact]
    public async Task Account_PasswordChanged_GoesOnHereAndEndsElsewhere()
    {
        await server.CreatePersonAsync("own@example.com", Role.Viewer, password: Password);
        using var here = await server.SignInAsync("own@example.com", Password);
        using var there = await server.SignInAsync("own@example.com", Password);
        const string account = "/w/main/settings/account";
        (await PostAsync(here, account + "/password", ("present", Password), ("password", "eight brown bottles"), ("again", "eight brown battles"))).ShouldBe($"{account}?problem=passwords_differ");
        (await PostAsync(here, account + "/password", ("present", "not it at all"), ("password", "eight brown bottles"), ("again", "eight brown bottles"))).ShouldBe($"{account}?problem=password_wrong");
        (await PostAsync(here, account + "/password", ("present", Password), ("password", "eight brown bottles"), ("again", "eight brown bottles"))).ShouldBe(account);
        (await here.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await there.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Account_Sessions_AreListedAndEndedOneByOne()
    {
        await server.CreatePersonAsync("devices@example.com", Role.Viewer, password: Password);
        using var here = await server.SignInAsync("devices@example.com", Password);
        using var phone = await server.BrowserAsync();
        phone.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1");
        (await PostAsync(phone, "/session", ("email", "devices@example.com"), ("password", Password))).ShouldBe("/");
        const string account = "/w/main/settings/account";
        var page = await PageAsync(here, account);
        page.Body!.TextContent.ShouldContain("Safari · iPhone");
        page.Body!.TextContent.ShouldContain("127.0.0.1");
        var action = page.QuerySelectorAll("form").Select(f => f.GetAttribute("action")!).Single(a => a.Contains("/sessions/", StringComparison.Ordinal));

        // Another person's session is none of one's own business.
        using var owner = await server.SignInAsync();
        (await PostAsync(owner, action)).ShouldBe($"{account}?problem=session_gone");
        (await phone.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(here, action)).ShouldBe(account);
        (await phone.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await here.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Audit_Filtered_ShowsWhoDidWhatWithBeforeAndAfter()
    {
        var id = await server.CreatePersonAsync("deeds@example.com", Role.Owner, password: Password);
        using var client = await server.SignInAsync("deeds@example.com", Password);
        (await PostAsync(client, "/w/main/settings/account", ("name", "Zeynep Örnek"), ("language", "tr"))).ShouldBe("/w/main/settings/account");
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("tr");
        var page = await PageAsync(client, $"/w/main/settings/audit?person={id}&action=person.changed");
        var rows = page.QuerySelectorAll("tbody tr");
        rows.Length.ShouldBe(1);
        rows[0].TextContent.ShouldContain("Kişi değiştirildi");
        rows[0].QuerySelector("del")!.TextContent.ShouldContain("en");
        rows[0].QuerySelector("ins")!.TextContent.ShouldContain("tr");
        (await PageAsync(client, $"/w/main/settings/audit?person={id}&from=2999-01-01")).QuerySelectorAll("tbody tr").ShouldBeEmpty();
        (await PageAsync(client, $"/w/main/settings/audit?person={id}&to=2001-01-01&from=x&before=%27")).QuerySelectorAll("tbody tr").ShouldBeEmpty();
        (await PageAsync(client, $"/w/main/settings/audit?person={Uri.EscapeDataString("' or 1=1 --")}")).QuerySelectorAll("tbody tr").ShouldBeEmpty();
        (await client.GetStringAsync("/api/audit?limit=500")).ShouldNotContain("Zeynep");
    }

    [Fact]
    public void DocumentChanges_OfTwoDocuments_TellsPathsThatDiffer()
    {
        DocumentChanges.Of("""{"a":1,"b":{"c":[1,2]},"same":"x","gone":null}""", """{"a":2,"b":{"c":[1,3,4]},"same":"x","new":true}""").ShouldBe(
        [
            new DocumentChange("a", "1", "2"), new DocumentChange("b.c[1]", "2", "3"), new DocumentChange("b.c[2]", null, "4"), new DocumentChange("new", null, "true"),
        ]);
        DocumentChanges.Of(null, null).ShouldBeEmpty();
        DocumentChanges.Of("not json", "{}").ShouldBe([new DocumentChange("", "not json", null)]);
        DocumentChanges.Of(null, "[" + string.Join(',', Enumerable.Range(0, 5_000)) + "]").Count.ShouldBe(DocumentChanges.Most);
    }

    [Theory]
    [InlineData("2026-03-29", 0, "2026-03-28T21:00:00Z")]
    [InlineData("2026-03-29", 1, "2026-03-29T21:00:00Z")]
    [InlineData("29.03.2026", 0, null)]
    [InlineData("9999-12-31", 1, null)]
    [InlineData(null, 0, null)]
    public void Days_Begin_IsMidnightInTheWorkspacesZone(string? text, int later, string? expected) =>
        Temas.Server.Pages.Days.Begin(text, TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul"), later)
            .ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge · Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome · Android")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData("", null)]
    public void SessionDevice_Of_NamesBrowserAndSystem(string agent, string? expected) => SessionDevice.Of(SessionDevice.Kept(agent)).ShouldBe(expected);

    [Fact]
    public void ShownOnce_Take_WorksOnceForTheMakerWithinTwoMinutes()
    {
        var clock = new SteppedClock();
        var shown = new ShownOnce(clock);
        var ticket = shown.Keep("a", "secret");
        shown.Take("b", ticket).ShouldBeNull();
        shown.Take("a", ticket).ShouldBe("secret");
        shown.Take("a", ticket).ShouldBeNull();
        var late = shown.Keep("a", "other");
        clock.Step(TimeSpan.FromMinutes(3));
        shown.Take("a", late).ShouldBeNull();
    }

    /// <summary>Posts a form and gives where it leads.</summary>

    private static async Task<IReadOnlyList<JsonElement>> EntriesAsync(HttpClient client, string query) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/audit?limit=500&" + query)).GetProperty("entries").EnumerateArray()];
}
