using System.Diagnostics;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Answers questions from columns. Everything that a question compares is worked out once for all events, then every customer is passed once.</summary>
public static class QueryEngine
{
    /// <summary>Answers a question.</summary>
    /// <exception cref="QueryTooLargeException">It needs more memory than <paramref name="limits"/> allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Answer Ask(ColumnStore store, Query query, QueryLimits? limits = null, CancellationToken cancel = default)
    {
        var begin = Stopwatch.GetTimestamp();
        using var read = store.Read();
        var run = new Run(store, limits ?? new QueryLimits(), cancel);
        Answer answer = query switch
        {
            TrendQuery trend => run.Trend(trend),
            FunnelQuery funnel => run.Funnel(funnel, null),
            FunnelOverTimeQuery funnel => run.Funnel(funnel.Funnel, funnel.Buckets),
            RetentionQuery retention => run.Retention(retention),
            PathsQuery paths => run.Paths(paths),
            RfmQuery rfm => run.Rfm(rfm),
            StickinessQuery sticky => run.Stickiness(sticky),
            FrequencyQuery frequency => run.Frequency(frequency),
            IntervalQuery interval => run.Interval(interval),
            SegmentQuery segment => run.Segment(segment),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query, null),
        };
        return answer with { When = PeriodOf(query), Position = store.Position, Events = store.Events, Took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds };
    }

    /// <summary>Whether conditions hold for customers, by the nodes that stand for them, now. For few customers, and as many conditions as one likes.</summary>
    /// <param name="store">The columns.</param>
    /// <param name="conditions">The conditions; null for one that is not asked about.</param>
    /// <param name="customers">The customers.</param>
    /// <param name="tell">Gets the place of a customer, the place of a condition, and whether it holds; customer by customer. The columns are locked against writing meanwhile.</param>
    /// <param name="changes">What changed of each customer: of conditions that this cannot matter to nothing is told, unless time does. Null for everything.</param>
    public static void Test(ColumnStore store, IReadOnlyList<Condition?> conditions, IReadOnlyList<int> customers, Action<int, int, bool> tell, IReadOnlyList<CustomerChange>? changes = null)
    {
        using var read = store.Read();
        var tests = conditions.Select(c => c is null ? null : ConditionTest.Of(c, store, forFew: true)).ToArray();
        var dependsOn = tests.Select((test, i) => test?.DependsOn(conditions[i]!) ?? CustomerChange.Nothing).ToArray();
        for (var at = 0; at < customers.Count; at++)
        {
            store.TrySlice(customers[at], out var slice);
            var change = changes?[at] ?? CustomerChange.Everything;
            for (var i = 0; i < tests.Length; i++)
            {
                // A customer without events is none.
                if (tests[i] is { } test && (change == CustomerChange.Everything || change.Meets(dependsOn[i]))) tell(at, i, slice.Length > 0 && test.Holds(customers[at], slice));
            }
        }
    }

    /// <summary>What figures say of customers, by the nodes that stand for them, now. For few customers.</summary>
    /// <param name="store">The columns.</param>
    /// <param name="figures">The figures; null for one that is not asked about.</param>
    /// <param name="customers">The customers.</param>
    /// <param name="upto">The last moment that is looked at, in milliseconds since 1970 UTC: events after it are left out.</param>
    /// <param name="tell">Gets the place of a customer, the place of a figure, and its value: a double, a bool, or null where there is none, as of a customer without events.</param>
    public static void Tell(ColumnStore store, IReadOnlyList<CustomerFigure?> figures, IReadOnlyList<int> customers, long upto, Action<int, int, object?> tell)
    {
        using var read = store.Read();
        var tests = figures.Select(f => f is null ? null : FigureTest.Of(f, store, forFew: true)).ToArray();
        for (var at = 0; at < customers.Count; at++)
        {
            store.TrySlice(customers[at], out var slice);
            var before = slice.Length;
            while (before > 0 && slice.Times[before - 1] > upto) before--;
            var events = new Slice(slice.Times[..before], slice.Types[..before], slice.Rows[..before]);
            for (var i = 0; i < tests.Length; i++)
            {
                if (tests[i] is { } test) tell(at, i, before == 0 ? null : ValueKey.ValueOf(test.Of(customers[at], events), store.Texts));
            }
        }
    }

    /// <summary>The orders of all customers, or of those for whom a condition holds. The columns are locked against writing meanwhile.</summary>
    /// <param name="store">The columns.</param>
    /// <param name="orders">What counts as an order.</param>
    /// <param name="customers">Only these customers; null for all.</param>
    /// <param name="limits">How much it may take.</param>
    /// <param name="cancel">Stops it.</param>
    public static OrderHistories Orders(ColumnStore store, OrderSelector orders, Condition? customers, QueryLimits limits, CancellationToken cancel)
    {
        using var read = store.Read();
        var kernel = new OrdersKernel(new OrderWalk(store, orders), new MemoryBudget(limits.MaxBytes));
        return Scan.Run(store, kernel, customers is null ? null : ConditionTest.Of(customers, store), limits, cancel).Histories();
    }

    // What a rolling trend only looks back at is not in its answer.
    private static TimeSpanMs PeriodOf(Query query) => query switch
    {
        TrendQuery { Rolling: > 1 } trend => trend.When with { From = trend.Buckets.Starts[trend.Rolling - 1] },
        StickinessQuery { Rolling: > 1 } sticky => sticky.When with { From = sticky.Buckets.Starts[sticky.Rolling - 1] },
        _ => query.When,
    };

    private sealed class Run(ColumnStore store, QueryLimits limits, CancellationToken cancel)
    {
        private readonly MemoryBudget budget = new(limits.MaxBytes);

        public TrendAnswer Trend(TrendQuery query)
        {
            var grouping = Grouping.OfOne(query.Breakdown, store);
            var measures = query.Measures.Select(m => new MeasureColumns(m, store)).ToList();
            List<long> values = [ValueKey.Missing];
            var hasOther = false;
            var few = grouping is not null && measures.Count == 1 && query.Previous is null ? grouping.Values(measures[0].Match, query.Top, store.Texts.Count) : null;
            if (few is not null)
            {
                values = few;
            }
            else if (grouping is not null)
            {
                var counts = Pass(new TopKernel(measures[0].Match, grouping, query.When, budget), query).Counts;
                values = Top(counts, query.Top);
                hasOther = counts.Count > values.Count || measures.Count > 1 || query.Previous is not null;
            }

            var groups = values.Count + (hasOther ? 1 : 0);
            var lead = query.Rolling - 1;
            var buckets = query.Buckets;
            var groupOf = new ValueMap();
            values.ForEach(v => groupOf.Add(v));
            TrendKernel Figures(TimeBuckets of) => Pass(new TrendKernel(measures, of, grouping, groupOf, groups, query.Rolling, query.Cumulative, budget), query).Finish();
            var kernel = Figures(buckets);
            var before = query.Previous is { } past ? Figures(past) : null;
            var order = few is null ? [.. Enumerable.Range(0, groups)] : Top(values.Select((v, i) => (v, kernel.Events(i))).Where(v => v.Item2 > 0).ToDictionary(v => v.v, v => v.Item2), query.Top).ConvertAll(groupOf.Find);
            var series = new List<TrendSeries>();
            foreach (var group in order)
            {
                var isOther = group == values.Count;
                var value = isOther ? null : ValueKey.ValueOf(values[group], store.Texts);
                IReadOnlyList<double?> Each(TrendKernel of, int measure) => [.. Enumerable.Range(lead, buckets.Count - lead).Select(b => of.Figure(measure, group, b))];
                var own = measures.Select((m, at) => new TrendSeries(
                    m.Measure.Name, value, isOther, Each(kernel, at), kernel.Figure(at, group, buckets.Count), before is null ? null : new PreviousFigures(Each(before, at), before.Figure(at, group, buckets.Count)))).ToList();
                if (isOther && own.All(s => s.Total is null or 0 && s.Previous?.Total is null or 0)) continue;
                series.AddRange(own);
                series.AddRange(query.Ratios.Select(r => Ratio(r, own.Find(s => s.Measure == r.Numerator)!, own.Find(s => s.Measure == r.Denominator)!)));
            }

            return new TrendAnswer([.. buckets.Starts.Skip(lead)], series, query.Previous is { } p ? new PreviousPeriod(lead > 0 ? p.When with { From = p.Starts[lead] } : p.When, [.. p.Starts.Skip(lead)]) : null);
        }

        public FunnelAnswer Funnel(FunnelQuery query, TimeBuckets? buckets)
        {
            var kernel = Pass(new FunnelKernel(new FunnelWalk(store, query), query, Grouping.OfOne(query.Breakdown, store), buckets, budget), query);
            var top = Top(kernel.Groups.ToDictionary(g => g.Key, g => g.Value.All), query.Breakdown is null ? 1 : query.Top);
            var groups = top.ConvertAll(key => Group(ValueKey.ValueOf(key, store.Texts), false, kernel.Groups[key]));
            var rest = kernel.Groups.Where(g => !top.Contains(g.Key)).Select(g => g.Value).ToList();
            if (rest.Count > 0)
            {
                var other = new FunnelKernel.Group(query.Steps.Count);
                rest.ForEach(other.Add);
                groups.Add(Group(null, true, other));
            }

            if (groups.Count == 0) groups.Add(Group(null, false, new FunnelKernel.Group(query.Steps.Count)));
            return new FunnelAnswer(groups, buckets?.Starts ?? [], [.. Enumerable.Range(0, buckets?.Count ?? 0).Select(b => AtLeast(kernel.OverTime.Skip(b * query.Steps.Count).Take(query.Steps.Count)))]);
        }

        public RetentionAnswer Retention(RetentionQuery query)
        {
            var kernel = Pass(new RetentionKernel(new EventMatch(store, query.Start), new EventMatch(store, query.Return), query), query);
            var buckets = query.Buckets;
            return new RetentionAnswer([.. Enumerable.Range(0, buckets.Count).Select(c =>
                new RetentionCohort(buckets.Starts[c], kernel.Sizes[c], [.. Enumerable.Range(0, query.ColumnsOf(c)).Select(column => kernel.Returned(c, column))]))])
            { Brackets = query.Brackets };
        }

        public PathsAnswer Paths(PathsQuery query)
        {
            var kernel = Pass(new PathsKernel(store, query, budget), query);
            kernel.Settle();
            var medians = kernel.Medians(limits.Threads);
            var all = kernel.Edges.Select((e, i) => new PathEdge(e.Key.Place, kernel.NameOf(e.Key.From), kernel.NameOf(e.Key.To), e.Ways, e.Customers, medians[i], kernel.PerceptionOf(i)))
                .OrderByDescending(e => e.Ways).ThenBy(e => e.Place).ThenBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal).ToList();
            var places = kernel.Stays().Select(s => new PathPlace(s.Place, kernel.NameOf(s.Type), s.Ways, s.Customers, s.Perception)).OrderBy(p => p.Place).ThenByDescending(p => p.Ways).ThenBy(p => p.Event, StringComparer.Ordinal);
            return new PathsAnswer(kernel.Ways, kernel.Customers, [.. places], [.. all.Take(query.Top)], all.Skip(query.Top).Sum(e => e.Ways), query.Places);
        }

        public RfmAnswer Rfm(RfmQuery query) => Pass(new RfmKernel(store, query, budget), query).Answer();

        public StickinessAnswer Stickiness(StickinessQuery query)
        {
            var match = new EventMatch(store, query.Event);
            StickinessAnswer Of(TimeBuckets buckets) => Pass(new StickinessKernel(match, buckets, query.Rolling), query).Answer();
            return Of(query.Buckets) with { Previous = query.Previous is { } before ? Of(before) : null };
        }

        public FrequencyAnswer Frequency(FrequencyQuery query)
        {
            var match = new EventMatch(store, query.Event);
            FrequencyAnswer Of(TimeSpanMs when) => Pass(new FrequencyKernel(match, when, budget), query).Answer();
            var answer = Of(query.When);
            if (query.Previous is not { } past) return answer;
            var before = Of(past);
            // Both have the same bars, to be held against each other.
            var bins = Math.Max(answer.Bins.Count, before.Bins.Count);
            FrequencyAnswer Filled(FrequencyAnswer of) => of with { Bins = [.. of.Bins, .. Enumerable.Range(of.Bins.Count, bins - of.Bins.Count).Select(FrequencyKernel.Bin)] };
            return Filled(answer) with { Previous = Filled(before) };
        }

        public IntervalAnswer Interval(IntervalQuery query)
        {
            var match = new EventMatch(store, query.Event);
            IntervalAnswer Of(TimeSpanMs when) => Pass(new IntervalKernel(match, when, budget), query).Answer();
            var answer = Of(query.When);
            if (query.Previous is not { } past) return answer;
            var before = Of(past);
            var bins = Math.Max(answer.Bins.Count, before.Bins.Count);
            IntervalAnswer Filled(IntervalAnswer of) => of with { Bins = [.. of.Bins, .. Enumerable.Range(of.Bins.Count, bins - of.Bins.Count).Select(IntervalKernel.Bin)] };
            return Filled(answer) with { Previous = Filled(before) };
        }

        public SegmentAnswer Segment(SegmentQuery query)
        {
            var found = Pass(new CollectKernel(query.Limit > 0, budget), query);
            found.Nodes.Sort();
            return new SegmentAnswer(found.Customers, [.. found.Nodes.Skip(query.Offset).Take(query.Limit)]);
        }

        private TKernel Pass<TKernel>(TKernel kernel, Query query)
            where TKernel : Kernel =>
            Scan.Run(store, kernel, query.Customers is { } customers ? ConditionTest.Of(customers, store) : null, limits, cancel);

        /// <summary>The values with the most; of equals the one that a reader finds first: texts by their letters, before numbers.</summary>
        private List<long> Top(IReadOnlyDictionary<long, long> counts, int most) =>
            [.. counts.OrderByDescending(c => c.Value).ThenBy(c => ValueKey.ValueOf(c.Key, store.Texts), ByValue.Instance).Take(most).Select(c => c.Key)];

        private FunnelGroup Group(object? value, bool isOther, FunnelKernel.Group group)
        {
            var customers = AtLeast(group.Customers);
            var took = Quantile.OfEach(group.Took, 0.5, 0.9, limits.Threads);
            return new FunnelGroup(value, isOther, [.. customers.Select((c, step) => step == 0 ? new FunnelStep(c, null, null) : new FunnelStep(c, took[step].First, took[step].Second))], took[0].First, took[0].Second);
        }

        /// <summary>From those who came so far and no further to those who came so far.</summary>
        private static long[] AtLeast(IEnumerable<long> exactly)
        {
            var result = exactly.ToArray();
            for (var i = result.Length - 2; i >= 0; i--) result[i] += result[i + 1];
            return result;
        }

        private static TrendSeries Ratio(RatioMeasure ratio, TrendSeries over, TrendSeries under) => over with
        {
            Measure = ratio.Name,
            Figures = [.. over.Figures.Zip(under.Figures, Divide)],
            Total = Divide(over.Total, under.Total),
            Previous = over.Previous is { } o && under.Previous is { } u ? new PreviousFigures([.. o.Figures.Zip(u.Figures, Divide)], Divide(o.Total, u.Total)) : null,
        };

        private static double? Divide(double? over, double? under) => under is null or 0 ? null : over / under;
    }

    /// <summary>Notes who is passed.</summary>
    private sealed class CollectKernel(bool names, MemoryBudget budget) : Kernel
    {
        private readonly MemoryBudget.Share share = budget.Begin();

        public List<int> Nodes { get; } = [];

        public long Customers { get; private set; }

        public override TypeSet? Types => TypeSet.None;

        public override Kernel Fork() => new CollectKernel(names, budget);

        public override void Visit(int customer, in Slice events)
        {
            Customers++;
            if (!names) return;
            share.Take(4);
            Nodes.Add(customer);
        }

        public override void Merge(Kernel other)
        {
            var its = (CollectKernel)other;
            Customers += its.Customers;
            Nodes.AddRange(its.Nodes);
        }
    }

    private sealed class ByValue : IComparer<object?>
    {
        public static ByValue Instance { get; } = new();

        public int Compare(object? x, object? y) => (x, y) switch
        {
            (string a, string b) => string.CompareOrdinal(a, b),
            (double a, double b) => a.CompareTo(b),
            (bool a, bool b) => a.CompareTo(b),
            _ => Rank(x).CompareTo(Rank(y)),
        };

        private static int Rank(object? value) => value switch
        {
            string => 0,
            double => 1,
            bool => 2,
            _ => 3,
        };
    }
}
