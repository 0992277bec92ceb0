using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Suggestions;
using Temas.Storage.Workspaces;
using Temas.Timelines.Columns;

namespace Temas.Insight.Segments;

/// <summary>Something that can be asked, and that nobody fits as the data is.</summary>
/// <param name="Code">The words of the page: <c>hint_CODE</c>.</param>
/// <param name="Argument">What they name.</param>
public sealed record RowHint(string Code, string Argument = "");

/// <summary>Looks at the data beside what a row asks: which values a property has, and why a comparison fits nobody.</summary>
public sealed class SegmentHints
{
    private readonly ColumnStore store;
    private readonly IReadOnlyDictionary<string, int> types;

    private readonly LiveForecasts? forecasts;

    internal SegmentHints(Workspace workspace) => (store, types, forecasts) = (workspace.Part<LiveColumns>().Store, workspace.Part<LiveColumns>().Store.CountTypes(), workspace.FindPart<LiveForecasts>());

    /// <summary>The properties of the events of a row.</summary>
    public IReadOnlyList<string> PropertiesOf(SegmentRow row) => TypesOf(row) is not { } chosen ? store.PropertiesOf(null) : [.. chosen.SelectMany(store.PropertiesOf).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The values of a property on the events of a row.</summary>
    public PropertyValues ValuesOf(SegmentRow row, string property) => PropertyValues.Of(store, TypesOf(row), property);

    /// <summary>Values to choose from, the most frequent first, as they would be typed.</summary>
    public IReadOnlyList<string> Offered(SegmentRow row, string property) => [.. Suggest.Values(store, TypesOf(row) ?? [], property, "").Select(s => TypedValues.Typed(s.Value))];

    /// <summary>Values of a trait to choose from: of the profiles, those in lists among them, or before these are worked out of the events that told it.</summary>
    public IReadOnlyList<string> OfferedOf(string trait) =>
        [.. Suggest.Traits(store, trait, "").Select(s => TypedValues.Typed(s.Value)).Concat(Offered(new SegmentRow { Events = ["identify"] }, trait)).Distinct(StringComparer.Ordinal).Take(Suggest.Most)];

    /// <summary>What is to be said of an event.</summary>
    public RowHint? OfEvent(string type) => type.Length > 0 && !types.ContainsKey(type) ? new RowHint("unseen") : null;

    /// <summary>What is to be said of a fact of profiles: why a forecast has no value for anybody.</summary>
    public RowHint? OfFact(string name) => name.StartsWith(Forecast.Family, StringComparison.Ordinal) && Forecast.Read(name[Forecast.Family.Length..]) is { } forecast
        ? forecasts?.Why(forecast) is { } why ? new RowHint(why.Code) : null : null;

    /// <summary>What is to be said of a property whose numbers are worked out.</summary>
    public RowHint? OfFigure(SegmentRow row)
    {
        if (row.Property.Length == 0 || !AnySeen(row)) return null;
        var values = ValuesOf(row, row.Property);
        return values.All.Count == 0 ? new RowHint("noProperty") : values.HasNumbers ? null : new RowHint("textOnly");
    }

    /// <summary>What is to be said of a comparison.</summary>
    public RowHint? OfFilter(SegmentRow row, RowFilter filter)
    {
        if (filter.Property.Length == 0 || !AnySeen(row)) return null;
        var values = ValuesOf(row, filter.Property);
        if (values.All.Count == 0) return filter.Is == "missing" ? null : new RowHint("noProperty");
        if (SegmentRow.IsNumeric(filter.Is)) return values.HasNumbers ? null : new RowHint("textOnly");
        return filter.Is == "equal" && filter.Value.Length > 0 ? OfValue(filter.Value, values) : null;
    }

    private static RowHint? OfValue(string typed, PropertyValues values)
    {
        if (TypedValues.Read(typed, "equal") is not System.Text.Json.Nodes.JsonValue one) return null;
        switch (one.GetValueKind())
        {
            case JsonValueKind.Number when !values.HasNumbers: return new RowHint("numberAsText", typed);
            case JsonValueKind.Number: return values.All.Any(v => v.Value is double number && number == one.GetValue<double>()) ? null : new RowHint("noValue");
            case JsonValueKind.String when !values.HasTexts && values.HasNumbers: return new RowHint("textAsNumber");
            case JsonValueKind.String:
                var text = one.GetValue<string>();
                if (values.All.Any(v => v.Value is string known && known == text)) return null;
                return values.All.FirstOrDefault(v => v.Value is string known && Folded(known) == Folded(text)).Value is string near ? new RowHint("case", near) : new RowHint("noValue");
            default: return null;
        }
    }

    // As a person compares who does not mind capitals, in either language: i, ı, I and İ are one letter here.
    private static string Folded(string text) => text.Replace('İ', 'i').Replace('I', 'i').Replace('ı', 'i').ToLowerInvariant().Trim();

    private static List<string>? TypesOf(SegmentRow row) => row.Events.Where(e => e.Length > 0).ToList() is { Count: > 0 } chosen ? chosen : null;

    private bool AnySeen(SegmentRow row) => TypesOf(row) is not { } chosen || chosen.Exists(types.ContainsKey);
}
