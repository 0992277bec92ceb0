using System.Globalization;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>What was said at touchpoints, and what is open because of it, for maps of journeys.</summary>
internal sealed class ListenAtPlaces(Workspace workspace) : IPlaceVoices
{
    // Of the newest so many the worst and the best are shown.
    private const int Newest = 60, LongestQuote = 220;

    /// <inheritdoc/>
    public async Task<Result<PlaceVoices[]>> ReadAsync(IReadOnlyList<IReadOnlyList<string>> groups, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var filter = new VoiceFilter { From = Day(from), To = Day(to.AddDays(-1)) };
        var found = await ReadTexts.TestAsync(workspace, filter, cancel);
        if (found.Problem is { } problem) return problem;
        var test = found.Value;
        var groupOf = groups.Index().SelectMany(g => g.Item.Select(t => (t, g.Index))).DistinctBy(x => x.t).ToDictionary(x => x.t, x => x.Index, StringComparer.Ordinal);
        var rows = groups.Select(_ => new List<int>()).ToList();
        foreach (var row in ReadQuotes.Newest(test, v => v.HasText))
        {
            if (groupOf.TryGetValue(test.Voices.Names[test.Voices.Rows[row].Touchpoint], out var group)) rows[group].Add(row);
        }

        var open = await OpenAsync(test.Voices, groupOf, groups.Count, cancel);
        return rows.Select((of, i) => new PlaceVoices(of.Count, [.. Shown(test.Voices, of)], open[i].Open, open[i].Late)).ToArray();
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
        var places = new FollowUpPlaces(voices);
        foreach (var (_, reason, due) in await LiveFollowUps.Of(workspace).Store.ReasonsAsync(new FollowUpFilter(), cancel))
        {
            if (places.Of(reason) is { } touchpoint && groupOf.TryGetValue(touchpoint, out var group)) counts[group] = (counts[group].Open + 1, counts[group].Late + (due < now ? 1 : 0));
        }

        return counts;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
