using System.Text;
using Temas.Customers.Census;
using Temas.Customers.Identity;
using Temas.Customers.Search;
using Temas.Storage.EventLog;
using Temas.Timelines;

namespace Temas.Customers;

/// <summary>
/// Everything about customers that is kept ready: who is who, which events are whose, and the texts by which they are found. Derived from the log;
/// snapshots of the parts carry one stamp, so that node numbers of timelines and graph are never mixed.
/// </summary>
/// <remarks>The log's thread writes under the write lock, in short runs; reads hold the read lock and give plain records.</remarks>
internal sealed partial class CustomersProjection : IProjection, IDisposable
{
    /// <summary>More kinds of event than this are filed as "other": a hostile sender must not fill the memory with names.</summary>
    public const int MaxTypes = 10_000;

    private const long SnapshotEvents = 1_000_000;
    private static readonly TimeSpan SnapshotInterval = TimeSpan.FromMinutes(5);

    private readonly string folder;
    private readonly SipKey key;
    private readonly Func<IdentityRules> currentRules;
    private readonly Func<long[], IReadOnlyList<StoredEvent>> readLog;
    private readonly TimeProvider clock;
    private readonly TimelineStore timeline;
    private readonly ReaderWriterLockSlim gate = new();
    private readonly byte[] typeName = new byte[EventTypeName.MaxLength];
    private IdentityRules rules;
    private IdentityGraph graph;
    private SearchIndex search;
    private IdentifierReader reader;
    private ulong generation;
    private long graphPosition;
    private int typeCount;
    private bool closed;
    private long snapshotPosition;
    private DateTimeOffset snapshotAt;
    private string? snapshotFault;
    private (Task Task, GraphSnapshot Snapshot)? writing;

    public CustomersProjection(
        string folder, SipKey key, Func<IdentityRules> rules, Func<long[], IReadOnlyList<StoredEvent>> readLog, TimeProvider clock, TimelineOptions? options = null)
    {
        (this.folder, this.key, currentRules, this.readLog, this.clock) = (folder, key, rules, readLog, clock);
        Directory.CreateDirectory(folder);
        Pace = new EventPace(clock);
        timeline = new TimelineStore(Path.Combine(folder, "timelines"), options);
        (this.rules, graph, search, reader) = (null!, null!, null!, null!);
        Begin();
    }

    /// <inheritdoc/>
    public string Name => "customers";

    /// <inheritdoc/>
    public long Position => Math.Min(graphPosition, timeline.Position);

    /// <summary>How many events come.</summary>
    public EventPace Pace { get; }

    /// <inheritdoc/>
    public string? Fault => snapshotFault ?? timeline.Fault;

    private string SnapshotPath => Path.Combine(folder, "customers.snapshot");

