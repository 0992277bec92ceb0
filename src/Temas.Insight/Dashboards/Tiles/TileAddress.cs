using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Explore;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>What the explorer would have to be asked to show what a tile shows: nothing where it cannot, for a link must not lead to other figures than those it stands at.</summary>
internal static class TileAddress
{
    /// <summary>The explorer's word for a period that ends today; null for another one.</summary>
    public static string? Last(BoardPeriod period, DateOnly today) => period.To == today.AddDays(1) && $"{period.Days}d" is var word && ExploreState.Periods.Contains(word) ? word : null;

    /// <summary>The choices of an explorer's address, with the period and the comparison of the board in place of those that were saved with it; null for a period that the explorer does not know.</summary>
    public static string? Of(string page, BoardPeriod period, DateOnly today)
    {
        if (Last(period, today) is not { } last) return null;
        var parts = page.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => !p.StartsWith("last=", StringComparison.Ordinal) && !p.StartsWith("compare=", StringComparison.Ordinal)).Append($"last={last}").ToList();
        if (period.Compare && (parts.Contains("kind=trend") || !parts.Exists(p => p.StartsWith("kind=", StringComparison.Ordinal)))) parts.Add("compare=previous");
        return string.Join('&', parts);
    }

    /// <summary>The explorer's address of a question that was not asked there; null where it has no words for a part of it.</summary>
    /// <param name="question">The question as the tile has it, not bound to a period.</param>
    /// <param name="period">What the tile shows.</param>
    /// <param name="today">The day of now, where the company is.</param>
    public static string? Of(JsonElement question, BoardPeriod period, DateOnly today)
    {
        if (Last(period, today) is not { } last || question.ValueKind != JsonValueKind.Object || question.TryGetProperty("customers", out _)) return null;
        var state = (question.TryGetProperty("kind", out var kind) ? kind.GetString() : null) switch
        {
            "trend" => Trend(question, period),
            "funnel" => Funnel(question),
            "retention" => Retention(question, period),
            _ => null,
        };
        return state is null ? null : (state with { Last = last }).Url("").TrimStart('?');
    }

    private static ExploreState? Trend(JsonElement question, BoardPeriod period)
    {
        if (!Knows(question, "kind", "last", "unit", "measures", "breakdown", "top", "compare") || question.GetProperty("measures") is not { ValueKind: JsonValueKind.Array } measures || measures.GetArrayLength() != 1) return null;
        var measure = measures[0];
        if (!Knows(measure, "name", "event", "measure", "property", "where") || Selected(new ExploreState { Kind = "trend" }, measure) is not { } state) return null;
        var of = Word(measure, "measure") ?? "count";
        if (!ExploreState.Measures.Contains(of) || of == ExploreState.Felt) return null;
        state = state with { Measure = of, Property = Word(measure, "property") ?? "", Unit = Word(question, "unit") ?? period.Unit, Compared = period.Compare };
        return ExploreState.Units.Contains(state.Unit) ? Broken(state, question) : null;
    }

    private static ExploreState? Funnel(JsonElement question)
    {
        if (!Knows(question, "kind", "last", "steps", "window", "order", "breakdown", "top") || question.GetProperty("steps") is not { ValueKind: JsonValueKind.Array } steps) return null;
        var (state, types) = (new ExploreState { Kind = "funnel" }, new List<string>());
        foreach (var step in steps.EnumerateArray())
        {
            // A filter is said of the first step alone.
            if (!Knows(step, types.Count == 0 ? ["event", "where"] : ["event"]) || Word(step, "event") is not { } type) return null;
            if (types.Count == 0)
            {
                if (Selected(state, step) is not { } filtered) return null;
                state = filtered;
            }

            types.Add(type);
        }

        var window = Word(question, "window") ?? "7d";
        state = state with { Events = types, Window = window, Order = Word(question, "order") ?? "ordered" };
        return state.IsComplete && types.Count <= ExploreState.MostSteps && ExploreState.Windows.Contains(window) ? Broken(state, question) : null;
    }

    private static ExploreState? Retention(JsonElement question, BoardPeriod period)
    {
        if (!Knows(question, "kind", "last", "unit", "start", "return", "first") || Selected(new ExploreState { Kind = "retention" }, question.GetProperty("start")) is not { } state) return null;
        var unit = Word(question, "unit") ?? (period.Days <= 190 ? "week" : "month");
        state = state with { Unit = unit, First = question.TryGetProperty("first", out var first) && first.ValueKind == JsonValueKind.True };
        if (!question.TryGetProperty("return", out var back)) return state;
        if (!Knows(back, "event")) return null;
        // Whatever else comes back is a word of its own, where the first event is known.
        var type = back.TryGetProperty("event", out _) ? Word(back, "event") : ExploreState.Whatever;
        return type is null ? null : state with { Events = [state.Events is [var start, ..] ? start : "", type] };
    }

    // One type of event, or any; and of its properties at most one.
    private static ExploreState? Selected(ExploreState state, JsonElement selector)
    {
        if (selector.TryGetProperty("event", out _))
        {
            if (Word(selector, "event") is not { } type) return null;
            state = state with { Events = [type] };
        }

        if (!selector.TryGetProperty("where", out var where)) return state;
        if (where.ValueKind != JsonValueKind.Object || !Knows(where, "property", "is", "value") || Word(where, "property") is not { } property) return null;
        var comparison = Word(where, "is") ?? "equal";
        var value = where.TryGetProperty("value", out var given) ? given.ValueKind == JsonValueKind.Array ? null : JsonNode.Parse(given.GetRawText())!.ToString() : "";
        return value is null || !ExploreState.Operators.Contains(comparison) ? null : state with { Where = property, Is = comparison, Value = value };
    }

    private static ExploreState? Broken(ExploreState state, JsonElement question)
    {
        if (!question.TryGetProperty("breakdown", out var by)) return state;
        if (by.ValueKind == JsonValueKind.String) return state with { Breakdown = by.GetString()! };
        return by.ValueKind == JsonValueKind.Object && Knows(by, "touch") && Word(by, "touch") is { } touch && ExploreState.Bys.Contains(touch) ? state with { By = touch } : null;
    }

    private static bool Knows(JsonElement part, params ReadOnlySpan<string> names)
    {
        if (part.ValueKind != JsonValueKind.Object) return false;
        foreach (var property in part.EnumerateObject())
        {
            if (!names.Contains(property.Name)) return false;
        }

        return true;
    }

    // A text; of a list, where it has one entry, that one.
    private static string? Word(JsonElement part, string name) => !part.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String => value[0].GetString(),
        _ => null,
    };
}
