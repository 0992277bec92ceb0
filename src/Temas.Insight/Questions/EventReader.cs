using System.Globalization;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Reads which events are meant: their types, and filters on them.</summary>
/// <param name="faults">What is wrong with the question.</param>
/// <param name="facts">Says by which events touchpoints come; null where it is only read whether a question is well written.</param>
internal sealed class EventReader(JsonReading.Faults faults, ICustomerFacts? facts = null)
{
    /// <summary>So deep may filters, and conditions, lie within each other.</summary>
    public const int MaxDepth = 16;

    public EventSelector? Selector(JsonElement json, string path)
    {
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        var selector = Selector(reading);
        reading.Text("name");
        reading.End();
        return faults.First is null ? selector : null;
    }

    public EventSelector Selector(JsonReading reading)
    {
        IReadOnlyList<string>? types = null;
        if (reading.Any("event") is { } given)
        {
            types = given.ValueKind == JsonValueKind.String ? [reading.Text("event") ?? ""]
                : reading.List("event", 200, (item, path) => item.ValueKind == JsonValueKind.String ? item.GetString() : NotAText(item, path));
            if (types.Count == 0) reading.Fault("event", "events_none", "An empty list of events means none.", given, "Leave out event to mean all.");
        }

        var where = Where(reading);
        // Who asks for touchpoints that come by few events need not have all others looked at.
        if (types is null && TouchpointsOf(where) is { } touchpoints && facts?.EventsOf(touchpoints) is { Count: > 0 } named) types = named;
        return new EventSelector(types, where);
    }

    private static IReadOnlyList<string>? TouchpointsOf(Filter? where) => where switch
    {
        TouchFilter { Touch: Touch.Touchpoint, Operator: FilterOperator.Equal } touch when touch.Values.All(v => v.Text is not null) => [.. touch.Values.Select(v => v.Text!)],
        AllFilters all => all.Of.Select(TouchpointsOf).FirstOrDefault(t => t is not null),
        _ => null,
    };

    /// <summary>The filter on events; null where there is none.</summary>
    public Filter? Where(JsonReading reading) => reading.Any("where") is { } filter ? Filter(filter, reading.PathOf("where"), 0) : null;

    private Filter? Filter(JsonElement json, string path, int depth)
    {
        if (depth > MaxDepth) faults.Add("too_deep", string.Create(CultureInfo.InvariantCulture, $"Filters lie at most {MaxDepth} within each other."), path, null);
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        Filter? result;
        if (reading.Has("all")) result = new AllFilters(reading.List("all", 100, (item, at) => Filter(item, at, depth + 1)));
        else if (reading.Has("any")) result = new AnyFilter(reading.List("any", 100, (item, at) => Filter(item, at, depth + 1)));
        else if (reading.Any("not") is { } not) result = Filter(not, reading.PathOf("not"), depth + 1) is { } of ? new NotFilter(of) : null;
        else if (reading.Has("touch")) result = OfTouch(reading);
        else result = Comparing(reading, "property", "The property that is compared");
        reading.End();
        return faults.First is null ? result : null;
    }

    private TouchFilter? OfTouch(JsonReading reading)
    {
        var touch = reading.Choice("touch", Touch.Touchpoint);
        var (op, values) = Comparison(reading);
        if (op is FilterOperator.Equal or FilterOperator.NotEqual && values.Exists(v => !MayBe(touch, v)))
            reading.Fault("value", "choice_unknown", "No touch has this value.", reading.Any("value"), touch == Touch.Medium ? "Use digital or physical." : "Use negative, neutral, positive, or a number from -1 to 1.");
        return faults.First is null ? new TouchFilter(touch, op, values) : null;
    }

    // What a workspace names itself, such as touchpoints and channels, may be anything.
    private static bool MayBe(Touch touch, FilterValue value) => touch switch
    {
        Touch.Medium => value.Text is "digital" or "physical",
        Touch.Perception => value.Text is "negative" or "neutral" or "positive" || value.Number is >= -1 and <= 1,
        _ => true,
    };

    /// <summary>A comparison of a property, or of whatever else a field names.</summary>
    public PropertyFilter? Comparing(JsonReading reading, string field, string what)
    {
        var property = reading.Text(field);
        if (property is null) reading.Missing(field, what);
        var (op, values) = Comparison(reading);
        return faults.First is null ? new PropertyFilter(property!, op, values) : null;
    }

    /// <summary>One value of a breakdown, or that there is none.</summary>
    public GroupValue? OfGroup(JsonReading reading)
    {
        var (op, values) = Comparison(reading);
        if (faults.First is not null) return null;
        if (op == FilterOperator.Missing) return new GroupValue(null);
        if (op == FilterOperator.Equal && values is [var value]) return new GroupValue(value.Text ?? (value.Flag is { } flag ? flag : (object)value.Number));
        reading.Fault("is", "choice_unknown", "A value of a breakdown is one value, or missing.", reading.Any("is"), "Give one value, or write \"is\": \"missing\".");
        return null;
    }

    private (FilterOperator Operator, List<FilterValue> Values) Comparison(JsonReading reading)
    {
        var op = reading.Choice("is", FilterOperator.Equal);
        var values = new List<FilterValue>();
        if (reading.Any("value") is { } value)
        {
            var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value];
            if (items.Count > 1000) reading.Fault("value", "list_expected", "A list of at most 1,000 is expected.");
            foreach (var item in items)
            {
                if (item.ValueKind == JsonValueKind.String) values.Add(FilterValue.Of(item.GetString()!));
                else if (item.ValueKind is JsonValueKind.True or JsonValueKind.False) values.Add(FilterValue.Of(item.GetBoolean()));
                else if (item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) && double.IsFinite(number)) values.Add(FilterValue.Of(number));
                else reading.Fault("value", "value_unknown", "A value is a text, a number, true or false, or a list of these.", item);
            }
        }

        var needsNumber = op is FilterOperator.Greater or FilterOperator.AtLeast or FilterOperator.Less or FilterOperator.AtMost;
        var needsText = op is FilterOperator.Contains or FilterOperator.StartsWith;
        var needsNone = op is FilterOperator.Exists or FilterOperator.Missing;
        if (needsNone && values.Count > 0) reading.Fault("value", "value_unused", "Whether there is a value is asked without one.", reading.Any("value"), "Leave it out.");
        else if (!needsNone && values.Count == 0) reading.Missing("value", "What the property is compared with");
        else if (needsNumber && (values.Count != 1 || double.IsNaN(values[0].Number))) reading.Fault("value", "number_expected", "A number is expected.", reading.Any("value"));
        else if (needsText && values.Exists(v => v.Text is null)) reading.Fault("value", "text_expected", "A text is expected.", reading.Any("value"));
        return (op, values);
    }

    private string? NotAText(JsonElement item, string path)
    {
        faults.Add("text_expected", "The name of an event is a text, such as track:Order Completed.", path, item.GetRawText());
        return null;
    }
}
