using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Timelines.Queries;

namespace Temas.Insight.Indicators;

/// <summary>Questions made of the parts of an indicator.</summary>
internal static class FigureJson
{
    private const string Start = "period.start", End = "period.end";

    /// <summary>A question of a kind with the fields of an object.</summary>
    public static JsonElement Of(string kind, JsonElement fields)
    {
        var question = new JsonObject { ["kind"] = kind };
        if (fields.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in fields.EnumerateObject().Where(f => f.Name != "kind")) question[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }

        return Element(question);
    }

    /// <summary>A trend of one measure.</summary>
    public static JsonElement Trend(JsonElement measure) => Element(new JsonObject { ["kind"] = "trend", ["measures"] = new JsonArray(JsonNode.Parse(measure.ValueKind == JsonValueKind.Undefined ? "{}" : measure.GetRawText())) });

    /// <summary>An object without one of its fields.</summary>
    public static JsonElement Without(JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object) return of.Clone();
        var node = JsonNode.Parse(of.GetRawText())!.AsObject();
        node.Remove(name);
        return Element(node);
    }

    /// <summary>All of some conditions; null for none.</summary>
    public static JsonElement? All(params JsonElement?[] conditions)
    {
        var given = conditions.OfType<JsonElement>().ToList();
        return given.Count switch
        {
            0 => null,
            1 => given[0],
            _ => Element(new JsonObject { ["all"] = new JsonArray([.. given.Select(c => JsonNode.Parse(c.GetRawText()))]) }),
        };
    }

    /// <summary>Some events in a period, as a condition of those who have them.</summary>
    public static JsonElement Did(JsonElement events, DateOnly from, DateOnly to)
    {
        var selector = new JsonObject();
        foreach (var name in new[] { "event", "where" })
        {
            if (events.TryGetProperty(name, out var value)) selector[name] = JsonNode.Parse(value.GetRawText());
        }

        return Element(new JsonObject { ["did"] = selector, ["from"] = Day(from), ["to"] = Day(to) });
    }

    /// <summary>So many orders in a stretch of time, as a condition: from a moment on, before another, in milliseconds since 1970 UTC.</summary>
    public static JsonObject Orders(long from, long to, int? atLeast = 1, int? atMost = null)
    {
        var node = new JsonObject { ["orders"] = new JsonObject(), ["from"] = Moment(from), ["to"] = Moment(to) };
        if (atLeast is { } least) node["atLeast"] = least;
        if (atMost is { } most) node["atMost"] = most;
        return node;
    }

    /// <summary>How many buckets of a period are over: all where it ends as the last of them does by the calendar, else all but that one.</summary>
    public static int Over(TimeBuckets buckets, TimeZoneInfo zone) => TimeBuckets.Cut(buckets.When with { To = buckets.When.To + 1 }, buckets.Unit, zone)?.Count > buckets.Count ? buckets.Count : buckets.Count - 1;

    /// <summary>Those who began in a bucket and came back so many buckets later, of all buckets of a period that are over: in any of them.</summary>
    public static JsonElement? Returned(JsonElement retention, TimeBuckets buckets, int over, int after, long from)
    {
        var (any, starts, to) = (new JsonArray(), buckets.Starts, buckets.When.To);
        for (var i = after; i < over; i++)
        {
            if (starts[i] < from) continue;
            any.Add(new JsonObject
            {
                ["all"] = new JsonArray(
                    In(retention.TryGetProperty("first", out var first) && first.ValueKind == JsonValueKind.True ? "first" : "did", retention.GetProperty("start"), starts[i - after], starts[i - after + 1]),
                    In("did", retention.GetProperty("return"), starts[i], (retention.TryGetProperty("unbounded", out var open) && open.ValueKind == JsonValueKind.True) || i + 1 == starts.Count ? to : starts[i + 1])),
            });
        }

        return any.Count == 0 ? null : Element(new JsonObject { ["any"] = any });

        static JsonObject In(string what, JsonElement events, long from, long to) => new() { [what] = JsonNode.Parse(events.GetRawText()), ["from"] = Moment(from), ["to"] = Moment(to) };
    }

    /// <summary>A moment as questions write it.</summary>
    public static string Moment(long time) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, time)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A condition with the days of a period in place of <c>period.start</c> and <c>period.end</c>.</summary>
    public static JsonElement Fill(JsonElement condition, DateOnly from, DateOnly to)
    {
        if (!condition.GetRawText().Contains("period.", StringComparison.Ordinal)) return condition;
        return Element(Filled(JsonNode.Parse(condition.GetRawText()))!);

        JsonNode? Filled(JsonNode? node) => node switch
        {
            JsonObject o => new JsonObject(o.Select(f => KeyValuePair.Create(f.Key, Filled(f.Value)))),
            JsonArray a => new JsonArray([.. a.Select(Filled)]),
            JsonValue v when v.GetValueKind() == JsonValueKind.String => JsonValue.Create(Place(v.GetValue<string>())),
            _ => node?.DeepClone(),
        };

        string Place(string text)
        {
            var (of, rest) = text.StartsWith(Start, StringComparison.Ordinal) ? (from, text[Start.Length..]) : text.StartsWith(End, StringComparison.Ordinal) ? (to, text[End.Length..]) : (from, "?");
            if (rest.Length == 0) return Day(of);
            return rest is ['-', .. var days, 'd'] && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var back) && back is > 0 and < 3660 ? Day(of.AddDays(-back)) : text;
        }
    }

    /// <summary>A day as questions write it.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A node as an element.</summary>
    public static JsonElement Element(JsonNode node)
    {
        using var document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }
}
