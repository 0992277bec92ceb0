using Temas.Customers.Erasure;
using Temas.Engage.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Kernel;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Feedback.Asking;

/// <summary>Who is asked when, and why not: rules on the real log, decided as time passes.</summary>
public sealed class AskingStoryTests
{
    private static readonly string Arrived = """{"events": [{"names": ["Message Sent"], "where": [{"property": "template", "is": "equal", "value": "order_arrived"}]}]}""";

    [Fact]
    public async Task PatioTable_TheSurveyWaitsForDelivery_AndAsksAboutTheDelay()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("delivery", Arrived, """ "delay": "PT4H", "lateSurvey": "late" """);
        await world.HappenAsync(At("2026-05-02T19:30:00Z"), "ayse", "Order Completed", """{"order_id": "P7", "total": 4999.00}""");
        await world.HappenAsync(At("2026-05-02T19:31:00Z"), "ayse", "Order Confirmed", """{"order_id": "P7", "promised_delivery_date": "2026-05-09"}""");
        // The date comes; the table does not. Twice she hears that it has arrived.
        await world.HappenAsync(At("2026-05-10T08:00:00Z"), "ayse", "Message Sent", """{"order_id": "P7", "template": "order_arrived"}""");
        await world.PassAsync(At("2026-05-12T07:00:00Z"));
        await world.HappenAsync(At("2026-05-12T08:00:00Z"), "ayse", "Message Sent", """{"order_id": "P7", "template": "order_arrived"}""");
        await world.PassAsync(At("2026-05-13T20:00:00Z"));
        (await world.InvitedAsync()).ShouldBeEmpty();
        (await world.AsksAsync()).Select(a => (a.State, a.Reason)).ShouldBe([(AskState.Held, AskReason.NotDelivered), (AskState.Held, AskReason.NotDelivered)]);

        await world.HappenAsync(At("2026-05-13T20:59:59Z"), "ayse", "Order Delivered", """{"order_id": "P7"}""");
        await world.PassAsync(At("2026-06-30T00:00:00Z"));
        var invited = (await world.InvitedAsync()).ShouldHaveSingleItem();
        (invited.Survey, invited.Channel, invited.About).ShouldBe(("late", "email", "order_id=P7"));
        var asks = await world.AsksAsync();
        (asks[0].State, asks[0].HeldReason, asks[0].HeldAt, asks[0].DecidedAt).ShouldBe((AskState.Asked, AskReason.NotDelivered, At("2026-05-10T12:00:00Z"), At("2026-05-13T20:59:59Z")));
        (asks[1].State, asks[1].Reason).ShouldBe((AskState.Refused, AskReason.AskedSurveyLately));

