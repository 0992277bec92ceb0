using Temas.Insight.Lifetime;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>What models that were fitted say of one customer: against the papers, against what the study says of everybody, and nothing where they do not hold.</summary>
public sealed class ForecastTests
{
    private const long Day = 86_400_000;

    [Theory]
    [InlineData("alive", "alive")]
    [InlineData("orders.90", "orders.90")]
    [InlineData("value.730", "value.730")]
    [InlineData("ends.1", "ends.1")]
    [InlineData("ends", null)]
    [InlineData("orders.0", null)]
    [InlineData("orders.090", null)]
    [InlineData("orders.731", null)]
    [InlineData("orders.9.0", null)]
    [InlineData("orders.", null)]
    [InlineData("orders.+9", null)]
    [InlineData("alive.30", null)]
    [InlineData("", null)]
    public void Read_OfAName_IsThatOrNone(string written, string? name) => (Forecast.Read(written)?.Name).ShouldBe(name);

    [Fact]
    public void OrderModel_ForACustomerOfThePaper_SaysWhatItSays()
    {
        // x = 2, t_x = 30.43, T = 38.86 weeks: 1.226 orders in 39 weeks, alive with 0.726 (Fader, Hardie and Lee 2005).
        var model = new OrderModel(new BuyingModel(0.243, 4.414, 0.793, 2.426), new SpendingModel(6.25, 3.74, 15.44));
        var begin = 10_000 * Day;
        var past = default(OrderPast);
        past.Add(begin, 500);
        past.Add(begin + (100 * Day), 20);
        past.Add(begin + (100 * Day) + 1000, 10);
        past.Add(begin + (long)(30.43 * 7 * Day), 40);
        (past.Days, past.LaterMean).ShouldBe((3, 35), "two orders of one day are one, and the first is not among them");
        var at = begin + (long)(38.86 * 7 * Day);
        model.Alive(past, at).ShouldBe(0.726, 0.005);
        model.Expected(past, at, 39 * 7).ShouldBe(1.226, 0.002);

        // Gamma-Gamma's conditional mean: p (v + x m) / (p x + q - 1); a month ahead there is one step, discounted by half of it.
        var worth = 6.25 * (15.44 + (2 * 35)) / ((6.25 * 2) + 3.74 - 1);
        model.Value(past, at, 30).ShouldBe(model.Expected(past, at, 30) * worth / Math.Pow(1.1, 15 / 365.0), 1e-9);
        new OrderModel(model.Buying, null).Value(past, at, 30).ShouldBe(double.NaN);
        model.Alive(past, at + (300 * Day)).ShouldBeLessThan(model.Alive(past, at), "the moment is an argument");
    }

    [Fact]
    public void OrderFit_OfAStudy_SaysOfEachWhatTheStudySays_AndSoDoesWhatIsKept()
    {
        var (orders, at) = Simulated(900, 5);
        var study = LifetimeStudy.Of(orders, at)!;
        var fit = OrderFit.Of(LifetimeStudy.Of(orders, at, each: false), at, 7, 8);
        (fit.State, fit.ValueState).ShouldBe((FitState.Holds, FitState.Holds));
        var kept = System.Text.Json.JsonSerializer.Deserialize(System.Text.Json.JsonSerializer.Serialize(fit, FitJson.Default.OrderFit), FitJson.Default.OrderFit)!;
        for (var c = 0; c < orders.Customers.Length; c++)
        {
            var past = default(OrderPast);
            for (var i = orders.Starts[c]; i < orders.Starts[c + 1]; i++) past.Add(orders.Times[i], orders.Amounts[i]);
            var said = study.Customers[c];
            (kept.Model!.Alive(past, at), kept.Model.Expected(past, at, 365), kept.Model.Value(past, at, 365), past.Days, past.Last).ShouldBe((said.Alive, said.Expected, said.Value, said.Orders, said.LastOrder));
        }

        OrderFit.Of(null, at, 1, 2).State.ShouldBe(FitState.TooFew);
        (fit with { Check = null }).State.ShouldBe(FitState.Unchecked);
        (fit with { Check = new FitCheck(0, 1, 126, 100) }).State.ShouldBe(FitState.Failed);
        (fit with { Check = new FitCheck(0, 1, 125, 100) }).State.ShouldBe(FitState.Holds);
        (fit with { Check = new FitCheck(0, 1, 10, 10) }).State.ShouldBe(FitState.Unchecked, "ten orders prove nothing");

        // As many orders, and each at three times the price since the part that is held out began.
        var dearer = orders with { Amounts = [.. orders.Amounts.Select((a, i) => orders.Times[i] > fit.Check!.From ? 3 * a : a)] };
        var off = OrderFit.Of(LifetimeStudy.Of(dearer, at, each: false), at, 7, 8);
        (off.State, off.ValueState).ShouldBe((FitState.Holds, FitState.Failed));
        (fit with { Spending = null }).ValueState.ShouldBe(FitState.TooFew);
        (fit with { Check = null }).ValueState.ShouldBe(FitState.Unchecked);
    }

