using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Dashboards.Live;

/// <summary>
/// The answers behind the tiles, shared by all who look: each is kept with what the log had of the events that it looks at (<see cref="Stamp"/>) and is worked out again only when that changed.
/// A part of the workspace.
/// </summary>
internal sealed class TileAnswers
{
    private const int MostKept = 600;

    // What is asked again because something happened may be a little behind: so long, or so many times as long as it took to work it out.
    private const int Slack = 8;
    private static readonly TimeSpan LeastSlack = TimeSpan.FromMilliseconds(400);

    private readonly Workspace workspace;
    private readonly LiveColumns columns;
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TileConcern> concerns = new(StringComparer.Ordinal);
    private long definitions;
    private Counted counted = new(-1, -1, new Dictionary<string, int>(), 0);

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

    private long computed;

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

    /// <summary>Answers a question of a tile. With <paramref name="mayLag"/> what was worked out a moment ago is enough.</summary>
    public async Task<Result<Asked>> AskAsync(JsonElement question, bool mayLag, CancellationToken cancel)
    {
        var text = question.GetRawText();
        return (Result<Asked>)await GetAsync(text, () => ConcernOf(text, question), mayLag, async () => await AskQuestion.RunAsync(workspace, question, CancellationToken.None), cancel);
    }

    /// <summary>Anything else that is worked out of everything that happened, kept in the same way.</summary>
    public async Task<T> GetAsync<T>(string key, bool mayLag, Func<Task<T>> work, CancellationToken cancel)
        where T : notnull =>
        (T)await GetAsync(key, () => TileConcern.Everything, mayLag, async () => await work(), cancel);

    /// <summary>What a question depends on.</summary>
    public TileConcern ConcernOf(string text, JsonElement question) => concerns.GetOrAdd(text, static (_, of) => QueryReader.For(of.workspace).Read(of.question) is { IsOk: true } read ? TileConcern.Of(read.Value) : TileConcern.Everything, (workspace, question));

    /// <summary>What the log has of what something depends on, in the columns as they are now: as long as it is the same, an answer is, too.</summary>
    public string Stamp(TileConcern concern)
    {
        var now = Count();
        var definitionsNow = Interlocked.Read(ref definitions);
        // Days begin and windows move, without any event.
        var minute = concern.Types is null ? workspace.Clock.GetUtcNow().ToUnixTimeSeconds() / 60 : 0;
        if (concern.Types is null) return string.Create(CultureInfo.InvariantCulture, $"{now.Position}.{now.Erasures}.{definitionsNow}.{minute}");
        var sum = concern.Types.Sum(t => (long)now.ByType.GetValueOrDefault(t));
        return string.Create(CultureInfo.InvariantCulture, $"{sum}.{now.Erasures}.{definitionsNow}.{(concern.OfWhom ? now.Naming : 0)}");
    }

    private async Task<object> GetAsync(string key, Func<TileConcern> concern, bool mayLag, Func<Task<object>> work, CancellationToken cancel)
    {
        if (!await FollowAsync(cancel)) return await work();
        var stamp = Stamp(concern());
        if (kept.TryGetValue(key, out var known) && (known.Stamp == stamp || (mayLag && known.IsFresh)) && !known.HasFailed)
        {
            known.UsedAt = Stopwatch.GetTimestamp();
            return await known.Work.WaitAsync(cancel);
        }

        if (kept.Count > MostKept) Forget();
        // Who asks at the same time waits for the same.
        var made = kept.AddOrUpdate(key, _ => new Kept(stamp, work), (_, old) => old.Stamp == stamp && !old.HasFailed ? old : new Kept(stamp, work));
        if (made.Begin()) Interlocked.Increment(ref computed);
        return await made.Work.WaitAsync(cancel);
    }

    private Counted Count()
    {
        var (store, known) = (columns.Store, Volatile.Read(ref counted));
        if (known.Position == store.Position && known.Erasures == store.Erasures) return known;
        var (position, erasures, types) = (store.Position, store.Erasures, store.CountTypes());
        var naming = types.Where(t => t.Key is "identify" or "alias" or "group").Sum(t => (long)t.Value);
        var now = new Counted(position, erasures, types, naming);
        Volatile.Write(ref counted, now);
        return now;
    }

    private void Forget()
    {
        foreach (var (key, _) in kept.OrderBy(k => k.Value.UsedAt).Take(MostKept / 3)) kept.TryRemove(key, out _);
    }

    private sealed record Counted(long Position, long Erasures, IReadOnlyDictionary<string, int> ByType, long Naming);

    private sealed class Kept(string stamp, Func<Task<object>> work)
    {
        private readonly Lock starting = new();
        private readonly long begun = Stopwatch.GetTimestamp();
        private readonly TaskCompletionSource<object> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TimeSpan took;
        private bool isBegun;

        public string Stamp { get; } = stamp;

        public long UsedAt { get; set; } = Stopwatch.GetTimestamp();

        public Task<object> Work => done.Task;

        public bool HasFailed => Work.IsFaulted || Work.IsCanceled || (Work.IsCompletedSuccessfully && Work.Result is Result<Asked> { IsOk: false });

        /// <summary>Whether it is still worked on, or was a moment ago.</summary>
        public bool IsFresh => !Work.IsCompleted || Stopwatch.GetElapsedTime(begun) < took * Slack + LeastSlack;

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
                    took = Stopwatch.GetElapsedTime(begun);
                    done.SetResult(result);
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