        // The simulator tells the same story of the same weeks.
        var tried = await world.SimulateAsync(world.Rule("delivery"), At("2026-05-01T00:00:00Z"), At("2026-06-30T00:00:00Z"));
        tried.Asks.ShouldBe(asks, new SameDecision());
    }

    [Fact]
    public async Task OrderNeverDelivered_IsGivenUpAfterTheWait_AndACancelledOneAtOnce()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("delivery", On("Order Completed"), """ "delay": "P1D", "wait": "P5D" """);
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Order Completed", """{"order_id": "1"}""");
        await world.HappenAsync(At("2026-05-02T11:00:00Z"), "b", "Order Completed", """{"order_id": "2"}""");
        await world.PassAsync(At("2026-05-04T00:00:00Z"));
        await world.HappenAsync(At("2026-05-04T10:00:00Z"), "b", "Order Cancelled", """{"order_id": "2"}""");
        await world.PassAsync(At("2026-05-30T00:00:00Z"));
        (await world.AsksAsync()).Select(a => (a.State, a.Reason, a.DecidedAt)).ShouldBe(
            [(AskState.GivenUp, AskReason.NotDelivered, At("2026-05-08T10:00:00Z")), (AskState.Refused, AskReason.OrderCancelled, At("2026-05-04T10:00:00Z"))]);
        (await world.InvitedAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Complaint_HoldsBackUntilItIsResolved()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("visit", On("Store Visited"));
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Complaint Filed", """{"complaint_id": "c1"}""");
        await world.HappenAsync(At("2026-05-02T10:01:00Z"), "a", "Complaint Filed", """{"complaint_id": "c2"}""");
        await world.HappenAsync(At("2026-05-02T11:00:00Z"), "a", "Store Visited");
        await world.PassAsync(At("2026-05-02T12:00:00Z"));
        await world.HappenAsync(At("2026-05-03T11:00:00Z"), "a", "Complaint Resolved", """{"complaint_id": "c1"}""");
        await world.FollowAsync();
        (await world.AsksAsync()).ShouldHaveSingleItem().Reason.ShouldBe(AskReason.ComplaintOpen);
        await world.HappenAsync(At("2026-05-04T11:00:00Z"), "a", "Complaint Resolved", """{"complaint_id": "c2"}""");
        await world.FollowAsync();
        (await world.AsksAsync()).ShouldHaveSingleItem().State.ShouldBe(AskState.Asked);
    }

    [Fact]
    public async Task CoolDown_HoldsOverAllSurveys_AndForTheSameOneLonger()
    {
        await using var world = await OpenAsync();
        await world.SaveAsync(AskingPolicyKind.Name, "default", """{"coolDown": "P10D"}""");
        await world.RuleAsync("one", On("One"), """ "coolDown": "P60D" """);
        await world.RuleAsync("two", On("Two"));
        await world.SaveAsync(AskingRuleKind.Name, "two", """{"label": {"tr": "2", "en": "2"}, "state": "live", "survey": "other", "trigger": {"events": [{"names": ["Two"]}]}, "coolDown": "P1D"}""");
        foreach (var (day, name) in new[] { (2, "One"), (5, "Two"), (13, "Two"), (25, "One"), (26, "Two") })
        {
            await world.HappenAsync(new DateTimeOffset(2026, 5, day, 10, 0, 0, TimeSpan.Zero), "a", name);
            await world.FollowAsync();
        }

        (await world.AsksAsync()).Select(a => a.State == AskState.Asked ? "asked" : a.Reason).ShouldBe(["asked", AskReason.AskedLately, "asked", AskReason.AskedSurveyLately, "asked"]);
    }

    [Fact]
    public async Task QuietHours_AreThoseOfHerTimeZone_AndTheDailyCapThatOfTheWorkspace()
    {
        await using var world = await OpenAsync();
        await world.SaveAsync(AskingPolicyKind.Name, "default", """{"quiet": {"from": "21:00", "to": "09:00"}, "perDay": 2}""");
        await world.RuleAsync("r", On("Go"), """ "wait": "PT0S" """);
        await world.HappenAsync(At("2026-05-02T08:00:00Z"), "tokyo", "", """{"timezone": "Asia/Tokyo"}""", "identify");
        // 19:30 in Istanbul, 01:30 in Tokyo.
        await world.HappenAsync(At("2026-05-02T16:30:00Z"), "tokyo", "Go");
        foreach (var user in new[] { "a", "b", "c" }) await world.HappenAsync(At("2026-05-02T16:31:00Z"), user, "Go");
        await world.PassAsync(At("2026-05-10T00:00:00Z"));
        var asks = (await world.AsksAsync()).ToDictionary(a => world.Workspace.Part<Temas.Customers.CustomersProjection>().Resolve(a.Customer!)!.Canonical.Value);
        asks["tokyo"].DecidedAt.ShouldBe(At("2026-05-03T00:00:00Z"));
        asks.Values.Where(a => a.Customer != asks["tokyo"].Customer).Count(a => a.DecidedAt == At("2026-05-02T16:31:00Z")).ShouldBe(2);
        // The third is held until the day ends in Istanbul, and then until the night does.
        var third = asks.Values.Single(a => a.HeldReason is not null && a != asks["tokyo"]);
        (third.State, third.DecidedAt).ShouldBe((AskState.Asked, At("2026-05-03T06:00:00Z")));
    }

    [Fact]
    public async Task Consent_AndClosedChannels_AreReasons()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("r", On("Go"), """ "channels": ["sms", "email"], "order": "fixed" """);
        await world.HappenAsync(At("2026-05-02T08:00:00Z"), "fallback", "Consent Withdrawn", """{"purpose": "survey", "channel": "sms"}""");
        await world.HappenAsync(At("2026-05-02T08:01:00Z"), "no", "Consent Withdrawn", """{"purpose": "survey"}""");
        foreach (var user in new[] { "fallback", "no", "yes" }) await world.HappenAsync(At("2026-05-02T09:00:00Z"), user, "Go");
        await world.FollowAsync();
        (await world.AsksAsync()).Select(a => (a.State, a.Reason, a.Channel)).ShouldBe([(AskState.Asked, null, "email"), (AskState.Refused, AskReason.NoConsent, null), (AskState.Asked, null, "sms")], ignoreOrder: true);

        await world.SaveAsync(AskingPolicyKind.Name, "default", """{"consent": "survey"}""");
        world.Invites.Reach = [new ChannelReach("email", "no_address"), new ChannelReach("sms", null)];
        await world.HappenAsync(At("2026-05-03T08:00:00Z"), "given", "Consent Given", """{"purpose": "survey"}""");
        await world.HappenAsync(At("2026-05-03T09:00:00Z"), "given", "Go");
        await world.HappenAsync(At("2026-05-03T09:00:01Z"), "silent", "Go");
        await world.FollowAsync();
        (await world.AsksAsync()).Skip(3).Select(a => (a.State, a.Reason, a.Channel, a.Detail)).ShouldBe([(AskState.Asked, null, "sms", null), (AskState.Refused, AskReason.NoChannel, null, "sms:no_consent,email:no_address")]);
    }

    [Fact]
    public void Sampling_IsAboutTheShare_AndAlwaysTheSame()
    {
        var rule = new AskingRule { Key = "r", Label = new("r", "r"), Survey = "s", Trigger = new AskTrigger(AskTriggerKind.Event), Share = 20 };
        var chosen = Enumerable.Range(0, 10_000).Where(i => AskContext.IsSampled(rule, $"c{i}")).ToList();
        chosen.Count.ShouldBeInRange(1800, 2200);
        Enumerable.Range(0, 10_000).Where(i => AskContext.IsSampled(rule, $"c{i}")).ShouldBe(chosen);
        // Who is chosen of fewer is chosen of more.
        var more = rule with { Share = 40 };
        chosen.ShouldAllBe(i => AskContext.IsSampled(more, $"c{i}"));
    }

    [Fact]
    public async Task RuleThatBecomesLive_AsksNothingOfThePast_AndOneThatIsTurnedOffNothingMore()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("r", On("Go"), """ "delay": "P1D" """, "draft");
        await world.HappenAsync(At("2026-05-02T09:00:00Z"), "before", "Go");
        await world.FollowAsync();
        world.Clock.Now = At("2026-05-02T10:00:00Z");
        await world.RuleAsync("r", On("Go"), """ "delay": "P1D" """);
        // Nobody followed yet: what came in since counts all the same.
        await world.HappenAsync(At("2026-05-02T11:00:00Z"), "after", "Go");
        await world.HappenAsync(At("2026-05-02T12:00:00Z"), "off", "Go");
        await world.FollowAsync();
        (await world.AsksAsync()).Count.ShouldBe(2);
        await world.PassAsync(At("2026-05-03T11:30:00Z"));
        await world.RuleAsync("r", On("Go"), """ "delay": "P1D" """, "draft");
        await world.PassAsync(At("2026-05-05T00:00:00Z"));
        (await world.AsksAsync()).Select(a => (a.State, a.Reason)).ShouldBe([(AskState.Asked, null), (AskState.Refused, AskReason.RuleOff)]);
    }

    [Fact]
    public async Task Erasure_ForgetsHerDecisions_AndNobodyElses()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("r", On("Go"));
        await world.HappenAsync(At("2026-05-02T09:00:00Z"), "gone", "Go");
        await world.HappenAsync(At("2026-05-02T09:01:00Z"), "stays", "Go");
        await world.FollowAsync();
        (await EraseCustomer.RunAsync(world.Workspace, "user_id:gone", "asked", new Actor("user", "t"), new AuditProbe())).IsOk.ShouldBeTrue();
        await world.FollowAsync();
        (await world.AsksAsync()).ShouldHaveSingleItem().TriggeredAt.ShouldBe(At("2026-05-02T09:01:00Z"));
    }

    [Fact]
    public async Task FirstSince_AmongErasedRecords_IsTheFirstThatWasReceivedThen()
    {
        await using var world = await OpenAsync();
        var begin = At("2026-05-02T00:00:00Z");
        for (var i = 0; i < 60; i++) await world.HappenAsync(begin.AddMinutes(i), $"u{i % 4}", "Go");
        foreach (var user in new[] { "u1", "u3" }) (await EraseCustomer.RunAsync(world.Workspace, $"user_id:{user}", "asked", new Actor("user", "t"), new AuditProbe())).IsOk.ShouldBeTrue();
        for (var i = 0; i < 60; i++)
        {
            var first = world.Desk.FirstSince(begin.AddMinutes(i));
            // Positions are those of minutes; only erased ones may lie between.
            first.ShouldBeInRange(i + 1 - (i % 2 == 0 ? 1 : 0), i + 1 + (i % 2), $"minute {i}");
        }

        world.Desk.FirstSince(begin.AddDays(1)).ShouldBeInRange(60, 61);
        world.Desk.FirstSince(begin.AddDays(-1)).ShouldBe(1);
    }

    [Fact]
    public async Task AnEventSentTwice_OrAMessageOfTwoSources_IsOneAskEach()
    {
        await using var world = await OpenAsync();
        await world.SaveAsync(AskingPolicyKind.Name, "default", """{"coolDown": "PT0S"}""");
        await world.RuleAsync("r", On("Go"), """ "coolDown": "PT0S" """);
        for (var i = 0; i < 3; i++) await world.HappenAsync(At("2026-05-02T09:00:00Z"), "a", "Go", id: "same");
        await world.FollowAsync();
        await world.ReopenAsync();
        await world.FollowAsync();
        (await world.InvitedAsync()).Count.ShouldBe(1);
    }

    private sealed class SameDecision : IEqualityComparer<Ask>
    {
        public bool Equals(Ask? a, Ask? b) => Of(a!) == Of(b!);

        public int GetHashCode(Ask ask) => Of(ask).GetHashCode();

        private static (string, AskState, string?, DateTimeOffset, string?, DateTimeOffset?, string?, string) Of(Ask a) => (a.Id, a.State, a.Reason, a.DecidedAt, a.HeldReason, a.HeldAt, a.Channel, a.Survey);
    }
}
