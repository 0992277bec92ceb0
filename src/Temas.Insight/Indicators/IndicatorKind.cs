using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Questions;
using Temas.Insight.Segments;
using Temas.Kernel;

namespace Temas.Insight.Indicators;

/// <summary>The kind of definition <c>indicator</c>.</summary>
internal sealed partial class IndicatorKind : IDefinitionKind<IndicatorDefinition>
{
    private static readonly string[] OfTheIndicator = ["from", "to", "last", "unit", "breakdown", "customers"];

    /// <summary>Name of the kind.</summary>
    public const string Name = "indicator";

    /// <summary>The longest window, in days.</summary>
    public const int LongestWindow = 3650;

    private const int MostCharacters = 32 * 1024;

    /// <summary>The units by their words.</summary>
    public static readonly (string Word, IndicatorUnit Unit)[] Units =
    [
        ("count", IndicatorUnit.Count), ("share", IndicatorUnit.Share), ("money", IndicatorUnit.Money), ("days", IndicatorUnit.Days), ("hours", IndicatorUnit.Hours), ("score", IndicatorUnit.Score), ("ratio", IndicatorUnit.Ratio),
    ];

    public static IndicatorKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => IndicatorLibrary.Defaults;

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public IndicatorDefinition Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    /// <summary>Reads a document that nobody has kept, for a preview; its faults where it has some.</summary>
    public static (IndicatorDefinition? Definition, IReadOnlyList<Problem> Faults) Try(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n));

    private static IndicatorDefinition Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "owner", "goal", "stage", "unit", "better", "target", "warning", "window", "customers", "source", "library", "figure", "formula");
        if (key.Contains("..", StringComparison.Ordinal)) node.Fault("", "definition_key_invalid", "A key has no two dots side by side.", key);
        var higher = node.OneOf("better", true, ("higher", true), ("lower", false));
        if (!node.Has("unit")) node.Fault("unit", "field_missing", "An indicator says how its value is read.", wayOut: $"Use {string.Join(", ", Units.Select(u => u.Word))}.");
        var (target, warning) = (Limit(node, "target"), Limit(node, "warning"));
        if (warning is not null && target is null) node.Fault("warning", "warning_without_target", "A warning lies between the target and what is bad.", wayOut: "Set a target, too.");
        else if (warning is { } w && target is { } t && (higher ? w > t : w < t)) node.Fault("warning", "warning_beyond_target", "The warning is better than the target.", node.Element.GetProperty("warning").GetRawText(), "Swap them.");
        var window = node.Has("window") ? (int)node.Number("window", 0, 1, LongestWindow) : (int?)null;
        return new IndicatorDefinition
        {
            Indicator = new Indicator(
                key, node.Label(), Description(node), node.Text("owner") ?? "", node.Text("goal", max: 100, form: KeyForm()), node.Text("stage", max: 100, form: KeyForm()), node.OneOf("unit", IndicatorUnit.Count, Units), higher, target, warning),
            Figure = ReadFigure(node),
            Customers = node.Has("customers") ? Condition(node, "customers", node.Element.GetProperty("customers")) : null,
            WindowDays = window,
            Source = node.Text("source", max: 500),
            Library = node.Text("library", max: 100, form: KeyForm()),
        };
    }

    private static LocalText? Description(DefinitionNode node) => node.Object("description", n =>
    {
        n.Only("tr", "en");
        return new LocalText(n.RequiredText("tr", 1000), n.RequiredText("en", 1000));
    });

    private static double? Limit(DefinitionNode node, string name) => node.Has(name) ? node.Number(name, 0, -1e15, 1e15) : null;

    private static Figure ReadFigure(DefinitionNode node)
    {
        if (node.Has("formula"))
        {
            if (node.Has("figure")) node.Fault("formula", "figure_twice", "An indicator has a figure or a formula.", wayOut: "Leave out one.");
            var (formula, fault) = Formula.Read(node.RequiredText("formula", 500));
            if (fault is not null) node.Fault("formula", fault.Code, fault.Detail, fault.Value, fault.WayOut);
            return new FormulaFigure(formula ?? Formula.Nothing);
        }

        if (node.Has("figure") && node.Element.GetProperty("figure").GetRawText().Length > MostCharacters) node.Fault("figure", "query_too_long", "The figure has more than 32,768 characters.", wayOut: "Put conditions into segments, and name those.");
        else if (node.Object("figure", FigureOf) is { } figure) return figure;
        else if (!node.Has("figure")) node.Fault("figure", "field_missing", "An indicator says what is reckoned.", wayOut: "Add a figure, such as {\"measure\": \"count\", \"event\": \"track:Order Completed\"}, or a formula.");
        return new FormulaFigure(Formula.Nothing);
    }

    private static Figure FigureOf(DefinitionNode node)
    {
        if (node.Has("numerator") || node.Has("denominator"))
        {
            node.Only("numerator", "denominator");
            return new QuotientFigure(PartOf(node, "numerator"), PartOf(node, "denominator"));
        }

        if (node.Has("nps"))
        {
            node.Only("nps");
            var nps = node.Element.GetProperty("nps");
            var property = nps.ValueKind == JsonValueKind.Object && nps.TryGetProperty("property", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
            if (property.Length == 0) node.Fault("nps.property", "field_missing", "Where the answer from 0 to 10 stands is missing.", wayOut: "Add \"property\": \"score\".");
            var answers = FigureJson.Without(nps, "property");
            Ask(node, "nps", FigureJson.Trend(answers));
            return new NpsFigure(answers, property);
        }

        if (node.Has("funnel"))
        {
            node.Only("funnel", "take", "matured");
            var funnel = node.Element.GetProperty("funnel").Clone();
            Ask(node, "funnel", FigureJson.Of("funnel", funnel));
            foreach (var more in OfTheIndicator.Where(m => funnel.ValueKind == JsonValueKind.Object && funnel.TryGetProperty(m, out _)))
                node.Fault($"funnel.{more}", "field_unknown", "The indicator says this, not its funnel.", more, "Leave it out.");
            return new FunnelFigure(funnel, TakeOf(node, Take.Share), node.Flag("matured", false));
        }

        if (node.Has("retention"))
        {
            node.Only("retention", "after");
            var retention = node.Element.GetProperty("retention").Clone();
            Ask(node, "retention", FigureJson.Of("retention", retention));
            return new RetentionFigure(retention, (int)node.Number("after", 1, 1, 60));
        }

        if (node.Has("interval"))
        {
            node.Only("interval", "take");
            var events = node.Element.GetProperty("interval").Clone();
            Ask(node, "interval", FigureJson.Of("interval", events));
            var take = TakeOf(node, Take.Median);
            if (take is Take.Share or Take.Customers) node.Fault("take", "word_unknown", "Of times between the median or p90 is taken.", wayOut: "Write median or p90.");
            return new IntervalFigure(events, take);
        }

        if (node.Has("provided"))
        {
            node.Only("provided");
            return new ProvidedFigure(node.RequiredText("provided", 100));
        }

        return new PartFigure(PartOf(node, ""));
    }

    private static Take TakeOf(DefinitionNode node, Take otherwise) => node.OneOf("take", otherwise, ("share", Take.Share), ("customers", Take.Customers), ("median", Take.Median), ("p90", Take.P90));

    private static Part PartOf(DefinitionNode node, string name)
    {
        if (name.Length > 0 && !node.Has(name))
        {
            node.Fault(name, "field_missing", "A quotient has a numerator and a denominator.", wayOut: "Add it.");
            return new HoldsPart { Json = default };
        }

        var json = (name.Length == 0 ? node.Element : node.Element.GetProperty(name)).Clone();
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("holds", out var holds)) return new HoldsPart { Json = Condition(node, name.Length == 0 ? "holds" : $"{name}.holds", holds) };
        Ask(node, name, FigureJson.Trend(json));
        var kind = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("measure", out var measure) && measure.ValueKind == JsonValueKind.String ? measure.GetString() : "count";
        return new MeasurePart { Json = json, IsCount = kind is "count" or "customers", IsOfValues = kind is not ("count" or "customers") };
    }

    private static JsonElement Condition(DefinitionNode node, string name, JsonElement condition)
    {
        var filled = FigureJson.Fill(condition, new DateOnly(2100, 1, 1), new DateOnly(2100, 2, 1));
        if (new QueryReader(SegmentKind.Checked, TimeZoneInfo.Utc).ReadCondition(filled).Problem is { } fault) Tell(node, name, fault, "where");
        return condition.Clone();
    }

    private static void Ask(DefinitionNode node, string name, JsonElement question)
    {
        if (new QueryReader(SegmentKind.Checked, TimeZoneInfo.Utc).Read(question).Problem is { } fault) Tell(node, name, fault, "measures[0]");
    }

    // The reader's paths begin at what was made around the part.
    private static void Tell(DefinitionNode node, string name, Problem fault, string around)
    {
        var path = fault.Field ?? "";
        if (path.StartsWith(around, StringComparison.Ordinal)) path = path[around.Length..].TrimStart('.');
        node.Fault(string.Join('.', new[] { name, path }.Where(p => p.Length > 0)), fault.Code, fault.Detail, fault.Value, fault.WayOut);
    }

    [GeneratedRegex("^[a-z0-9._-]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyForm();
}
