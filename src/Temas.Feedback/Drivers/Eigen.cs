namespace Temas.Feedback.Drivers;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations: slow for large matrices, exact to the last digits for those of a few dozen columns.</summary>
internal static class Eigen
{
    private const int MaxSweeps = 60;

    /// <summary>The values, and the vectors as columns.</summary>
    public static (double[] Values, double[,] Vectors) Of(double[,] symmetric)
    {
        var size = symmetric.GetLength(0);
        var a = (double[,])symmetric.Clone();
        var vectors = new double[size, size];
        for (var i = 0; i < size; i++) vectors[i, i] = 1;
        for (var sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double off = 0;
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++) off += a[p, q] * a[p, q];
            }

            if (off < 1e-22) break;
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++) Rotate(a, vectors, p, q);
            }
        }

        var values = new double[size];
        for (var i = 0; i < size; i++) values[i] = a[i, i];
        return (values, vectors);
    }

    private static void Rotate(double[,] a, double[,] vectors, int p, int q)
    {
        if (Math.Abs(a[p, q]) < 1e-300) return;
        var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        var size = a.GetLength(0);
        for (var k = 0; k < size; k++)
        {
            var (kp, kq) = (a[k, p], a[k, q]);
            (a[k, p], a[k, q]) = ((c * kp) - (s * kq), (s * kp) + (c * kq));
        }

        for (var k = 0; k < size; k++)
        {
            var (pk, qk) = (a[p, k], a[q, k]);
            (a[p, k], a[q, k]) = ((c * pk) - (s * qk), (s * pk) + (c * qk));
            var (vp, vq) = (vectors[k, p], vectors[k, q]);
            (vectors[k, p], vectors[k, q]) = ((c * vp) - (s * vq), (s * vp) + (c * vq));
        }
    }
}
