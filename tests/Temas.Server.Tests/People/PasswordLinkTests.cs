using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.SignIn;
using Temas.Server.Tests.Mail;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.People;

public sealed class PasswordLinkTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Password = "nine green bottles", Next = "eight brown bottles", Root = "https://temas.example.com";

    [Fact]
    public async Task Link_ByAnOwner_SetsThePasswordOnceAndEndsSessions()
    {
        var id = await server.CreatePersonAsync("forgets@example.com", Role.Viewer, password: Password);
        using var person = await server.SignInAsync("forgets@example.com", Password);
        using var owner = await server.SignInAsync();
        var page = $"/w/main/settings/people/{id}";
        (await PostAsync(owner, $"{page}/password-link")).ShouldBe(page);
        var link = new HtmlParser().ParseDocument(await owner.GetStringAsync(page)).QuerySelector("#made-link")!.TextContent;
        (await person.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK, "the present password holds until the link is used");

        var path = new Uri(link).PathAndQuery;
        var token = path.Split("token=")[1];
        using var guest = await server.BrowserAsync();
        (await guest.GetStringAsync(path)).ShouldContain("forgets@example.com");
        (await PostAsync(guest, "/new-password", ("token", token), ("password", Next), ("again", Next + "!"))).ShouldBe($"{path}&problem=passwords_differ");
        (await PostAsync(guest, "/new-password", ("token", token), ("password", "short"), ("again", "short"))).ShouldBe($"{path}&problem=password_too_short");
        (await PostAsync(guest, "/new-password", ("token", token), ("password", Next), ("again", Next))).ShouldBe("/");
        (await guest.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await person.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await TemasServer.RenewAntiforgeryAsync(guest);
        (await PostAsync(guest, "/new-password", ("token", token), ("password", Password), ("again", Password))).ShouldEndWith("problem=password_link_gone");
        (await owner.GetStringAsync("/api/audit?limit=500")).ShouldContain("person.password_link_made");
        server.Log.Lines.ShouldNotContain(l => l.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Link_ReplacedOldOrOvertaken_StopsWorking()
    {
        var clock = new SteppedClock();
        await using var own = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        var id = await own.CreatePersonAsync("x@example.com", Role.Viewer, password: Password);
        using var owner = await own.TokenClientAsync();
        using var guest = await own.BrowserAsync();
        var first = await MakeAsync(owner, id);
        var second = await MakeAsync(owner, id);
        (await guest.GetAsync(first)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await guest.GetAsync(second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Step(PasswordLinks.ByOwner);
        (await guest.GetAsync(second)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var third = await MakeAsync(owner, id);
        using (var person = await own.SignInAsync("x@example.com", Password))
        using (var changed = await person.PostAsJsonAsync("/api/session/password", new { present = Password, password = Next })) changed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await guest.GetAsync(third)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var fourth = await MakeAsync(owner, id);
        using (await owner.PatchAsJsonAsync($"/api/people/{id}", new { disabled = true })) (await guest.GetAsync(fourth)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var refused = await owner.PostAsync($"/api/people/{id}/password-link", null);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("person_locked_out");
        (await owner.DeleteAsync($"/api/people/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Link_ForSomebodyOfTwoWorkspaces_IsRefused()
    {
        await server.CreateWorkspaceAsync("beside");
        var id = await server.CreatePersonAsync("both@example.com", Role.Viewer, password: Password);
        await server.CreatePersonAsync("both@example.com", Role.Viewer, "beside");
        using var owner = await server.TokenClientAsync();
        (await owner.PostAsync($"/api/people/{id}/password-link", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await manager.PostAsync($"/api/people/{id}/password-link", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Forgotten_WithoutAMailServer_SaysWhomToAsk()
    {
        using var guest = await server.BrowserAsync();
        guest.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        var page = await guest.GetStringAsync("/forgotten");
        page.ShouldContain("owner of your workspace");
        page.ShouldNotContain("name=\"email\"");
        (await PostAsync(guest, "/forgotten", ("email", TemasServer.OwnerEmail))).ShouldBe("/forgotten?problem=mail_not_set");
    }

    [Fact]
    public async Task Forgotten_KnownAndUnknown_AreAnsweredAlikeAndOnlyTheKnownIsMailed()
    {
        await using var sink = await MailSink.StartAsync();
        await using var own = await TemasServer.StartAsync(settings: sink.In);
        var disabled = await own.CreatePersonAsync("out@example.com", Role.Viewer, password: Password);
        using (var owner = await own.TokenClientAsync())
        using (await owner.PatchAsJsonAsync($"/api/people/{disabled}", new { disabled = true }))
        {
        }

        using var guest = await own.BrowserAsync();
        // The server's name as the asker tells it leads nowhere.
        guest.DefaultRequestHeaders.Host = "evil.example";
        await own.CreatePersonAsync("last@example.com", Role.Viewer, password: Password);
        foreach (var email in new[] { "nobody@example.com", "out@example.com", TemasServer.OwnerEmail, TemasServer.OwnerEmail.ToUpperInvariant(), "last@example.com" })
            (await PostAsync(guest, "/forgotten", ("email", email))).ShouldBe("/forgotten?asked=1");
        (await PostAsync(guest, "/forgotten", ("email", "no-address"))).ShouldBe("/forgotten?problem=email_invalid");
        var mail = sink.Next();
        mail.To.ShouldBe(TemasServer.OwnerEmail);
        sink.Next().To.ShouldBe("last@example.com", "one mail for each person within two minutes");
        var path = mail.Path(Root);
        (await PostAsync(guest, "/new-password", ("token", path.Split("token=")[1]), ("password", Next), ("again", Next))).ShouldBe("/");
        using var again = await own.SignInAsync(TemasServer.OwnerEmail, Next);
        sink.IsEmpty.ShouldBeTrue();
        (await again.GetStringAsync("/api/audit")).ShouldContain("person.password_link_asked");
    }

    [Fact]
    public async Task Link_AfterAnAttack_OpensTheLock()
    {
        var id = await server.CreatePersonAsync("locked@example.com", Role.Viewer, password: Password);
        var failures = server.Services.GetRequiredService<SignInFailures>();
        for (var i = 0; i < SignInFailures.Free; i++) await failures.CountAsync("locked@example.com", CancellationToken.None);
        using var owner = await server.TokenClientAsync();
        var path = await MakeAsync(owner, id);
        using var guest = await server.BrowserAsync();
        (await PostAsync(guest, "/new-password", ("token", path.Split("token=")[1]), ("password", Next), ("again", Next))).ShouldBe("/");
        using var person = await server.SignInAsync("locked@example.com", Next);
    }

    private static async Task<string> MakeAsync(HttpClient owner, string id)
    {
        using var made = await owner.PostAsync($"/api/people/{id}/password-link", null);
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new Uri((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!).PathAndQuery;
    }
}
