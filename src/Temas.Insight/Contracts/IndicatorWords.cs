using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Insight.Indicators;
using Temas.Ui.Controls;
using Temas.Ui.Reading;

namespace Temas.Insight.Contracts;

/// <summary>Values of indicators in the reader's words.</summary>
/// <param name="reader">Who reads.</param>
/// <param name="text">The words.</param>
public sealed class IndicatorWords(Reader reader, IStringLocalizer<IndicatorText> text)
{
    private const double Short = 10;

    /// <summary>A value in its unit; a dash where there is none.</summary>
    public string Value(IndicatorUnit unit, double? value) => value is not { } v ? "–" : unit switch
    {
        IndicatorUnit.Count => v.ToString("N0", CultureInfo.CurrentCulture),
        IndicatorUnit.Share => v.ToString(Math.Abs(v) < 0.0995 && v != 0 ? "P2" : "P1", CultureInfo.CurrentCulture),
        IndicatorUnit.Money => reader.MoneyFigure(v),
        IndicatorUnit.Days => text["InDays", v.ToString(Math.Abs(v) < Short ? "N1" : "N0", CultureInfo.CurrentCulture)],
        IndicatorUnit.Hours => text["InHours", v.ToString(Math.Abs(v) < Short ? "N1" : "N0", CultureInfo.CurrentCulture)],
        IndicatorUnit.Score => Math.Abs(v) <= 1 ? v.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture) : v.ToString("+0.0;−0.0;0", CultureInfo.CurrentCulture),
        _ => v.ToString("N2", CultureInfo.CurrentCulture),
    };

    /// <summary>By how much a value differs from the one before: in percent, in points of a share, or of a score; null where one of them is missing.</summary>
    public string? Change(IndicatorUnit unit, double? value, double? before)
    {
        if (value is not { } now || before is not { } then) return null;
        if (unit == IndicatorUnit.Share) return text["Points", ((now - then) * 100).ToString("+0.0;−0.0;0", CultureInfo.CurrentCulture)];
        if (unit == IndicatorUnit.Score) return (now - then).ToString(Math.Max(Math.Abs(now), Math.Abs(then)) <= 1 ? "+0.00;−0.00;0" : "+0.0;−0.0;0", CultureInfo.CurrentCulture);
        if (then == 0) return null;
        var change = Math.Round((now - then) / Math.Abs(then), 2, MidpointRounding.AwayFromZero);
        return (change > 0 ? "+" : change < 0 ? "−" : "") + Math.Abs(change).ToString("P0", CultureInfo.CurrentCulture);
    }

    /// <summary>Whether it changed for the better; null where it did not by as much as is written, or nothing is known of before.</summary>
    public static bool? Better(IndicatorReading of)
    {
        if (of is not { Value: { } now, Before: { } then }) return null;
        var written = of.Indicator.Unit switch
        {
            IndicatorUnit.Share => Math.Round((now - then) * 100, 1, MidpointRounding.AwayFromZero),
            IndicatorUnit.Score => Math.Round(now - then, Math.Max(Math.Abs(now), Math.Abs(then)) <= 1 ? 2 : 1, MidpointRounding.AwayFromZero),
            _ => then == 0 ? now : Math.Round((now - then) / Math.Abs(then), 2, MidpointRounding.AwayFromZero),
        };
        return written == 0 ? null : written > 0 == of.Indicator.HigherIsBetter;
    }

    /// <summary>The tone that goes with how it stands.</summary>
    public static BadgeTone Tone(IndicatorState state) => state switch { IndicatorState.Good => BadgeTone.Ok, IndicatorState.Watch => BadgeTone.Warn, IndicatorState.Bad => BadgeTone.Danger, _ => BadgeTone.Plain };

    /// <summary>How it stands, in a word.</summary>
    public string State(IndicatorState state) => text[$"state_{state}"];
}
