using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Temas.Ui.Reading;

/// <summary>Puts times, numbers and money into words as the reader of a page writes them. Scoped; times are shown in <see cref="Zone"/>.</summary>
public sealed class Reader(TimeProvider clock, IStringLocalizer<Reader> text)
{
    /// <summary>The workspace's time zone.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>The workspace's currency, of amounts that name none; empty outside of any.</summary>
    public string Currency { get; set; } = "";

    /// <summary>This moment.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    /// <summary>The moment in the workspace's zone.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>The moment of milliseconds since 1970 UTC.</summary>
    public static DateTimeOffset At(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, -62135596800000, 253402300799999));

    /// <summary>Date and time to the minute, such as <c>14 Mar 2026, 09:12</c>.</summary>
    public string Moment(DateTimeOffset at) => Local(at).ToString(text["MomentPattern"], Culture);

    /// <summary>Date and time to the second with the offset from UTC, for titles.</summary>
    public string Exact(DateTimeOffset at) => Local(at).ToString(text["ExactPattern"], Culture);

    /// <summary>The date, such as <c>14 Mar 2026</c>.</summary>
    public string Date(DateTimeOffset at) => Local(at).ToString("d MMM yyyy", Culture);

    /// <summary>The time of day to the minute.</summary>
    public string TimeOfDay(DateTimeOffset at) => Local(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The time of day to the second.</summary>
    public string TimeOfDayExact(DateTimeOffset at) => Local(at).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A day as a heading: today, yesterday, or date with day of the week; the year when it is another one.</summary>
    public string Day(DateTimeOffset at)
    {
        var day = Local(at).Date;
        var today = Local(Now).Date;
        if (day == today) return text["Today"];
        if (day == today.AddDays(-1)) return text["Yesterday"];
        return day.ToString(day.Year == today.Year ? text["DayPattern"] : text["DayYearPattern"], Culture);
    }

    /// <summary>How long ago, in one unit; beyond a week the date.</summary>
    public string Relative(DateTimeOffset at)
    {
        var ago = Now - at;
        if (ago < TimeSpan.Zero) return ago > TimeSpan.FromMinutes(-1) ? text["JustNow"] : Moment(at);
        if (ago < TimeSpan.FromMinutes(1)) return text["JustNow"];
        if (ago < TimeSpan.FromHours(1)) return Ago("Minute", (int)ago.TotalMinutes);
        if (ago < TimeSpan.FromDays(1)) return Ago("Hour", (int)ago.TotalHours);
        return ago < TimeSpan.FromDays(7) ? Ago("Day", (int)ago.TotalDays) : Date(at);
    }

    /// <summary>A length of time in its largest fitting unit, rounded: <c>4 days</c>, <c>3 hours</c>.</summary>
    public string Duration(TimeSpan length)
    {
        var span = length.Duration();
        if (span >= TimeSpan.FromDays(1)) return Count("Day", (long)Math.Round(span.TotalDays));
        if (span >= TimeSpan.FromHours(1)) return Count("Hour", (long)Math.Round(span.TotalHours));
        return span >= TimeSpan.FromMinutes(1) ? Count("Minute", (long)Math.Round(span.TotalMinutes)) : Count("Second", (long)Math.Round(span.TotalSeconds));
    }

    /// <summary>A whole number with the reader's separators.</summary>
    public static string Number(long value) => value.ToString("N0", Culture);

    /// <summary>A number with at most two decimals.</summary>
    public static string Number(double value) => value.ToString("#,0.##", Culture);

    /// <summary>A number with at most four decimals, exactly as it is.</summary>
    public static string Number(decimal value) => value.ToString("#,0.####", Culture);

    /// <summary>A share of one as per cent, as the reader writes it (<c>12%</c>, <c>%12</c>).</summary>
    public static string Percent(double share) => share.ToString("P0", Culture);

    /// <summary>A difference as a share of one, with its sign; a small one with a decimal (<c>+3.1%</c>, <c>−%12</c>).</summary>
    public static string Difference(double share) => (share > 0 ? "+" : share < 0 ? "−" : "") + Math.Abs(share).ToString(Math.Abs(share) < 0.0995 ? "P1" : "P0", Culture);

    /// <summary>A perception with its sign, such as <c>+0.6</c>.</summary>
    public static string Perception(double value) => value.ToString("+0.0;−0.0;0.0", Culture);

    /// <summary>An amount of money. One that names no currency is in that of the workspace; without one it is just the amount.</summary>
    public string Money(decimal amount, string? currency)
    {
        if (string.IsNullOrEmpty(currency)) currency = Currency;
        var number = Math.Abs(amount).ToString("N2", Culture);
        var sign = amount < 0 ? "−" : "";
        return currency.ToUpperInvariant() switch
        {
            "" => sign + number,
            "TRY" => $"{sign}₺{number}",
            "EUR" => $"{sign}€{number}",
            "USD" => $"{sign}${number}",
            "GBP" => $"{sign}£{number}",
            var other => $"{sign}{number} {other}",
        };
    }

    /// <summary>A figure in the currency of the workspace, without its fraction where it is large or has none. It is rounded twice: sums of fractions that were added in another order must not look different.</summary>
    public string MoneyFigure(double amount)
    {
        var rounded = Math.Round(amount, 2);
        if (Math.Abs(rounded) >= 1000) rounded = Math.Round(rounded, MidpointRounding.AwayFromZero);
        return Money((decimal)Math.Clamp(rounded, -1e27, 1e27), null).Replace(Culture.NumberFormat.NumberDecimalSeparator + "00", "", StringComparison.Ordinal);
    }

    private string Ago(string unit, int count) => text[count == 1 ? $"{unit}Ago" : $"{unit}sAgo", count];

    private string Count(string unit, long count) => text[count == 1 ? unit : $"{unit}s", count];
}
