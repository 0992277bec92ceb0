using System.Globalization;

namespace Temas.Customers.Pages;

/// <summary>Days and hours as filters take them.</summary>
internal static class Hours
{
    /// <summary>An hour in the period of hours, else a day.</summary>
    public static string Text(DateTime time, string period) => time.ToString(period == "24h" ? "yyyy-MM-dd'T'HH" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The beginning of a bucket for people.</summary>
    public static string Show(DateTime time, string period) => period == "24h" ? time.ToString("HH:mm", CultureInfo.InvariantCulture) : time.ToString("d MMM", CultureInfo.CurrentCulture);
}
