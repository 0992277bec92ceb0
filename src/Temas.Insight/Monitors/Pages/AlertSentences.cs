using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Timelines.Findings;
using Temas.Ui.Reading;

namespace Temas.Insight.Monitors.Pages;

/// <summary>Alerts in sentences, in the reader's language, out of computed numbers alone.</summary>
internal sealed class AlertSentences(IStringLocalizer<MonitorText> text, IndicatorWords words, Reader reader)
{
    private const double VerySeldom = 1_000_000;

    /// <summary>What is off, in a line.</summary>
    public string Title(AlertDocument d)
    {
        var name = d.Name.In(CultureInfo.CurrentUICulture.Name);
        return d.Kind switch
        {
            Watched.Anomaly => text[d.Value >= d.Expected ? "Title_high" : "Title_low", name],
            Watched.Threshold => text[IsAbove(d) ? "Title_above" : "Title_below", name, Value(d, d.Expected)],
            Watched.Target => text["Title_target", name],
            Watched.Stopped => text[d.Subject.StartsWith("source:", StringComparison.Ordinal) ? "Title_stopped_source" : "Title_stopped_event", name],
            _ => text["Title_topic", name],
        };
    }

    /// <summary>What came, what was expected, and how sure that is.</summary>
    public string Explain(AlertDocument d) => d.Kind switch
    {
        Watched.Anomaly => $"{text["Explain_anomaly", Day(d.LastDay), Value(d, d.Value), Value(d, d.Expected), Value(d, d.Low), Value(d, d.High)].Value} {Then(d)}{Chance(d.Score ?? 0)}",
        Watched.Threshold => text[d.Days > 1 ? "Explain_threshold_days" : "Explain_threshold", Day(d.LastDay), Value(d, d.Value), Value(d, d.Expected), d.Days ?? 1],
        Watched.Target => text[d.Low is null && d.High is null ? "Explain_target_plain" : "Explain_target", d.Days ?? 1, Day(d.LastDay), Value(d, d.Value), Value(d, d.Expected)],
        Watched.Stopped => text["Explain_stopped", d.Since is { } since ? TimeZoneInfo.ConvertTime(since, reader.Zone).ToString("g", CultureInfo.CurrentCulture) : "–", Number(d.Value), Number(d.Expected), Number(d.High)],
        _ => text["Explain_topic", Number(d.Value)],
    };

    /// <summary>A value in the unit of what an alert is about.</summary>
    public string Value(AlertDocument d, double? value) => d.Unit is { } unit ? words.Value(unit, value) : Number(value);

    /// <summary>By which rule it was judged.</summary>
    public string Rule(AlertDocument d) => d.By is { } by ? text[$"By_{by}"] : "";

    /// <summary>A day.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    // What a year before says of it stands beside what the weeks before do.
    private string Then(AlertDocument d) => (d.LastYear, d.Occasion?.In(CultureInfo.CurrentUICulture.Name)) switch
    {
        ({ } then, { } occasion) => text["Explain_occasion", occasion, Value(d, then)].Value + " ",
        ({ } then, null) => text["Explain_season", Value(d, then)].Value + " ",
        // Only a season is judged without the year before.
        (null, { } season) => text["Explain_in_season", season].Value + " ",
        _ => "",
    };

    private string Chance(double score)
    {
        var days = 1 / Math.Max(1e-300, Normal.TwoSided(score));
        return days > VerySeldom ? text["Chance_never"] : text["Chance_days", Reader.Number((long)Math.Round(days < 1000 ? days : Math.Round(days / 100) * 100))];
    }

    private static bool IsAbove(AlertDocument d) => d.Value > d.Expected;

    private static string Number(double? value) => value is { } v ? v.ToString(Math.Abs(v) < 10 ? "#,0.#" : "N0", CultureInfo.CurrentCulture) : "–";
}
