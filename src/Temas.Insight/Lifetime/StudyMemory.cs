using System.Collections.Concurrent;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Lifetime;

/// <summary>
/// Studies that name customers by their numbers, one for each condition that was asked, kept for a while: as long as their numbers mean the same customers, and nobody was erased and no definition changed since before they were read. A part
/// of what reads them; one is read at a time.
/// </summary>
/// <typeparam name="T">The study.</typeparam>
internal sealed class StudyMemory<T>
    where T : class
{
    // Each holds all orders of its customers.
    private const int MostKept = 8, MostTries = 3;

    /// <summary>As long as this what was read is good.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Workspace workspace;
    private readonly ICustomerNodes nodes;
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly ConcurrentDictionary<string, (Stamp Stamp, DateTimeOffset At, T Study)> known = new(StringComparer.Ordinal);
    private readonly Lock keeping = new();
    private long changes;

    public StudyMemory(Workspace workspace)
    {
        (this.workspace, nodes) = (workspace, workspace.Part<ICustomerNodes>());
        workspace.Definitions.Changed += _ => Change();
        workspace.Log.Erased += _ => Change();
    }

    private readonly record struct Stamp(ulong Generation, long Changes);

    private Stamp Now => new(nodes.Generation, Interlocked.Read(ref changes));

    /// <summary>What is kept of a condition and still good; null for nothing.</summary>
    public T? Find(JsonElement? where) => known.TryGetValue(KeyOf(where), out var kept) && kept.Stamp == Now && workspace.Clock.GetUtcNow() - kept.At < Kept ? kept.Study : null;

    /// <summary>What is kept, or else read now. What was read while customers were derived afresh is thrown away and read again.</summary>
    public async Task<Result<T>> AskAsync(JsonElement? where, Func<Task<Result<T>>> read, CancellationToken cancel)
    {
        if (Find(where) is { } fresh) return fresh;
        await reading.WaitAsync(cancel);
        try
        {
            if (Find(where) is { } meanwhile) return meanwhile;
            for (var tries = 1; ; tries++)
            {
                var (stamp, at) = (Now, workspace.Clock.GetUtcNow());
                var asked = await read();
                if (asked.Problem is { } problem) return problem;
                if (TryKeep(KeyOf(where), stamp, at, asked.Value)) return asked;
                if (tries == MostTries) return new Problem(ProblemKind.Unavailable, "customers_changing", "Customers are being derived afresh or erased at the moment.") { WayOut = "Ask again in a minute." };
            }
        }
        finally
        {
            reading.Release();
        }
    }

    // What is let go of in between is not put back.
    private bool TryKeep(string key, Stamp stamp, DateTimeOffset at, T study)
    {
        lock (keeping)
        {
            if (stamp != Now) return false;
            foreach (var (old, kept) in known.Where(k => k.Value.Stamp != stamp || at - k.Value.At >= Kept)) known.TryRemove(new(old, kept));
            while (known.Count >= MostKept && known.MinBy(k => k.Value.At) is var oldest) known.TryRemove(oldest);
            known[key] = (stamp, at, study);
            return true;
        }
    }

    private static string KeyOf(JsonElement? where) => where?.GetRawText() ?? "";

    private void Change()
    {
        lock (keeping)
        {
            Interlocked.Increment(ref changes);
            known.Clear();
        }
    }
}
