using System.Globalization;

namespace Temas.Insight.Explore;

/// <summary>Lines as the server draws them, for who has no scripts.</summary>
internal static class TrendLines
{
    public const double Width = 720, Height = 200;

    /// <summary>The points of each unbroken run of a line. Where there is no figure (a mean of nothing) it is broken.</summary>
    public static IEnumerable<string> Runs(IReadOnlyList<double?> figures, double least, double most)
    {
        var run = new List<(double X, double Y)>();
        for (var i = 0; i < figures.Count; i++)
        {
            if (figures[i] is { } figure) run.Add(((i + 0.5) * Width / figures.Count, Height - 4 - ((figure - least) / Math.Max(1e-9, most - least) * (Height - 8))));
            if (figures[i] is not null && i + 1 < figures.Count) continue;
            // One point alone is shown as a short line.
            if (run.Count == 1) run.Add((run[0].X + 3, run[0].Y));
            if (run.Count > 0) yield return string.Join(' ', run.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.##},{p.Y:0.##}")));
            run.Clear();
        }
    }
}
