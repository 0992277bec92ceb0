namespace Temas.Server.Tests;

/// <summary>A clock that runs as the real one does and can be set forward.</summary>
public sealed class SteppedClock : TimeProvider
{
    private long ahead;

    public void Step(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref ahead)).TotalSeconds * TimestampFrequency);
}
