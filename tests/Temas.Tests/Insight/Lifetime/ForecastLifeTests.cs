using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Membership;
using Temas.Tests.Feedback.Asking;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>Forecasts while what counts as an order becomes another: who is in a segment stays, the old model's check is not told as that of today's, and a fit waits as long as it takes.</summary>
public sealed class ForecastLifeTests
{
    private const string OtherOrders = """{"lifecycle": {"orders": ["store-purchase-completed"]}}""";

    [Fact]
    public async Task Segments_WhileNoModelHolds_TellNothing_AndGoOnWhereTheyWere()
    {
        await using var world = await OpenAsync(insight: true);
        await OrderAsync(world, At("2026-05-01T10:00:00Z"), "a", "b", "c");
        await KeepAsync(world, Fit);
        await world.SaveAsync("segment", "there", """{"label": {"tr": "Buradakiler", "en": "There"}, "where": {"profile": "forecast.alive", "is": "atLeast", "value": 0.1}}""");
        await world.SaveAsync("segment", "not", """{"label": {"tr": "Değil", "en": "Not"}, "where": {"not": {"segment": "there"}}}""");
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBeEmpty("since when it is followed, that is who is in");
        await OrderAsync(world, At("2026-05-02T10:00:00Z"), "d");
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBe([("there", 1, 0)]);

        // From now on something else is an order: nobody left for that, whatever happens meanwhile, and a restart forgets nobody.
        await world.SaveAsync("profile", "default", OtherOrders);
        await FollowAsync(world);
        await world.HappenAsync(At("2026-05-03T10:00:00Z"), "a", "Visited");
        await OrderAsync(world, At("2026-05-03T11:00:00Z"), "e");
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBe([("there", 1, 0)]);
        await world.ReopenAsync();
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBe([("there", 1, 0)]);

        // A model that holds says it again: who ordered meanwhile enters, and all others were in all the time.
        await world.SaveAsync("profile", "default", "{}");
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBe([("there", 2, 0)]);
    }

    [Fact]
    public async Task Segments_OfValuesThatAnEarlierReleaseDidNotCheck_TellNothing_AndItIsFittedAnew()
    {
        await using var world = await OpenAsync(insight: true);
        await OrderAsync(world, At("2026-05-01T10:00:00Z"), "a", "b");
        await OrderAsync(world, At("2026-05-01T12:00:00Z"), "a", "b");
        await KeepAsync(world, Fit);
        await world.SaveAsync("segment", "worth", """{"label": {"tr": "Değerli", "en": "Worth"}, "where": {"profile": "forecast.value.365", "is": "atLeast", "value": 0}}""");
        await FollowAsync(world);
        await OrderAsync(world, At("2026-05-02T10:00:00Z"), "c");
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBe([("worth", 1, 0)]);
        world.Workspace.Part<LiveForecasts>().IsOutdated.ShouldBeFalse();

        await KeepAsync(world, rules => Fit(rules) with { Shape = 0, ValueCheck = null });
        await FollowAsync(world);
        (await ToldAsync(world)).ShouldBe([("worth", 1, 0)]);
        world.Workspace.Part<LiveForecasts>().IsOutdated.ShouldBeTrue();
    }

    [Fact]
    public async Task Models_OfOtherRules_HaveNeitherDateNorCheck()
    {
        await using var world = await OpenAsync(insight: true);
        await KeepAsync(world, Fit);
        var told = ForecastEndpoints.ModelsOf(world.Workspace)[0];
        (told.State, told.FittedAt is null, told.Check?.Actual, told.ValueState, told.ValueCheck?.Actual).ShouldBe(("holds", false, 100, "holds", 1000));

        await world.SaveAsync("profile", "default", OtherOrders);
        var other = ForecastEndpoints.ModelsOf(world.Workspace)[0];
        (other.State, other.FittedAt, other.Check, other.ValueState, other.ValueCheck).ShouldBe(("none", null, null, "none", null));
        world.Workspace.Part<LiveForecasts>().IsOutdated.ShouldBeTrue();
    }

