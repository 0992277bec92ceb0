using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;

namespace Temas.Tests.Customers.Profiles;

public sealed class CustomerFoldTests
{
    [Fact]
    public void Traits_LaterTellingNullAndContext_LatestByEventTimeWins()
    {
        var profile = new Timeline()
            .Identify("2026-01-03T00:00:00Z", """{"city": "İzmir", "plan": null}""")
            .Identify("2026-01-01T00:00:00Z", """{"city": "Ankara", "plan": "gold", "age": 41, "address": {"city": "x"}}""")
            .Track("2026-01-02T00:00:00Z", "Order Completed", "{}", """{"traits": {"firstName": "Ada", "lastName": "Kaya", "city": "Bursa"}}""")
            .Identify("2026-01-04T00:00:00Z", """{"city": "İzmir"}""")
            .Profile("2026-02-01T00:00:00Z");

        profile.Traits.Select(t => (t.Name, t.Value.Display)).ShouldBe([("address", """{"city": "x"}"""), ("age", "41"), ("city", "İzmir"), ("firstName", "Ada"), ("lastName", "Kaya")]);
        var city = profile.Traits.Single(t => t.Name == "city");
        city.Since.ShouldBe(new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero));
        city.Time.ShouldBe(new DateTimeOffset(2026, 1, 4, 0, 0, 0, TimeSpan.Zero));
        (city.Source, city.Position).ShouldBe((1, 4L));
        profile.DisplayName.ShouldBe("Ada Kaya");
    }

    [Fact]
    public void Groups_WithTraits_AreKeptApart()
    {
        var profile = new Timeline()
            .Add("2026-01-01T00:00:00Z", """{"type":"group","groupId":"acme","traits":{"name":"Acme","size":10}}""")
            .Add("2026-01-02T00:00:00Z", """{"type":"group","groupId":"home"}""")
            .Add("2026-01-03T00:00:00Z", """{"type":"group","groupId":"acme","traits":{"size":11}}""")
            .Profile("2026-02-01T00:00:00Z");

        profile.Groups.Select(g => g.Id).ShouldBe(["acme", "home"]);
        profile.Groups[0].Traits.Select(t => (t.Name, t.Value.Json)).ShouldBe([("name", "\"Acme\""), ("size", "11")]);
        profile.Traits.ShouldBeEmpty();
    }

    [Fact]
    public void Consent_EventsAndContext_LatestWordHoldsPerPurposeAndChannel()
    {
        var profile = new Timeline()
            .Track("2026-01-01T00:00:00Z", "Consent Given", """{"purpose": "marketing", "channels": ["email", "sms"]}""")
            .Track("2026-01-02T00:00:00Z", "Email Unsubscribed")
            .Track("2026-01-03T00:00:00Z", "Product Viewed", "{}", """{"consent": {"categoryPreferences": {"analytics": true, "advertising": false}}}""")
            .Track("2026-01-04T00:00:00Z", "Consent Preferences Updated", """{"preferences": {"advertising": {"push": true}}}""")
            .Track("2026-01-05T00:00:00Z", "Product Viewed", "{}", """{"consent": {"categoryPreferences": {"analytics": true, "advertising": false}}}""")
            .Profile("2026-02-01T00:00:00Z");

        profile.Consents.Select(c => (c.Purpose, c.Channel, c.Given, c.By)).ShouldBe(
        [
            ("advertising", "*", false, "context.consent"),
            ("advertising", "push", true, "Consent Preferences Updated"),
            ("analytics", "*", true, "context.consent"),
            ("marketing", "email", false, "Email Unsubscribed"),
            ("marketing", "sms", true, "Consent Given"),
        ]);
        profile.Consents[2].Time.Day.ShouldBe(3);
    }

    [Fact]
    public void Consent_WithdrawnForAllChannels_SettlesSingleOnes()
    {
        var profile = new Timeline()
            .Track("2026-01-01T00:00:00Z", "Consent Given", """{"purpose": "marketing", "channel": "email"}""")
            .Track("2026-01-02T00:00:00Z", "Consent Withdrawn", """{"purpose": "marketing"}""")
            .Profile("2026-02-01T00:00:00Z");
        profile.Consents.Select(c => (c.Purpose, c.Channel, c.Given)).ShouldBe([("marketing", "*", false)]);
    }

    [Theory]
    [InlineData("NPS Answered", """{"score": 10}""", 1)]
    [InlineData("NPS Answered", """{"score": "0"}""", -1)]
    [InlineData("NPS Answered", """{"score": 7}""", 0)]
    [InlineData("NPS Answered", """{"score": 11}""", 0)]
    [InlineData("CSAT Answered", """{"score": 2}""", -0.5)]
    [InlineData("CES Answered", """{"score": 7}""", 1)]
    [InlineData("Survey Answered", """{"survey_type": "nps", "score": 6}""", -0.25)]
    [InlineData("Product Reviewed", """{"rating": "4"}""", 0.5)]
    [InlineData("Product Reviewed", """{"rating": 10, "rating_scale": 10}""", 1)]
    [InlineData("Feedback Received", """{"smiley": "🙁"}""", -0.5)]
    [InlineData("Feedback Received", """{"sentiment": "Negative"}""", -0.6)]
    [InlineData("Feedback Received", """{"sentiment": 0.3}""", 0.3)]
    [InlineData("Complaint Filed", """{}""", -0.8)]
    [InlineData("Products Searched", """{"results": 0}""", -0.3)]
    [InlineData("Products Searched", """{"results": 5}""", 0)]
    [InlineData("Order Delivered", """{"damaged": true}""", -0.8)]
    [InlineData("Order Delivered", """{"damaged": true, "csat": 5}""", 1)]
    [InlineData("Unknown To All", """{"score": 1}""", 0)]
    public void Perception_OfOneTouch_FollowsRatingThenConditionThenAssumption(string name, string properties, double expected) =>
        new Timeline().Track("2026-01-01T00:00:00Z", name, properties).Moments("2026-01-02T00:00:00Z")[^1].Perception.ShouldBe(expected, 1e-9);

    [Fact]
    public void Perception_SurveyAfterDelivery_IsNoMisfire()
    {
        var moments = new Timeline()
            .Track("2026-01-01T00:00:00Z", "Order Completed", """{"order_id": "1", "estimated_delivery_date": "2026-01-05"}""")
            .Track("2026-01-04T00:00:00Z", "Order Delivered", """{"order_id": "1"}""")
            .Track("2026-01-06T00:00:00Z", "Survey Sent", """{"order_id": "1"}""")
            .Moments("2026-02-01T00:00:00Z");
        moments.Count.ShouldBe(3);
        moments[2].Perception.ShouldBe(0);
    }

    [Fact]
    public void Promises_MovedBeforeAndAfterTheDueDate_OnlyTheFirstMoves()
    {
        var timeline = new Timeline()
            .Track("2026-01-01T00:00:00Z", "Order Completed", """{"order_id": "1", "estimated_delivery_date": "2026-01-05"}""")
            .Track("2026-01-04T00:00:00Z", "Shipment Delayed", """{"order_id": "1", "estimated_delivery_date": "2026-01-07"}""")
            .Track("2026-01-08T12:00:00Z", "Shipment Delayed", """{"order_id": "1", "estimated_delivery_date": "2026-01-20"}""")
            .Track("2026-01-09T21:00:00Z", "Order Delivered", """{"order_id": "1"}""");

        var promise = timeline.Profile("2026-02-01T00:00:00Z").Promises.ShouldHaveSingleItem();

        promise.Status.ShouldBe(PromiseStatus.Late);
        promise.Due.ShouldBe(new DateTimeOffset(2026, 1, 7, 20, 59, 59, 999, TimeSpan.Zero));
        promise.FirstDue.ShouldBe(new DateTimeOffset(2026, 1, 5, 20, 59, 59, 999, TimeSpan.Zero));
        promise.Delay!.Value.TotalDays.ShouldBe(2, 0.001);
    }

    [Fact]
    public void Promises_CancelledBeforeAndAfterDue_VoidOrBroken()
    {
        static Timeline Cancelled(string day) => new Timeline()
            .Track("2026-01-01T00:00:00Z", "Order Completed", """{"order_id": "1", "estimated_delivery_date": "2026-01-05"}""")
            .Track(day, "Order Cancelled", """{"order_id": "1"}""");

        Cancelled("2026-01-04T00:00:00Z").Profile("2026-03-01T00:00:00Z").Promises[0].Status.ShouldBe(PromiseStatus.Cancelled);
        var late = Cancelled("2026-01-08T00:00:00Z").Profile("2026-03-01T00:00:00Z");
        late.Promises[0].Status.ShouldBe(PromiseStatus.Broken);
        late.Promises[0].Delay!.Value.TotalDays.ShouldBeLessThan(3);
        late.Lifecycle.Stage.ShouldBe(LifecycleStage.Prospect);
    }

    [Fact]
    public void Promises_CallbackWithoutReference_IsKeptByTheNextCallback()
    {
        var profile = new Timeline()
            .Track("2026-01-01T10:00:00Z", "Callback Promised", """{"callback_at": "2026-01-01T15:00"}""")
            .Track("2026-01-01T12:04:00Z", "Callback Completed")
            .Profile("2026-01-02T00:00:00Z");
        // 15:00 in Istanbul is 12:00 UTC; five minutes of grace.
        profile.Promises.ShouldHaveSingleItem().Status.ShouldBe(PromiseStatus.Kept);
    }

    [Theory]
    [InlineData("\"2026-01-05\"", "2026-01-05T20:59:59.999Z")]
    [InlineData("\"05.01.2026\"", "2026-01-05T20:59:59.999Z")]
    [InlineData("\"2026-01-05T10:00:00Z\"", "2026-01-05T10:00:00Z")]
    [InlineData("\"2026-01-05T10:00:00.000+05:00\"", "2026-01-05T05:00:00Z")]
    [InlineData("\"2026-01-05 10:00\"", "2026-01-05T07:00:00Z")]
    [InlineData("1767607200", "2026-01-05T10:00:00Z")]
    [InlineData("1767607200000", "2026-01-05T10:00:00Z")]
    [InlineData("\"soon\"", null)]
    [InlineData("true", null)]
    [InlineData("-5", null)]
    [InlineData("\"2025-01-01\"", null)]
    public void Promises_DueInManyForms_IsReadOrNothingIsPromised(string due, string? expected)
    {
        var promises = new Timeline().Track("2026-01-01T00:00:00Z", "Order Completed", $$"""{"order_id": "1", "promised_delivery_date": {{due}}}""").Profile("2026-01-02T00:00:00Z").Promises;
        if (expected is null) promises.ShouldBeEmpty();
        else promises.ShouldHaveSingleItem().Due.ToUnixTimeMilliseconds().ShouldBe(Timeline.At(expected));
    }

    [Theory]
    [InlineData(0, 10, LifecycleStage.Prospect)]
    [InlineData(1, 10, LifecycleStage.New)]
    [InlineData(1, 140, LifecycleStage.AtRisk)]
    [InlineData(1, 280, LifecycleStage.Lost)]
    [InlineData(2, 10, LifecycleStage.Active)]
    [InlineData(5, 10, LifecycleStage.Loyal)]
    [InlineData(5, 80, LifecycleStage.AtRisk)]
    [InlineData(5, 200, LifecycleStage.Lost)]
    public void Lifecycle_OrdersEveryThirtyDaysThenSilence_FollowsHerRhythm(int orders, int silenceInDays, LifecycleStage expected)
    {
        var start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var timeline = new Timeline().Track("2024-12-31T00:00:00Z", "Product Viewed");
        for (var i = 0; i < orders; i++) timeline.Track(start.AddDays(30 * i).ToString("O"), "Order Completed", $$"""{"order_id": "{{i}}"}""");
        var asOf = start.AddDays((30 * Math.Max(0, orders - 1)) + silenceInDays).ToString("O");
        timeline.Profile(asOf).Lifecycle.Stage.ShouldBe(expected);
    }

    [Fact]
    public void Lifecycle_OrderAfterBeingLost_IsWonBack()
    {
        var lifecycle = new Timeline()
            .Track("2024-01-01T00:00:00Z", "Order Completed").Track("2024-02-01T00:00:00Z", "Order Completed").Track("2024-03-01T00:00:00Z", "Order Completed")
            .Track("2026-01-01T00:00:00Z", "Store Purchase Completed")
            .Profile("2026-01-10T00:00:00Z").Lifecycle;
        lifecycle.Stage.ShouldBe(LifecycleStage.WonBack);
    }

    [Fact]
    public void Channels_TouchesOfHerOwn_AreWeighedByRecency()
    {
        var profile = new Timeline()
            .Track("2025-01-01T00:00:00Z", "Product Viewed").Track("2025-01-02T00:00:00Z", "Product Viewed").Track("2025-01-03T00:00:00Z", "Product Viewed")
            .Track("2026-01-01T00:00:00Z", "Product Viewed", "{}", """{"device": {"type": "ios"}}""")
            .Track("2026-01-02T00:00:00Z", "Store Visited", """{"store_id": "1"}""")
            .Track("2026-01-03T00:00:00Z", "Product Viewed", """{"channel": "Kiosk"}""")
            .Track("2026-01-03T00:00:01Z", "Message Sent")
            .Profile("2026-01-04T00:00:00Z");
        profile.Channels.Select(c => c.Channel).ShouldBe(["kiosk", "store", "app", "web"]);
        profile.Channels.Sum(c => c.Share).ShouldBe(1, 0.001);
    }

    [Fact]
    public void Robots_OnTheTimeline_CountForNothing()
    {
        var fold = new Timeline().Track("2026-01-01T00:00:00Z", "Order Completed", """{"total": 5}""", """{"traits": {"a": 1}}""", EventFlags.Bot).Fold();
        var profile = fold.Finish(Timeline.At("2026-01-02T00:00:00Z"));
        (profile.Events, profile.Traits.Count, profile.Lifecycle.Orders, profile.Perception.Value).ShouldBe((1L, 0, 0, null));
        fold.Moments(Timeline.At("2026-01-02T00:00:00Z")).ShouldHaveSingleItem().Name.ShouldBe("Order Completed");
    }

    [Fact]
    public void Append_EarlierThanTheLast_IsADefect()
    {
        var events = new Timeline().Track("2026-01-02T00:00:00Z", "A").Track("2026-01-01T00:00:00Z", "B").Events;
        var fold = new CustomerFold(FoldRules.Default);
        fold.Append(events[0].AsLogEvent());
        Should.Throw<ArgumentException>(() => fold.Append(events[1].AsLogEvent()));
    }

    [Fact]
    public void Finish_WithoutEvents_IsEmpty()
    {
        var profile = new CustomerFold(FoldRules.Default).Finish(0);
        (profile.Events, profile.FirstSeen, profile.Perception.Value, profile.PreferredChannel, profile.Lifecycle.Stage).ShouldBe((0L, null, null, null, LifecycleStage.Prospect));
    }

    [Fact]
    public void Rules_ConditionOnTouchpoint_ChangeHistoryAtOnce()
    {
        var timeline = new Timeline().Track("2026-01-01T00:00:00Z", "Tea Served", """{"cup": {"size": 3}}""");
        timeline.Moments("2026-01-02T00:00:00Z")[0].Touchpoint.ShouldBeNull();
        const string document = """{"label": {"tr": "Çay", "en": "Tea"}, "stage": "use", "channel": "store", "events": [{"names": ["Tea Served"], "where": [{"property": "cup.size", "is": "at_least", "value": 2}]}], "perception": {"value": 0.9}}""";
        var tea = Temas.Collect.Catalogue.TouchpointKind.Instance.Read("tea", document);
        var rules = new FoldRules(TouchpointCatalogue.Build(new Dictionary<string, Touchpoint> { ["tea"] = tea }, new Dictionary<string, PromiseRule>()), [], ProfileRules.Default);
        timeline.Moments("2026-01-02T00:00:00Z", rules)[0].Perception.ShouldBe(0.9);
    }
}
