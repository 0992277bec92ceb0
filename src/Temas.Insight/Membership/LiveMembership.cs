using System.Data.Common;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Questions;
using Temas.Insight.Segments;
using Temas.Insight.Traits;
using Temas.Kernel;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Membership;

/// <summary>
/// Follows who enters and leaves each segment, and tells it as module events (<see cref="MemberStore.Entered"/>, <see cref="MemberStore.Left"/>), each once, also across a crash. Whoever asks who is in
/// a segment asks the columns and does not wait for this. Somebody who got events, was joined or parted, or whose profile changed is looked at within a second; segments whose words count from
/// now ("in the last 30 days") are looked at as a whole twice a minute. To change a segment's definition tells nothing: nothing happened to those who are in it since. A part of the workspace.
/// </summary>
internal sealed class LiveMembership
{
    // Told in one transaction, and looked at without letting go of the columns: others write, too.
    private const int Together = 500, AtOnce = 100;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30), SaveAll = TimeSpan.FromDays(1);

    private readonly Workspace workspace;
    private readonly LiveColumns columns;
    private readonly ICustomerNodes customers;
    private readonly SemaphoreSlim working = new(1, 1);
    private readonly Dictionary<string, Followed> followed = new(StringComparer.Ordinal);

    // Of those whose numbers were looked at: the public id by number.
    private readonly Dictionary<int, ulong> ids = [];
    private Dictionary<int, CustomerChange> waiting = [];
    private Dictionary<string, KeptMembers>? kept;
    private ColumnStore? store;
    private DateTimeOffset lookedAtAll, savedAll;
    private bool isLost = true;

    public LiveMembership(Workspace workspace) => (this.workspace, columns, customers) = (workspace, workspace.Part<LiveColumns>(), workspace.Part<ICustomerNodes>());

    /// <summary>A segment that is followed.</summary>
    private sealed class Followed(string key)
    {
        public string Key => key;

        public ulong Digest { get; set; }

        public Members Members { get; set; } = new();

        /// <summary>Whether it is known who was in before, so that a difference is a change.</summary>
        public bool IsKnown { get; set; }

        /// <summary>So many changes are told and not saved with the whole.</summary>
        public int Unsaved { get; set; }

        /// <summary>Who is in; null while that cannot be asked.</summary>
        public Condition? Condition { get; set; }

        public bool CountsFromNow { get; set; }
    }

    /// <summary>Who entered and left, and whom nothing may tell of any more.</summary>
    private sealed record Found(List<Change> Changes, HashSet<ulong> Erased);

    private sealed record Change(Followed Segment, ulong Id, bool Entered);

    /// <summary>Whether it is worth reading a large log into columns for: somebody made a segment.</summary>
    public bool IsWanted => workspace.Definitions.List(SegmentKind.Name).Any(d => d.By != Actor.System.Name);

    /// <summary>Looks at whoever changed, and at all whom time may have changed; tells who entered and left.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        await working.WaitAsync(cancel);
        try
        {
            var isDone = false;
            try
            {
                kept ??= await MemberStore.LoadAsync(workspace, cancel);
                var removed = Define();
                if (followed.Values.Any(f => f.Condition?.AsksProfile == true)) await columns.KeepProfilesAsync(cancel);
                isDone = columns.Whole is not { } whole || await LookAndTellAsync(whole, removed, cancel);
            }
            finally
            {
                if (!isDone) Lose();
            }
        }
        finally
        {
            working.Release();
        }
    }

    private async Task<bool> LookAndTellAsync(WholeColumns whole, List<string> removed, CancellationToken cancel)
    {
        if (await LongWork.Run(() => Look(whole.Store, whole.Generation, cancel), cancel) is not { } found) return false;
        await TellAsync(found, removed, cancel);
        return true;
    }

    /// <summary>What was found and perhaps not told must be found again: only what is written down counts.</summary>
    private void Lose()
    {
        (kept, isLost) = (null, true);
        followed.Clear();
        ids.Clear();
    }

    /// <summary>What changed; null where numbers have come to mean other customers meanwhile.</summary>
    private Found? Look(ColumnStore current, ulong generation, CancellationToken cancel)
    {
        var touched = columns.TakeChanged(current);
        var now = workspace.Clock.GetUtcNow();
        var everybody = isLost || touched is null || store != current;
        foreach (var (customer, change) in touched ?? []) Wait(customer, change);
        int[] numbers = everybody ? [.. current.Customers] : [.. waiting.Keys];
        var idsNow = customers.IdsOf(numbers);
        isLost = everybody;
        if (customers.Generation != generation) return null;
        var (found, isStep) = (new Found([], []), now - lookedAtAll >= Step);
        if (everybody) LookAtEverybody(numbers, idsNow, found);
        else LookAtSome(current, numbers, idsNow, found);
        (store, waiting, isLost) = (current, [], false);
        foreach (var segment in followed.Values)
        {
            cancel.ThrowIfCancellationRequested();
            if (segment.Condition is not null && (everybody || !segment.IsKnown || (isStep && segment.CountsFromNow))) LookAtSegment(current, segment, found);
        }

        if (isStep || everybody) lookedAtAll = now;
        // Who is no more and who was erased was asked meanwhile, too.
        return customers.Generation == generation ? found : null;
    }

    /// <summary>Takes over the segments as they are defined now. Gives those that are no more.</summary>
    private List<string> Define()
    {
        var defined = Segment.Of(workspace);
        var removed = followed.Keys.Concat(kept!.Keys).Where(k => !defined.ContainsKey(k)).Distinct().ToList();
        foreach (var key in removed) followed.Remove(key);
        foreach (var (key, segment) in defined)
        {
            if (!followed.TryGetValue(key, out var known)) followed.Add(key, known = new Followed(key));
            var digest = References.DigestOf(workspace, segment.Where);
            if (known.Digest != digest) (known.Digest, known.IsKnown) = (digest, false);
            var reader = QueryReader.For(workspace);
            var read = reader.ReadCondition(segment.Where);

            // As long as no model holds by which it could be told, nobody entered or left: those who are in stay until it is expected of them again, or not.
            (known.Condition, known.CountsFromNow) = (read.Problem is null && !reader.IsUnsaid ? read.Value : null, reader.CountsFromNow);

            // One that cannot be asked now, for another that it names is gone, say, begins anew when it can.
            if (read.Problem is not null) (known.IsKnown, known.Members) = (false, new Members());
        }

        return removed;
    }

    /// <summary>Numbers mean others than before, or who changed is not known: who was in goes by public ids.</summary>
    private void LookAtEverybody(int[] numbers, IReadOnlyList<ulong?> idsNow, Found found)
    {
        foreach (var segment in followed.Values.Where(s => s.IsKnown)) kept![segment.Key] = new KeptMembers(segment.Digest, [.. segment.Members.All.Select(n => ids[n])]);
        ids.Clear();
        foreach (var (number, id) in numbers.Zip(idsNow))
        {
            if (id is { } known) ids[number] = known;
        }

        var numberOf = ids.ToDictionary(i => i.Value, i => i.Key);
        foreach (var segment in followed.Values)
        {
            segment.Members = new Members();
            segment.IsKnown = kept!.Remove(segment.Key, out var before) && before.Digest == segment.Digest;
            if (!segment.IsKnown) continue;
            foreach (var id in before!.Ids)
            {
                if (numberOf.TryGetValue(id, out var number)) segment.Members.Set(number, true);
                else Gone(segment, id, found);
            }
        }
    }

    private void LookAtSome(ColumnStore current, int[] some, IReadOnlyList<ulong?> idsNow, Found found)
    {
        if (some.Length == 0) return;
        var before = some.Where(ids.ContainsKey).ToDictionary(n => ids[n], n => n);
        var now = some.Zip(idsNow).Where(n => n.Second is not null).Select(n => (Number: n.First, Id: n.Second!.Value)).ToArray();
        var still = now.Select(n => n.Id).ToHashSet();
        var left = before.Where(b => !still.Contains(b.Key)).ToArray();

        // Who is new, or has another number than before, is looked at by all.
        int[] numberBefore = [.. now.Select(n => before.GetValueOrDefault(n.Id, -1))];
        var changes = now.Select((n, at) => n.Number == numberBefore[at] ? waiting[n.Number] : CustomerChange.Everything).ToArray();

        // Of a segment that cannot be told now nothing is concluded, but whoever is in has her number here, too.
        var segments = followed.Values.Where(s => s.IsKnown).ToArray();
        var was = segments.Select(s => numberBefore.Select(n => n >= 0 && s.Members.Has(n)).ToArray()).ToArray();
        var isIn = was.Select(w => (bool[])w.Clone()).ToArray();
        for (var from = 0; from < now.Length; from += AtOnce)
        {
            var (begin, upto) = (from, Math.Min(from + AtOnce, now.Length));
            QueryEngine.Test(current, [.. segments.Select(s => s.Condition)], [.. now[begin..upto].Select(n => n.Number)], (at, of, holds) => isIn[of][begin + at] = holds, changes[begin..upto]);
        }

        for (var of = 0; of < segments.Length; of++)
        {
            var segment = segments[of];
            foreach (var (id, number) in left)
            {
                if (segment.Members.Has(number)) Gone(segment, id, found);
            }

            for (var at = 0; at < now.Length; at++)
            {
                if (isIn[of][at] != was[of][at]) found.Changes.Add(new Change(segment, now[at].Id, isIn[of][at]));
            }

            foreach (var number in some) segment.Members.Set(number, false);
            for (var at = 0; at < now.Length; at++) segment.Members.Set(now[at].Number, isIn[of][at]);
        }

        foreach (var number in some) ids.Remove(number);
        foreach (var (number, id) in now) ids[number] = id;
    }

    /// <summary>Asks who is in. Of those who changed meanwhile nothing is concluded: they are looked at the next time.</summary>
    private void LookAtSegment(ColumnStore current, Followed segment, Found found)
    {
        var isIn = ((SegmentAnswer)QueryEngine.Ask(current, new SegmentQuery(segment.Condition!, 0, int.MaxValue), new QueryLimits { Threads = 1 })).Nodes;
        if (columns.TakeChanged(current) is not { } meanwhile)
        {
            isLost = true;
            return;
        }

        // What time may have changed of them, too, is looked at then.
        foreach (var customer in meanwhile.Keys) Wait(customer, CustomerChange.Everything);
        var now = new Members();
        foreach (var number in isIn.Where(ids.ContainsKey)) now.Set(number, true);
        if (segment.IsKnown)
        {
            foreach (var number in waiting.Keys) now.Set(number, segment.Members.Has(number));
            found.Changes.AddRange(now.All.Where(n => !segment.Members.Has(n)).Select(n => new Change(segment, ids[n], true)));
            found.Changes.AddRange(segment.Members.All.Where(n => !now.Has(n)).Select(n => new Change(segment, ids[n], false)));
        }
        else
        {
            // Since when it is followed, that is who is in.
            (segment.IsKnown, segment.Unsaved) = (true, int.MaxValue);
        }

        segment.Members = now;
    }

    private void Wait(int customer, CustomerChange change) => waiting[customer] = waiting.GetValueOrDefault(customer) | change;

    /// <summary>Somebody is no more: joined with another, and so left; or erased, and then nothing may tell of her.</summary>
    private void Gone(Followed segment, ulong id, Found found)
    {
        if (customers.Find(customers.FormatId(id)) is not null)
        {
            found.Changes.Add(new Change(segment, id, false));
            return;
        }

        found.Erased.Add(id);
        segment.Unsaved = int.MaxValue;
    }

    private async Task TellAsync(Found found, List<string> removed, CancellationToken cancel)
    {
        var (changes, now) = (found.Changes, workspace.Clock.GetUtcNow());
        foreach (var change in changes)
        {
            if (change.Segment.Unsaved < int.MaxValue) change.Segment.Unsaved++;
        }

        var savesAll = now - savedAll >= SaveAll;
        var save = followed.Values.Where(s => s.IsKnown && s.Unsaved > (savesAll ? 0 : Math.Max(500, s.Members.Count / 8))).ToList();
        foreach (var some in changes.Chunk(Together)) await CommitAsync([.. some.Select(c => MemberStore.Tell(c.Segment.Key, customers.FormatId(c.Id), c.Entered))], null, cancel);

        // After all of them, for what is told up to then is in it.
        foreach (var segment in save)
        {
            await CommitAsync([], (connection, transaction, last) => MemberStore.SaveAsync(connection, transaction, segment.Key, segment.Digest, last, [.. segment.Members.All.Select(n => ids[n])]), cancel);
            segment.Unsaved = 0;
        }

        foreach (var key in removed)
        {
            await CommitAsync([], (connection, transaction, _) => MemberStore.RemoveAsync(connection, transaction, key), cancel);
            kept!.Remove(key);
        }

        if (savesAll)
        {
            savedAll = now;
            await workspace.Events.TidyAsync(cancel);
        }

        if (found.Erased.Count > 0) await workspace.Events.ForgetAsync([.. found.Erased.Select(customers.FormatId)]);
    }

    /// <summary>Writes down a little, and then leaves the file for as long to the log's writer, who has no time to wait: nothing hangs on all of it being written at once, for what was not told is found again.</summary>
    private async Task CommitAsync(NewModuleEvent[] events, Func<DbConnection, DbTransaction, long, Task>? with, CancellationToken cancel)
    {
        var begun = workspace.Clock.GetTimestamp();
        await workspace.Events.CommitAsync(events, with, cancel);
        await Task.Delay(workspace.Clock.GetElapsedTime(begun), cancel);
    }
}
