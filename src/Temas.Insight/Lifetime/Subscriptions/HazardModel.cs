using System.Text.Json.Serialization;
using Temas.Timelines.Findings;

namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>A stretch of something that lasts, in which what is known of it stays the same.</summary>
/// <param name="From">Where it begins, counted from the begin of the whole; not part of it.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Ended">Whether the whole ended there.</param>
/// <param name="Traits">What is known of it, a number for each trait of the model.</param>
internal readonly record struct Stretch(double From, double To, bool Ended, double[] Traits);

/// <summary>What a trait does to the risk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Slope">The logarithm of by how much it multiplies the risk.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record HazardTrait(string Name, double Slope, double Error)
{
    /// <summary>By how much it multiplies the risk, with its 95 % interval.</summary>
    [JsonIgnore]
    public (double Value, double Low, double High) Ratio => (Math.Exp(Slope), Math.Exp(Slope - (Normal.Z95 * Error)), Math.Exp(Slope + (Normal.Z95 * Error)));
}

/// <summary>
/// Proportional hazards (Cox 1972), fitted by maximum partial likelihood with Efron's (1977) treatment of those who end at the same time; what is known of somebody may change with time, stretch by stretch. How the risk goes with time is
/// left free and estimated afterwards (Breslow 1974, with Efron's weights).
/// </summary>
internal sealed record HazardModel
{
    private const int MostSteps = 30;

    /// <summary>The traits.</summary>
    public required IReadOnlyList<HazardTrait> Traits { get; init; }

    /// <summary>Logarithm of the partial likelihood.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>The same where no trait does anything.</summary>
    public required double LogLikelihoodOfNone { get; init; }

    /// <summary>When something ended.</summary>
    public required IReadOnlyList<double> Times { get; init; }

    /// <summary>At each of these: the risk gathered up to then, of who has none of the traits.</summary>
    public required IReadOnlyList<double> Gathered { get; init; }

