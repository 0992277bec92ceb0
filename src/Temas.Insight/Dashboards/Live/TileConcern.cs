using Temas.Timelines.Queries;

namespace Temas.Insight.Dashboards.Live;

/// <summary>
/// What the answer to a question depends on, so that nobody works it out again for events that it does not look at: the types of its events, or everything; and whether who is who matters, or the moment.
/// </summary>
/// <param name="Types">The types of event that it looks at; null for everything that happens.</param>
/// <param name="OfWhom">Whether it matters which events are one customer's.</param>
/// <param name="OfTime">Whether it changes by the minute, without any event.</param>
internal sealed record TileConcern(IReadOnlyList<string>? Types, bool OfWhom, bool OfTime = false)
{
    /// <summary>Whatever happens.</summary>
    public static TileConcern Everything { get; } = new(null, true);

    /// <summary>What a question depends on. What looks at profiles or touches depends on everything, for they are folds over whole timelines.</summary>
    public static TileConcern Of(Query query)
    {
        if (query.AsksProfile || query.Customers is not null) return Everything;
        return query switch
        {
            TrendQuery trend => OfAll(trend.Measures.Select(m => m.Event), trend.Breakdown is MembershipBreakdown or FigureBreakdown ? null : trend.Measures.Any(m => m.Kind is MeasureKind.Customers or MeasureKind.PerCustomer)),
            FunnelQuery funnel => OfAll(funnel.Steps.Concat(funnel.Exclusions.Select(e => e.Event)), funnel.Breakdown is MembershipBreakdown or FigureBreakdown ? null : true),
            RetentionQuery retention => OfAll([retention.Start, retention.Return], true),
            PathsQuery paths => OfAll(new[] { paths.Event, paths.From, paths.Upto }.OfType<EventSelector>(), true),
            StickinessQuery stickiness => OfAll([stickiness.Event], true),
            FrequencyQuery frequency => OfAll([frequency.Event], true),
            IntervalQuery interval => OfAll([interval.Event], true),
            _ => Everything,
        };
    }

    /// <summary>What depends on either depends on.</summary>
    public TileConcern And(TileConcern other) => new(Types is null || other.Types is null ? null : [.. Types.Union(other.Types, StringComparer.Ordinal)], OfWhom || other.OfWhom, OfTime || other.OfTime);

    private static TileConcern OfAll(IEnumerable<EventSelector> events, bool? ofWhom)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in events)
        {
            if (e.Types is null) return new TileConcern(null, ofWhom ?? true);
            types.UnionWith(e.Types);
        }

        return ofWhom is null ? Everything : new TileConcern([.. types], ofWhom.Value);
    }
}
