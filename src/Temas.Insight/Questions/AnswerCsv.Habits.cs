using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Answers about how often customers do something, and how regularly.</summary>
internal sealed partial class AnswerCsv
{
    // First a line for so many days, then a line a day, with its time.
    private void Write(StickinessAnswer sticky)
    {
        var before = sticky.Previous;
        Line(Beside(["units", "time", "customers", "within"], before, "previousCustomers", "previousWithin"));
        for (var i = 0; i < sticky.Counts.Count; i++) Line(Beside([Whole(i + 1), null, Whole(sticky.Counts[i]), null], before, before is null ? null : Whole(before.Counts[i]), null));
        for (var i = 0; i < sticky.Buckets.Count; i++)
        {
            Line(Beside([null, Time(sticky.Buckets[i]), Whole(sticky.Active[i]), Whole(sticky.Within[i])], before, before is null ? null : Whole(before.Active[i]), before is null ? null : Whole(before.Within[i])));
        }
    }

    private void Write(FrequencyAnswer frequency)
    {
        var before = frequency.Previous;
        Line(Beside(["least", "upto", "customers", "times"], before, "previousCustomers", "previousTimes"));
        for (var i = 0; i < frequency.Bins.Count; i++)
        {
            var (bin, past) = (frequency.Bins[i], before?.Bins[i]);
            Line(Beside([Whole(bin.Least), Whole(bin.Upto), Whole(bin.Customers), Whole(bin.Times)], before, past is null ? null : Whole(past.Customers), past is null ? null : Whole(past.Times)));
        }
    }

    private void Write(IntervalAnswer interval)
    {
        var before = interval.Previous;
        Line(Beside(["fromSeconds", "toSeconds", "intervals", "customers"], before, "previousIntervals", "previousCustomers"));
        for (var i = 0; i < interval.Bins.Count; i++)
        {
            var (bin, past) = (interval.Bins[i], before?.Bins[i]);
            Line(Beside([Seconds(bin.From), Seconds(bin.To), Whole(bin.Intervals), Whole(bin.Customers)], before, past is null ? null : Whole(past.Intervals), past is null ? null : Whole(past.Customers)));
        }
    }

    /// <summary>A line, with what the period before had where there is one.</summary>
    private static string?[] Beside(string?[] line, Answer? before, params string?[] past) => before is null ? line : [.. line, .. past];
}
