namespace Temas.Timelines.Queries;

/// <summary>The answer to a question.</summary>
public abstract record Answer
{
    /// <summary>The log position up to which every event is in it.</summary>
    public long Position { get; init; }

    /// <summary>The period that is in it. The first and the last bucket are cut short by it.</summary>
    public TimeSpanMs When { get; init; }

    /// <summary>Events that were looked at.</summary>
    public long Events { get; init; }

    /// <summary>Milliseconds that it took.</summary>
    public double Took { get; init; }

    /// <summary>Of a question about profiles: so many customers changed just now that what is known of these is still from before that.</summary>
    public int ProfilesBehind { get; init; }
}

/// <summary>Figures over time.</summary>
/// <param name="Buckets">When each bucket begins, in milliseconds since 1970 UTC.</param>
/// <param name="Series">The figures.</param>
/// <param name="Previous">The period before; null unless asked for.</param>
public sealed record TrendAnswer(IReadOnlyList<long> Buckets, IReadOnlyList<TrendSeries> Series, PreviousPeriod? Previous = null) : Answer;

/// <summary>The period before.</summary>
/// <param name="When">The period.</param>
/// <param name="Buckets">When each of its parts begins: the first is held against the first bucket, and so on.</param>
public sealed record PreviousPeriod(TimeSpanMs When, IReadOnlyList<long> Buckets);

/// <summary>One line of figures.</summary>
/// <param name="Measure">Of which measure.</param>
/// <param name="Value">Of which value of the breakdown: a double, string or bool; null for events without one.</param>
/// <param name="IsOther">All further values together.</param>
/// <param name="Figures">By bucket; null where there is none, such as a mean of nothing.</param>
/// <param name="Total">Of the whole period; a customer counts once.</param>
/// <param name="Previous">The same of the period before; null unless asked for.</param>
public sealed record TrendSeries(string Measure, object? Value, bool IsOther, IReadOnlyList<double?> Figures, double? Total, PreviousFigures? Previous = null);

/// <summary>Figures of the period before.</summary>
/// <param name="Figures">By its parts.</param>
/// <param name="Total">Of all of it.</param>
public sealed record PreviousFigures(IReadOnlyList<double?> Figures, double? Total);

/// <summary>How many customers get how far.</summary>
/// <param name="Groups">By value of the breakdown, the most customers first; without one a single group.</param>
/// <param name="Buckets">When each bucket begins; empty unless asked for.</param>
/// <param name="OverTime">Customers at each step by the bucket in which they began; empty unless asked for.</param>
public sealed record FunnelAnswer(IReadOnlyList<FunnelGroup> Groups, IReadOnlyList<long> Buckets, IReadOnlyList<IReadOnlyList<long>> OverTime) : Answer;

/// <summary>The customers of one value of a breakdown.</summary>
/// <param name="Value">A double, string or bool; null for none.</param>
/// <param name="IsOther">All further values together.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="MedianTotal">Median time from the first step to the last in milliseconds; null when nobody came so far.</param>
/// <param name="P90Total">The time below which 9 of 10 took.</param>
public sealed record FunnelGroup(object? Value, bool IsOther, IReadOnlyList<FunnelStep> Steps, double? MedianTotal, double? P90Total);

/// <summary>A step.</summary>
/// <param name="Customers">How many came to it.</param>
/// <param name="Median">Median time from the step before in milliseconds; null for the first step and when nobody came.</param>
/// <param name="P90">The time below which 9 of 10 took.</param>
public sealed record FunnelStep(long Customers, double? Median, double? P90);

/// <summary>Who comes back.</summary>
/// <param name="Cohorts">One for each bucket.</param>
public sealed record RetentionAnswer(IReadOnlyList<RetentionCohort> Cohorts) : Answer
{
    /// <summary>The brackets of the question, by the last bucket of each; empty where each bucket is alone.</summary>
    public IReadOnlyList<int> Brackets { get; init; } = [];

