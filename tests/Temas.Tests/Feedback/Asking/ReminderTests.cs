using Temas.Customers.Erasure;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using static Temas.Tests.Feedback.Asking.AskingWorld;
using Inviting = Temas.Feedback.Asking.Invites.Invites;

namespace Temas.Tests.Feedback.Asking;

/// <summary>Who is reminded of what she was asked, and why not: decided as asks are, after the time that the rule gives.</summary>
public sealed class ReminderTests
{
    private const string Twice = """ "reminders": {"after": "P3D", "most": 2} """;

    [Fact]
    public async Task WhoDoesNotAnswer_IsReminded_AsOftenAsTheRuleSays_OverTheSameChannel()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("r", On("Go"), Twice);
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Go");
        await world.PassAsync(At("2026-06-30T00:00:00Z"));
        var asks = await ByReminderAsync(world);
        asks.Select(a => (a.State, a.Reminder, a.Channel, a.DecidedAt)).ShouldBe(
            [(AskState.Asked, 0, "email", At("2026-05-02T10:00:00Z")), (AskState.Asked, 1, "email", At("2026-05-05T10:00:00Z")), (AskState.Asked, 2, "email", At("2026-05-08T10:00:00Z"))]);
        asks.Skip(1).ShouldAllBe(a => a.Reminds == asks[0].Id && a.Cause == "Go");
        (await world.InvitedAsync()).Select(i => i.Id).ShouldBe([asks[0].Id, asks[0].Id + "-r1", asks[0].Id + "-r2"]);
        // She was asked once, and what lists count says so.
        (await world.Desk.Store.CountsAsync(At("2026-05-01T00:00:00Z"), "r", default)).ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task WhoAnswered_InAnyWay_IsNotReminded()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("r", On("Go"), Twice);
        foreach (var user in new[] { "link", "phone", "begun", "before" }) await world.HappenAsync(At("2026-05-02T10:00:00Z"), user, "Go");
        var responses = SurveyBook.Of(world.Workspace).Responses;
        await responses.FinishAsync(Response("old", "user_id:before", At("2026-05-01T10:00:00Z")), [], false);
        await world.FollowAsync();
        var asked = (await world.AsksAsync()).Where(a => a.Reminder == 0).ToDictionary(a => UserOf(world, a));
        await responses.FinishAsync(Response(Inviting.ResponseOf(asked["link"].Id), "user_id:link", At("2026-05-03T10:00:00Z")), [], false);
        await responses.FinishAsync(Response("by-phone", "user_id:phone", At("2026-05-03T10:00:00Z")), [], false);
        await responses.SaveAsync(Response(Inviting.ResponseOf(asked["begun"].Id), "user_id:begun", At("2026-05-03T10:00:00Z")));
        await world.PassAsync(At("2026-06-30T00:00:00Z"));
        (await ByReminderAsync(world)).Where(a => a.Reminder == 1).ToDictionary(a => UserOf(world, a), a => a.State == AskState.Asked ? "asked" : a.Reason!)
            .ShouldBe(new Dictionary<string, string> { ["link"] = AskReason.Answered, ["phone"] = AskReason.Answered, ["begun"] = "asked", ["before"] = "asked" }, ignoreOrder: true);
        (await world.AsksAsync()).Count(a => a.Reminder == 2 && a.State == AskState.Asked).ShouldBe(2);
    }

    [Fact]
    public async Task Reminder_KeepsToQuietHoursCapsAndGuards_AndCountsForThem()
    {
        await using var world = await OpenAsync();
        await world.SaveAsync(AskingPolicyKind.Name, "default", """{"quiet": {"from": "21:00", "to": "09:00"}, "perDay": 1}""");
        await world.RuleAsync("r", On("Go"), """ "reminders": {"after": "P1D", "most": 1}, "link": "P30D" """);
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Go");
        await world.PassAsync(At("2026-05-03T09:30:00Z"));
        // Somebody else is asked on the day on which she would be reminded, and takes its place; on the next day she complains.
        await world.HappenAsync(At("2026-05-03T09:31:00Z"), "b", "Go");
        await world.PassAsync(At("2026-05-03T18:00:00Z"));
        var held = (await world.AsksAsync()).Single(a => a.Reminder == 1 && UserOf(world, a) == "a");
        (held.State, held.Reason).ShouldBe((AskState.Held, AskReason.DailyCap));
        await world.HappenAsync(At("2026-05-03T18:01:00Z"), "a", "Complaint Filed");
        await world.PassAsync(At("2026-05-05T12:00:00Z"));
        held = (await world.AsksAsync()).Single(a => a.Id == held.Id);
        (held.State, held.Reason).ShouldBe((AskState.Held, AskReason.ComplaintOpen));
        await world.HappenAsync(At("2026-05-05T19:00:00Z"), "a", "Complaint Resolved");
        await world.PassAsync(At("2026-05-30T00:00:00Z"));
        // It was night, and then it was morning in Istanbul.
        var asked = (await world.AsksAsync()).Single(a => a.Id == held.Id);
        (asked.State, asked.DecidedAt).ShouldBe((AskState.Asked, At("2026-05-06T06:00:00Z")));
        (await world.Desk.Store.CountAsync(At("2026-05-01T00:00:00Z"), At("2026-05-30T00:00:00Z"), default)).ShouldBe(4, "reminders count for the number of a day");
    }

    [Fact]
    public async Task Reminder_IsRefused_WhereTheChannelClosed_TheLinkEnded_TheRuleIsOff_OrTheSurveyIs()
    {
        await using var world = await OpenAsync();
        await world.RuleAsync("closed", On("Closed"), Twice);
        await world.RuleAsync("ended", On("Ended"), """ "reminders": {"after": "P3D", "most": 3}, "link": "P5D" """);
        await world.RuleAsync("off", On("Off"), Twice);
        await world.RuleAsync("changed", On("Changed"), Twice);
        foreach (var name in new[] { "Closed", "Ended", "Off", "Changed" }) await world.HappenAsync(At("2026-05-02T10:00:00Z"), name, name);
        await world.PassAsync(At("2026-05-03T10:00:00Z"));
        await world.RuleAsync("off", On("Off"), Twice, "draft");
        await world.RuleAsync("changed", On("Changed"));
        await world.HappenAsync(At("2026-05-03T11:00:00Z"), "Closed", "Consent Withdrawn", """{"purpose": "survey"}""");
        await world.PassAsync(At("2026-06-30T00:00:00Z"));
        var last = (await world.AsksAsync()).Where(a => a.Reminder > 0).GroupBy(a => a.Rule).ToDictionary(g => g.Key, g => g.MaxBy(a => a.Reminder)!);
        (last["closed"].Reminder, last["closed"].Reason).ShouldBe((1, AskReason.NoConsent));
        (last["ended"].Reminder, last["ended"].Reason).ShouldBe((2, AskReason.TooLate));
        (last["off"].Reminder, last["off"].Reason).ShouldBe((1, AskReason.RuleOff));
        (last["changed"].Reminder, last["changed"].Reason).ShouldBe((1, AskReason.RuleOff));
        (await world.InvitedAsync()).Count.ShouldBe(5, "four were asked, and one of them was reminded once");
    }

    [Fact]
    public async Task AnonymousSurvey_RemindsNobody_AndWhoIsErasedIsForgotten()
    {
        await using var world = await OpenAsync();
        await world.SaveAsync(SurveyKind.Name, "delivery", AskingWorld.Survey.Replace("\"languages\"", "\"anonymous\": true, \"languages\"", StringComparison.Ordinal));
        await world.RuleAsync("r", On("Go"), Twice);
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Go");
        await world.PassAsync(At("2026-05-30T00:00:00Z"));
        (await world.AsksAsync()).ShouldHaveSingleItem().Reminder.ShouldBe(0);
        await world.SaveAsync(SurveyKind.Name, "delivery", AskingWorld.Survey);
        await world.HappenAsync(At("2026-05-31T10:00:00Z"), "b", "Go");
        await world.FollowAsync();
        var waiting = (await world.AsksAsync()).Single(a => a.Reminder == 1);
        waiting.State.ShouldBe(AskState.Waiting);
        (await EraseCustomer.RunAsync(world.Workspace, "user_id:b", "asked", new Actor("user", "t"), new AuditProbe())).IsOk.ShouldBeTrue();
        await world.PassAsync(At("2026-06-30T00:00:00Z"));
        (await world.AsksAsync()).ShouldHaveSingleItem().Customer.ShouldNotBe(waiting.Customer);
    }

    [Fact]
    public async Task Crash_AnywhereAroundAReminder_RemindsOnce()
    {
        foreach (var step in new[] { "read", "noted", "decided", "asking", "queued", "kept" })
        {
            await using var world = await OpenAsync();
            await world.RuleAsync("r", On("Go"), Twice);
            await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Go");
            await world.PassAsync(At("2026-05-04T10:00:00Z"));
            world.Clock.Now = At("2026-05-05T10:00:00Z");
            var crashed = false;
            world.Desk.Passed = name =>
            {
                if (crashed || name != step) return;
                crashed = true;
                throw new InvalidOperationException("The process ends here.");
            };
            try
            {
                await world.FollowAsync();
            }
            catch (InvalidOperationException)
            {
                // As a process does.
            }

            await world.ReopenAsync();
            world.Clock.Now = At("2026-05-05T10:02:00Z");
            for (var i = 0; i < 3; i++) await world.FollowAsync();
            (await world.InvitedAsync()).Count.ShouldBe(2, step);
            (await world.AsksAsync()).Count(a => a.Reminder == 2).ShouldBe(1, step);
        }
    }

    [Theory]
    [InlineData("""{"page": {"paths": []}}""", "", "field_unused")]
    [InlineData("""{"events": [{"names": ["Go"]}]}""", """, "link": "P2D" """, "reminder_too_late")]
    public void Reminders_ThatMakeNoSense_AreFaults(string trigger, string more, string code) => AskingRuleKind.Instance.Check("r", $$"""{"label": {"tr": "a", "en": "a"}, "survey": "s", "trigger": {{trigger}}, "reminders": {"after": "P3D"}{{more}}}""").ShouldHaveSingleItem().Code.ShouldBe(code);

    [Fact]
    public async Task Guards_HoldBackAsLongAsThePolicySays()
    {
        foreach (var (policy, expected) in new[] { ("{}", At("2026-07-31T10:00:00Z")), ("""{"guardsFor": "P20D"}""", At("2026-05-22T10:00:00Z")) })
        {
            await using var world = await OpenAsync();
            await world.SaveAsync(AskingPolicyKind.Name, "default", policy);
            await world.RuleAsync("r", On("Go"), """ "wait": "P60D", "delay": "P15D" """);
            await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Complaint Filed");
            await world.HappenAsync(At("2026-05-20T10:00:00Z"), "a", "Go");
            await world.PassAsync(At("2026-09-30T00:00:00Z"));
            var ask = (await world.AsksAsync()).ShouldHaveSingleItem();
            // Asked when the complaint holds nobody back any more, and not before the delay is over.
            (ask.State, ask.DecidedAt).ShouldBe((AskState.Asked, expected > ask.DueAt ? expected : ask.DueAt));
        }

        AskingPolicyKind.Instance.Check("default", """{"guardsFor": "PT1H"}""").ShouldHaveSingleItem().Code.ShouldBe("duration_too_short");
    }

    private static async Task<List<Ask>> ByReminderAsync(AskingWorld world) => [.. (await world.AsksAsync()).OrderBy(a => a.Reminder)];

    private static string UserOf(AskingWorld world, Ask ask) => world.Workspace.Part<Temas.Customers.CustomersProjection>().Resolve(ask.Customer!)!.Canonical.Value;

    private static SurveyResponse Response(string id, string customer, DateTimeOffset at) => new()
    {
        Id = id,
        Survey = "delivery",
        Version = 1,
        Customer = customer,
        Language = "en",
        Channel = "email",
        Answers = new Dictionary<string, Answer> { ["score"] = Answer.Of("9") },
        Score = 9,
        StartedAt = at,
        ChangedAt = at,
    };
}
