using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>An event as the reference sees it.</summary>
internal sealed record ReferenceEvent(int Node, long Time, long Position, string Type, IReadOnlyDictionary<string, object> Properties)
{
    /// <summary>What it is known to have been as a touch.</summary>
    public TouchFacts? Touch { get; set; }
}

/// <summary>The same questions answered slowly and plainly, from the words of their documentation: lists, loops, no cleverness. What it says, the engine must say.</summary>
internal sealed class ReferenceQueries(
    IReadOnlyList<ReferenceEvent> events, Func<int, int> customerOf, IReadOnlyDictionary<int, IReadOnlyDictionary<string, object>>? profiles = null)
{
    private static readonly Dictionary<string, object> Nothing = [];

    private readonly List<(int Customer, List<ReferenceEvent> Events)> timelines =
        [.. events.GroupBy(e => e.Node < 0 ? -1 : customerOf(e.Node)).OrderBy(g => g.Key).Select(g => (g.Key, g.OrderBy(e => e.Time).ThenBy(e => e.Position).ToList()))];

    public List<int> Segment(Condition condition) => [.. timelines.Where(t => t.Customer >= 0 && Holds(condition, t.Customer, t.Events)).Select(t => t.Customer)];

    public double? Trend(Measure measure, TimeBuckets buckets, int bucket, int rolling, Func<ReferenceEvent, bool> inGroup, Condition? customers, bool cumulative = false)
    {
        var lead = rolling - 1;
        var all = Among(customers).SelectMany(t => t.Events.Select(e => (t.Customer, Event: e))).Where(x => Matches(measure.Event, x.Event) && inGroup(x.Event))
            .Where(x => buckets.Of(x.Event.Time) is var at && at >= 0 && (bucket == buckets.Count ? at >= lead : at <= bucket && (cumulative || at >= bucket - lead))).ToList();
        if (measure.Property is { } property) all = [.. all.Where(x => x.Event.Properties.GetValueOrDefault(property) is double)];
        if (measure.OfPerception) all = [.. all.Where(x => x.Event.Touch?.Perception is not null)];
        var values = all.ConvertAll(x => measure.Property is { } p ? (double)x.Event.Properties[p] : measure.OfPerception ? x.Event.Touch!.Perception!.Value / 100.0 : 1);
        var people = all.Where(x => x.Customer >= 0).Select(x => x.Customer).Distinct().Count();
        return measure.Kind switch
        {
            MeasureKind.Count => all.Count,
            MeasureKind.Customers => people,
            MeasureKind.Sum => values.Sum(),
            MeasureKind.Average => values.Count == 0 ? null : values.Average(),
            MeasureKind.Minimum => values.Count == 0 ? null : values.Min(),
            MeasureKind.Maximum => values.Count == 0 ? null : values.Max(),
            MeasureKind.PerCustomer => people == 0 ? null : values.Sum() / people,
            _ => values.Count == 0 ? null : Quantile(values, measure.Percentile),
        };
    }

    public List<(object? Value, List<long> Way)> Funnel(FunnelQuery query) =>
        [.. Among(query.Customers).Where(t => t.Customer >= 0).Select(t => Furthest(query, t.Events)).Where(way => way.Count > 0)
            .Select(way => (query.Breakdown is { } b ? ValueOf(b, way[0]) : null, way.ConvertAll(e => e.Time)))];

    /// <summary>The value by which an event is told apart.</summary>
    public object? ValueOf(Breakdown breakdown, ReferenceEvent e)
    {
        if (breakdown is PropertyBreakdown property) return e.Properties.GetValueOrDefault(property.Property);
        if (breakdown is TouchBreakdown touch) return WordOf(touch.Touch, e);
        if (e.Node < 0) return null;
        var customer = customerOf(e.Node);
        if (breakdown is FigureBreakdown figure) return FigureOf(figure.Figure, customer);
        return breakdown is ProfileBreakdown profile ? (profiles?.GetValueOrDefault(customer) ?? Nothing).GetValueOrDefault(profile.Fact)
            : Holds(((MembershipBreakdown)breakdown).Condition, customer, timelines.First(t => t.Customer == customer).Events);
    }

    /// <summary>What a figure says of a customer; nothing of one without events.</summary>
    public object? FigureOf(CustomerFigure figure, int customer, long upto = long.MaxValue) =>
        timelines.Where(t => t.Customer == customer).Select(t => t.Events.FindAll(e => e.Time <= upto)).FirstOrDefault(t => t.Count > 0) is { } timeline ? FigureOf(figure, customer, timeline) : null;

    private object? FigureOf(CustomerFigure figure, int customer, List<ReferenceEvent> timeline)
    {
        switch (figure)
        {
            case HoldsFigure holds: return Holds(holds.Of, customer, timeline);
            case ReachedFigure reached: return (double)Furthest(reached.Funnel, timeline).Count;
            case TookFigure took:
                var way = Furthest(took.Funnel, timeline);
                return way.Count == took.Funnel.Steps.Count ? (way[^1].Time - way[0].Time) / 3_600_000.0 : null;
            case ActiveFigure active: return (double)timeline.Where(e => Matches(active.Event, e)).Select(e => active.Buckets.Of(e.Time)).Where(b => b >= 0).Distinct().Count();
            case OrderForecastFigure forecast: return ForecastOf(forecast, timeline);
            default: throw new ArgumentOutOfRangeException(nameof(figure));
        }
    }

    // Days of orders, as days of the calendar, each with what was ordered on it.
    private static object? ForecastOf(OrderForecastFigure forecast, List<ReferenceEvent> timeline)
    {
        var days = OrdersOf(forecast.Orders, TimeSpanMs.Always, timeline).Where(o => o.Time <= forecast.At).GroupBy(o => DateTimeOffset.FromUnixTimeMilliseconds(o.Time).Date).ToList();
        if (days.Count == 0) return null;
        var past = default(OrderPast);
        past.Add(days[0].First().Time, 0);
        past.Add(days[0].Last().Time, 0);
        foreach (var day in days.Skip(1)) past.Add(day.Last().Time, day.Sum(o => o.Amount));
        return forecast.Of(past) is var value && double.IsFinite(value) ? value : null;
    }

    public (long Size, List<long> Returned) Cohort(RetentionQuery query, int cohort)
    {
        // The first and the last bucket of each column, so many later.
        List<(int First, int Last)> columns = query.Brackets.Count == 0 ? [.. Enumerable.Range(0, query.Buckets.Count - cohort).Select(l => (l, l))]
            : [(0, 0), .. query.Brackets.Select((last, i) => (i == 0 ? 1 : query.Brackets[i - 1] + 1, last)).Where(b => cohort + b.last < query.Buckets.Count)];
        var (size, returned) = (0L, new long[columns.Count]);
        foreach (var (_, all) in Among(query.Customers).Where(t => t.Customer >= 0))
        {
            var begins = all.FindIndex(e => Matches(query.Start, e) && (query.FirstOnly || query.Buckets.Of(e.Time) == cohort));
            if (begins < 0 || query.Buckets.Of(all[begins].Time) != cohort) continue;
            size++;
            var comes = all.Skip(begins).Where(e => Matches(query.Return, e)).Select(e => query.Buckets.Of(e.Time)).Where(b => b >= cohort).ToHashSet();
            for (var c = 0; c < returned.Length; c++)
            {
                if (comes.Any(b => b >= cohort + columns[c].First && (query.Unbounded || b <= cohort + columns[c].Last))) returned[c]++;
            }
        }

        return (size, [.. returned]);
    }

    /// <summary>Of each customer who did it: when last, how often, and the sum of a property.</summary>
    public List<(long Last, long Count, double Sum)> Rfm(RfmQuery query) =>
        query.Orders is { } orders ? [.. Among(query.Customers).Where(t => t.Customer >= 0).Select(t => OrdersOf(orders, query.When, t.Events)).Where(o => o.Count > 0).Select(o => (o[^1].Time, (long)o.Count, o.Sum(x => x.Amount)))]
        : [.. Among(query.Customers).Where(t => t.Customer >= 0).Select(t => t.Events.FindAll(e => In(query.When, e) && Matches(query.Event, e))).Where(done => done.Count > 0)
            .Select(done => (done[^1].Time, (long)done.Count, query.Property is { } p ? done.Select(e => e.Properties.GetValueOrDefault(p)).OfType<double>().Sum() : 0))];

    /// <summary>Her orders: one for each number, with what was said of its amount last; those that were cancelled later are none.</summary>
    public static List<(long Time, double Amount)> OrdersOf(OrderSelector of, TimeSpanMs when, List<ReferenceEvent> timeline)
    {
        static object? IdOf(object? value) => value is double d ? d.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : value;
        var orders = new List<(object? Id, long Time, double Amount, bool IsVoid)>();
        foreach (var e in timeline)
        {
            var id = of.Id.Select(p => IdOf(e.Properties.GetValueOrDefault(p))).FirstOrDefault(v => v is not null);
            var known = id is null ? -1 : orders.FindIndex(o => id.Equals(o.Id));
            if (Matches(of.Cancellation, e))
            {
                if (known >= 0) orders[known] = orders[known] with { IsVoid = true };
            }
            else if (Matches(of.Order, e))
            {
                var amount = of.Amount.Select(p => e.Properties.GetValueOrDefault(p)).OfType<double>().Select(d => (double?)d).FirstOrDefault();
                if (known >= 0) orders[known] = orders[known] with { Amount = amount ?? orders[known].Amount };
                else orders.Add((id, e.Time, amount ?? 0, false));
            }
        }

        return [.. orders.Where(o => !o.IsVoid && o.Time >= when.From && o.Time < when.To).Select(o => (o.Time, o.Amount))];
    }

    /// <summary>Of each customer the moments at which she did it, in order.</summary>
    public List<List<long>> Moments(EventSelector selector, TimeSpanMs when, Condition? customers) =>
        [.. Among(customers).Where(t => t.Customer >= 0).Select(t => t.Events.FindAll(e => In(when, e) && Matches(selector, e)).ConvertAll(e => e.Time)).Where(times => times.Count > 0)];

    public List<(int Customer, List<ReferenceEvent> Way)> Ways(PathsQuery query) =>
        [.. Among(query.Customers).Where(t => t.Customer >= 0).SelectMany(t => WaysOf(query, t.Events).Select(way => (t.Customer, way)))];

    /// <summary>At which place of an answer the stop of a way stands.</summary>
    public static int PlaceOf(PathsQuery query, List<ReferenceEvent> way, int stop) => query.From is null && query.Upto is not null ? query.Depth - way.Count + stop : stop;

    /// <summary>What an event is as a place; null when it is none.</summary>
    public static string? NameOf(PathsQuery query, ReferenceEvent e) => query.Places is { } touch ? (string?)WordOf(touch, e) : e.Type;

    private static object? WordOf(Touch touch, ReferenceEvent e) => TouchValues(touch, e.Touch).OfType<string>().FirstOrDefault();

    /// <summary>All that a fact of a touch is: of a perception a number and a word, else one word; nothing where there is none.</summary>
    private static object[] TouchValues(Touch touch, TouchFacts? of) => touch switch
    {
        Touch.Perception => of?.Perception is { } felt ? [felt / 100.0, felt > 0 ? "positive" : felt < 0 ? "negative" : "neutral"] : [],
        Touch.Touchpoint => of?.Touchpoint is { } value ? [value] : [],
        Touch.Stage => of?.Stage is { } value ? [value] : [],
        Touch.Channel => of?.Channel is { } value ? [value] : [],
        _ => of?.Medium is { } value ? [value] : [],
    };

    private static IEnumerable<List<ReferenceEvent>> WaysOf(PathsQuery query, List<ReferenceEvent> timeline)
    {
        var places = timeline.Where(e => In(query.When, e) && Matches(query.Event, e) && NameOf(query, e) is not null).ToList();
        for (var begin = 0; begin < places.Count;)
        {
            var end = begin + 1;
            while (end < places.Count && places[end].Time - places[end - 1].Time <= query.Gap) end++;
            foreach (var way in WaysOf(query, Runs(query, places[begin..end]))) yield return way;
            begin = end;
        }
    }

    private static bool Passes(PathCondition path, List<ReferenceEvent> way) => path.Event is null
        || Enumerable.Range(0, way.Count).Any(i => PlaceOf(path.Paths, way, i) == path.Place && NameOf(path.Paths, way[i]) == path.Event && (path.Next is null || (i + 1 < way.Count && NameOf(path.Paths, way[i + 1]) == path.Next)));

    private static List<List<ReferenceEvent>> Runs(PathsQuery query, List<ReferenceEvent> visit)
    {
        var runs = new List<List<ReferenceEvent>>();
        foreach (var e in visit)
        {
            if (runs.Count > 0 && NameOf(query, runs[^1][0]) == NameOf(query, e)) runs[^1].Add(e);
            else runs.Add([e]);
        }

        return runs;
    }

    private static IEnumerable<List<ReferenceEvent>> WaysOf(PathsQuery query, List<List<ReferenceEvent>> runs)
    {
        bool Is(EventSelector? selector, int at) => selector is not null && runs[at].Exists(e => Matches(selector, e));
        List<ReferenceEvent> Way(int from, int count) => runs.GetRange(from, count).ConvertAll(r => r[0]);
        if (query.From is null && query.Upto is null)
        {
            yield return Way(0, Math.Min(query.Depth, runs.Count));
            yield break;
        }

        for (int at = 0, free = 0; at < runs.Count; at++)
        {
            if (query.From is null)
            {
                if (!Is(query.Upto, at)) continue;
                var begin = Math.Max(free, at + 1 - query.Depth);
                yield return Way(begin, at + 1 - begin);
                free = at + 1;
            }
            else if (Is(query.From, at))
            {
                var most = Math.Min(query.Depth, runs.Count - at);
                var count = query.Upto is null ? most : Enumerable.Range(2, Math.Max(0, most - 1)).FirstOrDefault(n => Is(query.Upto, at + n - 1));
                if (count == 0) continue;
                yield return Way(at, count);
                at += count - 1;
            }
        }
    }

    private IEnumerable<(int Customer, List<ReferenceEvent> Events)> Among(Condition? customers) =>
        customers is null ? timelines : timelines.Where(t => t.Customer >= 0 && Holds(customers, t.Customer, t.Events));

    private bool Holds(Condition condition, int customer, List<ReferenceEvent> timeline) => condition switch
    {
        AllConditions all => all.Of.All(c => Holds(c, customer, timeline)),
        AnyCondition any => any.Of.Any(c => Holds(c, customer, timeline)),
        NotCondition not => !Holds(not.Of, customer, timeline),
        DidCondition did => timeline.Count(e => Matches(did.Event, e) && In(did.When, e)) is var count && count >= did.AtLeast && (did.AtMost is null || count <= did.AtMost),
        ActiveCondition active => timeline.Where(e => Matches(active.Event, e)).Select(e => active.Buckets.Of(e.Time)).Where(b => b >= 0).Distinct().Count() is var units && units >= active.AtLeast && (active.AtMost is null || units <= active.AtMost),
        IntervalCondition apart => timeline.FindAll(e => Matches(apart.Event, e) && In(apart.When, e)) is var done
            && done.Zip(done.Skip(1)).Any(p => p.Second.Time - p.First.Time is var length && length >= apart.AtLeast && (apart.Below is null || length < apart.Below)),
        FirstCondition first => timeline.Find(e => Matches(first.Event, e)) is { } e && In(first.When, e),
        SequenceCondition s => Furthest(new FunnelQuery(s.When, s.Steps, s.Within, FunnelOrder.Ordered, [], null, null, 0, null), timeline).Count == s.Steps.Count,
        FunnelCondition f => Furthest(f.Funnel, timeline) is var way && way.Count - 1 is var reached && (f.AndNoFurther ? reached == f.Step : reached >= f.Step)
            && (f.Group is not { } group || Equals(ValueOf(f.Funnel.Breakdown!, way[0]), group.Value)),
        OrdersCondition o => OrdersOf(o.Orders, o.When, timeline).Count is var count && count >= o.AtLeast && (o.AtMost is null || count <= o.AtMost),
        FigureCondition f => Holds(new PropertyFilter("", f.Operator, f.Values), FigureOf(f.Figure, customer, timeline)),
        PathCondition p => WaysOf(p.Paths, timeline).Any(way => Passes(p, way)),
        ProfileCondition p => Holds(p.Where, profiles?.GetValueOrDefault(customer) ?? Nothing, null),
        AggregateCondition a => Compare(a, [.. timeline.Where(e => Matches(a.Event, e) && In(a.When, e)).Select(e => e.Properties.GetValueOrDefault(a.Property)).OfType<double>()]),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static bool Compare(AggregateCondition of, List<double> values)
    {
        if (values.Count == 0 && of.Aggregate != Aggregate.Sum) return false;
        var figure = of.Aggregate switch { Aggregate.Sum => values.Sum(), Aggregate.Average => values.Average(), Aggregate.Minimum => values.Min(), _ => values.Max() };
        return of.Comparison switch
        {
            Comparison.Greater => figure > of.Value,
            Comparison.AtLeast => figure >= of.Value,
            Comparison.Less => figure < of.Value,
            Comparison.AtMost => figure <= of.Value,
            _ => figure == of.Value,
        };
    }

    /// <summary>The longest way along the steps; of several, the one that is there first.</summary>
    private static List<ReferenceEvent> Furthest(FunnelQuery query, List<ReferenceEvent> timeline)
    {
        if (query.Order == FunnelOrder.Any) return FurthestInAnyOrder(query, timeline);
        for (var level = query.Steps.Count - 1; level >= 0; level--)
        {
            for (var at = 0; at < timeline.Count; at++)
            {
                if (WayTo(query, timeline, level, at) is { } way) return way.ConvertAll(i => timeline[i]);
            }
        }

        return [];
    }

    /// <summary>The way that takes a step with this event, having taken each step before as late as it could; null when there is none.</summary>
    private static List<int>? WayTo(FunnelQuery query, List<ReferenceEvent> timeline, int level, int at)
    {
        object? Key(int i) => query.Same is null ? "" : timeline[i].Properties.GetValueOrDefault(query.Same);
        if (!Matches(query.Steps[level], timeline[at]) || Key(at) is not { } key) return null;
        if (level == 0) return In(query.When, timeline[at]) ? [at] : null;
        for (var before = at - 1; before >= 0; before--)
        {
            // Nothing between these two may break the way off.
            var breaks = query.Exclusions.Any(x => x.After <= level - 1 && level - 1 < x.Before && Matches(x.Event, timeline[before + 1]) && (Key(before + 1) is not { } k || k.Equals(key)));
            if (breaks) return null;
            if (Key(before) is not { } other || !other.Equals(key)) continue;
            if (WayTo(query, timeline, level - 1, before) is { } way) return timeline[at].Time - timeline[way[0]].Time <= query.Window ? [.. way, at] : null;
            if (query.Order == FunnelOrder.Strict) return null;
        }

        return null;
    }

    /// <summary>The way with the most different steps; of several, the one that began first.</summary>
    private static List<ReferenceEvent> FurthestInAnyOrder(FunnelQuery query, List<ReferenceEvent> timeline)
    {
        object? Key(ReferenceEvent e) => query.Same is null ? "" : e.Properties.GetValueOrDefault(query.Same);
        var best = new List<ReferenceEvent>();
        foreach (var begin in timeline.Where(b => Key(b) is not null && In(query.When, b) && query.Steps.Any(s => Matches(s, b))))
        {
            var (way, steps) = (new List<ReferenceEvent>(), new HashSet<int>());
            foreach (var e in timeline.SkipWhile(e => e != begin).Where(e => e.Time - begin.Time <= query.Window && Equals(Key(e), Key(begin))))
            {
                steps.UnionWith(Enumerable.Range(0, query.Steps.Count).Where(s => Matches(query.Steps[s], e)));
                while (way.Count < steps.Count) way.Add(e);
            }

            if (way.Count > best.Count) best = way;
        }

        return best;
    }

    public static bool Matches(EventSelector selector, ReferenceEvent e) => (selector.Types is null || selector.Types.Contains(e.Type)) && (selector.Where is null || Holds(selector.Where, e.Properties, e.Touch));

    private static bool Holds(Filter filter, IReadOnlyDictionary<string, object> properties, TouchFacts? touch) => filter switch
    {
        AllFilters all => all.Of.All(f => Holds(f, properties, touch)),
        AnyFilter any => any.Of.Any(f => Holds(f, properties, touch)),
        NotFilter not => !Holds(not.Of, properties, touch),
        PropertyFilter p => properties.GetValueOrDefault(p.Property) is object[] several ? Holds(p, several) : Holds(p, properties.GetValueOrDefault(p.Property)),
        TouchFilter t => Holds(new PropertyFilter("", t.Operator, t.Values), TouchValues(t.Touch, touch)),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    // Of several values that are one, one is enough; to be none of some, or missing, all must be.
    private static bool Holds(PropertyFilter filter, object[] values) =>
        values.Length == 0 ? Holds(filter, (object?)null) : filter.Operator is FilterOperator.NotEqual or FilterOperator.Missing ? values.All(v => Holds(filter, v)) : values.Any(v => Holds(filter, v));

    private static bool Holds(PropertyFilter filter, object? value)
    {
        bool Equal(FilterValue v) => value switch { double d => d == v.Number, string s => s == v.Text, bool b => b == v.Flag, _ => false };
        return filter.Operator switch
        {
            FilterOperator.Equal => filter.Values.Any(Equal),
            FilterOperator.NotEqual => !filter.Values.Any(Equal),
            FilterOperator.Greater => value is double d && d > filter.Values[0].Number,
            FilterOperator.AtLeast => value is double d && d >= filter.Values[0].Number,
            FilterOperator.Less => value is double d && d < filter.Values[0].Number,
            FilterOperator.AtMost => value is double d && d <= filter.Values[0].Number,
            FilterOperator.Contains => value is string s && filter.Values.Any(v => s.Contains(v.Text!, StringComparison.Ordinal)),
            FilterOperator.StartsWith => value is string s && filter.Values.Any(v => s.StartsWith(v.Text!, StringComparison.Ordinal)),
            FilterOperator.Exists => value is not null,
            _ => value is null,
        };
    }

    private static bool In(TimeSpanMs when, ReferenceEvent e) => e.Time >= when.From && e.Time < when.To;

    private static double Quantile(List<double> values, double share)
    {
        values.Sort();
        var place = share * (values.Count - 1);
        var (low, high) = (values[(int)Math.Floor(place)], values[(int)Math.Ceiling(place)]);
        return low + ((place - Math.Floor(place)) * (high - low));
    }
}
