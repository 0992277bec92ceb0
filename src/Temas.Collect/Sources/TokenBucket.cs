namespace Temas.Collect.Sources;

/// <summary>
/// How many events a source may send: a bucket that fills by so many a second and holds what two seconds bring. A request is let in while the bucket is not empty and
/// may overdraw it, so that a batch larger than the bucket gets through too; the next request waits until the debt is paid.
/// </summary>
internal sealed class TokenBucket(TimeProvider clock)
{
    private readonly Lock gate = new();
    private long last = clock.GetTimestamp();
    private double level = double.MaxValue;

    /// <summary>Zero when a request may come in now; else how long until it may. <paramref name="perSecond"/> of 0 lets everything in.</summary>
    public TimeSpan WaitFor(int perSecond)
    {
        if (perSecond <= 0) return TimeSpan.Zero;
        lock (gate)
        {
            Fill(perSecond);
            return level > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0.001, (1 - level) / perSecond));
        }
    }

    /// <summary>Takes the events of a request out of the bucket.</summary>
    public void Take(int events, int perSecond)
    {
        if (perSecond <= 0) return;
        lock (gate)
        {
            Fill(perSecond);
            level -= events;
        }
    }

    private void Fill(int perSecond)
    {
        var now = clock.GetTimestamp();
        level = Math.Min(perSecond * 2.0, level + (clock.GetElapsedTime(last, now).TotalSeconds * perSecond));
        last = now;
    }
}
