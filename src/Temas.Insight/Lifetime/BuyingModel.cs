namespace Temas.Insight.Lifetime;

/// <summary>What of a customer's orders the model of buying looks at; times in weeks.</summary>
/// <param name="Repeats">How many days she ordered on after the first.</param>
/// <param name="LastAt">From her first order to her last.</param>
/// <param name="Age">From her first order to the moment that is looked from.</param>
internal readonly record struct BuyingHistory(int Repeats, double LastAt, double Age);

/// <summary>
/// BG/NBD: customers order as long as they are there, each at a rate of her own (gamma with r and α), and may be gone after any order, each with a probability of her own (beta with a and b).
/// Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24 (2005).
/// </summary>
/// <param name="R">Shape of the rates.</param>
/// <param name="Alpha">Their scale, in weeks.</param>
/// <param name="A">First parameter of the probabilities of leaving.</param>
/// <param name="B">The second.</param>
internal sealed record BuyingModel(double R, double Alpha, double A, double B)
{
    /// <summary>The logarithm of the likelihood of what it was fitted to.</summary>
    public double LogLikelihood { get; init; }

    /// <summary>Fits it by maximum likelihood.</summary>
    public static BuyingModel Fit(IReadOnlyList<BuyingHistory> customers)
    {
        var most = customers.Count == 0 ? 0 : customers.Max(c => c.Repeats);
        var counts = new int[most + 1];
        foreach (var customer in customers) counts[customer.Repeats]++;
        var (at, value) = NelderMead.Minimise(p => -Likelihood(Of(p), customers, counts), [Math.Log(0.5), Math.Log(5), Math.Log(0.8), Math.Log(2)]);
        return Of(at) with { LogLikelihood = -value };
    }

    /// <summary>The probability that a customer is still there.</summary>
    public double Alive(BuyingHistory of) => of.Repeats == 0 ? 1 : 1 / (1 + Gone(of));

    /// <summary>How many orders she is expected to place within so many weeks from the moment that is looked from.</summary>
    public double Expected(BuyingHistory of, double weeks)
    {
        if (weeks <= 0) return 0;
        // The formula divides by a - 1; at exactly 1 it has a limit, to which values nearby come close.
        var a = Math.Abs(A - 1) < 1e-6 ? 1 + 1e-6 : A;
        var (x, age) = (of.Repeats, of.Age);
        var series = SpecialFunctions.Hypergeometric(R + x, B + x, a + B + x - 1, weeks / (Alpha + age + weeks));
        var expected = (a + B + x - 1) / (a - 1) * (1 - (Math.Pow((Alpha + age) / (Alpha + age + weeks), R + x) * series));
        return Math.Max(0, expected / (1 + (x == 0 ? 0 : Gone(of))));
    }

    private double Gone(BuyingHistory of) => A / (B + of.Repeats - 1) * Math.Pow((Alpha + of.Age) / (Alpha + of.LastAt), R + of.Repeats);

    private static BuyingModel Of(double[] logs) => new(Math.Exp(Math.Clamp(logs[0], -12, 12)), Math.Exp(Math.Clamp(logs[1], -12, 12)), Math.Exp(Math.Clamp(logs[2], -12, 12)), Math.Exp(Math.Clamp(logs[3], -12, 12)));

    private static double Likelihood(BuyingModel m, IReadOnlyList<BuyingHistory> customers, int[] counts)
    {
        var sum = customers.Count * ((m.R * Math.Log(m.Alpha)) - SpecialFunctions.LogGamma(m.R) + SpecialFunctions.LogGamma(m.A + m.B) - SpecialFunctions.LogGamma(m.B));
        for (var x = 0; x < counts.Length; x++)
        {
            if (counts[x] > 0) sum += counts[x] * (SpecialFunctions.LogGamma(m.R + x) + SpecialFunctions.LogGamma(m.B + x) - SpecialFunctions.LogGamma(m.A + m.B + x));
        }

        foreach (var customer in customers)
        {
            var x = customer.Repeats;
            var stays = -(m.R + x) * Math.Log(m.Alpha + customer.Age);
            if (x == 0)
            {
                sum += stays;
                continue;
            }

            var left = Math.Log(m.A / (m.B + x - 1)) - ((m.R + x) * Math.Log(m.Alpha + customer.LastAt));
            var most = Math.Max(stays, left);
            sum += most + Math.Log(Math.Exp(stays - most) + Math.Exp(left - most));
        }

        return sum;
    }
}
