using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Temas.Server.Guides;

namespace Temas.Server.Tests.Guides;

/// <summary>The guides as pages: open to everybody, in the reader's language, and every link on them answers.</summary>
public sealed class GuidePageTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Guides_EveryPageInBothLanguages_HasItsLinksAndAnchors()
    {
        using var client = server.Anonymous();
        var anchors = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var links = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in GuideShelf.Keys)
        {
            foreach (var language in new[] { "en", "tr" })
            {
                var path = $"/docs/{key}?lang={language}";
                var page = await ReadAsync(client, path);
                page.QuerySelectorAll("h1").Length.ShouldBe(1, path);
                var ids = page.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
                ids.Distinct().Count().ShouldBe(ids.Count, path);
                if (!anchors.TryAdd($"/docs/{key}", [.. ids])) anchors[$"/docs/{key}"].IntersectWith(ids);
                foreach (var link in page.QuerySelectorAll("a[href^='/']")) links.Add(link.GetAttribute("href")!);
                page.QuerySelectorAll("a[href='']").ShouldBeEmpty(path);
            }
        }

        foreach (var link in links.Where(l => l.StartsWith("/docs/", StringComparison.Ordinal) && !l.EndsWith("#main", StringComparison.Ordinal) && !l.StartsWith("/docs/api", StringComparison.Ordinal)))
        {
            var (path, anchor) = (link.Split('#', '?')[0], link.Contains('#', StringComparison.Ordinal) ? Uri.UnescapeDataString(link.Split('#')[1]) : null);
            anchors.ShouldContainKey(path, link);
            if (anchor is not null) anchors[path].ShouldContain(anchor, link);
        }
    }

    [Fact]
    public async Task Guide_ByAcceptedLanguage_IsTheReadersOwn()
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("tr");
        var turkish = await ReadAsync(client, "/docs/setup");
        turkish.QuerySelector("h1")!.TextContent.ShouldBe("Kurulum");
        turkish.QuerySelector("article")!.GetAttribute("lang").ShouldBe("tr");
        // The other language stays with the reader from link to link.
        var english = await ReadAsync(client, turkish.QuerySelector("a[hreflang='en']")!.GetAttribute("href")!);
        english.QuerySelector("h1")!.TextContent.ShouldBe("Set up");
        english.QuerySelectorAll("article p a[href^='/docs/']").Where(a => a.GetAttribute("hreflang") is null).ShouldAllBe(a => a.GetAttribute("href")!.Contains("lang=en", StringComparison.Ordinal));
    }

    /// <summary>Whoever opens a page reads in one line what it is for, and finds its section of the guides.</summary>
    [Fact]
    public async Task Pages_InAWorkspace_SayWhatTheyAreForAndWhereHelpIs()
    {
        using var owner = await server.SignInAsync();
        var paths = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is not null && e.RoutePattern.Parameters.Select(p => p.Name).SequenceEqual(["workspace"]))
            .Select(e => e.RoutePattern.RawText!.Replace("{workspace}", "main", StringComparison.Ordinal)).Distinct().ToList();
        paths.Count.ShouldBeGreaterThan(10);
        foreach (var path in paths)
        {
            var page = await ReadAsync(owner, "/" + path.TrimStart('/'));
            page.QuerySelector(".content-purpose")!.TextContent.Trim().ShouldNotBeEmpty(path);
            var help = page.QuerySelectorAll("main a.help-link").ShouldHaveSingleItem();
            help.GetAttribute("aria-label")!.ShouldStartWith("Help: ");
            var leads = help.GetAttribute("href")!.Split('#');
            (await ReadAsync(owner, leads[0])).GetElementById(leads[1]).ShouldNotBeNull($"{path} leads to {leads[0]}#{leads[1]}");
        }
    }

    [Theory]
    [InlineData("/docs/nowhere")]
    [InlineData("/docs/formats/nowhere")]
    [InlineData("/docs/setup.tr")]
    [InlineData("/docs/..%2f..%2fREADME")]
    public async Task Guide_Unknown_IsMissing(string path)
    {
        using var client = server.Anonymous();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Search_HostileWords_AreShownAsText()
    {
        using var client = server.Anonymous();
        var page = await ReadAsync(client, "/docs?q=" + Uri.EscapeDataString("<script>alert(1)</script>\" onfocus=x"));
        page.QuerySelectorAll("main script").ShouldBeEmpty();
        page.QuerySelector("main input[name=q]")!.GetAttribute("value")!.ShouldContain("<script>");
        (await ReadAsync(client, "/docs?q=messageId&lang=tr")).QuerySelectorAll("mark").Length.ShouldBeGreaterThan(0);
    }

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }
}
