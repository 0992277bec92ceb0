using Temas.Collect.Sources;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Feed;

/// <summary>One page of what arrived, newest first.</summary>
/// <param name="Events">The events.</param>
/// <param name="Next">Value of <c>before</c> for the next page; absent at the beginning of the log.</param>
public sealed record EventPage(IReadOnlyList<FeedEvent> Events, long? Next);

/// <summary>One page of what was refused, newest first.</summary>
/// <param name="Dropped">The refusals.</param>
/// <param name="Next">Value of <c>before</c> for the next page; absent when there is no more.</param>
public sealed record DropPage(IReadOnlyList<FeedDrop> Dropped, long? Next);

/// <summary>Which page to read.</summary>
/// <param name="Before">Only what stands before this position (or number of a refusal).</param>
/// <param name="Limit">How many at most, 1 to 500; 50 by default.</param>
/// <param name="Source">Only of the source with this number.</param>
public sealed record FeedQuery(long? Before = null, int? Limit = null, int? Source = null)
{
    /// <summary>The limit, within its range.</summary>
    public int Take => Math.Clamp(Limit ?? 50, 1, 500);
}

/// <summary>Reads what arrived and what was refused, newest first.</summary>
public sealed class ReadFeed(SourceRegistry sources)
{
    /// <summary>A page with a filter looks at so many records at most; it may then be short, and <see cref="EventPage.Next"/> goes on where it stopped.</summary>
    private const int Looked = 20_000;

    private const int Step = 500;

    /// <summary>What arrived.</summary>
    public EventPage Events(Workspace workspace, FeedQuery query)
    {
        var result = new List<FeedEvent>();
        var last = 0L;
        foreach (var e in workspace.Log.ReadBackwards(query.Before ?? long.MaxValue).Take(Looked))
        {
            last = e.Position;
            if (e.Kind == LogRecordKind.Decision || (query.Source is { } source && e.Source != source)) continue;
            result.Add(FeedEvent.Of(workspace, e, SourceName.Of(sources, workspace, e.Source)));
            if (result.Count == query.Take) break;
        }

        return new EventPage(result, last > 1 ? last : null);
    }

    /// <summary>What was refused.</summary>
    public async Task<DropPage> DroppedAsync(Workspace workspace, FeedQuery query, CancellationToken cancel = default)
    {
        var result = new List<FeedDrop>();
        var before = query.Before ?? long.MaxValue;
        for (var looked = 0; looked < Looked && result.Count < query.Take;)
        {
            var limit = query.Source is null ? query.Take - result.Count : Step;
            var page = await workspace.Log.ReadDropsAsync(limit, before, cancel);
            foreach (var drop in page)
            {
                before = drop.Id;
                looked++;
                if (query.Source is { } source && drop.Source != source) continue;
                result.Add(FeedDrop.Of(drop, SourceName.Of(sources, workspace, drop.Source)));
                if (result.Count == query.Take) break;
            }

            if (page.Count < limit && (page.Count == 0 || before == page[^1].Id)) return new DropPage(result, null);
        }

        return new DropPage(result, before);
    }
}
