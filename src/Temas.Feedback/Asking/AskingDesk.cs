using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Surveys;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking;

/// <summary>A rule that asks, and since when it does.</summary>
internal sealed record LiveRule(AskingRule Rule, DateTimeOffset Since);

/// <summary>
/// Follows the log for a workspace's asking rules and asks. What was triggered is a row before it is decided, and is written together with the place in the log (or of the listener) up to which was read; what is decided is written together with the
/// invitation. So a crash between any two steps loses nobody and asks nobody twice: what was read again is known by its id, and what is settled is not settled again. A part of the workspace; one at a time works at it.
/// </summary>
internal sealed partial class AskingDesk
{
    /// <summary>Name under which segments are listened to.</summary>
    public const string Listener = "asking";

    // So many events are read before it is looked what is due, and so many asks are decided before the log is read on. The place in the log is written when something was triggered, and now and then.
    private const int Batch = 512, AtOnce = 50, WriteEach = 20_000;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(180), Again = TimeSpan.FromMinutes(1);

    private readonly Workspace workspace;
    private readonly ICustomerNodes customers;
    private readonly ConcurrentDictionary<(string Key, int Version), DateTimeOffset?> since = new();
    private readonly SemaphoreSlim working = new(1, 1);
    private readonly ILogger log;
    private object? idle;
    private long? position;
    private long written, heard = -1;
    private bool isDismissed;
    private DateTimeOffset tidied, begun;

    public AskingDesk(Workspace workspace)
    {
        (this.workspace, customers) = (workspace, workspace.Part<ICustomerNodes>());
        Store = new AskStore(workspace.Database);
        log = workspace.Loggers.CreateLogger<AskingDesk>();
    }

    /// <summary>The desk of a workspace.</summary>
    public static AskingDesk Of(Workspace workspace) => workspace.Part<AskingDesk>();

    /// <summary>Its asks.</summary>
    public AskStore Store { get; }

    /// <summary>Held by whoever decides and keeps what was decided, or notes what was triggered: so two do not ask one customer at once, and nothing is noted of one who is being forgotten.</summary>
    public SemaphoreSlim Deciding { get; } = new(1, 1);

    /// <summary>Told after each step, by its name; tests end it there as a crash would.</summary>
    internal Action<string>? Passed { get; set; }

    /// <summary>The rules that ask, and since when each does.</summary>
    public async Task<IReadOnlyList<LiveRule>> LiveAsync(CancellationToken cancel)
    {
        var rules = workspace.Definitions.Current(AskingRuleKind.Instance);
        if (rules.Count == 0 || !rules.Values.Any(r => r.IsLive)) return [];
        var versions = workspace.Definitions.List(AskingRuleKind.Name).ToDictionary(d => d.Key, d => d.Version, StringComparer.Ordinal);
        var live = new List<LiveRule>();
        foreach (var rule in rules.Values.Where(r => r.IsLive).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var version = versions.GetValueOrDefault(rule.Key);
            if (!since.TryGetValue((rule.Key, version), out var from)) since[(rule.Key, version)] = from = await SinceAsync(rule.Key, cancel);
            if (from is { } known) live.Add(new LiveRule(rule, known));
        }

        return live;
    }

    /// <summary>Reads what happened and decides what is due, until there is nothing left of this moment. How many asks were decided.</summary>
    public async Task<int> FollowAsync(AskEngine engine, IInvites invites, CancellationToken cancel)
    {
        // Nobody asks and nothing waits: then nothing is looked at before a rule changes.
        var defined = workspace.Definitions.Current(AskingRuleKind.Instance);
        if (ReferenceEquals(idle, defined)) return 0;
        var rules = await LiveAsync(cancel);
        await working.WaitAsync(cancel);
        try
        {
            var decided = 0;
            await AloneAsync(() => HearAsync(rules, cancel), cancel);
            while (true)
            {
                // Who is on a page, or erases somebody, waits for one piece at most.
                var more = rules.Count > 0 && await AloneAsync(() => ReadAsync(rules, cancel), cancel);
                var some = await DecideAsync(engine, invites, rules, cancel);
                decided += some;
                if (!more && some < AtOnce) break;
            }

            await TidyAsync(cancel);
            if (rules.Count == 0 && await Store.NextAsync(cancel) is null) idle = defined;
            return decided;
        }
        catch
        {
            // Only what is written down counts.
            (position, heard) = (null, -1);
            throw;
        }
        finally
        {
            working.Release();
        }
    }

