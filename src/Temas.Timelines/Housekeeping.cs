using System.Runtime.InteropServices;

namespace Temas.Timelines;

/// <summary>Work that nobody waits for: writing snapshots, merging files, copying journals.</summary>
public static partial class Housekeeping
{
    // Of 20 steps; a thread ten steps down gets about a tenth of the processor beside one that is not, at the lowest step next to nothing.
    private const int Nice = 10, Nicest = 19;

    /// <summary>
    /// Runs <paramref name="work"/> on a thread of its own, at low priority where the system has such a thing, so that requests and the log's writer come first.
    /// <paramref name="whenIdle"/>: it may wait until nobody else wants the processor.
    /// </summary>
    public static Task<T> Run<T>(Func<T> work, bool whenIdle = false) => Task.Factory.StartNew(
        () =>
        {
            Lower(whenIdle ? Nicest : Nice);
            return work();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <inheritdoc cref="Run{T}"/>
    public static Task Run(Action work, bool whenIdle = false) => Run<object?>(
        () =>
        {
            work();
            return null;
        },
        whenIdle);

    // A long-running task has its own thread, which ends with it: nothing has to be raised again. On Linux the priority of .NET threads is not the system's, and 0 means this thread.
    private static void Lower(int steps)
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, steps);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
