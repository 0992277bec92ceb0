using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Temas.Timelines;

/// <summary>
/// Work that nobody waits for: writing snapshots, merging files, copying journals. It runs at low priority, which on Linux goes on to every thread that such a thread begins. The pool begins threads wherever work is handed to it,
/// and would then answer requests at low priority: so what such a thread has to hand on is handed on by a thread that is as others.
/// </summary>
public static partial class Housekeeping
{
    // Of 20 steps; a thread ten steps down gets about a tenth of the processor beside one that is not.
    private const int Nice = 10;

    private static readonly BlockingCollection<Action> errands = [];

    [ThreadStatic]
    private static bool isLow;

    // Precisely before the first call, which no thread of low priority can make.
    static Housekeeping() => new Thread(() =>
    {
        foreach (var errand in errands.GetConsumingEnumerable()) errand();
    })
    { IsBackground = true, Name = "Errands" }.Start();

    /// <summary>
    /// Runs <paramref name="work"/> on a thread of its own, at low priority where the system has such a thing, so that requests and the log's writer come first.
    /// </summary>
    public static Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            Lower();
            try
            {
                var result = work();
                errands.Add(() => done.SetResult(result));
            }
            catch (OperationCanceledException e)
            {
                errands.Add(() => done.SetCanceled(e.CancellationToken));
            }
            catch (Exception e)
            {
                errands.Add(() => done.SetException(e));
            }
        })
        { IsBackground = true, Name = "Housekeeping" }.Start();
        return done.Task;
    }

    /// <inheritdoc cref="Run{T}"/>
    public static Task Run(Action work) => Run<object?>(() =>
    {
        work();
        return null;
    });

    /// <summary>Does something short on behalf of such work that must not be done at low priority, as it holds what others wait for. Returns when it is done.</summary>
    public static void AtOnce(Action work)
    {
        if (!isLow)
        {
            work();
            return;
        }

        ExceptionDispatchInfo? fault = null;
        using var done = new ManualResetEventSlim();
        errands.Add(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        fault?.Throw();
    }

    // The thread ends with its work: nothing has to be raised again. On Linux the priority of .NET threads is not the system's, and 0 means this thread.
    private static void Lower()
    {
        isLow = true;
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, Nice);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
