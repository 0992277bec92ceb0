using Temas.Feedback.Texts.Learning;
using Temas.Kernel;
using Temas.Timelines;

namespace Temas.Feedback.Drivers;

/// <summary>
/// Finds what a score goes together with. Where a driver is missing its mean stands in for it, and a second column says that it is missing (mean with indicator): no answer is lost, the parts still sum to R², and what it means that somebody
/// gave no rating belongs to the driver. Intervals: the answers are drawn anew with replacement, and the analysis repeated (percentiles of the bootstrap, Efron 1979).
/// </summary>
internal static class AnalyseDrivers
{
    public static Result<DriverAnalysis> Run(DriverData data, DriverOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new DriverOptions();
        if (data.Check() is { } problem) return problem;
        var rows = Enumerable.Range(0, data.Score.Length).Where(i => double.IsFinite(data.Score[i]) && (data.Weights is null || data.Weights[i] > 0)).ToArray();
        var least = options.MinAnswersPerDriver * data.Drivers.Count;
        if (rows.Length < least)
            return Problem.Invalid("drivers_too_few", $"There are {rows.Length} answers with a score, and {data.Drivers.Count} drivers need {least}.", "score", wayOut: "Wait for more answers, or choose fewer drivers.");
        var table = Columns(data, rows);
        var once = rows.Select(r => data.Weights?[r] ?? 1).ToArray();
        if (Correlate(table, once) is not { } regression)
            return Problem.Invalid("drivers_constant", "The score is the same in all answers: there is nothing to explain.", "score", wayOut: "Choose another score, or a longer period.");
        var isExact = data.Drivers.Count <= options.ExactUpTo;
        double[] Shares(Regression r, ulong seed) => isExact ? r.SharesOfAllOrders() : r.SharesOfSomeOrders(options.Orders, seed);
        var shares = Shares(regression, options.Seed);
        var weights = regression.RelativeWeights();
        var drawn = Draw(table, once, options, Shares, cancel);
        var found = data.Drivers.Select((driver, d) => Describe(data, driver, rows, once, Interval(shares[d], drawn, x => x.Shares[d], options.Level), Interval(weights[d], drawn, x => x.Weights[d], options.Level))).ToList();
        return new DriverAnalysis
        {
            Answers = rows.Length,
            LeftOut = data.Score.Length - rows.Length,
            RSquared = Interval(regression.RSquared(), drawn, x => x.Shares.Sum(), options.Level),
            Drivers = [.. Place(found).OrderByDescending(d => d.Share.Value)],
            IsExact = isExact,
        };
    }

    private static (double[] Shares, double[] Weights)[] Draw(Table table, double[] once, DriverOptions options, Func<Regression, ulong, double[]> sharesOf, CancellationToken cancel)
    {
        var drawn = new (double[] Shares, double[] Weights)?[options.Resamples];
        LongWork.Each(options.Resamples, Environment.ProcessorCount, i =>
        {
            // The hash of both: seeds that lie a step of the generator apart would give nearly the same draws.
            var random = new SplitMix(Hash64.Combine(options.Seed, (ulong)i));
            var counts = new double[once.Length];
            for (var k = 0; k < counts.Length; k++)
            {
                var row = random.Next(counts.Length);
                counts[row] += once[row];
            }

            // A draw in which the score never differs tells nothing.
            if (Correlate(table, counts) is { } regression) drawn[i] = (sharesOf(regression, random.Next()), regression.RelativeWeights());
        }, cancel);
        return [.. drawn.Where(d => d is not null).Select(d => d!.Value)];
    }

    private static Estimate Interval(double value, (double[] Shares, double[] Weights)[] drawn, Func<(double[] Shares, double[] Weights), double> of, double level)
    {
        if (drawn.Length < 20) return new(value, double.NaN, double.NaN);
        var sorted = drawn.Select(of).Order().ToArray();
        double At(double p)
        {
            var place = p * (sorted.Length - 1);
            var low = (int)place;
            return low + 1 < sorted.Length ? sorted[low] + ((place - low) * (sorted[low + 1] - sorted[low])) : sorted[low];
        }

        return new(value, At((1 - level) / 2), At((1 + level) / 2));
    }

