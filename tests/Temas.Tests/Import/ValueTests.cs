using System.Globalization;
using NodaTime;
using Temas.Collect.Import.Mapping;

namespace Temas.Tests.Import;

public sealed class ValueTests
{
    [Theory]
    [InlineData("12.00", "12.00")]
    [InlineData("0.10", "0.10")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("+7", "7")]
    [InlineData("007", "7")]
    [InlineData("000", "0")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e5", "1e5")]
    [InlineData("\u221212.5", "-12.5")]
    [InlineData("12345678901234567890.123456789012345678901", "12345678901234567890.123456789012345678901")]
    [InlineData("1,5", null)]
    [InlineData("1 000", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData(".", null)]
    [InlineData("1e", null)]
    [InlineData("1e9999", null)]
    [InlineData("0x10", null)]
    [InlineData("١٢", null)]
    [InlineData("NaN", null)]
    public void TryNormalize_WithPoint_KeepsTheDigits(string text, string? expected) => Normalize(NumberFormat.Default, text).ShouldBe(expected);

    [Theory]
    [InlineData("1.234,56", "1234.56")]
    [InlineData("1.234.567", "1234567")]
    [InlineData("234,5", "234.5")]
    [InlineData("1234,5", "1234.5")]
    [InlineData("12.50", null)]
    [InlineData("1.23,4", null)]
    [InlineData("1234.567", null)]
    [InlineData(".234", null)]
    [InlineData("1,234.5", null)]
    public void TryNormalize_TurkishNumbers_AreReadOrRefused(string text, string? expected)
    {
        InTurkish(() => Normalize(new NumberFormat(',', '.'), text)).ShouldBe(expected);
    }

    [Fact]
    public void TryNormalize_WithSpaceGroups_TakesNarrowSpaces() => Normalize(new NumberFormat(',', ' '), "1\u202F234\u00A0567,8").ShouldBe("1234567.8");

    [Theory]
    [InlineData("iso", "2024-05-01", "2024-04-30T21:00:00.0000000Z")]
    [InlineData("iso", "2024-05-01T10:20", "2024-05-01T07:20:00.0000000Z")]
    [InlineData("iso", "2024-05-01 10:20:30.1234567", "2024-05-01T07:20:30.1230000Z")]
    [InlineData("iso", "2024-05-01T10:20:30Z", "2024-05-01T10:20:30.0000000Z")]
    [InlineData("iso", "2024-05-01T10:20:30-0430", "2024-05-01T14:50:30.0000000Z")]
    [InlineData("iso", "2024-02-30", null)]
    [InlineData("iso", "01.05.2024", null)]
    [InlineData("iso", "2024-05-01T25:00", null)]
    [InlineData("iso", "2024-05-01T10:20+99", null)]
    [InlineData("dd.MM.yyyy", "01.05.2024", "2024-04-30T21:00:00.0000000Z")]
    [InlineData("d.M.yyyy HH:mm", "1.5.2024 09:05", "2024-05-01T06:05:00.0000000Z")]
    [InlineData("dd/MMM/yyyy:HH:mm:ss zzz", "10/Oct/2000:13:55:36 -07:00", "2000-10-10T20:55:36.0000000Z")]
    [InlineData("M/d/yyyy h:mm tt", "5/1/2024 9:05 PM", "2024-05-01T18:05:00.0000000Z")]
    [InlineData("yyyyMMdd", "20240501", "2024-04-30T21:00:00.0000000Z")]
    [InlineData("unix", "1714545000", "2024-05-01T06:30:00.0000000Z")]
    [InlineData("unix", "1714545000.25", "2024-05-01T06:30:00.2500000Z")]
    [InlineData("unix-ms", "1714545000123", "2024-05-01T06:30:00.1230000Z")]
    [InlineData("unix", "99999999999999999999", null)]
    [InlineData("unix", "soon", null)]
    public void TryInstant_InTheFormat_IsReadInTheZone(string format, string text, string? expected) =>
        InTurkish(() => Instant(Format(format), text)).ShouldBe(expected);

    [Fact]
    public void TryInstant_OfTurkishMonth_NeedsTheLanguage()
    {
        var format = TimeFormat.Make(["d MMMM yyyy"], DateTimeZone.Utc, LocalTime.Midnight, AmbiguousTime.Earlier, SkippedTime.Forward, CultureInfo.GetCultureInfo("tr-TR"), out _)!;
        Instant(format, "1 Mayıs 2024").ShouldBe("2024-05-01T00:00:00.0000000Z");
        Instant(format, "1 May 2024").ShouldBeNull();
    }

    [Theory]
    [InlineData("2024-10-27T02:30", "Europe/Berlin", AmbiguousTime.Earlier, "2024-10-27T00:30:00.0000000Z")]
    [InlineData("2024-10-27T02:30", "Europe/Berlin", AmbiguousTime.Later, "2024-10-27T01:30:00.0000000Z")]
    [InlineData("2024-10-27T02:30", "Europe/Berlin", AmbiguousTime.Reject, null)]
    public void TryInstant_OfTimeThatOccurredTwice_FollowsTheMapping(string text, string zone, object which, string? expected) =>
        Instant(Format("iso", zone, (AmbiguousTime)which), text).ShouldBe(expected);

    [Theory]
    [InlineData(SkippedTime.Forward, "2024-03-31T01:30:00.0000000Z")]
    [InlineData(SkippedTime.Reject, null)]
    public void TryInstant_OfTimeThatNeverOccurred_FollowsTheMapping(object which, string? expected) =>
        Instant(Format("iso", "Europe/Berlin", skipped: (SkippedTime)which), "2024-03-31T02:30").ShouldBe(expected);

    [Fact]
    public void TryInstant_OfDayWhoseMidnightWasSkipped_IsItsFirstMoment() =>
        Instant(Format("iso", "America/Sao_Paulo", skipped: SkippedTime.Reject), "2018-11-04").ShouldBe("2018-11-04T03:00:00.0000000Z");

    [Theory]
    [InlineData("Evet", true)]
    [InlineData("HAYIR", false)]
    [InlineData("hayır", false)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("vielleicht", null)]
    public void Read_OfBooleanWord_IgnoresCaseAlsoInTurkish(string word, bool? expected) =>
        InTurkish(() => BooleanWords.Default.Read(word)).ShouldBe(expected);

    private static T InTurkish<T>(Func<T> what)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            return what();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TimeFormat Format(string format, string zone = "Europe/Istanbul", AmbiguousTime ambiguous = AmbiguousTime.Earlier, SkippedTime skipped = SkippedTime.Forward)
    {
        var made = TimeFormat.Make([format], DateTimeZoneProviders.Tzdb[zone], LocalTime.Midnight, ambiguous, skipped, CultureInfo.InvariantCulture, out var fault);
        fault.ShouldBeNull();
        return made!;
    }

    private static string? Instant(TimeFormat format, string text) =>
        format.TryInstant(text, out var time, out _) ? DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : null;

    private static string? Normalize(NumberFormat format, string text)
    {
        Span<char> target = stackalloc char[NumberFormat.MaxLength + 2];
        return format.TryNormalize(text, target, out var length) ? target[..length].ToString() : null;
    }
}
