using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Feedback.Asking;

/// <summary>Who is asked on a page.</summary>
public sealed class AskHereTests
{
    private const string Orders = """{"page": {"paths": ["/orders/*"], "form": "slide_in", "seconds": 8}}""";

    [Fact]
    public async Task Visitor_IsOfferedOnce_ShownOnce_AndLeftInPeaceForTheCoolDown()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("page", Orders, """ "coolDown": "P10D" """);
        var here = new AskHere(world.Engine);
        var place = new AskPlace("web", "https://shop.example/orders/42?mail=a@b.example", null, "v1", "en");
        (await here.DecideAsync(world.Workspace, place with { Page = "/cart" }, default)).ShouldBeNull();
        var offer = (await here.DecideAsync(world.Workspace, place, default))!;
        (offer.Survey, offer.Form, offer.AfterSeconds, offer.Target).ShouldBe(("delivery", "slide_in", 8, null));
        // Nothing is counted before it is shown.
        (await here.DecideAsync(world.Workspace, place, default))!.Decision.ShouldBe(offer.Decision);
        (await here.ShownAsync(world.Workspace, place with { Visitor = "somebody else" }, offer.Decision, default)).ShouldBeFalse();
        (await here.ShownAsync(world.Workspace, place, "ask-none", default)).ShouldBeFalse();
        (await here.ShownAsync(world.Workspace, place, offer.Decision, default)).ShouldBeTrue();
        (await here.ShownAsync(world.Workspace, place, offer.Decision, default)).ShouldBeFalse();
        (await here.DecideAsync(world.Workspace, place, default)).ShouldBeNull();
        var ask = (await world.AsksAsync()).ShouldHaveSingleItem();
        (ask.State, ask.Channel, ask.Visitor, ask.Cause).ShouldBe((AskState.Asked, "web", "v1", "/orders/42"));
        world.Clock.Now = world.Clock.Now.AddDays(9);
        (await here.DecideAsync(world.Workspace, place, default)).ShouldBeNull();
        (await here.DecideAsync(world.Workspace, place with { Visitor = "v2" }, default)).ShouldNotBeNull();
        world.Clock.Now = world.Clock.Now.AddDays(2);
        (await here.DecideAsync(world.Workspace, place, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task TwoPages_OfferedTwoSurveysAtOnce_ShowOne()
    {
        await using var world = await OpenAsync();
        await world.SaveAsync(AskingPolicyKind.Name, "default", """{"coolDown": "P1D"}""");
        await world.RuleAsync("a", Orders);
        var here = new AskHere(world.Engine);
        var place = new AskPlace("web", "/orders/1", null, "v1", null);
        var first = (await here.DecideAsync(world.Workspace, place, default))!;
        await world.SaveAsync(AskingRuleKind.Name, "a", """{"label": {"tr": "a", "en": "a"}, "survey": "delivery", "trigger": {"page": {"paths": ["/nowhere"]}}, "state": "live"}""");
        await world.SaveAsync(AskingRuleKind.Name, "b", """{"label": {"tr": "b", "en": "b"}, "survey": "other", "trigger": {"page": {}}, "state": "live"}""");
        var second = (await here.DecideAsync(world.Workspace, place, default))!;
        second.Survey.ShouldBe("other");
        (await here.ShownAsync(world.Workspace, place, second.Decision, default)).ShouldBeTrue();
        (await here.ShownAsync(world.Workspace, place, first.Decision, default)).ShouldBeFalse();
        (await world.AsksAsync()).Select(a => (a.Rule, a.State, a.Reason)).ShouldBe([("b", AskState.Asked, null), ("a", AskState.Refused, AskReason.AskedLately)], ignoreOrder: true);
    }

    [Fact]
    public async Task KnownCustomer_IsLeftInPeaceByHerContext_AndVisitorsOfNoAudienceLeaveNoTrace()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("page", Orders, """ "audience": {"traits": [{"property": "vip", "is": "equal", "value": true}]} """);
        await world.HappenAsync(At("2026-05-02T08:00:00Z"), "her", "", """{"vip": true}""", "identify");
        await world.HappenAsync(At("2026-05-02T08:01:00Z"), "her", "Complaint Filed");
        var here = new AskHere(world.Engine);
        var id = world.Workspace.Part<Temas.Customers.CustomersProjection>().Resolve("user_id:her")!.Id;
        (await here.DecideAsync(world.Workspace, new AskPlace("web", "/orders/1", null, "v9", null), default)).ShouldBeNull();
        (await world.AsksAsync()).ShouldBeEmpty();
        var place = new AskPlace("web", "/orders/1", id, "v1", null);
        (await here.DecideAsync(world.Workspace, place, default)).ShouldBeNull();
        (await world.AsksAsync()).ShouldHaveSingleItem().Reason.ShouldBe(AskReason.ComplaintOpen);
        await world.HappenAsync(At("2026-05-02T09:01:00Z"), "her", "Complaint Resolved");
        var offer = (await here.DecideAsync(world.Workspace, place, default))!;
        (await here.ShownAsync(world.Workspace, place, offer.Decision, default)).ShouldBeTrue();
    }
}
