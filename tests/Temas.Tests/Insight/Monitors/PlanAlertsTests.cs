using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;

namespace Temas.Tests.Insight.Monitors;

/// <summary>What becomes of alerts, and what belongs together.</summary>
public sealed class PlanAlertsTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 1, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly First = new(2026, 4, 20);

    [Fact]
    public void Of_DaysThatAreOff_OpenOneAlert_ThatIsOverWithTheFirstThatIsNot()
    {
        var plan = Plan([], 3, First, Off(0), Off(1, Severity.Critical), Off(2), On(3));
        var alert = plan.Alerts.ShouldHaveSingleItem();
        (alert.State, alert.Severity, alert.Document.Day, alert.Document.LastDay).ShouldBe((AlertState.Closed, Severity.Critical, First, First.AddDays(2)));
        plan.Lines.Select(l => l.Line.Kind).ShouldBe(["opened", "closed"]);
        (plan.Opened.Count, plan.Closed.Count).ShouldBe((0, 0), "what is over before anybody could be told is told to nobody");
    }

    [Fact]
    public void Of_TheSameAgainWithinTheCoolDown_IsTheSameAlert_AndNobodyIsToldAgain()
    {
        var one = Plan([], 3, First, Off(0));
        one.Opened.ShouldHaveSingleItem();
        var two = Plan(one.Alerts, 3, First, On(1));
        two.Closed.ShouldHaveSingleItem();
        var three = Plan(two.Alerts, 3, First, Off(2));
        (three.Alerts[0].Document.Id, three.Alerts[0].State, three.Opened.Count).ShouldBe((one.Alerts[0].Document.Id, AlertState.Open, 0));
        var later = Plan(two.Alerts, 3, First, Off(9));
        (later.Alerts[0].Document.Id == one.Alerts[0].Document.Id, later.Opened.Count).ShouldBe((false, 1));
    }

    [Fact]
    public void Of_WhatWasNoise_StaysThat_UntilItHasBeenQuiet()
    {
        var noise = Plan([], 3, First, Off(0)).Alerts[0] with { State = AlertState.Noise };
        var next = Plan([noise], 3, First, Off(1), Off(2));
        (next.Alerts[0].State, next.Alerts[0].Document.LastDay, next.Opened.Count, next.Lines.Count).ShouldBe((AlertState.Noise, First.AddDays(2), 0, 0));
    }

    [Fact]
    public void Of_HistoryIsWrittenDown_AndToldToNobody()
    {
        var plan = Plan([], 3, First.AddDays(8), Off(0), On(1), Off(8));
        plan.Alerts.Count.ShouldBe(2);
        plan.Opened.ShouldBe([plan.Alerts.Single(a => a.Document.Day == First.AddDays(8)).Document.Id]);
        plan.Closed.ShouldBeEmpty("nobody was told that it began");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_WhatBeganInHistoryAndGoesOn_IsTold_AndThenItsEndToo(bool isQuietBetween)
    {
        var plan = Plan([], 3, First.AddDays(8), Off(6), isQuietBetween ? On(7) : Off(7), Off(8));
        (plan.Opened.ShouldHaveSingleItem(), plan.Closed.Count).ShouldBe((plan.Alerts.ShouldHaveSingleItem().Document.Id, 0));
        Plan(plan.Alerts, 3, First.AddDays(8), On(9)).Closed.ShouldBe(plan.Opened);
    }

    [Fact]
    public void Of_DayByDayOrAtOnce_IsTheSame()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var observed = Enumerable.Range(0, 12).Select(i => random.Next(3) == 0 ? Off(i) : On(i)).ToArray();
            var once = Plan([], 2, First, observed);
            var known = new Dictionary<string, KeptAlert>(StringComparer.Ordinal);
            foreach (var o in observed)
            {
                foreach (var alert in Plan(known.Values, 2, First, o).Alerts) known[alert.Document.Id] = alert;
            }

            known.Values.OrderBy(a => a.Document.Id).Select(a => (a.Document.Id, a.State, a.Document.Day, a.Document.LastDay)).ShouldBe(once.Alerts.OrderBy(a => a.Document.Id).Select(a => (a.Document.Id, a.State, a.Document.Day, a.Document.LastDay)));
        }
    }

    [Fact]
    public void Group_WhatMovesTogetherAndIsKin_IsOne_AndTheOrderDoesNotMatter()
    {
        KeptAlert[] news = [New("orders", 0), New("revenue", 0), New("nps", 0), New("calls", 5)];
        AlertKin KinOf(KeptAlert a) => a.Document.Subject switch
        {
            "orders" => Kin(null, "track:Order Completed"),
            "revenue" => Kin("purchase", "track:Order Completed", "track:Order Refunded"),
            "nps" => Kin("advocacy", "track:NPS"),
            _ => Kin("purchase", "track:Call"),
        };
        var one = GroupAlerts.Of(news, [], KinOf);
        one[news[0].Document.Id].Group.ShouldBe(one[news[1].Document.Id].Group);
        one.Values.Select(v => v.Group).Distinct().Count().ShouldBe(3, "another stage, and another day, is another group");
        var two = GroupAlerts.Of([.. news.Reverse()], [], KinOf);
        foreach (var alert in news) two[alert.Document.Id].ShouldBe(one[alert.Document.Id]);
    }

    [Fact]
    public void Group_WhatComesOfASourceThatWentSilent_IsNoAlertOfItsOwn()
    {
        var source = New("source:3", 0, Watched.Stopped);
        var type = New("event:track:Order Completed", 0, Watched.Stopped);
        KeptAlert[] news = [New("orders", 0), type, source, New("nps", 0), New("before", -2)];
        AlertKin KinOf(KeptAlert a) => a.Document.Subject switch
        {
            "nps" => Kin(null, "track:NPS"),
            "source:3" => Kin(null, "track:Order Completed", "page"),
            _ => Kin(null, "track:Order Completed"),
        };
        var groups = GroupAlerts.Of(news, [], KinOf);
        (groups[news[0].Document.Id].CausedBy, groups[type.Document.Id].CausedBy).ShouldBe((source.Document.Id, source.Document.Id));
        (groups[source.Document.Id].CausedBy, groups[news[3].Document.Id].CausedBy, groups[news[4].Document.Id].CausedBy).ShouldBe((null, null, null));
        groups[news[0].Document.Id].Group.ShouldBe(groups[source.Document.Id].Group);
    }

    [Fact]
    public void Of_WhatHasAnIdThatIsKnown_GoesOnWithIt_WhateverBecameOfIt()
    {
        // A silence has one id for as long as it lasts; and midnight comes while it does.
        Observation Silence(int day) => new(First.AddDays(day), true, Document("event:x", First, Watched.Stopped) with { LastDay = First.AddDays(day) }, Severity.Warning);
        var one = Plan([], 0, First, Silence(0)).Alerts[0] with { Person = "ayse" };
        var noise = one with { State = AlertState.Noise };
        var next = Plan([noise], 0, First, Silence(1), Silence(2));
        next.Alerts.ShouldHaveSingleItem().ShouldBe(noise with { Document = noise.Document with { LastDay = First.AddDays(2) } });
        (next.Opened.Count, next.Lines.Count).ShouldBe((0, 0));
        Plan(next.Alerts, 0, First, Silence(2)).Alerts.ShouldBeEmpty("what is as it was is not written again");

        var closed = one with { State = AlertState.Closed, ClosedAt = At };
        var back = PlanAlerts.Of([closed], [Silence(4)], 0, First, At.AddDays(4));
        back.Alerts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(a => a.State.ShouldBe(AlertState.Open), a => a.Person.ShouldBe("ayse"), a => a.OpenedAt.ShouldBe(one.OpenedAt), a => a.ClosedAt.ShouldBeNull());
        (back.Opened.Count, back.Lines.Single().Line.Kind).ShouldBe((0, "back"));
    }

    [Fact]
    public void Of_AUsualDay_ClosesAllThatGoesOn()
    {
        var old = Plan([], 3, First, Off(0)).Alerts[0];
        var late = Plan([], 3, First, Off(20)).Alerts[0] with { OpenedAt = At.AddDays(20) };
        var plan = Plan([old, late], 3, First, On(21));
        plan.Alerts.Select(a => (a.Document.Id, a.State)).ShouldBe([(old.Document.Id, AlertState.Closed), (late.Document.Id, AlertState.Closed)]);
        plan.Closed.Count.ShouldBe(2);
    }

    [Fact]
    public void Group_OnlyWhatAnOutageMakes_ComesOfIt()
    {
        var outage = New("event:track:Order Completed", 0, Watched.Stopped);
        KeptAlert Of(string subject, Watched kind, IndicatorUnit unit, double? score) => New(subject, 0, kind) with { Document = Document(subject, First, kind) with { Unit = unit, Score = score } };
        KeptAlert[] news =
        [
            outage, Of("fewer", Watched.Anomaly, IndicatorUnit.Count, -6), Of("score", Watched.Anomaly, IndicatorUnit.Score, 5), Of("more", Watched.Anomaly, IndicatorUnit.Money, 6),
            Of("unknown", Watched.Anomaly, IndicatorUnit.Money, -6), Of("target", Watched.Target, IndicatorUnit.Count, null), Of("threshold", Watched.Threshold, IndicatorUnit.Count, null),
        ];
        var groups = GroupAlerts.Of(news, [], a => a.Document.Subject == "unknown" ? new AlertKin(null, null, new HashSet<string>()) : Kin(null, "track:Order Completed"));
        news.Where(n => groups[n.Document.Id].CausedBy is not null).Select(n => n.Document.Subject).ShouldBe(["fewer", "score"]);
    }

    private static AlertKin Kin(string? stage, params string[] events) => new(stage, events.ToHashSet(StringComparer.Ordinal), new HashSet<string>());

    private static AlertPlan Plan(IEnumerable<KeptAlert> before, int coolDown, DateOnly tellFrom, params Observation[] observed) => PlanAlerts.Of(before, observed, coolDown, tellFrom, At);

    private static KeptAlert New(string subject, int day, Watched kind = Watched.Anomaly) => new(Document(subject, First.AddDays(day), kind), AlertState.Open, Severity.Warning, null, null, At, At, null);

    private static Observation Off(int day, Severity severity = Severity.Warning) => new(First.AddDays(day), true, Document("orders", First.AddDays(day)), severity);

    private static Observation On(int day) => new(First.AddDays(day), false, Document("orders", First.AddDays(day)), Severity.Warning);

    private static AlertDocument Document(string subject, DateOnly day, Watched kind = Watched.Anomaly)
    {
        var id = AlertDocument.IdOf("m", subject, $"{day:O}");
        return new AlertDocument { Id = id, Group = id, Monitor = "m", Kind = kind, Subject = subject, Name = new LocalText(subject, subject), Day = day, LastDay = day };
    }
}