    [Fact]
    public void SubscriptionFit_OfAStudy_SaysOfEachWhatTheStudySays_AndSoDoesWhatIsKept()
    {
        var (spells, end) = PlantedSubscriptions.Of(3000, 7);
        var study = SubscriptionStudy.Of(spells, end)!;
        var fit = SubscriptionFit.Of(study, 9);
        fit.State.ShouldBe(FitState.Holds);
        var kept = System.Text.Json.JsonSerializer.Deserialize(System.Text.Json.JsonSerializer.Serialize(fit, FitJson.Default.SubscriptionFit), FitJson.Default.SubscriptionFit)!;
        var byCustomer = study.Going.ToLookup(g => g.Customer);
        foreach (var spell in spells)
        {
            var risks = new[] { 30.0, 90 }.Select(days => kept.Risk([spell], end, days)).ToList();
            if (byCustomer[spell.Customer].FirstOrDefault() is not { } going)
            {
                risks.ShouldAllBe(r => double.IsNaN(r), "what has ended cannot end");
                continue;
            }

            (risks[0], risks[1]).ShouldBe((going.Risk30, going.Risk90));
            fit.Risk([spell], end, 30).ShouldBe(risks[0]);
        }

        var quiet = spells.First(s => byCustomer[s.Customer].Any() && (byCustomer[s.Customer].First().Month & SubscriberMonth.Quiet) != 0);
        kept.Model!.Hers(quiet, byCustomer[quiet.Customer].First().Days).ShouldContain(t => t.Name == "quiet" && t.Slope > 0);
        kept.Risk([spells.First(s => byCustomer[s.Customer].Any()), quiet], end, 30).ShouldBeGreaterThanOrEqualTo(kept.Risk([quiet], end, 30), "of several the one most at risk");
        kept.Risk([], end, 30).ShouldBe(double.NaN);

        (fit with { Concordance = 0.54 }).State.ShouldBe(FitState.Failed, "hardly better than chance");
        (fit with { Check = new FitCheck(0, 1, 0.31, 0.2) }).State.ShouldBe(FitState.Failed);
        (fit with { Check = null }).State.ShouldBe(FitState.Unchecked);
        (fit with { Traits = null }).State.ShouldBe(FitState.TooFew);
    }

    [Fact]
    public void SubscriptionStudy_WhereTwoTraitsSayTheSame_HasAModelWithOneOfThem()
    {
        // Whoever is quiet has had a bad experience, too, and nobody else has.
        var (spells, end) = PlantedSubscriptions.Of(1500, 8);
        List<SubscriptionSpell> twice = [.. spells.Select(s => s with { Months = [.. s.Months.Select(m => m == SubscriberMonth.Quiet ? SubscriberMonth.Quiet | SubscriberMonth.Bad : m)] })];
        var (once, both) = (SubscriptionStudy.Of(spells, end)!, SubscriptionStudy.Of(twice, end)!);
        both.Model.ShouldNotBeNull().Traits.Count(t => t.Name is "quiet" or "bad").ShouldBe(1);
        both.Model.LogLikelihood.ShouldBe(once.Model!.LogLikelihood, 1e-6, "no worse than with one alone");
        both.Check!.Concordance.ShouldBe(once.Check!.Concordance, 1e-6);
    }

