using System.Collections.Concurrent;
using System.Diagnostics;
using Temas.Insight.Columns;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Indicators;

/// <summary>
/// What was asked for indicators and answered, for as long as it holds: until something is written to the log, a definition changes, or a minute is over, for there is much that counts from now. Who asks the same while it is being
/// answered waits for that answer; and what began after a page was asked for is good for all of that page (<see cref="AskedAt"/>). A part of the workspace's indicators.
/// </summary>
internal sealed class AnswerMemory
{
    private readonly Workspace workspace;
    private volatile Held held = new((-1, -1, -1));
    private long changes;

    public AnswerMemory(Workspace workspace)
    {
        this.workspace = workspace;
        workspace.Definitions.Changed += _ => Interlocked.Increment(ref changes);
        workspace.Log.Erased += _ => Interlocked.Increment(ref changes);
    }

    /// <summary>What is held and still true.</summary>
    public Held Current()
    {
        var stamp = (workspace.Log.Head, Interlocked.Read(ref changes), workspace.Clock.GetUtcNow().ToUnixTimeSeconds() / 60);
        var now = held;
        if (now.Stamp == stamp || (now.Stamp.Changes == stamp.Item2 && now.Begun >= AskedAt.Moment)) return now;
        return held = new Held(stamp);
    }

    /// <summary>Answers of one moment.</summary>
    internal sealed class Held((long Head, long Changes, long Minute) stamp)
    {
        private readonly ConcurrentDictionary<string, Lazy<Task<object>>> answers = new(StringComparer.Ordinal);

        public (long Head, long Changes, long Minute) Stamp => stamp;

        /// <summary>Nothing in here was asked before this.</summary>
        public long Begun { get; } = Stopwatch.GetTimestamp();

        /// <summary>Whether something was answered.</summary>
        public bool Has(string key) => answers.ContainsKey(key);

        /// <summary>Puts an answer there.</summary>
        public void Put<T>(string key, T answer)
            where T : class => answers[key] = new Lazy<Task<object>>(Task.FromResult<object>(answer));

        /// <summary>The answer, asked now where it is not held. A problem is not held.</summary>
        public async Task<Result<T>> AskAsync<T>(string key, Func<Task<Result<T>>> ask, CancellationToken cancel)
            where T : class
        {
            var asking = answers.GetOrAdd(key, _ => new Lazy<Task<object>>(async () => await ask() is var asked && asked.Problem is { } problem ? problem : (object)asked.Value)).Value;
            object answer;
            try
            {
                answer = await asking.WaitAsync(cancel);
            }
            catch when (asking.IsFaulted)
            {
                answers.TryRemove(key, out _);
                throw;
            }

            if (answer is not Problem fault) return (T)answer;
            answers.TryRemove(key, out _);
            return fault;
        }
    }
}
