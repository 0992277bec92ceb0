using Temas.Feedback.FollowUps;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>At which touchpoint follow-ups were opened: where it was said, else where events of its name belong. Maps of journeys count by it and the list is filtered by it, so that a number opens to what it counts.</summary>
internal sealed class FollowUpPlaces(Voices voices)
{
    // An event that several touchpoints take is that of the one which asks least of it.
    private readonly Dictionary<string, string> byName = voices.Rules.Catalogue.Touchpoints.Values
        .SelectMany(t => t.Events.SelectMany(e => e.Names.Select(name => (Name: name, Conditions: e.Where.Count, t.Key))))
        .GroupBy(n => n.Name, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.OrderBy(n => n.Conditions).ThenBy(n => n.Key, StringComparer.Ordinal).First().Key, StringComparer.Ordinal);

    /// <summary>Ids of those that a filter leaves and that were opened at some touchpoints, in the order of the list.</summary>
    public static async Task<Result<string[]>> AtAsync(Workspace workspace, IReadOnlyCollection<string> touchpoints, FollowUpFilter filter, CancellationToken cancel)
    {
        var voices = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        if (voices.Problem is { } problem) return problem;
        var places = new FollowUpPlaces(voices.Value);
        return (await LiveFollowUps.Of(workspace).Store.ReasonsAsync(filter, cancel)).Where(f => places.Of(f.Reason) is { } at && touchpoints.Contains(at)).Select(f => f.Id).ToArray();
    }

    /// <summary>Key of the touchpoint; null where it belongs to none.</summary>
    public string? Of(FollowUpReason reason)
    {
        var row = RowAt(reason.Position);
        return row >= 0 && voices.Names[voices.Rows[row].Touchpoint] is { Length: > 0 } said ? said : byName.GetValueOrDefault(reason.Event);
    }

    // Voices lie in the order of the log.
    private int RowAt(long position)
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
}
