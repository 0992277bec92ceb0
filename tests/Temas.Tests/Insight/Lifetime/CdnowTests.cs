using System.Globalization;
using Temas.Insight.Lifetime;
using Temas.Tests.Import;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>The models against CDNOW, whose figures are published (Fader, Hardie and Lee 2005). Without the file, which is not ours to ship, there is nothing to hold them against.</summary>
public sealed class CdnowTests
{
    private static readonly string Folder = Path.Combine(SharedData.Folder ?? "none", "cdnow");

    [Fact]
    public void BuyingModel_FittedToTheSample_HasThePublishedParameters()
    {
        if (Rows() is not { } rows) return;
        rows.Count.ShouldBe(2357);
        var model = BuyingModel.Fit([.. rows.Select(r => new BuyingHistory(r.X, r.Tx, r.T))]);
        model.LogLikelihood.ShouldBe(-9582.43, 0.005);
        model.R.ShouldBe(0.243, 0.0005);
        model.Alpha.ShouldBe(4.414, 0.0025);
        model.A.ShouldBe(0.793, 0.0025);
        model.B.ShouldBe(2.426, 0.0075);
    }

    [Fact]
    public void SpendingModel_FittedToThoseWhoOrderedAgain_HasThePublishedParameters()
    {
        if (Rows() is not { } rows) return;
        List<SpendingHistory> spent = [.. rows.Where(r => r.X > 0).Select(r => new SpendingHistory(r.X, r.Mean))];
        spent.Count.ShouldBe(946);
        var model = SpendingModel.Fit(spent);
        model.P.ShouldBe(6.25, 0.005);
        model.Q.ShouldBe(3.74, 0.005);
        model.V.ShouldBe(15.44, 0.05);
    }

    [Fact]
    public void BuyingModel_ForACustomerOfThePaper_ExpectsWhatItSays()
    {
        // x = 2, t_x = 30.43, T = 38.86: 1.226 orders in 39 weeks (Fader, Hardie and Lee, Implementing the BG/NBD Model in Excel).
        var model = new BuyingModel(0.243, 4.414, 0.793, 2.426);
        var customer = new BuyingHistory(2, 30.43, 38.86);
        model.Expected(customer, 39).ShouldBe(1.226, 0.001);
        model.Alive(customer).ShouldBe(0.726, 0.005);
        model.Alive(new BuyingHistory(0, 0, 38.86)).ShouldBe(1, "who ordered once cannot have left after a repeated order");
        model.Expected(customer, 0).ShouldBe(0);
        Enumerable.Range(1, 20).Select(w => model.Expected(customer, w * 10)).ShouldBeInOrder();
    }

    [Fact]
    public void Study_OfTheWholeTime_ForeseesTheHeldOutQuarter()
    {
        if (Orders() is not { } orders) return;
        var study = LifetimeStudy.Of(orders, new DateTimeOffset(1998, 7, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()).ShouldNotBeNull();
        study.Customers.Count.ShouldBe(2357);
        var check = study.Holdout.ShouldNotBeNull();
        (check.Expected / check.Actual).ShouldBeInRange(0.85, 1.15);
        study.Customers.ShouldAllBe(c => c.Alive >= 0 && c.Alive <= 1 && c.Expected >= 0 && c.Value >= 0 && c.AtRisk >= 0);
        study.AtRisk.ShouldBeGreaterThan(0);
        study.Alive.ShouldBeInRange(1, 2357);
    }

    private static List<(int X, double Tx, double T, double Mean)>? Rows()
    {
        var file = Path.Combine(Folder, "cdnow_customers_summary_with_transactions.csv");
        if (!File.Exists(file)) return null;
        return [.. File.ReadLines(file).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')).Select(c => (int.Parse(c[1], CultureInfo.InvariantCulture), Of(c[2]), Of(c[3]), Of(c[4])))];

        static double Of(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static OrderHistories? Orders()
    {
        var file = Path.Combine(Folder, "CDNOW_sample.txt");
        if (!File.Exists(file)) return null;
        var rows = File.ReadLines(file).Where(l => l.Trim().Length > 0).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(c => (Customer: int.Parse(c[1], CultureInfo.InvariantCulture), At: DateTimeOffset.ParseExact(c[2], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(), Amount: double.Parse(c[4], CultureInfo.InvariantCulture)))
            .OrderBy(r => r.Customer).ThenBy(r => r.At).ToList();
        var customers = rows.Select(r => r.Customer).Distinct().ToArray();
        var starts = new int[customers.Length + 1];
        for (int c = 0, at = 0; c < customers.Length; c++)
        {
            starts[c] = at;
            while (at < rows.Count && rows[at].Customer == customers[c]) at++;
            starts[c + 1] = at;
        }

        return new OrderHistories(customers, starts, [.. rows.Select(r => r.At)], [.. rows.Select(r => r.Amount)]);
    }
}
