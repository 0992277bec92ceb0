using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Findings;
using Temas.Ui;

namespace Temas.Insight.Findings;

/// <summary>The findings of a workspace: what the last look gave and what became of it, in memory; and the look that is under way. A part of the workspace.</summary>
internal sealed class LiveFindings : IFindings
{
    private const int MostCustomers = 100_000;

    // More memory than this what was noted is not worth: then every look reads everybody.
    private const long MostNoted = 256L << 20;

    private readonly Workspace workspace;
    private readonly SemaphoreSlim changing = new(1, 1);

    // A look that came to its end cannot be stopped any more: who stops it holds this, and so does who ends it.
    private readonly Lock stopping = new();
    private IReadOnlyDictionary<string, KeptFinding> all = new Dictionary<string, KeptFinding>(StringComparer.Ordinal);
    private FindingLook? look;
    private bool isLoaded;
    private CancellationTokenSource? running;

    // Who was erased while a look is under way: what it read before names them still.
    private HashSet<ulong>? forgotten;
    private double progress;
    private long version;

    public LiveFindings(Workspace workspace)
    {
        (this.workspace, Store) = (workspace, new FindingStore(workspace.Database));
        workspace.Log.Erased += _ => Notes.Forget();
    }

    /// <summary>Where they are kept.</summary>
    public FindingStore Store { get; }

    /// <summary>What was noted of customers in the last look, so that the next reads those alone who changed.</summary>
    public JourneyNotes Notes { get; } = new();

    /// <inheritdoc/>
    public DateTimeOffset? LookedAt => look?.At;

    /// <summary>The last look; null before the first.</summary>
    public FindingLook? Look => look;

    /// <summary>All findings by id, those that are gone included.</summary>
    public IReadOnlyDictionary<string, KeptFinding> All => all;

    /// <summary>Changes when a page would.</summary>
    public string Version => FormattableString.Invariant($"{Interlocked.Read(ref version)}.{(IsLooking ? (int)(Progress * 50) : -1)}");

    /// <summary>Whether somebody asked for a look that has not begun.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Whether a look is under way.</summary>
    public bool IsLooking => Volatile.Read(ref running) is not null;

    /// <summary>How far it is, from 0 to 1.</summary>
    public double Progress => Volatile.Read(ref progress);

    /// <summary>Code of what went wrong with the last look; null where nothing did.</summary>
    public string? Fault { get; private set; }

    /// <summary>The findings of a workspace.</summary>
    public static LiveFindings Of(Workspace workspace) => workspace.Part<LiveFindings>();

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Standing(bool wins) => [.. all.Values.Where(f => f.Document.Win == wins && f.State != FindingState.Gone).OrderBy(f => f.Rank).Select(Tell)];

    /// <summary>Asks for a look; false where one is under way.</summary>
    public bool Want()
    {
        if (IsLooking) return false;
        (IsWanted, Fault) = (true, null);
        Interlocked.Increment(ref version);
        return true;
    }

    /// <summary>Stops the look that is under way, or is wanted; false where there is none.</summary>
    public bool Cancel()
    {
        var wanted = IsWanted;
        IsWanted = false;
        lock (stopping)
        {
            wanted |= running is not null;
            running?.Cancel();
        }

        Interlocked.Increment(ref version);
        return wanted;
    }

