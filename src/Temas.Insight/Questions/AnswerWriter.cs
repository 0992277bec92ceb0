using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Writes an answer as JSON (docs/formats/query.md). Times are ISO 8601 with the offset of the workspace's time zone, durations are seconds.</summary>
internal sealed partial class AnswerWriter(Utf8JsonWriter json, TimeZoneInfo zone, DateTimeOffset now)
{
    public void Write(Asked asked)
    {
        var answer = asked.Answer;
        json.WriteStartObject();
        json.WriteString("kind"u8, answer switch { TrendAnswer => "trend", FunnelAnswer => "funnel", RetentionAnswer => "retention", PathsAnswer => "paths", RfmAnswer => "rfm", StickinessAnswer => "stickiness", FrequencyAnswer => "frequency", IntervalAnswer => "interval", _ => "segment" });
        json.WriteString("computedAt"u8, TimeZoneInfo.ConvertTime(now, zone));
        if (answer is not SegmentAnswer)
        {
            json.WriteString("from"u8, Time(answer.When.From));
            json.WriteString("to"u8, Time(answer.When.To));
        }

        json.WriteNumber("position"u8, answer.Position);
        json.WriteNumber("events"u8, answer.Events);
        json.WriteNumber("tookMs"u8, Math.Round(answer.Took, 2));
        if (answer.ProfilesBehind > 0) json.WriteNumber("profilesBehind"u8, answer.ProfilesBehind);
        switch (answer)
        {
            case TrendAnswer trend: Write(trend); break;
            case FunnelAnswer funnel: Write(funnel); break;
            case RetentionAnswer retention: Write(retention); break;
            case PathsAnswer paths: Write(paths); break;
            case RfmAnswer rfm: Write(rfm); break;
            case StickinessAnswer sticky: Write(sticky); break;
            case FrequencyAnswer frequency: Write(frequency); break;
            case IntervalAnswer interval: Write(interval); break;
            case SegmentAnswer segment: Write(segment, asked.Customers); break;
            default: throw new ArgumentOutOfRangeException(nameof(asked), answer, null);
        }

        json.WriteEndObject();
    }

