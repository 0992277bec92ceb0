using System.Data.Common;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.FollowUps;

/// <summary>
/// Opens follow-ups: reads the log from the place up to which it was read, holds each event against the rules, and writes what that means together with the new place. So nothing is opened twice or forgotten, whenever the process ends. All that changes
/// follow-ups goes through here, one after the other. A part of the workspace.
/// </summary>
internal sealed class LiveFollowUps
{
    // Little at a time: others write, too.
    private const int EventsAtOnce = 20_000, MeaningsAtOnce = 100;

    private static readonly TimeSpan OpenSweep = TimeSpan.FromMinutes(1), WholeSweep = TimeSpan.FromHours(1);

    private readonly Workspace workspace;
    private readonly FeltTexts felt;
    private readonly ICustomerNodes customers;
    private readonly SemaphoreSlim working = new(1, 1);
    private RuleMatch? match;
    private object? rulesRead;
    private long since;
    private long? place;
    private long written;
    private long version = 1;
    private DateTimeOffset sweptOpen, sweptAll;

    public LiveFollowUps(Workspace workspace, FeltTexts felt)
    {
        (this.workspace, this.felt, customers) = (workspace, felt, workspace.Part<ICustomerNodes>());
        Store = new FollowUpStore(workspace.Database) { Clock = workspace.Clock };
    }

    /// <summary>The part of a workspace.</summary>
    public static LiveFollowUps Of(Workspace workspace) => workspace.Part<LiveFollowUps>();

    /// <summary>What is kept.</summary>
    public FollowUpStore Store { get; }

    /// <summary>Changes when a follow-up does.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>Reckons in the desk's hours.</summary>
    public ServiceClock Hours => new(FollowUpDeskKind.Of(workspace.Definitions), WorkspaceSettings.Of(workspace).Zone());

    private sealed record Batch(long Upto, IReadOnlyList<(string Customer, EventMeaning Meaning)> Meanings);

    /// <summary>Reads what came since.</summary>
    public async Task FollowAsync(IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        await working.WaitAsync(cancel);
        try
        {
            if (match is null || !IsInForce()) await ReadRulesAsync(cancel);
            place ??= await Store.PlaceAsync(cancel) ?? Begin();
            while (place < Math.Min(customers.Position, workspace.Log.Head))
            {
                var batch = await Housekeeping.Run(() => Collect(place.Value, cancel));
                if (await InSegmentsAsync(batch.Meanings, cancel) is not { } meanings) break;
                batch = batch with { Meanings = meanings };
                if (batch.Meanings.Count > 0) await OpenAsync(batch, people, cancel);
                else if (batch.Upto - written >= EventsAtOnce) await CommitAsync([], [], batch.Upto, cancel);
                place = batch.Upto;
                if (!IsInForce()) break;
            }

            await SweepAsync(cancel);
        }
        catch
        {
            // Only what is written counts.
            place = null;
            throw;
        }
        finally
        {
            working.Release();
        }
    }

    /// <summary>Changes a follow-up as it is at this moment; a problem where it is not to be changed.</summary>
    public async Task<Result<FollowUp>> ChangeAsync(string id, Func<FollowUp, Result<FollowUpChange>> change, CancellationToken cancel)
    {
        await working.WaitAsync(cancel);
        try
        {
            if (await Store.FindAsync(id, cancel) is not { } found) return Unknown();
            var made = change(found);
            if (made.Problem is { } problem) return problem;
            if (!ReferenceEquals(made.Value.FollowUp, found) || made.Value.Lines.Count > 0) await CommitAsync([made.Value], [], null, cancel);
            return made.Value.FollowUp;
        }
        finally
        {
            working.Release();
        }
    }

    /// <summary>Opens what somebody wishes for some customers, given what there is of them at this moment; how many that are.</summary>
    public async Task<int> OpenAsync(IReadOnlyCollection<string> customers, Func<ILookup<string, FollowUp>, IReadOnlyList<FollowUpChange>> plan, CancellationToken cancel)
    {
        await working.WaitAsync(cancel);
        try
        {
            var changes = plan(await Store.OfCustomersAsync(customers, cancel));
            if (changes.Count > 0) await CommitAsync(changes, [], null, cancel);
            return changes.Count;
        }
        finally
        {
            working.Release();
        }
    }

    /// <summary>Takes away everything of a customer who is erased.</summary>
    public async Task ForgetAsync(CustomerRef her, CancellationToken cancel)
    {
        await working.WaitAsync(cancel);
        try
        {
            // What is written under an id that she had before is hers, too; and what nobody stands behind any more is nobody's.
            var number = customers.Find(her.Id);
            var hers = (await Store.CustomersAsync(open: false, cancel)).Where(c => c == her.Id || (number is not null && customers.Find(c) == number)).ToList();
            await Store.ForgetAsync(hers, cancel);
            await workspace.Events.ForgetAsync([.. hers.Append(her.Id).Distinct()]);
            Interlocked.Increment(ref version);
        }
        finally
        {
            working.Release();
        }
    }

