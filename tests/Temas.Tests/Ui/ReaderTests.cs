using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Temas.Ui;
using Temas.Ui.Controls;
using Temas.Ui.Preferences;
using Temas.Ui.Reading;

namespace Temas.Tests.Ui;

public sealed class ReaderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private readonly CultureInfo before = CultureInfo.CurrentCulture;
    private readonly CultureInfo beforeUi = CultureInfo.CurrentUICulture;

    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);

    [Theory]
    [InlineData("en", 30, "just now")]
    [InlineData("tr", 30, "az önce")]
    [InlineData("en", 60, "1 minute ago")]
    [InlineData("en", 7_300, "2 hours ago")]
    [InlineData("tr", 7_300, "2 saat önce")]
    [InlineData("tr", 3 * 86_400, "3 gün önce")]
    [InlineData("en", 30 * 86_400, "12 Feb 2026")]
    [InlineData("tr", 30 * 86_400, "12 Şub 2026")]
    public void Relative_OfAMomentAgo_SaysItInOneUnit(string language, int secondsAgo, string expected) =>
        In(language).Relative(Now.AddSeconds(-secondsAgo)).ShouldBe(expected);

    [Theory]
    [InlineData("en", "Today", 0)]
    [InlineData("tr", "Dün", 1)]
    [InlineData("en", "Wednesday, 11 March", 3)]
    [InlineData("tr", "11 Mart Çarşamba", 3)]
    [InlineData("tr", "14 Mart 2025 Cuma", 365)]
    public void Day_OfADaysHeading_IsWrittenAsPeopleDo(string language, string expected, int daysAgo) => In(language).Day(Now.AddDays(-daysAgo)).ShouldBe(expected);

    [Fact]
    public void Day_InTheWorkspacesZone_MayBeAnotherThanInUtc()
    {
        var reader = In("en");
        reader.Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul");
        reader.Day(new DateTimeOffset(2026, 3, 13, 22, 30, 0, TimeSpan.Zero)).ShouldBe("Today");
        reader.TimeOfDay(new DateTimeOffset(2026, 3, 13, 22, 30, 0, TimeSpan.Zero)).ShouldBe("01:30");
    }

    [Theory]
    [InlineData("en", "TRY", "₺4,990.50")]
    [InlineData("tr", "TRY", "₺4.990,50")]
    [InlineData("tr", "CHF", "4.990,50 CHF")]
    [InlineData("en", null, "4,990.50")]
    public void Money_OfAnAmount_IsWrittenAsTheReaderDoes(string language, string? currency, string expected)
    {
        In(language).Money(4990.5m, currency).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, "€4,990.50")]
    [InlineData("", "€4,990.50")]
    [InlineData("TRY", "₺4,990.50")]
    public void Money_ThatNamesNoCurrency_IsInTheWorkspacesOwn(string? currency, string expected)
    {
        var reader = In("en");
        reader.Currency = "EUR";
        reader.Money(4990.5m, currency).ShouldBe(expected);
    }

    [Theory]
    [InlineData(1, "p2")]
    [InlineData(0.6, "p2")]
    [InlineData(0.59, "p1")]
    [InlineData(0.15, "p1")]
    [InlineData(0, "p0")]
    [InlineData(-0.15, "n1")]
    [InlineData(-0.6, "n2")]
    [InlineData(-1, "n2")]
    public void Step_OfAPerception_IsOneOfFive(double perception, string expected) => PerceptionScale.Step(perception).ShouldBe(expected);

    [Theory]
    [InlineData("/w/main/customers?q=a", "/w/main/customers?q=a")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\nb", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Or_OfAnAddressElsewhere_IsTheFallback(string? url, string expected) => LocalUrl.Or(url, "/").ShouldBe(expected);

    [Fact]
    public void Customers_WithASearch_IsEscaped() => TemasUrls.Customers("main", "Şule & a/b").ShouldBe("/w/main/customers?q=%C5%9Eule%20%26%20a%2Fb");

    private static Reader In(string language)
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo(language), CultureInfo.GetCultureInfo(language));
        var services = new ServiceCollection().AddLogging().AddLocalization().AddSingleton<TimeProvider>(new Standing()).AddScoped<Reader>().BuildServiceProvider();
        return services.GetRequiredService<Reader>();
    }

    private sealed class Standing : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