    /// <summary>Reads what is kept, once.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        if (isLoaded) return;
        await changing.WaitAsync(cancel);
        try
        {
            look = await Store.LookAsync(cancel);
            Take(await Store.AllAsync(cancel));
            isLoaded = true;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Looks, and keeps what was found. What was stopped leaves everything as it was.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        await LoadAsync(cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Volatile.Write(ref progress, 0);
        Volatile.Write(ref running, stop);
        IsWanted = false;
        try
        {
            await ChangeAsync(() => forgotten = [], stop.Token);
            var (at, begun) = (workspace.Clock.GetUtcNow(), workspace.Clock.GetTimestamp());
            var nodes = workspace.Part<ICustomerNodes>();
            var generation = nodes.Generation;
            var looked = await LookForFindings.RunAsync(workspace, at, done => Volatile.Write(ref progress, done), stop.Token, Notes);
            if (Notes.Bytes > MostNoted) Notes.Forget();
            var describe = new DescribeFinding(workspace.Part<LiveCatalogue>().Current, WorkspaceSettings.Of(workspace).Zone());
            var documents = looked.Believed.Select(b => describe.Of(b, looked.Study.When)).DistinctBy(d => d.Id).ToList();
            var customers = looked.Believed.DistinctBy(b => b.Candidate.Id).ToDictionary(b => b.Candidate.Id, b => CustomersOf(b.Candidate, nodes), StringComparer.Ordinal);

            // Numbers that mean others by now say nothing of who it was: the next look will.
            if (nodes.Generation != generation) customers.Clear();
            await changing.WaitAsync(stop.Token);
            try
            {
                var (changed, lines) = PlanStates.Of([.. all.Values], documents, at);
                foreach (var met in customers.Values) met.RemoveAll(m => forgotten!.Contains(m.Customer));

                // What is gone and not found any more names nobody.
                var found = documents.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var gone in all.Keys.Where(id => !found.Contains(id))) customers[gone] = [];
                var done = new FindingLook(at, (long)workspace.Clock.GetElapsedTime(begun).TotalMilliseconds, looked.Candidates.Count, looked.Study.Position) { Detectors = DetectorNote.Of(looked.Study.Tables, looked.Candidates, documents) };
                await Store.SaveAsync(done, changed, customers.ToDictionary(c => c.Key, c => (IReadOnlyList<FindingMeeting>)c.Value, StringComparer.Ordinal), lines, stop.Token);
                look = done;
                Take([.. all.Values.Where(f => !changed.Exists(c => c.Document.Id == f.Document.Id)), .. changed]);
            }
            finally
            {
                changing.Release();
            }

            Fault = null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            Fault = "look_cancelled";
        }
        finally
        {
            await ChangeAsync(() => forgotten = null, CancellationToken.None);
            lock (stopping) running = null;
            Interlocked.Increment(ref version);
        }
    }

    /// <summary>The look went wrong.</summary>
    public void Fail() => (Fault, IsWanted) = ("look_failed", false);

