using System.Globalization;
using System.Net;
using System.Text.Json;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Pages;

/// <summary>Pages that live: what their stream tells is what the page shows, so that a browser knows when to ask again.</summary>
public sealed class LivePagesTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Theory]
    [InlineData("/w/main/settings/operations", "/api/operations/stream?workspace=main")]
    [InlineData("/w/main/overview", "/api/overview/stream?workspace=main")]
    public async Task Stream_OfAPage_BeginsWithItsVersion(string page, string stream)
    {
        using var owner = await server.SignInAsync();
        var live = (await PageAsync(owner, page)).QuerySelector("temas-live")!;
        live.GetAttribute("src").ShouldBe(stream);
        long Number(string version) => long.Parse(version, CultureInfo.InvariantCulture);
        Number(await VersionAsync(owner, stream)).ShouldBeGreaterThanOrEqualTo(Number(live.GetAttribute("data-version")!));
    }

    [Fact]
    public async Task Stream_OfAnImport_IsThereAsLongAsTheImport()
    {
        using var owner = await server.SignInAsync();
        var made = await owner.PostAsync("/api/imports?name=a.jsonl&workspace=main", new ByteArrayContent("""{"type":"track","event":"A","userId":"live-1"}"""u8.ToArray()));
        var id = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("id").GetString();
        var page = await PageAsync(owner, $"/w/main/imports/{id}");
        page.QuerySelector("temas-live")!.HasAttribute("src").ShouldBeFalse("it does not run");
        (await VersionAsync(owner, $"/api/imports/{id}/stream?workspace=main")).ShouldBe(page.QuerySelector("temas-live")!.GetAttribute("data-version"));
        (await owner.GetAsync("/api/imports/0/stream?workspace=main")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string> VersionAsync(HttpClient client, string stream)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, stream), HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(timeout.Token));
        while (await reader.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonElement.Parse(line[6..]).GetProperty("version").GetString()!;
        }

        throw new EndOfStreamException();
    }
}
