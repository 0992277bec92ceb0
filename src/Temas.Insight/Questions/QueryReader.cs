using System.Globalization;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Reads a question from JSON (docs/formats/query.md). Of a question with faults the first is told, with its field.</summary>
internal sealed partial class QueryReader
{
    private readonly DateTimeOffset now;
    private readonly TimeZoneInfo zone;
    private readonly ICustomerFacts? facts;
    private readonly JsonReading.Faults faults = new();
    private readonly ConditionReader conditions;

    /// <param name="now">What "the last 30 days" counts from.</param>
    /// <param name="zone">In which days begin.</param>
    /// <param name="facts">What is asked of profiles; null where it is only read whether a question is well written.</param>
    /// <param name="segments">What holds for the customers of a segment, as JSON; null for one that there is not. Null where it is only read whether a question is well written.</param>
    /// <param name="traits">The computed traits that are questions, by key; null for any other. Null where it is only read whether a question is well written.</param>
    /// <param name="forecasts">What is expected of a customer as of the moment. Null where it is only read whether a question is well written.</param>
    public QueryReader(
        DateTimeOffset now, TimeZoneInfo zone, ICustomerFacts? facts = null, Func<string, JsonElement?>? segments = null, Func<string, TraitQuestion?>? traits = null, Func<Forecast, DateTimeOffset, CustomerFigure>? forecasts = null)
    {
        (this.now, this.zone, this.facts) = (now, zone, facts);
        (Times, Events) = (new TimeReader(now, zone, faults), new EventReader(faults, facts));
        conditions = new ConditionReader(this, now, facts, segments, traits, forecasts);
    }

    // What figures are held against.
    private enum Compare
    {
        None,
        Previous,
    }

    // What stands at the places of ways: event types, or what events were as touches.
    private enum Standing
    {
        Event,
        Touchpoint,
        Stage,
        Channel,
        Medium,
        Perception,
    }

    /// <summary>Whether an answer may change with time alone: something in the question counts from now.</summary>
    public bool CountsFromNow => Times.CountsFromNow || conditions.CountsFromNow;

    /// <summary>Whether it asks a forecast that has no value for anybody at the moment, for no model holds: the answer says nothing of who came or went.</summary>
    public bool IsUnsaid => conditions.IsUnsaid;

    /// <summary>What is wrong with the question.</summary>
    internal JsonReading.Faults Faults => faults;

    /// <summary>Reads its times.</summary>
    internal TimeReader Times { get; }

    /// <summary>Reads which events it means.</summary>
    internal EventReader Events { get; }

    /// <summary>Reads questions about a workspace, as of now or another moment.</summary>
    public static QueryReader For(Workspace workspace, DateTimeOffset? asOf = null) => new(
        asOf ?? workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone(), workspace.Part<ICustomerFacts>(), key => Segments.Segment.Of(workspace).TryGetValue(key, out var segment) ? segment.Where : null,
        key => TraitQuestion.Of(workspace).GetValueOrDefault(key), workspace.FindPart<LiveForecasts>() is { } forecasts ? forecasts.Figure : null);

    /// <summary>What is wrong with how a computed trait asks; null where it is well written.</summary>
    public static Problem? CheckFigure(TraitQuestion trait) => new QueryReader(Segments.SegmentKind.Checked, TimeZoneInfo.Utc).ReadFigure(trait).Problem;

    /// <summary>Reads a question.</summary>
    public Result<Query> Read(JsonElement json)
    {
        var reading = new JsonReading(json, "", faults);
        var query = reading.Text("kind") switch
        {
            "trend" => Trend(reading),
            "funnel" => Funnel(reading),
            "retention" => Retention(reading),
            "paths" => Paths(reading),
            "rfm" => Rfm(reading),
            "stickiness" => Stickiness(reading),
            "frequency" => Frequency(reading),
            "interval" => Interval(reading),
            "segment" => Segment(reading),
            _ => Unknown(reading),
        };
        reading.End();
        return faults.First is { } problem ? problem : query!;
    }

    /// <summary>Reads a condition alone.</summary>
    public Result<Condition> ReadCondition(JsonElement json)
    {
        var condition = conditions.Condition(json, "where", 0);
        return faults.First is { } problem ? problem : condition!;
    }

