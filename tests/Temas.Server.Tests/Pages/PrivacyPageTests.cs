using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Customers.Privacy;
using Temas.Kernel;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Pages;

/// <summary>Data protection as a browser without scripts uses it: requests with a due day, erasure with a proof that can be verified, exports, consent over all customers.</summary>
public sealed class PrivacyPageTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Request_ToBeErased_IsFoundRecordedAndAnsweredByAProofThatHolds()
    {
        await SendAsync("pp1", "pp-erase", "Order Completed", "{}");
        await SendAsync("pp2", "pp-erase", "Order Delivered", "{}");
        using var owner = await server.SignInAsync();
        var found = await PageAsync(owner, "/w/main/privacy?q=pp-erase");
        var id = found.QuerySelector("input[name=customer]")!.GetAttribute("value")!;
        (await PostAsync(owner, "/w/main/privacy/requests", ("customer", id), ("kind", "erase"), ("received", "2199-01-01"))).ShouldBe("/w/main/privacy?problem=request_day_invalid");
        (await PostAsync(owner, "/w/main/privacy/requests", ("customer", id), ("kind", "sell"), ("received", ""))).ShouldBe("/w/main/privacy?problem=request_kind_unknown");
        (await PostAsync(owner, "/w/main/privacy/requests", ("customer", id), ("kind", "export"))).ShouldBe("/w/main/privacy");
        (await PostAsync(owner, "/w/main/privacy/requests", ("customer", id), ("kind", "erase"))).ShouldBe("/w/main/privacy");
        var requests = (await owner.GetFromJsonAsync<JsonElement>("/api/privacy/requests")).GetProperty("requests").EnumerateArray().Where(r => r.TryGetProperty("customer", out var of) && of.GetString() == id).ToList();
        requests.Count.ShouldBe(2);
        var erase = requests.Single(r => r.GetProperty("kind").GetString() == "erase");
        (DateOnly.Parse(erase.GetProperty("due").GetString()!, System.Globalization.CultureInfo.InvariantCulture).DayNumber - DateOnly.Parse(erase.GetProperty("received").GetString()!, System.Globalization.CultureInfo.InvariantCulture).DayNumber).ShouldBe(30);

        var number = erase.GetProperty("id").GetString()!;
        (await PostAsync(owner, $"/w/main/privacy/requests/{number}/erase", ("say", "nope"))).ShouldBe("/w/main/privacy?problem=not_confirmed");
        (await PostAsync(owner, $"/w/main/privacy/requests/{number}/erase", ("say", id[..4]))).ShouldBe("/w/main/privacy?tab=erasures");
        (await owner.GetAsync("/api/customers/user_id:pp-erase")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var after = await owner.GetStringAsync("/api/privacy/requests");
        after.ShouldNotContain(id);
        after.ShouldNotContain("pp-erase");
        var closed = JsonElement.Parse(after).GetProperty("requests").EnumerateArray().Single(r => r.GetProperty("id").GetString() == number);
        (closed.GetProperty("isOpen").GetBoolean(), closed.GetProperty("outcome").GetString()).ShouldBe((false, "erased"));
        var proof = closed.GetProperty("proof").GetString()!;
        var verified = await owner.GetFromJsonAsync<JsonElement>($"/api/privacy/erasures/{proof}");
        (verified.GetProperty("holds").GetBoolean(), verified.GetProperty("positions").GetInt32(), verified.GetProperty("erased").GetInt32()).ShouldBe((true, 2, 2));
        (await PageAsync(owner, $"/w/main/privacy?tab=erasures&verify={proof}")).QuerySelectorAll(".notice-ok").ShouldContain(n => n.TextContent.Contains(proof, StringComparison.Ordinal));
        using var file = await owner.GetAsync($"/w/main/privacy/erasures/{proof}");
        file.Content.Headers.ContentDisposition!.FileName.ShouldBe($"erasure-{proof}.json");
        (await PostAsync(owner, $"/w/main/privacy/requests/{number}/close", ("outcome", "refused"))).ShouldBe("/w/main/privacy?problem=request_closed");
        (await PageAsync(owner, "/w/main/privacy")).Body!.TextContent.ShouldContain("Erased");
    }

    [Fact]
    public async Task Request_ForACopy_IsAnsweredAndTheExportIsListed()
    {
        await SendAsync("pc1", "pp-copy", "Order Completed", "{}");
        using var owner = await server.SignInAsync();
        var id = (await owner.GetFromJsonAsync<JsonElement>("/api/customers/user_id:pp-copy")).GetProperty("id").GetString()!;
        (await PostAsync(owner, "/w/main/privacy/requests", ("customer", "user_id:pp-copy"), ("kind", "export"))).ShouldBe("/w/main/privacy");
        (await owner.GetAsync($"/w/main/customers/{id}/export")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PageAsync(owner, "/w/main/privacy?tab=exports")).Body!.TextContent.ShouldContain(id);
        var number = (await owner.GetFromJsonAsync<JsonElement>("/api/privacy/requests")).GetProperty("requests").EnumerateArray().First(r => r.TryGetProperty("customer", out var of) && of.GetString() == id).GetProperty("id").GetString();
        (await PostAsync(owner, $"/w/main/privacy/requests/{number}/close", ("outcome", "exported"))).ShouldBe("/w/main/privacy");
        (await PostAsync(owner, "/w/main/privacy/requests", ("kind", "export"))).ShouldBe("/w/main/privacy");
        (await owner.GetFromJsonAsync<JsonElement>("/api/privacy/requests")).GetProperty("requests").EnumerateArray().ShouldContain(r => r.GetProperty("outcome").GetString() == "nothing_held");
    }

    [Fact]
    public async Task Consent_OverAllCustomers_IsCountedAndOpensToThem()
    {
        await SendAsync("cc1", "pc-1", "Consent Given", """{"purpose":"gardening","channel":"email"}""");
        await SendAsync("cc2", "pc-2", "Consent Withdrawn", """{"purpose":"gardening"}""");
        server.Main.Part<Temas.Customers.Census.CustomerCensus>().ReadNow();
        using var viewer = await server.TokenClientAsync(Role.Manager);
        var counts = await viewer.GetFromJsonAsync<JsonElement>("/api/privacy/consents");
        var email = counts.GetProperty("consents").EnumerateArray().Single(c => c.GetProperty("purpose").GetString() == "gardening" && c.GetProperty("channel").GetString() == "email");
        // A word about all channels holds for each of them.
        (email.GetProperty("granted").GetInt32(), email.GetProperty("denied").GetInt32()).ShouldBe((1, 1));
        email.GetProperty("unknown").GetInt64().ShouldBe(counts.GetProperty("customers").GetInt64() - 2);
        var page = await PageAsync(viewer, "/w/main/privacy?tab=consents");
        var link = page.QuerySelectorAll("td.num a").First(a => a.GetAttribute("href")!.Contains("purpose=gardening&on=email", StringComparison.Ordinal) && a.GetAttribute("href")!.EndsWith("answer=denied", StringComparison.Ordinal)).GetAttribute("href")!;
        var listed = (await PageAsync(viewer, link)).QuerySelector("#results")!.TextContent;
        listed.ShouldContain("pc-2");
        listed.ShouldNotContain("pc-1");
        (await PageAsync(viewer, "/w/main/privacy?tab=kept")).QuerySelectorAll("dt").Length.ShouldBe(6);
    }

    [Fact]
    public async Task Purpose_ThatNobodyDefined_IsOfferedAndThenShownByItsName()
    {
        await SendAsync("cp1", "pp-purpose", "Consent Given", """{"purpose":"Balkon Kulübü","channel":"email"}""");
        await SendAsync("cp2", "pp-purpose", "Consent Given", """{"purpose":"marketing","channel":"sms"}""");
        server.Main.Part<Temas.Customers.Census.CustomerCensus>().ReadNow();
        using var owner = await server.SignInAsync();
        const string purposes = "/w/main/privacy/purposes";
        var list = await PageAsync(owner, purposes);
        list.QuerySelector("table")!.TextContent.ShouldContain("KVKK 5/1");
        var draft = list.QuerySelectorAll(".attention-line").Single(a => a.TextContent.Contains("Balkon Kulübü", StringComparison.Ordinal)).GetAttribute("href")!;
        var editor = await PageAsync(owner, draft);
        ((IHtmlInputElement)editor.QuerySelector("#key")!).Value.ShouldBe("balkon-kulubu");
        editor.QuerySelector("#names")!.TextContent.Trim().ShouldBe("Balkon Kulübü");
        editor.QuerySelector(".customer-grid aside")!.TextContent.ShouldContain("1 agreed, 0 did not");

        (string, string)[] filled = [("key", "balkon-kulubu"), ("names", "Balkon Kulübü"), ("labelTr", "Balkon Kulübü"), ("labelEn", "Balcony club"), ("descriptionEn", "Tips"), ("basis", "contract"), ("channels", "email"), ("channels", "sms")];
        var refused = await PostAsync(owner, $"{purposes}/save", filled);
        refused.ShouldStartWith($"{purposes}/new?");
        (await PageAsync(owner, refused)).QuerySelectorAll(".fault").ShouldNotBeEmpty("the description wants both languages");
        (await PostAsync(owner, $"{purposes}/save", [.. filled, ("descriptionTr", "Öneriler")])).ShouldBe(purposes);
        (await PostAsync(owner, $"{purposes}/save", [.. filled, ("descriptionTr", "Öneriler")])).ShouldStartWith($"{purposes}/new?", customMessage: "the key is taken");
        (await PageAsync(owner, purposes)).QuerySelectorAll(".attention-line").ShouldNotContain(a => a.TextContent.Contains("Balkon", StringComparison.Ordinal));
        var document = (await owner.GetFromJsonAsync<JsonElement>("/api/definitions/consent-purpose/balkon-kulubu")).GetRawText();
        document.ShouldContain("contract");
        document.ShouldNotContain("needsConsent");

        var customer = (await owner.GetFromJsonAsync<JsonElement>("/api/customers/user_id:pp-purpose")).GetProperty("id").GetString()!;
        var tab = (await PageAsync(owner, $"/w/main/customers/{customer}?tab=consent")).QuerySelector("table")!.TextContent;
        tab.ShouldContain("Balcony club");
        tab.ShouldContain("no consent needed");
        tab.ShouldContain("Marketing");
        (await PageAsync(owner, "/w/main/privacy?tab=consents")).QuerySelector("table")!.TextContent.ShouldContain("GDPR 6(1)(b)");

        (await PostAsync(owner, $"{purposes}/remove", ("of", "balkon-kulubu"))).ShouldBe(purposes);
        (await PageAsync(owner, $"/w/main/customers/{customer}?tab=consent")).QuerySelector("table")!.TextContent.ShouldContain("not defined");
        (await PostAsync(owner, $"{purposes}/restore", ("of", "balkon-kulubu"))).ShouldBe(purposes);
        (await PageAsync(owner, $"{purposes}/of/balkon-kulubu")).QuerySelectorAll("input[name=channels][checked]").Select(c => c.GetAttribute("value")).ShouldBe(["email", "sms"]);
        (await owner.PutAsJsonAsync("/api/definitions/consent-purpose/x", new { label = new { tr = "x", en = "x" }, basis = "consent", needsConsent = false })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Request_Overdue_IsOnTheOverviewOfThoseWhoMayAnswerIt()
    {
        await SendAsync("po1", "pp-late", "Order Completed", "{}");
        server.Main.Part<Temas.Customers.Census.CustomerCensus>().ReadNow();
        using var owner = await server.SignInAsync();
        var received = HandlePrivacyRequest.Today(server.Main).AddDays(-40).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        (await PostAsync(owner, "/w/main/privacy/requests", ("customer", "user_id:pp-late"), ("kind", "export"), ("received", received))).ShouldBe("/w/main/privacy");
        var link = (await PageAsync(owner, "/w/main/overview")).QuerySelectorAll("a.attention-line").Single(a => a.GetAttribute("href")!.Contains("#request-", StringComparison.Ordinal));
        link.TextContent.ShouldContain("10 days overdue");
        var (page, row) = (link.GetAttribute("href")!.Split('#')[0], link.GetAttribute("href")!.Split('#')[1]);
        (await PageAsync(owner, page)).QuerySelector($"tr#{row}")!.TextContent.ShouldContain("10 days overdue");

        using var viewer = await server.TokenClientAsync(Role.Analyst);
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await viewer.GetStringAsync("/api/overview")).ShouldNotContain("request_overdue");
        (await manager.GetStringAsync("/api/overview")).ShouldContain("request_overdue");
        (await PostAsync(owner, $"/w/main/privacy/requests/{row[8..]}/close", ("outcome", "exported"))).ShouldBe("/w/main/privacy");
        (await PageAsync(owner, "/w/main/overview")).QuerySelectorAll("a.attention-line").ShouldNotContain(a => a.GetAttribute("href")!.Contains("#request-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_OfAnAnalyst_IsClosed()
    {
        await server.CreatePersonAsync("analyst-privacy@example.com", Role.Analyst, password: "nine green bottles");
        using var analyst = await server.SignInAsync("analyst-privacy@example.com", "nine green bottles");
        (await analyst.GetAsync("/w/main/privacy")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await analyst.GetAsync("/api/privacy/requests")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public void Positions_PackedAndUnpacked_AreTheSame()
    {
        long[] positions = [1, 2, 130, 131, 20_000, 5_000_000_000];
        VerifyErasure.Unpack(VerifyErasure.Pack(positions)).ShouldBe(positions);
    }

    private async Task SendAsync(string message, string user, string name, string properties)
    {
        var source = await server.Services.GetRequiredService<CreateSource>().FindOrCreateAsync(server.Main, "privacy", Actor.System);
        var json = $$"""{"type":"track","messageId":"{{message}}","userId":"{{user}}","event":"{{name}}","timestamp":"2026-03-01T10:00:00Z","properties":{{properties}}}""";
        (await server.Services.GetRequiredService<Temas.Collect.CollectPipeline>().AcceptAsync(server.Main, source.Value, Encoding.UTF8.GetBytes(json), imported: true)).Value.Accepted.ShouldBe(1);
    }
}
