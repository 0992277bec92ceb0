using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>A source that may write, and what belongs to it at run time.</summary>
internal sealed record OpenSource(Workspace Workspace, Source Source, TokenBucket Bucket);

/// <summary>
/// The sources of all workspaces, by write key. Held in memory and read anew when they change: at once for changes made here, within a second for those
/// that another process made (the command line), and before an unknown key is refused.
/// </summary>
public sealed partial class SourceRegistry(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<SourceRegistry> log) : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile Table table = Table.Empty;

    /// <summary>When an unknown key was the cause of a reading; 0 for never.</summary>
    private long asked;

    /// <summary>All sources of a workspace as they were at the last reading, revoked ones included.</summary>
    public IReadOnlyList<Source> Of(Workspace workspace) => table.ByWorkspace.TryGetValue(workspace, out var sources) ? sources : [];

    /// <summary>A source by number, or null.</summary>
    public Source? Find(Workspace workspace, int id)
    {
        foreach (var source in Of(workspace))
        {
            if (source.Id == id) return source;
        }

        return null;
    }

    /// <summary>The source that writes with <paramref name="key"/>, or null. Answers from memory but for unknown keys, for which the stores are asked at most once a second.</summary>
    internal ValueTask<OpenSource?> FindAsync(string key, CancellationToken cancel)
    {
        if (!WriteKey.TryDigest(key, out var digest)) return ValueTask.FromResult<OpenSource?>(null);
        return table.ByKey.TryGetValue(digest, out var found) ? ValueTask.FromResult<OpenSource?>(found) : SlowlyAsync(digest, cancel);
    }

    /// <summary>Reads the sources anew.</summary>
    public async Task RefreshAsync(CancellationToken cancel = default)
    {
        await reading.WaitAsync(cancel);
        try
        {
            await ReadAsync(cancel);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    private async ValueTask<OpenSource?> SlowlyAsync(WriteKey.Digest digest, CancellationToken cancel)
    {
        // Another reading may have ended since the key was looked for: what it found is there before it is told that it was asked for.
        if (!MayAsk()) return table.ByKey.GetValueOrDefault(digest);
        await reading.WaitAsync(cancel);
        try
        {
            // Others with unknown keys waited for the same reading.
            if (!table.ByKey.ContainsKey(digest) && MayAsk())
            {
                try
                {
                    await ReadAsync(cancel);
                }
                finally
                {
                    // Only now: whoever came meanwhile waits for this reading and is not refused by it. After a start the first requests come together.
                    Volatile.Write(ref asked, clock.GetTimestamp());
                }
            }
        }
        finally
        {
            reading.Release();
        }

        return table.ByKey.GetValueOrDefault(digest);
    }

    private bool MayAsk() => Volatile.Read(ref asked) is var last && (last == 0 || clock.GetElapsedTime(last) >= Age);

    private async Task ReadAsync(CancellationToken cancel)
    {
        var before = table;
        var byKey = new Dictionary<WriteKey.Digest, OpenSource>();
        var byWorkspace = new Dictionary<Workspace, IReadOnlyList<Source>>();
        foreach (var workspace in workspaces.All)
        {
            IReadOnlyList<Source> sources;
            try
            {
                sources = await SourceStore.ReadAsync(workspace.Database, cancel);
            }
            catch (Exception e) when (workspace.Database.IsTransient(e) && before.ByWorkspace.TryGetValue(workspace, out var known))
            {
                // A locked database must not take the right to write from sources that have it.
                LogKept(workspace.Key.Value, e);
                sources = known;
            }

            byWorkspace.Add(workspace, sources);
            foreach (var source in sources)
            {
                if (source.RevokedAt is not null || !WriteKey.TryDigest(source.WriteKey, out var digest)) continue;
                byKey[digest] = before.ByKey.TryGetValue(digest, out var same) && same.Workspace == workspace
                    ? same.Source == source ? same : same with { Source = source }
                    : new OpenSource(workspace, source, new TokenBucket(clock));
            }
        }

        table = new Table(byKey.ToFrozenDictionary(), byWorkspace.ToFrozenDictionary());
    }

    [LoggerMessage(LogLevel.Warning, "The sources of workspace {Workspace} could not be read; the ones known before stay in force.")]
    private partial void LogKept(string workspace, Exception error);

    private sealed record Table(FrozenDictionary<WriteKey.Digest, OpenSource> ByKey, FrozenDictionary<Workspace, IReadOnlyList<Source>> ByWorkspace)
    {
        public static Table Empty { get; } = new(FrozenDictionary<WriteKey.Digest, OpenSource>.Empty, FrozenDictionary<Workspace, IReadOnlyList<Source>>.Empty);
    }
}
