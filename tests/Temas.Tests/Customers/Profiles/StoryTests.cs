using Temas.Customers.Contracts;

namespace Temas.Tests.Customers.Profiles;

/// <summary>The story that the product must tell by itself: the patio table that came four days late.</summary>
public sealed class StoryTests
{
    private static readonly Timeline Story = new Timeline()
        // Earlier purchases went well.
        .Identify("2026-01-10T09:00:00Z", """{"name": "Ayşe Yılmaz", "email": "ayse@example.com"}""")
        .Track("2026-01-10T09:05:00Z", "Order Completed", """{"order_id": "A1", "total": 250.50, "currency": "TRY", "promised_delivery_date": "2026-01-13"}""")
        .Track("2026-01-12T10:00:00Z", "Order Delivered", """{"order_id": "A1"}""")
        .Track("2026-03-20T18:00:00Z", "Order Completed", """{"order_id": "A2", "total": 99.90, "currency": "TRY", "promised_delivery_date": "2026-03-24"}""")
        .Track("2026-03-24T15:00:00Z", "Order Delivered", """{"order_id": "A2"}""")
        // The patio table.
        .Track("2026-05-02T19:00:00Z", "Ad Clicked", """{"keyword": "bahçe masası", "network": "search"}""")
        .Track("2026-05-02T19:01:00Z", "Products Searched", """{"query": "bahçe masası", "results": 12}""")
        .Track("2026-05-02T19:10:00Z", "Products Compared", """{"category": "patio"}""")
        .Track("2026-05-02T19:30:00Z", "Order Completed", """{"order_id": "P7", "total": 4999.00, "currency": "TRY"}""")
        .Track("2026-05-02T19:31:00Z", "Order Confirmed", """{"order_id": "P7", "promised_delivery_date": "2026-05-09"}""")
        // The date comes; the table does not. In the four days she hears that it has arrived, and is asked how she liked it.
        .Track("2026-05-10T08:00:00Z", "Message Sent", """{"order_id": "P7", "template": "order_arrived"}""")
        .Track("2026-05-10T12:00:00Z", "Survey Sent", """{"order_id": "P7", "survey_type": "csat"}""")
        .Track("2026-05-11T12:00:00Z", "Survey Sent", """{"order_id": "P7", "survey_type": "csat"}""")
        .Track("2026-05-12T08:00:00Z", "Message Sent", """{"order_id": "P7", "template": "order_arrived"}""")
        .Track("2026-05-13T20:59:59Z", "Order Delivered", """{"order_id": "P7"}""");

    [Fact]
    public void Moments_OfTheStory_TellItWithPerceptions()
    {
        var moments = Story.Moments("2026-06-01T00:00:00Z");

        moments.Select(m => (m.Touchpoint?.Key ?? m.Kind.ToString(), Sign(m.Perception))).ShouldBe(
        [
            ("Event", 0), ("order-completed", 1), ("order-delivered", 1), ("order-completed", 1), ("order-delivered", 1),
            ("ad-clicked", 0), ("products-searched", 0), ("products-compared", 0), ("order-completed", 1), ("order-confirmed", 1),
            ("PromiseBroken", -1), ("order-arrived-message", -1), ("survey-sent", -1), ("survey-sent", -1), ("order-arrived-message", -1), ("order-delivered", -1),
        ]);
        moments.Select(m => m.Time).ShouldBeInOrder();
    }

    [Fact]
    public void Moments_BrokenPromise_StandsAtTheEndOfThePromisedDayInTheWorkspacesZone()
    {
        var broken = Story.Moments("2026-06-01T00:00:00Z").Single(m => m.Kind == MomentKind.PromiseBroken);

        // The end of 9 May in Istanbul (UTC+3).
        broken.Time.ShouldBe(Timeline.At("2026-05-09T20:59:59.999Z"));
        broken.Name.ShouldBe("delivery");
        broken.Promise!.Owner!.En.ShouldBe("Logistics");
        broken.Promise.System!.Tr.ShouldBe("Kargo firması");
        broken.Evidence.Single().Code.ShouldBe(EvidenceCode.PromiseBroken);
        broken.Evidence[0].Reference.ShouldBe("P7");
    }

