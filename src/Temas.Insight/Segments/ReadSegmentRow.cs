using System.Globalization;
using System.Text.Json;

namespace Temas.Insight.Segments;

/// <summary>Takes a condition apart into the parts of a row. A condition with anything that a row cannot hold becomes a row of JSON, so that nothing is lost.</summary>
internal static class ReadSegmentRow
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The row of a condition.</summary>
    public static SegmentRow Leaf(JsonElement condition) => Known(condition) ?? new SegmentRow { Kind = "raw", Raw = condition.ValueKind == JsonValueKind.String ? condition.GetString()! : JsonSerializer.Serialize(condition, Written) };

    private static SegmentRow? Known(JsonElement condition)
    {
        if (condition.ValueKind != JsonValueKind.Object) return null;
        var parts = new Parts(condition);
        if (parts.Has("not")) return parts.Object("not") is { } not && parts.IsDone ? Negated(not) : null;
        var row = parts.Has("did") ? Did(parts) : parts.Has("first") ? First(parts) : parts.Has("sequence") ? Sequence(parts)
            : parts.Has("profile") ? Profile(parts) : parts.Has("segment") ? Segment(parts) : null;
        return parts.IsDone ? row : null;
    }

    private static SegmentRow? Negated(JsonElement condition) => Known(condition) switch
    {
        { Kind: "sequence" } row => row with { Kind = "nosequence" },
        { Kind: "segment" } row => row with { Kind = "nosegment" },
        _ => null,
    };

    private static SegmentRow? Did(Parts parts)
    {
        if (Selector(parts, "did") is not { } row || Time(parts) is not { } time) return null;
        row = row with { Time = time };
        if (parts.Has("aggregate"))
        {
            var comparison = parts.Choice("is", SegmentRow.Comparisons) ?? "atLeast";
            return row with { Kind = "aggregate", Aggregate = parts.Choice("aggregate", SegmentRow.Aggregates) ?? "sum", Property = parts.Text("property") ?? "", Is = comparison, Value = parts.Typed("value", "atLeast") ?? "" };
        }

        var (least, most) = (parts.Typed("atLeast", "atLeast"), parts.Typed("atMost", "atMost"));
        if (most == "0" && least is null or "0") return row with { Kind = "never" };
        if (most is null) return row with { Least = least ?? "1" };
        if (least is null) return row with { Times = "atMost", Least = most };
        return least == most ? row with { Times = "exactly", Least = least } : row with { Times = "between", Least = least, Most = most };
    }

    private static SegmentRow? First(Parts parts) => Selector(parts, "first") is { } row && Time(parts) is { } time ? row with { Kind = "first", Time = time } : null;

    private static SegmentRow? Sequence(Parts parts)
    {
        var steps = new List<string>();
        foreach (var step in parts.List("sequence"))
        {
            if (step.ValueKind != JsonValueKind.Object) return null;
            var selector = new Parts(step);
            steps.Add(selector.Text("event") ?? "");
            if (!selector.IsDone) return null;
        }

        var (window, unit) = Length(parts.Text("window") ?? "30d");
        return unit.Length > 0 && steps.Count > 0 && Time(parts) is { } time ? new SegmentRow { Kind = "sequence", Events = steps, Window = window, WindowUnit = unit, Time = time } : null;
    }

    private static SegmentRow Profile(Parts parts)
    {
        var comparison = parts.Choice("is", SegmentRow.Operators) ?? "equal";
        return new SegmentRow { Kind = "profile", Property = parts.Text("profile") ?? "", Is = comparison, Value = parts.Typed("value", comparison) ?? "" };
    }

    private static SegmentRow Segment(Parts parts) => new() { Kind = "segment", Segment = parts.Text("segment") ?? "" };

    /// <summary>The events and the filter on their properties.</summary>
    private static SegmentRow? Selector(Parts parts, string name)
    {
        if (parts.Object(name) is not { } json) return null;
        var selector = new Parts(json);
        IReadOnlyList<string>? events = selector.IsList("event") ? [.. selector.List("event").Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : "\0")] : [selector.Text("event") ?? ""];
        if (events.Count == 0 || events.Contains("\0")) return null;
        var filters = new List<RowFilter>();
        if (selector.Object("where") is { } where)
        {
            var outer = new Parts(where);
            var all = outer.IsList("all") ? outer.List("all").ToList() : null;
            if (all is not null && !outer.IsDone) return null;
            foreach (var filter in all ?? [where])
            {
                if (Filter(filter) is not { } known) return null;
                filters.Add(known);
            }
        }

        return selector.IsDone ? new SegmentRow { Events = events, Filters = filters } : null;
    }

    private static RowFilter? Filter(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        var parts = new Parts(json);
        var comparison = parts.Choice("is", SegmentRow.Operators) ?? "equal";
        var filter = new RowFilter(parts.Text("property") ?? "", comparison, parts.Typed("value", comparison) ?? "");
        return parts.IsDone ? filter : null;
    }

    private static RowTime? Time(Parts parts)
    {
        if (parts.Text("within") is { } within) return Length(within) is (var count, { Length: > 0 } unit) ? RowTime.Ever with { Mode = "within", Count = count, Unit = unit } : null;
        var (from, to) = (parts.Text("from"), parts.Text("to"));
        return from is null && to is null ? RowTime.Ever : RowTime.Ever with { Mode = "between", From = from ?? "", To = to ?? "" };
    }

    private static (string Count, string Unit) Length(string text) => text.Length > 0 && SegmentRow.Units.Contains(text[^1..]) ? (text[..^1], text[^1..]) : (text, "");

    /// <summary>The members of an object, which are taken one by one: what nobody took, or was of another type, cannot be shown in parts.</summary>
    private sealed class Parts(JsonElement json)
    {
        private readonly HashSet<string> left = [.. json.EnumerateObject().Select(p => p.Name)];
        private bool isStrange;

        public bool IsDone => left.Count == 0 && !isStrange;

        public bool Has(string name) => json.TryGetProperty(name, out _);

        public bool IsList(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array;

        public JsonElement? Object(string name) => Take(name) is not { } value ? null : value.ValueKind == JsonValueKind.Object ? value : Strange<JsonElement?>();

        public IEnumerable<JsonElement> List(string name) => Take(name) is not { } value ? [] : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Strange<IEnumerable<JsonElement>>() ?? [];

        public string? Text(string name) => Take(name) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : Strange<string>();

        public string? Choice(string name, IReadOnlyList<string> choices) => Text(name) is not { } text ? null : choices.Contains(text) ? text : Strange<string>();

        public string? Typed(string name, string comparison) => Take(name) is not { } value ? null : TypedValues.Write(value, comparison) ?? Strange<string>();

        private JsonElement? Take(string name)
        {
            left.Remove(name);
            return json.TryGetProperty(name, out var value) ? value : null;
        }

        private T? Strange<T>()
        {
            isStrange = true;
            return default;
        }
    }
}
