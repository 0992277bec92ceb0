using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Answers about how often customers do something, and how regularly; the period before has the same fields.</summary>
internal sealed partial class AnswerWriter
{
    private void Write(StickinessAnswer sticky)
    {
        json.WriteNumber("customers"u8, sticky.Customers);
        json.WritePropertyName("average"u8);
        Number(sticky.Average);
        json.WritePropertyName("counts"u8);
        Numbers(sticky.Counts);
        Times("buckets"u8, sticky.Buckets);
        json.WritePropertyName("active"u8);
        Numbers(sticky.Active);
        json.WritePropertyName("within"u8);
        Numbers(sticky.Within);
        json.WriteStartArray("ratio"u8);
        for (var i = 0; i < sticky.Buckets.Count; i++) Number(sticky.Ratio(i));
        json.WriteEndArray();
        Before(sticky.Previous, Write);
    }

    private void Write(FrequencyAnswer frequency)
    {
        json.WriteNumber("customers"u8, frequency.Customers);
        json.WriteNumber("times"u8, frequency.Times);
        json.WritePropertyName("median"u8);
        Number(frequency.Median);
        json.WritePropertyName("p90"u8);
        Number(frequency.P90);
        json.WriteNumber("most"u8, frequency.Most);
        json.WriteStartArray("bins"u8);
        foreach (var bin in frequency.Bins)
        {
            json.WriteStartObject();
            json.WriteNumber("least"u8, bin.Least);
            json.WriteNumber("upto"u8, bin.Upto);
            json.WriteNumber("customers"u8, bin.Customers);
            json.WriteNumber("times"u8, bin.Times);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Before(frequency.Previous, Write);
    }

    private void Write(IntervalAnswer interval)
    {
        json.WriteNumber("customers"u8, interval.Customers);
        json.WriteNumber("intervals"u8, interval.Intervals);
        Seconds("medianSeconds"u8, interval.Median);
        Seconds("p90Seconds"u8, interval.P90);
        Seconds("longestSeconds"u8, interval.Longest);
        json.WriteStartArray("bins"u8);
        foreach (var bin in interval.Bins)
        {
            json.WriteStartObject();
            Seconds("fromSeconds"u8, bin.From);
            Seconds("toSeconds"u8, bin.To);
            json.WriteNumber("intervals"u8, bin.Intervals);
            json.WriteNumber("customers"u8, bin.Customers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Before(interval.Previous, Write);
    }

    private void Before<TAnswer>(TAnswer? previous, Action<TAnswer> write)
        where TAnswer : Answer
    {
        if (previous is null) return;
        json.WriteStartObject("previous"u8);
        json.WriteString("from"u8, Time(previous.When.From));
        json.WriteString("to"u8, Time(previous.When.To));
        write(previous);
        json.WriteEndObject();
    }
}
