using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Asking.Simulation;

/// <summary>What a rule would have done.</summary>
/// <param name="From">From when on.</param>
/// <param name="To">Up to when.</param>
/// <param name="Asks">What was triggered, in the order in which it was.</param>
/// <param name="Triggered">How much was triggered; more than <paramref name="Asks"/> where only the latest were tried.</param>
/// <param name="AsOfNow">Segments that were taken as of now.</param>
/// <param name="NotSetUp">Channels that are not set up, and were taken as if they were.</param>
internal sealed record SimulatedRule(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<Ask> Asks, int Triggered, IReadOnlyList<string> AsOfNow, IReadOnlyList<string> NotSetUp);

/// <summary>
/// Runs a rule over what happened, without asking anybody: by the same engine as the desk, each decision at the moment at which it would have been made, by what was known then. Who really was asked by other rules counts. What cannot be known of
/// the past is taken as of now: which channels lead to her, who is who, and segments that ask profiles. Nobody is reminded: whether she would have answered is not known.
/// </summary>
internal sealed class SimulateRule(AskEngine engine)
{
    /// <summary>So much that was triggered is tried at most.</summary>
    public const int Most = 5_000;

    /// <summary>The longest time that can be looked back, in days.</summary>
    public const int LongestDays = 365;

    /// <summary>Runs it over the last days.</summary>
    public async Task<Result<SimulatedRule>> RunAsync(Workspace workspace, AskingRule rule, int days, CancellationToken cancel)
    {
        if (days is < 1 or > LongestDays) return Problem.Invalid("days_invalid", $"It is looked back 1 to {LongestDays} days.", "days", FormattableString.Invariant($"{days}"));
        var now = workspace.Clock.GetUtcNow();
        return await RunAsync(workspace, rule, now - TimeSpan.FromDays(days), now, cancel);
    }

    /// <summary>Runs it from a moment to another.</summary>
    public async Task<Result<SimulatedRule>> RunAsync(Workspace workspace, AskingRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var all = rule.Trigger.Kind == AskTriggerKind.Segment ? await EnteredAsync(workspace, rule, from, to, cancel) : await LongWork.Run(() => Triggered(workspace, rule, from, to, cancel), cancel);
        var tried = all.OrderByDescending(a => a.TriggeredAt).ThenByDescending(a => a.Position).ThenBy(a => a.Id, StringComparer.Ordinal).Take(Most).ToList();
        var (policy, trial, past) = (AskingPolicy.Of(workspace), new AskTrial(), workspace.Part<ICustomerPast>());
        var record = new TriedRecord(AskingDesk.Of(workspace).Store, rule.Key, past);
        var settled = tried.ToDictionary(a => a.Id, StringComparer.Ordinal);
        var waiting = new PriorityQueue<Ask, (DateTimeOffset, DateTimeOffset, string)>(tried.Select(a => (a, (a.NextAt!.Value, a.TriggeredAt, a.Id))), Comparer<(DateTimeOffset Next, DateTimeOffset Triggered, string Id)>.Create((a, b) => a.Next != b.Next ? a.Next.CompareTo(b.Next) : a.Triggered != b.Triggered ? a.Triggered.CompareTo(b.Triggered) : string.CompareOrdinal(a.Id, b.Id)));
        while (waiting.TryDequeue(out var ask, out _))
        {
            cancel.ThrowIfCancellationRequested();
            var moment = ask.NextAt!.Value;
            if (moment > to) continue;
            var decided = await engine.DecideAsync(workspace, rule, policy, ask, moment, record, trial, cancel: cancel);
            if (decided.Problem is { } problem) return problem;
            var next = decided.Value;
            // What happens to her frees her, not the clock.
            if (next is { State: AskState.Held, NextAt: { } end } && AskReason.IsContext(next.Reason) && past.NextAfter(ask.Customer!, moment) is { } after && after < end) next = next with { NextAt = after };
            settled[ask.Id] = next;
            if (next.State == AskState.Asked) record.Add(next);
            if (next.NextAt is { } again) waiting.Enqueue(next, (again, next.TriggeredAt, next.Id));
        }

        return new SimulatedRule(from, to, [.. settled.Values.OrderBy(a => a.TriggeredAt).ThenBy(a => a.Position).ThenBy(a => a.Id, StringComparer.Ordinal)], all.Count, [.. trial.AsOfNow.Order(StringComparer.Ordinal)], [.. trial.NotSetUp.Order(StringComparer.Ordinal)]);
    }

