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
        return unit switch
        {
            "month" => reader.Local(at).ToString("MMMM yyyy", CultureInfo.CurrentCulture),
            "hour" => $"{reader.Date(at)} {reader.TimeOfDay(at)}",
            _ => reader.Date(at),
        };
    }

    /// <summary>For programs: the company's day on which it begins, and of an hour its time of day.</summary>
    public static string ForPrograms(Reader reader, long start, string unit) => reader.Local(Reader.At(start)).ToString(unit == "hour" ? "yyyy-MM-dd'T'HH:mm" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Where a bucket begins within the period, or where the period ends, for a condition in JSON.</summary>
    public static string Moment(IReadOnlyList<long> starts, int bucket, TimeSpanMs when) =>
        Instant(bucket < starts.Count ? Math.Max(starts[bucket], when.From) : when.To);

    /// <summary>So many buckets later: one, or a stretch of them.</summary>
    public static string Span((int First, int Last) buckets) => buckets.First == buckets.Last ? Reader.Number((long)buckets.First) : $"{Reader.Number((long)buckets.First)}–{Reader.Number((long)buckets.Last)}";

    /// <summary>A moment for a condition in JSON.</summary>
    public static string Instant(long moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment).ToString("O", CultureInfo.InvariantCulture);
}
