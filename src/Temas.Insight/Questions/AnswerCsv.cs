using System.Globalization;
using System.Text;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Writes an answer as CSV (<see cref="CsvText"/>; docs/formats/query.md): a line a figure. Times are ISO 8601 with the offset of the workspace's time zone, durations are seconds; nothing stands where there is no figure.</summary>
internal sealed partial class AnswerCsv(char separator, TimeZoneInfo zone)
{
    private readonly StringBuilder text = new();

    public byte[] Write(Asked asked)
    {
        switch (asked.Answer)
        {
            case TrendAnswer trend: Write(trend); break;
            case FunnelAnswer funnel: Write(funnel); break;
            case RetentionAnswer retention: Write(retention); break;
            case PathsAnswer paths: Write(paths); break;
            case RfmAnswer rfm: Write(rfm.Cells.Select(c => new[] { Whole(c.Recency), Whole(c.Frequency), c.Monetary > 0 ? Whole(c.Monetary) : null, Whole(c.Customers), Number(c.Value) }), "recency", "frequency", "monetary", "customers", "value"); break;
            case StickinessAnswer sticky: Write(sticky); break;
            case FrequencyAnswer frequency: Write(frequency); break;
            case IntervalAnswer interval: Write(interval); break;
            default: Write(asked.Customers.Select(c => new[] { c.Id, c.Name }), "id", "name"); break;
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private void Write(TrendAnswer trend)
    {
        var hasValues = trend.Series.Any(s => s.IsOther || s.Value is not null) || trend.Series.Select(s => s.Measure).Distinct(StringComparer.Ordinal).Count() < trend.Series.Count;
        string[] kept = hasValues ? ["time", "measure", "value", "figure"] : ["time", "measure", "figure"];
        Line(trend.Previous is null ? kept : [.. kept, "previousTime", "previousFigure"]);
        foreach (var series in trend.Series)
        {
            for (var i = 0; i < trend.Buckets.Count; i++)
            {
                var (time, figure) = (Time(trend.Buckets[i]), Number(series.Figures[i]));
                string?[] line = hasValues ? [time, series.Measure, Value(series.Value, series.IsOther), figure] : [time, series.Measure, figure];
                Line(trend.Previous is { } before ? [.. line, Time(before.Buckets[i]), Number(series.Previous!.Figures[i])] : line);
            }
        }
    }

    private void Write(FunnelAnswer funnel)
    {
        var hasValues = funnel.Groups.Count > 1 || funnel.Groups[0].Value is not null;
        string?[] Of(FunnelGroup group, params string?[] line) => hasValues ? [Value(group.Value, group.IsOther), .. line] : line;
        Line(hasValues ? ["value", "step", "customers", "medianSeconds", "p90Seconds"] : ["step", "customers", "medianSeconds", "p90Seconds"]);
        foreach (var group in funnel.Groups)
        {
            for (var step = 0; step < group.Steps.Count; step++) Line(Of(group, Whole(step + 1), Whole(group.Steps[step].Customers), Seconds(group.Steps[step].Median), Seconds(group.Steps[step].P90)));
        }
    }

    private void Write(RetentionAnswer retention) => Write(
        retention.Cohorts.SelectMany(c => c.Returned.Select((returned, later) => new[] { Time(c.Start), Whole(c.Customers), Whole(retention.SpanOf(later).Last), Whole(returned) })), "start", "customers", "later", "returned");

    // A place alone is a line without the place after it. Perception has columns where it was asked for.
    private void Write(PathsAnswer paths)
    {
        string[] heads = ["place", paths.Of is null ? "event" : "touch", "next", "ways", "customers", "medianSeconds"];
        string?[] Felt(PathPerception? p) => p is null ? [] : [Number(p.Mean is { } mean ? Math.Round(mean, 4) : null), Whole(p.Touches), Whole(p.Negative), Whole(p.Neutral), Whole(p.Positive)];
        Write(
            paths.Places.Select(p => (string?[])[Whole(p.Place), p.Event, null, Whole(p.Ways), Whole(p.Customers), null, .. Felt(p.Perception)])
                .Concat(paths.Edges.Select(e => (string?[])[Whole(e.Place), e.From, e.To, Whole(e.Ways), Whole(e.Customers), Seconds(e.Median), .. Felt(e.Perception)])),
            paths.Places.Any(p => p.Perception is not null) ? [.. heads, "perception", "touches", "negative", "neutral", "positive"] : heads);
    }

    private void Write(IEnumerable<string?[]> lines, params string[] heads)
    {
        Line(heads);
        foreach (var line in lines) Line(line);
    }

    private void Line(IEnumerable<string?> values) => CsvText.AppendLine(text, values, separator);

    private string Time(long time) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(time), zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Value(object? value, bool isOther) => isOther ? "(other)" : value switch { null => "", bool flag => flag ? "true" : "false", _ => Convert.ToString(value, CultureInfo.InvariantCulture)! };

    private static string? Number(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : null;

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Seconds(double? milliseconds) => milliseconds is { } value ? Math.Round(value / 1000, 3).ToString(CultureInfo.InvariantCulture) : null;
}