    private static List<Ask> Triggered(Workspace workspace, AskingRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var (first, last, position) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), workspace.Part<ICustomerNodes>().Position);
        var catalogue = workspace.Part<LiveCatalogue>().Current;
        var found = new List<(Ask Ask, StoredEvent Event)>();
        // Nothing is received before it happens; clocks may differ by a little.
        foreach (var stored in workspace.Log.ReadFrom(AskingDesk.Of(workspace).FirstSince(from - TimeSpan.FromDays(1))))
        {
            if (stored.Position > position) break;
            if (stored.Position % 4096 == 0) cancel.ThrowIfCancellationRequested();
            if (stored.Time < first || stored.Time > last) continue;
            foreach (var ask in FindTriggers.Of(stored, [rule], catalogue)) found.Add((ask, stored));
        }

        var asks = new List<Ask>(found.Count);
        foreach (var some in found.Chunk(1000))
        {
            var ids = AskingDesk.Of(workspace).IdsOf([.. some.Select(f => f.Event)]);
            asks.AddRange(some.Select((f, i) => f.Ask with { Customer = ids[i] }).Where(a => a.Customer is not null));
        }

        // A page asks somebody once a day at most.
        return rule.Trigger.Kind != AskTriggerKind.Page ? asks : [.. asks.OrderBy(a => a.TriggeredAt).DistinctBy(a => (a.Customer, AskEngine.DayOf(a.TriggeredAt, WorkspaceSettings.Of(workspace).Zone()).Begin)).Select(a => a with { Channel = "web" })];
    }

    private static async Task<List<Ask>> EnteredAsync(Workspace workspace, AskingRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var asks = new List<Ask>();
        for (var after = 0L; await workspace.Events.ReadAsync(after, 1000, ["segment.entered"], cancel) is { Count: > 0 } told; after = told[^1].Id)
            asks.AddRange(told.Where(e => e.At >= from && e.At <= to && e.Subject.Length > 0 && AskingDesk.SegmentOf(e) == rule.Trigger.Segment).Select(e => AskingDesk.EnteredBy(e, rule)));
        return asks;
    }

    /// <summary>Who was asked by other rules, and who would have been by this one.</summary>
    private sealed class TriedRecord(AskStore store, string rule, ICustomerPast past) : IAskRecord
    {
        // Decisions come in the order of their moments, so the latest is the last.
        private readonly Dictionary<string, DateTimeOffset> last = new(StringComparer.Ordinal);
        private readonly List<DateTimeOffset> asked = [];

        public void Add(Ask ask)
        {
            var her = past.Read(ask.Customer!, DateTimeOffset.UnixEpoch, []);
            foreach (var id in her is null ? [ask.Customer!] : past.IdsOf(her.Customer)) last[id] = ask.DecidedAt;
            asked.Add(ask.DecidedAt);
        }

        public async Task<(DateTimeOffset? Anything, DateTimeOffset? Surveys)> LastAsync(AskedPerson person, IReadOnlyList<string> surveys, DateTimeOffset moment, string? butOf, CancellationToken cancel)
        {
            var (anything, same) = await store.LastAsync(person, surveys, moment, butOf, rule, cancel);
            DateTimeOffset? own = null;
            foreach (var id in person.Ids)
            {
                if (last.TryGetValue(id, out var at)) own = Later(own, at);
            }

            return (Later(anything, own), Later(same, own));
        }

        public async Task<long> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) => await store.CountAsync(from, to, rule, cancel) + asked.Count(a => a >= from && a <= to);

        private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b : a;
    }
}
