using System.Globalization;
using System.Text.Json;
using Temas.Collect.Import;

namespace Temas.Tests.Import;

public sealed class RealDataTests : IDisposable
{
    private readonly ImportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [RealDataFact]
    public async Task Import_CdnowTwice_EveryPurchaseOnceToTheCent()
    {
        var first = await folder.RunAsync(Cdnow());
        var second = await folder.RunAsync(Cdnow());

        first.Completed.ShouldBeTrue();
        first.Progress.ShouldBe(new ImportProgress(69_659, 69_659, 1_950_500, 1_950_500, 69_659, 0, 0, 0));
        second.Progress.Accepted.ShouldBe(0);
        second.Progress.Duplicates.ShouldBe(69_659);
        second.Resumed.ShouldBeFalse();
        CheckCdnow();
    }

    [RealDataFact]
    public async Task Import_CdnowInterruptedAndContinued_EveryPurchaseOnce()
    {
        folder.Sink.FailAfter = 9;
        var first = await folder.RunAsync(Cdnow());
        first.Problems.ShouldHaveSingleItem().Code.ShouldBe("gone");
        first.Progress.Accepted.ShouldBeInRange(1, 60_000);

        folder.Sink.FailAfter = int.MaxValue;
        var second = await folder.RunAsync(Cdnow());

        second.Resumed.ShouldBeTrue();
        second.Completed.ShouldBeTrue();
        (second.Progress.Accepted + second.Progress.Duplicates).ShouldBe(69_659);
        second.Progress.Events.ShouldBe(69_659);
        CheckCdnow();
    }

    [RealDataFact]
    public async Task Import_CdnowCancelledAtEveryBatch_EveryPurchaseOnce()
    {
        ImportReport report;
        var runs = 0;
        do
        {
            using var cancel = new CancellationTokenSource();
            var calls = 0;
            folder.Sink.Before = () =>
            {
                if (++calls == 6) cancel.Cancel();
            };
            report = await folder.RunAsync(Cdnow(), cancel: cancel.Token);
            report.Problems.ShouldBeEmpty();
        }
        while (!report.Completed && ++runs < 50);

        runs.ShouldBeGreaterThan(1);
        CheckCdnow();
    }

    [RealDataFact]
    public async Task Import_AirportSurvey_GivesThePublishedScores()
    {
        var report = await folder.RunAsync(SharedData.Mapping("sfo2017.yaml"), Data("sfo_2017", "2017_SFO_Customer_Survey.csv"));

        report.Completed.ShouldBeTrue();
        report.Rejects.ShouldBeEmpty();
        report.Progress.Rows.ShouldBe(2_831);
        var nps = Scores("nps");
        var net = 100.0 * (nps.Count(s => s >= 9) - nps.Count(s => s <= 6)) / nps.Count;
        net.ShouldBe(39.8, 0.05);
        var csat = Scores("csat");
        (100.0 * csat.Count(s => s >= 4) / csat.Count).ShouldBe(82.1, 0.05);
        folder.Sink.Events.Count(e => e.GetProperty("type").GetString() == "identify").ShouldBe(2_831);
    }

    [RealDataFact]
    public async Task Import_TurkishReviews_KeepsTheirLetters()
    {
        var report = await folder.RunAsync(SharedData.Mapping("tr_reviews.yaml"), Data("tr_product_reviews", "e-ticaret_urun_yorumlari.csv"));

        report.Completed.ShouldBeTrue();
        report.Rejects.ShouldBeEmpty();
        report.Progress.Accepted.ShouldBe(15_170);
        folder.Sink.Events[0].GetProperty("properties").GetProperty("review_body").GetString().ShouldBe("evet anlatıldığı gibi");
        folder.Sink.Events[0].GetProperty("properties").GetProperty("sentiment").GetString().ShouldBe("positive");
    }

    private ImportRequest Cdnow() => folder.Request(SharedData.Mapping("cdnow.yaml"), Data("cdnow", "CDNOW_master.txt"));

    private static string Data(string name, string file) => Path.Combine(SharedData.Folder!, name, file);

    private List<int> Scores(string survey) =>
        [.. folder.Sink.Events.Where(e => e.GetProperty("type").GetString() == "track" && e.GetProperty("properties").GetProperty("survey").GetString() == survey).Select(e => e.GetProperty("properties").GetProperty("score").GetInt32())];

    private void CheckCdnow()
    {
        var events = folder.Sink.Events;
        events.Count.ShouldBe(69_659);
        events.Select(e => e.GetProperty("userId").GetString()).Distinct().Count().ShouldBe(23_570);
        events.Sum(e => e.GetProperty("properties").GetProperty("revenue").GetDecimal()).ShouldBe(2_500_315.63m);
        events.Sum(e => e.GetProperty("properties").GetProperty("quantity").GetInt32()).ShouldBe(167_881);
        events.Min(Time).ShouldBe(new DateTimeOffset(1997, 1, 1, 17, 0, 0, TimeSpan.Zero));
        events.Max(Time).ShouldBe(new DateTimeOffset(1998, 6, 30, 16, 0, 0, TimeSpan.Zero));
        events.ShouldContain(e => e.GetProperty("properties").GetProperty("revenue").GetRawText() == "12.00");
    }

    private static DateTimeOffset Time(JsonElement e) => DateTimeOffset.Parse(e.GetProperty("timestamp").GetString()!, CultureInfo.InvariantCulture);
}
