using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>What was said at touchpoints, and what is open because of it, for maps of journeys.</summary>
internal sealed class ListenAtPlaces(Workspace workspace) : IPlaceVoices
{
    // Of the newest so many the worst and the best are shown; of open follow-ups so many are told apart.
    private const int Newest = 60, MostOpen = 5_000, LongestQuote = 220;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlaceVoices>> ReadAsync(IReadOnlyList<IReadOnlyList<string>> groups, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var filter = new VoiceFilter { From = Day(from), To = Day(to.AddDays(-1)) };
        var found = await ReadTexts.TestAsync(workspace, filter, cancel);
        if (found.Problem is not null) return [.. groups.Select(_ => PlaceVoices.None)];
        var test = found.Value;
        var groupOf = groups.Index().SelectMany(g => g.Item.Select(t => (t, g.Index))).DistinctBy(x => x.t).ToDictionary(x => x.t, x => x.Index, StringComparer.Ordinal);
        var rows = groups.Select(_ => new List<int>()).ToList();
        foreach (var row in ReadQuotes.Newest(test, v => v.HasText))
        {
            if (groupOf.TryGetValue(test.Voices.Names[test.Voices.Rows[row].Touchpoint], out var group)) rows[group].Add(row);
        }

        var open = await OpenAsync(test.Voices, groupOf, groups.Count, cancel);
        return [.. rows.Select((of, i) => new PlaceVoices(of.Count, [.. Shown(test.Voices, of)], open[i].Open, open[i].Late))];
    }

    private IEnumerable<PlaceQuote> Shown(Voices voices, List<int> rows)
    {
        var some = rows.Take(Newest).Where(r => !float.IsNaN(voices.Rows[r].Sentiment)).ToList();
        if (some.Count == 0) some = [.. rows.Take(1)];
        int[] picked = some.Count == 0 ? [] : [some.MinBy(r => voices.Rows[r].Sentiment), some.MaxBy(r => voices.Rows[r].Sentiment)];
        foreach (var quote in ReadQuotes.QuotesOf(workspace, voices, [.. picked.Distinct()]))
        {
            var row = voices.Rows[picked.First(r => voices.Rows[r].Position == quote.Position)];
            var text = quote.Text.Length <= LongestQuote ? quote.Text : quote.Text[..LongestQuote].TrimEnd() + "…";
            yield return new PlaceQuote(text, quote.Sentiment, quote.At, voices.Names[row.Touchpoint], quote.Customer);
        }
    }

    private async Task<(int Open, int Late)[]> OpenAsync(Voices voices, Dictionary<string, int> groupOf, int groups, CancellationToken cancel)
    {
        var counts = new (int Open, int Late)[groups];
        var now = workspace.Clock.GetUtcNow();
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var touchpoint in voices.Rules.Catalogue.Touchpoints.Values.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (!groupOf.TryGetValue(touchpoint.Key, out var group)) continue;
            foreach (var name in touchpoint.Events.SelectMany(e => e.Names)) byName.TryAdd(name, group);
        }

        foreach (var followUp in await LiveFollowUps.Of(workspace).Store.ListAsync(new FollowUpFilter(), MostOpen, 0, cancel))
        {
            var row = RowAt(voices, followUp.Reason.Position);
            var group = row >= 0 && groupOf.TryGetValue(voices.Names[voices.Rows[row].Touchpoint], out var said) ? said : byName.GetValueOrDefault(followUp.Reason.Event, -1);
            if (group < 0) continue;
            counts[group] = (counts[group].Open + 1, counts[group].Late + (followUp.DueAt < now ? 1 : 0));
        }

        return counts;
    }

    // Voices lie in the order of the log.
    private static int RowAt(Voices voices, long position)
    {
        var (low, high) = (0, voices.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (voices.Rows[middle].Position == position) return middle;
            if (voices.Rows[middle].Position < position) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
