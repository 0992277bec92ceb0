using Temas.Feedback.Asking.Decisions;
using Temas.Insight.Columns;
using Temas.Insight.Membership;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Feedback.Asking;

/// <summary>Segments as triggers and as audience.</summary>
public sealed class AskingSegmentTests
{
    private const string Buyers = """{"label": {"tr": "Alanlar", "en": "Buyers"}, "where": {"did": {"event": "track:Order Completed"}}}""";

    [Fact]
    public async Task Entering_AsksOnceEach_AlsoAcrossARestart()
    {
        await using var world = await OpenAsync(insight: true);
        await world.SaveAsync("segment", "buyers", Buyers);
        await world.HappenAsync(At("2026-05-02T08:00:00Z"), "before", "Order Completed");
        await EnterAsync(world);
        world.Clock.Now = At("2026-05-02T09:00:00Z");
        await world.RuleAsync("r", """{"segment": "buyers"}""", """ "delay": "PT1H" """);
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Order Completed");
        // Nobody listened before this was told.
        await EnterAsync(world);
        await world.FollowAsync();
        await world.HappenAsync(At("2026-05-02T10:10:00Z"), "b", "Order Completed");
        await EnterAsync(world);
        await world.ReopenAsync();
        await world.PassAsync(At("2026-05-03T00:00:00Z"));
        (await world.AsksAsync()).Select(a => (a.State, a.Cause, a.TriggeredAt)).ShouldBe([(AskState.Asked, "buyers", At("2026-05-02T10:00:00Z")), (AskState.Asked, "buyers", At("2026-05-02T10:10:00Z"))]);
        (await world.InvitedAsync()).Count.ShouldBe(2);
        var tried = await world.SimulateAsync(world.Rule("r"), At("2026-05-02T09:00:00Z"), At("2026-05-03T00:00:00Z"));
        tried.Asks.Select(a => (a.Id, a.DecidedAt)).ShouldBe((await world.AsksAsync()).Select(a => (a.Id, a.DecidedAt)));
    }

    [Fact]
    public async Task Audience_IsThatOfTheMoment()
    {
        await using var world = await OpenAsync(insight: true);
        await world.SaveAsync("segment", "buyers", Buyers);
        await world.SaveAsync("segment", "visitors", """{"label": {"tr": "Gelenler", "en": "Visitors"}, "where": {"did": {"event": "track:Visited"}}}""");
        await world.RuleAsync("r", On("Visited"), """ "coolDown": "PT0S", "audience": {"segments": ["buyers"]} """);
        await world.RuleAsync("not", On("Visited"), """ "coolDown": "PT0S", "audience": {"notSegments": ["buyers"]} """);
        await world.HappenAsync(At("2026-05-02T08:00:00Z"), "a", "Visited");
        await world.FollowAsync();
        await world.HappenAsync(At("2026-05-02T09:00:00Z"), "a", "Order Completed");
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Visited");
        await world.FollowAsync();
        var live = await world.AsksAsync();
        live.Where(a => a.Rule == "r").Select(a => (a.State, a.Reason, a.Detail)).ShouldBe([(AskState.Refused, AskReason.NotInAudience, "buyers"), (AskState.Asked, null, null)]);
        live.Where(a => a.Rule == "not").Select(a => a.State).ShouldBe([AskState.Asked, AskState.Refused]);
        foreach (var key in new[] { "r", "not" })
        {
            var tried = await world.SimulateAsync(world.Rule(key), At("2026-05-01T00:00:00Z"), world.Clock.Now);
            tried.Asks.Select(a => (a.Id, a.State, a.Reason)).ShouldBe(live.Where(a => a.Rule == key).Select(a => (a.Id, a.State, a.Reason)));
            tried.AsOfNow.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task WhomARuleLeavesOut_IsLeftOut_WhereNobodyKnowsWhetherSheIsOneOfThem()
    {
        await using var world = await OpenAsync(insight: true);
        await world.SaveAsync("segment", "atrisk", """{"label": {"tr": "Gidebilecekler", "en": "At risk"}, "where": {"profile": "forecast.alive", "is": "atMost", "value": 0.5}}""");
        await world.RuleAsync("r", On("Visited"), """ "coolDown": "PT0S", "audience": {"segments": ["atrisk"]} """);
        await world.RuleAsync("not", On("Visited"), """ "coolDown": "PT0S", "audience": {"notSegments": ["atrisk"]} """);
        await world.HappenAsync(At("2026-05-02T08:00:00Z"), "a", "Visited");
        await world.FollowAsync();
        (await world.AsksAsync()).Select(a => (a.Rule, a.State, a.Reason, a.Detail)).OrderBy(a => a.Rule, StringComparer.Ordinal)
            .ShouldBe([("not", AskState.Refused, AskReason.NotInAudience, "atrisk"), ("r", AskState.Refused, AskReason.NotInAudience, "atrisk")]);
    }

    private static async Task EnterAsync(AskingWorld world)
    {
        await world.Workspace.Part<LiveColumns>().CatchUpAsync(CancellationToken.None);
        await world.Workspace.Part<LiveMembership>().FollowAsync(CancellationToken.None);
    }
}
