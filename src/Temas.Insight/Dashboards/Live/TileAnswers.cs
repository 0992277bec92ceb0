using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Dashboards.Live;

/// <summary>
/// The answers behind the tiles, shared by all who look: each is kept with what the log had of the events that it looks at (<see cref="Stamp"/>) and is worked out again only when that changed.
/// Who may see it late (<see cref="Lag"/>) is given what was worked out a moment ago. A part of the workspace.
/// </summary>
internal sealed class TileAnswers
{
    private const int MostKept = 900;

    // So many questions it is known what they depend on.
    private const int MostConcerns = 10_000;

    // Whoever looks is shown tiles again so often that all of them together take about a quarter of a processor: a question has two for itself.
    private const int Slack = 5;

    // From one time to the next an answer costs no more than so many times as much.
    private const double Dearer = 1.2;
    private static readonly TimeSpan LeastSlack = TimeSpan.FromMilliseconds(300), Looking = TimeSpan.FromSeconds(3), Opening = TimeSpan.FromSeconds(10);

    private readonly Workspace workspace;
    private readonly LiveColumns columns;
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TileConcern> concerns = new(StringComparer.Ordinal);
    private long definitions, computed;
    private Counted counted = new(-1, -1, new Dictionary<string, int>(), 0);
    private volatile Load load = new(0, TimeSpan.Zero, 0);

    public TileAnswers(Workspace workspace)
    {
        (this.workspace, columns) = (workspace, workspace.Part<LiveColumns>());
        workspace.Definitions.Changed += _ =>
        {
            Interlocked.Increment(ref definitions);
            concerns.Clear();
        };
    }

    /// <summary>How many answers were worked out since the start; for tests.</summary>
    public long Computed => Interlocked.Read(ref computed);

    /// <summary>How many events each type has.</summary>
    public IReadOnlyDictionary<string, int> Types => Count().ByType;

    /// <summary>Has the columns follow the log, and says whether it could within a moment.</summary>
    public async Task<bool> FollowAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await columns.CatchUpAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Answers a question of a tile.</summary>
    public async Task<Result<Asked>> AskAsync(JsonElement question, TileLook? look, CancellationToken cancel)
    {
        var text = question.GetRawText();
        return (Result<Asked>)await GetAsync(text, () => ConcernOf(text, question), look, async () => await AskQuestion.RunAsync(workspace, question, CancellationToken.None), cancel);
    }

    /// <summary>Anything else that is worked out of what happened, kept in the same way.</summary>
    public async Task<T> GetAsync<T>(string key, TileConcern concern, TileLook? look, Func<Task<T>> work, CancellationToken cancel)
        where T : notnull =>
        (T)await GetAsync(key, () => concern, look, async () => await work(), cancel);

    /// <summary>Whether what is kept under a key need not be worked out again for somebody who looks like this.</summary>
    public bool Has(string key, TileConcern concern, TileLook? look) => kept.TryGetValue(key, out var known) && IsGood(known, Stamp(concern), look, out _);

    /// <summary>Keeps what was worked out elsewhere.</summary>
    /// <param name="key">By what it is found.</param>
    /// <param name="stamp">What the log had before it was begun.</param>
    /// <param name="begun">When it was begun.</param>
    /// <param name="took">What it cost.</param>
    /// <param name="answer">The answer.</param>
    public void Put(string key, TileStamp stamp, long begun, TimeSpan took, object answer) => kept[key] = new Kept(stamp, begun, kept.GetValueOrDefault(key)?.Believed(took) ?? took, answer);

    /// <summary>What a question depends on.</summary>
    public TileConcern ConcernOf(string text, JsonElement question)
    {
        if (concerns.TryGetValue(text, out var known)) return known;

        // Whoever looks at days of her own asks questions that nobody asks again.
        if (concerns.Count >= MostConcerns) concerns.Clear();
        return concerns[text] = QueryReader.For(workspace).Read(question) is { IsOk: true } read ? TileConcern.Of(read.Value) : TileConcern.Everything;
    }

    /// <summary>What the log has of what something depends on, in the columns as they are now: as long as it is the same, an answer is, too.</summary>
    public TileStamp Stamp(TileConcern concern)
    {
        var (now, definitionsNow) = (Count(), Interlocked.Read(ref definitions));
        // Days begin and windows move, without any event.
        var minute = concern.Types is null || concern.OfTime ? workspace.Clock.GetUtcNow().ToUnixTimeSeconds() / 60 : 0;
        return concern.Types is null
            ? new TileStamp(now.Position, 0, minute, now.Erasures, definitionsNow)
            : new TileStamp(concern.Types.Sum(t => (long)now.ByType.GetValueOrDefault(t)), concern.OfWhom ? now.Moved : 0, minute, now.Erasures, definitionsNow);
    }

    private async Task<object> GetAsync(string key, Func<TileConcern> concern, TileLook? look, Func<Task<object>> work, CancellationToken cancel)
    {
        if (!await FollowAsync(cancel)) return await work();
        var stamp = Stamp(concern());
        if (kept.TryGetValue(key, out var known) && IsGood(known, stamp, look, out var due))
        {
            known.UsedAt = Stopwatch.GetTimestamp();
            // Who may see it late does not wait for what is being worked out where there is one of before.
            if (look?.Lag == Lag.Opened && !known.Work.IsCompleted && known.Before is { } before && before.Stamp.IsOfSameRules(stamp)) (known, due) = (before, Stopwatch.GetTimestamp());
            return await TakeAsync(known, look, due, cancel);
        }

        if (kept.Count > MostKept) Forget();
        // Who asks at the same time waits for the same.
        var made = kept.AddOrUpdate(key, _ => new Kept(stamp, work), (_, old) => !ReferenceEquals(old, known) && !old.HasFailed && (old.Stamp == stamp || old.Begun >= AskedAt.Moment) ? old : new Kept(stamp, work, old));
        if (made.Begin()) Interlocked.Increment(ref computed);
        return await TakeAsync(made, look, null, cancel);
    }

