using System.Diagnostics;
using System.Runtime.InteropServices;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Census;

/// <summary>The customers of a workspace at one moment, boiled down. Immutable.</summary>
internal sealed record CensusSnapshot
{
    /// <summary>The moment for which it holds, in milliseconds since 1970 UTC.</summary>
    public required long AsOf { get; init; }

    /// <summary>The log was taken in at least up to here.</summary>
    public required long Position { get; init; }

    /// <summary>The rules by which it was worked out.</summary>
    public required FoldRules Rules { get; init; }

    /// <summary>Changes when node numbers do.</summary>
    public required ulong Generation { get; init; }

    /// <summary>Everybody, in no order that means anything.</summary>
    public required Portrait[] Portraits { get; init; }

    /// <summary>The same by the node that stands for each.</summary>
    public required IReadOnlyDictionary<int, Portrait> ByNode { get; init; }

    /// <summary>What the numbers of places mean.</summary>
    public required Place[] Places { get; init; }

    /// <summary>In which hours each source had events, ascending.</summary>
    public required IReadOnlyDictionary<int, int[]> SourceHours { get; init; }

    /// <summary>The hour of a moment by the clock of the workspace.</summary>
    public int HourOf(long time) => PaintPortrait.HourOf(Rules.Profile.TimeZone, time);

    /// <summary>The perception of a customer's journey at the moment of the snapshot: with time everything fades at the same pace. NaN when no touch was felt.</summary>
    public double JourneyOf(Portrait portrait) => portrait.Journey * double.Exp2(-Math.Max(0, AsOf - portrait.AsOf) / (double)Rules.Profile.PerceptionHalfLife);

    /// <summary>The portrait of a customer; null when she came, or was joined or parted, after the snapshot.</summary>
    public Portrait? Find(CustomerRef customer)
    {
        foreach (var node in customer.Nodes)
        {
            if (ByNode.TryGetValue(node, out var portrait)) return portrait;
        }

        return null;
    }

    /// <summary>The number of a place by its text, or -1.</summary>
    public int FindPlace(string text) => Array.FindIndex(Places, p => p.Text == text);
}

/// <summary>
/// Keeps a portrait of each customer: the same fold as on her page, boiled down to counts, so that figures over all customers are sums over customers and open to them.
/// It is brought up to date beside the log, never inside of it: those who got events, who were joined or parted, and whose promises or silence came of age are painted anew; a change of the
/// definitions and an erasure paint everybody. What it gives is therefore always the fold of the log up to some position, by some rules, as of some moment; nothing is ever added up twice or forgotten.
/// It is saved now and then, so that a restart has only to catch up.
/// </summary>
/// <param name="workspace">The workspace.</param>
/// <param name="batch">So many events are in memory at a time; tests make it small.</param>
internal sealed class CustomerCensus(Workspace workspace, int batch = 200_000)
{
    private const int Nodes = 8192;

    // Beyond this it is quicker to paint everybody than to find out who got events since the census was saved.
    private const long MostMissed = 2_000_000;

    // Events between two looks, a second apart, that say that many more will come.
    private const long Rush = 5000;

    // With so few events a reader may as well wait.
    private const long FewEvents = 20_000;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(40), Rest = TimeSpan.FromSeconds(10), SaveEvery = TimeSpan.FromMinutes(5), RushPause = TimeSpan.FromMinutes(1), FirstWait = TimeSpan.FromSeconds(2), Look = TimeSpan.FromMilliseconds(100);

    private readonly CustomersProjection customers = workspace.Part<CustomersProjection>();
    private readonly Lock refreshing = new();
    private Dictionary<int, Portrait> portraits = [];
    private Dictionary<int, HashSet<int>> sources = [];
    private PlaceTable places = new();
    private CensusSnapshot? current;
    private bool givesWay;
    private (long At, long Head) looked;
    private long nextStale;
    private TimeSpan cost;
    private long costly = Stopwatch.GetTimestamp();
    private long lastHead = workspace.Log.Head;
    private bool lost = true;
    private bool begun;
    private (long Position, long At, TimeSpan Cost) saved;
    private long erasures;

    /// <summary>How far the first pass, or one over everybody, has come; 1 when none runs.</summary>
    public double Progress { get; private set; } = 1;

