using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Localization;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Reports;
using Temas.Insight.Dashboards.Reports.Pictures;
using Temas.Insight.Dashboards.Tiles;

namespace Temas.Tests.Insight.Dashboards;

public sealed class ReportTests
{
    [Theory]
    [InlineData("day", "2026-03-14T08:00", "2026-03-14")]
    [InlineData("day", "2026-03-14T07:59", null)]
    [InlineData("day", "2026-03-14T19:59", "2026-03-14")]
    [InlineData("day", "2026-03-14T20:00", null)]
    [InlineData("week", "2026-03-16T09:00", "2026-03-16")]
    [InlineData("week", "2026-03-16T07:00", null)]
    [InlineData("week", "2026-03-17T09:00", "2026-03-16")]
    [InlineData("week", "2026-03-19T08:00", null)]
    [InlineData("month", "2026-03-01T08:00", "2026-03-01")]
    [InlineData("month", "2026-03-01T07:59", null)]
    [InlineData("month", "2026-03-05T00:00", "2026-03-01")]
    [InlineData("month", "2026-03-12T08:00", null)]
    public void Due_AtItsHour_AndLateWhereTheServerStoodStill(string every, string now, string? day) =>
        ReportTimes.Due(Of(every), At(now), DateTime.MinValue)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).ShouldBe(day);

    [Fact]
    public void Due_ForATimeAtWhichNobodyHadAsked_IsNever()
    {
        ReportTimes.Due(Of("week"), At("2026-03-16T09:00"), At("2026-03-16T08:30")).ShouldBeNull();
        ReportTimes.Due(Of("week"), At("2026-03-16T09:00"), At("2026-03-16T08:00")).ShouldBe(new DateOnly(2026, 3, 16));
    }

    [Fact]
    public void Due_MinuteByMinuteOverAYear_IsOnceForEachDay()
    {
        foreach (var (every, times) in new[] { ("day", 365), ("week", 52), ("month", 12) })
        {
            var days = new List<DateOnly>();
            for (var now = At("2026-01-01T00:00"); now < At("2027-01-01T00:00"); now = now.AddMinutes(7))
            {
                if (ReportTimes.Due(Of(every), now, At("2026-01-01T00:00")) is { } day && (days.Count == 0 || days[^1] != day)) days.Add(day);
            }

            days.Count.ShouldBe(times);
            days.ShouldBe([.. days.Order().Distinct()]);
        }
    }

    [Fact]
    public void Letter_SaysHowNumbersStand_AndThatAGainIsNotCertain_WithPicturesAsWideAsItself()
    {
        var letter = ReportLetter.Write(
            "Executive", "Veranda", new BoardPeriod(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), true),
            [
                ("On time", new NumberContent("89%", null, [0.9, 0.8, 0.9], null) { State = "bad", Target = "Target 95%" }),
                ("Wins", new FindingsContent([new FindingRow("Voucher", null, "₺5", "", "48", "Care", FindingState.New, 1, false)], true)),
                ("Frictions", new FindingsContent([new FindingRow("Checkout", null, "₺5", "", "48", "Shop", FindingState.New, 1, false)], false)),
                ("Course", new LinesContent(["1", "2", "3"], [new ChartLine("Calls", 0, false, [1, 2, 3], ["1", "2", "3"], [null, null, null], "6", null)], false, null)),
            ],
            "https://temas.example.com/", "en", new Keys<DashboardText>(), new Keys<ReportText>());
        foreach (var part in new[] { letter.Html, letter.Text })
        {
            part.ShouldContain("State_bad");
            part.ShouldContain("Target 95%");
            part[part.IndexOf("Voucher", StringComparison.Ordinal)..part.IndexOf("Checkout", StringComparison.Ordinal)].ShouldContain("WinUnclear");
            part[part.IndexOf("Checkout", StringComparison.Ordinal)..].ShouldContain("WorthUnclear");
        }

        letter.Html[letter.Html.LastIndexOf("<img", StringComparison.Ordinal)..].ShouldContain("max-width:100%", customMessage: "its days stand below its ends");
    }

    private sealed class Keys<T> : IStringLocalizer<T>
    {
        public LocalizedString this[string name] => new(name, name);

        public LocalizedString this[string name, params object[] arguments] => new(name, name);

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }

    [Fact]
    public void Png_IsWhatWasDrawn()
    {
        var picture = new Picture(40, 20, 0xFFFFFF);
        picture.Rectangle(10, 5, 20.5, 10, 0x102030);
        var (width, height, pixels) = Read(picture.ToPng());
        (width, height).ShouldBe((40, 20));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++) pixels[(y * width) + x].ShouldBe(picture[x, y]);
        }

        picture[9, 5].ShouldBe(0xFFFFFF);
        picture[10, 5].ShouldBe(0x102030);
        picture[19, 9].ShouldBe(0x102030);
        picture[20, 9].ShouldBe(0x889098, "half of the pixel is covered");
        picture[19, 10].ShouldBe(0xFFFFFF);
    }

    [Fact]
    public void Line_GoesThroughItsPoints_AndLeavesTheRest()
    {
        var picture = new Picture(60, 40, 0xFFFFFF);
        picture.Line([(5, 35), (30, 5), (55, 35)], 4, 0);
        picture[5, 35].ShouldBe(0);
        picture[30, 5].ShouldBe(0);
        picture[30, 30].ShouldBe(0xFFFFFF);
        picture[1, 1].ShouldBe(0xFFFFFF);
        picture[17, 20].ShouldBeLessThan(0x404040);
    }

    [Fact]
    public void Draw_EachKindWithACourse_HasAPicture_AndTheOthersNone()
    {
        DrawTile.Of(new NumberContent("3", null, [1, 2, null, 3], null)).ShouldNotBeNull();
        DrawTile.Of(new NumberContent("3", null, [3], null)).ShouldBeNull();
        var line = new ChartLine("a", 0, false, [1, 2, 3], ["1", "2", "3"], [null, null, null], "6", null);
        DrawTile.Of(new LinesContent(["x", "y", "z"], [line], true, null)).ShouldNotBeNull();
        DrawTile.Of(new LinesContent(["x", "y", "z"], [line, line with { IsBefore = true }], false, null)).ShouldNotBeNull();
        DrawTile.Of(new LinesContent(["x", "y", "z"], [line with { Figures = [null, null, null] }], true, null)).ShouldBeNull();
        DrawTile.Of(new TextContent(["a"])).ShouldBeNull();
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6 }, 1)]
    [InlineData(new[] { 6.0, 5, 4, 3, 2, 1 }, -1)]
    [InlineData(new[] { 100.0, 101, 99, 100, 101, 99 }, 0)]
    [InlineData(new[] { -6.0, -5, -4, -3, -2, -1 }, 1)]
    [InlineData(new[] { 0.0, 0, 0 }, 0)]
    public void Way_OfACourse(double[] course, int way) => DrawTile.Way([.. course.Select(c => (double?)c)]).ShouldBe(way);

    private static Report Of(string every) => new(every, 8, ["a@example.com"], "en");

    private static DateTime At(string local) => DateTime.ParseExact(local, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    // A reader of its own, with the sums of the file looked at.
    private static (int Width, int Height, int[] Pixels) Read(byte[] png)
    {
        png[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var (at, width, height, packed) = (8, 0, 0, new MemoryStream());
        for (var kind = ""; kind != "IEND";)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            kind = System.Text.Encoding.ASCII.GetString(png, at + 4, 4);
            BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)).ShouldBe(Sum(png.AsSpan(at + 4, length + 4)));
            var data = png.AsSpan(at + 8, length);
            if (kind == "IHDR") (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            if (kind == "IDAT") packed.Write(data);
            at += length + 12;
        }

        at.ShouldBe(png.Length);
        packed.Position = 0;
        using var plain = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress)) zlib.CopyTo(plain);
        var rows = plain.ToArray();
        rows.Length.ShouldBe(height * ((width * 3) + 1));
        var pixels = new int[width * height];
        for (var y = 0; y < height; y++)
        {
            rows[y * ((width * 3) + 1)].ShouldBe((byte)0);
            for (var x = 0; x < width; x++)
            {
                var i = (y * ((width * 3) + 1)) + 1 + (x * 3);
                pixels[(y * width) + x] = (rows[i] << 16) | (rows[i + 1] << 8) | rows[i + 2];
            }
        }

        return (width, height, pixels);
    }

    private static uint Sum(ReadOnlySpan<byte> data)
    {
        var sum = uint.MaxValue;
        foreach (var b in data)
        {
            sum ^= b;
            for (var i = 0; i < 8; i++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xEDB88320u : sum >> 1;
        }

        return ~sum;
    }
}
