using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Invitations;
using Temas.Server.Tests.Mail;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Invitations;

public sealed class InvitationTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Password = "nine green bottles", People = "/w/main/settings/people";

    [Fact]
    public async Task Invited_OnThePage_ChoosesNameAndPasswordAndIsSignedIn()
    {
        using var owner = await server.SignInAsync();
        (await PostAsync(owner, $"{People}/invite", ("email", "New@Example.com"), ("role", "analyst"), ("language", "tr"))).ShouldBe(People);
        var page = await PageAsync(owner, People);
        var link = page.QuerySelector("#made-link")!.TextContent;
        link.ShouldStartWith(server.Address.ToString() + "invitation?token=");
        page.Body!.TextContent.ShouldContain("New@Example.com");
        (await PageAsync(owner, People)).QuerySelector("#made-link").ShouldBeNull();

        using var guest = await server.BrowserAsync();
        var path = new Uri(link).PathAndQuery;
        var form = await PageAsync(guest, path);
        form.Body!.TextContent.ShouldContain("New@Example.com");
        var token = form.QuerySelector("input[name=token]")!.GetAttribute("value")!;
        foreach (var (name, password, problem) in new[] { ("", Password, "name_invalid"), ("New One", "short", "password_too_short"), ("New One", "new@example.com", "password_is_email"), (new string('x', 201), Password, "name_too_long") })
        {
            (await PostAsync(guest, "/invitation", ("token", token), ("name", name), ("password", password))).ShouldBe($"{path}&problem={problem}");
            (await PageAsync(guest, $"{path}&problem={problem}")).QuerySelector(".notice-danger").ShouldNotBeNull();
        }

        (await PostAsync(guest, "/invitation", ("token", token), ("name", "New One"), ("password", Password), ("language", "tr"))).ShouldBe("/w/main/overview");
        var me = await guest.GetFromJsonAsync<JsonElement>("/api/session");
        (me.GetProperty("name").GetString(), me.GetProperty("email").GetString(), me.GetProperty("language").GetString()).ShouldBe(("New One", "New@Example.com", "tr"));
        me.GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("analyst");
        using var again = await server.SignInAsync("new@example.com", Password);

        // Once.
        using var late = await server.BrowserAsync();
        (await late.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(late, "/invitation", ("token", token), ("name", "Second"), ("password", Password))).ShouldEndWith("problem=invitation_gone");
        (await ListAsync(owner)).ShouldNotContain(i => i.GetProperty("email").GetString() == "New@Example.com");

        var trail = await owner.GetStringAsync("/api/audit?limit=500");
        trail.ShouldContain("invitation.created");
        trail.ShouldContain("invitation.accepted");
        trail.ShouldNotContain(token);
        server.Log.Lines.ShouldNotContain(l => l.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invited_WithAnAccount_SignsInFirstAndGainsTheWorkspace()
    {
        await server.CreateWorkspaceAsync("elsewhere");
        await server.CreatePersonAsync("known@example.com", Role.Viewer, "elsewhere", Password);
        await server.CreatePersonAsync("stranger@example.com", Role.Viewer, password: Password);
        using var owner = await server.TokenClientAsync();
        var (_, path, token) = await InviteAsync(owner, "known@example.com", "manager");

        using var guest = await server.BrowserAsync();
        (await PageAsync(guest, path)).QuerySelectorAll("a").ShouldContain(a => a.GetAttribute("href") == $"/sign-in?returnUrl={Uri.EscapeDataString(path)}");
        (await PostAsync(guest, "/invitation", ("token", token), ("name", "Taken over"), ("password", Password))).ShouldEndWith("problem=invitation_sign_in");
        using var stranger = await server.SignInAsync("stranger@example.com", Password);
        (await PageAsync(stranger, path)).QuerySelector("input[name=token]").ShouldBeNull();
        (await PostAsync(stranger, "/invitation", ("token", token))).ShouldEndWith("problem=invitation_sign_in");

        using var person = await server.SignInAsync("known@example.com", Password);
        (await person.GetAsync("/w/main/overview")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PageAsync(person, path)).QuerySelector("input[name=password]").ShouldBeNull();
        (await PostAsync(person, "/invitation", ("token", token))).ShouldBe("/w/main/overview");
        (await person.GetAsync("/w/main/overview")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var roles = (await person.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("workspaces").EnumerateArray().ToDictionary(w => w.GetProperty("key").GetString()!, w => w.GetProperty("role").GetString());
        roles.ShouldBe(new Dictionary<string, string?> { ["main"] = "manager", ["elsewhere"] = "viewer" }, ignoreOrder: true);
        using var twice = await owner.PostAsJsonAsync("/api/invitations", new { email = "KNOWN@example.com", role = "viewer" });
        (await CodeOf(twice)).ShouldBe("person_exists");
    }

    [Fact]
    public async Task Invitation_ForAnother_IsNotAcceptedByWhoeverIsSignedIn()
    {
        await server.CreatePersonAsync("nosy@example.com", Role.Viewer, password: Password);
        using var owner = await server.TokenClientAsync();
        var (_, path, token) = await InviteAsync(owner, "nobody-yet@example.com", "owner");
        using var nosy = await server.SignInAsync("nosy@example.com", Password);
        (await PageAsync(nosy, path)).QuerySelector("input[name=password]").ShouldBeNull();
        (await PostAsync(nosy, "/invitation", ("token", token), ("name", "Nosy"), ("password", Password))).ShouldEndWith("problem=invitation_for_another");
        (await nosy.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("viewer");
    }

    [Fact]
    public async Task Invitation_RenewedWithdrawnOrOld_StopsItsLink()
    {
        var clock = new SteppedClock();
        await using var own = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        using var owner = await own.TokenClientAsync();
        var (id, first, _) = await InviteAsync(owner, "x@example.com", "viewer");
        using var guest = await own.BrowserAsync();
        (await guest.GetAsync(first)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var twice = await owner.PostAsJsonAsync("/api/invitations", new { email = "X@EXAMPLE.COM", role = "viewer" })) (await CodeOf(twice)).ShouldBe("invitation_exists");

        using var renewed = await owner.PostAsync($"/api/invitations/{id}/renew", null);
        var second = new Uri((await renewed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!).PathAndQuery;
        (await guest.GetAsync(first)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await guest.GetAsync(second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Step(TimeSpan.FromDays(InvitePerson.Days) - TimeSpan.FromMinutes(1));
        (await guest.GetAsync(second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Step(TimeSpan.FromMinutes(2));
        (await guest.GetAsync(second)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // What is over is listed still, and can be made anew or withdrawn.
        (await ListAsync(owner)).Single().GetProperty("email").GetString().ShouldBe("x@example.com");
        using var third = await owner.PostAsync($"/api/invitations/{id}/renew", null);
        var live = new Uri((await third.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!).PathAndQuery;
        (await guest.GetAsync(live)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.DeleteAsync($"/api/invitations/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await guest.GetAsync(live)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await owner.DeleteAsync($"/api/invitations/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await owner.PostAsync($"/api/invitations/{id}/renew", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Manager_Invites_AtMostToTheOwnRole()
    {
        await server.CreatePersonAsync("manager@example.com", Role.Manager, password: Password);
        using var owner = await server.TokenClientAsync();
        var (high, _, _) = await InviteAsync(owner, "high@example.com", "owner");
        using var manager = await server.SignInAsync("manager@example.com", Password);
        (await CodeOf(await manager.PostAsJsonAsync("/api/invitations", new { email = "a@example.com", role = "owner" }))).ShouldBe("role_above_own");
        (await CodeOf(await manager.PostAsync($"/api/invitations/{high}/renew", null))).ShouldBe("role_above_own");
        (await CodeOf(await manager.DeleteAsync($"/api/invitations/{high}"))).ShouldBe("role_above_own");
        (await PostAsync(manager, $"{People}/invite", ("email", "a@example.com"), ("role", "owner"))).ShouldBe($"{People}?problem=role_above_own");
        (await PostAsync(manager, $"{People}/invitations/{high}/renew")).ShouldBe($"{People}?problem=role_above_own");
        var page = await PageAsync(manager, People);
        page.QuerySelectorAll("#person-role option").Select(o => o.GetAttribute("value")).ShouldBe(["viewer", "agent", "marketer", "analyst", "manager"]);
        page.QuerySelectorAll($"a[href^='{People}/']").ShouldBeEmpty();
        var (_, path, token) = await InviteAsync(manager, "peer@example.com", "manager");
        using var guest = await server.BrowserAsync();
        (await PostAsync(guest, "/invitation", ("token", token), ("name", "Peer"), ("password", Password))).ShouldBe("/w/main/overview");

        // Another workspace's invitation is none of its business.
        await server.CreateWorkspaceAsync("apart");
        using var theirs = await server.TokenClientAsync(Role.Owner, "apart");
        (await theirs.PostAsync($"/api/invitations/{high}/renew", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await theirs.DeleteAsync($"/api/invitations/{high}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("no-address", "viewer", "en", "email_invalid")]
    [InlineData("a@example.com\r\nBcc: b@example.com", "viewer", "en", "email_invalid")]
    [InlineData(null, "viewer", "en", "email_invalid")]
    [InlineData("a@example.com", "emperor", "en", "role_unknown")]
    [InlineData("a@example.com", null, "en", "role_unknown")]
    [InlineData("a@example.com", "viewer", "xx", "language_unknown")]
    public async Task Invite_WrongRequest_NamesTheFault(string? email, string? role, string language, string code)
    {
        using var owner = await server.TokenClientAsync();
        using var answer = await owner.PostAsJsonAsync("/api/invitations", new { email, role, language });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CodeOf(answer)).ShouldBe(code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%00")]
    [InlineData("' or 1=1 --")]
    public async Task Link_ThatIsNone_OpensNothing(string token)
    {
        using var guest = await server.BrowserAsync();
        (await guest.GetAsync($"/invitation?token={token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await guest.GetAsync($"/new-password?token={token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(guest, "/invitation", ("token", token), ("name", "x"), ("password", Password))).ShouldEndWith("problem=invitation_gone");
        (await PostAsync(guest, "/new-password", ("token", token), ("password", Password), ("again", Password))).ShouldEndWith("problem=password_link_gone");
    }

    [Fact]
    public async Task Invitation_WithAMailServer_IsMailedInTheChosenLanguage()
    {
        await using var sink = await MailSink.StartAsync();
        await using var own = await TemasServer.StartAsync(settings: sink.In);
        using var owner = await own.SignInAsync();
        (await PostAsync(owner, $"{People}/invite", ("email", "posta@example.com"), ("role", "viewer"), ("language", "tr"))).ShouldBe(People);
        var mail = sink.Next();
        mail.To.ShouldBe("posta@example.com");
        mail.Text.ShouldContain("owner sizi");
        var page = await PageAsync(owner, People);
        page.QuerySelector("#made-link")!.TextContent.ShouldBe("https://temas.example.com" + mail.Path("https://temas.example.com"));
        page.QuerySelector(".notice-ok").ShouldNotBeNull();
        using var guest = await own.BrowserAsync();
        (await guest.GetAsync(mail.Path("https://temas.example.com"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var failed = await owner.PostAsJsonAsync("/api/invitations", new { email = "refused@example.com", role = "viewer" });
        (await failed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("mail").GetString().ShouldBe("failed");
        own.Log.Lines.ShouldNotContain(l => l.Contains("refused@example.com", StringComparison.Ordinal));
    }

    internal static async Task<(string Id, string Path, string Token)> InviteAsync(HttpClient client, string email, string role)
    {
        using var made = await client.PostAsJsonAsync("/api/invitations", new { email, role });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var body = await made.Content.ReadFromJsonAsync<JsonElement>();
        var path = new Uri(body.GetProperty("link").GetString()!).PathAndQuery;
        return (body.GetProperty("invitation").GetProperty("id").GetString()!, path, path.Split("token=")[1]);
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/invitations")).GetProperty("invitations").EnumerateArray()];

    private static async Task<string?> CodeOf(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
