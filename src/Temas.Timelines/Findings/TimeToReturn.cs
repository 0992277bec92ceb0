namespace Temas.Timelines.Findings;

/// <summary>
/// When those who met something come back, held against the others of the same cell over all the time that is known: the stratified log-rank test (Mantel 1966). It sees more than whether they came within so many days, since who leaves for good
/// is the further behind the longer one looks, and time of which only a part has passed counts for that part. What one customer adds is summed before it is squared (Lin and Wei 1989), as in <see cref="Findings.Compare"/>. Days count and not seconds: of two things that one customer met on one visit the second would always be followed sooner.
/// </summary>
internal static class TimeToReturn
{
    /// <summary>The logarithm of the hazard ratio (by Peto's one step: observed less expected over the variance), or null where too few came back.</summary>
    public static Estimate? Compare(Ground ground, Side[] sides, int shift) => Compare(ground, sides, shift, out _);

    /// <summary>The same, with what each customer adds to it.</summary>
    public static Estimate? Compare(Ground ground, Side[] sides, int shift, out double[] added)
    {
        var (scores, sum, variance, came) = (new double[ground.Customers], 0.0, 0.0, 0);
        var (times, cell) = (new float[ground.Now.Length], new Waiting[ground.Now.Length]);
        for (var from = 0; from < ground.Now.Length;)
        {
            var key = ground.Now[from] >> shift;
            var (count, met) = (0, 0);
            for (; from < ground.Now.Length && ground.Now[from] >> shift == key; from++)
            {
                var unit = ground.OrderNow[from];
                ref readonly var of = ref ground.All[unit];
                if (sides[unit] == Side.None || of.Next <= 0) continue;
                (times[count], cell[count++]) = (MathF.Floor(of.Next), new Waiting(of.Who, of.Came, sides[unit] == Side.Met));
                if (sides[unit] == Side.Met) met++;
            }

            if (met == 0 || met == count) continue;
            Array.Sort(times, cell, 0, count);
            Add(times.AsSpan(0, count), cell.AsSpan(0, count), met, scores, ref sum, ref variance, ref came);
        }

        added = scores;
        if (came < Findings.Compare.Least || variance <= 0) return null;
        var robust = scores.Sum(s => s * s);
        var (ratio, error) = (sum / variance, Math.Sqrt(Math.Max(robust, variance)) / variance);
        return new Estimate(ratio, ratio - (Normal.Z95 * error), ratio + (Normal.Z95 * error), Normal.TwoSided(ratio / error));
    }

    private static void Add(ReadOnlySpan<float> times, ReadOnlySpan<Waiting> cell, int met, double[] scores, ref double sum, ref double variance, ref int came)
    {
        var (left, leftMet, gathered, weighted) = (cell.Length, met, 0.0, 0.0);
        for (var from = 0; from < cell.Length;)
        {
            var (to, ended, endedMet) = (from, 0, 0);
            for (; to < cell.Length && times[to] == times[from]; to++)
            {
                if (!cell[to].Came) continue;
                ended++;
                if (cell[to].Met) endedMet++;
            }

            var share = (double)leftMet / left;
            if (ended > 0)
            {
                (gathered, weighted, came) = (gathered + ((double)ended / left), weighted + (ended * share / left), came + ended);
                sum += endedMet - (ended * share);
                if (left > 1) variance += ended * share * (1 - share) * (left - ended) / (left - 1.0);
            }

            for (var i = from; i < to; i++)
            {
                var one = cell[i];
                scores[one.Who] += (one.Came ? (one.Met ? 1 : 0) - share : 0) - ((one.Met ? gathered : 0) - weighted);
                left--;
                if (one.Met) leftMet--;
            }

            from = to;
        }
    }

    private readonly record struct Waiting(int Who, bool Came, bool Met);
}
