using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Temas.Timelines.Queries;
using Temas.Ui;

namespace Temas.Insight.Explore;

/// <summary>What a reader of the explorer has chosen: its page's address, and the question in JSON that it means.</summary>
public sealed partial record ExploreState
{
    /// <summary>What can be asked.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["trend", "funnel", "retention", "paths", "habits", "rfm"];

    /// <summary>The periods that can be chosen, the usual one first.</summary>
    public static IReadOnlyList<string> Periods { get; } = ["30d", "7d", "90d", "180d", "365d"];

    /// <summary>The lengths of a bucket.</summary>
    public static IReadOnlyList<string> Units { get; } = ["day", "week", "month"];

    /// <summary>What a trend counts.</summary>
    public static IReadOnlyList<string> Measures { get; } = ["count", "customers", "sum", "average", "minimum", "maximum", "perCustomer", Felt];

    /// <summary>Of a trend: the mean of how customers took the events.</summary>
    public const string Felt = "perception";

    /// <summary>What is asked of habits: on how many days, how many times, how long between.</summary>
    public static IReadOnlyList<string> Habits { get; } = ["stickiness", "frequency", "interval"];

    /// <summary>How a property is compared.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["equal", "notEqual", "contains", "greater", "atLeast", "less", "atMost", "exists", "missing"];

    /// <summary>The windows of a funnel.</summary>
    public static IReadOnlyList<string> Windows { get; } = ["1h", "1d", "7d", "30d", "90d"];

    /// <summary>The most places of a way.</summary>
    public static IReadOnlyList<string> Depths { get; } = ["5", "3", "4", "6", "8"];

    /// <summary>The pauses that end a way.</summary>
    public static IReadOnlyList<string> Gaps { get; } = ["30m", "4h", "1d", "7d", "30d"];

    /// <summary>Chosen for coming back: by whatever event.</summary>
    public const string Whatever = "*";

    /// <summary>Shares of fewer customers say little.</summary>
    public const int Few = 30;

    /// <summary>The measure of the customers behind the figures of a comparison.</summary>
    public const string Whose = "who";

    /// <summary>The most steps of a funnel.</summary>
    public const int MostSteps = 6;

    private const int MostAmong = 100, MostTransitions = 30;

    public string Kind { get; init; } = "trend";

    public string Last { get; init; } = "30d";

    public string Unit { get; init; } = "day";

    /// <summary>Event types in order: of a funnel its steps, of paths where they begin and end; empty for any event.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    public string Measure { get; init; } = "count";

    public string Property { get; init; } = "";

    public string Breakdown { get; init; } = "";

    public string Habit { get; init; } = Habits[0];

    /// <summary>Of a trend and of habits: whether the period before is shown beside.</summary>
    public bool Compared { get; init; }

    /// <summary>Of a trend: whether each bucket stands for all from the beginning up to it.</summary>
    public bool Cumulative { get; init; }

    /// <summary>The property by which the first event is filtered, of paths every event; empty for none.</summary>
    public string Where { get; init; } = "";

    public string Is { get; init; } = "equal";

    public string Value { get; init; } = "";

    public string Window { get; init; } = "7d";

    public string Order { get; init; } = "ordered";

    /// <summary>Of retention: whether only a customer's very first event makes her one of a cohort.</summary>
    public bool First { get; init; }

    /// <summary>Of retention: the last unit of each bracket, as it was typed; empty for each unit alone.</summary>
    public string Brackets { get; init; } = "";

    /// <summary>Of paths: the event types that are places; none for all.</summary>
    public IReadOnlyList<string> Among { get; init; } = [];

    public string Depth { get; init; } = Depths[0];

    public string Gap { get; init; } = Gaps[0];

    /// <summary>Of RFM: whether orders count, by the rules of profiles, and no event was chosen.</summary>
    public bool CountsOrders => Events is not [{ Length: > 0 }, ..];

    public bool NeedsProperty => Kind == "trend" && Measure is not ("count" or "customers" or Felt);

    /// <summary>The types of event whose properties are meant: the first, with those that are taken as one with it; none for those of all.</summary>
    public IReadOnlyList<string> About => Kind == "paths" ? [] : TypesAt(0);