    /// <summary>Fits it; null where it has no solution, as when a trait tells all those who ended apart.</summary>
    public static HazardModel? Fit(IReadOnlyList<Stretch> all, IReadOnlyList<string> names)
    {
        var data = new Sorted(all, names.Count);
        var slopes = new double[names.Count];
        var none = data.At(slopes);
        var now = none;
        for (var step = 0; step < MostSteps; step++)
        {
            if (SmallMatrix.Solve(now.Information, now.Score) is not { } direction) return null;
            var (scale, next) = (1.0, now);
            double[] tried;
            do
            {
                tried = [.. slopes.Zip(direction, (s, d) => s + (scale * d))];
                next = data.At(tried);
                scale /= 2;
            }
            while (next.LogLikelihood < now.LogLikelihood - 1e-10 && scale > 1e-6);
            var moved = slopes.Zip(tried, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max();
            (slopes, now) = (tried, next);
            if (moved < 1e-9) break;
        }

        if (slopes.Any(s => !double.IsFinite(s) || Math.Abs(s) > 12) || SmallMatrix.Inverse(now.Information) is not { } inverse) return null;
        return new HazardModel
        {
            Traits = [.. names.Select((n, i) => new HazardTrait(n, slopes[i], Math.Sqrt(inverse[i, i])))],
            LogLikelihood = now.LogLikelihood,
            LogLikelihoodOfNone = none.LogLikelihood,
            Times = data.Times,
            Gathered = now.Gathered,
        };
    }

    /// <summary>By how much the risk of somebody is multiplied.</summary>
    public double Factor(IReadOnlyList<double> traits) => Math.Exp(Traits.Select((t, i) => t.Slope * traits[i]).Sum());

    /// <summary>The probability that what has lasted up to a time ends within a while.</summary>
    public double Risk(double time, double within, IReadOnlyList<double> traits) => 1 - Math.Exp(-Between(time, within) * Factor(traits));

    /// <summary>The risk that is gathered within a while after a time, of who has none of the traits.</summary>
    public double Between(double time, double within) => GatheredAt(time + within) - GatheredAt(time);

    /// <summary>The risk gathered up to a time. Beyond what was seen it goes on as in the second half of that.</summary>
    private double GatheredAt(double time)
    {
        if (Times.Count == 0) return 0;
        if (time <= Times[^1]) return Upto(time);
        var half = Times[^1] / 2;
        return Gathered[^1] + ((time - Times[^1]) * (Gathered[^1] - Upto(half)) / Math.Max(1e-9, Times[^1] - half));

        double Upto(double at)
        {
            var (low, high) = (0, Times.Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (Times[middle] <= at) low = middle + 1;
                else high = middle;
            }

            return low == 0 ? 0 : Gathered[low - 1];
        }
    }

    private sealed record Point(double LogLikelihood, double[] Score, double[,] Information, double[] Gathered);

    /// <summary>The stretches in the order in which the sums over those at risk are made: from the last end to the first.</summary>
    private sealed class Sorted
    {
        private readonly Stretch[] byEnd, byBegin;
        private readonly int width;

        public Sorted(IReadOnlyList<Stretch> all, int width)
        {
            this.width = width;
            byEnd = [.. all.OrderByDescending(s => s.To)];
            byBegin = [.. all.OrderByDescending(s => s.From)];
            Times = [.. all.Where(s => s.Ended).Select(s => s.To).Distinct().Order()];
        }

        public double[] Times { get; }

        public Point At(double[] slopes)
        {
            var (likelihood, score, information, increments) = (0.0, new double[width], new double[width, width], new double[Times.Length]);
            var (risk, ended) = (new Moments(width), new Moments(width));
            var (enters, leaves) = (0, 0);
            for (var t = Times.Length - 1; t >= 0; t--)
            {
                var time = Times[t];
                ended.Clear();
                var count = 0;
                for (; enters < byEnd.Length && byEnd[enters].To >= time; enters++)
                {
                    var one = byEnd[enters];
                    var weight = Math.Exp(Dot(slopes, one.Traits));
                    risk.Add(one.Traits, weight);
                    if (!one.Ended || one.To != time) continue;
                    ended.Add(one.Traits, weight);
                    count++;
                    likelihood += Dot(slopes, one.Traits);
                    for (var i = 0; i < width; i++) score[i] += one.Traits[i];
                }

                for (; leaves < byBegin.Length && byBegin[leaves].From >= time; leaves++) risk.Add(byBegin[leaves].Traits, -Math.Exp(Dot(slopes, byBegin[leaves].Traits)));
                for (var l = 0; l < count; l++)
                {
                    var share = (double)l / count;
                    var sum = risk.Sum - (share * ended.Sum);
                    likelihood -= Math.Log(sum);
                    increments[t] += 1 / sum;
                    for (var i = 0; i < width; i++)
                    {
                        var first = (risk.First[i] - (share * ended.First[i])) / sum;
                        score[i] -= first;
                        for (var j = 0; j <= i; j++)
                        {
                            var second = ((risk.Second[i, j] - (share * ended.Second[i, j])) / sum) - (first * (risk.First[j] - (share * ended.First[j])) / sum);
                            information[i, j] += second;
                            if (i != j) information[j, i] += second;
                        }
                    }
                }
            }

            for (var t = 1; t < increments.Length; t++) increments[t] += increments[t - 1];
            return new Point(likelihood, score, information, increments);
        }

        private static double Dot(double[] slopes, double[] traits)
        {
            var sum = 0.0;
            for (var i = 0; i < slopes.Length; i++) sum += slopes[i] * traits[i];
            return sum;
        }
    }

    private sealed class Moments(int width)
    {
        public double Sum;

        public double[] First { get; } = new double[width];

        public double[,] Second { get; } = new double[width, width];

        public void Add(double[] traits, double weight)
        {
            Sum += weight;
            for (var i = 0; i < traits.Length; i++)
            {
                if (traits[i] == 0) continue;
                First[i] += weight * traits[i];
                for (var j = 0; j <= i; j++) Second[i, j] += weight * traits[i] * traits[j];
            }
        }

        public void Clear()
        {
            Sum = 0;
            Array.Clear(First);
            Array.Clear(Second);
        }
    }
}
