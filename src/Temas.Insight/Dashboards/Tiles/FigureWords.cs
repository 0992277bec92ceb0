using System.Globalization;
using Temas.Insight.Contracts;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>Figures as tiles write them: short enough for a wall, exact enough to be believed.</summary>
internal static class FigureWords
{
    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    /// <summary>A figure in its unit.</summary>
    public static string Of(double? figure, IndicatorUnit unit, Reader reader, Func<string, object, string> text) => figure is not { } value || !double.IsFinite(value) ? "–" : unit switch
    {
        IndicatorUnit.Share => Share(value),
        IndicatorUnit.Money => Money(value, reader),
        IndicatorUnit.Days => text("Days", Short(value)),
        IndicatorUnit.Hours => text("Hours", Short(value)),
        IndicatorUnit.Score => value.ToString(Math.Abs(value) <= 1 ? "+0.00;−0.00;0.00" : "0.#", Culture),
        IndicatorUnit.Ratio => value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "0.0", _ => "0.00" }, Culture),
        _ => Short(value),
    };

    /// <summary>The unit of a word of a definition.</summary>
    public static IndicatorUnit Unit(string word, bool isRatio) => word switch
    {
        "money" => IndicatorUnit.Money,
        "share" => IndicatorUnit.Share,
        "days" => IndicatorUnit.Days,
        "hours" => IndicatorUnit.Hours,
        "score" => IndicatorUnit.Score,
        "ratio" => IndicatorUnit.Ratio,
        _ => isRatio ? IndicatorUnit.Ratio : IndicatorUnit.Count,
    };

    /// <summary>A share: to a tenth of a per cent where that is needed to tell it from nothing.</summary>
    public static string Share(double share) => share.ToString(Math.Abs(share) is < 0.1 and >= 0.0005 ? "P1" : "P0", Culture);

    /// <summary>An amount without its fraction where it is large.</summary>
    public static string Money(double amount, Reader reader) => reader.MoneyFigure(amount);

    /// <summary>Against what it was before; null where nothing can be said.</summary>
    public static ChangeOf? Change(double? now, double? before, IndicatorUnit unit, bool? higherIsBetter, Reader reader, Func<string, object, string> text)
    {
        if (now is not { } value || before is not { } past || !double.IsFinite(value) || !double.IsFinite(past)) return null;
        var (by, isSmall) = (value - past, Math.Abs(value) <= 1 && Math.Abs(past) <= 1);
        string? words = unit switch
        {
            IndicatorUnit.Share => text("Points", (by * 100).ToString("+0.0;−0.0;0.0", Culture)),
            IndicatorUnit.Score => by.ToString(isSmall ? "+0.00;−0.00;0.00" : "+0.#;−0.#;0", Culture),
            _ => past == 0 ? null : (Math.Abs(by / past) >= 9.995 ? "×" + (value / past).ToString("0.#", Culture) : Reader.Difference(by / Math.Abs(past))),
        };
        if (words is null) return null;
        var isFlat = unit is IndicatorUnit.Share ? Math.Abs(by) < 0.0005 : unit is IndicatorUnit.Score ? Math.Abs(by) < (isSmall ? 0.005 : 0.05) : Math.Abs(by / past) < 0.005;
        var tone = isFlat || higherIsBetter is null ? "flat" : by > 0 == higherIsBetter ? "good" : "bad";
        return new ChangeOf(words, tone, by > 0, Of(before, unit, reader, text));
    }

    /// <summary>A number without needless digits.</summary>
    public static string Short(double value) => Math.Abs(value) >= 100 || value == Math.Floor(value) ? value.ToString("N0", Culture) : value.ToString(Math.Abs(value) >= 10 ? "#,0.#" : "#,0.##", Culture);

}
