namespace Temas.Storage.EventLog;

/// <summary>
/// Something that is derived from the log and can be rebuilt from it. The log calls it from one thread, in log order, after the commit
/// and before the acknowledgement: what a request wrote, the next request reads.
/// </summary>
public interface IProjection
{
    /// <summary>Name for folders, messages and <c>temas rebuild</c>.</summary>
    string Name { get; }

    /// <summary>The last position that it has applied; 0 when it is empty.</summary>
    long Position { get; }

    /// <summary>
    /// Why what it writes in the background (snapshots, segments) was not written the last time; null when it was. Nothing is lost meanwhile: the log has
    /// everything, and it is tried again. Readable from any thread.
    /// </summary>
    string? Fault => null;

    /// <summary>
    /// Loads the newest snapshot in its folder, or begins empty. <paramref name="report"/> takes a sentence when a snapshot had to be thrown away.
    /// </summary>
    void Load(Action<string> report);

    /// <summary>Forgets everything, snapshots included, and stands at position 0.</summary>
    void Clear();

    /// <summary>Called before a run of <see cref="Apply"/>: take the write lock. At most some hundred events follow, so that readers wait little.</summary>
    void BeginApply();

    /// <summary>Applies one record. Must not fail on any content: what it cannot use it ignores.</summary>
    void Apply(in LogEvent e);

    /// <summary>Called after a run of <see cref="Apply"/>: release the lock, publish what changed.</summary>
    void EndApply();

    /// <summary>Called between runs; writes or begins to write a snapshot if enough has come since the last, or in any case if <paramref name="force"/>.</summary>
    void Snapshot(bool force);

    /// <summary>Removes what was derived from these positions (ascending), snapshots included. Called by the log's own thread, after it erased them.</summary>
    void Erase(IReadOnlyList<long> positions);
}

/// <summary>A projection that can tell its whole state in a few bytes, so that <c>temas rebuild</c> shows that the same log gives the same state.</summary>
public interface IStateDigest : IProjection
{
    /// <summary>
    /// SHA-256, in hexadecimal, of everything that it answers from. Depends on the log alone: not on the way that led here, on snapshots, or on the order of its tables.
    /// Events may arrive meanwhile; then it means nothing.
    /// </summary>
    string Digest(CancellationToken cancel);
}
