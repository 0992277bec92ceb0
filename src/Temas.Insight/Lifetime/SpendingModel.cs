namespace Temas.Insight.Lifetime;

/// <summary>What a customer spent: mean value of an order after the first, and how many those are.</summary>
/// <param name="Repeats">How many.</param>
/// <param name="Mean">Their mean; above 0.</param>
internal readonly record struct SpendingHistory(int Repeats, double Mean);

/// <summary>
/// Gamma-Gamma: the values of a customer's orders vary around a mean of her own, and the means vary between customers. Fader and Hardie, The Gamma-Gamma Model of Monetary Value (2013);
/// Fader, Hardie and Lee, RFM and CLV, Journal of Marketing Research 42 (2005).
/// </summary>
/// <param name="P">Shape of the values of one customer.</param>
/// <param name="Q">Shape of what varies between customers.</param>
/// <param name="V">Its scale.</param>
internal sealed record SpendingModel(double P, double Q, double V)
{
    /// <summary>Fits it by maximum likelihood, to customers with repeated orders.</summary>
    public static SpendingModel Fit(IReadOnlyList<SpendingHistory> customers)
    {
        var scale = customers.Count == 0 ? 1 : Math.Max(1e-9, customers.Average(c => c.Mean));

        // In units of the mean, so that any currency begins at the same place.
        var scaled = customers.Select(c => c with { Mean = c.Mean / scale }).ToList();
        var (at, _) = NelderMead.Minimise(p => -Likelihood(Of(p), scaled), [Math.Log(4), Math.Log(3), Math.Log(0.7)]);
        var model = Of(at);
        return model with { V = model.V * scale };
    }

    /// <summary>The mean value that is expected of her next orders.</summary>
    public double Expected(SpendingHistory of) => of.Repeats == 0 ? Population : P * (V + (of.Repeats * of.Mean)) / ((P * of.Repeats) + Q - 1);

    /// <summary>The mean over all customers.</summary>
    public double Population => Q > 1 ? P * V / (Q - 1) : double.NaN;

    private static SpendingModel Of(double[] logs) => new(Math.Exp(Math.Clamp(logs[0], -8, 8)), 1 + Math.Exp(Math.Clamp(logs[1], -8, 8)), Math.Exp(Math.Clamp(logs[2], -12, 12)));

    private static double Likelihood(SpendingModel m, IReadOnlyList<SpendingHistory> customers)
    {
        var sum = customers.Count * ((m.Q * Math.Log(m.V)) - SpecialFunctions.LogGamma(m.Q));
        foreach (var (x, mean) in customers)
        {
            var px = m.P * x;
            sum += SpecialFunctions.LogGamma(px + m.Q) - SpecialFunctions.LogGamma(px) + ((px - 1) * Math.Log(mean)) + (px * Math.Log(x)) - ((px + m.Q) * Math.Log(m.V + (x * mean)));
        }

        return sum;
    }
}
