using System.Globalization;
using Temas.Timelines.Queries;
using Temas.Ui.Reading;

namespace Temas.Insight.Explore;

/// <summary>A bucket of time in the reader's words.</summary>
internal static class BucketWords
{
    public static string Of(Reader reader, long start, string unit)
    {
        var at = Reader.At(start);
        return unit == "month" ? reader.Local(at).ToString("MMMM yyyy", CultureInfo.CurrentCulture) : reader.Date(at);
    }

    /// <summary>Where a bucket begins within the period, or where the period ends, for a condition in JSON.</summary>
    public static string Moment(IReadOnlyList<long> starts, int bucket, TimeSpanMs when) =>
        Instant(bucket < starts.Count ? Math.Max(starts[bucket], when.From) : when.To);

    /// <summary>So many buckets later: one, or a stretch of them.</summary>
    public static string Span((int First, int Last) buckets) => buckets.First == buckets.Last ? Reader.Number((long)buckets.First) : $"{Reader.Number((long)buckets.First)}–{Reader.Number((long)buckets.Last)}";

    /// <summary>A moment for a condition in JSON.</summary>
    public static string Instant(long moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment).ToString("O", CultureInfo.InvariantCulture);
}
