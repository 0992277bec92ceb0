namespace Temas.Customers.Census;

/// <summary>
/// How many events came live in the last minute, by the time of receipt, so that a replay of the log tells the same. What is imported is history and not counted.
/// The log's thread notes, anybody reads.
/// </summary>
internal sealed class EventPace(TimeProvider clock)
{
    private const int Seconds = 60;

    private readonly Lock gate = new();
    private readonly (long Second, long Count)[] counts = new (long, long)[Seconds];

    /// <summary>An event was received then, in milliseconds since 1970 UTC.</summary>
    public void Note(long receivedAt)
    {
        var second = receivedAt / 1000;
        lock (gate)
        {
            ref var count = ref counts[second % Seconds];
            if (count.Second == second) count.Count++;
            else if (count.Second < second) count = (second, 1);
        }
    }

    /// <summary>Events of the last 60 seconds.</summary>
    public long PerMinute()
    {
        var since = clock.GetUtcNow().ToUnixTimeSeconds() - Seconds;
        var sum = 0L;
        lock (gate)
        {
            foreach (var (second, count) in counts)
            {
                if (second > since) sum += count;
            }
        }

        return sum;
    }
}