    /// <summary>That there is no such follow-up.</summary>
    public static Problem Unknown() => Problem.NotFound("follow_up_unknown", "There is no such follow-up.", "id", null, "See GET /api/follow-ups.");

    private bool IsInForce() => match is { } m && ReferenceEquals(rulesRead, FollowUpRuleKind.Of(workspace.Definitions)) && ReferenceEquals(m.Voices.Catalogue, workspace.Part<LiveCatalogue>().Current)
        && ReferenceEquals(m.Voices.Feeling, felt.InUse) && ReferenceEquals(m.Voices.Topics, TopicsKind.Of(workspace.Definitions));

    private async Task ReadRulesAsync(CancellationToken cancel)
    {
        var all = FollowUpRuleKind.Of(workspace.Definitions);
        var inForce = new List<RuleInForce>();
        since = long.MaxValue;
        foreach (var rule in all.Values.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            // Newest first: what came before it was last removed is another rule's story.
            var history = (await workspace.Definitions.HistoryAsync(FollowUpRuleKind.Name, rule.Key, cancel)).TakeWhile(d => !d.Removed).ToList();
            var from = history[^1].At.ToUnixTimeMilliseconds() - rule.LookBack;
            since = Math.Min(since, from);
            if (rule.IsActive) inForce.Add(new RuleInForce(rule, history[0].Version, from));
        }

        match = new RuleMatch(inForce, new VoiceRules(workspace.Part<LiveCatalogue>().Current, felt.InUse, TopicsKind.Of(workspace.Definitions)));
        rulesRead = all;
    }

