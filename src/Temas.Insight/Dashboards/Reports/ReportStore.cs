using System.Globalization;
using Dapper;
using Temas.Storage;

namespace Temas.Insight.Dashboards.Reports;

/// <summary>Keeps which reports went out.</summary>
internal static class ReportStore
{
    // Longer ago than any report may be late.
    private const int KeptDays = 400;

    /// <summary>The table of what went out.</summary>
    public static Migration Migration { get; } = new("dashboards", 2, "create table dashboard_report(board text not null, day text not null, sent_at bigint not null, primary key(board, day))");

    /// <summary>Writes down that a board's report of a day goes out; false when it did. What is very old is forgotten.</summary>
    public static async Task<bool> TakeAsync(Database database, string board, DateOnly day, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var taken = await connection.ExecuteAsync(
            "insert into dashboard_report(board, day, sent_at) values(@board, @day, @at) on conflict(board, day) do nothing", new { board, day = Text(day), at = now.ToUnixTimeMilliseconds() });
        if (taken > 0) await connection.ExecuteAsync("delete from dashboard_report where board = @board and day < @old", new { board, old = Text(day.AddDays(-KeptDays)) });
        return taken > 0;
    }

    /// <summary>Whether a board's report of a day went out.</summary>
    public static async Task<bool> WentOutAsync(Database database, string board, DateOnly day, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteScalarAsync<long>("select count(*) from dashboard_report where board = @board and day = @day", new { board, day = Text(day) }) > 0;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
