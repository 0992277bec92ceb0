using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Temas.Collect.Sources;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Collect.Feed;

/// <summary>
/// <c>GET /api/events/stream</c>: server-sent events. <c>event: event</c> carries a <see cref="FeedEvent"/>, <c>event: dropped</c> a <see cref="FeedDrop"/>,
/// <c>event: skipped</c> how many were left out (<c>{"events":n,"dropped":n}</c>) because more than 20 a second came. The id is <c>position.refusal</c>; who comes back with it as
/// <c>Last-Event-ID</c> gets what was missed, up to 200 of each.
/// </summary>
internal sealed class FeedStream(SourceRegistry sources, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private const int EachRound = 5, AfterReturn = 200;

    /// <summary>Sends until the client goes, the server stops, or the time is up.</summary>
    public Task SendAsync(HttpContext http, Workspace workspace) => EventStream.SendAsync(http, clock, async (stream, cancel) =>
    {
        using var watch = workspace.Part<LiveFeed>().Begin();
        var (position, refusal, take) = await BeginAsync(http, workspace, cancel);
        while (true)
        {
            (position, refusal) = await RoundAsync(stream, workspace, position, refusal, take, cancel);
            take = EachRound;
            await stream.FlushAsync(cancel);
            await Task.Delay(Pause, clock, cancel);
            while (!await watch.WaitAsync(EventStream.Beat, clock, cancel)) await stream.BeatAsync(cancel);
        }
    });

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

    private async Task<(long Position, long Refusal)> RoundAsync(EventStream stream, Workspace workspace, long position, long refusal, int take, CancellationToken cancel)
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
            await stream.WriteAsync("event", JsonSerializer.SerializeToUtf8Bytes(shown, FeedJson.Default.FeedEvent), cancel, Id(position, refusal));
        }

        foreach (var drop in drops)
        {
            refusal = drop.Id;
            var shown = FeedDrop.Of(drop, SourceName.Of(sources, workspace, drop.Source));
            await stream.WriteAsync("dropped", JsonSerializer.SerializeToUtf8Bytes(shown, FeedJson.Default.FeedDrop), cancel, Id(position, refusal));
        }

        var skipped = new Skipped(Math.Max(0, came - events.Count), skippedDrops);
        if (skipped.Events > 0 || skipped.Dropped > 0) await stream.WriteAsync("skipped", JsonSerializer.SerializeToUtf8Bytes(skipped, FeedJson.Default.Skipped), cancel, Id(position, refusal));
        return (head, refusal);
    }

    private static string Id(long position, long refusal) => string.Create(CultureInfo.InvariantCulture, $"{position}.{refusal}");
}

/// <summary>How many were left out of a stream.</summary>
internal sealed record Skipped(long Events, long Dropped);
