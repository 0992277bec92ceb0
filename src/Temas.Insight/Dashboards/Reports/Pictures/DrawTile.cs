using Temas.Insight.Dashboards.Tiles;

namespace Temas.Insight.Dashboards.Reports.Pictures;

/// <summary>Draws what a tile shows over time, at twice the size at which the letter shows it. Pure.</summary>
internal static class DrawTile
{
    /// <summary>How wide a picture stands in the letter, in pixels of a screen; and a small one, of which two stand side by side.</summary>
    public const int Wide = 620, Small = 290;

    /// <summary>How high they stand there.</summary>
    public const int WideHeight = 150, SmallHeight = 44;

    private const int Scale = 2, Paper = 0xFFFFFF, Raster = 0xE7EBEB, Teal = 0x0F766E, Good = 0x2A8A5B, Bad = 0xC2413A, Neutral = 0x93A1A0;

    // One colour for each line, that are told apart by their lightness, too.
    private static readonly int[] Tones = [Teal, 0xC26A1B, 0x4B5FB5, 0x8A3B78, 0x6B7A1E, 0x2F7FA8];

    /// <summary>The picture of a tile; null where it has no course, or nothing to show.</summary>
    public static Picture? Of(TileContent content) => content switch
    {
        NumberContent number => Course(number.Course),
        LinesContent { IsBars: true, Lines: [var only] } lines when lines.Labels.Count > 1 => Bars(only.Figures),
        LinesContent lines when lines.Labels.Count > 1 => Lines(lines.Lines),
        PerceptionContent felt when felt.Buckets.Count > 1 => Felt(felt),
        JourneyContent journey => Journey(journey.Stages),
        _ => null,
    };

    /// <summary>Whether a course goes up, down, or neither, by more than a twentieth of the way between its ends; null where it has fewer than two points.</summary>
    public static int? Way(IReadOnlyList<double?> course)
    {
        var known = course.OfType<double>().ToList();
        if (known.Count < 2) return null;
        // A third of the points each, for the last day is seldom a whole one.
        var part = Math.Max(1, known.Count / 3);
        var (first, last) = (known.Take(part).Average(), known.TakeLast(part).Average());
        var size = Math.Max(Math.Abs(first), Math.Abs(last));
        return size == 0 || Math.Abs(last - first) < size / 20 ? 0 : Math.Sign(last - first);
    }

    private static Picture? Course(IReadOnlyList<double?> course)
    {
        if (course.Count(c => c is not null) < 2) return null;
        var picture = new Picture(Small * Scale, SmallHeight * Scale, Paper);
        var (least, most) = Range([.. course.OfType<double>()], fromZero: false);
        foreach (var run in Runs(course, picture, 8, least, most))
        {
            picture.Below(run, picture.Height, Teal, 0.12);
            picture.Line(run, 4, Teal);
            if (run[^1].X >= picture.Width - 10) picture.Dot(run[^1], 7, Teal);
        }

        return picture;
    }

    private static Picture? Lines(IReadOnlyList<ChartLine> lines)
    {
        var all = lines.SelectMany(l => l.Figures).OfType<double>().ToList();
        if (all.Count < 2) return null;
        var picture = Ruled();
        var (least, most) = Range(all, fromZero: true);
        // What was before lies behind what is now.
        foreach (var (at, line) in lines.Index().OrderBy(l => !l.Item.IsBefore))
        {
            var colour = line.IsBefore ? Neutral : Tones[at % Tones.Length];
            foreach (var run in Runs(line.Figures, picture, 14, least, most))
            {
                if (lines.Count(l => !l.IsBefore) == 1 && !line.IsBefore) picture.Below(run, picture.Height - 14, colour, 0.12);
                picture.Line(run, line.IsBefore ? 3 : 5, colour);
            }
        }

        return picture;
    }

