using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Temas.Engage;
using Temas.Engage.Contracts;
using Temas.Engage.Outbox;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Server.Tests.Mail;
using Temas.Storage.EventLog;

namespace Temas.Server.Tests.Engage;

/// <summary>Invitations by mail, through a real mail server: what arrives, what a scanner does with it, what comes back.</summary>
public sealed class InvitationMailTests : IAsyncLifetime
{
    private const string Root = "https://temas.example.com";

    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Şık çekmeceli dolabınız nasıldı?", "en": "How was your cabinet?"},
         "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"tr": "Bizi <önerir> misiniz, {{trait:first_name|dostum}}?", "en": "Would you recommend us?"}, "low": {"tr": "Asla", "en": "Never"}}]}]}
        """;

    private readonly SteppedClock clock = new();
    private MailSink sink = null!;
    private TemasServer server = null!;

    public async Task InitializeAsync()
    {
        sink = await MailSink.StartAsync();
        server = await TemasServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: sink.In);
        (await server.Main.Definitions.SaveAsync(SurveyKind.Name, "cabinet", Document, Actor.System)).Problem.ShouldBeNull();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task Invitation_ArrivesInHerLanguage_AndAScannerAnswersNothing()
    {
        await IdentifyAsync("ada", "ada@example.com", "\"first_name\": \"Işıl\"");
        (await InviteAsync("ada")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var mail = sink.Next();
        (mail.To, mail.Subject).ShouldBe(("ada@example.com", "Şık çekmeceli dolabınız nasıldı?"));
        mail.RawSubject!.ShouldContain("=?utf-8?", Case.Insensitive, "letters beyond ASCII are encoded words in a header (RFC 2047)");
        mail.Id!.ShouldStartWith("<main.");
        mail.OneClick.ShouldBe("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
        mail.Unsubscribe!.ShouldContain($"<{Root}/u/main/");
        mail.Text.ShouldContain("Bizi <önerir> misiniz, Işıl?");
        mail.Html.ShouldContain("&lt;");
        mail.Html.ShouldContain("lang=\"tr\"");
        mail.Text.ShouldContain("temas@example.com");
        mail.Text.ShouldNotContain("{{");
        mail.Html.ShouldNotContain("{{");

        var letter = await new HtmlParser().ParseDocumentAsync(mail.Html);
        var answers = letter.QuerySelectorAll("td a").Select(a => a.GetAttribute("href")!).Where(h => h.Contains("&a=", StringComparison.Ordinal)).ToList();
        answers.Count.ShouldBe(11);
        using var client = server.Anonymous();
        foreach (var agent in new[] { "Mozilla/5.0", "GoogleImageProxy", "Barracuda Sentinel (EE)", "" })
        {
            foreach (var link in letter.QuerySelectorAll("a").Select(a => a.GetAttribute("href")!))
            {
                foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get })
                {
                    using var request = new HttpRequestMessage(method, link[Root.Length..]);
                    if (agent.Length > 0) request.Headers.TryAddWithoutValidation("User-Agent", agent);
                    using var answer = await client.SendAsync(request);
                }
            }
        }

        (await ResponsesAsync()).ShouldBeEmpty();
        Told("Unsubscribed").ShouldBeEmpty();

        // She clicks on nine: it is chosen, and her own click sends it.
        var page = await PageClient.PageAsync(client, answers[9][Root.Length..]);
        page.QuerySelector("input[name='q.score'][checked]")!.GetAttribute("value").ShouldBe("9");
        page.QuerySelectorAll("form button").ShouldHaveSingleItem();
        page.QuerySelectorAll("script").ShouldBeEmpty();
        var fields = page.QuerySelectorAll("form input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).Append(("q.score", "9")).Append(("go", "next")).ToArray();
        var posts = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var answer = await client.PostAsync("/s/main/cabinet", PageClient.Form(fields));
            return answer.StatusCode;
        }));
        posts.ShouldAllBe(s => s == HttpStatusCode.Found);
        var response = (await ResponsesAsync()).ShouldHaveSingleItem();
        (response.State, response.Score, response.Customer, response.Channel).ShouldBe((ResponseState.Complete, 9, "user_id:ada", "email"));

        // An answer that there is not is chosen nowhere.
        await IdentifyAsync("eda", "eda@example.com");
        (await InviteAsync("eda")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var other = (await new HtmlParser().ParseDocumentAsync(sink.Next().Html)).QuerySelectorAll("td a")[0].GetAttribute("href")![Root.Length..];
        (await PageClient.PageAsync(client, other.Replace("&a=0", "&a=11", StringComparison.Ordinal))).QuerySelectorAll("input[checked]").ShouldBeEmpty();

        // What was sent is on her timeline, as the catalogue knows surveys.
        await UntilAsync(() => Told("Message Sent").Count == 2);
        var sent = Told("Message Sent")[0].GetProperty("properties");
        (sent.GetProperty("channel").GetString(), sent.GetProperty("purpose").GetString(), sent.GetProperty("survey_id").GetString(), sent.GetProperty("template").GetString()).ShouldBe(("email", "surveys", "cabinet", "survey"));
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await viewer.GetStringAsync("/api/customers/user_id:ada/timeline")).ShouldContain("survey-sent");
        // Nothing of the text stays, and no address ever was there.
        (await EngageBook.Of(server.Main).Outbox.ListAsync(null, null, null, 10)).ShouldAllBe(m => m.State == MessageState.Sent && m.Text == null && m.Html == null && m.Subject == null);
        await using var connection = await server.Main.Database.OpenAsync();
        string.Join(' ', (await Dapper.SqlMapper.QueryAsync(connection, "select * from outbox")).SelectMany(r => ((IDictionary<string, object?>)r).Values)).ShouldNotContain("@example.com");
    }

    [Fact]
    public async Task Unsubscribing_IsOneClickForProgramsAndTwoForPeople_AndIsToldOnce()
    {
        await IdentifyAsync("ada", "ada@example.com");
        await IdentifyAsync("eda", "eda@example.com");
        await InviteAsync("ada");
        var path = sink.Next().Unsubscribe!.Split('<', '>')[1][Root.Length..];
        using var client = server.Anonymous();
        var page = await PageClient.PageAsync(client, path);
        page.QuerySelector("form")!.GetAttribute("method").ShouldBe("post");
        page.QuerySelector("html")!.GetAttribute("lang").ShouldBe("tr");
        Told("Unsubscribed").ShouldBeEmpty();
        foreach (var forged in new[] { path[..^1] + (path[^1] == 'A' ? 'B' : 'A'), path[..9] + (path[9] == 'A' ? 'B' : 'A') + path[10..], "/u/main/x", "/u/nowhere/" + path.Split('/')[^1], "/u/main/" + new string('A', 5000) })
        {
            using var refused = await client.PostAsync(forged, PageClient.Form(("List-Unsubscribe", "One-Click")));
            refused.StatusCode.ShouldBe(HttpStatusCode.NotFound, forged);
            (await client.GetAsync(forged)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        Told("Unsubscribed").ShouldBeEmpty();
        var posts = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var answer = await client.PostAsync(path, PageClient.Form(("List-Unsubscribe", "One-Click")));
            return answer.StatusCode;
        }));
        posts.ShouldAllBe(s => s == HttpStatusCode.OK);
        var told = Told("Unsubscribed").ShouldHaveSingleItem();
        (told.GetProperty("userId").GetString(), told.GetProperty("properties").GetProperty("purpose").GetString(), told.GetProperty("properties").GetProperty("channel").GetString()).ShouldBe(("ada", "surveys", "email"));
        Why("ada").ShouldBe("unsubscribed");
        Why("eda").ShouldBeNull();
        using var refusedToo = await InviteAsync("ada");
        refusedToo.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refusedToo.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("reach_unsubscribed");
        // She agrees again, later: she has come back.
        clock.Step(TimeSpan.FromMinutes(1));
        await TrackAsync("ada", "Consent Given", """{"purpose": "survey", "channel": "email"}""");
        Why("ada").ShouldBeNull();
        await TrackAsync("ada", "Consent Withdrawn", """{"purpose": "surveys"}""");
        Why("ada").ShouldBe("unsubscribed");
        await TrackAsync("eda", "Consent Withdrawn", """{"purpose": "surveys"}""");
        Why("eda").ShouldBe("no_consent");
    }

    [Fact]
    public async Task MailServer_SaysLater_IsTriedAgain_SaysNever_ClosesTheAddress()
    {
        await IdentifyAsync("busy", "busy-2@example.com");
        await IdentifyAsync("gone", "refused@example.com");
        await IdentifyAsync("slow", "slow@example.com");
        foreach (var user in new[] { "busy", "gone", "slow" }) (await InviteAsync(user)).StatusCode.ShouldBe(HttpStatusCode.OK);
        sink.Next().To.ShouldBe("slow@example.com");
        await UntilAsync(() => Told("Message Bounced").Count == 1);
        Told("Message Bounced")[0].GetProperty("properties").GetProperty("reason").GetString().ShouldBe("smtp_550");
        Why("gone").ShouldBe("bounced");
        await IdentifyAsync("gone", "found@example.com");
        Why("gone").ShouldBeNull("her address is another one");
        for (var i = 0; i < 2; i++)
        {
            await UntilAsync(() => Messages().Any(m => m is { State: MessageState.Waiting, Why: "smtp_451" } && m.Attempts == i + 1));
            clock.Step(TimeSpan.FromMinutes(4));
            await RunAsync();
        }

        sink.Next().To.ShouldBe("busy-2@example.com");
        await UntilAsync(() => Messages().All(m => m.State is MessageState.Sent or MessageState.Bounced));
        SendOutbox.WaitAfter(1).ShouldBe(TimeSpan.FromMinutes(1));
        SendOutbox.WaitAfter(3).ShouldBe(TimeSpan.FromMinutes(9));
        SendOutbox.WaitAfter(500).ShouldBe(TimeSpan.FromHours(1));
        server.Log.ToString()!.ShouldNotContain("@example.com\"");
    }

    [Fact]
    public async Task Sending_CutShort_HappensAgainWithTheSameId_AndWhatWasNotCommittedNever()
    {
        await IdentifyAsync("ada", "ada@example.com");
        var (channels, book) = (server.Main.Part<ICustomerChannels>(), EngageBook.Of(server.Main));
        ChannelMessage Message(string id) => new() { Id = id, Customer = IdOf("ada"), Channel = "email", Purpose = "survey", Reference = "survey:cabinet", Language = "tr", Subject = "s", Text = "t", Until = clock.GetUtcNow().AddHours(1) };
        await using (var connection = await server.Main.Database.OpenAsync())
        {
            await using (var transaction = await connection.BeginTransactionAsync()) await channels.QueueAsync(connection, transaction, Message("never"));
            await using (var transaction = await connection.BeginTransactionAsync())
            {
                for (var i = 0; i < 2; i++) await channels.QueueAsync(connection, transaction, Message("once"));
                await transaction.CommitAsync();
            }
        }

        // Two loops and the server's own want it: it is sent once.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(RunAsync)));
        var first = sink.Next();
        sink.IsEmpty.ShouldBeTrue();
        first.Text.ShouldContain(Root + "/u/main/", Case.Sensitive, "a text that names no place for it has it at its end");
        await UntilAsync(() => Messages().ShouldHaveSingleItem().State == MessageState.Sent);
        // As if the process had ended before it was noted: whoever comes next waits for the time to be over, and sends it again as the same.
        await using (var connection = await server.Main.Database.OpenAsync())
            await Dapper.SqlMapper.ExecuteAsync(connection, "update outbox set state = 1, body = 't', due_at = @due", new { due = clock.GetUtcNow().Add(OutboxStore.Lease).ToUnixTimeMilliseconds() });
        (await RunAsync()).ShouldBe(0);
        clock.Step(OutboxStore.Lease + TimeSpan.FromSeconds(1));
        await RunAsync();
        sink.Next().Id.ShouldBe(first.Id);
        await UntilAsync(() => Told("Message Sent").Count == 1);
        // Too late is too late.
        await using (var connection = await server.Main.Database.OpenAsync()) await Dapper.SqlMapper.ExecuteAsync(connection, "update outbox set state = 0, body = 't', due_at = 0, until_at = 1, why = null");
        await RunAsync();
        await UntilAsync(() => Messages()[0].State == MessageState.Failed);
        Messages()[0].Why.ShouldBe("too_late");
    }

    [Fact]
    public async Task Erasure_TakesMessagesAlong_AndRolesHold()
    {
        await IdentifyAsync("ada", "ada@example.com");
        using (var viewer = await server.TokenClientAsync(Role.Agent)) (await viewer.PostAsJsonAsync("/api/surveys/cabinet/invitations", new { customer = "user_id:ada" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        foreach (var (body, status, code) in new (object, HttpStatusCode, string)[]
        {
            (new { customer = "user_id:nobody" }, HttpStatusCode.NotFound, "customer_unknown"), (new { customer = "user_id:ada", channel = "pigeon" }, HttpStatusCode.BadRequest, "channel_unknown"),
            (new { customer = "user_id:ada", days = 0 }, HttpStatusCode.BadRequest, "days_invalid"), (new { customer = "user_id:ada", about = new { colour = "red" } }, HttpStatusCode.BadRequest, "subject_unknown"),
        })
        {
            using var refused = await marketer.PostAsJsonAsync("/api/surveys/cabinet/invitations", body);
            refused.StatusCode.ShouldBe(status);
            (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
        }

        (await InviteAsync("ada")).StatusCode.ShouldBe(HttpStatusCode.OK);
        sink.Next();
        await UntilAsync(() => Told("Message Sent").Count == 1);
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await manager.DeleteAsync("/api/customers/user_id:ada?reason=asked")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Messages().ShouldBeEmpty();
        Told("Message Sent").ShouldBeEmpty();
    }

    private async Task<HttpResponseMessage> InviteAsync(string user)
    {
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        return await marketer.PostAsJsonAsync("/api/surveys/cabinet/invitations", new { customer = "user_id:" + user });
    }

    private async Task IdentifyAsync(string user, string email, string more = "\"vip\": false")
    {
        var source = await server.CreateSourceAsync();
        (await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId": "{{{user}}}", "timestamp": "{{{clock.GetUtcNow():O}}}", "traits": {"email": "{{{email}}}", {{{more}}}}}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task TrackAsync(string user, string name, string properties)
    {
        var source = await server.CreateSourceAsync();
        (await server.SendAsync("/v1/track", source.WriteKey, $$"""{"userId": "{{user}}", "event": "{{name}}", "timestamp": "{{clock.GetUtcNow():O}}", "properties": {{properties}}}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private string IdOf(string user) => Temas.Customers.Api.ReadCustomer.Find(server.Main, "user_id:" + user).Value.Id;

    private string? Why(string user) => server.Main.Part<ICustomerChannels>().ReachOf("user_id:" + user, "survey").Single(r => r.Channel == "email").Why;

    private Task<int> RunAsync() => server.Services.GetRequiredService<SendOutbox>().RunAsync(server.Main);

    private IReadOnlyList<OutboxMessage> Messages() => EngageBook.Of(server.Main).Outbox.ListAsync(null, null, null, 100).GetAwaiter().GetResult();

    private Task<IReadOnlyList<SurveyResponse>> ResponsesAsync() => SurveyBook.Of(server.Main).Responses.ListAsync("cabinet", new ResponseFilter(), 1000);

    private List<JsonElement> Told(string name) =>
        [.. server.Main.Log.ReadFrom(1).Where(e => e.Kind == LogRecordKind.Event).Select(e => JsonDocument.Parse(e.Json).RootElement).Where(e => e.TryGetProperty("event", out var of) && of.GetString() == name)];

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 600 && !holds(); i++) await Task.Delay(50);
        holds().ShouldBeTrue();
    }
}