    /// <summary>How many customers the last refresh painted.</summary>
    public int Painted { get; private set; }

    /// <summary>The newest snapshot; null until there is one. Brought up to date first where that takes no longer than a moment.</summary>
    public CensusSnapshot? Read()
    {
        var known = Volatile.Read(ref current);
        if ((workspace.Log.Head <= FewEvents || (known is not null && cost <= Quick)) && IsBehind() && refreshing.TryEnter(known is null ? FirstWait : TimeSpan.Zero))
        {
            try
            {
                Refresh(CancellationToken.None);
            }
            finally
            {
                refreshing.Exit();
            }
        }

        return Volatile.Read(ref current);
    }

    /// <summary>A snapshot of now, whatever that costs.</summary>
    public CensusSnapshot ReadNow(CancellationToken cancel = default)
    {
        lock (refreshing)
        {
            Refresh(cancel);
            return current!;
        }
    }

    /// <summary>
    /// Brings it up to date when something changed and the last time is long enough ago: it never takes more than a tenth of the time, and while very many events pour in it comes once a minute.
    /// Asked once a second.
    /// </summary>
    public void RefreshIfDue(CancellationToken cancel)
    {
        var came = workspace.Log.Head - lastHead;
        lastHead += came;
        var since = Stopwatch.GetElapsedTime(costly);
        if (!IsBehind() || since < cost * 10 || (came > Rush && since < RushPause)) return;
        lock (refreshing)
        {
            (givesWay, looked) = (true, (Stopwatch.GetTimestamp(), workspace.Log.Head));
            try
            {
                Refresh(cancel);
            }
            finally
            {
                givesWay = false;
            }

            if (saved.Position != current!.Position && (saved.At == 0 || (Stopwatch.GetElapsedTime(saved.At) is var ago && ago > SaveEvery && ago > saved.Cost * 20))) Save();
        }
    }

    /// <summary>Writes the census to disk.</summary>
    public void Save()
    {
        lock (refreshing)
        {
            if (Volatile.Read(ref current) is not { } census || lost) return;
            var begin = Stopwatch.GetTimestamp();
            var rules = workspace.Part<LiveFoldRules>();
            var digest = rules.Digest();
            if (!ReferenceEquals(rules.Current, census.Rules)) return;
            CensusFile.Write(customers.CensusPart, census, digest);
            customers.PublishCensus(census.Generation, erasures);
            saved = (census.Position, begin, Stopwatch.GetElapsedTime(begin));
        }
    }

    private bool IsBehind() =>
        lost || Volatile.Read(ref current) is not { } known || known.Position != workspace.Log.Head || known.Generation != customers.Generation || erasures != customers.Erasures
        || !ReferenceEquals(known.Rules, workspace.Part<LiveFoldRules>().Current) || workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() >= Interlocked.Read(ref nextStale);

