using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Temas.Bench.Dashboards;

/// <summary>Somebody who looks at a board: listens to its stream and fetches the tiles that changed, with the pauses that the page makes (web/src/parts/board.ts).</summary>
internal sealed partial class BoardViewer : IAsyncDisposable
{
    private const int Least = 60;

    private readonly HttpClient client;
    private readonly string address, marked;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, string> wanted = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim woken = new(0);
    private readonly Task listening, fetching;
    private readonly ConcurrentDictionary<string, int> told = new(StringComparer.Ordinal);
    private long shown = -1, fetched;

    public BoardViewer(HttpClient client, string address, string marked)
    {
        (this.client, this.address, this.marked) = (client, address, marked);
        (listening, fetching) = (Task.Run(ListenAsync), Task.Run(FetchAsync));
    }

    /// <summary>What the tile shows that is watched.</summary>
    public long Shown => Interlocked.Read(ref shown);

    /// <summary>How many tiles were fetched.</summary>
    public long Fetched => Interlocked.Read(ref fetched);

    /// <summary>How often each tile was said to have changed, the first time included.</summary>
    public IReadOnlyDictionary<string, int> Told => told;

    [GeneratedRegex("""data-tile="([^"]+)".*?class="number-value"[^>]*>([0-9.,]+)""", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Numbers();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(listening, fetching);
        stop.Dispose();
        woken.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            using var answer = await client.GetAsync($"{address}/stream", HttpCompletionOption.ResponseHeadersRead, stop.Token);
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop.Token));
            while (await lines.ReadLineAsync(stop.Token) is { } line)
            {
                if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
                using var versions = JsonDocument.Parse(line[6..]);
                foreach (var tile in versions.RootElement.EnumerateObject())
                {
                    told.AddOrUpdate(tile.Name, 1, (_, n) => n + 1);
                    wanted[tile.Name] = tile.Value.ToString();
                }

                woken.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            var rest = Least;
            while (true)
            {
                while (wanted.IsEmpty) await woken.WaitAsync(stop.Token);
                await Task.Delay(rest, stop.Token);
                var ids = wanted.Keys.ToList();
                foreach (var id in ids) wanted.TryRemove(id, out _);
                var begun = Stopwatch.GetTimestamp();
                var html = await client.GetStringAsync($"{address}/tiles?ids={string.Join(',', ids)}", stop.Token);
                Interlocked.Add(ref fetched, ids.Count);
                foreach (var tile in Numbers().Matches(html).Where(m => m.Groups[1].Value == marked))
                    Interlocked.Exchange(ref shown, long.Parse(tile.Groups[2].Value.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture));
                rest = Math.Max(Least, (int)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }
    }
}
