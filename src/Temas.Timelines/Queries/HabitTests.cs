using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>In how many different buckets she has these events (<see cref="ActiveCondition"/>).</summary>
internal sealed class ActiveTest(EventMatch match, ActiveCondition of) : ConditionTest
{
    // One more than may be is as good as many.
    private readonly int enough = of.AtMost is { } most ? most + 1 : of.AtLeast;

    public override TypeSet? Types { get; } = TypeSet.Of(match);

    public override bool Holds(int customer, in Slice events)
    {
        var count = Count(match, of.Buckets, events, enough);
        return count >= of.AtLeast && (of.AtMost is not { } most || count <= most);
    }

    /// <summary>In how many different buckets she has such events; more than enough is not counted.</summary>
    public static int Count(EventMatch match, TimeBuckets buckets, in Slice events, int enough)
    {
        var (count, begin, end) = (0, long.MaxValue, long.MinValue);
        for (var i = 0; i < events.Length && count < enough; i++)
        {
            var time = events.Times[i];
            if ((time >= begin && time < end) || !match.Test(events.Types[i], events.Rows[i])) continue;
            if (buckets.Of(time, out begin, out end) >= 0) count++;
        }

        return count;
    }
}

/// <summary>Whether two of these events that follow one another are so far apart (<see cref="IntervalCondition"/>).</summary>
internal sealed class IntervalTest(EventMatch match, IntervalCondition of) : ConditionTest
{
    public override TypeSet? Types { get; } = TypeSet.Of(match);

    public override bool Holds(int customer, in Slice events)
    {
        var before = long.MinValue;
        for (var i = 0; i < events.Length; i++)
        {
            var time = events.Times[i];
            if (time < of.When.From || time >= of.When.To || !match.Test(events.Types[i], events.Rows[i])) continue;
            if (before != long.MinValue && time - before >= of.AtLeast && (of.Below is not { } below || time - before < below)) return true;
            before = time;
        }

        return false;
    }
}