    private async Task<bool> AloneAsync(Func<Task<bool>> step, CancellationToken cancel)
    {
        await Deciding.WaitAsync(cancel);
        try
        {
            return await step();
        }
        finally
        {
            Deciding.Release();
        }
    }

    /// <summary>Since when a rule asks: the first of the versions without a break in which it did.</summary>
    private async Task<DateTimeOffset?> SinceAsync(string key, CancellationToken cancel)
    {
        DateTimeOffset? from = null;
        foreach (var version in await workspace.Definitions.HistoryAsync(AskingRuleKind.Name, key, cancel))
        {
            if (version.Removed || AskingRuleKind.Instance.Check(key, version.Json).Count > 0 || !AskingRuleKind.Instance.Read(key, version.Json).IsLive) break;
            from = version.At;
        }

        return from;
    }

    /// <summary>Reads a piece of the log; true when there is more.</summary>
    private async Task<bool> ReadAsync(IReadOnlyList<LiveRule> rules, CancellationToken cancel)
    {
        if (position is not { } from)
        {
            from = await Store.PositionAsync(cancel) ?? 0;
            (position, written) = (from, from);
            begun = default;
        }

        // What came in before any of these rules asked is none of theirs.
        var earliest = rules.Min(r => r.Since);
        if (earliest != begun)
        {
            (begun, from) = (earliest, Math.Max(from, FirstSince(earliest) - 1));
            position = from;
        }

        var upto = Math.Min(customers.Position, from + Batch);
        if (upto <= from) return false;
        var events = workspace.Log.Read(CollectionsMarshal.AsSpan(Enumerable.Range(0, (int)(upto - from)).Select(i => from + 1 + i).ToList()));
        Passed?.Invoke("read");
        var asks = Triggered(events, rules);
        var woken = await WokenAsync(events, cancel);
        position = upto;
        if (asks.Count > 0 || woken.Count > 0 || upto - written >= WriteEach || written == 0)
        {
            await Store.NoteAsync(asks, upto, woken, workspace.Clock.GetUtcNow(), cancel);
            written = upto;
            Passed?.Invoke("noted");
        }

        return upto < customers.Position;
    }

    private List<Ask> Triggered(IReadOnlyList<StoredEvent> events, IReadOnlyList<LiveRule> rules)
    {
        var logged = rules.Where(r => r.Rule.Trigger.Kind is AskTriggerKind.Event or AskTriggerKind.Touchpoint).ToDictionary(r => r.Rule.Key, r => r.Since, StringComparer.Ordinal);
        if (logged.Count == 0) return [];
        var own = rules.Where(r => logged.ContainsKey(r.Rule.Key)).Select(r => r.Rule).ToList();
        var catalogue = workspace.Part<LiveCatalogue>().Current;
        var found = new List<(Ask Ask, StoredEvent Event)>();
        foreach (var stored in events)
        {
            foreach (var ask in FindTriggers.Of(stored, own, catalogue))
            {
                // Neither what happened nor what was heard of before the rule asked.
                if (ask.TriggeredAt >= logged[ask.Rule] && stored.ReceivedAt >= logged[ask.Rule].ToUnixTimeMilliseconds()) found.Add((ask, stored));
            }
        }

        var ids = IdsOf([.. found.Select(f => f.Event)]);
        return [.. found.Select((f, i) => f.Ask with { Customer = ids[i] }).Where(a => a.Customer is not null)];
    }