    [Fact]
    public void SubscriptionFit_OfAPlanThatFewHave_KnowsWhoStopped_AndDoesNotNameThePlan()
    {
        var (spells, end) = PlantedSubscriptions.Of(3000, 9);
        SubscriptionSpell Paid(int customer, string plan, int first, params int[] days) => new(customer, plan, [.. days.Prepend(0).Select(d => (first + d) * Day)], null, true, [.. Enumerable.Repeat(SubscriberMonth.None, 24)]);

        // Fifteen have it, month by month until now; one of them stopped two years ago, and one pays every half a year.
        int[] all = [.. Enumerable.Range(1, 23).Select(m => m * 30)];
        List<SubscriptionSpell> few = [.. Enumerable.Range(0, 13).Select(c => Paid(5000 + c, "board", 10, all)), Paid(5020, "board", 0, 30, 60), Paid(5021, "board", 10, 180, 360, 540)];

        // Seven began a plan again and again; and of one nobody has been due for the second time.
        List<SubscriptionSpell> again = [.. Enumerable.Range(0, 35).Select(i => Paid(6000 + (i % 7), "again", 15 + (100 * (i / 7)), 30, 60) with { Cancelled = (15 + (100 * (i / 7)) + 70) * Day })];
        List<SubscriptionSpell> yearly = [.. Enumerable.Range(0, 4).Select(c => Paid(7000 + c, "yearly", 500))];
        var study = SubscriptionStudy.Of([.. spells, .. few, .. again, .. yearly], end)!;
        var kept = System.Text.Json.JsonSerializer.Serialize(SubscriptionFit.Of(study, 9), FitJson.Default.SubscriptionFit);
        foreach (var name in new[] { "board", "again", "yearly" }) kept.ShouldNotContain(name);
        kept.ShouldContain("basic");
        study.Plans.Select(p => p.Plan).ShouldBe(["basic", "pro"]);

        var fit = System.Text.Json.JsonSerializer.Deserialize(kept, FitJson.Default.SubscriptionFit)!;
        fit.Going(few, end).Select(s => s.Spell.Customer).ShouldBe([.. Enumerable.Range(5000, 13), 5021], ignoreOrder: true);
        fit.Going(yearly, end).Count().ShouldBe(4, "nobody knows that they are not paid by the year");
        var going = study.Going.Select(g => g.Customer).ToHashSet();
        few.ShouldAllBe(s => going.Contains(s.Customer) == (s.Customer != 5020));
    }

    /// <summary>Customers who order as BG/NBD has it.</summary>
    private static (OrderHistories Orders, long At) Simulated(int customers, int seed)
    {
        var (random, at) = (new Random(seed), 500 * Day);
        var (starts, times, amounts) = (new List<int> { 0 }, new List<long>(), new List<double>());
        for (var c = 0; c < customers; c++)
        {
            var (time, rate, leaves, worth) = (random.NextDouble() * 350, -Math.Log(1 - random.NextDouble()) / 20, Math.Pow(random.NextDouble(), 2) * 0.6, 20 + (random.NextDouble() * 100));
            do
            {
                times.Add((long)(time * Day));
                amounts.Add(worth * (0.7 + (0.6 * random.NextDouble())));
                time += -Math.Log(1 - random.NextDouble()) / rate;
            }
            while (time < 500 && random.NextDouble() >= leaves);
            starts.Add(times.Count);
        }

        return (new OrderHistories([.. Enumerable.Range(0, customers)], [.. starts], [.. times], [.. amounts]), at);
    }
}
