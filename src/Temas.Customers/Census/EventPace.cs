using Temas.Storage.Workspaces;

namespace Temas.Customers.Census;

/// <summary>How many events came in the last minute: the head of the log is looked at once a second, which costs the log nothing.</summary>
internal sealed class EventPace(Workspace workspace)
{
    private const int Seconds = 60;

    private readonly Lock gate = new();
    private readonly Queue<(long Second, long Head)> samples = [];

    /// <summary>Looks at the log.</summary>
    public void Sample()
    {
        lock (gate)
        {
            samples.Enqueue((Now, workspace.Log.Head));
            Forget();
        }
    }

    /// <summary>Events of the last 60 seconds; of fewer, if it has not looked for so long.</summary>
    public long PerMinute()
    {
        lock (gate)
        {
            Forget();
            return samples.TryPeek(out var oldest) ? Math.Max(0, workspace.Log.Head - oldest.Head) : 0;
        }
    }

    private long Now => workspace.Clock.GetUtcNow().ToUnixTimeSeconds();

    private void Forget()
    {
        while (samples.Count > 1 && samples.Peek().Second < Now - Seconds) samples.Dequeue();
    }
}
