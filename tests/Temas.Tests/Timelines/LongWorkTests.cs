using System.Runtime.InteropServices;
using Shouldly;
using Temas.Timelines;

namespace Temas.Tests.Timelines;

public sealed partial class LongWorkTests
{
    [Fact]
    public async Task Housekeeping_IsOfLowPriority_AndWhatFollowsOnItIsNot()
    {
        var usual = Priority();
        var (low, urgent) = (0, 0);
        await Housekeeping.Run(() =>
        {
            low = Priority();
            Housekeeping.AtOnce(() => urgent = Priority());
        });
        (low, urgent, Priority()).ShouldBe((Math.Max(10, usual), usual, usual));
        Housekeeping.AtOnce(() => urgent = Environment.CurrentManagedThreadId);
        urgent.ShouldBe(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task Housekeeping_ThatFailsOrIsStopped_SaysSo()
    {
        (await Should.ThrowAsync<InvalidOperationException>(() => Housekeeping.Run(() => throw new InvalidOperationException("as it was")))).Message.ShouldBe("as it was");
        (await Should.ThrowAsync<InvalidOperationException>(() => Housekeeping.Run(() => Housekeeping.AtOnce(() => throw new InvalidOperationException("in passing"))))).Message.ShouldBe("in passing");
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var stopped = Housekeeping.Run(() => stop.Token.ThrowIfCancellationRequested());
        await Should.ThrowAsync<OperationCanceledException>(() => stopped);
        stopped.IsCanceled.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(1000, 1)]
    [InlineData(1000, 3)]
    [InlineData(2, 0)]
    public void Each_IsDoneOnce(int count, int threads)
    {
        var times = new int[count];
        LongWork.Each(count, threads, i => Interlocked.Increment(ref times[i]));
        times.ShouldAllBe(t => t == 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Each_ThatFails_EndsTheRest_AndThrowsWhatWasThrown(int threads)
    {
        var done = 0;
        Should.Throw<InvalidOperationException>(() => LongWork.Each(100_000, threads, i =>
        {
            if (i == 10) throw new InvalidOperationException();
            Interlocked.Increment(ref done);
        }));
        done.ShouldBeLessThan(99_999);
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => LongWork.Each(100_000, threads, i => stop.Cancel(), stop.Token));
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int who);

    private static int Priority() => GetPriority(0, 0);
}