    /// <summary>The public id of the customer of each of some events; null where it names nobody.</summary>
    internal string?[] IdsOf(IReadOnlyList<StoredEvent> events)
    {
        if (events.Count == 0) return [];
        int[] nodes = new int[events.Count], numbers = new int[events.Count];
        customers.NodesOf(events.ToArray(), nodes);
        customers.CustomersOf(nodes, numbers);
        return [.. customers.IdsOf(numbers).Select(id => id is { } known ? customers.FormatId(known) : null)];
    }

    /// <summary>Of those who are held back, whom these events may free: by the ids under which they are.</summary>
    private async Task<IReadOnlyList<string>> WokenAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var held = await Store.HeldAsync(cancel);
        if (held.Count == 0) return [];
        var named = IdsOf([.. events.Where(e => e.Kind == LogRecordKind.Event)]).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var numbers = held.Select(id => customers.Find(id) ?? -1).ToList();
        var now = customers.IdsOf(numbers);
        return [.. held.Where((_, i) => now[i] is { } id && named.Contains(customers.FormatId(id)))];
    }

    /// <summary>The first position of the log that was received since a moment: by halves, as receipts ascend.</summary>
    internal long FirstSince(DateTimeOffset moment)
    {
        var (from, to) = (1L, workspace.Log.Head + 1);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            // Of what was erased nobody knows any more when it came: the next record says it.
            var known = workspace.Log.ReadFrom(middle).TakeWhile(e => e.Position < to).FirstOrDefault(e => e.Kind != LogRecordKind.Erased);
            if (known is not null && known.ReceivedAt < moment.ToUnixTimeMilliseconds()) from = known.Position + 1;
            else to = middle;
        }

        return from;
    }

    private async Task<bool> HearAsync(IReadOnlyList<LiveRule> rules, CancellationToken cancel)
    {
        var listening = rules.Where(r => r.Rule.Trigger.Kind == AskTriggerKind.Segment).ToList();
        if (listening.Count == 0)
        {
            // What is told must not be kept for somebody who does not listen.
            if (!isDismissed) await workspace.Events.DismissAsync(Listener, cancel);
            (isDismissed, heard) = (true, -1);
            return false;
        }

        isDismissed = false;
        var last = await workspace.Events.LastAsync(cancel);
        if (last == heard) return false;
        while (await workspace.Events.HearAsync(
            Listener, ["segment.entered"], 200, listening.Min(r => r.Since), (connection, transaction, events) => AskStore.InsertAsync(connection, transaction, [.. events.SelectMany(e => Entered(e, listening))]), cancel))
        {
            Passed?.Invoke("heard");
        }

        heard = last;
        return true;
    }

    private static IEnumerable<Ask> Entered(ModuleEvent told, IReadOnlyList<LiveRule> rules) => rules
        .Where(r => r.Since <= told.At && told.Subject.Length > 0 && SegmentOf(told) == r.Rule.Trigger.Segment)
        .Select(r => EnteredBy(told, r.Rule));

    /// <summary>The ask of a rule for somebody who entered its segment.</summary>
    internal static Ask EnteredBy(ModuleEvent told, AskingRule rule) => new()
    {
        Id = FindTriggers.IdOf(rule.Key, FormattableString.Invariant($"segment\n{told.Id}")),
        Rule = rule.Key,
        Survey = rule.Survey,
        Customer = told.Subject,
        Cause = rule.Trigger.Segment,
        TriggeredAt = told.At,
        DueAt = told.At + rule.Delay,
        NextAt = told.At + rule.Delay,
        DecidedAt = told.At,
    };

    /// <summary>The segment that somebody entered.</summary>
    internal static string? SegmentOf(ModuleEvent told)
    {
        using var document = System.Text.Json.JsonDocument.Parse(told.Json);
        return document.RootElement.TryGetProperty("segment", out var segment) ? segment.GetString() : null;
    }

    private async Task<int> DecideAsync(AskEngine engine, IInvites invites, IReadOnlyList<LiveRule> live, CancellationToken cancel)
    {
        var due = await Store.DueAsync(workspace.Clock.GetUtcNow(), AtOnce, cancel);
        if (due.Count == 0) return 0;
        var rules = live.ToDictionary(r => r.Rule.Key, r => r.Rule, StringComparer.Ordinal);
        var policy = AskingPolicy.Of(workspace);
        var asked = false;
        foreach (var ask in due)
        {
            try
            {
                asked |= await AloneAsync(() => DecideAsync(engine, invites, rules.GetValueOrDefault(ask.Rule), policy, ask, cancel), cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One who cannot be decided must not keep the others waiting.
                Failed(log, e, workspace.Key.Value, ask.Id);
                await Store.PostponeAsync(ask.Id, workspace.Clock.GetUtcNow() + Again, cancel);
            }
        }

        if (asked) invites.Wake(workspace);
        return due.Count;
    }

    private async Task<bool> DecideAsync(AskEngine engine, IInvites invites, AskingRule? rule, AskingPolicy policy, Ask ask, CancellationToken cancel)
    {
        var now = workspace.Clock.GetUtcNow();
        var decided = rule is not null
            ? await engine.DecideAsync(workspace, rule, policy, ask, now, Store, cancel: cancel)
            : ask with { State = AskState.Refused, Reason = AskReason.RuleOff, DecidedAt = now, NextAt = null };
        Passed?.Invoke("decided");
        if (decided.Problem is not null)
        {
            // Who is in a segment is not known while events are being read in.
            await Store.PostponeAsync(ask.Id, now + Again, cancel);
            return false;
        }

        var isAsked = decided.Value.State == AskState.Asked;
        await Store.DecideAsync(decided.Value, isAsked ? (connection, transaction) => QueueAsync(invites, connection, transaction, rule!, decided.Value, now) : null, cancel);
        Passed?.Invoke("kept");
        return isAsked;
    }

    private async Task QueueAsync(IInvites invites, System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, AskingRule rule, Ask ask, DateTimeOffset now)
    {
        Passed?.Invoke("asking");
        var until = (ask.Reminder == 0 ? now : ask.TriggeredAt) + rule.Link;
        await invites.QueueAsync(workspace, connection, transaction, new Invite { Id = ask.Id, Reminds = ask.Reminds, Rule = ask.Rule, Survey = ask.Survey, Customer = ask.Customer!, Channel = ask.Channel!, Until = until, About = ask.About });
        if (ReminderOf(rule, ask, now) is { } reminder) await AskStore.InsertAsync(connection, transaction, [reminder]);
        Passed?.Invoke("queued");
    }

    /// <summary>The reminder that follows what she was asked just now; null where there is none. It is an ask of its own, which is decided when its time has come, and is kept with the one that it reminds of.</summary>
    private Ask? ReminderOf(AskingRule rule, Ask asked, DateTimeOffset now)
    {
        // Nothing tells who answered an anonymous survey.
        if (rule.Reminders is not { } reminders || asked.Reminder >= reminders.Most || SurveyBook.Of(workspace).Published(asked.Survey)?.Survey.IsAnonymous is not false) return null;
        var first = asked.Reminds ?? asked.Id;
        return new Ask
        {
            Id = FormattableString.Invariant($"{first}-r{asked.Reminder + 1}"),
            Rule = asked.Rule,
            Survey = asked.Survey,
            Customer = asked.Customer,
            Cause = asked.Cause,
            Position = asked.Position,
            TriggeredAt = asked.Reminder == 0 ? now : asked.TriggeredAt,
            DueAt = now + reminders.After,
            NextAt = now + reminders.After,
            DecidedAt = now,
            Channel = asked.Channel,
            About = asked.About,
            Reminds = first,
            Reminder = asked.Reminder + 1,
        };
    }

    private async Task TidyAsync(CancellationToken cancel)
    {
        var now = workspace.Clock.GetUtcNow();
        if (now - tidied < TimeSpan.FromHours(6)) return;
        tidied = now;
        await Store.TidyAsync(now - Kept, cancel);
    }

    [LoggerMessage(LogLevel.Error, "An ask of {Workspace} could not be decided ({Ask}); it is tried again in a minute.")]
    private static partial void Failed(ILogger log, Exception e, string workspace, string ask);
}
