using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Temas.Engage.Channels;
using Temas.Engage.Webhooks;
using Temas.Kernel;
using Temas.Server.Tests.Mail;
using Temas.Storage.Definitions;

namespace Temas.Server.Tests.Engage;

/// <summary>Channels and webhooks as people make them: by forms, as a browser without scripts sends them.</summary>
public sealed class EngagePagesTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Channel_IsMade_Refused_AndGivenItsSecret()
    {
        using var browser = await server.SignInAsync();
        (string, string)[] fields = [("route", "http"), ("key", "whatsapp"), ("labelTr", "WhatsApp"), ("labelEn", "WhatsApp"), ("on", "1"), ("consent", "required"), ("perSecond", "2,5"), ("headers", "X-Key: {secret:key}\nX-Empty:"), ("body", """{"to": "{whom}"}""")];
        var refused = await PageClient.PostAsync(browser, "/w/main/channels/save", [.. fields, ("url", "https://{to}.example.com/")]);
        var page = await PageClient.PageAsync(browser, refused);
        page.QuerySelector("#url")!.GetAttribute("aria-invalid").ShouldBe("true");
        page.QuerySelector("#body")!.GetAttribute("aria-invalid").ShouldBe("true");
        page.QuerySelector("#headers")!.GetAttribute("aria-invalid").ShouldBe("true");
        ChangeDefinition.InForce(server.Main, ChannelKind.Name, "whatsapp").ShouldBeNull();
        (string, string)[] good = [.. fields.Where(f => f.Item1 is not ("body" or "headers")), ("url", "https://gateway.example.com/send?to={to}"), ("headers", "X-Key: {secret:key}"), ("body", """{"text": "{text}"}"""), ("successPath", "ok"), ("successValues", "true"), ("reportId", "id"), ("reportState", "s"), ("reportDelivered", "read, delivered")];
        (await PageClient.PostAsync(browser, "/w/main/channels/save", good)).ShouldBe("/w/main/channels");
        var channel = Channel.Of(server.Main)["whatsapp"];
        (channel.Consent, channel.PerSecond, channel.Address, channel.Gateway!.Reports!.Delivered.Count).ShouldBe((ConsentRule.Required, 2.5, "phone", 2));
        // What is saved unchanged is the same version.
        page = await PageClient.PageAsync(browser, "/w/main/channels/of/whatsapp");
        var shown = page.QuerySelectorAll("form[action$='/save'] input[name], form[action$='/save'] textarea[name], form[action$='/save'] select[name]")
            .Where(f => f.GetAttribute("name") != "__RequestVerificationToken" && (f.GetAttribute("type") != "checkbox" || f.HasAttribute("checked")))
            .Select(f => (f.GetAttribute("name")!, f switch { AngleSharp.Html.Dom.IHtmlTextAreaElement t => t.Value, AngleSharp.Html.Dom.IHtmlSelectElement s => s.Value ?? "", _ => f.GetAttribute("value") ?? "" })).ToArray();
        await PageClient.PostAsync(browser, "/w/main/channels/save", shown);
        ChangeDefinition.InForce(server.Main, ChannelKind.Name, "whatsapp")!.Version.ShouldBe(1);
        page.QuerySelector("#reports")!.TextContent.ShouldContain("/channels/main/whatsapp/reports?s=");
        (await PageClient.PageAsync(browser, "/w/main/channels")).Body!.TextContent.ShouldContain("A secret is missing");
        (await PageClient.PostAsync(browser, "/w/main/channels/secret", ("of", "whatsapp"), ("name", "key"), ("value", ""))).ShouldContain("problem=secret_invalid");
        (await PageClient.PostAsync(browser, "/w/main/channels/secret", ("of", "whatsapp"), ("name", "key"), ("value", "canary-4711"))).ShouldBe("/w/main/channels/of/whatsapp");
        (await browser.GetStringAsync("/w/main/channels/of/whatsapp")).ShouldNotContain("canary-4711");
        // A gateway that is nowhere: the test says so, and mail without a mail server says that.
        (await PageClient.PostAsync(browser, "/w/main/channels/test", ("of", "whatsapp"))).ShouldContain("problem=test_address_missing");
        (await PageClient.PageAsync(browser, await PageClient.PostAsync(browser, "/w/main/channels/test", ("of", "email")))).Body!.TextContent.ShouldContain("No mail server is set");
        (await PageClient.PostAsync(browser, "/w/main/channels/remove", ("of", "whatsapp"))).ShouldBe("/w/main/channels");
        (await browser.GetAsync("/w/main/channels/of/whatsapp")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PageClient.PostAsync(browser, "/w/main/channels/restore", ("of", "whatsapp"))).ShouldBe("/w/main/channels");
    }

    [Fact]
    public async Task Test_ByMail_GoesToThePersonAlone()
    {
        await using var sink = await MailSink.StartAsync();
        await using var mailing = await TemasServer.StartAsync(settings: sink.In);
        using var browser = await mailing.SignInAsync();
        (await PageClient.PostAsync(browser, "/w/main/channels/test", ("of", "email"), ("to", "stranger@example.com"))).ShouldBe("/w/main/channels/of/email");
        sink.Next().To.ShouldBe(TemasServer.OwnerEmail);
        using var manager = await mailing.TokenClientAsync(Role.Manager);
        (await manager.PostAsync("/api/channels/email/test", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Webhook_IsMade_AndItsKeyIsShownOnce()
    {
        using var browser = await server.SignInAsync();
        var refused = await PageClient.PostAsync(browser, "/w/main/webhooks/save", ("key", "crm"), ("labelTr", "CRM"), ("labelEn", "CRM"), ("on", "1"), ("url", "ftp://x"), ("events", "Everything!"));
        var page = await PageClient.PageAsync(browser, refused);
        page.QuerySelectorAll("[aria-invalid=true]").Select(f => f.Id).ShouldBe(["url", "events"]);
        (await PageClient.PostAsync(browser, "/w/main/webhooks/save", ("key", "crm"), ("labelTr", "CRM"), ("labelEn", "CRM"), ("on", "1"), ("url", "https://crm.example.com/"), ("events", "survey.answered\nfollowup.opened"))).ShouldBe("/w/main/webhooks");
        Webhook.Of(server.Main)["crm"].Wants("followup.opened").ShouldBeTrue();
        var shown = await PageClient.PostAsync(browser, "/w/main/webhooks/new-secret", ("of", "crm"));
        shown.ShouldNotContain("whsec_");
        var secret = (await PageClient.PageAsync(browser, shown)).QuerySelector("#secret")!.TextContent;
        secret.ShouldBe(await server.Services.GetRequiredService<WebhookSecrets>().OfAsync(server.Main, "crm", CancellationToken.None));
        (await PageClient.PageAsync(browser, shown)).QuerySelector("#secret").ShouldBeNull();
        (await browser.GetStringAsync("/w/main/webhooks")).ShouldNotContain(secret);
    }
}