    private static DriverResult Describe(DriverData data, Driver driver, int[] rows, double[] once, Estimate share, Estimate weight)
    {
        double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0, missing = 0, all = 0;
        var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < rows.Length; i++)
        {
            var (value, score, w) = (driver.Values[rows[i]], data.Score[rows[i]], once[i]);
            all += w;
            if (!double.IsFinite(value))
            {
                missing += w;
                continue;
            }

            (n, x, y, xx, yy, xy) = (n + w, x + (w * value), y + (w * score), xx + (w * value * value), yy + (w * score * score), xy + (w * value * score));
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        (lowest, highest) = (driver.Lowest ?? lowest, driver.Highest ?? highest);
        var performance = n == 0 || highest <= lowest ? double.NaN : Math.Clamp(100 * ((x / n) - lowest) / (highest - lowest), 0, 100);
        var spread = ((xx / n) - (x / n * (x / n))) * ((yy / n) - (y / n * (y / n)));
        return new DriverResult
        {
            Key = driver.Key,
            Share = share,
            RelativeWeight = weight,
            Correlation = n == 0 || spread <= 1e-18 ? 0 : ((xy / n) - (x / n * (y / n))) / Math.Sqrt(spread),
            Performance = driver.LessIsBetter ? 100 - performance : performance,
            Missing = missing / all,
            Place = DriverPlace.Watch,
        };
    }

    /// <summary>Important is what explains more than its equal part; good is what is better than the middle of all.</summary>
    private static IEnumerable<DriverResult> Place(List<DriverResult> found)
    {
        var importance = found.Average(d => d.Share.Value);
        var performance = found.Where(d => double.IsFinite(d.Performance)).Select(d => d.Performance).DefaultIfEmpty(50).Average();
        return found.Select(d => d with
        {
            Place = (d.Share.Value >= importance, !(d.Performance < performance)) switch
            {
                (true, false) => DriverPlace.Improve,
                (true, true) => DriverPlace.Keep,
                (false, false) => DriverPlace.Watch,
                _ => DriverPlace.Relax,
            },
        });
    }

    /// <summary>The columns of the drivers, and the score in the last place; row after row.</summary>
    private static Table Columns(DriverData data, int[] rows)
    {
        var columns = new List<double[]>();
        var ofDriver = new int[data.Drivers.Count][];
        for (var d = 0; d < data.Drivers.Count; d++)
        {
            var own = rows.Select(r => data.Drivers[d].Values[r]).ToArray();
            var known = own.Where(double.IsFinite).ToArray();
            var mean = known.Length == 0 ? 0 : known.Average();
            ofDriver[d] = [columns.Count];
            columns.Add([.. own.Select(v => double.IsFinite(v) ? v : mean)]);
            if (known.Length is 0 || known.Length == own.Length) continue;
            ofDriver[d] = [columns.Count - 1, columns.Count];
            columns.Add([.. own.Select(v => double.IsFinite(v) ? 0.0 : 1)]);
        }

        columns.Add([.. rows.Select(r => data.Score[r])]);
        var width = columns.Count;
        var values = new double[rows.Length * width];
        for (var c = 0; c < width; c++)
        {
            // About their mean: sums of squares then lose no digits.
            var mean = columns[c].Average();
            for (var r = 0; r < rows.Length; r++) values[(r * width) + c] = columns[c][r] - mean;
        }

        return new Table(values, width, ofDriver);
    }

    /// <summary>The correlations of all columns, each row counted so often; null when the score does not differ.</summary>
    private static Regression? Correlate(Table table, double[] counts)
    {
        var width = table.Width;
        var sums = new double[width];
        var products = new double[width * width];
        double total = 0;
        for (var r = 0; r < counts.Length; r++)
        {
            var count = counts[r];
            if (count == 0) continue;
            total += count;
            var row = table.Values.AsSpan(r * width, width);
            for (var i = 0; i < width; i++)
            {
                var weighted = count * row[i];
                sums[i] += weighted;
                var into = products.AsSpan(i * width, width);
                for (var j = i; j < width; j++) into[j] += weighted * row[j];
            }
        }

        var deviations = new double[width];
        for (var i = 0; i < width; i++) deviations[i] = Math.Sqrt(Math.Max(0, (products[(i * width) + i] / total) - (sums[i] / total * (sums[i] / total))));
        var last = width - 1;
        if (deviations[last] < 1e-12) return null;
        var between = new double[last, last];
        var withScore = new double[last];
        for (var i = 0; i < last; i++)
        {
            // A column that does not differ is no part of anything: a correlation of 0 with itself keeps it out.
            between[i, i] = deviations[i] < 1e-9 ? 0 : 1;
            for (var j = i + 1; j < width; j++)
            {
                var correlation = deviations[i] < 1e-9 || deviations[j] < 1e-9 ? 0 : ((products[(i * width) + j] / total) - (sums[i] / total * (sums[j] / total))) / (deviations[i] * deviations[j]);
                if (j == last) withScore[i] = correlation;
                else between[i, j] = between[j, i] = correlation;
            }
        }

        return new Regression(between, withScore, table.OfDriver);
    }

    private sealed record Table(double[] Values, int Width, int[][] OfDriver);
}
