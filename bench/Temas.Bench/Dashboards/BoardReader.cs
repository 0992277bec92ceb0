using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Temas.Bench.Dashboards;

/// <summary>Opens a board as a browser does: the page, and then in one request the tiles that were not ready with it.</summary>
internal sealed partial class BoardReader(HttpClient client)
{
    /// <summary>What opening took, in milliseconds: up to the page, and up to all tiles; and how many tiles there are, came late, and had to say that they are still being worked out.</summary>
    internal readonly record struct Opened(double Page, double All, int Tiles, int Late, int Loading);

    [GeneratedRegex("""<article class="tile [^>]*?data-tile="([^"]+)"[^>]*>""", RegexOptions.CultureInvariant)]
    private static partial Regex Articles();

    public async Task<Opened> OpenAsync(string workspace, string board)
    {
        var begun = Stopwatch.GetTimestamp();
        var html = await client.GetStringAsync($"/w/{workspace}/dashboards/of/{board}");
        var page = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        var articles = Articles().Matches(html);
        var late = articles.Where(a => a.Value.Contains("data-pending", StringComparison.Ordinal)).Select(a => a.Groups[1].Value).ToList();
        var loading = Loading(html);
        if (late.Count > 0) loading += Loading(await client.GetStringAsync($"/w/{workspace}/dashboards/of/{board}/tiles?ids={string.Join(',', late)}"));
        return new Opened(page, Stopwatch.GetElapsedTime(begun).TotalMilliseconds, articles.Count, late.Count, loading);
    }

    // The icon of a tile whose figures are being worked out.
    private static int Loading(string html) => html.Split("#loader-2").Length - 1;
}
