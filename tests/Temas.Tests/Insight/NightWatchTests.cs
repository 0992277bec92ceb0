using Microsoft.Extensions.Logging.Abstractions;
using Temas.Insight;
using Temas.Storage.Workspaces;
using Temas.Tests.Feedback.Asking;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Insight;

/// <summary>When work over everybody is done again: after it was done, led to nothing, was stopped or could not be done yet.</summary>
public sealed class NightWatchTests
{
    // Three at night, in Istanbul.
    private static readonly DateTimeOffset Night = At("2026-05-02T00:00:00Z");

    [Fact]
    public async Task Watch_WhereTheWorkGaveUpByItself_GoesOn_AndTriesAgainInTheNextNight()
    {
        await using var world = await OpenAsync();
        await world.HappenAsync(Night.AddHours(-1), "a", "Visited");
        var watch = new Watch(world);
        await watch.AtAsync(Night.AddMinutes(-10));
        watch.Works.ShouldBe(0, "it is not night yet");

        // What gave up by itself is no stop of the server's.
        watch.Next = () => throw new TaskCanceledException("the database did not answer in time");
        await watch.AtAsync(Night.AddMinutes(10));
        (watch.Works, watch.Fails).ShouldBe((1, 1));
        watch.Next = () => NightWork.Done;
        foreach (var minutes in new[] { 11.0, 60, 179, 600, 1439 }) await watch.AtAsync(Night.AddMinutes(minutes));
        watch.Works.ShouldBe(1, "once a night, and not at once when the night before was missed for it");
        await watch.AtAsync(Night.AddDays(1).AddSeconds(1));
        watch.Works.ShouldBe(2, "although nothing has come since");
        await watch.AtAsync(Night.AddDays(1).AddHours(1));
        watch.Works.ShouldBe(2);
    }

    [Fact]
    public async Task Watch_AfterAFailure_TriesAgainWhenMoreHasCome_AndAfterAStopOnlyInTheNextNight()
    {
        await using var world = await OpenAsync();
        await world.HappenAsync(Night.AddHours(-1), "a", "Visited");
        var watch = new Watch(world) { Next = () => NightWork.InVain };
        await watch.AtAsync(Night.AddMinutes(10));
        watch.Next = () => NightWork.Stopped;
        await world.HappenAsync(Night.AddMinutes(20), "b", "Visited");
        await watch.AtAsync(Night.AddMinutes(21));
        watch.Works.ShouldBe(2, "more has come");
        watch.Next = () => NightWork.Done;
        await world.HappenAsync(Night.AddMinutes(30), "c", "Visited");
        await watch.AtAsync(Night.AddMinutes(31));
        watch.Works.ShouldBe(2, "whoever stopped it does not want it in this night");
        await watch.AtAsync(Night.AddDays(1).AddMinutes(1));
        (watch.Works, watch.Fails).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Watch_WhereWhatItNeedsIsBeingReadIn_TriesAgainInAMoment()
    {
        await using var world = await OpenAsync();
        await world.HappenAsync(Night.AddHours(-1), "a", "Visited");

        // Missed, and so at any hour: as after a start in the morning.
        var (morning, watch) = (Night.AddDays(2).AddHours(6), new Watch(world) { Next = () => NightWork.NotYet });
        await watch.AtAsync(morning);
        watch.Next = () => NightWork.Done;
        await watch.AtAsync(morning.AddSeconds(5));
        watch.Works.ShouldBe(1);
        await watch.AtAsync(morning.AddSeconds(21));
        await watch.AtAsync(morning.AddSeconds(22));
        (watch.Works, watch.Fails).ShouldBe((2, 0));
    }

    [Fact]
    public async Task Watch_OfTheFirstTime_WaitsUntilNothingComesIn_AndAfterAFailureForMoreOrForTheNight()
    {
        await using var world = await OpenAsync();
        var noon = Night.AddHours(9);
        await world.HappenAsync(noon, "a", "Visited");
        var watch = new Watch(world) { Next = () => NightWork.InVain, IsFirst = true };
        await watch.AtAsync(noon);
        await watch.AtAsync(noon.AddSeconds(10));
        watch.Works.ShouldBe(0, "something has just come");
        await watch.AtAsync(noon.AddSeconds(21));
        await watch.AtAsync(noon.AddSeconds(60));
        watch.Works.ShouldBe(1);
        await world.HappenAsync(noon.AddHours(1), "b", "Visited");
        await watch.AtAsync(noon.AddHours(1));
        await watch.AtAsync(noon.AddHours(1).AddSeconds(21));
        watch.Works.ShouldBe(2, "more has come");
        await watch.AtAsync(noon.AddHours(2));
        watch.Works.ShouldBe(2);
        await watch.AtAsync(Night.AddDays(1).AddMinutes(1));
        watch.Works.ShouldBe(3, "in the next night");
    }

    /// <summary>Work of which the last time was a day before the first night.</summary>
    private sealed class Watch(AskingWorld world) : NightWatch(null!, world.Clock, NullLogger.Instance, 1, TimeSpan.FromHours(3))
    {
        private (DateTimeOffset At, long Position) last = (Night.AddDays(-1), 0);

        public Func<NightWork> Next { get; set; } = () => NightWork.Done;

        public bool IsFirst { get; init; }

        public int Works { get; private set; }

        public int Fails { get; private set; }

        public Task AtAsync(DateTimeOffset at)
        {
            world.Clock.Now = at;
            return RunAsync(world.Workspace, CancellationToken.None);
        }

        protected override Task<NightWork> WorkAsync(Workspace workspace, CancellationToken cancel)
        {
            if (!(IsFirst ? IsQuiet(workspace) : IsNight(workspace, last.At, last.Position))) return Task.FromResult(NightWork.NotDue);
            Works++;
            var work = Next();
            if (work == NightWork.Done) last = (world.Clock.Now, workspace.Log.Head);
            return Task.FromResult(work);
        }

        protected override void Fail(Workspace workspace) => Fails++;
    }
}
