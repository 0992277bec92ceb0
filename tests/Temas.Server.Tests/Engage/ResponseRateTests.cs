using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Temas.Engage;
using Temas.Engage.Channels;
using Temas.Engage.Outbox;
using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Server.Tests.Mail;

namespace Temas.Server.Tests.Engage;

/// <summary>How many of those answered who were asked one by one; reminders and returning mails, through a real mail server.</summary>
public sealed class ResponseRateTests : IAsyncLifetime
{
    private const string Root = "https://temas.example.com";

    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Nasıldı?", "en": "How was it?"}, "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"tr": "Önerir misiniz?", "en": "Would you recommend us?"}}]}]}
        """;

    private readonly SteppedClock clock = new();
    private MailSink sink = null!;
    private TemasServer server = null!;
    private Temas.Collect.Contracts.Source? source;

    public async Task InitializeAsync()
    {
        sink = await MailSink.StartAsync();
        server = await TemasServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: sink.In);
        await SaveAsync(SurveyKind.Name, "asked", Document);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task Rate_CountsWhoWasAskedReachedAndAnswered_ByChannel()
    {
        using var owner = await server.SignInAsync();
        (await PageClient.PageAsync(owner, "/w/main/surveys/of/asked/scores")).QuerySelector("#rate").ShouldBeNull("there is nothing to show yet");
        foreach (var (user, email) in new[] { ("ada", "ada@example.com"), ("eda", "eda@example.com"), ("gone", "refused@example.com"), ("link", "link@example.com") }) await IdentifyAsync(user, email);
        foreach (var user in new[] { "ada", "eda", "gone" }) await InviteAsync(user);
        var mails = new[] { sink.Next(), sink.Next() }.ToDictionary(m => m.To);
        await UntilAsync(async () => (await EngageBook.Of(server.Main).Outbox.ListAsync(MessageState.Bounced, null, null, 10)).Count == 1 && (await EngageBook.Of(server.Main).Outbox.ListAsync(MessageState.Sent, null, null, 10)).Count == 2);
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var made = await marketer.PostAsJsonAsync("/api/surveys/asked/links", new { customer = "user_id:link", channel = "sms" });
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var client = server.Anonymous();
        await AnswerAsync(client, await AnswerLinkAsync(mails["ada@example.com"]));
        // Who comes by the public link was not asked, and is in no rate.
        await AnswerAsync(client, "/s/main/asked");

        var rate = await marketer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate");
        var all = rate.GetProperty("all");
        (Number(all, "invited"), Number(all, "notReached"), Number(all, "begun"), Number(all, "answered"), Number(all, "reached")).ShouldBe((4, 1, 1, 1, 3));
        all.GetProperty("rate").GetDouble().ShouldBe(100.0 / 3, 0.001);
        // Wilson's interval of one among three.
        all.GetProperty("low").GetDouble().ShouldBe(6.149, 0.001);
        all.GetProperty("high").GetDouble().ShouldBe(79.234, 0.001);
        all.TryGetProperty("delivered", out _).ShouldBeFalse("no mail server reports that");
        var channels = rate.GetProperty("channels").EnumerateArray().ToDictionary(c => c.GetProperty("channel").GetString()!);
        (Number(channels["email"], "invited"), Number(channels["email"], "notReached"), Number(channels["sms"], "invited"), Number(channels["sms"], "answered")).ShouldBe((3, 1, 1, 0));
        (await marketer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate?channel=sms")).GetProperty("all").GetProperty("invited").GetInt32().ShouldBe(1);
        (await marketer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate?from=2020-01-01&to=2020-01-02")).GetProperty("all").GetProperty("invited").GetInt32().ShouldBe(0);
        (await marketer.GetAsync("/api/surveys/none/response-rate")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var page = await PageClient.PageAsync(owner, "/w/main/surveys/of/asked/scores");
        page.QuerySelectorAll("#rate tbody tr").Length.ShouldBe(3);
        page.QuerySelector("#rate tbody tr:last-child td:last-child")!.TextContent.ShouldContain("0");
        (await PageClient.PageAsync(owner, "/w/main/surveys/of/asked/responses")).QuerySelector("a[href$='#rate']")!.TextContent.ShouldContain("3");

        // Of an anonymous survey is known who was asked, and not who answered.
        await SaveAsync(SurveyKind.Name, "nobody", Document.Replace("\"languages\"", "\"anonymous\": true, \"languages\"", StringComparison.Ordinal));
        await InviteAsync("eda", "nobody");
        sink.Next();
        all = (await marketer.GetFromJsonAsync<JsonElement>("/api/surveys/nobody/response-rate")).GetProperty("all");
        (Number(all, "invited"), all.TryGetProperty("answered", out _), all.TryGetProperty("rate", out _)).ShouldBe((1, false, false));

        using var manager = await server.TokenClientAsync(Role.Manager);
        (await manager.DeleteAsync("/api/customers/user_id:ada?reason=asked")).StatusCode.ShouldBe(HttpStatusCode.OK);
        all = (await marketer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate")).GetProperty("all");
        (Number(all, "invited"), Number(all, "answered")).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Numbers_OpenToThePeopleBehindThem()
    {
        foreach (var (user, email) in new[] { ("ada", "ada@example.com"), ("eda", "eda@example.com"), ("gone", "refused@example.com") }) await IdentifyAsync(user, email);
        foreach (var user in new[] { "ada", "eda", "gone" }) await InviteAsync(user);
        var mails = new[] { sink.Next(), sink.Next() }.ToDictionary(m => m.To);
        await UntilAsync(async () => (await EngageBook.Of(server.Main).Outbox.ListAsync(MessageState.Bounced, null, null, 10)).Count == 1);
        using var client = server.Anonymous();
        await AnswerAsync(client, await AnswerLinkAsync(mails["ada@example.com"]));
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        async Task<JsonElement> PeopleAsync(string figure, string more = "") => await viewer.GetFromJsonAsync<JsonElement>($"/api/surveys/asked/response-rate/people?figure={figure}{more}");
        foreach (var (figure, total) in new[] { ("invited", 3), ("waiting", 0), ("not_reached", 1), ("delivered", 0), ("watched", 0), ("opened", 0), ("begun", 1), ("answered", 1) })
        {
            var read = await PeopleAsync(figure);
            (figure, Number(read, "total"), read.GetProperty("people").GetArrayLength()).ShouldBe((figure, total, total));
        }

        var bounced = (await PeopleAsync("not_reached")).GetProperty("people")[0];
        (bounced.GetProperty("message").GetString(), bounced.GetProperty("why").GetString(), bounced.TryGetProperty("response", out _)).ShouldBe(("bounced", "smtp_550", false));
        (await PeopleAsync("answered")).GetProperty("people")[0].GetProperty("state").GetString().ShouldBe("complete");
        (await PeopleAsync("invited", "&skip=2")).GetProperty("people").GetArrayLength().ShouldBe(1);
        (await PeopleAsync("invited", "&channel=sms")).GetProperty("total").GetInt32().ShouldBe(0);
        (await viewer.GetAsync("/api/surveys/asked/response-rate/people?figure=else")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await viewer.GetAsync("/api/surveys/none/response-rate/people")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var owner = await server.SignInAsync();
        var card = (await PageClient.PageAsync(owner, "/w/main/surveys/of/asked/scores")).QuerySelector("#rate")!;
        foreach (var link in card.QuerySelectorAll("tbody a").Select(a => a.GetAttribute("href")!)) (await PageClient.PageAsync(owner, link)).QuerySelectorAll("tbody tr").Length.ShouldBeGreaterThan(0, link);
        card.QuerySelectorAll("tbody tr:last-child a").Length.ShouldBe(4, "who was invited, not reached, began and answered");
        card.TextContent.ShouldContain("not tracked");
    }

    [Fact]
    public async Task Opens_OfThoseWhoAgreedAlone_AndNeverOfAnAnonymousSurvey()
    {
        const string Reader = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", Fetcher = "Mozilla/5.0";
        await SaveAsync(ChannelKind.Name, "email", """{"label": {"tr": "E-posta", "en": "E-mail"}, "route": "email", "opens": "analytics"}""");
        await SaveAsync(SurveyKind.Name, "nobody", Document.Replace("\"languages\"", "\"anonymous\": true, \"languages\"", StringComparison.Ordinal));
        foreach (var user in new[] { "ada", "eda", "ida" }) await IdentifyAsync(user, user + "@example.com");
        foreach (var (user, name) in new[] { ("ada", "Consent Given"), ("eda", "Consent Given"), ("ida", "Consent Withdrawn") })
            (await server.SendAsync("/v1/track", source!.WriteKey, $$$"""{"userId": "{{{user}}}", "event": "{{{name}}}", "timestamp": "{{{clock.GetUtcNow():O}}}", "properties": {"purpose": "analytics", "channel": "email"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var user in new[] { "ada", "eda", "ida" }) await InviteAsync(user);
        await InviteAsync("ada", "nobody");
        var mails = Enumerable.Range(0, 4).Select(_ => sink.Next()).ToList();
        static string? PictureOf(TakenMail mail) => System.Text.RegularExpressions.Regex.Match(mail.Html, "src=\"([^\"]+/o/[^\"]+)\"") is { Success: true } found ? new Uri(found.Groups[1].Value).PathAndQuery : null;
        mails.Count(m => PictureOf(m) is not null).ShouldBe(2, "two agreed, one refused, and of the anonymous survey nobody is watched");
        mails.Where(m => m.To.StartsWith("ida", StringComparison.Ordinal)).Any(m => PictureOf(m) is not null).ShouldBeFalse();
        await UntilAsync(async () => (await EngageBook.Of(server.Main).Outbox.ListAsync(MessageState.Sent, null, null, 10)).Count == 4);
        var pictures = mails.Select(m => (m.To, Path: PictureOf(m))).Where(m => m.Path is not null).ToDictionary(m => m.To, m => m.Path!);
        using var client = server.Anonymous();
        async Task AskAsync(string path, string agent)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "User-Agent", agent } } };
            using var answer = await client.SendAsync(request);
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.NoStore, answer.Headers.Contains("Set-Cookie")).ShouldBe((HttpStatusCode.OK, "image/gif", true, false));
        }

        using var viewer = await server.TokenClientAsync(Role.Viewer);
        async Task<(int, int, int, int)> RateAsync()
        {
            var all = (await viewer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate")).GetProperty("all");
            return (Number(all, "watched"), Number(all, "opened"), Number(all, "perhapsOpened"), Number(all, "answered"));
        }

        (await RateAsync()).ShouldBe((2, 0, 0, 0));
        // What asks as soon as it was sent looks at mails on their way.
        await AskAsync(pictures["ada@example.com"], Reader);
        (await RateAsync()).ShouldBe((2, 0, 1, 0));
        clock.Step(TimeSpan.FromMinutes(5));
        await AskAsync(pictures["ada@example.com"], Reader);
        await AskAsync(pictures["eda@example.com"], Fetcher);
        // Nothing is learned by guessing, and nothing by asking with another's signature.
        await AskAsync("/o/main/made-up.gif", Reader);
        await AskAsync(pictures["eda@example.com"].Replace("/o/main/", "/o/other/", StringComparison.Ordinal), Reader);
        (await RateAsync()).ShouldBe((2, 1, 1, 0));
        (await viewer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate/people?figure=opened")).GetProperty("people").EnumerateArray().ShouldHaveSingleItem().GetProperty("opened").GetString().ShouldBe("opened");
        (await viewer.GetFromJsonAsync<JsonElement>("/api/surveys/nobody/response-rate")).GetProperty("all").TryGetProperty("watched", out _).ShouldBeFalse();
        (await viewer.GetStringAsync("/api/customers/user_id:ada/timeline")).ShouldNotContain("Opened");

        // Who takes her word back is watched no more, in mails of before neither; and who gives it again is.
        await SayAsync("eda", "Consent Withdrawn");
        await AskAsync(pictures["eda@example.com"], Reader);
        (await RateAsync()).ShouldBe((2, 1, 1, 0));
        await SayAsync("eda", "Consent Given");
        await SaveAsync(ChannelKind.Name, "email", """{"label": {"tr": "E-posta", "en": "E-mail"}, "route": "email"}""");
        await AskAsync(pictures["eda@example.com"], Reader);
        (await RateAsync()).ShouldBe((2, 1, 1, 0), "the channel notices it no more");
        await SaveAsync(ChannelKind.Name, "email", """{"label": {"tr": "E-posta", "en": "E-mail"}, "route": "email", "opens": "analytics"}""");
        await AskAsync(pictures["eda@example.com"], Reader);
        (await RateAsync()).ShouldBe((2, 2, 0, 0));

        async Task SayAsync(string user, string name)
        {
            clock.Step(TimeSpan.FromSeconds(1));
            (await server.SendAsync("/v1/track", source!.WriteKey, $$$"""{"userId": "{{{user}}}", "event": "{{{name}}}", "timestamp": "{{{clock.GetUtcNow():O}}}", "properties": {"purpose": "analytics", "channel": "email"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public void Opens_OfAChannelThatIsNoMail_AreRefused() => ChannelKind.Instance.Check("dry", """{"label": {"tr": "K", "en": "D"}, "route": "trial", "opens": "analytics"}""").ShouldHaveSingleItem().Code.ShouldBe("opens_unused");

    [Fact]
    public async Task Reminder_LeadsToTheSameResponse_SaysWhatItIs_AndIsNoSecondInvitation()
    {
        await SaveAsync(AskingPolicyKind.Name, AskingPolicyKind.Key, "{}");
        await SaveAsync(AskingRuleKind.Name, "delivered", """{"label": {"tr": "T", "en": "D"}, "state": "live", "survey": "asked", "trigger": {"events": [{"names": ["Order Delivered"]}]}, "reminders": {"after": "P3D", "most": 1}}""");
        clock.Step(TimeSpan.FromSeconds(1));
        await IdentifyAsync("ada", "ada@example.com", "\"language\": \"en\"");
        await TrackAsync("ada", "Order Delivered");
        await FollowAsync();
        var first = sink.Next();
        first.Subject.ShouldBe("How was it?");
        clock.Step(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        await FollowAsync();
        var second = sink.Next();
        second.Subject.ShouldBe("Reminder: How was it?");
        second.Text.ShouldContain("You have not answered yet");
        (second.Unsubscribe, second.Id).ShouldNotBe((first.Unsubscribe, first.Id));
        var (one, other) = (await AnswerLinkAsync(first), await AnswerLinkAsync(second));
        using var client = server.Anonymous();
        await AnswerAsync(client, other);
        (await PageClient.PageAsync(client, one)).QuerySelector("main")!.TextContent.ShouldContain("You have answered this survey already");
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        var all = (await viewer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate")).GetProperty("all");
        (Number(all, "invited"), Number(all, "answered")).ShouldBe((1, 1));
        var asks = (await viewer.GetFromJsonAsync<JsonElement>("/api/customers/user_id:ada/asks")).GetProperty("asks");
        asks.EnumerateArray().Select(a => (a.GetProperty("state").GetString(), a.TryGetProperty("reminder", out var n) ? n.GetInt32() : 0)).ShouldBe([("asked", 1), ("asked", 0)]);
        using var owner = await server.SignInAsync();
        (await PageClient.PageAsync(owner, "/w/main/surveys/asking/decisions")).QuerySelectorAll("tbody tr")[0].TextContent.ShouldContain("1");
    }

    [Fact]
    public async Task ReturnPath_OfEachMail_SaysWhichOneCameBack()
    {
        await SaveAsync(ChannelKind.Name, "email", """{"label": {"tr": "E-posta", "en": "E-mail"}, "route": "email", "returnPath": "geri@example.com"}""");
        await IdentifyAsync("ada", "ada@example.com");
        await InviteAsync("ada");
        var mail = sink.Next();
        mail.From.ShouldContain("temas@example.com");
        mail.ReturnPath!.ShouldMatch("^geri\\+[0-9a-f]{32}@example\\.com$");
        var message = (await EngageBook.Of(server.Main).Outbox.ListAsync(null, null, null, 10)).ShouldHaveSingleItem();
        mail.ReturnPath.ShouldBe($"geri+{message.Mark}@example.com");
        await UntilAsync(async () => (await EngageBook.Of(server.Main).Outbox.FindAsync(message.Id))!.State == MessageState.Sent);
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        // An answering machine writes to the return path, too; it is no bounce.
        using (var away = await marketer.PostAsync("/api/channels/email/bounces", Raw($"From: Ada <ada@example.com>\r\nTo: {mail.ReturnPath}\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nI am away, call 5.1.1.\r\n"))) away.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        // A mail server that writes in its own words and repeats nothing of the mail.
        using var taken = await marketer.PostAsync("/api/channels/email/bounces", Raw($"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: <{mail.ReturnPath!.ToUpperInvariant()}>\r\nSubject: Undeliverable\r\n\r\nYour message could not be delivered: 550 5.1.1 user unknown.\r\n"));
        taken.StatusCode.ShouldBe(HttpStatusCode.OK, await taken.Content.ReadAsStringAsync());
        (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("bounced");
        (await EngageBook.Of(server.Main).Outbox.FindAsync(message.Id))!.State.ShouldBe(MessageState.Bounced);
    }

    [Theory]
    [InlineData("geri@example.com", true)]
    [InlineData("geri+x@example.com", false)]
    [InlineData("a.name.that.is.much.too.long.for.it@example.com", false)]
    [InlineData("nobody", false)]
    public void ReturnPath_IsAnAddressWithRoomForTheMark(string address, bool expected) => (ChannelKind.Instance.Check("email", $$"""{"label": {"tr": "E", "en": "E"}, "route": "email", "returnPath": "{{address}}"}""").Count == 0).ShouldBe(expected);

    [Theory]
    [InlineData("Return-Path: <>", "550 5.1.1 no such user", "bounced", "5.1.1")]
    [InlineData("From: Mail Delivery <mailer-daemon@mx.example.net>", "552 5.2.2 mailbox full", "failed", "5.2.2")]
    [InlineData("Return-Path: <>", "The host answered 550 and nothing else", "failed", "550")]
    [InlineData("From: ada@example.com", "550 5.1.1 no such user", null, null)]
    [InlineData("Return-Path: <>", "Thank you for your mail", null, null)]
    public void Bounce_InOwnWords_IsKnownByItsRecipient(string from, string text, string? state, string? status)
    {
        var mark = OutboxStore.MarkOf("m");
        var read = BounceMail.Read($"{from}\r\nX-Other: 1\r\nDelivered-To: geri+{mark}@example.com\r\n\r\n{text}\r\n", "geri@example.com", "main");
        (read is null ? null : OutboxMessage.NameOf(read.State!.Value), read?.Status).ShouldBe((state, status));
        if (read is not null) (read.Mark, read.Workspace).ShouldBe((mark, "main"));
        BounceMail.Read($"{from}\r\nTo: geri+{mark}@elsewhere.example\r\n\r\n{text}\r\n", "geri@example.com", "main").ShouldBeNull("it came to somebody else");
    }

    [Fact]
    public async Task Trial_SendsNothing_AndSaysSo()
    {
        await SaveAsync(ChannelKind.Name, "trial", """{"label": {"tr": "Deneme", "en": "Trial"}, "route": "trial"}""");
        await IdentifyAsync("ada", "ada@example.com");
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var sent = await marketer.PostAsJsonAsync("/api/surveys/asked/invitations", new { customer = "user_id:ada", channel = "trial" });
        sent.StatusCode.ShouldBe(HttpStatusCode.OK, await sent.Content.ReadAsStringAsync());
        await UntilAsync(async () => (await EngageBook.Of(server.Main).Outbox.ListAsync(MessageState.Held, "trial", null, 10)) is [{ Why: "trial" }]);
        sink.IsEmpty.ShouldBeTrue();
        var all = (await marketer.GetFromJsonAsync<JsonElement>("/api/surveys/asked/response-rate")).GetProperty("all");
        (Number(all, "invited"), Number(all, "notReached"), all.TryGetProperty("rate", out _)).ShouldBe((1, 1, false));
        using var owner = await server.SignInAsync();
        (await PageClient.PageAsync(owner, "/w/main/channels")).Body!.TextContent.ShouldContain("nothing is sent");
        (await PageClient.PageAsync(owner, "/w/main/channels/of/trial")).QuerySelectorAll("form[action$=test]").ShouldBeEmpty();
        (await PageClient.PageAsync(owner, "/w/main/channels/new?route=trial")).QuerySelectorAll("#url").ShouldBeEmpty();
        (await PageClient.PostAsync(owner, "/w/main/channels/save", ("key", "dry"), ("labelTr", "Kuru"), ("labelEn", "Dry"), ("on", "1"), ("route", "trial"), ("consent", "unless_refused"))).ShouldBe("/w/main/channels");
        Channel.Of(server.Main)["dry"].Route.ShouldBe(ChannelRoute.Trial);
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await manager.PostAsJsonAsync("/api/channels/trial/test", new { to = "x" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    private static StringContent Raw(string mail) => new(mail, Encoding.UTF8, "message/rfc822");

    private static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();

    private async Task SaveAsync(string kind, string key, string json) => (await server.Main.Definitions.SaveAsync(kind, key, json, Actor.System)).Problem.ShouldBeNull();

    private static async Task<string> AnswerLinkAsync(TakenMail mail) => (await new HtmlParser().ParseDocumentAsync(mail.Html)).QuerySelectorAll("td a").Select(a => a.GetAttribute("href")!).First(h => h.Contains("&a=9", StringComparison.Ordinal))[Root.Length..];

    private static async Task AnswerAsync(HttpClient client, string link)
    {
        var page = await PageClient.PageAsync(client, link);
        var fields = page.QuerySelectorAll("form input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).Append(("q.score", "9")).Append(("go", "next")).ToArray();
        await PageClient.PostAsync(client, "/s/main/asked", fields);
    }

    private async Task InviteAsync(string user, string survey = "asked")
    {
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var sent = await marketer.PostAsJsonAsync($"/api/surveys/{survey}/invitations", new { customer = "user_id:" + user });
        sent.StatusCode.ShouldBe(HttpStatusCode.OK, await sent.Content.ReadAsStringAsync());
    }

    private async Task IdentifyAsync(string user, string email, string more = "\"vip\": false")
    {
        source ??= await server.CreateSourceAsync();
        (await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId": "{{{user}}}", "timestamp": "{{{clock.GetUtcNow():O}}}", "traits": {"email": "{{{email}}}", {{{more}}}}}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task TrackAsync(string user, string name)
    {
        source ??= await server.CreateSourceAsync();
        (await server.SendAsync("/v1/track", source.WriteKey, $$"""{"userId": "{{user}}", "event": "{{name}}", "timestamp": "{{clock.GetUtcNow():O}}"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task FollowAsync()
    {
        await AskingDesk.Of(server.Main).FollowAsync(server.Services.GetRequiredService<AskEngine>(), server.Services.GetRequiredService<IInvites>(), default);
        await server.Services.GetRequiredService<SendOutbox>().RunAsync(server.Main);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 600 && !await holds(); i++) await Task.Delay(50);
        (await holds()).ShouldBeTrue();
    }
}