    /// <summary>Changes a finding's state, whose it is, or adds a note; gives it as it is then. <paramref name="by"/>: <c>user</c> and the person's id, or what else did it.</summary>
    public async Task<Result<KeptFinding>> ChangeAsync(string id, FindingState? state, string? person, bool givesPerson, string? note, string by, CancellationToken cancel)
    {
        await LoadAsync(cancel);
        await changing.WaitAsync(cancel);
        try
        {
            if (!all.TryGetValue(id, out var kept)) return Unknown();
            var (at, lines) = (workspace.Clock.GetUtcNow(), new List<FindingLine>());
            if (state is { } wanted && wanted != kept.State)
            {
                kept = kept with { State = wanted };
                lines.Add(new FindingLine(at, by, "state", FindingWords.Of(wanted)));
            }

            if (givesPerson && person != kept.Person)
            {
                kept = kept with { Person = person };
                lines.Add(new FindingLine(at, by, "person", person ?? ""));
            }

            if (!string.IsNullOrWhiteSpace(note)) lines.Add(new FindingLine(at, by, "note", note.Trim()));
            if (lines.Count == 0) return kept;
            await Store.ChangeAsync(kept, lines, cancel);
            Take([.. all.Values.Where(f => f.Document.Id != id), kept]);
            return kept;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Writes a line into a finding's story.</summary>
    public async Task NoteAsync(string id, FindingLine line, CancellationToken cancel)
    {
        await changing.WaitAsync(cancel);
        try
        {
            if (!all.TryGetValue(id, out var kept)) return;
            await Store.ChangeAsync(kept, [line], cancel);
            Interlocked.Increment(ref version);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Some of the customers who met a finding, those who did so last first, and how many are kept.</summary>
    public async Task<(long Kept, IReadOnlyList<CustomerLink> Customers)> CustomersAsync(string id, int offset, int limit, CancellationToken cancel)
    {
        var (ids, nodes) = (await Store.CustomersAsync(id, cancel), workspace.Part<ICustomerNodes>());
        var numbers = ids.Skip(offset).Take(limit).Select(i => nodes.Find(nodes.FormatId(i.Customer))).OfType<int>().ToList();
        return (ids.Count, [.. nodes.LinksOf(numbers).OfType<CustomerLink>().DistinctBy(l => l.Id)]);
    }

    private async Task ChangeAsync(Action change, CancellationToken cancel)
    {
        await changing.WaitAsync(cancel);
        try
        {
            change();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Nothing names a customer any more: neither what is kept, nor what a look that is under way is about to keep.</summary>
    public async Task ForgetAsync(CustomerRef customer, CancellationToken cancel)
    {
        var ids = workspace.Part<ICustomerPast>().IdsOf(customer).Append(customer.Id).Select(i => ulong.TryParse(i, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) ? id : (ulong?)null).OfType<ulong>().ToHashSet();
        Notes.Forget();
        await changing.WaitAsync(cancel);
        try
        {
            forgotten?.UnionWith(ids);
            await Store.ForgetAsync(ids, cancel);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>There is no such finding.</summary>
    public static Problem Unknown() => new(ProblemKind.NotFound, "finding_unknown", "There is no such finding.") { WayOut = "GET /api/findings lists them." };

    /// <summary>A finding as others are told of it.</summary>
    internal Finding Tell(KeptFinding kept)
    {
        var d = kept.Document;
        return new Finding(
            d.Id, d.Win, d.Kind, d.Title, d.Since, d.Customers, d.Stage, d.Owner?.In(CultureInfo.CurrentUICulture.Name) ?? "", d.Worth?.Value ?? 0, d.Worth?.Low ?? 0, d.Worth?.High ?? 0, kept.State, TemasUrls.Finding(workspace.Key.Value, d.Id));
    }

    private static List<FindingMeeting> CustomersOf(Candidate candidate, ICustomerNodes nodes)
    {
        var met = candidate.Met.Select(i => (candidate.Table.Units[i].Time, candidate.Table.Units[i].Customer)).OrderByDescending(m => m.Time).DistinctBy(m => m.Customer).Take(MostCustomers).ToList();
        return [.. nodes.IdsOf(met.ConvertAll(m => m.Customer)).Zip(met, (id, m) => (Id: id, m.Time)).Where(m => m.Id is not null).Select(m => new FindingMeeting(m.Id!.Value, m.Time))];
    }

    private void Take(IReadOnlyList<KeptFinding> findings)
    {
        all = findings.ToDictionary(f => f.Document.Id, StringComparer.Ordinal);
        Interlocked.Increment(ref version);
    }
}

/// <summary>The words for states.</summary>
internal static class FindingWords
{
    /// <summary>Those that people may choose.</summary>
    public static IReadOnlyList<string> Chosen { get; } = ["new", "acknowledged", "in_work"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<FindingState>().Select(Of)];

    /// <summary>The word for a state.</summary>
    public static string Of(FindingState state) => state switch
    {
        FindingState.New => "new",
        FindingState.Acknowledged => "acknowledged",
        FindingState.InWork => "in_work",
        FindingState.Gone => "gone",
        _ => "back",
    };

    /// <summary>The state for a word; null for none.</summary>
    public static FindingState? Read(string? word) => Enum.GetValues<FindingState>().Cast<FindingState?>().FirstOrDefault(s => Of(s!.Value) == word);
}