    private static Picture? Bars(IReadOnlyList<double?> figures)
    {
        if (!figures.Any(f => f > 0)) return null;
        var picture = Ruled();
        var (most, step) = (figures.Max() ?? 1, (double)picture.Width / figures.Count);
        for (var i = 0; i < figures.Count; i++)
        {
            if (figures[i] is > 0 and var figure) picture.Rectangle((i + 0.12) * step, picture.Height - ((picture.Height - 20) * figure / most), (i + 0.88) * step, picture.Height, Teal);
        }

        return picture;
    }

    // Well goes up from the middle, badly down.
    private static Picture Felt(PerceptionContent felt)
    {
        var picture = new Picture(Wide * Scale, WideHeight * Scale, Paper);
        var most = Math.Max(1e-9, felt.Buckets.Max(b => Math.Max(b.Positive, b.Negative)));
        var (middle, step) = (picture.Height / 2.0, (double)picture.Width / felt.Buckets.Count);
        foreach (var (i, bucket) in felt.Buckets.Index())
        {
            picture.Rectangle((i + 0.12) * step, middle - ((middle - 10) * bucket.Positive / most), (i + 0.88) * step, middle, Good);
            picture.Rectangle((i + 0.12) * step, middle, (i + 0.88) * step, middle + ((middle - 10) * bucket.Negative / most), Bad);
        }

        picture.Rectangle(0, middle - 1, picture.Width, middle + 1, 0x5D6B6A);
        return picture;
    }

    private static Picture? Journey(IReadOnlyList<StageFigure> stages)
    {
        if (stages.Count(s => s.Perception is not null) < 2) return null;
        var picture = new Picture(Wide * Scale, WideHeight * Scale, Paper);
        var middle = picture.Height / 2.0;
        picture.Rectangle(0, 0, picture.Width, middle, Good, 0.07);
        picture.Rectangle(0, middle, picture.Width, picture.Height, Bad, 0.07);
        picture.Rectangle(0, middle - 1, picture.Width, middle + 1, Raster);
        var points = stages.Select((s, i) => (s.Perception, X: (i + 0.5) * picture.Width / stages.Count)).Where(s => s.Perception is not null)
            .Select(s => (s.X, Y: middle - (Math.Clamp(s.Perception!.Value, -0.5, 0.5) * 2 * (middle - 20)), Felt: s.Perception.Value)).ToList();
        picture.Line([.. points.Select(p => (p.X, p.Y))], 5, Teal);
        foreach (var (x, y, value) in points)
        {
            picture.Dot((x, y), 13, Paper);
            picture.Dot((x, y), 10, value < -0.05 ? Bad : value > 0.05 ? Good : Neutral);
        }

        return picture;
    }

    private static Picture Ruled()
    {
        var picture = new Picture(Wide * Scale, WideHeight * Scale, Paper);
        for (var i = 0; i < 4; i++) picture.Rectangle(0, 14 + (i * (picture.Height - 28) / 3.0), picture.Width, 16 + (i * (picture.Height - 28) / 3.0), Raster);
        return picture;
    }

    private static (double Least, double Most) Range(List<double> figures, bool fromZero)
    {
        var (least, most) = (figures.Min(), figures.Max());
        if (fromZero || (least >= 0 && least < most * 0.6)) least = Math.Min(0, least);
        return (least, Math.Max(most, least + 1e-9));
    }

    // A gap ends a run, and one point alone is one, too.
    private static IEnumerable<List<(double X, double Y)>> Runs(IReadOnlyList<double?> figures, Picture picture, double margin, double least, double most)
    {
        var run = new List<(double X, double Y)>();
        for (var i = 0; i <= figures.Count; i++)
        {
            if (i < figures.Count && figures[i] is { } figure)
            {
                run.Add((margin + (i * (picture.Width - (2 * margin)) / Math.Max(1, figures.Count - 1)), picture.Height - margin - ((figure - least) / (most - least) * (picture.Height - (2 * margin)))));
                continue;
            }

            if (run.Count > 0) yield return run;
            run = [];
        }
    }
}