    private async Task<object> TakeAsync(Kept of, TileLook? look, long? due, CancellationToken cancel)
    {
        var answer = await of.Work.WaitAsync(cancel);
        look?.Take(of.Begun);
        if (look is not null && (due ?? (IsBehind(answer) ? DueOf(of) : null)) is { } again) look.TakeLate(again);
        return answer;
    }

    // What was begun after it was asked for is as good as new; what is late is good for a while, and then due.
    private bool IsGood(Kept known, TileStamp stamp, TileLook? look, out long? due)
    {
        due = null;
        if (known.HasFailed) return false;
        var isBehind = known.Work.IsCompletedSuccessfully && IsBehind(known.Work.Result);
        if ((known.Stamp == stamp && !isBehind) || known.Begun >= AskedAt.Moment) return true;
        // What was erased or defined otherwise since then is shown to nobody.
        if (look is null || !known.Stamp.IsOfSameRules(stamp)) return false;
        due = look.Lag == Lag.Opened ? known.Begun + Ticks(Opening) : DueOf(known);
        return !known.Work.IsCompleted || Stopwatch.GetTimestamp() < due;
    }

    private long DueOf(Kept of) => of.Begun + Ticks(SlackOf(of));

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private TimeSpan SlackOf(Kept of)
    {
        var now = load;
        if (Stopwatch.GetElapsedTime(now.At) > LeastSlack / 2)
        {
            var live = kept.Values.Where(k => Stopwatch.GetElapsedTime(k.UsedAt) < Looking).ToList();
            load = now = new Load(Stopwatch.GetTimestamp(), TimeSpan.FromTicks(live.Sum(k => k.Took.Ticks)), live.Count);
        }

        // All of them take turns; what is quick comes more often.
        var slack = Slack * (of.Took * now.Tiles is var fair && fair < now.Took ? fair : now.Took);
        return slack > LeastSlack ? slack : LeastSlack;
    }

    private static bool IsBehind(object answer) => answer is Result<Asked> asked ? asked.IsOk && asked.Value.Answer.ProfilesBehind > 0 : answer is ILateAnswer { IsBehind: true };

    private Counted Count()
    {
        // First who is who: what is moved meanwhile is seen next time.
        var (moved, store, known) = (columns.Moved, columns.Store, Volatile.Read(ref counted));
        if (known.Position == store.Position && known.Erasures == store.Erasures && known.Moved == moved) return known;
        var now = new Counted(store.Position, store.Erasures, store.CountTypes(), moved);
        Volatile.Write(ref counted, now);
        return now;
    }

    private void Forget()
    {
        foreach (var (key, _) in kept.OrderBy(k => k.Value.UsedAt).Take(MostKept / 3)) kept.TryRemove(key, out _);
    }

    private sealed record Counted(long Position, long Erasures, IReadOnlyDictionary<string, int> ByType, long Moved);

    /// <summary>What those tiles cost together that somebody looks at.</summary>
    private sealed record Load(long At, TimeSpan Took, int Tiles);

    private sealed class Kept(TileStamp stamp, Func<Task<object>> work, Kept? before = null)
    {
        private readonly Lock starting = new();
        private readonly TaskCompletionSource<object> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool isBegun;

        public Kept(TileStamp stamp, long begun, TimeSpan took, object answer)
            : this(stamp, () => Task.FromResult(answer))
        {
            (Begun, Took, isBegun) = (begun, took, true);
            done.SetResult(answer);
        }

        public TileStamp Stamp { get; } = stamp;

        /// <summary>What was there before, until this is.</summary>
        public Kept? Before { get; private set; } = before is { Work.IsCompletedSuccessfully: true, HasFailed: false } ? before : before?.Before;

        public long Begun { get; } = Stopwatch.GetTimestamp();

        public long UsedAt { get; set; } = Stopwatch.GetTimestamp();

        public TimeSpan Took { get; private set; }

        public Task<object> Work => done.Task;

        /// <summary>What is believed that the next one cost: waiting for a processor costs nothing, so what it took when others had it less is believed a while.</summary>
        public TimeSpan Believed(TimeSpan took) => Took > TimeSpan.Zero && took > Took * Dearer ? Took * Dearer : took;

        public bool HasFailed => Work.IsFaulted || Work.IsCanceled || (Work.IsCompletedSuccessfully && Work.Result is Result<Asked> { IsOk: false } or ILateAnswer { HasFailed: true });

        public bool Begin()
        {
            lock (starting)
            {
                if (isBegun) return false;
                isBegun = true;
            }

            _ = Task.Run(async () =>
            {
                try
                {
                    var result = await work();
                    // Waiting for others that are worked out costs nothing.
                    var took = result is Result<Asked> { Problem: null } asked ? TimeSpan.FromMilliseconds(asked.Value.Answer.Took) : result is ILateAnswer { IsTakenApart: true } ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Begun);
                    Took = Before?.Believed(took) ?? took;
                    done.SetResult(result);
                    Before = null;
                }
                catch (Exception e)
                {
                    // Whoever waits for it is told.
                    done.SetException(e);
                }
            });
            return true;
        }
    }
}
