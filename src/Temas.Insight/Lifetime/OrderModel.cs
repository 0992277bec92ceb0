using Temas.Timelines.Queries;

namespace Temas.Insight.Lifetime;

/// <summary>How customers order and what they spend, as fitted: what it says of one of them is a function of her orders and the moment.</summary>
/// <param name="Buying">How they order.</param>
/// <param name="Spending">What they spend; null where no order had a value.</param>
internal sealed record OrderModel(BuyingModel Buying, SpendingModel? Spending)
{
    /// <summary>A week, in which the model of buying counts, in milliseconds.</summary>
    public const double Week = 7 * 86_400_000.0;

    /// <summary>By how much later money is worth less, a year.</summary>
    public const double YearlyDiscount = 0.10;

    private const double Year = 365;
    private const int Quarters = 4;

    /// <summary>What of a customer's orders the model of buying looks at.</summary>
    public static BuyingHistory BuyingOf(OrderPast past, long at) => new(past.Days - 1, past.Days == 1 ? 0 : (past.Last - past.First) / Week, Math.Max(0, (at - past.First) / Week));

    /// <summary>The probability that a customer is still there.</summary>
    public double Alive(OrderPast past, long at) => Buying.Alive(BuyingOf(past, at));

    /// <summary>How many orders she is expected to place within so many days.</summary>
    public double Expected(OrderPast past, long at, double days) => Buying.Expected(BuyingOf(past, at), days / 7);

    /// <summary>What one of her orders is expected to come to; no number where nothing is known of amounts.</summary>
    public double Worth(OrderPast past) => Spending is null ? double.NaN : Spending.Expected(new SpendingHistory(past.LaterMean > 0 ? past.Days - 1 : 0, past.LaterMean));

    /// <summary>What these are expected to come to, a quarter of a year at a time, discounted to the moment; no number where nothing is known of amounts.</summary>
    public double Value(OrderPast past, long at, double days)
    {
        var worth = Worth(past);
        if (double.IsNaN(worth)) return worth;
        var steps = Math.Max(1, (int)Math.Round(days / Year * Quarters));
        var (value, before) = (0.0, 0.0);
        for (var step = 1; step <= steps; step++)
        {
            var expected = Expected(past, at, days * step / steps);
            value += (expected - before) * worth / Math.Pow(1 + YearlyDiscount, days / Year * (step - 0.5) / steps);
            before = expected;
        }

        return value;
    }
}