    private void Refresh(CancellationToken cancel)
    {
        if (!IsBehind()) return;
        var begin = Stopwatch.GetTimestamp();
        var isDone = false;
        try
        {
            if (!begun) Load(cancel);
            begun = true;
            CatchUp(begin, cancel);
            isDone = true;
        }
        finally
        {
            // What failed is tried again, after a rest.
            if (!isDone) (cost, costly) = (Rest, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Begins with what was saved, if it is of this log, these people and these rules, and with who got events since.</summary>
    private void Load(CancellationToken cancel)
    {
        // Left by a process that was cut short.
        File.Delete(customers.CensusPart);
        File.Delete(customers.CensusPart + ".new");
        _ = customers.TakeTouched();
        erasures = customers.Erasures;
        var rules = workspace.Part<LiveFoldRules>();
        var (live, digest) = (rules.Current, rules.Digest());
        if (CensusFile.Read(customers.CensusPath, customers.Generation, digest) is not { } file || file.Position > workspace.Log.Head) return;
        var missed = workspace.Log.ReadFrom(file.Position + 1).TakeWhile(_ => !cancel.IsCancellationRequested);
        if (workspace.Log.Head - file.Position > MostMissed || !customers.TouchAfter(file.Position, missed, MostMissed)) return;
        cancel.ThrowIfCancellationRequested();
        (portraits, places, sources) = (file.Portraits, file.Places, file.Sources);
        current = Snapshot(file.Head.AsOf, file.Position, live, file.Head.Generation);
        (lost, saved) = (false, (file.Position, Stopwatch.GetTimestamp(), TimeSpan.Zero));
        Interlocked.Exchange(ref nextStale, 0);
    }

    private void CatchUp(long begin, CancellationToken cancel)
    {
        var rules = workspace.Part<LiveFoldRules>().Current;
        var asOf = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        erasures = customers.Erasures;
        var (position, generation) = (workspace.Log.Head, customers.Generation);
        var touched = customers.TakeTouched();
        var afresh = lost || touched is null || current is null || current.Generation != generation || !ReferenceEquals(current.Rules, rules);
        lost = true;
        var numbers = afresh ? new PlaceTable() : places;
        var hours = afresh ? [] : sources;
        var paint = new PaintPortrait(rules, numbers);
        var entries = new List<CensusEntry>();
        var changed = new HashSet<int>();
        for (var from = 0; customers.Enumerate(from, from + Nodes, afresh ? null : touched, entries, changed); from += Nodes) cancel.ThrowIfCancellationRequested();
        var next = new Dictionary<int, Portrait>(entries.Count);
        var todo = new List<CensusEntry>();
        foreach (var entry in entries)
        {
            if (!afresh && portraits.TryGetValue(entry.Node, out var known) && known.Members == entry.Members && known.Id == entry.Id && known.StaleAt > asOf && !changed.Contains(entry.Node)) next[entry.Node] = known;
            else todo.Add(entry);
        }

        Paint(paint, [.. todo], next, hours, asOf, afresh, cancel);
        (Progress, Painted) = (1, todo.Count);
        (portraits, places, sources) = (next, numbers, hours);
        var stale = long.MaxValue;
        foreach (var portrait in next.Values) stale = Math.Min(stale, portrait.StaleAt);
        Interlocked.Exchange(ref nextStale, stale);
        Volatile.Write(ref current, Snapshot(asOf, position, rules, generation));
        // Node numbers of another generation mean other people.
        lost = customers.Generation != generation;
        var took = Stopwatch.GetElapsedTime(begin);
        // A pass over everybody says nothing about the next one over a few.
        cost = afresh && workspace.Log.Head > FewEvents ? TimeSpan.Zero : took;
        costly = Stopwatch.GetTimestamp();
    }

    /// <summary>While very many events pour in it takes a quarter of the time: its processor, and the memory that it goes through, are theirs.</summary>
    private void GiveWay(CancellationToken cancel)
    {
        if (!givesWay || Stopwatch.GetElapsedTime(looked.At) is var worked && worked < Look) return;
        var came = workspace.Log.Head - looked.Head;
        if (came > Rush * worked.TotalSeconds) cancel.WaitHandle.WaitOne(3 * worked);
        looked = (Stopwatch.GetTimestamp(), workspace.Log.Head);
    }

    private CensusSnapshot Snapshot(long asOf, long position, FoldRules rules, ulong generation) => new()
    {
        AsOf = asOf,
        Position = position,
        Rules = rules,
        Generation = generation,
        Portraits = [.. portraits.Values],
        ByNode = portraits,
        Places = places.All(),
        SourceHours = sources.ToDictionary(s => s.Key, s => s.Value.Order().ToArray()),
    };

    private void Paint(PaintPortrait paint, CensusEntry[] todo, Dictionary<int, Portrait> into, Dictionary<int, HashSet<int>> hours, long asOf, bool tells, CancellationToken cancel)
    {
        new EventsByCustomer(workspace, batch).Read(
            todo,
            (i, events) =>
            {
                into[todo[i].Node] = paint.Run(todo[i], Noted(events), asOf);
                GiveWay(cancel);
            },
            share =>
            {
                if (tells) Progress = share;
            },
            cancel);

        IEnumerable<StoredEvent> Noted(IEnumerable<StoredEvent> events)
        {
            foreach (var e in events)
            {
                if (e.Kind == LogRecordKind.Event)
                {
                    ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(hours, e.Source, out _);
                    (seen ??= []).Add(paint.HourOf(e.Time));
                }

                yield return e;
            }
        }
    }
}
