using System.Globalization;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Reads a question from JSON (docs/formats/query.md). Of a question with faults the first is told, with its field.</summary>
/// <param name="now">What "the last 30 days" counts from.</param>
/// <param name="zone">In which days begin.</param>
/// <param name="facts">What is asked of profiles; null where it is only read whether a question is well written.</param>
/// <param name="segments">What holds for the customers of a segment, as JSON; null for one that there is not. Null where it is only read whether a question is well written.</param>
internal sealed partial class QueryReader(DateTimeOffset now, TimeZoneInfo zone, ICustomerFacts? facts = null, Func<string, JsonElement?>? segments = null)
{
    private const int MaxDepth = 16, MaxConditions = 2000;
    private const long Day = 86_400_000;

    private readonly JsonReading.Faults faults = new();

    // What figures are held against.
    private enum Compare
    {
        None,
        Previous,
    }

    // Those that are being read, one within the other.
    private readonly List<string> within = [];
    private int conditions;

    /// <summary>Whether an answer may change with time alone: something in the question counts from now.</summary>
    public bool CountsFromNow { get; private set; }

    /// <summary>Reads questions about a workspace.</summary>
    public static QueryReader For(Workspace workspace) =>
        new(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone(), workspace.Part<ICustomerFacts>(), key => Segments.Segment.Of(workspace).TryGetValue(key, out var segment) ? segment.Where : null);

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
        var condition = Condition(json, "where", 0);
        return faults.First is { } problem ? problem : condition!;
    }

    private static Query? Unknown(JsonReading reading)
    {
        reading.Fault("kind", "kind_unknown", "What is asked is not known.", reading.Any("kind"), "Use trend, funnel, retention, paths, rfm, stickiness, frequency, interval or segment.");
        return null;
    }

    private TrendQuery? Trend(JsonReading reading)
    {
        var buckets = Buckets(reading, TimeUnit.Day);
        var ratios = new List<RatioMeasure>();
        var measures = reading.List("measures", 10, (item, path) => Measure(item, path, ratios)).OfType<Measure>().ToList();
        var rolling = reading.Whole("rolling", 1, 1, 400);
        var (breakdown, top, customers) = (ReadBreakdown(reading), reading.Whole("top", 10, 1, 200), Condition(reading, "customers"));
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
        var (selector, property, percentile) = (Selector(reading), reading.Text("property"), reading.Number("percentile"));
        var given = reading.Text("name");
        reading.End();
        if (property is null && kind is MeasureKind.Sum or MeasureKind.Average or MeasureKind.Minimum or MeasureKind.Maximum or MeasureKind.Percentile) reading.Missing("property", "The property whose numbers are taken");
        if (property is not null && kind is MeasureKind.Count or MeasureKind.Customers) reading.Fault("property", "property_unused", "Events and customers are counted without a property.", wayOut: "Leave it out, or put a filter on it into where.");
        if (percentile is < 0 or > 1 || (percentile is null && kind == MeasureKind.Percentile)) reading.Fault("percentile", "percentile_range", "A percentile is a number from 0 to 1.", reading.Any("percentile"), "For the median write 0.5.");
        return faults.First is null ? new Measure(given ?? path, kind, selector, property, percentile ?? 0.5) : null;
    }

    private Query? Funnel(JsonReading reading)
    {
        var buckets = reading.Has("unit") ? Buckets(reading, TimeUnit.Day) : null;
        var when = buckets?.When ?? Period(reading);
        var funnel = FunnelOf(reading, when, Condition(reading, "customers"));
        return funnel is null ? null : buckets is null ? funnel : new FunnelOverTimeQuery(funnel, buckets);
    }

    private FunnelQuery? FunnelOf(JsonReading reading, TimeSpanMs when, Condition? customers)
    {
        var steps = reading.List("steps", 20, (item, path) => Selector(item, path));
        var order = reading.Choice("order", FunnelOrder.Ordered);
        var window = Duration(reading, "window", 7 * Day);
        var exclusions = reading.List("exclude", 10, (item, path) => Exclusion(item, path, steps.Count));
        var (same, breakdown, top) = (reading.Text("same"), ReadBreakdown(reading), reading.Whole("top", 10, 1, 200));
        if (faults.First is not null) return null;
        if (steps.Count < 2) reading.Fault("steps", "steps_too_few", "A funnel has two steps at least.", reading.Any("steps"));
        if (exclusions.Count > 0 && order == FunnelOrder.Any) reading.Fault("exclude", "exclude_needs_order", "Where steps come in any order nothing lies between two of them.", wayOut: "Leave out exclude, or choose another order.");
        return faults.First is null ? new FunnelQuery(when, steps, window, order, exclusions, same, breakdown, top, customers) : null;
    }

    /// <summary>The name of a property; or <c>{"profile": fact}</c>, or <c>{"segment": key}</c>: in it or not.</summary>
    private Breakdown? ReadBreakdown(JsonReading reading)
    {
        if (reading.Any("breakdown") is not { ValueKind: JsonValueKind.Object } json) return reading.Text("breakdown");
        var inner = new JsonReading(json, reading.PathOf("breakdown"), faults);
        Breakdown? breakdown = null;
        if (inner.Has("segment"))
        {
            breakdown = OfSegment(inner, 0) is { } condition ? new MembershipBreakdown(condition) : null;
        }
        else if (inner.Text("profile") is { } fact)
        {
            if (facts?.Compare(fact, FilterOperator.Exists, [], now).Problem is { } problem) inner.Fault("profile", problem.Code, problem.Detail, inner.Any("profile"), problem.WayOut);
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
        var selector = Selector(reading);
        var after = reading.Whole("after", 1, 1, Math.Max(1, steps - 1));
        var before = reading.Whole("before", steps, 2, Math.Max(2, steps));
        reading.End();
        if (before <= after) reading.Fault("before", "exclude_range", "The step before which it breaks off comes after the other.", reading.Any("before"));
        return faults.First is null ? new FunnelExclusion(selector, after - 1, before - 1) : null;
    }

    private RetentionQuery? Retention(JsonReading reading)
    {
        var buckets = Buckets(reading, TimeUnit.Week);
        if (buckets is { Count: > 400 }) reading.Fault("unit", "buckets_too_many", "This period has more than 400 of these units.", wayOut: "Choose a longer unit or a shorter period.");
        var start = reading.Any("start") is { } s ? Selector(s, reading.PathOf("start")) : EventSelector.Any;
        var back = reading.Any("return") is { } r ? Selector(r, reading.PathOf("return")) : start;
        var (first, unbounded, customers) = (reading.Flag("first"), reading.Flag("unbounded"), Condition(reading, "customers"));
        return faults.First is null ? new RetentionQuery(buckets!, start!, back!, first, unbounded, customers) : null;
    }

    private PathsQuery? Paths(JsonReading reading)
    {
        var (paths, top, customers) = (PathsOf(reading), reading.Whole("top", 50, 1, 1000), Condition(reading, "customers"));
        return faults.First is null ? paths! with { Top = top, Customers = customers } : null;
    }

    private PathsQuery? PathsOf(JsonReading reading)
    {
        var (when, selector) = (Period(reading), Selector(reading));
        var from = reading.Any("start") is { } s ? Selector(s, reading.PathOf("start")) : null;
        var upto = reading.Any("end") is { } e ? Selector(e, reading.PathOf("end")) : null;
        var (depth, gap) = (reading.Whole("depth", 5, 2, 20), Duration(reading, "gap", Day / 48));
        return faults.First is null ? new PathsQuery(when, selector, from, upto, depth, gap, 0, null) : null;
    }

    private RfmQuery? Rfm(JsonReading reading)
    {
        var (when, selector, property, customers) = (Period(reading), Selector(reading), reading.Text("property"), Condition(reading, "customers"));
        return faults.First is null ? new RfmQuery(when, selector, property, customers) : null;
    }

    private SegmentQuery? Segment(JsonReading reading)
    {
        var condition = Condition(reading, "where");
        var (offset, limit) = (reading.Whole("offset", 0, 0, int.MaxValue), reading.Whole("limit", 0, 0, 1000));
        if (condition is null) reading.Missing("where", "What holds for the customers");
        return faults.First is null ? new SegmentQuery(condition!, offset, limit) : null;
    }

    private Condition? Condition(JsonReading reading, string name) => reading.Any(name) is { } json ? Condition(json, reading.PathOf(name), 0) : null;

    private Condition? Condition(JsonElement json, string path, int depth)
    {
        if (depth > MaxDepth) faults.Add("too_deep", string.Create(CultureInfo.InvariantCulture, $"Conditions lie at most {MaxDepth} within each other."), path, null);
        if (++conditions > MaxConditions) faults.Add("too_many_conditions", string.Create(CultureInfo.InvariantCulture, $"A question has at most {MaxConditions:N0} conditions, those of the segments that it names included."), path, null);
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        Condition? result;
        if (reading.Has("all")) result = new AllConditions(reading.List("all", 100, (item, at) => Condition(item, at, depth + 1)));
        else if (reading.Has("any")) result = new AnyCondition(reading.List("any", 100, (item, at) => Condition(item, at, depth + 1)));
        else if (reading.Any("not") is { } not) result = Condition(not, reading.PathOf("not"), depth + 1) is { } of ? new NotCondition(of) : null;
        else if (reading.Any("did") is { } did) result = Did(reading, did);
        else if (reading.Any("first") is { } first) result = Selector(first, reading.PathOf("first")) is { } selector ? new FirstCondition(selector, Within(reading)) : null;
        else if (reading.Has("sequence")) result = Sequence(reading);
        else if (reading.Any("funnel") is { } funnel) result = Reached(reading, funnel);
        else if (reading.Any("path") is { } way) result = Passed(reading, way);
        else if (reading.Any("interval") is { } interval) result = Apart(reading, interval);
        else if (reading.Has("profile")) result = Profile(reading);
        else if (reading.Has("segment")) result = OfSegment(reading, depth);
        else
        {
            faults.Add("condition_unknown", "What must hold is not known.", path, json.GetRawText(), "Use all, any, not, did, first, sequence, interval, funnel, path, profile or segment.");
            return null;
        }

        reading.End();
        return faults.First is null ? result : null;
    }

    private Condition? Did(JsonReading reading, JsonElement did)
    {
        if (Selector(did, reading.PathOf("did")) is not { } selector) return null;
        var when = Within(reading);
        if (reading.Has("aggregate"))
        {
            var (aggregate, property) = (reading.Choice("aggregate", Aggregate.Sum), reading.Text("property"));
            var (comparison, value) = (reading.Choice("is", Comparison.AtLeast), reading.Number("value"));
            if (property is null) reading.Missing("property", "The property whose numbers are taken");
            if (value is null) reading.Missing("value", "The number to compare with");
            return faults.First is null ? new AggregateCondition(selector, property!, aggregate, comparison, value!.Value, when) : null;
        }

        var most = reading.Has("atMost") ? reading.Whole("atMost", 0, 0, int.MaxValue - 1) : (int?)null;
        var least = reading.Whole("atLeast", most is null ? 1 : 0, 0, int.MaxValue - 1);
        if (most < least) reading.Fault("atMost", "range_empty", "At most is less than at least: that is never so.", reading.Any("atMost"));
        return reading.Has("unit") ? Active(reading, selector, when, least, most) : new DidCondition(selector, least, most, when);
    }

    private ProfileCondition? Profile(JsonReading reading)
    {
        if (Comparing(reading, "profile", "The fact that is compared") is not { } compared) return null;
        if (facts is null) return new ProfileCondition(compared);
        CountsFromNow |= facts.FadesOrAges(compared.Property);
        var filter = facts.Compare(compared.Property, compared.Operator, compared.Values, now);
        if (filter.Problem is not { } problem) return new ProfileCondition(filter.Value);
        reading.Fault(problem.Field ?? "profile", problem.Code, problem.Detail, reading.Any(problem.Field ?? "profile"), problem.WayOut);
        return null;
    }

    /// <summary>Those of a segment: what it says, read where it is named, so that it is always as it is now.</summary>
    private Condition? OfSegment(JsonReading reading, int depth)
    {
        if (reading.Text("segment") is not { } key) return null;
        if (segments is null) return new AllConditions([]);
        if (within.Contains(key))
        {
            reading.Fault("segment", "segment_of_itself", "A segment cannot be defined by itself.", reading.Any("segment"), $"Take the circle apart: {string.Join(" → ", within.Append(key))}.");
            return null;
        }

        if (segments(key) is not { } where)
        {
            reading.Fault("segment", "segment_unknown", "There is no such segment.", reading.Any("segment"), "Use the key of a segment; GET /api/segments lists them.");
            return null;
        }

        within.Add(key);
        var condition = Condition(where, reading.PathOf("segment"), depth + 1);
        within.RemoveAt(within.Count - 1);
        return condition;
    }

    private SequenceCondition? Sequence(JsonReading reading)
    {
        var steps = reading.List("sequence", 20, (item, path) => Selector(item, path));
        var (window, when) = (Duration(reading, "window", 30 * Day), Within(reading));
        if (steps.Count < 2) reading.Fault("sequence", "steps_too_few", "A sequence has two steps at least.", reading.Any("sequence"));
        return faults.First is null ? new SequenceCondition(steps, window, when) : null;
    }

    private FunnelCondition? Reached(JsonReading reading, JsonElement json)
    {
        var inner = new JsonReading(json, reading.PathOf("funnel"), faults);
        var funnel = FunnelOf(inner, Period(inner), null);
        inner.Text("kind");
        inner.End();
        if (funnel is null) return null;
        var step = reading.Whole("reached", funnel.Steps.Count, 1, funnel.Steps.Count);
        var stopped = reading.Flag("andNoFurther");
        return faults.First is null ? new FunnelCondition(funnel, step - 1, stopped) : null;
    }

    private PathCondition? Passed(JsonReading reading, JsonElement json)
    {
        var inner = new JsonReading(json, reading.PathOf("path"), faults);
        var paths = PathsOf(inner);
        inner.Text("kind");
        inner.End();
        var (place, type, next) = (reading.Whole("place", 0, 0, 19), reading.Text("event"), reading.Text("next"));
        if (type is null && (reading.Has("place") || next is not null)) reading.Missing("event", "What stands at the place");
        return faults.First is null ? new PathCondition(paths!, place, type, next) : null;
    }

    private EventSelector? Selector(JsonElement json, string path)
    {
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        var selector = Selector(reading);
        reading.Text("name");
        reading.End();
        return faults.First is null ? selector : null;
    }

    private EventSelector Selector(JsonReading reading)
    {
        IReadOnlyList<string>? types = null;
        if (reading.Any("event") is { } given)
        {
            types = given.ValueKind == JsonValueKind.String ? [reading.Text("event") ?? ""]
                : reading.List("event", 200, (item, path) => item.ValueKind == JsonValueKind.String ? item.GetString() : NotAText(item, path));
            if (types.Count == 0) reading.Fault("event", "events_none", "An empty list of events means none.", given, "Leave out event to mean all.");
        }

        var where = reading.Any("where") is { } filter ? Filter(filter, reading.PathOf("where"), 0) : null;
        return new EventSelector(types, where);
    }

    private string? NotAText(JsonElement item, string path)
    {
        faults.Add("text_expected", "The name of an event is a text, such as track:Order Completed.", path, item.GetRawText());
        return null;
    }

    private Filter? Filter(JsonElement json, string path, int depth)
    {
        if (depth > MaxDepth) faults.Add("too_deep", string.Create(CultureInfo.InvariantCulture, $"Filters lie at most {MaxDepth} within each other."), path, null);
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        Filter? result;
        if (reading.Has("all")) result = new AllFilters(reading.List("all", 100, (item, at) => Filter(item, at, depth + 1)));
        else if (reading.Has("any")) result = new AnyFilter(reading.List("any", 100, (item, at) => Filter(item, at, depth + 1)));
        else if (reading.Any("not") is { } not) result = Filter(not, reading.PathOf("not"), depth + 1) is { } of ? new NotFilter(of) : null;
        else result = Compared(reading);
        reading.End();
        return faults.First is null ? result : null;
    }

    private PropertyFilter? Compared(JsonReading reading) => Comparing(reading, "property", "The property that is compared");

    private PropertyFilter? Comparing(JsonReading reading, string field, string what)
    {
        var property = reading.Text(field);
        var op = reading.Choice("is", FilterOperator.Equal);
        var values = new List<FilterValue>();
        if (reading.Any("value") is { } value)
        {
            var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value];
            if (items.Count > 1000) reading.Fault("value", "list_expected", "A list of at most 1,000 is expected.");
            foreach (var item in items)
            {
                if (item.ValueKind == JsonValueKind.String) values.Add(FilterValue.Of(item.GetString()!));
                else if (item.ValueKind is JsonValueKind.True or JsonValueKind.False) values.Add(FilterValue.Of(item.GetBoolean()));
                else if (item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) && double.IsFinite(number)) values.Add(FilterValue.Of(number));
                else reading.Fault("value", "value_unknown", "A value is a text, a number, true or false, or a list of these.", item);
            }
        }

        if (property is null) reading.Missing(field, what);
        var needsNumber = op is FilterOperator.Greater or FilterOperator.AtLeast or FilterOperator.Less or FilterOperator.AtMost;
        var needsText = op is FilterOperator.Contains or FilterOperator.StartsWith;
        var needsNone = op is FilterOperator.Exists or FilterOperator.Missing;
        if (needsNone && values.Count > 0) reading.Fault("value", "value_unused", "Whether there is a value is asked without one.", reading.Any("value"), "Leave it out.");
        else if (!needsNone && values.Count == 0) reading.Missing("value", "What the property is compared with");
        else if (needsNumber && (values.Count != 1 || double.IsNaN(values[0].Number))) reading.Fault("value", "number_expected", "A number is expected.", reading.Any("value"));
        else if (needsText && values.Exists(v => v.Text is null)) reading.Fault("value", "text_expected", "A text is expected.", reading.Any("value"));
        return faults.First is null ? new PropertyFilter(property!, op, values) : null;
    }

    /// <summary>The time of a condition: from and to, or the last so long until now; always, where nothing is said.</summary>
    private TimeSpanMs Within(JsonReading reading)
    {
        if (!reading.Has("within")) return new TimeSpanMs(Moment(reading, "from") ?? long.MinValue, Moment(reading, "to") ?? long.MaxValue);
        if (reading.Has("from") || reading.Has("to")) reading.Fault("within", "period_twice", "Say either within or from and to.", reading.Any("within"));
        CountsFromNow = true;
        var to = now.ToUnixTimeMilliseconds() + 1;
        return new TimeSpanMs(to - Duration(reading, "within", 0), to);
    }

    private TimeBuckets? Buckets(JsonReading reading, TimeUnit absent)
    {
        var (when, unit) = (Period(reading), reading.Choice("unit", absent));
        if (faults.First is not null) return null;
        var buckets = TimeBuckets.Cut(when, unit, zone);
        if (buckets is null) reading.Fault("unit", "buckets_too_many", string.Create(CultureInfo.InvariantCulture, $"This period has more than {TimeBuckets.Most} of these units."), wayOut: "Choose a longer unit or a shorter period.");
        return buckets;
    }

    /// <summary>From and to; or the last so many whole days, today with them; or the last 30 days, where nothing is said.</summary>
    private TimeSpanMs Period(JsonReading reading)
    {
        if (reading.Has("last") && (reading.Has("from") || reading.Has("to"))) reading.Fault("last", "period_twice", "Say either last or from and to.", reading.Any("last"));
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        CountsFromNow |= !reading.Has("from") || !reading.Has("to");
        if (!reading.Has("from") && !reading.Has("to"))
        {
            var days = Math.Max(1, Duration(reading, "last", 30 * Day) / Day);
            return new TimeSpanMs(Instant(today.AddDays(1 - days)), Instant(today.AddDays(1)));
        }

        var to = Moment(reading, "to") ?? Instant(today.AddDays(1));
        var from = Moment(reading, "from") ?? to - (30 * Day);
        if (from >= to) reading.Fault("to", "period_empty", "The end of the period does not come after its beginning.", reading.Any("to"));
        return new TimeSpanMs(from, to);
    }

    /// <summary>A day of the workspace's time zone (2026-01-31: its beginning) or a moment with its offset (2026-01-31T12:00:00+03:00).</summary>
    private long? Moment(JsonReading reading, string name)
    {
        if (reading.Text(name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and < 2200) return Instant(day.ToDateTime(TimeOnly.MinValue));
        if (text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year is >= 1970 and < 2200) return moment.ToUnixTimeMilliseconds();
        reading.Fault(name, "time_unreadable", "This is no day or moment from 1970 to 2199.", reading.Any(name), "Write 2026-01-31 or 2026-01-31T12:00:00+03:00.");
        return null;
    }

    private long Instant(DateTime local)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    /// <summary>So many seconds (s), minutes (m), hours (h), days (d) or weeks (w), in milliseconds.</summary>
    private static long Duration(JsonReading reading, string name, long absent)
    {
        if (reading.Text(name) is not { } text) return absent;
        long unit = text[^1] switch
        {
            's' => 1000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => Day,
            'w' => 7 * Day,
            _ => 0,
        };
        if (unit > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count * (double)unit <= 36_600.0 * Day) return count * unit;
        reading.Fault(name, "duration_unreadable", "This is no length of time up to 100 years.", reading.Any(name), "Write a whole number and s, m, h, d or w, such as 30m or 7d.");
        return absent;
    }
}