    /// <summary>Whether enough is chosen to ask.</summary>
    public bool IsComplete => Kind != "funnel" || Events.Count >= 2;

    public static ExploreState Of(IQueryCollection query)
    {
        var kind = Choice(query, "kind", Kinds);
        var events = Fitting(query, kind, "event").ToList();
        return new ExploreState
        {
            Kind = kind,
            Last = kind == "rfm" && !query.ContainsKey("last") ? "365d" : Choice(query, "last", Periods),
            Unit = query.ContainsKey("unit") ? Choice(query, "unit", Units) : kind == "retention" ? "week" : "day",
            Events = EventsOf(kind, events),
            Also = AlsoOf(query, kind, events),
            Measure = Choice(query, "measure", Measures),
            Property = kind == "rfm" && !query.ContainsKey("property") && EventsOf(kind, events).Count > 0 ? "total" : Text(query, "property"),
            Habit = Choice(query, "habit", Habits),
            By = Choice(query, "by", Bys),
            Breakdown = Text(query, "breakdown"),
            Places = Choice(query, "places", PlaceKinds),
            Compared = query["compare"] == "previous",
            Cumulative = query["cumulative"] == "1",
            Where = Text(query, "where"),
            Is = Choice(query, "is", Operators),
            Value = Text(query, "value"),
            Window = query.ContainsKey("window") ? Choice(query, "window", Windows) : "7d",
            Order = Choice(query, "order", ["ordered", "strict", "any"]),
            First = query["first"] == "1",
            Brackets = kind == "retention" ? Text(query, "brackets") : "",
            Among = [.. Fitting(query, kind, "among").Where(e => e.Length is > 0 and <= 500).Distinct(StringComparer.Ordinal).Take(MostAmong)],
            Depth = Choice(query, "depth", Depths),
            Gap = Choice(query, "gap", Gaps),
        };
    }

    /// <summary>In a funnel an empty step is one that was not chosen; elsewhere it means any event, as one does that is left out at the end.</summary>
    private static IReadOnlyList<string> EventsOf(string kind, IEnumerable<string> events)
    {
        if (kind == "funnel") return [.. events.Where(e => e.Length > 0).Take(MostSteps)];
        var some = events.Take(2).ToList();
        while (some.Count > 0 && some[^1].Length == 0) some.RemoveAt(some.Count - 1);
        return some;
    }

    /// <summary>The question that is meant; of retention, on demand with coming back at any later time.</summary>
    public JsonElement Question(bool unbounded = false)
    {
        var question = new JsonObject { ["kind"] = Kind, ["last"] = Last };
        switch (Kind)
        {
            case "trend":
                var measure = Selector(0, filtered: true);
                (measure["name"], measure["measure"]) = ("m", Measure == Felt ? "average" : Measure);
                if (Measure == Felt) measure["touch"] = "perception";
                if (NeedsProperty && Property.Length > 0) measure["property"] = Property;
                (question["unit"], question["measures"]) = (Unit, new JsonArray(measure));
                if (Cumulative) question["cumulative"] = true;
                if (Compared) AddCompared(question);
                AddBreakdown(question);
                break;
            case "funnel":
                AddFunnel(question);
                AddBreakdown(question);
                break;
            case "habits":
                AddHabit(question);
                break;
            case "rfm":
                AddOrders(question);
                if (Property.Length > 0) question["property"] = Property;
                break;
            case "paths":
                AddPaths(question);
                (question["top"], question["perception"]) = (MostTransitions, true);
                break;
            default:
                (question["unit"], question["start"], question["return"], question["first"]) = (Unit, Selector(0, filtered: true), Back(), First);
                if (Brackets.Length > 0) question["brackets"] = new JsonArray([.. Brackets.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries).Select(ReadBracket)]);
                if (unbounded) question["unbounded"] = true;
                break;
        }

