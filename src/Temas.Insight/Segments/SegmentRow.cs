using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Temas.Insight.Segments;

/// <summary>A comparison of a property on the events of a row, as it is typed.</summary>
/// <param name="Property">The property; empty while none is chosen.</param>
/// <param name="Is">How it is compared.</param>
/// <param name="Value">With what: one value or several between commas (<see cref="TypedValues"/>).</param>
public sealed record RowFilter(string Property, string Is, string Value)
{
    /// <summary>Nothing is chosen yet.</summary>
    public static RowFilter Blank { get; } = new("", "equal", "");

    /// <summary>Whether it says nothing yet.</summary>
    public bool IsBlank => Property.Length == 0 && Value.Length == 0;
}

/// <summary>When the events of a row lie, as it is typed.</summary>
/// <param name="Mode">ever, within or between.</param>
/// <param name="Count">The number of a length of time.</param>
/// <param name="Unit">Its unit: h, d or w, as the algebra writes it.</param>
/// <param name="From">First day or moment.</param>
/// <param name="To">The first after it.</param>
public sealed record RowTime(string Mode, string Count, string Unit, string From, string To)
{
    /// <summary>Any time.</summary>
    public static RowTime Ever { get; } = new("ever", "90", "d", "", "");
}

/// <summary>One line of the builder: a condition (docs/formats/query.md) in parts that a person chooses. What cannot be read stays a text, which the reader of conditions then refuses at its place.</summary>
public sealed record SegmentRow
{
    /// <summary>What is asked: one of <see cref="Kinds"/>, or group.</summary>
    public string Kind { get; init; } = "did";

    /// <summary>The events, one of which counts; of a sequence its steps. An empty text is any event, or one that is not chosen yet.</summary>
    public IReadOnlyList<string> Events { get; init; } = [""];

