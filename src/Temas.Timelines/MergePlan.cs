namespace Temas.Timelines;

/// <summary>Which neighbouring segments to merge: runs of about the same size, so each event is rewritten a logarithmic number of times.</summary>
internal static class MergePlan
{
    /// <summary>The first run of <paramref name="fanIn"/> neighbours of one level; null when there is none. Sizes below <paramref name="floor"/> are all one level.</summary>
    public static Range? Choose(ReadOnlySpan<int> sizes, int fanIn, int floor, int limit)
    {
        for (var start = 0; start + fanIn <= sizes.Length;)
        {
            var top = 0.0;
            foreach (var size in sizes[start..]) top = Math.Max(top, Level(size, fanIn, floor));

            // Those from here on that are nearly as large as the largest; smaller ones among them go along.
            var end = sizes.Length;
            while (Level(sizes[end - 1], fanIn, floor) < top - 0.75) end--;

            for (var from = start; from + fanIn <= end; from++)
            {
                var sum = 0L;
                foreach (var size in sizes.Slice(from, fanIn)) sum += size;
                if (sum <= limit) return from..(from + fanIn);
            }

            start = end;
        }

        return null;
    }

    private static double Level(int size, int fanIn, int floor) => Math.Log(Math.Max(size, Math.Max(1, floor))) / Math.Log(fanIn);
}
