using System.Threading.Channels;
using Temas.Storage.EventLog;

namespace Temas.Collect.Feed;

/// <summary>Wakes those who watch a workspace when something arrived or was refused. Costs the log nothing when nobody watches, and next to nothing when somebody does.</summary>
internal sealed class LiveFeed
{
    private readonly Lock gate = new();
    private Watch[] watches = [];

    public LiveFeed(EventLog log)
    {
        log.Committed += _ => Wake();
        log.Refused += _ => Wake();
    }

    /// <summary>Begins to watch.</summary>
    public Watch Begin()
    {
        var watch = new Watch(this);
        lock (gate) watches = [.. watches, watch];
        return watch;
    }

    private void Wake()
    {
        foreach (var watch in watches) watch.Wake();
    }

    /// <summary>One who watches.</summary>
    internal sealed class Watch(LiveFeed feed) : IDisposable
    {
        // Holds one sign at most: what matters is that something came, not how often.
        private readonly Channel<bool> signs = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        public void Wake() => signs.Writer.TryWrite(true);

        /// <summary>True when something came; false when the time is up.</summary>
        public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancel)
        {
            using var limit = new CancellationTokenSource(atMost, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            try
            {
                return await signs.Reader.ReadAsync(both.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return false;
            }
        }

        public void Dispose()
        {
            lock (feed.gate) feed.watches = [.. feed.watches.Where(other => other != this)];
        }
    }
}
