namespace Temas.Timelines.Queries;

/// <summary>Where the bars of a histogram begin. What people do is skewed, so that bars of one width would be a single full one and a long tail of nothing; and bounds that do not depend on the data can be compared.</summary>
public static class Ladder
{
    private const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour, Week = 7 * Day;

    /// <summary>The lowest number of times of each bar: each number to 10, then up to 20, 50 and 100, 200, 500 and 1,000, and so on.</summary>
    public static IReadOnlyList<long> Times { get; } = [.. Rungs()];

    /// <summary>The shortest time of each bar in milliseconds; the last one has no end.</summary>
    public static IReadOnlyList<long> Intervals { get; } =
    [
        0, Minute, 5 * Minute, 15 * Minute, 30 * Minute, Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 3 * Day, 5 * Day, Week, 2 * Week, 4 * Week, 8 * Week, 13 * Week, 26 * Week, 52 * Week,
    ];

    /// <summary>The bar of a value: the last that does not begin above it.</summary>
    internal static int Of(IReadOnlyList<long> rungs, long value)
    {
        var (low, high) = (0, rungs.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (rungs[middle] <= value) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private static IEnumerable<long> Rungs()
    {
        for (var i = 1; i <= 10; i++) yield return i;
        for (var ten = 10L; ten <= 1_000_000_000; ten *= 10)
        {
            yield return ten + 1;
            yield return (2 * ten) + 1;
            yield return (5 * ten) + 1;
        }
    }
}