        return JsonSerializer.SerializeToElement(question, ExploreJson.Default.JsonObject);
    }

    /// <summary>With the period before; and how many customers stand behind the figures, for a change of what few did says little.</summary>
    private void AddCompared(JsonObject question)
    {
        question["compare"] = "previous";
        if (Measure == "customers") return;
        var who = Selector(0, filtered: true);
        (who["name"], who["measure"]) = (Whose, "customers");
        question["measures"]!.AsArray().Add((JsonNode)who);
    }

    /// <summary>Who stands behind a number of a trend: those with such an event in a bucket (and with that value of the breakdown).</summary>
    public string InBucket(string from, string to, object? value, bool hasValue)
    {
        var selector = Selector(0, filtered: true);
        if (hasValue)
        {
            var same = Same(value);
            selector["where"] = selector["where"] is { } where ? new JsonObject { ["all"] = new JsonArray(where.DeepClone(), same) } : same;
        }

        // Who is measured by a property has it as a number: a comparison that only numbers pass. So it is with perception, of which nothing is known where there is no touch.
        if (Measure == Felt || (NeedsProperty && Property.Length > 0))
        {
            var number = new JsonObject { [Measure == Felt ? "touch" : "property"] = Measure == Felt ? Felt : Property, ["is"] = "atLeast", ["value"] = Measure == Felt ? -1 : double.MinValue };
            selector["where"] = selector["where"] is { } where ? new JsonObject { ["all"] = new JsonArray(where.DeepClone(), number) } : number;
        }

        return new JsonObject { ["did"] = selector, ["from"] = from, ["to"] = to }.ToJsonString();
    }

    /// <summary>Who stands behind a step of a funnel: those who came to it, or those who came no further; all, or those of a value of the breakdown.</summary>
    public string AtStep(int step, bool andNoFurther, GroupValue? group = null)
    {
        var funnel = new JsonObject { ["last"] = Last };
        AddFunnel(funnel);
        var condition = new JsonObject { ["funnel"] = funnel, ["reached"] = step + 1, ["andNoFurther"] = andNoFurther };
        if (group is null) return condition.ToJsonString();
        AddBreakdown(funnel);
        AddValue(condition, group.Value);
        return condition.ToJsonString();
    }

    /// <summary>Who stands behind a cohort, or behind those of it who came back in a later bucket.</summary>
    public string InCohort(string from, string to, string? backFrom, string? backTo)
    {
        var cohort = new JsonObject { [First ? "first" : "did"] = Selector(0, filtered: true), ["from"] = from, ["to"] = to };
        if (backFrom is null) return cohort.ToJsonString();
        var back = new JsonObject { ["did"] = Back(), ["from"] = backFrom, ["to"] = backTo };
        return new JsonObject { ["all"] = new JsonArray(cohort, back) }.ToJsonString();
    }

    /// <summary>Who stands behind a place of the ways, or behind a transition from it.</summary>
    public string OnWay(int place, string type, string? next)
    {
        var paths = new JsonObject { ["last"] = Last };
        AddPaths(paths);
        var condition = new JsonObject { ["path"] = paths, ["place"] = place, [HasTouchPlaces ? "touch" : "event"] = type };
        if (next is not null) condition["next"] = next;
        return condition.ToJsonString();
    }

    /// <summary>Who stands behind scores of RFM: those whose last order lies between two moments, and who have so many of them in the period.</summary>
    public string InScores(TimeSpanMs period, long earliest, long latest, long least, long most)
    {
        JsonObject Did(long from, long to)
        {
            var did = new JsonObject();
            AddOrders(did);
            return new JsonObject { [CountsOrders ? "orders" : "did"] = did, ["from"] = BucketWords.Instant(from), ["to"] = BucketWords.Instant(to) };
        }

        var (often, lately, later) = (Did(period.From, period.To), Did(earliest, latest + 1), Did(latest + 1, period.To));
        (often["atLeast"], often["atMost"]) = (least, most);
        later["atMost"] = 0;
        return new JsonObject { ["all"] = new JsonArray(often, lately, later) }.ToJsonString();
    }

    private void AddOrders(JsonObject selector)
    {
        if (TypesAt(0) is { Count: > 0 } types) selector["event"] = NodeOf(types);
        if (FilterOf() is { } where) selector["where"] = where;
    }

    private void AddPaths(JsonObject question)
    {
        (question["depth"], question["gap"]) = (int.Parse(Depth, System.Globalization.CultureInfo.InvariantCulture), Gap);
        if (HasTouchPlaces)
        {
            AddTouchPlaces(question);
            return;
        }

        // Where ways begin and end are places, too, whatever else counts.
        if (Among.Count > 0) question["event"] = new JsonArray([.. Among.Concat(Events.Where(e => e.Length > 0)).Distinct(StringComparer.Ordinal).Select(e => (JsonNode)e)]);
        if (FilterOf() is { } where) question["where"] = where;
        if (Events is [{ Length: > 0 }, ..]) question["start"] = Selector(0, filtered: false);
        if (Events is [_, { Length: > 0 }]) question["end"] = Selector(1, filtered: false);
    }

    private void AddFunnel(JsonObject question)
    {
        question["steps"] = new JsonArray([.. Enumerable.Range(0, Events.Count).Select(i => (JsonNode)Selector(i, filtered: i == 0))]);
        (question["window"], question["order"]) = (Window, Order);
    }

    /// <summary>Coming back: by the same event, filter and all, unless another one is chosen.</summary>
    private JsonObject Back() => Events is [_, Whatever] ? [] : Events is [_, { Length: > 0 }] ? Selector(1, filtered: false) : Selector(0, filtered: true);

    private JsonObject Selector(int at, bool filtered)
    {
        var selector = new JsonObject();
        if (TypesAt(at) is { Count: > 0 } types) selector["event"] = NodeOf(types);
        if (filtered && FilterOf() is { } where) selector["where"] = where;
        return selector;
    }

    private JsonObject? FilterOf()
    {
        if (Where.Length == 0) return null;
        var where = new JsonObject { ["property"] = Where, ["is"] = Is };
        if (Is is not ("exists" or "missing")) where["value"] = ReadValue();
        return where;
    }

    /// <summary>What was typed, as what it looks like: a number, true or false, or a text. Equality with a number also means the text of it.</summary>
    private JsonNode ReadValue()
    {
        var isNumber = double.TryParse(Value.Replace(',', '.'), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        if (Is is "greater" or "atLeast" or "less" or "atMost") return isNumber ? number : JsonValue.Create(Value);
        if (Is is not ("equal" or "notEqual")) return JsonValue.Create(Value);
        var values = new JsonArray(JsonValue.Create(Value));
        if (isNumber) values.Add((JsonNode)number);
        if (bool.TryParse(Value, out var flag)) values.Add((JsonNode)flag);
        return values;
    }

    private static JsonNode ReadBracket(string typed) => int.TryParse(typed, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var last) ? last : JsonValue.Create(typed);

    /// <summary>An address that holds this state.</summary>
    public string Url(string page)
    {
        var url = TemasUrls.With(
            page, ("kind", Kind), ("last", Last), ("unit", Unit), ("measure", Kind == "trend" ? Measure : null), ("property", Property), ("by", IsByTouch ? By : null), ("breakdown", Breakdown), ("places", HasTouchPlaces ? Places : null), ("where", Where), ("is", Where.Length > 0 ? Is : null),
            ("value", Value), ("window", Kind == "funnel" ? Window : null), ("order", Kind == "funnel" ? Order : null), ("first", First ? "1" : null), ("brackets", Brackets),
            ("habit", Kind == "habits" ? Habit : null), ("compare", Compared ? "previous" : null), ("cumulative", Cumulative ? "1" : null),
            ("depth", Kind == "paths" ? Depth : null), ("gap", Kind == "paths" ? Gap : null));
        // An empty event says something by its place; so does the property that RFM does without.
        foreach (var type in Events) url += $"&event={Uri.EscapeDataString(type)}";
        for (var at = 0; at < Also.Count; at++)
        {
            foreach (var type in Also[at]) url = TemasUrls.With(url, (OrOf(at), type));
        }

        if (Kind == "rfm" && Property.Length == 0) url += "&property=";
        foreach (var type in Among) url = TemasUrls.With(url, ("among", type));
        return url;
    }

    private static string Choice(IQueryCollection query, string name, IReadOnlyList<string> choices) => query[name].FirstOrDefault() is { } given && choices.Contains(given) ? given : choices[0];

    private static string Text(IQueryCollection query, string name) => query[name].FirstOrDefault() is { } given ? given.Trim() is { Length: <= 500 } text ? text : "" : "";
}

/// <summary>For JSON that is built by hand.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class ExploreJson : System.Text.Json.Serialization.JsonSerializerContext;