    private void Write(TrendAnswer trend)
    {
        Times("buckets"u8, trend.Buckets);
        if (trend.Previous is { } before)
        {
            json.WriteStartObject("previous"u8);
            json.WriteString("from"u8, Time(before.When.From));
            json.WriteString("to"u8, Time(before.When.To));
            Times("buckets"u8, before.Buckets);
            json.WriteEndObject();
        }

        json.WriteStartArray("series"u8);
        foreach (var series in trend.Series)
        {
            json.WriteStartObject();
            json.WriteString("measure"u8, series.Measure);
            Value(series.Value, series.IsOther);
            Figures(series.Figures, series.Total);
            if (series.Previous is { } previous)
            {
                json.WriteStartObject("previous"u8);
                Figures(previous.Figures, previous.Total);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Figures(IReadOnlyList<double?> figures, double? total)
    {
        json.WriteStartArray("figures"u8);
        foreach (var figure in figures) Number(figure);
        json.WriteEndArray();
        json.WritePropertyName("total"u8);
        Number(total);
    }

    private void Write(FunnelAnswer funnel)
    {
        json.WriteStartArray("groups"u8);
        foreach (var group in funnel.Groups)
        {
            json.WriteStartObject();
            Value(group.Value, group.IsOther);
            json.WriteStartArray("steps"u8);
            foreach (var step in group.Steps)
            {
                json.WriteStartObject();
                json.WriteNumber("customers"u8, step.Customers);
                Seconds("medianSeconds"u8, step.Median);
                Seconds("p90Seconds"u8, step.P90);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Seconds("medianSeconds"u8, group.MedianTotal);
            Seconds("p90Seconds"u8, group.P90Total);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (funnel.Buckets.Count == 0) return;
        Times("buckets"u8, funnel.Buckets);
        json.WriteStartArray("overTime"u8);
        foreach (var bucket in funnel.OverTime) Numbers(bucket);
        json.WriteEndArray();
    }

    private void Write(RetentionAnswer retention)
    {
        if (retention.Brackets.Count > 0)
        {
            json.WritePropertyName("brackets"u8);
            Numbers([.. retention.Brackets.Select(b => (long)b)]);
        }

        json.WriteStartArray("cohorts"u8);
        foreach (var cohort in retention.Cohorts)
        {
            json.WriteStartObject();
            json.WriteString("start"u8, Time(cohort.Start));
            json.WriteNumber("customers"u8, cohort.Customers);
            json.WritePropertyName("returned"u8);
            Numbers(cohort.Returned);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(PathsAnswer paths)
    {
        json.WriteNumber("ways"u8, paths.Ways);
        json.WriteNumber("customers"u8, paths.Customers);
        json.WriteStartArray("places"u8);
        foreach (var place in paths.Places)
        {
            json.WriteStartObject();
            json.WriteNumber("place"u8, place.Place);
            json.WriteString(paths.Of is null ? "event"u8 : "touch"u8, place.Event);
            json.WriteNumber("ways"u8, place.Ways);
            json.WriteNumber("customers"u8, place.Customers);
            Write(place.Perception);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("edges"u8);
        foreach (var edge in paths.Edges)
        {
            json.WriteStartObject();
            json.WriteNumber("place"u8, edge.Place);
            json.WriteString("from"u8, edge.From);
            json.WriteString("to"u8, edge.To);
            json.WriteNumber("ways"u8, edge.Ways);
            json.WriteNumber("customers"u8, edge.Customers);
            Seconds("medianSeconds"u8, edge.Median);
            Write(edge.Perception);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("leftOut"u8, paths.LeftOut);
    }

    private void Write(PathPerception? perception)
    {
        if (perception is null) return;
        json.WriteStartObject("perception"u8);
        json.WritePropertyName("mean"u8);
        Number(perception.Mean is { } mean ? Math.Round(mean, 4) : null);
        json.WriteNumber("touches"u8, perception.Touches);
        json.WriteNumber("negative"u8, perception.Negative);
        json.WriteNumber("neutral"u8, perception.Neutral);
        json.WriteNumber("positive"u8, perception.Positive);
        json.WriteEndObject();
    }

    private void Write(RfmAnswer rfm)
    {
        json.WriteNumber("customers"u8, rfm.Customers);
        json.WritePropertyName("value"u8);
        Number(rfm.Value);
        Scores("recency"u8, rfm.Recency, "earliest"u8, "latest"u8, value => json.WriteStringValue(Time((long)value)));
        Scores("frequency"u8, rfm.Frequency, "least"u8, "most"u8, value => Number(value));
        Scores("monetary"u8, rfm.Monetary, "least"u8, "most"u8, value => Number(value));
        json.WriteStartArray("cells"u8);
        foreach (var cell in rfm.Cells)
        {
            json.WriteStartObject();
            json.WriteNumber("recency"u8, cell.Recency);
            json.WriteNumber("frequency"u8, cell.Frequency);
            if (cell.Monetary > 0) json.WriteNumber("monetary"u8, cell.Monetary);
            json.WriteNumber("customers"u8, cell.Customers);
            json.WritePropertyName("value"u8);
            Number(cell.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Scores(ReadOnlySpan<byte> name, IReadOnlyList<RfmScore> scores, ReadOnlySpan<byte> least, ReadOnlySpan<byte> most, Action<double> write)
    {
        json.WriteStartArray(name);
        foreach (var score in scores)
        {
            json.WriteStartObject();
            json.WriteNumber("score"u8, score.Score);
            json.WriteNumber("customers"u8, score.Customers);
            json.WritePropertyName(least);
            write(score.Least);
            json.WritePropertyName(most);
            write(score.Most);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(SegmentAnswer segment, IReadOnlyList<CustomerLink> customers)
    {
        json.WriteNumber("total"u8, segment.Customers);
        json.WriteStartArray("customers"u8);
        foreach (var customer in customers)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, customer.Id);
            json.WriteString("name"u8, customer.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Value(object? value, bool isOther)
    {
        if (isOther)
        {
            json.WriteBoolean("other"u8, true);
            return;
        }

        switch (value)
        {
            case string text: json.WriteString("value"u8, text); break;
            case double number: json.WriteNumber("value"u8, number); break;
            case bool flag: json.WriteBoolean("value"u8, flag); break;
            default: json.WriteNull("value"u8); break;
        }
    }

    private void Number(double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteNullValue();
    }

    private void Numbers(IReadOnlyList<long> values)
    {
        json.WriteStartArray();
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private void Seconds(ReadOnlySpan<byte> name, double? milliseconds)
    {
        if (milliseconds is { } value) json.WriteNumber(name, Math.Round(value / 1000, 3));
        else json.WriteNull(name);
    }

    private void Times(ReadOnlySpan<byte> name, IReadOnlyList<long> times)
    {
        json.WriteStartArray(name);
        foreach (var time in times) json.WriteStringValue(Time(time));
        json.WriteEndArray();
    }

    private DateTimeOffset Time(long time) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(time), zone);
}
