using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Feedback.Asking;

/// <summary>Rules on histories by chance: a crash between any two steps changes nothing, and what the simulator tells is what was decided.</summary>
public sealed class AskingPropertyTests
{
    private static readonly string[] Names = ["Order Completed", "Order Confirmed", "Order Delivered", "Order Cancelled", "Complaint Filed", "Complaint Resolved", "Visited", "Consent Withdrawn", "Consent Given"];

    /// <summary>An event of a history.</summary>
    private sealed record Happening(DateTimeOffset At, string User, string Name, string Properties, string Type = "track");

    /// <summary>Where a crash is played; it is no fault of the ask that is being decided.</summary>
    private sealed class Crash : OperationCanceledException;

    [Trait("Length", "Long")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Crash_BetweenAnyTwoSteps_AsksNobodyTwiceAndLosesNobody(int seed)
    {
        var history = History(new Random(seed), 40);
        var smooth = await RunAsync(history, seed, null);
        var crashes = new Random(seed * 31);
        var broken = await RunAsync(history, seed, () => crashes.Next(6) == 0);
        broken.Invited.ShouldBe(smooth.Invited);
        broken.Asks.ShouldBe(smooth.Asks);
        smooth.Invited.Select(i => i.Id).ShouldBeUnique();
        smooth.Asks.Count(a => a.StartsWith("Asked", StringComparison.Ordinal)).ShouldBe(smooth.Invited.Count);
    }

    [Trait("Length", "Long")]
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public async Task Simulator_OfARandomHistory_TellsWhatWasDecided(int seed)
    {
        var random = new Random(seed);
        var history = History(random, 120);
        await using var world = await OpenAsync();
        await PrepareAsync(world, seed, 80);
        foreach (var happening in history)
        {
            await world.PassAsync(happening.At);
            await HappenAsync(world, happening);
            await world.FollowAsync();
        }

        var end = history[^1].At.AddDays(40);
        await world.PassAsync(end);
        var live = await world.AsksAsync();
        live.Count.ShouldBeGreaterThan(20);
        // One rule at a time: the others' asks are those that were.
        foreach (var key in new[] { "delivery", "visit" })
        {
            var tried = await world.SimulateAsync(world.Rule(key), At("2026-05-01T00:00:00Z"), end);
            tried.Asks.Select(Told).ShouldBe(live.Where(a => a.Rule == key).Select(Told), $"{key}, seed {seed}");
        }
    }

    private static async Task<(IReadOnlyList<string> Asks, IReadOnlyList<(string Id, string Survey)> Invited)> RunAsync(IReadOnlyList<Happening> history, int seed, Func<bool>? crashes)
    {
        await using var world = await OpenAsync();
        await PrepareAsync(world, seed);
        foreach (var happening in history)
        {
            await UntilDoneAsync(() => world.PassAsync(happening.At));
            await HappenAsync(world, happening);
            await UntilDoneAsync(() => world.FollowAsync());
        }

        await UntilDoneAsync(() => world.PassAsync(history[^1].At.AddDays(40)));
        world.Desk.Passed = null;
        return ([.. (await world.AsksAsync()).Select(Told)], [.. (await world.InvitedAsync()).Select(i => (i.Id, i.Survey))]);

        async Task UntilDoneAsync(Func<Task> step)
        {
            while (true)
            {
                if (crashes is not null) world.Desk.Passed = _ => { if (crashes()) throw new Crash(); };
                try
                {
                    await step();
                    return;
                }
                catch (Crash)
                {
                    world.Desk.Passed = null;
                    await world.ReopenAsync();
                }
            }
        }
    }

    // Chance goes by public ids, which are others in each workspace.
    private static async Task PrepareAsync(AskingWorld world, int seed, int share = 100)
    {
        await world.SaveAsync(AskingPolicyKind.Name, "default", seed % 2 == 0 ? """{"coolDown": "P3D", "quiet": {"from": "20:00", "to": "08:30"}, "perDay": 2}""" : """{"coolDown": "P5D", "quiet": {"from": "12:00", "to": "14:00"}}""");
        await world.RuleAsync("delivery", """{"events": [{"names": ["Order Completed", "Order Confirmed"]}]}""", $$""" "delay": "PT20H", "wait": "P6D", "coolDown": "P8D", "lateSurvey": "late", "share": {{share}} """);
        await world.RuleAsync("visit", """{"touchpoints": ["order-delivered"]}""", """ "wait": "P2D", "coolDown": "P4D", "audience": {"traits": [{"property": "vip", "is": "not_equal", "value": true}]} """);
    }

    private static List<Happening> History(Random random, int count)
    {
        string[] users = ["a", "b", "c", "d", "e", "f"], zones = ["Asia/Tokyo", "Europe/Istanbul", "America/New_York"];
        var history = new List<Happening>();
        var at = At("2026-05-02T06:00:00.137Z");
        foreach (var user in users.Take(3)) history.Add(new Happening(at = at.AddMinutes(7), user, "", $$"""{"timezone": "{{zones[random.Next(3)]}}", "vip": {{(random.Next(3) == 0 ? "true" : "false")}}}""", "identify"));
        while (history.Count < count)
        {
            // No two moments are the same, nor a moment and the end of a delay.
            at = at.AddMilliseconds(random.Next(1, 20 * 3600 * 1000));
            var user = users[random.Next(users.Length)];
            var order = $"{user}{random.Next(4)}";
            history.Add(new Happening(at, user, Names[random.Next(Names.Length)], $$"""{"order_id": "{{order}}", "complaint_id": "k{{random.Next(2)}}", "purpose": "survey", "promised_delivery_date": "{{at.AddDays(random.Next(-1, 5)):yyyy-MM-dd}}"}"""));
        }

        return history;
    }

    private static Task HappenAsync(AskingWorld world, Happening h) => world.HappenAsync(h.At, h.User, h.Name, h.Properties, h.Type);

    private static string Told(Ask a) => $"{a.State} {a.Reason} {a.Rule} {a.Survey} {a.Id} {a.DecidedAt:O} {a.HeldReason} {a.HeldAt:O} {a.Channel} {a.Detail}";
}
