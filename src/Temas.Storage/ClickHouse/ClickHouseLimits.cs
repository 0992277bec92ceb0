using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>
/// Finds what no statement can be made for, before one is made: what this executor does not know is refused, never passed over. Questions are taken apart in full here, part by part,
/// so that whoever adds a part to one is stopped by the compiler, and either makes SQL of it or refuses it.
/// </summary>
internal static class ClickHouseLimits
{
    // Steps are bits of 32.
    private const int MostSteps = 31;

    /// <summary>The first such part of a question; null when there is none.</summary>
    public static Problem? Find(Query query) => query switch
    {
        TrendQuery(_, var measures, _, var breakdown, _, _, var customers, _, _) => Each(measures, "measures", Of) ?? Of(breakdown) ?? Of(customers, "customers"),
        FunnelQuery funnel => Of(funnel, "") ?? Of(funnel.Customers, "customers"),
        FunnelOverTimeQuery(var funnel, _) => Of(funnel, "") ?? Of(funnel.Customers, "customers"),
        RetentionQuery(_, var start, var back, _, _, var customers) => Of(start, "start") ?? Of(back, "return") ?? Of(customers, "customers"),
        PathsQuery paths => Of(paths, "") ?? Of(paths.Customers, "customers"),
        SegmentQuery(var where, _, _) => Of(where, "where"),
        _ => Refuse("kind", query.GetType().Name),
    };

    private static Problem? Of(Breakdown? breakdown) => breakdown switch
    {
        null or PropertyBreakdown => null,
        TouchBreakdown(var touch) => Refuse("breakdown.touch", touch),
        _ => Refuse("breakdown", breakdown.GetType().Name),
    };

    private static Problem? Of(Measure measure, string path)
    {
        var (_, kind, of, _, _, ofPerception) = measure;
        return ofPerception ? Refuse($"{path}.touch", Touch.Perception) : kind > MeasureKind.PerCustomer ? Refuse($"{path}.measure", kind) : Of(of, path);
    }

    private static Problem? Of(FunnelQuery funnel, string path)
    {
        var (_, steps, _, order, exclusions, _, breakdown, _, _) = funnel;
        return steps.Count > MostSteps ? Refuse($"{path}steps", $"{steps.Count} steps")
            : order > FunnelOrder.Any ? Refuse($"{path}order", order)
            : Each(steps, $"{path}steps", Of) ?? Each(exclusions, $"{path}exclude", (x, at) => Of(x.Event, at)) ?? Of(breakdown);
    }

    private static Problem? Of(PathsQuery paths, string path)
    {
        var (_, places, from, upto, _, _, _, _, of, perception) = paths;
        return of is { } touch ? Refuse($"{path}places", touch) : perception ? Refuse($"{path}perception", "perception")
            : Of(places, $"{path}event") ?? Of(from, $"{path}start") ?? Of(upto, $"{path}end");
    }

    private static Problem? Of(Condition? condition, string path) => condition switch
    {
        null => null,
        AllConditions(var of) => Each(of, $"{path}.all", Of),
        AnyCondition(var of) => Each(of, $"{path}.any", Of),
        NotCondition(var of) => Of(of, $"{path}.not"),
        DidCondition(var of, _, _, _) => Of(of, $"{path}.did"),
        AggregateCondition(_, _, > Aggregate.Maximum, _, _, _) a => Refuse($"{path}.aggregate", a.Aggregate),
        AggregateCondition(_, _, _, > Comparison.Equal, _, _) a => Refuse($"{path}.is", a.Comparison),
        AggregateCondition(var of, _, _, _, _, _) => Of(of, $"{path}.did"),
        FirstCondition(var of, _) => Of(of, $"{path}.first"),
        SequenceCondition({ Count: > MostSteps } steps, _, _) => Refuse($"{path}.sequence", $"{steps.Count} steps"),
        SequenceCondition(var steps, _, _) => Each(steps, $"{path}.sequence", Of),
        FunnelCondition { Group: not null } => Refuse($"{path}.value", "the value of a breakdown"),
        FunnelCondition f => Of(f.Funnel, $"{path}.funnel."),
        PathCondition(var paths, _, _, _) => Of(paths, $"{path}.path."),
        _ => Refuse(path, condition.GetType().Name),
    };

    private static Problem? Of(EventSelector? selector, string path) => selector is var (_, where) && where is not null ? Of(where, $"{path}.where") : null;

    private static Problem? Of(Filter filter, string path) => filter switch
    {
        AllFilters(var of) => Each(of, $"{path}.all", Of),
        AnyFilter(var of) => Each(of, $"{path}.any", Of),
        NotFilter(var of) => Of(of, $"{path}.not"),
        PropertyFilter(_, > FilterOperator.Missing, _) p => Refuse($"{path}.is", p.Operator),
        PropertyFilter(_, _, _) => null,
        TouchFilter(var touch, _, _) => Refuse($"{path}.touch", touch),
        _ => Refuse(path, filter.GetType().Name),
    };

    private static Problem? Each<T>(IReadOnlyList<T> of, string path, Func<T, string, Problem?> find) => of.Select((x, i) => find(x, $"{path}[{i}]")).FirstOrDefault(p => p is not null);

    private static Problem Refuse<T>(string path, T part)
        where T : notnull =>
        Problem.Invalid("query_not_supported", $"ClickHouse is not asked for this part of a question: {part}.", path, part.ToString(), "Leave it out, or have the engine answer.");
}
