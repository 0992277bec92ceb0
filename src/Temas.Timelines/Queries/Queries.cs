namespace Temas.Timelines.Queries;

/// <summary>A question about timelines. The JSON of it stands in docs/formats/query.md.</summary>
/// <param name="When">The stretch of time that is asked about.</param>
/// <param name="Customers">Only these customers; null for all.</param>
public abstract record Query(TimeSpanMs When, Condition? Customers)
{
    /// <summary>Whether it looks at what is worked out from whole timelines, beside the events: what is known of customers, and what events were as touches.</summary>
    public bool AsksProfile => Customers?.AsksProfile == true || this switch
    {
        TrendQuery trend => IsOfProfile(trend.Breakdown) || trend.Measures.Any(m => m.AsksTouch),
        FunnelQuery funnel => IsOfProfile(funnel.Breakdown) || funnel.AsksTouch,
        FunnelOverTimeQuery over => over.Funnel.AsksProfile,
        RetentionQuery retention => retention.Start.AsksTouch || retention.Return.AsksTouch,
        PathsQuery paths => paths.AsksTouch,
        RfmQuery rfm => rfm.Orders is { } orders ? orders.Order.AsksTouch || orders.Cancellation.AsksTouch : rfm.Event.AsksTouch,
        StickinessQuery stickiness => stickiness.Event.AsksTouch,
        FrequencyQuery frequency => frequency.Event.AsksTouch,
        IntervalQuery interval => interval.Event.AsksTouch,
        _ => false,
    };

    private static bool IsOfProfile(Breakdown? breakdown) => breakdown is TouchBreakdown or ProfileBreakdown or MembershipBreakdown { Condition.AsksProfile: true } or FigureBreakdown { Figure.AsksProfile: true };
}

/// <summary>What a measure counts.</summary>
public enum MeasureKind
{
    /// <summary>Events.</summary>
    Count,

    /// <summary>Different customers with such an event. Events of nobody count for none.</summary>
    Customers,

    /// <summary>The sum of a property's numbers; 0 of none.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Average,

    /// <summary>The smallest.</summary>
    Minimum,

    /// <summary>The greatest.</summary>
    Maximum,

    /// <summary>The value below which a share of them lies, interpolated linearly between neighbours (Hyndman and Fan 1996, type 7; ClickHouse <c>quantileExactInclusive</c>).</summary>
    Percentile,

    /// <summary>Events a customer, or the sum of a property a customer: over different customers with such an event.</summary>
    PerCustomer,
}

/// <summary>A figure that is followed over time.</summary>
/// <param name="Name">What it is called in the answer.</param>
/// <param name="Kind">What it counts.</param>
/// <param name="Event">Of which events.</param>
/// <param name="Property">Whose numbers are taken; null where none are.</param>
/// <param name="Percentile">Between 0 and 1; for percentiles.</param>
/// <param name="OfPerception">Instead of a property's numbers those of how customers took the events, from -1 to 1; events of which that is not known have none.</param>
public sealed record Measure(string Name, MeasureKind Kind, EventSelector Event, string? Property = null, double Percentile = 0.5, bool OfPerception = false)
{
    /// <summary>Whether it looks at what events were as touches.</summary>
    public bool AsksTouch => OfPerception || Event.AsksTouch;
}

/// <summary>One figure over another, both by name, bucket by bucket.</summary>
public sealed record RatioMeasure(string Name, string Numerator, string Denominator);

/// <summary>Figures over time.</summary>
/// <param name="Buckets">The stretches of time, in order.</param>
/// <param name="Measures">What is measured.</param>
/// <param name="Ratios">What is divided by what.</param>
/// <param name="Breakdown">By what the figures are told apart; null for nothing.</param>
/// <param name="Top">How many values are told apart, those with the most events of the first measure first; the rest together are "other".</param>
/// <param name="Rolling">Each bucket stands for so many buckets up to and with it; 1 for itself. So many less one at the beginning of <paramref name="Buckets"/> are only there to be looked back at, and are not in the answer.</param>
/// <param name="Customers">Only these customers; null for all.</param>
/// <param name="Previous">The period before, whose figures are given beside: as many buckets, with as many that are only looked back at; null for none.</param>
/// <param name="Cumulative">Each bucket stands for all from the beginning of the period up to and with it; then <paramref name="Rolling"/> is 1.</param>
public sealed record TrendQuery(
    TimeBuckets Buckets, IReadOnlyList<Measure> Measures, IReadOnlyList<RatioMeasure> Ratios, Breakdown? Breakdown, int Top, int Rolling, Condition? Customers, TimeBuckets? Previous = null, bool Cumulative = false)
    : Query(Buckets.When, Customers);

