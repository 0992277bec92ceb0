using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Engage;
using Temas.Engage.Channels;
using Temas.Engage.Contracts;
using Temas.Engage.Outbound;
using Temas.Engage.Outbox;
using Temas.Engage.Webhooks;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Storage.EventLog;

namespace Temas.Server.Tests.Engage;

/// <summary>Gateways and webhooks against a real HTTP server, and what comes back from them.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private const string Survey = """{"languages": ["tr", "en"], "title": {"tr": "Kargo nasıldı, memnun kaldınız mı, yeniden alır mısınız?", "en": "How was it?"}, "pages": [{"id": "one", "questions": [{"id": "score", "kind": "csat", "required": true, "title": {"tr": "?", "en": "?"}}]}]}""";

    private readonly SteppedClock clock = new();
    private readonly FakeGateway gateway = new();
    private TemasServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TemasServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: s => s with { PublicUrl = "https://t.example", PrivateTargets = true });
        await SaveAsync(SurveyKind.Name, "cargo", Survey);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        gateway.Dispose();
    }

    [Fact]
    public async Task Sms_GoesThroughTheGateway_WithAShortLink_AndIsReportedBack()
    {
        await SaveSmsAsync();
        await IdentifyAsync("ada", "+90 555 111 22 33");
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await manager.PutAsJsonAsync("/api/channels/sms/secrets/other", new { value = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await manager.PutAsJsonAsync("/api/channels/sms/secrets/token", new { value = "top \"secret\"" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await InviteAsync("ada")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var request = gateway.Next();
        request.Headers["authorization"].ShouldBe("Bearer top \"secret\"");
        var body = JsonDocument.Parse(request.Body).RootElement;
        body.GetProperty("to").GetString().ShouldBe("+905551112233");
        body.GetProperty("quoted").GetString().ShouldBe("a top \"secret\" b");
        request.Headers["idempotency-key"].ShouldBe(body.GetProperty("ref").GetString());
        var text = body.GetProperty("text").GetString()!;
        text.ShouldStartWith("Kargo nasıldı");
        text.Length.ShouldBeLessThanOrEqualTo(70);
        var link = text[text.IndexOf("https://t.example/i/main/", StringComparison.Ordinal)..]["https://t.example".Length..];
        using var client = server.Anonymous();
        using (var answer = await client.GetAsync(link))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Found);
            var page = await PageClient.PageAsync(client, answer.Headers.Location!.OriginalString);
            page.QuerySelector("#q-score").ShouldNotBeNull();
        }

        (await client.GetAsync("/i/main/AAAAAAAAAAAA")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await UntilAsync(() => Told("Message Sent").Count == 1);

        // The gateway reports by its own id; nobody else can.
        var reports = DeliveryReports.PathOf(server.Main, "sms");
        foreach (var forged in new[] { reports[..^1] + (reports[^1] == 'A' ? 'B' : 'A'), reports.Split('?')[0], reports.Replace("/sms/", "/email/", StringComparison.Ordinal) })
            (await client.PostAsJsonAsync(forged, new { id = "G-1", status = "DELIVRD" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.PostAsync(reports, new StringContent("{", Encoding.UTF8, "application/json"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.PostAsJsonAsync(reports, new object[] { new { id = "G-0", status = "DELIVRD" }, new { id = "G-1", status = "ACCEPTD" } })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await MessageAsync()).State.ShouldBe(MessageState.Sent);
        (await client.GetAsync(reports + "&id=G-1&status=DELIVRD")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await MessageAsync()).State.ShouldBe(MessageState.Delivered);
        (await client.PostAsync(reports, PageClient.Form(("id", "G-1"), ("status", "UNDELIV")))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await MessageAsync()).State.ShouldBe(MessageState.Delivered);
        await UntilAsync(() => Told("Message Delivered").Count == 1);

        // The secret is nowhere: not in the API, not on the page, not in the log.
        using var owner = await server.SignInAsync();
        foreach (var path in new[] { "/api/definitions/channel/sms?workspace=main", "/api/channels?workspace=main", "/w/main/channels/of/sms", "/api/audit?workspace=main" }) (await owner.GetStringAsync(path)).ShouldNotContain("top ", Case.Sensitive, path);
        server.Log.ToString()!.ShouldNotContain("secret\\\"");
    }

    [Theory]
    [InlineData(503, "", "waiting", "http_503")]
    [InlineData(429, "", "waiting", "http_429")]
    [InlineData(400, "", "failed", "http_400")]
    [InlineData(302, "", "failed", "http_302")]
    [InlineData(200, """{"status": "balance"}""", "failed", "gateway_refused")]
    [InlineData(200, "no JSON", "failed", "gateway_refused")]
    public async Task Gateway_ThatRefuses_IsAskedAgainOrNot(int status, string body, string state, string why)
    {
        await SaveSmsAsync();
        gateway.Answer = _ => (status, body);
        await IdentifyAsync("ada", "+905551112233");
        await InviteAsync("ada");
        await UntilAsync(async () => (await MessageAsync()).Why == "secret_missing");
        gateway.IsEmpty.ShouldBeTrue("without its secret nothing is sent");
        using var manager = await server.TokenClientAsync(Role.Manager);
        await manager.PutAsJsonAsync("/api/channels/sms/secrets/token", new { value = "x" });
        (await manager.PostAsync($"/api/outbox/{Uri.EscapeDataString((await MessageAsync()).Id)}/send", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await UntilAsync(async () => await MessageAsync() is var m && m.Why == why && OutboxMessage.NameOf(m.State) == state);
        gateway.Next().Url.ShouldBe("/send");
        gateway.IsEmpty.ShouldBeTrue("a redirect is not followed");
    }

    [Fact]
    public async Task Bounce_ByMail_ClosesTheAddress()
    {
        await IdentifyAsync("ada", "+905551112233", "ada@example.com");
        var outbox = EngageBook.Of(server.Main).Outbox;
        var message = new ChannelMessage { Id = "m1", Customer = IdOf("ada"), Channel = "email", Purpose = "surveys", Reference = "survey:cargo", Language = "tr", Text = "t", Until = clock.GetUtcNow().AddDays(1) };
        await using (var connection = await server.Main.Database.OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await outbox.AddAsync(connection, transaction, message);
            await Dapper.SqlMapper.ExecuteAsync(connection, "update outbox set state = 2, address = @address", new { address = EngageBook.Of(server.Main).DigestOf("ada@example.com") }, transaction);
            await transaction.CommitAsync();
        }

        using var marketer = await server.TokenClientAsync(Role.Marketer);
        async Task<(HttpStatusCode, string?)> BounceAsync(string raw)
        {
            using var answer = await marketer.PostAsync("/api/channels/email/bounces", new StringContent(raw, Encoding.UTF8, "message/rfc822"));
            return (answer.StatusCode, answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString() : null);
        }

        (await BounceAsync("Subject: hello\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n")).Item1.ShouldBe(HttpStatusCode.BadRequest);
        (await BounceAsync(Notification("delayed", "4.4.1", OutboxStore.MarkOf("m1")))).ShouldBe((HttpStatusCode.OK, "delayed"));
        (await BounceAsync(Notification("failed", "5.1.1", OutboxStore.MarkOf("another")))).ShouldBe((HttpStatusCode.OK, "bounced"));
        EngageBook.Of(server.Main).Outbox.HasBounced("email", EngageBook.Of(server.Main).DigestOf("ada@example.com")).ShouldBeFalse();
        (await BounceAsync(Notification("failed", "5.1.1", OutboxStore.MarkOf("m1")))).ShouldBe((HttpStatusCode.OK, "bounced"));
        (await MessageAsync()).Why.ShouldBe("dsn_5.1.1");
        EngageBook.Of(server.Main).Outbox.HasBounced("email", EngageBook.Of(server.Main).DigestOf("Ada@Example.com")).ShouldBeTrue();
        await UntilAsync(() => Told("Message Bounced").Count == 1);
        BounceMail.Read(Notification("failed", "5.2.2", OutboxStore.MarkOf("m1")))!.State.ShouldBe(MessageState.Failed, "a full mailbox is there still");
        using var agent = await server.TokenClientAsync(Role.Agent);
        (await agent.PostAsync("/api/channels/email/bounces", new StringContent("x", Encoding.UTF8, "message/rfc822"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:c0a8:0101::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    public void Address_IsAnybodysOrNot(string address, bool expected) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(expected);

    [Fact]
    public async Task Target_ThatIsPrivate_IsNotReached_WhateverItIsCalled()
    {
        using var outbound = new OutboundClient(new EngageOptions());
        foreach (var url in new[] { gateway.Root, gateway.Root.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), gateway.Root.Replace("127.0.0.1", "127.1", StringComparison.Ordinal), gateway.Root.Replace("127.0.0.1", "[::ffff:127.0.0.1]", StringComparison.Ordinal), gateway.Root.Replace("127.0.0.1", "2130706433", StringComparison.Ordinal) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            (await outbound.SendAsync(request, CancellationToken.None)).Why.ShouldBe("target_refused", url);
        }

        gateway.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Webhook_IsToldAnAnswer_Signed_AgainWithTheSameId_AndPausedWhenItFailsForLong()
    {
        await SaveAsync(WebhookKind.Name, "crm", $$"""{"label": {"tr": "CRM", "en": "CRM"}, "url": "{{gateway.Root}}/hook", "events": ["survey.answered"]}""");
        using var manager = await server.TokenClientAsync(Role.Manager);
        var secret = (await (await manager.PostAsync("/api/webhooks/crm/secret", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        secret.ShouldStartWith("whsec_");
        // It hears what is told from now on.
        await server.Services.GetRequiredService<SendWebhooks>().RunAsync(server.Main);
        gateway.Answer = _ => (500, "");
        using var client = server.Anonymous();
        await AnswerAsync(client, "4");
        var first = gateway.Next();
        var body = JsonDocument.Parse(first.Body).RootElement;
        (body.GetProperty("type").GetString(), body.GetProperty("data").GetProperty("survey").GetString(), body.GetProperty("data").GetProperty("score").GetDouble()).ShouldBe(("survey.answered", "cargo", 4));
        body.GetProperty("customer").GetString()!.Length.ShouldBe(16);
        first.Headers["webhook-signature"].ShouldBe(WebhookSecrets.Sign(secret, first.Headers["webhook-id"], DateTimeOffset.FromUnixTimeSeconds(long.Parse(first.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture)), first.Body));

        var store = server.Main.Part<WebhookStore>();
        await UntilAsync(async () => (await store.ListAsync("crm", 10)) is [{ State: DeliveryState.Waiting, Code: "http_500" }]);
        (await store.StatesAsync()).ContainsKey("crm").ShouldBeTrue();
        // A listener that ends before its place was noted hears again, and nothing is delivered under two ids.
        await using (var connection = await server.Main.Database.OpenAsync()) await Dapper.SqlMapper.ExecuteAsync(connection, "update module_listener set position = 0 where name = 'webhooks'");
        gateway.Answer = _ => (204, "");
        clock.Step(TimeSpan.FromMinutes(2));
        await server.Services.GetRequiredService<SendWebhooks>().RunAsync(server.Main);
        var second = gateway.Next();
        (second.Headers["webhook-id"], second.Body).ShouldBe((first.Headers["webhook-id"], first.Body));
        second.Headers["webhook-timestamp"].ShouldNotBe(first.Headers["webhook-timestamp"]);
        await UntilAsync(async () => (await store.ListAsync("crm", 10)) is [{ State: DeliveryState.Done }]);
        (await store.StatesAsync()).ShouldBeEmpty();

        // It fails for days: it is paused, and goes on when a person says so.
        gateway.Answer = _ => (500, "");
        var id = (await store.ListAsync("crm", 10))[0].Id;
        (await manager.PostAsync($"/api/webhooks/crm/deliveries/{id}/send", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await manager.PostAsync("/api/webhooks/crm/deliveries/none/send", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await server.Services.GetRequiredService<SendWebhooks>().RunAsync(server.Main);
        await UntilAsync(async () => (await store.StatesAsync()).ContainsKey("crm"));
        clock.Step(WebhookStore.PausedAfter + TimeSpan.FromHours(2));
        await server.Services.GetRequiredService<SendWebhooks>().RunAsync(server.Main);
        await UntilAsync(async () => (await store.StatesAsync()).TryGetValue("crm", out var state) && state.Paused is not null);
        (await store.ListAsync("crm", 10))[0].State.ShouldBe(DeliveryState.Failed, "three days are over");
        (await manager.PostAsync("/api/webhooks/crm/resume", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        (await marketer.GetAsync("/api/webhooks")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static string Notification(string action, string status, string mark) => $"""
        From: Mail Delivery <mailer-daemon@mx.example>
        Content-Type: multipart/report; report-type=delivery-status;
            boundary="b1"
        MIME-Version: 1.0

        --b1
        Content-Type: text/plain

        Sorry.
        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; ada@example.com
        Action: {action}
        Status: {status}

        --b1
        Content-Type: message/rfc822

        Message-ID:
         <main.{mark}@example.com>
        Subject: Anket

        Action: delivered
        Status: 2.0.0
        --b1--

        """;

    private async Task AnswerAsync(HttpClient client, string score)
    {
        await IdentifyAsync("eda", "+905551112244");
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        var made = await (await marketer.PostAsJsonAsync("/api/surveys/cargo/links", new { customer = "user_id:eda" })).Content.ReadFromJsonAsync<JsonElement>();
        var token = made.GetProperty("url").GetString()!.Split("t=")[1];
        using var answer = await client.PostAsync("/s/main/cargo", PageClient.Form(("t", token), ("p", "one"), ("lang", "tr"), ("go", "next"), ("q.score", score)));
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    private Task SaveSmsAsync() => SaveAsync(ChannelKind.Name, "sms", JsonSerializer.Serialize(new
    {
        label = new { tr = "SMS", en = "SMS" },
        route = "http",
        gateway = new
        {
            url = gateway.Root + "/send",
            headers = new[] { new { name = "Authorization", value = "Bearer {secret:token}" } },
            body = """{"to": "{to}", "text": "{text}", "ref": "{id}", "quoted": "a {secret:token} b"}""",
            successPath = "status",
            successValues = new[] { "ok" },
            idPath = "messages[0].id",
            reports = new { id = "id", state = "status", delivered = new[] { "DELIVRD" }, failed = new[] { "UNDELIV" } },
        },
    }));

    private async Task SaveAsync(string kind, string key, string json) => (await server.Main.Definitions.SaveAsync(kind, key, json, Actor.System)).Problem.ShouldBeNull();

    private async Task IdentifyAsync(string user, string phone, string? email = null)
    {
        var source = await server.CreateSourceAsync();
        var traits = email is null ? $$"""{"phone": "{{phone}}"}""" : $$"""{"phone": "{{phone}}", "email": "{{email}}"}""";
        (await server.SendAsync("/v1/identify", source.WriteKey, $$"""{"userId": "{{user}}", "traits": {{traits}}}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> InviteAsync(string user)
    {
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        return await marketer.PostAsJsonAsync("/api/surveys/cargo/invitations", new { customer = "user_id:" + user, channel = "sms" });
    }

    private string IdOf(string user) => Temas.Customers.Api.ReadCustomer.Find(server.Main, "user_id:" + user).Value.Id;

    private async Task<OutboxMessage> MessageAsync() => (await EngageBook.Of(server.Main).Outbox.ListAsync(null, null, null, 10)).ShouldHaveSingleItem();

    private List<JsonElement> Told(string name) =>
        [.. server.Main.Log.ReadFrom(1).Where(e => e.Kind == LogRecordKind.Event).Select(e => JsonDocument.Parse(e.Json).RootElement).Where(e => e.TryGetProperty("event", out var of) && of.GetString() == name)];

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 600 && !await holds(); i++) await Task.Delay(50);
        (await holds()).ShouldBeTrue();
    }
}
