using Temas.Feedback.Asking.Definitions;

namespace Temas.Tests.Feedback.Asking;

/// <summary>Quiet hours over midnight and where clocks are moved.</summary>
public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("21:00", "09:00", "Europe/Istanbul", "2026-05-02T19:00:00Z", "2026-05-03T06:00:00Z")]
    [InlineData("21:00", "09:00", "Europe/Istanbul", "2026-05-02T17:59:59Z", null)]
    [InlineData("21:00", "09:00", "Europe/Istanbul", "2026-05-03T05:59:59Z", "2026-05-03T06:00:00Z")]
    [InlineData("21:00", "09:00", "Europe/Istanbul", "2026-05-03T06:00:00Z", null)]
    [InlineData("13:00", "15:00", "Europe/Istanbul", "2026-05-03T11:00:00Z", "2026-05-03T12:00:00Z")]
    [InlineData("09:00", "09:00", "Europe/Istanbul", "2026-05-03T06:00:00Z", null)]
    // In Berlin the clocks are put forward in this night: 09:00 comes an hour sooner.
    [InlineData("21:00", "09:00", "Europe/Berlin", "2026-03-28T21:00:00Z", "2026-03-29T07:00:00Z")]
    // There is no 02:30 in this night: they end with the gap, at 03:00.
    [InlineData("21:00", "02:30", "Europe/Berlin", "2026-03-28T21:00:00Z", "2026-03-29T01:00:00Z")]
    // There are two 02:30 in this night, and after the first it is quiet again at 02:00.
    [InlineData("21:00", "02:30", "Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("21:00", "02:30", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z")]
    public void EndAfter_IsWhenClocksShowIt(string from, string to, string zone, string moment, string? end)
    {
        var quiet = new QuietHours(TimeOnly.Parse(from, null), TimeOnly.Parse(to, null));
        quiet.EndAfter(AskingWorld.At(moment), TimeZoneInfo.FindSystemTimeZoneById(zone)).ShouldBe(end is null ? null : AskingWorld.At(end));
    }

    [Fact]
    public void EndAfter_AnyHoursInAnyNight_IsAMomentThatIsNotQuietAfterQuietOnes()
    {
        var random = new Random(5);
        string[] zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Istanbul", "America/Sao_Paulo"];
        for (var i = 0; i < 4000; i++)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(zones[random.Next(zones.Length)]);
            var quiet = new QuietHours(new TimeOnly(random.Next(24), random.Next(60)), new TimeOnly(random.Next(24), random.Next(60)));
            var moment = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(365 * 1440));
            bool Quiet(DateTimeOffset at) => quiet.From != quiet.To && quiet.Holds(TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime));
            var end = quiet.EndAfter(moment, zone);
            (end is not null).ShouldBe(Quiet(moment), $"{quiet} {zone.Id} {moment:O}");
            if (end is not { } known) continue;
            (Quiet(known), Quiet(known.AddSeconds(-1)), known - moment <= TimeSpan.FromHours(25)).ShouldBe((false, true, true), $"{quiet} {zone.Id} {moment:O}");
        }
    }
}
