using Temas.Insight.Dashboards.Definitions;

namespace Temas.Insight.Dashboards.Reports;

/// <summary>When reports are due, by the clock of the workspace. Pure.</summary>
internal static class ReportTimes
{
    /// <summary>The last moment at or before another at which a report was due; both by the clock on the wall.</summary>
    public static DateTime LastDue(Report report, DateTime now)
    {
        var day = now.Date.AddHours(report.Hour) <= now ? now.Date : now.Date.AddDays(-1);
        day = report.Every switch { "day" => day, "week" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), _ => new DateTime(day.Year, day.Month, 1) };
        return day.AddHours(report.Hour);
    }

    /// <summary>
    /// The day of the report that is to go out now, whatever went out already; null for none. A server that stood still at the hour sends late, but not when that would be nearer to the next one;
    /// and nothing is sent for a time at which nobody had asked for it yet (<paramref name="asked"/>).
    /// </summary>
    public static DateOnly? Due(Report report, DateTime now, DateTime asked)
    {
        var due = LastDue(report, now);
        var late = report.Every switch { "day" => TimeSpan.FromHours(12), "week" => TimeSpan.FromDays(3), _ => TimeSpan.FromDays(10) };
        return now - due < late && asked <= due ? DateOnly.FromDateTime(due) : null;
    }
}