    /// <inheritdoc/>
    public void Load(Action<string> report)
    {
        gate.EnterWriteLock();
        try
        {
            AwaitSnapshot();
            Begin();
            if (graph.TryLoad(SnapshotPath, search, out graphPosition, out var stamp, out var fault))
            {
                generation = stamp;
                timeline.Load(generation, report);
                typeCount = timeline.Types.Count;
            }
            else
            {
                if (File.Exists(SnapshotPath)) report($"The snapshot of the customers {fault}; they are rebuilt from the log.");
                Begin();
                timeline.Clear(generation);
            }

            (snapshotPosition, snapshotAt) = (graphPosition, clock.GetUtcNow());
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public void Clear()
    {
        gate.EnterWriteLock();
        try
        {
            AwaitSnapshot();
            File.Delete(SnapshotPath);
            File.Delete(CensusPath);
            Begin();
            timeline.Clear(generation);
            (snapshotPosition, snapshotAt) = (0, clock.GetUtcNow());
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public void BeginApply() => gate.EnterWriteLock();

    /// <inheritdoc/>
    public void Apply(in LogEvent e)
    {
        var node = -1;
        if (e.Kind == LogRecordKind.Event)
        {
            reader.Read(e);
            if ((e.Flags & EventFlags.Imported) == 0) Pace.Note(e.ReceivedAt);
        }

        if (e.Position > graphPosition)
        {
            var before = graph.NodeCount;
            if (e.Kind == LogRecordKind.Event) node = Observe(e);
            else if (e.Kind == LogRecordKind.Decision) graph.Decide(e);
            for (var added = before; added < graph.NodeCount; added++) search.AddIdentifier(added);
            graphPosition = e.Position;
        }
        else if (e.Kind == LogRecordKind.Event)
        {
            node = graph.FindPrimary(reader);
        }

        recent.Note(e.Position, node);
        if (e.Position <= timeline.Position) return;
        Touch(node);
        if (e.Kind == LogRecordKind.Event) timeline.Append(node, e.Time, TypeOf(e), e.Position);
        else timeline.Advance(e.Position);
    }

    /// <inheritdoc/>
    public void EndApply()
    {
        try
        {
            graph.Settle(all: false);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public void Snapshot(bool force)
    {
        if (writing is { Task.IsCompleted: true } || force) EndSnapshot();
        gate.EnterWriteLock();
        try
        {
            timeline.SealIfFull(force);
        }
        finally
        {
            gate.ExitWriteLock();
        }

        if (writing is not null || graphPosition == snapshotPosition) return;
        var now = clock.GetUtcNow();
        if (!force && graphPosition - snapshotPosition < SnapshotEvents && now - snapshotAt < SnapshotInterval && now >= snapshotAt) return;
        BeginSnapshot(now);
        if (force) EndSnapshot(mustSucceed: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndSnapshot();
        // Whoever reads this moment ends first: under her the files would go. The lock itself is left to the collector, for somebody may stand before it.
        gate.EnterWriteLock();
        try
        {
            closed = true;
            timeline.Dispose();
        }
        finally
        {
            gate.ExitWriteLock();
        }

        Erasing.Dispose();
    }

    private void Begin()
    {
        rules = currentRules();
        graph = new IdentityGraph(rules, key);
        search = new SearchIndex(graph.Nodes);
        reader = new IdentifierReader(rules);
        generation = SipKey.Random().K0;
        (graphPosition, typeCount) = (0, 0);
        touched = null;
        recent.Clear();
    }

    private int Observe(in LogEvent e)
    {
        var node = graph.Observe(reader, e);
        if (node >= 0 && reader.HasName) search.SetName(node, e.Time, reader.PersonName, reader.Company);
        return node;
    }

    private int TypeOf(in LogEvent e)
    {
        var name = typeName.AsSpan(0, EventTypeName.Write(e, typeName));
        if (typeCount < MaxTypes)
        {
            var type = timeline.TypeOf(name);
            typeCount = Math.Max(typeCount, type + 1);
            return type;
        }

        if (timeline.FindType(Encoding.UTF8.GetString(name)) is { } known) return known;
        var length = EventTypeName.WriteCall(e.Fields.Type, typeName);
        ":(other)"u8.CopyTo(typeName.AsSpan(length));
        return timeline.TypeOf(typeName.AsSpan(0, length + 8));
    }

    private void BeginSnapshot(DateTimeOffset now)
    {
        GraphSnapshot snapshot;
        gate.EnterWriteLock();
        try
        {
            snapshot = graph.Freeze(search, graphPosition, generation);
        }
        finally
        {
            gate.ExitWriteLock();
        }

        (snapshotPosition, snapshotAt) = (graphPosition, now);
        var path = SnapshotPath;
        writing = (Housekeeping.Run(() => snapshot.Write(path)), snapshot);
    }

    /// <summary>Waits for the snapshot that is being written, if there is one, and lets go of it.</summary>
    private void EndSnapshot(bool mustSucceed = false)
    {
        if (writing is null) return;
        gate.EnterWriteLock();
        try
        {
            AwaitSnapshot();
        }
        finally
        {
            gate.ExitWriteLock();
        }

        if (mustSucceed && snapshotFault is not null) throw new IOException(snapshotFault);
    }

    private void AwaitSnapshot()
    {
        if (writing is not { } current) return;
        Task.WaitAny(current.Task);
        current.Snapshot.Thaw();
        writing = null;
        snapshotFault = current.Task.Exception?.InnerException?.Message;
    }
}