    [Fact]
    public async Task Fit_WaitsForWhatQuestionsDoNotWaitFor()
    {
        await using var world = await OpenAsync(insight: true);
        await OrderAsync(world, At("2026-05-01T10:00:00Z"), [.. Enumerable.Range(0, 300).Select(i => $"c{i}")]);
        var columns = world.Workspace.Part<LiveColumns>();
        columns.Patience = TimeSpan.Zero;
        (await world.Workspace.Part<LiveForecasts>().FitAsync(CancellationToken.None)).ShouldBeNull();
        world.Workspace.Part<LiveForecasts>().Orders!.State.ShouldBe(FitState.TooFew);

        // Everybody is worked out anew by what counts then.
        await world.SaveAsync("profile", "default", """{"lifecycle": {"orders": ["order-completed"]}}""");
        world.Workspace.Part<LiveForecasts>().Orders.ShouldBeNull();
        (await world.Workspace.Part<LiveForecasts>().FitAsync(CancellationToken.None)).ShouldBeNull();
        world.Workspace.Part<LiveForecasts>().Orders!.State.ShouldBe(FitState.TooFew);
        world.Workspace.Part<LiveForecasts>().IsOutdated.ShouldBeFalse();
    }

    [Fact]
    public async Task Card_OfASubscriberBeforeTheFirstFit_SaysThatThereIsNoModel()
    {
        await using var world = await OpenAsync(insight: true);
        await world.HappenAsync(At("2026-05-01T10:00:00Z"), "a", "Subscription Started", """{"plan": "basic"}""");
        await world.HappenAsync(At("2026-05-01T10:00:00Z"), "b", "Subscription Started", """{"plan": "basic"}""");
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "b", "Subscription Cancelled");
        await OrderAsync(world, At("2026-05-02T11:00:00Z"), "c");
        foreach (var hasModels in new[] { false, true })
        {
            if (hasModels) await KeepAsync(world, Fit);
            (await WhyAsync(world, "a")).ShouldBe((null, "forecast_none"));
            (await WhyAsync(world, "b")).ShouldBe((null, null));
            (await WhyAsync(world, "c")).ShouldBe((hasModels ? null : "forecast_none", null));
        }
    }

    // A model that holds, of what counts as an order.
    private static OrderFit Fit(ulong rules) => new()
    {
        Shape = FitShape.Latest,
        At = At("2026-05-01T09:00:00Z").ToUnixTimeMilliseconds(),
        Position = 0,
        Rules = rules,
        Buying = [0.243, 4.414, 0.793, 2.426],
        Spending = [6.25, 3.74, 15.44],
        Check = new FitCheck(1, 2, 100, 100),
        ValueCheck = new FitCheck(1, 2, 1000, 1000),
    };

    // As after a restart: what is kept is read when somebody asks first.
    private static async Task KeepAsync(AskingWorld world, Func<ulong, OrderFit> fit)
    {
        await new ForecastStore(world.Workspace.Database).SaveAsync(fit(LiveForecasts.DigestOf(world.Workspace.Part<ICustomerFacts>().Orders)), null);
        await world.ReopenAsync();
    }

    private static async Task OrderAsync(AskingWorld world, DateTimeOffset at, params string[] customers)
    {
        foreach (var customer in customers) await world.HappenAsync(at, customer, "Order Completed", """{"total": 20}""");
    }

    private static async Task<(string? Ordering, string? Subscriptions)> WhyAsync(AskingWorld world, string customer)
    {
        var read = await ReadForecast.RunAsync(world.Workspace, $"user_id:{customer}", null, CancellationToken.None);
        read.IsOk.ShouldBeTrue(read.Problem?.ToString());
        return (read.Value.OrderingWhy, read.Value.SubscriptionsWhy);
    }

    // Twice, with a minute between: who changed is looked at at once, and everybody whom time may have changed twice a minute.
    private static async Task FollowAsync(AskingWorld world)
    {
        for (var times = 0; times < 2; times++)
        {
            await world.Workspace.Part<LiveColumns>().CatchUpAsync(CancellationToken.None);
            await world.Workspace.Part<LiveMembership>().FollowAsync(CancellationToken.None);
            world.Clock.Now += TimeSpan.FromMinutes(1);
        }
    }

    private static async Task<(string Segment, long Entered, long Left)[]> ToldAsync(AskingWorld world) =>
        [.. (await MemberStore.CountAsync(world.Workspace, At("2026-01-01T00:00:00Z"), CancellationToken.None)).Where(c => c.Segment is "there" or "not" or "worth").Select(c => (c.Segment, c.Entered, c.Left))];
}