    /// <summary>The first and the last bucket that a column of a cohort's row stands for, so many after the cohort's own.</summary>
    public (int First, int Last) SpanOf(int column) => Brackets.Count == 0 || column == 0 ? (column, column) : (column == 1 ? 1 : Brackets[column - 2] + 1, Brackets[column - 1]);

    /// <summary>How many columns the longest row has.</summary>
    public int Columns => Cohorts.Count == 0 ? 0 : Cohorts[0].Returned.Count;
}

/// <summary>Those who began in one bucket.</summary>
/// <param name="Start">When it begins, in milliseconds since 1970 UTC.</param>
/// <param name="Customers">How many they are.</param>
/// <param name="Returned">How many came back in the same bucket, the next, and so on to the end of the period; or in the same bucket and in each bracket that lies within the period as a whole.</param>
public sealed record RetentionCohort(long Start, long Customers, IReadOnlyList<long> Returned);

/// <summary>Which ways are taken.</summary>
/// <param name="Ways">How many ways.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="Places">What stands at the places, and how often.</param>
/// <param name="Edges">What follows on what, the most frequent first.</param>
/// <param name="LeftOut">Transitions that are not named, counted.</param>
/// <param name="Of">What stands at the places; null for event types.</param>
public sealed record PathsAnswer(long Ways, long Customers, IReadOnlyList<PathPlace> Places, IReadOnlyList<PathEdge> Edges, long LeftOut, Touch? Of = null) : Answer;

/// <summary>An event type, or what events were as touches, at a place of the way.</summary>
/// <param name="Place">The place, from 0.</param>
/// <param name="Event">The event type, or the touchpoint, stage, …</param>
/// <param name="Ways">How many ways have it there.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="Perception">How they took it; null unless asked for.</param>
public sealed record PathPlace(int Place, string Event, long Ways, long Customers, PathPerception? Perception = null);

/// <summary>How customers took some touches: those with which a place was come to.</summary>
/// <param name="Mean">The mean, from -1 to 1; null of none.</param>
/// <param name="Touches">Of how many of which that is known.</param>
/// <param name="Negative">How many of these were negative.</param>
/// <param name="Neutral">How many were neutral.</param>
/// <param name="Positive">How many were positive.</param>
public sealed record PathPerception(double? Mean, long Touches, long Negative, long Neutral, long Positive);

/// <summary>A transition between places.</summary>
/// <param name="Place">The place of the first, from 0.</param>
/// <param name="From">The event type there.</param>
/// <param name="To">The event type at the next.</param>
/// <param name="Ways">How many ways take it.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="Median">Median time between, in milliseconds; times over 34 years count as 34 years.</param>
/// <param name="Perception">How they took what it leads to; null unless asked for.</param>
public sealed record PathEdge(int Place, string From, string To, long Ways, long Customers, double Median, PathPerception? Perception = null);

/// <summary>How lately, how often and for how much.</summary>
/// <param name="Customers">How many customers did it.</param>
/// <param name="Value">For how much in all; null where it was not asked for.</param>
/// <param name="Recency">The scores by when they did it last; only those that somebody has, from below.</param>
/// <param name="Frequency">By how often.</param>
/// <param name="Monetary">By for how much; none where it was not asked for.</param>
/// <param name="Cells">The customers by their three scores.</param>
public sealed record RfmAnswer(long Customers, double? Value, IReadOnlyList<RfmScore> Recency, IReadOnlyList<RfmScore> Frequency, IReadOnlyList<RfmScore> Monetary, IReadOnlyList<RfmCell> Cells) : Answer;

/// <summary>A score.</summary>
/// <param name="Score">1 to 5.</param>
/// <param name="Customers">How many have it.</param>
/// <param name="Least">The least value of them: a moment in milliseconds since 1970 UTC, a number of times, or a sum.</param>
/// <param name="Most">The greatest.</param>
public sealed record RfmScore(int Score, long Customers, double Least, double Most);

