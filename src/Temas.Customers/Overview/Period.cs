using Temas.Kernel;

namespace Temas.Customers.Overview;

/// <summary>A period that ends now, in whole hours or days by the clock of the workspace, and the one before it of the same length.</summary>
/// <param name="Key">As in addresses: <c>24h</c>, <c>7d</c>, <c>30d</c>, <c>90d</c>, <c>365d</c>.</param>
/// <param name="From">Its first hour, from the beginning of 1970.</param>
/// <param name="To">The hour after its last one: the end of this hour or day.</param>
/// <param name="Step">Hours in a bucket.</param>
internal readonly record struct Period(string Key, int From, int To, int Step)
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["24h", "7d", "30d", "90d", "365d"];

    /// <summary>The one that is shown when none is asked for.</summary>
    public const string Usual = "30d";

    /// <summary>Where the period before begins.</summary>
    public int Before => From - (To - From);

    public int Buckets => (To - From) / Step;

    /// <summary>The period with this key that ends with <paramref name="hour"/>.</summary>
    public static Result<Period> Of(string? key, int hour) => (key ?? Usual) switch
    {
        "24h" => new Period("24h", hour - 23, hour + 1, 1),
        "7d" => Days("7d", 7, hour, 24),
        "30d" => Days("30d", 30, hour, 24),
        "90d" => Days("90d", 90, hour, 24),
        "365d" => Days("365d", 364, hour, 7 * 24),
        var other => Problem.Invalid("period_unknown", "There is no such period.", "period", other, $"Use one of {string.Join(", ", Keys)}."),
    };

    /// <summary>Hour and date by the clock of the workspace.</summary>
    public static DateTime TimeOf(int hour) => DateTime.SpecifyKind(DateTime.UnixEpoch.AddHours(hour), DateTimeKind.Unspecified);

    private static Period Days(string key, int days, int hour, int step)
    {
        var end = ((hour / 24) + 1) * 24;
        return new Period(key, end - (days * 24), end, step);
    }
}
