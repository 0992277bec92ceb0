using System.Runtime.ExceptionServices;

namespace Temas.Timelines;

/// <summary>
/// Work that keeps processors busy for longer than a few milliseconds, and that somebody waits for. It has threads of its own: the pool has as many as there are processors and adds to them but slowly, so that requests would wait for
/// the end of such work instead of sharing the processors with it.
/// </summary>
public static class LongWork
{
    /// <summary>Does it on a thread of its own.</summary>
    public static Task<T> Run<T>(Func<T> work, CancellationToken cancel = default) =>
        Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <inheritdoc cref="Run{T}"/>
    public static Task Run(Action work, CancellationToken cancel = default) =>
        Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>
    /// Does each of <paramref name="count"/> pieces of work, on this thread and as many more as make <paramref name="threads"/>; these have the priority of this one. Returns when all are done. The first fault ends it and is thrown as it was.
    /// </summary>
    /// <exception cref="OperationCanceledException">When <paramref name="cancel"/> was asked for between two pieces.</exception>
    public static void Each(int count, int threads, Action<int> work, CancellationToken cancel = default)
    {
        var next = -1;
        ExceptionDispatchInfo? fault = null;
        var helpers = new Thread[Math.Max(0, Math.Min(threads, count) - 1)];
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(Work) { IsBackground = true, Name = "Long work" };
            helpers[i].Start();
        }

        Work();
        foreach (var helper in helpers) helper.Join();
        fault?.Throw();

        void Work()
        {
            try
            {
                for (int at; Volatile.Read(ref fault) is null && (at = Interlocked.Increment(ref next)) < count;)
                {
                    cancel.ThrowIfCancellationRequested();
                    work(at);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(e), null);
            }
        }
    }

    /// <inheritdoc cref="Each(int, int, Action{int}, CancellationToken)"/>
    public static void Each<T>(IReadOnlyList<T> all, int threads, Action<T> work, CancellationToken cancel = default) => Each(all.Count, threads, i => work(all[i]), cancel);
}
