using System.Text.Json;
using Microsoft.Extensions.Localization;
using Temas.Insight.Contracts;
using Temas.Insight.Explore;
using Temas.Ui.Preferences;

namespace Temas.Insight.Indicators;

/// <summary>A definition in words.</summary>
internal static class IndicatorSentence
{
    private const int MostNamed = 6;

    public static string Of(IndicatorDefinition definition, IStringLocalizer<IndicatorText> text, EventNames names, MeasureSources measures)
    {
        var sentence = definition.Figure switch
        {
            PartFigure part => OfPart(part.Of, text, names),
            QuotientFigure quotient => text["SayQuotient", OfPart(quotient.Over, text, names), OfPart(quotient.Under, text, names)].Value,
            NpsFigure nps => text["SayNps", nps.Property, Events(nps.Answers, text, names)],
            FunnelFigure funnel => text[$"SayFunnel_{funnel.Take}", string.Join(" → ", funnel.Funnel.GetProperty("steps").EnumerateArray().Select(s => Events(s, text, names))), Window(funnel.Funnel)] + (funnel.IsMatured ? " " + text["SayMatured"] : ""),
            RetentionFigure retention => text["SayRetention", Unit(retention.Retention, text), retention.After],
            IntervalFigure interval => text[$"SayInterval_{interval.Take}", Events(interval.Events, text, names)],
            ProvidedFigure provided => text["SayProvided", measures.Find(provided.Name)?.Measure.Meaning.In(Languages.Current.Code) ?? "", provided.Name],
            FormulaFigure formula => text["SayFormula", formula.Formula.Text],
            _ => "",
        };
        return definition.Customers is null ? sentence : $"{sentence} {text["SayCustomers"]}";
    }

    private static string OfPart(Part part, IStringLocalizer<IndicatorText> text, EventNames names)
    {
        if (part is HoldsPart) return text["SayHolds"];
        var json = part.Json;
        var kind = Text(json, "measure") ?? "count";
        var of = json.TryGetProperty("touch", out _) ? text["Perception"].Value : Text(json, "property") ?? "";
        var said = text[$"SayMeasure_{kind}", Events(json, text, names), of];
        return json.TryGetProperty("where", out _) ? text["SayWhere", said] : said;
    }

    private static string Events(JsonElement json, IStringLocalizer<IndicatorText> text, EventNames names)
    {
        if (!json.TryGetProperty("event", out var given)) return text["AnyEvent"];
        List<string> types = given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray().Select(e => e.GetString() ?? "")] : [given.GetString() ?? ""];
        // Of names for one thing those are said that have come.
        var known = types.Where(names.Has).ToList();
        var shown = (known.Count > 0 ? known : types).Select(names.Of).Distinct(StringComparer.Ordinal).ToList();
        return "“" + string.Join(" / ", shown.Take(MostNamed)) + (shown.Count > MostNamed ? " / …" : "") + "”";
    }

    private static string Window(JsonElement funnel) => Text(funnel, "window") ?? "7d";

    private static string Unit(JsonElement retention, IStringLocalizer<IndicatorText> text) => text[$"bucket_{Text(retention, "unit") ?? "day"}"];

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