    /// <summary>What must hold for the events.</summary>
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];

    /// <summary>atLeast, exactly, atMost or between.</summary>
    public string Times { get; init; } = "atLeast";

    /// <summary>How often, or how often at least.</summary>
    public string Least { get; init; } = "1";

    /// <summary>The most of <c>between</c>.</summary>
    public string Most { get; init; } = "5";

    /// <summary>When.</summary>
    public RowTime Time { get; init; } = RowTime.Ever;

    /// <summary>sum, average, minimum or maximum.</summary>
    public string Aggregate { get; init; } = "sum";

    /// <summary>The property that is worked out, or the fact of a profile.</summary>
    public string Property { get; init; } = "";

    /// <summary>How it is compared.</summary>
    public string Is { get; init; } = "atLeast";

    /// <summary>With what.</summary>
    public string Value { get; init; } = "";

    /// <summary>The number of the time within which a sequence is done.</summary>
    public string Window { get; init; } = "30";

    /// <summary>Its unit.</summary>
    public string WindowUnit { get; init; } = "d";

    /// <summary>Key of another segment.</summary>
    public string Segment { get; init; } = "";

    /// <summary>A condition in JSON, of a kind that the builder has no parts for.</summary>
    public string Raw { get; init; } = "";

    /// <summary>Of a group: all, any or none of its rows hold.</summary>
    public string Mode { get; init; } = "any";

    /// <summary>The rows of a group.</summary>
    public IReadOnlyList<SegmentRow> Rows { get; init; } = [];

    /// <summary>What a row may ask.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["did", "never", "first", "aggregate", "sequence", "nosequence", "profile", "segment", "nosegment", "raw"];

    /// <summary>How often.</summary>
    public static IReadOnlyList<string> TimesChoices { get; } = ["atLeast", "exactly", "atMost", "between"];

    /// <summary>Units of time.</summary>
    public static IReadOnlyList<string> Units { get; } = ["m", "h", "d", "w"];

    /// <summary>What is worked out of a property.</summary>
    public static IReadOnlyList<string> Aggregates { get; } = ["sum", "average", "minimum", "maximum"];

    /// <summary>How a figure is compared.</summary>
    public static IReadOnlyList<string> Comparisons { get; } = ["atLeast", "greater", "atMost", "less", "equal"];

    /// <summary>How a value is compared.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["equal", "notEqual", "greater", "atLeast", "less", "atMost", "contains", "startsWith", "exists", "missing"];

    /// <summary>Whether it is about events.</summary>
    public bool HasEvents => Kind is "did" or "never" or "first" or "aggregate" or "sequence" or "nosequence";

    /// <summary>Whether its events are steps, one after the other.</summary>
    public bool IsSequence => Kind is "sequence" or "nosequence";

    /// <summary>Whether a comparison takes no value.</summary>
    public static bool IsBare(string comparison) => comparison is "exists" or "missing";

    /// <summary>Whether a comparison takes a number.</summary>
    public static bool IsNumeric(string comparison) => comparison is "greater" or "atLeast" or "less" or "atMost";

    /// <summary>The place of the condition itself within what it is wrapped in.</summary>
    public string Inner(string path) => Kind is "nosequence" or "nosegment" ? path + ".not" : path;

    /// <summary>The place of the events of a row, for faults.</summary>
    public string EventsPath(string path) => Kind switch { "first" => $"{path}.first", "sequence" or "nosequence" => $"{Inner(path)}.sequence", _ => $"{path}.did" };

    /// <summary>The place of a filter in the condition, for faults; blank ones have none.</summary>
    public string? FilterPath(string path, int filter)
    {
        if (Filters[filter].IsBlank) return null;
        var place = Filters.Take(filter).Count(f => !f.IsBlank);
        return Filters.Count(f => !f.IsBlank) == 1 ? $"{EventsPath(path)}.where" : string.Create(CultureInfo.InvariantCulture, $"{EventsPath(path)}.where.all[{place}]");
    }

    /// <summary>The condition. With <paramref name="blanks"/> also what is not chosen yet, so that the builder can show it again.</summary>
    public JsonNode ToJson(bool blanks)
    {
        switch (Kind)
        {
            case "group":
                var rows = new JsonArray([.. Rows.Select(r => r.ToJson(blanks))]);
                return Mode == "none" ? new JsonObject { ["not"] = new JsonObject { ["any"] = rows } } : new JsonObject { [Mode] = rows };
            case "raw":
                return RawNode();
            case "segment":
                return new JsonObject { ["segment"] = Segment };
            case "nosegment":
                return new JsonObject { ["not"] = new JsonObject { ["segment"] = Segment } };
            case "profile":
                var profile = new JsonObject { ["profile"] = Property, ["is"] = Is };
                if (!IsBare(Is)) Put(profile, "value", TypedValues.Read(Value, Is));
                return profile;
            case "sequence" or "nosequence":
                var sequence = new JsonObject
                {
                    ["sequence"] = new JsonArray([.. Events.Select(e => (JsonNode)(e.Length > 0 ? new JsonObject { ["event"] = e } : []))]),
                    ["window"] = Window + WindowUnit,
                };
                PutTime(sequence, blanks);
                return Kind == "sequence" ? sequence : new JsonObject { ["not"] = sequence };
            default:
                return EventCondition(blanks);
        }
    }

    private JsonObject EventCondition(bool blanks)
    {
        var selector = new JsonObject();
        var events = Events.Where(e => e.Length > 0 || (blanks && Events.Count > 1)).ToList();
        if (events.Count == 1) selector["event"] = events[0];
        else if (events.Count > 1) selector["event"] = new JsonArray([.. events.Select(e => (JsonNode)e)]);
        var filters = Filters.Where(f => blanks || !f.IsBlank).Select(Written).ToList();
        if (filters.Count == 1) selector["where"] = filters[0];
        else if (filters.Count > 1) selector["where"] = new JsonObject { ["all"] = new JsonArray([.. filters]) };
        var condition = new JsonObject { [Kind == "first" ? "first" : "did"] = selector };
        if (Kind == "never") condition["atMost"] = 0;
        if (Kind == "did") PutTimes(condition);
        if (Kind == "aggregate")
        {
            (condition["aggregate"], condition["is"]) = (Aggregate, Is);
            if (Property.Length > 0) condition["property"] = Property;
            Put(condition, "value", TypedValues.Number(Value));
        }

        PutTime(condition, blanks);
        return condition;
    }

    private static JsonNode Written(RowFilter filter)
    {
        var written = new JsonObject { ["property"] = filter.Property, ["is"] = filter.Is };
        if (!IsBare(filter.Is)) Put(written, "value", TypedValues.Read(filter.Value, filter.Is));
        return written;
    }

    private void PutTimes(JsonObject condition)
    {
        if (Times is "exactly") (condition["atLeast"], condition["atMost"]) = (Whole(Least), Whole(Least));
        else if (Times is "between") (condition["atLeast"], condition["atMost"]) = (Whole(Least), Whole(Most));
        else if (Times is "atMost") condition["atMost"] = Whole(Least);
        else if (Least != "1") condition["atLeast"] = Whole(Least);
    }

    private void PutTime(JsonObject condition, bool blanks)
    {
        if (Time.Mode == "within") condition["within"] = Time.Count + Time.Unit;
        if (Time.Mode != "between") return;
        if (Time.From.Length > 0 || (blanks && Time.To.Length == 0)) condition["from"] = Time.From;
        if (Time.To.Length > 0) condition["to"] = Time.To;
    }

    private JsonNode RawNode()
    {
        try
        {
            return JsonNode.Parse(Raw, null, new JsonDocumentOptions { AllowDuplicateProperties = false }) ?? JsonValue.Create(Raw);
        }
        catch (JsonException)
        {
            // Not yet JSON: it is kept as it was typed, and told as what it is.
            return JsonValue.Create(Raw);
        }
    }

    private static void Put(JsonObject node, string name, JsonNode? value)
    {
        if (value is not null) node[name] = value;
    }

    private static JsonNode Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : JsonValue.Create(text);
}
