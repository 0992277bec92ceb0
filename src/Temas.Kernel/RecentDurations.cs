namespace Temas.Kernel;

/// <summary>How long the latest of many like things took, for shares of them. Not safe for several threads at once: its owner has a lock for what it counts beside it.</summary>
/// <param name="latest">How many are kept.</param>
public sealed class RecentDurations(int latest)
{
    private readonly long[] ticks = new long[latest];

    /// <summary>How many there were since the beginning.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them are kept.</summary>
    public int Kept => (int)Math.Min(Count, ticks.Length);

    /// <summary>Notes one more.</summary>
    public void Add(TimeSpan took) => ticks[Count++ % ticks.Length] = took.Ticks;

    /// <summary>How long so large a share (0 to 1) of those that are kept took at most, by the nearest rank: the least duration that the share does not exceed. Null before the first.</summary>
    public TimeSpan?[] Shares(params ReadOnlySpan<double> shares)
    {
        var sorted = ticks.AsSpan(0, Kept).ToArray();
        Array.Sort(sorted);
        var result = new TimeSpan?[shares.Length];
        for (var i = 0; i < shares.Length && sorted.Length > 0; i++) result[i] = TimeSpan.FromTicks(sorted[Math.Max(0, (int)Math.Ceiling(shares[i] * sorted.Length) - 1)]);
        return result;
    }
}
