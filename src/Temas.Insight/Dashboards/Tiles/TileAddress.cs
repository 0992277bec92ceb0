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
        var (state, count) = (new ExploreState { Kind = "funnel" }, 0);
        foreach (var step in steps.EnumerateArray())
        {
            // A filter is said of the first step alone.
            if (!Knows(step, count == 0 ? ["event", "where"] : ["event"]) || Types(step) is not { } types) return null;
            if (count == 0)
            {
                if (Selected(state, step) is not { } filtered) return null;
                state = filtered;
            }

            state = state.With(count++, types);
        }

        var window = Word(question, "window") ?? "7d";
        state = state with { Window = window, Order = Word(question, "order") ?? "ordered" };
        return state.IsComplete && count <= ExploreState.MostSteps && ExploreState.Windows.Contains(window) ? Broken(state, question) : null;
    }

    private static ExploreState? Retention(JsonElement question, BoardPeriod period)
    {
        if (!Knows(question, "kind", "last", "unit", "start", "return", "first") || Selected(new ExploreState { Kind = "retention" }, question.GetProperty("start")) is not { } state) return null;
        var unit = Word(question, "unit") ?? (period.Days <= 190 ? "week" : "month");
        state = state with { Unit = unit, First = question.TryGetProperty("first", out var first) && first.ValueKind == JsonValueKind.True };
        if (!question.TryGetProperty("return", out var back)) return state;
        if (!Knows(back, "event")) return null;
        // Whatever else comes back is a word of its own, where the first event is known.
        var types = back.TryGetProperty("event", out _) ? Types(back) : [ExploreState.Whatever];
        return types is null ? null : state.With(1, types);
    }

    // Types of event that are taken as one, or any; and of its properties at most one.
    private static ExploreState? Selected(ExploreState state, JsonElement selector)
    {
        if (selector.TryGetProperty("event", out _))
        {
            if (Types(selector) is not { } types) return null;
            state = state.With(0, types);
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

    // The types of event that are named, as many as the explorer takes as one.
    private static IReadOnlyList<string>? Types(JsonElement selector)
    {
        if (!selector.TryGetProperty("event", out var given)) return null;
        List<JsonElement> named = given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray()] : [given];
        if (named.Count is 0 or > ExploreState.MostAlso + 1 || named.Exists(n => n.ValueKind != JsonValueKind.String || n.GetString() is "" or ExploreState.Whatever)) return null;
        return [.. named.Select(n => n.GetString()!).Distinct(StringComparer.Ordinal)];
    }

    // A text; of a list, where it has one entry, that one.
    private static string? Word(JsonElement part, string name) => !part.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String => value[0].GetString(),
        _ => null,
    };
}
