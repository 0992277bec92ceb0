namespace Temas.Feedback.Texts.Learning;

/// <summary>
/// From the sums of the three machines to probabilities: a multinomial logistic regression, learned on sums for texts that the machine in question had not seen. How much rare labels count is chosen
/// on the same sums, so that accuracy and macro-F1 together are highest.
/// </summary>
internal static class Calibration
{
    private const int Labels = SentimentModel.Labels, Width = Labels + 1, Steps = 400;
    private static readonly double[] Tilts = [0, 0.15, 0.3, 0.45, 0.6];

    /// <param name="margins">The sums of each text, three after three.</param>
    /// <param name="labels">The label of each text.</param>
    /// <param name="weights">How much each counts.</param>
    public static double[] Learn(double[] margins, byte[] labels, float[] weights)
    {
        double[]? best = null;
        var highest = double.NegativeInfinity;
        Span<double> p = stackalloc double[Labels];
        foreach (var tilt in Tilts)
        {
            var found = Fit(margins, labels, weights, tilt);
            var counts = new long[9];
            for (var i = 0; i < labels.Length; i++)
            {
                SentimentModel.Calibrate(found, margins.AsSpan(i * Labels, Labels), p);
                counts[(labels[i] * 3) + MostLikely(p)]++;
            }

            var e = new Evaluation(counts);
            if (e.Accuracy + e.MacroF1 <= highest) continue;
            (highest, best) = (e.Accuracy + e.MacroF1, found);
        }

        return best!;
    }

    public static int MostLikely(ReadOnlySpan<double> probabilities)
    {
        var best = 0;
        for (var l = 1; l < probabilities.Length; l++)
        {
            if (probabilities[l] > probabilities[best]) best = l;
        }

        return best;
    }

    private static double[] Fit(double[] margins, byte[] labels, float[] weights, double tilt)
    {
        var share = new double[Labels];
        for (var i = 0; i < labels.Length; i++) share[labels[i]] += weights[i];
        var total = share.Sum();
        var ofLabel = new double[Labels];
        for (var l = 0; l < Labels; l++) ofLabel[l] = share[l] == 0 ? 0 : Math.Pow(total / (Labels * share[l]), tilt);

        var b = new double[SentimentModel.CalibrationSize];
        for (var l = 0; l < Labels; l++) b[(l * Width) + l] = 1;
        var gradient = new double[b.Length];
        var history = new double[b.Length];
        Span<double> p = stackalloc double[Labels];
        for (var step = 0; step < Steps; step++)
        {
            Array.Clear(gradient);
            for (var i = 0; i < labels.Length; i++)
            {
                var m = margins.AsSpan(i * Labels, Labels);
                SentimentModel.Calibrate(b, m, p);
                var weight = weights[i] * ofLabel[labels[i]] / total;
                for (var l = 0; l < Labels; l++)
                {
                    var d = weight * (p[l] - (labels[i] == l ? 1 : 0));
                    var at = l * Width;
                    gradient[at] += d * m[0];
                    gradient[at + 1] += d * m[1];
                    gradient[at + 2] += d * m[2];
                    gradient[at + 3] += d;
                }
            }

            // AdaGrad: the sums are of different size, and one rate would suit none of them.
            for (var k = 0; k < b.Length; k++)
            {
                history[k] += gradient[k] * gradient[k];
                if (history[k] > 0) b[k] -= 0.3 * gradient[k] / Math.Sqrt(history[k]);
            }
        }

        for (var l = 0; l < Labels; l++)
        {
            // A label that nobody gave is never found.
            if (share[l] == 0) b[(l * Width) + Labels] = -60;
        }

        return b;
    }
}