/// <summary>Customers with the same scores.</summary>
/// <param name="Recency">The score by when they did it last.</param>
/// <param name="Frequency">By how often.</param>
/// <param name="Monetary">By for how much; 0 where it was not asked for.</param>
/// <param name="Customers">How many they are.</param>
/// <param name="Value">For how much together; null where it was not asked for.</param>
public sealed record RfmCell(int Recency, int Frequency, int Monetary, long Customers, double? Value);

/// <summary>On how many days, weeks or months customers do something.</summary>
/// <param name="Customers">How many customers do it.</param>
/// <param name="Average">On how many of them on average; null of nobody.</param>
/// <param name="Counts">How many do it on one of them, on two, and so on to all.</param>
/// <param name="Buckets">When each begins, in milliseconds since 1970 UTC.</param>
/// <param name="Active">How many customers do it in each.</param>
/// <param name="Within">How many do it in the last so many up to and with each.</param>
/// <param name="Previous">The same of the period before; null unless asked for.</param>
public sealed record StickinessAnswer(
    long Customers, double? Average, IReadOnlyList<long> Counts, IReadOnlyList<long> Buckets, IReadOnlyList<long> Active, IReadOnlyList<long> Within, StickinessAnswer? Previous = null) : Answer
{
    /// <summary>The customers of a bucket as a share of those of the last so many; null where there are none.</summary>
    public double? Ratio(int bucket) => Within[bucket] == 0 ? null : (double)Active[bucket] / Within[bucket];
}

/// <summary>How many times customers do something.</summary>
/// <param name="Customers">How many customers do it.</param>
/// <param name="Times">How many times all together.</param>
/// <param name="Median">The median of the times of each; null of nobody.</param>
/// <param name="P90">What 9 of 10 do not go above.</param>
/// <param name="Most">The most times that one of them does it.</param>
/// <param name="Bins">The customers by their times: those of the ladder (<see cref="Ladder.Times"/>) up to the one with the most, empty ones too.</param>
/// <param name="Previous">The same of the period before; null unless asked for.</param>
public sealed record FrequencyAnswer(long Customers, long Times, double? Median, double? P90, long Most, IReadOnlyList<FrequencyBin> Bins, FrequencyAnswer? Previous = null) : Answer;

/// <summary>Customers who do something so many times.</summary>
/// <param name="Least">The fewest times.</param>
/// <param name="Upto">The most.</param>
/// <param name="Customers">How many customers.</param>
/// <param name="Times">How many times they together.</param>
public sealed record FrequencyBin(long Least, long Upto, long Customers, long Times);

/// <summary>How long it is from one time to the next.</summary>
/// <param name="Customers">How many customers do it twice at least.</param>
/// <param name="Intervals">How many times one comes after the other.</param>
/// <param name="Median">The median of the time between, in milliseconds; null where there is none.</param>
/// <param name="P90">What 9 of 10 do not go above.</param>
/// <param name="Longest">The longest.</param>
/// <param name="Bins">The times between, by their length: those of the ladder (<see cref="Ladder.Intervals"/>) up to the longest, empty ones too.</param>
/// <param name="Previous">The same of the period before; null unless asked for.</param>
public sealed record IntervalAnswer(long Customers, long Intervals, double? Median, double? P90, long? Longest, IReadOnlyList<IntervalBin> Bins, IntervalAnswer? Previous = null) : Answer;

/// <summary>Times between of some length.</summary>
/// <param name="From">The shortest, in milliseconds.</param>
/// <param name="To">What they are shorter than; null for the longest of the ladder, which has no end.</param>
/// <param name="Intervals">How many.</param>
/// <param name="Customers">Of how many customers. One customer may be in several.</param>
public sealed record IntervalBin(long From, long? To, long Intervals, long Customers);

/// <summary>Who a condition holds for.</summary>
/// <param name="Customers">How many.</param>
/// <param name="Nodes">Some of them, by the nodes that stand for them.</param>
public sealed record SegmentAnswer(long Customers, IReadOnlyList<int> Nodes) : Answer;
