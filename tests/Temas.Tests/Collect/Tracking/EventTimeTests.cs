using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Temas.Collect.Tracking;
using Temas.Storage.EventLog;

namespace Temas.Tests.Collect.Tracking;

public sealed class EventTimeTests
{
    private const long ReceivedAt = 1_770_000_000_000;

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2026-02-02T02:40:00.000Z", ReceivedAt)]
    [InlineData("2026-02-02T02:40:00.5Z", ReceivedAt + 500)]
    [InlineData("2026-02-02T02:40:00,123456789Z", ReceivedAt + 123)]
    [InlineData("2026-02-02T05:40:00+03:00", ReceivedAt)]
    [InlineData("2026-02-02T05:40:00+0300", ReceivedAt)]
    [InlineData("2026-02-02T05:40:00+03", ReceivedAt)]
    [InlineData("2026-02-01T23:10:00-03:30", ReceivedAt)]
    [InlineData("2026-02-02 02:40:00", ReceivedAt)]
    [InlineData("2026-02-02T02:40Z", ReceivedAt)]
    [InlineData("2026-02-02", ReceivedAt - 9_600_000)]
    [InlineData(" 2026-02-02T02:40:00Z ", ReceivedAt)]
    [InlineData("1770000000", ReceivedAt)]
    [InlineData("1770000000000", ReceivedAt)]
    [InlineData("1770000000000000", ReceivedAt)]
    [InlineData("1770000000.25", ReceivedAt + 250)]
    [InlineData("2016-12-31T23:59:60Z", 1_483_228_799_000)]
    [InlineData("1600-02-29T00:00:00Z", -11_670_998_400_000)]
    public void TryRead_KnownForm_GivesMilliseconds(string text, long expected)
    {
        EventTime.TryRead(Encoding.UTF8.GetBytes(text), out var time).ShouldBeTrue();
        time.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30")]
    [InlineData("2026-02-02T")]
    [InlineData("2026-02-02T25:00:00Z")]
    [InlineData("2026-02-02T02:40:00.Z")]
    [InlineData("2026-02-02T02:40:00+3")]
    [InlineData("2026-02-02T02:40:00 Europe/Istanbul")]
    [InlineData("02.02.2026 02:40")]
    [InlineData("NaN")]
    [InlineData("1e300")]
    [InlineData("99999999999999999999")]
    public void TryRead_UnknownForm_IsFalse(string text) => EventTime.TryRead(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void TryRead_AnyInstant_AgreesWithTheFramework() =>
        Prop.ForAll(
            Gen.Choose(int.MinValue, int.MaxValue).Two().ToArbitrary(),
            pair =>
            {
                var time = (pair.Item1 * 28_000L) + (pair.Item2 % 1000);
                var text = DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
                return EventTime.TryRead(Encoding.UTF8.GetBytes(text), out var read) && read == time;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryResolve_ClockOfSenderWrong_IsCorrectedByTheTimeItWaited()
    {
        // The telephone believes it is 2020; it sent ten minutes after the event.
        var (time, flags) = Resolve("""{"timestamp":"2020-01-01T00:00:00Z","sentAt":"2020-01-01T00:10:00Z"}""");
        time.ShouldBe(ReceivedAt - 600_000);
        flags.ShouldBe(EventFlags.None);
    }

    [Fact]
    public void TryResolve_EnvelopeSentAt_CountsForEventsWithoutTheirOwn() =>
        Resolve("""{"timestamp":"2020-01-01T00:00:00Z"}""", sentAt: 1_577_836_801_000).Time.ShouldBe(ReceivedAt - 1000);

    [Fact]
    public void TryResolve_OriginalTimestamp_GoesBeforeTimestamp() =>
        Resolve("""{"timestamp":"2026-02-02T00:00:00Z","originalTimestamp":"2026-02-01T00:00:00Z"}""").Time.ShouldBe(1_769_904_000_000);

    [Theory]
    [InlineData("""{}""", EventFlags.None)]
    [InlineData("""{"sentAt":"2026-01-01T00:00:00Z"}""", EventFlags.None)]
    [InlineData("""{"timestamp":"nonsense"}""", EventFlags.TimeReplaced)]
    [InlineData("""{"timestamp":{"a":1}}""", EventFlags.TimeReplaced)]
    [InlineData("""{"timestamp":"2126-01-01T00:00:00Z"}""", EventFlags.TimeReplaced)]
    [InlineData("""{"timestamp":"1912-06-23T00:00:00Z"}""", EventFlags.TimeReplaced)]
    [InlineData("""{"timestamp":"2026-02-03T00:00:00Z","sentAt":"2026-02-02T00:00:00Z"}""", EventFlags.TimeReplaced)]
    public void TryResolve_NoUsableTime_IsTheTimeOfReceipt(string json, EventFlags expected)
    {
        var (time, flags) = Resolve(json);
        time.ShouldBe(ReceivedAt);
        flags.ShouldBe(expected);
    }

    [Fact]
    public void TryResolve_Imported_KeepsTheTimeAsItWasSent()
    {
        Resolve("""{"timestamp":"1997-01-01T00:00:00Z","sentAt":"2020-01-01T00:10:00Z"}""", imported: true).Time.ShouldBe(852_076_800_000);
        Resolve("""{"timestamp":"1950-01-01T00:00:00Z"}""", imported: true).Time.ShouldBe(-631_152_000_000);
    }

    [Fact]
    public void TryResolve_ImportedWithUnreadableTime_IsRefused()
    {
        var json = """{"timestamp":"soon"}"""u8.ToArray();
        EventScanner.TryScan(json, out var fields, out _);
        var flags = EventFlags.None;
        EventTime.TryResolve(json, fields, null, ReceivedAt, imported: true, out _, ref flags).ShouldBeFalse();
    }

    private static (long Time, EventFlags Flags) Resolve(string text, long? sentAt = null, bool imported = false)
    {
        var json = Encoding.UTF8.GetBytes(text);
        EventScanner.TryScan(json, out var fields, out _).ShouldBeTrue();
        var flags = EventFlags.None;
        EventTime.TryResolve(json, fields, sentAt, ReceivedAt, imported, out var time, ref flags).ShouldBeTrue();
        return (time, flags);
    }
}
