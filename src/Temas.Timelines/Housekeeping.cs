using System.Runtime.InteropServices;

namespace Temas.Timelines;

/// <summary>Work that nobody waits for: writing snapshots, merging files, copying journals.</summary>
public static partial class Housekeeping
{
    // Of 20 steps; a thread ten steps down gets about a tenth of the processor beside one that is not.
    private const int Nice = 10;

    /// <summary>
    /// Runs <paramref name="work"/> on a thread of its own, at low priority where the system has such a thing, so that requests and the log's writer come first.
    /// </summary>
    public static Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(
        () =>
        {
            Lower();
            return work();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <inheritdoc cref="Run{T}"/>
    public static Task Run(Action work) => Run<object?>(() =>
    {
        work();
        return null;
    });

    // A long-running task has its own thread, which ends with it: nothing has to be raised again. On Linux the priority of .NET threads is not the system's, and 0 means this thread.
    private static void Lower()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, Nice);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
