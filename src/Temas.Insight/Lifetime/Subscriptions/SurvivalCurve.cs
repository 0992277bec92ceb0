using Temas.Timelines.Findings;

namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>How long something lasted, as far as is known.</summary>
/// <param name="Time">So long, in any unit.</param>
/// <param name="Ended">Whether it ended then; otherwise it is only known to have lasted so long.</param>
internal readonly record struct Lasting(double Time, bool Ended);

/// <summary>A step of a survival curve.</summary>
/// <param name="Time">When.</param>
/// <param name="AtRisk">How many had lasted so long.</param>
/// <param name="Ended">How many ended then.</param>
/// <param name="Share">Share that lasts longer.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end.</param>
internal readonly record struct SurvivalStep(double Time, int AtRisk, int Ended, double Share, double Low, double High);

/// <summary>The share that lasts longer than each time (Kaplan and Meier 1958), with intervals by Greenwood's variance on the scale of log(-log) (Kalbfleisch and Prentice).</summary>
/// <param name="Count">How many were looked at.</param>
/// <param name="Ended">How many of them ended.</param>
/// <param name="Steps">The steps, those at which something ended.</param>
internal sealed record SurvivalCurve(int Count, int Ended, IReadOnlyList<SurvivalStep> Steps)
{
    /// <summary>The time that half last; null where more than half do.</summary>
    public double? Median
    {
        get
        {
            foreach (var step in Steps)
            {
                if (step.Share <= 0.5 + 1e-12) return step.Time;
            }

            return null;
        }
    }

    /// <summary>The curve of some.</summary>
    public static SurvivalCurve Of(IReadOnlyCollection<Lasting> all)
    {
        var (steps, share, greenwood, left) = (new List<SurvivalStep>(), 1.0, 0.0, all.Count);
        foreach (var at in all.GroupBy(l => l.Time).OrderBy(g => g.Key))
        {
            var (count, ended) = (at.Count(), at.Count(l => l.Ended));
            if (ended > 0)
            {
                share *= 1 - ((double)ended / left);
                greenwood += ended == left ? double.PositiveInfinity : (double)ended / left / (left - ended);
                var (low, high) = share is > 0 and < 1 ? Interval(share, greenwood) : (share, share);
                steps.Add(new SurvivalStep(at.Key, left, ended, share, low, high));
            }

            left -= count;
        }

        return new SurvivalCurve(all.Count, all.Count(l => l.Ended), steps);
    }

    /// <summary>The step that holds at a time; the whole before the first.</summary>
    public SurvivalStep At(double time)
    {
        var found = new SurvivalStep(0, Count, 0, 1, 1, 1);
        foreach (var step in Steps)
        {
            if (step.Time > time) break;
            found = step;
        }

        return found;
    }

    /// <summary>How probable curves so different would be if there was no difference between groups (log-rank): the statistic, chi-squared with one degree less than groups, and its probability.</summary>
    public static (double Statistic, double P) LogRank(IReadOnlyList<IReadOnlyCollection<Lasting>> groups, CancellationToken cancel = default)
    {
        var k = groups.Count - 1;
        if (k < 1) return (0, 1);
        var (difference, variance) = (new double[k], new double[k, k]);
        var all = groups.SelectMany((g, group) => g.Select(l => (l.Time, l.Ended, Group: group))).ToArray();
        Array.Sort(all, (a, b) => a.Time.CompareTo(b.Time));
        cancel.ThrowIfCancellationRequested();
        var (at, ended, gone) = (groups.Select(g => (double)g.Count).ToArray(), new double[groups.Count], new double[groups.Count]);
        for (var from = 0; from < all.Length;)
        {
            Array.Clear(ended);
            Array.Clear(gone);
            var to = from;
            for (; to < all.Length && all[to].Time == all[from].Time; to++)
            {
                gone[all[to].Group]++;
                if (all[to].Ended) ended[all[to].Group]++;
            }

            var (n, d) = (at.Sum(), ended.Sum());
            for (var i = 0; i < k && d > 0; i++)
            {
                difference[i] += ended[i] - (d * at[i] / n);
                if (n <= 1) continue;
                for (var j = 0; j < k; j++) variance[i, j] += d * (n - d) / (n - 1) * (at[i] / n) * ((i == j ? 1 : 0) - (at[j] / n));
            }

            for (var i = 0; i < at.Length; i++) at[i] -= gone[i];
            from = to;
        }

        if (SmallMatrix.Solve(variance, difference) is not { } solved) return (0, 1);
        var statistic = difference.Zip(solved, (a, b) => a * b).Sum();
        return (statistic, SpecialFunctions.ChiSquaredAbove(statistic, k));
    }

    private static (double Low, double High) Interval(double share, double greenwood)
    {
        var (log, width) = (Math.Log(share), Normal.Z95 * Math.Sqrt(greenwood) / Math.Abs(Math.Log(share)));
        return (Math.Exp(log * Math.Exp(width)), Math.Exp(log * Math.Exp(-width)));
    }
}
