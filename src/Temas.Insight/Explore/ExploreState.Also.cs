using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Temas.Insight.Explore;

/// <content>Several types of event that are taken as one: a series, a step, a beginning, a coming back.</content>
public sealed partial record ExploreState
{
    /// <summary>The most types that are taken as one with another.</summary>
    public const int MostAlso = 24;

    /// <summary>By the place of an event: the types that count as it does, too; shorter than <see cref="Events"/> where none do.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Also { get; init; } = [];

    /// <summary>Whether several types may be taken as one: on ways each type is a place of its own.</summary>
    public bool TakesSeveral => Kind != "paths";

    /// <summary>The name of the choice that says what counts as an event does.</summary>
    public static string OrOf(int at) => string.Create(CultureInfo.InvariantCulture, $"or{at}");

    /// <summary>The types that are meant at a place, the chosen one first; none for any event.</summary>
    public IReadOnlyList<string> TypesAt(int at) => at >= Events.Count || Events[at] is "" or Whatever ? [] : at < Also.Count ? [Events[at], .. Also[at]] : [Events[at]];

    /// <summary>With types at a place: the first chosen, the others as one with it.</summary>
    public ExploreState With(int at, IReadOnlyList<string> types)
    {
        List<string> events = [.. Events];
        while (events.Count <= at) events.Add("");
        events[at] = types[0];
        List<IReadOnlyList<string>> also = [.. Also];
        while (also.Count <= at) also.Add([]);
        also[at] = [.. types.Skip(1)];
        return this with { Events = events, Also = Trimmed(also) };
    }

    private static IReadOnlyList<IReadOnlyList<string>> AlsoOf(IQueryCollection query, string kind, IReadOnlyList<string> events)
    {
        if (kind == "paths") return [];
        // Of a funnel the steps that were not chosen are left out, and with them what would count as they do.
        var places = events.Select((type, at) => (Type: type, At: at)).Where(e => kind != "funnel" || e.Type.Length > 0).Take(kind == "funnel" ? MostSteps : 2);
        return Trimmed([.. places.Select(e => e.Type is "" or Whatever ? (IReadOnlyList<string>)[]
            : [.. query[OrOf(e.At)].OfType<string>().Select(t => t.Trim()).Where(t => t.Length is > 0 and <= 500 && t != e.Type && t != Whatever).Distinct(StringComparer.Ordinal).Take(MostAlso)])]);
    }

    private static List<IReadOnlyList<string>> Trimmed(List<IReadOnlyList<string>> also)
    {
        while (also.Count > 0 && also[^1].Count == 0) also.RemoveAt(also.Count - 1);
        return also;
    }

    private static JsonNode NodeOf(IReadOnlyList<string> types) => types.Count == 1 ? JsonValue.Create(types[0])! : new JsonArray([.. types.Select(t => (JsonNode)t)]);
}
