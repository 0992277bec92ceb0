using System.Globalization;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Reads what must hold for customers. Conditions are made of questions, too: who came to a step of a funnel.</summary>
/// <param name="questions">The reader of questions, whose times, events and faults these are.</param>
/// <param name="now">What a profile is looked at as of.</param>
/// <param name="facts">What is asked of profiles; null where it is only read whether a question is well written.</param>
/// <param name="segments">What holds for the customers of a segment, as JSON; null for one that there is not. Null where it is only read whether a question is well written.</param>
/// <param name="traits">The computed traits that are questions, by key; null for any other. Null where it is only read whether a question is well written.</param>
/// <param name="forecasts">What is expected of a customer as of the moment. Null where it is only read whether a question is well written.</param>
internal sealed partial class ConditionReader(
    QueryReader questions, DateTimeOffset now, ICustomerFacts? facts, Func<string, JsonElement?>? segments, Func<string, TraitQuestion?>? traits, Func<Forecast, DateTimeOffset, CustomerFigure>? forecasts)
{
    private const int MaxConditions = 2000;

    private readonly JsonReading.Faults faults = questions.Faults;
    private readonly EventReader events = questions.Events;
    private readonly TimeReader times = questions.Times;

    // The segments and computed traits that are being read, one within the other.
    private readonly List<(string Name, string Shown)> within = [];
    private int conditions;

    /// <summary>Whether something changes by the moment, without any event.</summary>
    public bool CountsFromNow { get; private set; }

    /// <summary>Whether a forecast is asked that has no value for anybody at the moment, for no model holds.</summary>
    public bool IsUnsaid { get; private set; }

    public Condition? Condition(JsonReading reading, string name) => reading.Any(name) is { } json ? Condition(json, reading.PathOf(name), 0) : null;

    public Condition? Condition(JsonElement json, string path, int depth)
    {
        if (depth > EventReader.MaxDepth) faults.Add("too_deep", string.Create(CultureInfo.InvariantCulture, $"Conditions lie at most {EventReader.MaxDepth} within each other."), path, null);
        if (++conditions > MaxConditions) faults.Add("too_many_conditions", string.Create(CultureInfo.InvariantCulture, $"A question has at most {MaxConditions:N0} conditions, those of the segments that it names included."), path, null);
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        Condition? result;
        if (reading.Has("all")) result = new AllConditions(reading.List("all", 100, (item, at) => Condition(item, at, depth + 1)));
        else if (reading.Has("any")) result = new AnyCondition(reading.List("any", 100, (item, at) => Condition(item, at, depth + 1)));
        else if (reading.Any("not") is { } not) result = Condition(not, reading.PathOf("not"), depth + 1) is { } of ? new NotCondition(of) : null;
        else if (reading.Any("did") is { } did) result = Did(reading, did);
        else if (reading.Any("first") is { } first) result = events.Selector(first, reading.PathOf("first")) is { } selector ? new FirstCondition(selector, times.Within(reading)) : null;
        else if (reading.Has("sequence")) result = Sequence(reading);
        else if (reading.Any("funnel") is { } funnel) result = Reached(reading, funnel);
        else if (reading.Any("path") is { } way) result = Passed(reading, way);
        else if (reading.Any("interval") is { } interval) result = Apart(reading, interval);
        else if (reading.Any("orders") is { } orders) result = Orders(reading, orders);
        else if (reading.Has("profile")) result = Profile(reading, depth);
        else if (reading.Has("segment")) result = OfSegment(reading, depth);
        else
        {
            faults.Add("condition_unknown", "What must hold is not known.", path, json.GetRawText(), "Use all, any, not, did, first, sequence, interval, orders, funnel, path, profile or segment.");
            return null;
        }

        reading.End();
        return faults.First is null ? result : null;
    }

    /// <summary>Those of a segment: what it says, read where it is named, so that it is always as it is now.</summary>
    public Condition? OfSegment(JsonReading reading, int depth) => reading.Text("segment") is { } key ? OfSegment(key, reading.PathOf("segment"), depth) : null;

    private Condition? OfSegment(string key, string path, int depth)
    {
        if (segments is null) return new AllConditions([]);
        if (!Enter(key, key, path)) return null;
        Condition? condition = null;
        if (segments(key) is { } where) condition = Condition(where, path, depth + 1);
        else faults.Add("segment_unknown", "There is no such segment.", path, JsonSerializer.Serialize(key), "Use the key of a segment; GET /api/segments lists them.");
        within.RemoveAt(within.Count - 1);
        return condition;
    }

    private Condition? Did(JsonReading reading, JsonElement did)
    {
        if (events.Selector(did, reading.PathOf("did")) is not { } selector) return null;
        var when = times.Within(reading);
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

    private Condition? Profile(JsonReading reading, int depth)
    {
        if (events.Comparing(reading, "profile", "The fact that is compared") is not { } compared) return null;
        if (TraitOf(compared.Property) is { } trait) return Figure(trait, reading.PathOf("profile"), depth) is { } figure ? new FigureCondition(figure, compared.Operator, compared.Values) : null;
        if (compared.Property.StartsWith(Forecast.Family, StringComparison.Ordinal))
            return ForecastOf(compared.Property[Forecast.Family.Length..], reading.PathOf("profile")) is { } forecast ? new FigureCondition(forecast, compared.Operator, compared.Values) : null;
        if (facts is null) return new ProfileCondition(compared);
        CountsFromNow |= facts.FadesOrAges(compared.Property);
        var filter = facts.Compare(compared.Property, compared.Operator, compared.Values, now);
        if (filter.Problem is not { } problem) return new ProfileCondition(filter.Value);
        reading.Fault(problem.Field ?? "profile", problem.Code, problem.Detail, reading.Any(problem.Field ?? "profile"), problem.WayOut);
        return null;
    }

    private SequenceCondition? Sequence(JsonReading reading)
    {
        var steps = reading.List("sequence", 20, (item, path) => events.Selector(item, path));
        var (window, when) = (TimeReader.Duration(reading, "window", 30 * TimeReader.Day), times.Within(reading));
        if (steps.Count < 2) reading.Fault("sequence", "steps_too_few", "A sequence has two steps at least.", reading.Any("sequence"));
        return faults.First is null ? new SequenceCondition(steps, window, when) : null;
    }

    private FunnelCondition? Reached(JsonReading reading, JsonElement json)
    {
        var inner = new JsonReading(json, reading.PathOf("funnel"), faults);
        var funnel = questions.FunnelOf(inner, times.Period(inner), null);
        inner.Text("kind");
        inner.End();
        if (funnel is null) return null;
        var step = reading.Whole("reached", funnel.Steps.Count, 1, funnel.Steps.Count);
        var stopped = reading.Flag("andNoFurther");
        var group = reading.Has("value") || reading.Has("is") ? events.OfGroup(reading) : null;
        if (group is not null && funnel.Breakdown is null) inner.Missing("breakdown", "By what the customers of the funnel are told apart who have this value");
        return faults.First is null ? new FunnelCondition(funnel, step - 1, stopped, group) : null;
    }

    private PathCondition? Passed(JsonReading reading, JsonElement json)
    {
        var inner = new JsonReading(json, reading.PathOf("path"), faults);
        var paths = questions.PathsOf(inner);
        inner.Text("kind");
        inner.End();
        var standing = paths?.Places is null ? "event" : "touch";
        var (place, type, next) = (reading.Whole("place", 0, 0, 19), reading.Text(standing), reading.Text("next"));
        if (type is null && (reading.Has("place") || next is not null)) reading.Missing(standing, "What stands at the place");
        return faults.First is null ? new PathCondition(paths! with { Perception = false }, place, type, next) : null;
    }
}
