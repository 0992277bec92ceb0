using Temas.Feedback.FollowUps;
using Temas.Kernel;

namespace Temas.Tests.Feedback.FollowUps;

/// <summary>Follow-ups that a person opens because of a finding, and takes back: what was taken back before anybody had begun is as if it had never been.</summary>
public sealed class OpenFollowUpsTests : IAsyncLifetime
{
    private const string Source = "finding:x";

    private FollowWorld world = null!;

    public async Task InitializeAsync()
    {
        world = await FollowWorld.OpenAsync();
        foreach (var user in new[] { "ada", "eda", "ida" }) await world.HappenAsync(user, "Order Completed");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task TakenBack_CanBeOpenedAgainAtOnce_AndWhatWasWorkedOnCannot()
    {
        var opened = await OpenAsync("ada", "eda");
        opened.Opened.ShouldBe(2);
        var adas = (await world.Store.OfCustomersAsync([world.CustomerOf("ada")])).Single().Single();
        (await world.Work.CloseAsync(world.Workspace, adas.Id, new ClosingRequest("Aradım", null, null, GivenUp: true), Actor.System, default)).IsOk.ShouldBeTrue();
        (await world.Desk.WithdrawAsync(world.Workspace, Source, opened.Round, Actor.System, default)).ShouldBe(1);
        world.Clock.Now = world.Clock.Now.AddMinutes(1);
        var would = (await world.Desk.WouldAsync(world.Workspace, world.Wish(Source, "ada", "eda"), default)).Value;
        (would.Opened, would.Had).ShouldBe((1, 1), "she with whom somebody spoke was asked already; the other was not");
        (await OpenAsync("ada", "eda")).Opened.ShouldBe(1);
        world.Clock.Now = world.Clock.Now.AddDays(31);
        (await OpenAsync("ada", "eda")).Opened.ShouldBe(1, "of ada it is too long ago; of eda one is open");
    }

    [Fact]
    public async Task TakingBackARound_LeavesTheRoundBefore()
    {
        var first = await OpenAsync("ada", "eda");
        world.Clock.Now = world.Clock.Now.AddMinutes(5);
        var second = await OpenAsync("ada", "eda", "ida");
        (second.Opened, second.Round).ShouldNotBe((3, first.Round));
        (await world.Desk.WithdrawAsync(world.Workspace, Source, second.Round, Actor.System, default)).ShouldBe(1);
        (await world.Desk.TallyAsync(world.Workspace, Source, default)).ShouldBe(new(2, 2, 0, 1));
        (await world.Desk.WithdrawAsync(world.Workspace, Source, "made up", Actor.System, default)).ShouldBe(0);
        (await world.Desk.WithdrawAsync(world.Workspace, Source, null, Actor.System, default)).ShouldBe(2);
    }

    [Fact]
    public async Task Levels_DoNotJudgeWhatWasTakenBack_AndTheListAgrees()
    {
        var opened = await OpenAsync("ada", "eda");
        var adas = (await world.Store.OfCustomersAsync([world.CustomerOf("ada")])).Single().Single();
        (await world.Work.CloseAsync(world.Workspace, adas.Id, new ClosingRequest("Aradım", null, null, GivenUp: false), Actor.System, default)).IsOk.ShouldBeTrue();
        await world.Desk.WithdrawAsync(world.Workspace, Source, opened.Round, Actor.System, default);
        var (from, to) = (world.Clock.Now.AddDays(-1), world.Clock.Now.AddDays(1));
        var levels = await MeasureFollowUps.RunAsync(world.Workspace, from, to, default);
        (levels.All.Opened, levels.All.InTime.Count, levels.All.InTime.Of).ShouldBe((2, 1, 1));
        levels.Rules.ShouldHaveSingleItem().Title!.En.ShouldBe("Deliveries are late");
        foreach (var (figure, count) in new[] { ("in_time", 1), ("late", 0), ("judged", 1) })
            (await world.Store.CountAsync(new FollowUpFilter { All = true, From = from, To = to, Figure = figure })).ShouldBe(count, figure);
    }

    private async Task<Temas.Customers.Contracts.FollowUpsWished> OpenAsync(params string[] users)
    {
        var opened = await world.Desk.OpenAsync(world.Workspace, world.Wish(Source, users), Actor.System, default);
        opened.IsOk.ShouldBeTrue(opened.Problem?.ToString());
        return opened.Value;
    }
}
