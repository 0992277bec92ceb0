namespace Temas.Engage.Outbox;

/// <summary>Wakes whoever sends. What nobody was woken for goes out some seconds later.</summary>
internal sealed class OutboxPulse : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);

    /// <summary>There is something to do.</summary>
    public void Wake()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Waits until there is, or some time has passed.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancel) => signal.WaitAsync(atMost, cancel);

    /// <inheritdoc/>
    public void Dispose() => signal.Dispose();
}