    /// <summary>Where reading begins the first time: with what arrived since there are rules.</summary>
    private long Begin()
    {
        long low = 0, high = workspace.Log.Head;
        var made = since == long.MaxValue ? workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() : workspace.Definitions.List(FollowUpRuleKind.Name).Min(d => d.At).ToUnixTimeMilliseconds();
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (workspace.Log.ReadFrom(middle + 1).FirstOrDefault(e => e.Kind != LogRecordKind.Erased) is { } e && e.ReceivedAt < made) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private Batch Collect(long from, CancellationToken cancel)
    {
        var upto = Math.Min(Math.Min(customers.Position, workspace.Log.Head), from + EventsAtOnce);
        var found = new List<(StoredEvent Event, EventMeaning Meaning)>();
        var position = from;
        foreach (var stored in workspace.Log.ReadFrom(from + 1).TakeWhile(e => e.Position <= upto))
        {
            position = stored.Position;
            if (position % 1024 == 0) cancel.ThrowIfCancellationRequested();
            if (stored.Time < since || match!.Read(stored.AsLogEvent()) is not { } meaning) continue;
            found.Add((stored, meaning));
            if (found.Count == MeaningsAtOnce) break;
        }

        if (found.Count < MeaningsAtOnce) position = upto;
        if (found.Count == 0) return new Batch(position, []);
        var nodes = new int[found.Count];
        customers.NodesOf([.. found.Select(f => f.Event)], nodes);
        var links = customers.LinksOf(nodes);
        return new Batch(position, [.. found.Select((f, i) => (links[i]?.Id, Narrow(f.Meaning, nodes[i]))).Where(m => m.Id is not null).Select(m => (m.Id!, m.Item2))]);
    }

    /// <summary>Leaves out rules for customers of whom something else is known.</summary>
    private EventMeaning Narrow(EventMeaning meaning, int node)
    {
        if (meaning.Triggers.All(t => t.Rule.Rule.Customers.Count == 0)) return meaning;
        int[] numbers = [node];
        customers.CustomersOf(numbers, numbers);
        CustomerFacts? her = null;
        workspace.Part<ICustomerFacts>().Read(numbers, facts => her = facts, CancellationToken.None);
        return meaning with { Triggers = [.. meaning.Triggers.Where(t => t.Rule.Rule.Customers.All(f => Holds(her, f)))] };
    }

    /// <summary>Leaves out rules for customers in segments in which they are not now; null where that is not known yet, as while events are read in: then it is tried again, and nothing is passed over.</summary>
    private async Task<IReadOnlyList<(string Customer, EventMeaning Meaning)>?> InSegmentsAsync(IReadOnlyList<(string Customer, EventMeaning Meaning)> meanings, CancellationToken cancel)
    {
        var segments = meanings.SelectMany(m => m.Meaning.Triggers).SelectMany(t => t.Rule.Rule.Segments.Concat(t.Rule.Rule.NotSegments)).Distinct(StringComparer.Ordinal).ToList();
        if (segments.Count == 0) return meanings;
        var asked = meanings.Where(m => m.Meaning.Triggers.Any(t => t.Rule.Rule.Segments.Count + t.Rule.Rule.NotSegments.Count > 0)).Select(m => m.Customer).Distinct(StringComparer.Ordinal).ToList();
        var (isIn, unsaid) = (new HashSet<(string Customer, string Segment)>(), new HashSet<string>(StringComparer.Ordinal));
        if (workspace.FindPart<ITraitQuestions>() is { } questions)
        {
            var answers = await questions.ReadAsync([.. segments.Select(s => new TraitQuestion(s, TraitQuestionKind.Segment, System.Text.Json.JsonSerializer.SerializeToElement(s, FollowUpJson.Default.String)))], asked, null, null, cancel);
            if (answers.Problem is not null) return null;
            unsaid.UnionWith(segments.Where((_, s) => answers.Value.Faults[s]?.Code == TraitAnswers.Unsaid));
            foreach (var (c, customer) in asked.Index())
            {
                foreach (var (s, segment) in segments.Index())
                {
                    if (answers.Value.Values[c][s].Json == "true") isIn.Add((customer, segment));
                }
            }
        }

        return [.. meanings.Select(m => (m.Customer, m.Meaning with { Triggers = [.. m.Meaning.Triggers.Where(t => IsMeant(m.Customer, t.Rule.Rule))] }))];

        // Whom a rule leaves out is left out where it is not known whether she is one of them.
        bool IsMeant(string customer, FollowUpRule rule) => !rule.NotSegments.Any(s => isIn.Contains((customer, s)) || unsaid.Contains(s)) && (rule.Segments.Count == 0 || rule.Segments.Any(s => isIn.Contains((customer, s))));
    }

    private static bool Holds(CustomerFacts? her, FactFilter filter) =>
        (her?.Facts ?? []).Where(f => f.Key == filter.Fact).Select(f => f.Value).Concat(her?.Lists.Where(l => l.Key == filter.Fact).SelectMany(l => l.Value) ?? [])
            .Any(v => filter.Values.Contains(v.Text ?? (v.Flag is { } flag ? flag ? "true" : "false" : v.Number.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    private async Task OpenAsync(Batch batch, IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        var known = await Store.OfCustomersAsync([.. batch.Meanings.Select(m => m.Customer).Distinct()], cancel);
        var done = await Store.TriggersAsync(batch.Meanings.SelectMany(m => m.Meaning.Triggers).Select(t => t.Reason.Position).DefaultIfEmpty(0).Min(), batch.Upto, cancel);
        var turns = new Dictionary<int, Dictionary<string, long>>();
        foreach (var role in batch.Meanings.SelectMany(m => m.Meaning.Triggers).Select(t => t.Rule.Rule.Owner.Role).OfType<Role>().Distinct()) turns.Add((int)role, await Store.TurnsAsync((int)role, cancel));
        var plan = new PlanFollowUps(Hours, workspace.Clock.GetUtcNow(), people, known, done, turns);
        foreach (var (customer, meaning) in batch.Meanings) plan.Take(customer, meaning);
        await CommitAsync(plan.Changes, plan.Turns, batch.Upto, cancel);
    }

    private async Task CommitAsync(IReadOnlyList<FollowUpChange> changes, Dictionary<(int Role, string Person), long> turns, long? upto, CancellationToken cancel)
    {
        await workspace.Events.CommitAsync([.. changes.SelectMany(c => c.Events.Select(e => ModuleEventOf(e, c.FollowUp)))], WriteAsync, cancel);
        if (upto is { } position) written = position;
        if (changes.Count > 0) Interlocked.Increment(ref version);

        async Task WriteAsync(DbConnection connection, DbTransaction transaction, long last)
        {
            foreach (var change in changes) await FollowUpStore.WriteAsync(connection, transaction, change);
            foreach (var ((role, person), turn) in turns) await FollowUpStore.WriteTurnAsync(connection, transaction, role, person, turn);
            if (upto is { } at) await FollowUpStore.WritePlaceAsync(connection, transaction, at);
        }
    }

    private static NewModuleEvent ModuleEventOf(string kind, FollowUp f) =>
        new(kind, f.Customer, new System.Text.Json.Nodes.JsonObject { ["followUp"] = f.Id, ["rule"] = f.Rule, ["kind"] = FollowUpRuleKind.WordOf(f.Kind), ["status"] = FollowUpWords.Of(f.Status) }.ToJsonString());

    /// <summary>Whoever was joined with another goes by the other's id from then on.</summary>
    private async Task SweepAsync(CancellationToken cancel)
    {
        var now = workspace.Clock.GetUtcNow();
        var all = now - sweptAll >= WholeSweep;
        if (!all && now - sweptOpen < OpenSweep) return;
        foreach (var customer in await Store.CustomersAsync(open: !all, cancel))
        {
            if (customers.Find(customer) is { } number && customers.LinksOf([number])[0]?.Id is { } id && id != customer) await Store.RenameAsync(customer, id, cancel);
        }

        (sweptOpen, sweptAll) = (now, all ? now : sweptAll);
    }
}
