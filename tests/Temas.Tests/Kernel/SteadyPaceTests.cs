using Temas.Kernel;

namespace Temas.Tests.Kernel;

public sealed class SteadyPaceTests
{
    [Fact]
    public void Takes_SoManyAtOnce_AndSaysWhenTheNextIsTaken()
    {
        var pace = new SteadyPace(atOnce: 1000, perSecond: 1);
        Enumerable.Range(0, 1000).Count(_ => pace.Takes("a")).ShouldBe(1000);
        // However slow this machine is: what comes back in a while is few.
        Enumerable.Range(0, 1000).Count(_ => pace.Takes("a")).ShouldBeLessThan(500);
        pace.Takes("a", out var wait).ShouldBeFalse();
        wait.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        pace.Takes("b", out wait).ShouldBeTrue("others have a pace of their own");
        wait.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Takes_FromManyThreads_NeverTooMany()
    {
        var pace = new SteadyPace(atOnce: 300, perSecond: 1);
        var taken = 0;
        Parallel.For(0, 3000, _ =>
        {
            if (pace.Takes("same")) Interlocked.Increment(ref taken);
        });
        taken.ShouldBeInRange(300, 400);
    }
}