/// <summary>In which order the steps of a funnel are taken.</summary>
public enum FunnelOrder
{
    /// <summary>One after the other; anything may lie between.</summary>
    Ordered,

    /// <summary>One after the other, and nothing else between.</summary>
    Strict,

    /// <summary>In any order.</summary>
    Any,
}

/// <summary>An event that breaks a way off between two steps.</summary>
/// <param name="Event">Which event.</param>
/// <param name="After">The step (0 for the first) after which it does.</param>
/// <param name="Before">The step up to which it does.</param>
public sealed record FunnelExclusion(EventSelector Event, int After, int Before);

/// <summary>How many customers get how far along steps.</summary>
/// <remarks>
/// The window counts from the first step, and a new first step begins a new way while the old one's later steps go on (as ClickHouse <c>windowFunnel</c> in its default mode).
/// The first step lies in the period, later ones may lie after it. One event is one step at most: where it could be several, it is the latest that it can be.
/// </remarks>
/// <param name="When">In which time the first step lies.</param>
/// <param name="Steps">The steps, 2 to 20 of them.</param>
/// <param name="Window">The longest time from the first step to the last, in milliseconds.</param>
/// <param name="Order">In which order.</param>
/// <param name="Exclusions">What breaks a way off; with <see cref="FunnelOrder.Any"/> none.</param>
/// <param name="Same">A property that must have the same value on all steps, such as an order id; null for none.</param>
/// <param name="Breakdown">By what customers are told apart; null for nothing.</param>
/// <param name="Top">How many values are told apart.</param>
/// <param name="Customers">Only these customers; null for all.</param>
public sealed record FunnelQuery(
    TimeSpanMs When, IReadOnlyList<EventSelector> Steps, long Window, FunnelOrder Order, IReadOnlyList<FunnelExclusion> Exclusions, string? Same, Breakdown? Breakdown, int Top, Condition? Customers)
    : Query(When, Customers)
{
    /// <summary>Whether its steps, or what breaks a way off, look at what events were as touches.</summary>
    public bool AsksTouch => Steps.Any(s => s.AsksTouch) || Exclusions.Any(e => e.Event.AsksTouch);
}

/// <summary>A funnel for those who began in each bucket, beside the whole.</summary>
/// <param name="Funnel">The funnel; its time is that of the buckets.</param>
/// <param name="Buckets">The stretches of time.</param>
public sealed record FunnelOverTimeQuery(FunnelQuery Funnel, TimeBuckets Buckets) : Query(Funnel.When, Funnel.Customers);

/// <summary>How many customers come back.</summary>
/// <param name="Buckets">The stretches of time: a cohort begins in each.</param>
/// <param name="Start">What makes one of a cohort.</param>
/// <param name="Return">What is coming back.</param>
/// <param name="FirstOnly">She is of the cohort of her very first such event only (and of none when that lies before the period); else of each in which she has one.</param>
/// <param name="Unbounded">Coming back in a later bucket counts for all before it, too.</param>
/// <param name="Customers">Only these customers; null for all.</param>
public sealed record RetentionQuery(TimeBuckets Buckets, EventSelector Start, EventSelector Return, bool FirstOnly, bool Unbounded, Condition? Customers)
    : Query(Buckets.When, Customers)
{
    /// <summary>Later buckets that are taken together: each number is the last bucket of a bracket, so many after the cohort's own, which stays alone; ascending. Empty: each bucket alone.</summary>
    public IReadOnlyList<int> Brackets { get; init; } = [];

    /// <summary>In which column of a cohort's row coming back so many buckets later counts; one past the last where it is later than all brackets.</summary>
    public int ColumnOf(int later)
    {
        if (Brackets.Count == 0 || later == 0) return later;
        var column = 1;
        while (column <= Brackets.Count && Brackets[column - 1] < later) column++;
        return column;
    }

    /// <summary>How many columns the row of a cohort has: those that lie within the period as a whole.</summary>
    public int ColumnsOf(int cohort) => Brackets.Count == 0 ? Buckets.Count - cohort : 1 + Brackets.Count(last => last < Buckets.Count - cohort);
}