    /// <summary>Reads what a computed trait asks.</summary>
    public Result<CustomerFigure> ReadFigure(TraitQuestion trait)
    {
        var figure = conditions.Figure(trait, "", 0);
        return faults.First is { } problem ? problem : figure!;
    }

    private static Query? Unknown(JsonReading reading)
    {
        reading.Fault("kind", "kind_unknown", "What is asked is not known.", reading.Any("kind"), "Use trend, funnel, retention, paths, rfm, stickiness, frequency, interval or segment.");
        return null;
    }

    private TrendQuery? Trend(JsonReading reading)
    {
        var buckets = Times.Buckets(reading, TimeUnit.Day);
        var ratios = new List<RatioMeasure>();
        var measures = reading.List("measures", 10, (item, path) => Measure(item, path, ratios)).OfType<Measure>().ToList();
        var rolling = reading.Whole("rolling", 1, 1, 400);
        var (breakdown, top, customers) = (ReadBreakdown(reading), reading.Whole("top", 10, 1, 200), conditions.Condition(reading, "customers"));
        if (faults.First is not null) return null;
        var (compare, cumulative) = (reading.Choice("compare", Compare.None), reading.Flag("cumulative"));
        if (cumulative && rolling > 1) reading.Fault("cumulative", "cumulative_and_rolling", "A bucket stands either for all before it or for so many.", wayOut: "Leave out cumulative or rolling.");
        if (measures.Count == 0) reading.Missing("measures", "What is measured");
        if (measures.Select(m => m.Name).Concat(ratios.Select(r => r.Name)).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            faults.Add("name_twice", "Two measures have one name.", "measures", twice.Key, "Give each a name of its own.");
        foreach (var name in ratios.SelectMany(r => new[] { r.Numerator, r.Denominator }).Where(n => measures.TrueForAll(m => m.Name != n)))
            faults.Add("measure_unknown", "No measure has this name.", "measures", name, "Name two measures of this question.");
        if (faults.First is not null) return null;
        var all = buckets!.Before(rolling - 1, zone);
        return new TrendQuery(all, measures, ratios, breakdown, top, rolling, customers, compare == Compare.Previous ? all.Previous(rolling - 1, zone) : null, cumulative);
    }

    /// <summary>A measure, or the ratio of two, which goes to the ratios.</summary>
    private object? Measure(JsonElement json, string path, List<RatioMeasure> ratios)
    {
        var reading = new JsonReading(json, path, faults);
        if (reading.Has("ratio"))
        {
            var names = reading.List("ratio", 2, (item, _) => item.ValueKind == JsonValueKind.String ? item.GetString() : null);
            var name = reading.Text("name") ?? "ratio";
            reading.End();
            if (names.Count != 2) reading.Fault("ratio", "ratio_of_two", "A ratio is of two measures, by their names.", reading.Any("ratio"));
            else ratios.Add(new RatioMeasure(name, names[0], names[1]));
            return ratios;
        }

        var kind = reading.Choice("measure", MeasureKind.Count);
        var (selector, property, percentile, ofPerception) = (Events.Selector(reading), reading.Text("property"), reading.Number("percentile"), reading.Has("touch"));
        if (ofPerception && reading.Choice("touch", Touch.Touchpoint) != Touch.Perception && faults.First is null) reading.Fault("touch", "choice_unknown", "Of what a touch was, only perception is a number.", reading.Any("touch"), "Write \"touch\": \"perception\", or name a property.");
        var given = reading.Text("name");
        reading.End();
        if (property is not null && ofPerception) reading.Fault("property", "property_and_touch", "A measure is of a property or of perception.", reading.Any("property"), "Leave out property or touch.");
        if (property is null && !ofPerception && kind is MeasureKind.Sum or MeasureKind.Average or MeasureKind.Minimum or MeasureKind.Maximum or MeasureKind.Percentile) reading.Missing("property", "The property whose numbers are taken");
        if ((property is not null || ofPerception) && kind is MeasureKind.Count or MeasureKind.Customers) reading.Fault(ofPerception ? "touch" : "property", "property_unused", "Events and customers are counted without a property.", wayOut: "Leave it out, or put a filter on it into where.");
        if (percentile is < 0 or > 1 || (percentile is null && kind == MeasureKind.Percentile)) reading.Fault("percentile", "percentile_range", "A percentile is a number from 0 to 1.", reading.Any("percentile"), "For the median write 0.5.");
        return faults.First is null ? new Measure(given ?? path, kind, selector, property, percentile ?? 0.5, ofPerception) : null;
    }

    private Query? Funnel(JsonReading reading)
    {
        var buckets = reading.Has("unit") ? Times.Buckets(reading, TimeUnit.Day) : null;
        var when = buckets?.When ?? Times.Period(reading);
        var funnel = FunnelOf(reading, when, conditions.Condition(reading, "customers"));
        return funnel is null ? null : buckets is null ? funnel : new FunnelOverTimeQuery(funnel, buckets);
    }

    /// <summary>The funnel of a question, or of a condition.</summary>
    internal FunnelQuery? FunnelOf(JsonReading reading, TimeSpanMs when, Condition? customers)
    {
        var steps = reading.List("steps", 20, (item, path) => Events.Selector(item, path));
        var order = reading.Choice("order", FunnelOrder.Ordered);
        var window = TimeReader.Duration(reading, "window", 7 * TimeReader.Day);
        var exclusions = reading.List("exclude", 10, (item, path) => Exclusion(item, path, steps.Count));
        var (same, breakdown, top) = (reading.Text("same"), ReadBreakdown(reading), reading.Whole("top", 10, 1, 200));
        if (faults.First is not null) return null;
        if (steps.Count < 2) reading.Fault("steps", "steps_too_few", "A funnel has two steps at least.", reading.Any("steps"));
        if (exclusions.Count > 0 && order == FunnelOrder.Any) reading.Fault("exclude", "exclude_needs_order", "Where steps come in any order nothing lies between two of them.", wayOut: "Leave out exclude, or choose another order.");
        return faults.First is null ? new FunnelQuery(when, steps, window, order, exclusions, same, breakdown, top, customers) : null;
    }

    /// <summary>The name of a property; or <c>{"touch": fact}</c>, <c>{"profile": fact}</c>, or <c>{"segment": key}</c>: in it or not.</summary>
    private Breakdown? ReadBreakdown(JsonReading reading)
    {
        if (reading.Any("breakdown") is not { ValueKind: JsonValueKind.Object } json) return reading.Text("breakdown");
        var inner = new JsonReading(json, reading.PathOf("breakdown"), faults);
        Breakdown? breakdown = null;
        if (inner.Has("segment"))
        {
            breakdown = conditions.OfSegment(inner, 0) is { } condition ? new MembershipBreakdown(condition) : null;
        }
        else if (inner.Has("touch"))
        {
            breakdown = new TouchBreakdown(inner.Choice("touch", Touch.Touchpoint));
        }
        else if (inner.Text("profile") is { } fact)
        {
            var asked = conditions.TraitOf(fact);
            if (fact.StartsWith(Forecast.Family, StringComparison.Ordinal) || asked?.Kind == TraitQuestionKind.Forecast) inner.Fault("profile", "breakdown_by_the_moment", "This changes by the moment and has a value for everybody.", inner.Any("profile"), "Compare it in a segment, and break down by that.");
            else if (asked is { } trait) breakdown = conditions.Figure(trait, inner.PathOf("profile"), 0) is { } figure ? new FigureBreakdown(figure) : null;
            else if (facts?.Compare(fact, FilterOperator.Exists, [], now).Problem is { } problem) inner.Fault("profile", problem.Code, problem.Detail, inner.Any("profile"), problem.WayOut);
            else if (facts?.FadesOrAges(fact) == true) inner.Fault("profile", "breakdown_by_the_moment", "This changes by the moment and has a value for everybody.", inner.Any("profile"), "Compare it in a segment, and break down by that.");
            else breakdown = new ProfileBreakdown(fact);
        }
        else
        {
            inner.Missing("profile", "The fact");
        }

        inner.End();
        return breakdown;
    }

    private FunnelExclusion? Exclusion(JsonElement json, string path, int steps)
    {
        var reading = new JsonReading(json, path, faults);
        var selector = Events.Selector(reading);
        var after = reading.Whole("after", 1, 1, Math.Max(1, steps - 1));
        var before = reading.Whole("before", steps, 2, Math.Max(2, steps));
        reading.End();
        if (before <= after) reading.Fault("before", "exclude_range", "The step before which it breaks off comes after the other.", reading.Any("before"));
        return faults.First is null ? new FunnelExclusion(selector, after - 1, before - 1) : null;
    }

    private RetentionQuery? Retention(JsonReading reading)
    {
        var buckets = Times.Buckets(reading, TimeUnit.Week);
        if (buckets is { Count: > 400 }) reading.Fault("unit", "buckets_too_many", "This period has more than 400 of these units.", wayOut: "Choose a longer unit or a shorter period.");
        var start = reading.Any("start") is { } s ? Events.Selector(s, reading.PathOf("start")) : EventSelector.Any;
        var back = reading.Any("return") is { } r ? Events.Selector(r, reading.PathOf("return")) : start;
        var (first, unbounded, customers) = (reading.Flag("first"), reading.Flag("unbounded"), conditions.Condition(reading, "customers"));
        var brackets = reading.List("brackets", 50, Bracket).Cast<int>().ToList();
        if (!brackets.Zip(brackets.Skip(1)).All(b => b.First < b.Second)) reading.Fault("brackets", "brackets_order", "Each bracket must end later than the one before.", reading.Any("brackets"));
        return faults.First is null ? new RetentionQuery(buckets!, start!, back!, first, unbounded, customers) { Brackets = brackets } : null;

        object? Bracket(JsonElement item, string path)
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var last) && last > 0) return last;
            faults.Add("bracket_invalid", "A bracket is a whole number above 0: its last unit, so many after the first.", path, item.GetRawText());
            return null;
        }
    }

    private PathsQuery? Paths(JsonReading reading)
    {
        var (paths, top, customers) = (PathsOf(reading), reading.Whole("top", 50, 1, 1000), conditions.Condition(reading, "customers"));
        return faults.First is null ? paths! with { Top = top, Customers = customers } : null;
    }

    /// <summary>The ways of a question, or of a condition.</summary>
    internal PathsQuery? PathsOf(JsonReading reading)
    {
        var (when, selector) = (Times.Period(reading), Events.Selector(reading));
        var from = reading.Any("start") is { } s ? Events.Selector(s, reading.PathOf("start")) : null;
        var upto = reading.Any("end") is { } e ? Events.Selector(e, reading.PathOf("end")) : null;
        var (depth, gap) = (reading.Whole("depth", 5, 2, 20), TimeReader.Duration(reading, "gap", TimeReader.Day / 48));
        var standing = reading.Choice("places", Standing.Event);
        Touch? touch = standing == Standing.Event ? null : Enum.Parse<Touch>(standing.ToString());
        var perception = reading.Has("perception") ? reading.Flag("perception") : touch is not null;
        return faults.First is null ? new PathsQuery(when, selector, from, upto, depth, gap, 0, null, touch, perception) : null;
    }

    private RfmQuery? Rfm(JsonReading reading)
    {
        var (when, property, customers) = (Times.Period(reading), reading.Text("property"), conditions.Condition(reading, "customers"));
        if (reading.Has("event")) return Events.Selector(reading) is var selector && faults.First is null ? new RfmQuery(when, selector, property, customers) : null;
        var orders = conditions.OrdersOf(reading);
        return faults.First is null ? new RfmQuery(when, EventSelector.Any, null, customers, property is null ? orders : orders! with { Amount = [property] }) : null;
    }

    private SegmentQuery? Segment(JsonReading reading)
    {
        var condition = conditions.Condition(reading, "where");
        var (offset, limit) = (reading.Whole("offset", 0, 0, int.MaxValue), reading.Whole("limit", 0, 0, 1000));
        if (condition is null) reading.Missing("where", "What holds for the customers");
        return faults.First is null ? new SegmentQuery(condition!, offset, limit) : null;
    }

}
