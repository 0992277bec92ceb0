using Temas.Feedback.FollowUps;
using Temas.Kernel;

namespace Temas.Tests.Feedback.FollowUps;

public sealed class ServiceClockTests
{
    private static readonly TimeZoneInfo Istanbul = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul");

    [Theory]
    [InlineData("2026-11-20T17:00", 4, "2026-11-23T12:00")] // Friday evening: the rest is Monday's.
    [InlineData("2026-11-21T12:00", 1, "2026-11-23T10:00")] // Saturday
    [InlineData("2026-11-23T03:00", 9, "2026-11-23T18:00")]
    [InlineData("2026-10-28T17:00", 2, "2026-10-30T10:00")] // The 29th is a day off.
    public void After_OverNightsWeekendsAndDaysOff_CountsTheDesksHours(string from, double hours, string expected)
    {
        var clock = new ServiceClock(Desk(), Istanbul);
        clock.After(Local(from), TimeSpan.FromHours(hours)).ShouldBe(Local(expected));
    }

    [Fact]
    public void Between_IsTheInverseOfAfter_AndAddsUp()
    {
        var clock = new ServiceClock(Desk(), TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var from = new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(60 * 24 * 30));
            var service = TimeSpan.FromMinutes(random.Next(1, 60 * 60));
            var to = clock.After(from, service);
            clock.Between(from, to).ShouldBe(service);
            var middle = from + ((to - from) * random.NextDouble());
            (clock.Between(from, middle) + clock.Between(middle, to)).ShouldBe(service);
        }
    }

    [Fact]
    public void Desk_WithFaults_NamesEach()
    {
        var faults = FollowUpDeskKind.Instance.Check("default", """{"hours": {"monday": "18:00-09:00"}, "closed": ["tomorrow"], "causes": [{"key": "a", "label": {"tr": "a", "en": "a"}}, {"key": "a", "label": {"tr": "b", "en": "b"}}]}""");
        faults.Select(f => f.Code).ShouldBe(["hours_expected", "hours_missing", "date_expected", "cause_twice"], ignoreOrder: true);
        FollowUpRuleKind.Instance.Check("x", """{"label": {"tr": "a", "en": "b"}, "when": {}, "escalate": {}}""").Select(f => f.Code).ShouldBe(["trigger_missing", "escalation_empty"], ignoreOrder: true);
        foreach (var (key, json) in FollowUpRuleKind.Instance.Defaults) FollowUpRuleKind.Instance.Check(key, json).ShouldBeEmpty(key);
    }

    internal static FollowUpDesk Desk() => FollowUpDeskKind.Instance.Read("default", """{"hours": {"monday": "09:00-18:00", "tuesday": "09:00-18:00", "wednesday": "09:00-18:00", "thursday": "09:00-18:00", "friday": "09:00-18:00"}, "closed": ["2026-10-29"]}""");

    private static DateTimeOffset Local(string text)
    {
        var local = DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        return new DateTimeOffset(local, Istanbul.GetUtcOffset(local)).ToUniversalTime();
    }
}
