namespace Temas.Insight.Lifetime;

/// <summary>Finds where a function is least without its derivatives (Nelder and Mead, The Computer Journal 7, 1965), and begins afresh from what it found until that no longer helps.</summary>
internal static class NelderMead
{
    private const int MostSteps = 4_000, MostStarts = 12;
    private const double Close = 1e-9;

    /// <summary>The place, and the value there.</summary>
    public static (double[] At, double Value) Minimise(Func<double[], double> of, double[] start)
    {
        var (at, value) = Descend(of, start, 0.5);
        for (var again = 0; again < MostStarts; again++)
        {
            var (next, better) = Descend(of, at, 0.2);
            var gain = value - better;
            if (better < value) (at, value) = (next, better);
            if (gain < 1e-7 * (1 + Math.Abs(value))) break;
        }

        return (at, value);
    }

    private static (double[] At, double Value) Descend(Func<double[], double> of, double[] start, double width)
    {
        var size = start.Length;
        var corners = new (double[] At, double Value)[size + 1];
        corners[0] = (start, Of(start));
        for (var i = 0; i < size; i++)
        {
            var corner = (double[])start.Clone();
            corner[i] += width;
            corners[i + 1] = (corner, Of(corner));
        }

        for (var step = 0; step < MostSteps; step++)
        {
            Array.Sort(corners, (a, b) => a.Value.CompareTo(b.Value));
            var (best, worst) = (corners[0], corners[size]);
            if (worst.Value - best.Value <= Close * (1e-3 + Math.Abs(best.Value) * 1e-3)) break;
            var centre = new double[size];
            for (var i = 0; i < size; i++)
            {
                for (var d = 0; d < size; d++) centre[d] += corners[i].At[d] / size;
            }

            var reflected = Along(centre, worst.At, 1);
            if (reflected.Value < best.Value)
            {
                var expanded = Along(centre, worst.At, 2);
                corners[size] = expanded.Value < reflected.Value ? expanded : reflected;
            }
            else if (reflected.Value < corners[size - 1].Value)
            {
                corners[size] = reflected;
            }
            else
            {
                var contracted = Along(centre, worst.At, reflected.Value < worst.Value ? 0.5 : -0.5);
                if (contracted.Value < Math.Min(reflected.Value, worst.Value)) corners[size] = contracted;
                else Shrink();
            }
        }

        Array.Sort(corners, (a, b) => a.Value.CompareTo(b.Value));
        return corners[0];

        (double[] At, double Value) Along(double[] centre, double[] from, double by)
        {
            var at = new double[size];
            for (var d = 0; d < size; d++) at[d] = centre[d] + (by * (centre[d] - from[d]));
            return (at, Of(at));
        }

        void Shrink()
        {
            for (var i = 1; i <= size; i++)
            {
                var at = new double[size];
                for (var d = 0; d < size; d++) at[d] = corners[0].At[d] + (0.5 * (corners[i].At[d] - corners[0].At[d]));
                corners[i] = (at, Of(at));
            }
        }

        double Of(double[] at) => of(at) is var value && double.IsNaN(value) ? double.MaxValue : value;
    }
}