/// <summary>Which ways customers take.</summary>
/// <param name="When">In which time the ways lie.</param>
/// <param name="Event">Which events are places on a way.</param>
/// <param name="From">Ways begin here; null for at any event after a gap.</param>
/// <param name="Upto">Ways end here, and are read backwards from there where there is no <paramref name="From"/>; null for after <paramref name="Depth"/> places.</param>
/// <param name="Depth">The most places on a way, 2 to 20.</param>
/// <param name="Gap">A pause longer than this, in milliseconds, ends a way.</param>
/// <param name="Top">How many transitions at most the answer names, the most frequent first.</param>
/// <param name="Customers">Only these customers; null for all.</param>
/// <param name="Places">What stands at a place instead of the event's type: what it was as a touch. Events that have none are no places then.</param>
/// <param name="Perception">Whether the answer says how customers took what stands at the places.</param>
public sealed record PathsQuery(TimeSpanMs When, EventSelector Event, EventSelector? From, EventSelector? Upto, int Depth, long Gap, int Top, Condition? Customers, Touch? Places = null, bool Perception = false)
    : Query(When, Customers)
{
    /// <summary>Whether it looks at what events were as touches.</summary>
    public bool AsksTouch => Places is not null || Perception || Event.AsksTouch || From?.AsksTouch == true || Upto?.AsksTouch == true;
}

/// <summary>How lately, how often and for how much customers do something: each by a score from 1 to 5, which is 1 and one more for each fifth of these customers who have less; equals have the same score.</summary>
/// <param name="When">In which time.</param>
/// <param name="Event">What they do, such as to order. Only customers who do it in that time are looked at.</param>
/// <param name="Property">Whose numbers are added up; null where it does not matter for how much.</param>
/// <param name="Customers">Only these customers; null for all.</param>
/// <param name="Orders">Orders are counted, placed in that time and not cancelled, and for how much is what they come to; then <paramref name="Event"/> and <paramref name="Property"/> do not matter. Null for events.</param>
public sealed record RfmQuery(TimeSpanMs When, EventSelector Event, string? Property, Condition? Customers, OrderSelector? Orders = null) : Query(When, Customers);

/// <summary>Who a condition holds for.</summary>
/// <param name="Where">What must hold.</param>
/// <param name="Offset">How many of them are skipped.</param>
/// <param name="Limit">How many are named at most; 0 to count only.</param>
public sealed record SegmentQuery(Condition Where, int Offset, int Limit) : Query(TimeSpanMs.Always, Where);

/// <summary>On how many days, weeks or months of a period customers do something, and how many of those of the last so many do it in each: how sticky it is.</summary>
/// <param name="Buckets">The days, weeks or months. The first so many less one as <paramref name="Rolling"/> says are only there to be looked back at.</param>
/// <param name="Event">What they do. Only customers who do it in that time are counted.</param>
/// <param name="Rolling">The customers of each bucket are held against those of so many buckets up to and with it.</param>
/// <param name="Customers">Only these customers; null for all.</param>
/// <param name="Previous">The period before, whose figures are given beside; null for none.</param>
public sealed record StickinessQuery(TimeBuckets Buckets, EventSelector Event, int Rolling, Condition? Customers, TimeBuckets? Previous = null) : Query(Buckets.When, Customers);

/// <summary>How many times customers do something.</summary>
/// <param name="When">In which time.</param>
/// <param name="Event">What they do. Only customers who do it in that time are counted.</param>
/// <param name="Customers">Only these customers; null for all.</param>
/// <param name="Previous">The period before, whose figures are given beside; null for none.</param>
public sealed record FrequencyQuery(TimeSpanMs When, EventSelector Event, Condition? Customers, TimeSpanMs? Previous = null) : Query(When, Customers);

/// <summary>How long it is from one time that a customer does something to her next.</summary>
/// <param name="When">In which time both lie.</param>
/// <param name="Event">What she does.</param>
/// <param name="Customers">Only these customers; null for all.</param>
/// <param name="Previous">The period before, whose figures are given beside; null for none.</param>
public sealed record IntervalQuery(TimeSpanMs When, EventSelector Event, Condition? Customers, TimeSpanMs? Previous = null) : Query(When, Customers);
