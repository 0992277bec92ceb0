using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Temas.Collect.Sources;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Feed;

/// <summary>
/// <c>GET /api/events/stream</c>: server-sent events. <c>event: event</c> carries a <see cref="FeedEvent"/>, <c>event: dropped</c> a <see cref="FeedDrop"/>,
/// <c>event: skipped</c> how many were left out (<c>{"events":n,"dropped":n}</c>) because more than 20 a second came. The id is <c>position.refusal</c>; who comes back with it as
/// <c>Last-Event-ID</c> gets what was missed, up to 200 of each.
/// </summary>
internal sealed class FeedStream(SourceRegistry sources, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15), Pause = TimeSpan.FromMilliseconds(500);

    // A browser comes back by itself; until then nobody asks again whether the watcher still may.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private const int EachRound = 5, AfterReturn = 200;

    /// <summary>Sends until the client goes, the server stops, or the time is up.</summary>
    public async Task SendAsync(HttpContext http, Workspace workspace)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var limit = new CancellationTokenSource(Longest, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(end.Token, limit.Token);
        var cancel = any.Token;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var watch = workspace.Part<LiveFeed>().Begin();
        try
        {
            var (position, refusal, take) = await BeginAsync(http, workspace, cancel);
            await http.Response.WriteAsync("retry: 3000\n: connected\n\n", cancel);
            while (true)
            {
                (position, refusal) = await RoundAsync(http, workspace, position, refusal, take, cancel);
                take = EachRound;
                await http.Response.Body.FlushAsync(cancel);
                await Task.Delay(Pause, clock, cancel);
                while (!await watch.WaitAsync(Beat, clock, cancel))
                {
                    await http.Response.WriteAsync(": still here\n\n", cancel);
                    await http.Response.Body.FlushAsync(cancel);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, the server stops, or the time is up.
        }
    }

    private static async Task<(long Position, long Refusal, int Take)> BeginAsync(HttpContext http, Workspace workspace, CancellationToken cancel)
    {
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        var dot = last.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && long.TryParse(last.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && long.TryParse(last.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var refusal))
        {
            return (Math.Min(position, workspace.Log.Head), refusal, AfterReturn);
        }

        return (workspace.Log.Head, await workspace.Log.ReadDropsAsync(1, cancel: cancel) is [var newest] ? newest.Id : 0, EachRound);
    }

    private async Task<(long Position, long Refusal)> RoundAsync(HttpContext http, Workspace workspace, long position, long refusal, int take, CancellationToken cancel)
    {
        var head = workspace.Log.Head;
        var came = head - position;
        var events = came > 0 ? workspace.Log.ReadLatest((int)Math.Min(came, take), head + 1) : [];
        var drops = (await workspace.Log.ReadDropsAsync(take, cancel: cancel)).Where(drop => drop.Id > refusal).Reverse().ToList();
        var skippedDrops = drops.Count == 0 ? 0 : drops[0].Id - refusal - 1;
        foreach (var e in events.Reverse())
        {
            position = e.Position;
            if (e.Kind != LogRecordKind.Event) continue;
            var shown = FeedEvent.Of(workspace, e, SourceName.Of(sources, workspace, e.Source));
            await WriteAsync(http, "event", position, refusal, JsonSerializer.SerializeToUtf8Bytes(shown, FeedJson.Default.FeedEvent), cancel);
        }

        foreach (var drop in drops)
        {
            refusal = drop.Id;
            var shown = FeedDrop.Of(drop, SourceName.Of(sources, workspace, drop.Source));
            await WriteAsync(http, "dropped", position, refusal, JsonSerializer.SerializeToUtf8Bytes(shown, FeedJson.Default.FeedDrop), cancel);
        }

        var skipped = new Skipped(Math.Max(0, came - events.Count), skippedDrops);
        if (skipped.Events > 0 || skipped.Dropped > 0) await WriteAsync(http, "skipped", position, refusal, JsonSerializer.SerializeToUtf8Bytes(skipped, FeedJson.Default.Skipped), cancel);
        return (head, refusal);
    }

    private static async Task WriteAsync(HttpContext http, string kind, long position, long refusal, byte[] json, CancellationToken cancel)
    {
        await http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {position}.{refusal}\nevent: {kind}\ndata: "), cancel);
        await http.Response.BodyWriter.WriteAsync(json, cancel);
        await http.Response.WriteAsync("\n\n", cancel);
    }
}

/// <summary>How many were left out of a stream.</summary>
internal sealed record Skipped(long Events, long Dropped);
