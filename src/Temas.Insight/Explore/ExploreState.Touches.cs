using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Temas.Insight.Explore;

/// <content>What of it is about touches: what figures are told apart by, and ways between touchpoints instead of events.</content>
public sealed partial record ExploreState
{
    /// <summary>Of a trend: figures are told apart by a property, and not by what the events were as touches.</summary>
    public const string ByProperty = "property";

    /// <summary>Of paths: event types stand at the places.</summary>
    public const string EventPlaces = "event";

    /// <summary>What the figures of a trend are told apart by.</summary>
    public static IReadOnlyList<string> Bys { get; } = [ByProperty, "touchpoint", "stage", "channel", "medium", "perception"];

    /// <summary>What may stand at the places of ways.</summary>
    public static IReadOnlyList<string> PlaceKinds { get; } = [EventPlaces, "touchpoint", "stage", "channel"];

    public string By { get; init; } = ByProperty;

    public string Places { get; init; } = EventPlaces;

    /// <summary>Whether figures are told apart.</summary>
    public bool IsBrokenDown => IsByTouch || Breakdown.Length > 0;

    public bool IsByTouch => Kind is "trend" or "funnel" && By != ByProperty;

    /// <summary>Whether the ways lead between touches.</summary>
    public bool HasTouchPlaces => Kind == "paths" && Places != EventPlaces;

    /// <summary>What is chosen from in place of an event type where ways lead between touches: named with what it is, so that neither is taken for the other when that changes.</summary>
    public string ChoiceOf(string value) => $"{Places}:{value}";

    /// <summary>The touchpoint, stage or channel that is chosen; null for an event type.</summary>
    public string? TouchOf(string choice) => HasTouchPlaces && choice.StartsWith($"{Places}:", StringComparison.Ordinal) ? choice[(Places.Length + 1)..] : null;

    /// <summary>Of what was chosen, what fits what stands at the places now.</summary>
    private static IEnumerable<string> Fitting(IQueryCollection query, string kind, string name)
    {
        var places = kind == "paths" ? Choice(query, "places", PlaceKinds) : EventPlaces;
        return query[name].OfType<string>().Select(e => e.Trim()).Select(e =>
            places != EventPlaces ? e.StartsWith($"{places}:", StringComparison.Ordinal) ? e : "" : kind == "paths" && PlaceKinds.Skip(1).Any(p => e.StartsWith($"{p}:", StringComparison.Ordinal)) ? "" : e);
    }

    private void AddBreakdown(JsonObject question)
    {
        if (IsBrokenDown) (question["breakdown"], question["top"]) = (BreakdownOf(), 8);
    }

    private JsonNode BreakdownOf() => IsByTouch ? new JsonObject { ["touch"] = By } : JsonValue.Create(Breakdown);

    /// <summary>A filter on the value by which figures are told apart.</summary>
    private JsonObject Same(object? value)
    {
        var same = IsByTouch ? new JsonObject { ["touch"] = By } : new JsonObject { ["property"] = Breakdown };
        AddValue(same, value);
        return same;
    }

    private static void AddValue(JsonObject comparison, object? value)
    {
        switch (value)
        {
            case null: comparison["is"] = "missing"; break;
            case double number: comparison["value"] = number; break;
            case bool flag: comparison["value"] = flag; break;
            default: comparison["value"] = value.ToString(); break;
        }
    }

    private void AddTouchPlaces(JsonObject question)
    {
        question["places"] = Places;
        JsonObject Is(params IEnumerable<string> some) => new() { ["touch"] = Places, ["value"] = new JsonArray([.. some.Select(TouchOf).OfType<string>().Distinct(StringComparer.Ordinal).Select(t => (JsonNode)t)]) };
        JsonObject? among = Among.Count > 0 ? Is(Among.Concat(Events)) : null;
        if ((among, FilterOf()) is ({ } counted, { } filter)) question["where"] = new JsonObject { ["all"] = new JsonArray(counted, filter) };
        else if ((among ?? FilterOf()) is { } where) question["where"] = where;
        if (Events is [{ Length: > 0 } first, ..]) question["start"] = new JsonObject { ["where"] = Is(first) };
        if (Events is [_, { Length: > 0 } last]) question["end"] = new JsonObject { ["where"] = Is(last) };
    }
}
