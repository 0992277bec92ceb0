using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Kernel;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Tour;

/// <summary>The tour of the pages, as a browser without scripts walks it.</summary>
public sealed class TourTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Password = "nine green bottles", Overview = "/w/main/overview";

    [Fact]
    public async Task Tour_AtFirst_IsThereUntilItIsSkippedInAnyBrowser()
    {
        using var here = await PersonAsync("first@example.com", Role.Manager);
        var tour = (await PageAsync(here, Overview)).QuerySelector("aside#tour").ShouldNotBeNull();
        tour.TextContent.ShouldContain("Step 1 of 3");
        tour.GetAttribute("aria-labelledby").ShouldBe("tour-title");
        // Pages that it does not speak of are left alone, and so are programs.
        (await PageAsync(here, "/w/main/touchpoints")).QuerySelector("#tour").ShouldBeNull();

        using var there = await server.SignInAsync("first@example.com", Password);
        (await PageAsync(there, Overview)).QuerySelector("#tour").ShouldNotBeNull();
        var form = (IHtmlFormElement)(await PageAsync(here, Overview + "?period=7d")).QuerySelector("#tour form")!;
        var back = ((IHtmlInputElement)form.QuerySelector("[name=returnUrl]")!).Value;
        (await PostAsync(here, form.GetAttribute("action")!, ("returnUrl", back))).ShouldBe(Overview + "?period=7d");
        (await PageAsync(here, Overview)).QuerySelector("#tour").ShouldBeNull();
        (await PageAsync(there, Overview)).QuerySelector("#tour").ShouldBeNull();
        using var again = await server.SignInAsync("first@example.com", Password);
        (await PageAsync(again, Overview)).QuerySelector("#tour").ShouldBeNull();

        // From the menu it begins anew, and ending it once more changes nothing.
        var menu = (await PageAsync(again, "/w/main/touchpoints")).QuerySelector(".menu-panel a[href='/w/main/tour/1#tour']").ShouldNotBeNull();
        var first = await LeadsAsync(again, menu.GetAttribute("href")!);
        first.ShouldBe(Overview + "?tour=1");
        (await PageAsync(again, first)).QuerySelector("#tour").ShouldNotBeNull();
        (await PostAsync(again, "/tour/end", ("returnUrl", "https://elsewhere.example/"))).ShouldBe("/");
        using var owner = await server.SignInAsync();
        var entries = JsonDocument.Parse(await owner.GetStringAsync("/api/audit?action=person.tour_ended")).RootElement.GetProperty("entries").EnumerateArray().ToList();
        entries.Count(e => e.GetProperty("actor").GetString() == "first@example.com").ShouldBe(1);
    }

    [Fact]
    public async Task Steps_OfAnEmptyWorkspace_SpeakOfWhatWillBeThere()
    {
        await server.CreateWorkspaceAsync("empty");
        using var client = await PersonAsync("empty@example.com", Role.Owner, "empty");
        (await PageAsync(client, "/w/empty/overview")).QuerySelector("#tour")!.TextContent.ShouldContain("As soon as events arrive");
        var second = await LeadsAsync(client, "/w/empty/tour/2");
        second.ShouldBe("/w/empty/customers?tour=2");
        (await PageAsync(client, second)).QuerySelector("#tour")!.TextContent.ShouldContain("Nobody is here yet");
        var third = await LeadsAsync(client, "/w/empty/tour/3");
        third.ShouldBe("/w/empty/sources?tour=3");
        (await PageAsync(client, third)).QuerySelector("#tour")!.TextContent.ShouldContain("Make a source");
        // The source that was made goes on with the tour, without being asked.
        var source = await PostAsync(client, "/w/empty/sources", ("name", "My page"));
        (await PageAsync(client, source)).QuerySelector("#tour")!.TextContent.ShouldContain("Copy a snippet");
        (await LeadsAsync(client, "/w/empty/tour/3")).ShouldBe(source + "?tour=3");
    }

    [Fact]
    public async Task Customer_OfTheTour_IsTheOneWithABrokenPromise()
    {
        var workspace = await server.CreateWorkspaceAsync("told");
        var source = (await server.Services.GetRequiredService<CreateSource>().HandleAsync(workspace, new CreateSourceRequest("Shop"), Actor.System)).Value;
        var day = TimeProvider.System.GetUtcNow().AddDays(-20);
        await SendAsync(source.WriteKey,
            Event("Order Completed", "lucky", day, """{"order_id":"1"}"""),
            Event("Order Confirmed", "waits", day, $$"""{"order_id":"2","promised_delivery_date":"{{day.AddDays(3):yyyy-MM-dd}}"}"""),
            Event("Order Completed", "later", day.AddDays(15), """{"order_id":"3"}"""));
        using var client = await PersonAsync("told@example.com", Role.Viewer, "told");
        var page = await LeadsAsync(client, "/w/told/tour/2");
        page.ShouldEndWith("?tour=2");
        var document = await PageAsync(client, page);
        document.QuerySelector("h1")!.TextContent.ShouldContain("waits");
        document.QuerySelector("#tour")!.TextContent.ShouldContain("Step 2 of 3");
        document.QuerySelector(".tour-stop").ShouldNotBeNull();
        // Who may not make a source is shown what arrives.
        (await LeadsAsync(client, "/w/told/tour/3")).ShouldBe("/w/told/events?tour=3");
        (await PageAsync(client, "/w/told/sources?tour=3")).QuerySelector("#tour")!.TextContent.ShouldContain("Whatever is sent shows up here");
    }

    [Fact]
    public async Task Steps_ThatAreNone_AreNotFound()
    {
        await server.CreateWorkspaceAsync("own");
        using var client = await PersonAsync("own@example.com", Role.Owner, "own");
        (await client.GetAsync("/w/own/tour/4")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // Nor does it lead anywhere in a workspace of others.
        (await client.GetAsync("/w/main/tour/1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task End_ByAToken_IsForPeopleOnly()
    {
        using var program = await server.TokenClientAsync();
        (await program.PostAsync("/tour/end", new FormUrlEncodedContent([]))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<HttpClient> PersonAsync(string email, Role role, string workspace = "main")
    {
        await server.CreatePersonAsync(email, role, workspace, Password);
        return await server.SignInAsync(email, Password);
    }

    private static string Event(string name, string user, DateTimeOffset at, string properties) =>
        $$"""{"type":"track","event":"{{name}}","userId":"{{user}}","timestamp":"{{at:O}}","messageId":"tour-{{user}}","properties":{{properties}}}""";

    private async Task SendAsync(string writeKey, params string[] events)
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(writeKey + ":")));
        using var answer = await client.PostAsync("/v1/batch", new StringContent($$"""{"batch":[{{string.Join(',', events)}}]}""", System.Text.Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> LeadsAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return answer.Headers.Location!.OriginalString;
    }
}