    [Fact]
    public void Moments_Misfires_WeighMoreEachTime()
    {
        var misfires = Story.Moments("2026-06-01T00:00:00Z").Where(m => m.Evidence is [{ Code: EvidenceCode.Misfire }, ..]).ToList();

        misfires.Select(m => m.Evidence[0].Count).ShouldBe([1, 2, 3, 4]);
        misfires.Select(m => m.Perception).ShouldBe([-0.5, -0.75, -0.875, -0.9375], 1e-12);
        misfires[0].Evidence[0].Delay!.Value.TotalHours.ShouldBe(11, 0.01);
        misfires.ShouldAllBe(m => m.Evidence[0].Promise == "delivery" && m.Evidence[0].Reference == "P7");
    }

    [Fact]
    public void Moments_DeliveryFourDaysLate_SaysHowLate()
    {
        var delivered = Story.Moments("2026-06-01T00:00:00Z")[^1];

        delivered.Evidence[0].Code.ShouldBe(EvidenceCode.PromiseLate);
        delivered.Evidence[0].Delay!.Value.TotalDays.ShouldBe(4, 0.001);
        delivered.Perception.ShouldBe(-0.7, 0.001);
        // What the catalogue assumes of a delivery is still shown, behind the deciding reason.
        delivered.Evidence.ShouldContain(e => e.Code == EvidenceCode.Assumed && e.Value > 0);
    }

    [Fact]
    public void Moments_Confirmation_SaysThatAPromiseIsMade()
    {
        var confirmed = Story.Moments("2026-06-01T00:00:00Z").Single(m => m.Touchpoint?.Key == "order-confirmed");
        confirmed.Perception.ShouldBeGreaterThan(0);
        confirmed.Evidence.ShouldContain(e => e.Code == EvidenceCode.PromiseMade && e.Due != null);
    }

    [Fact]
    public void Finish_AfterTheStory_ShowsPromisesJourneyAndThatSheIsLost()
    {
        var profile = Story.Profile("2026-12-01T00:00:00Z");

        profile.DisplayName.ShouldBe("Ayşe Yılmaz");
        profile.Promises.Select(p => (p.Reference, p.Status, p.Misfires)).ShouldBe([("P7", PromiseStatus.Late, 4), ("A2", PromiseStatus.Kept, 0), ("A1", PromiseStatus.Kept, 0)]);
        profile.Promises[0].Delay!.Value.TotalDays.ShouldBe(4, 0.001);
        profile.Lifecycle.Stage.ShouldBe(LifecycleStage.Lost);
        profile.Lifecycle.Orders.ShouldBe(3);
        profile.Lifecycle.Spent.ShouldBe([new Money(5349.40m, "TRY")]);
        profile.ComputedTraits.Single(t => t.Key == "total-spent").Value.Json.ShouldBe("5349.4");
        profile.Perception.Value!.Value.ShouldBeLessThan(-0.2);
        profile.Perception.PeakAt.ShouldBe(DateTimeOffset.Parse("2026-05-12T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        profile.PreferredChannel.ShouldBe("web");
    }

    [Fact]
    public void Finish_BeforeAndAfterTheDueDate_OpensThenBreaks()
    {
        var events = Story.Events.Where(e => e.Time < Timeline.At("2026-05-09T00:00:00Z")).ToList();
        var fold = Timeline.Fold(events);

        var before = fold.Finish(Timeline.At("2026-05-09T12:00:00Z"));
        var after = fold.Finish(Timeline.At("2026-05-10T21:00:00Z"));
        var again = fold.Finish(Timeline.At("2026-05-09T12:00:00Z"));

        before.Promises[0].Status.ShouldBe(PromiseStatus.Open);
        before.Perception.Value!.Value.ShouldBeGreaterThan(0);
        after.Promises[0].Status.ShouldBe(PromiseStatus.Broken);
        after.Promises[0].Delay!.Value.TotalDays.ShouldBe(1, 0.001);
        after.Perception.Value!.Value.ShouldBeLessThan(before.Perception.Value.Value);
        fold.Moments(Timeline.At("2026-05-10T21:00:00Z"))[^1].Kind.ShouldBe(MomentKind.PromiseBroken);
        again.Promises[0].Status.ShouldBe(PromiseStatus.Open);
        again.Perception.Value.ShouldBe(before.Perception.Value);
    }

    private static int Sign(double value) => Math.Sign(value);
}
