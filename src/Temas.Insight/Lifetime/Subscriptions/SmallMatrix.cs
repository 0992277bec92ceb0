namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>Symmetric, positive matrices of a few rows.</summary>
internal static class SmallMatrix
{
    /// <summary>Solves a system by Cholesky's factors; null where there is no solution to rely on.</summary>
    public static double[]? Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        if (Factor(matrix) is not { } l) return null;
        var x = (double[])right.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++) x[i] -= l[i, j] * x[j];
            x[i] /= l[i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++) x[i] -= l[j, i] * x[j];
            x[i] /= l[i, i];
        }

        return x;
    }

    /// <summary>The inverse; null where there is none to rely on.</summary>
    public static double[,]? Inverse(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var inverse = new double[n, n];
        for (var column = 0; column < n; column++)
        {
            var unit = new double[n];
            unit[column] = 1;
            if (Solve(matrix, unit) is not { } solved) return null;
            for (var row = 0; row < n; row++) inverse[row, column] = solved[row];
        }

        return inverse;
    }

    private static double[,]? Factor(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var l = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++) sum -= l[i, k] * l[j, k];
                if (i != j) l[i, j] = sum / l[j, j];
                else if (sum > 1e-12 * Math.Max(1e-6, Math.Abs(matrix[i, i]))) l[i, i] = Math.Sqrt(sum);
                else return null;
            }
        }

        return l;
    }
}
