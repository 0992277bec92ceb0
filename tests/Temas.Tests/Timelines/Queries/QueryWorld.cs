using System.Text;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>A small world by chance: few types, times and values, so that ties, repetitions and near misses are common; late events, merges and splits, missing properties, a property that is now a number and now a text.</summary>
internal sealed class QueryWorld : IDisposable
{
    public const long Hour = 3_600_000, Begin = 1_735_689_600_000; // 2025-01-01Z

    private static readonly string[] Types = ["track:Görüldü", "track:Sepet", "track:Sipariş", "page:Home", "track:İade"];
    private static readonly string[] Texts = ["İstanbul", "istanbul", "ISTANBUL", "Iğdır", "ığdır", "🦊", "", "true", "ｆ", "it's \\ \t\"{p0:String}\""];
    private static readonly string[] Names = ["city", "price", "order", "flag"];
    private static readonly string[] Keys = ["web", "store", "İstanbul", "positive"];

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul");

    private readonly Random random;
    private readonly int nodes;
    private readonly Dictionary<int, int> owners = [];
    private readonly Dictionary<int, IReadOnlyDictionary<string, object>> profiles = [];
    private long position;

    // A piece that is being made while everything goes on.
    private (ColumnFold Fold, Task Ready)? making;

    public QueryWorld(int seed)
    {
        random = new Random(seed);
        nodes = random.Next(1, 12);
        Store = new ColumnStore(new ColumnStoreOptions { FoldAt = random.Next(3) == 0 ? 1 : 20 });
    }

    public ColumnStore Store { get; private set; }

    public List<ReferenceEvent> Events { get; private set; } = [];

    /// <summary>Whether conditions are asked that only the engine knows.</summary>
    public bool HasHabits { get; init; }

    /// <summary>Whether something is known of customers and of their touches, and asked about.</summary>
    public bool HasProfiles { get; init; }

    public ReferenceQueries Reference => new(Events, n => owners.GetValueOrDefault(n, n), profiles);

    public int CustomerOf(int node) => owners.GetValueOrDefault(node, node);

    /// <summary>Goes on with what was saved. Somebody was joined or parted meanwhile.</summary>
    public void SaveAndOpen(string path)
    {
        Store.Save(path, 1, HasProfiles ? new KnownMark(7, [], []) : null);
        making?.Ready.Wait();
        making = null;
        Store.Dispose();
        Store = ColumnStore.Open(path, 1, out var fault, new ColumnStoreOptions { FoldAt = 20 }) ?? throw new InvalidOperationException(fault);
        var (node, to) = (random.Next(nodes), random.Next(nodes));
        if (owners.GetValueOrDefault(node, node) == node) owners[node] = to;
        else owners.Remove(node);
        using var write = Store.Write();
        write.MoveAll([.. owners.Where(o => o.Key != o.Value).Select(o => (o.Key, o.Value))]);
    }

    /// <summary>Lets some things happen: events, merges and splits, folds, now and then an erasure.</summary>
    public void Live(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            switch (random.Next(20))
            {
                case 0:
                    var (node, to) = (random.Next(nodes), random.Next(nodes));
                    owners[node] = to;
                    using (var write = Store.Write()) write.Move(node, to);
                    break;
                case 1 when making is { } begun:
                    begun.Ready.Wait();
                    begun.Fold.Complete();
                    making = null;
                    break;
                case 1 when random.Next(2) == 0:
                    Store.Fold(random.Next(2) == 0);
                    break;
                case 1:
                    var fold = Store.BeginFold();
                    making = (fold, Task.Run(fold.Prepare));
                    break;
                case 2 when Events.Count > 0 && random.Next(4) == 0:
                    var gone = Events.Where(_ => random.Next(10) == 0).Select(e => e.Position).ToHashSet();
                    foreach (var e in Events.Where(e => gone.Contains(e.Position))) profiles.Remove(CustomerOf(e.Node));
                    Events = Events.FindAll(e => !gone.Contains(e.Position));
                    using (var write = Store.Write()) write.Erase(gone);
                    break;
                case 3 or 4 when HasProfiles:
                    Know(random.Next(nodes));
                    break;
                default:
                    Add();
                    break;
            }
        }
    }

    public Filter Filter(int depth = 2)
    {
        if (depth > 0 && random.Next(3) == 0)
        {
            List<Filter> some = [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Filter(depth - 1))];
            return random.Next(3) switch { 0 => new AllFilters(some), 1 => new AnyFilter(some), _ => new NotFilter(Filter(depth - 1)) };
        }

        var op = Enum.GetValues<FilterOperator>()[random.Next(10)];
        if (HasProfiles && random.Next(3) == 0) return OfTouch(op);
        List<FilterValue> values = op switch
        {
            FilterOperator.Equal or FilterOperator.NotEqual => [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Value())],
            FilterOperator.Contains or FilterOperator.StartsWith => [FilterValue.Of(Pick(["i", "I", "İ", "st", "", "🦊", "ı"])), FilterValue.Of(Pick(Texts))],
            FilterOperator.Exists or FilterOperator.Missing => [],
            _ => [FilterValue.Of(random.Next(-1, 5))],
        };
        return new PropertyFilter(random.Next(12) == 0 ? "nothing" : HasProfiles && random.Next(5) == 0 ? "tags" : Pick(Names), op, values);
    }

    private TouchFilter OfTouch(FilterOperator op) => new(Pick(Enum.GetValues<Touch>()), op, op switch
    {
        FilterOperator.Equal or FilterOperator.NotEqual => [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(2) == 0 ? FilterValue.Of(Pick([.. Keys, "negative", "neutral", "elsewhere"])) : FilterValue.Of(Felt() / 100.0))],
        FilterOperator.Contains or FilterOperator.StartsWith => [FilterValue.Of(Pick(["e", "st", "", "pos", "x"]))],
        FilterOperator.Exists or FilterOperator.Missing => [],
        _ => [FilterValue.Of(Felt() / 100.0)],
    });

    private int Felt() => Pick([-100, -35, -1, 0, 0, 20, 100]);

    public EventSelector Selector()
    {
        var where = random.Next(2) == 0 ? null : Filter();
        return random.Next(8) switch { 0 => new EventSelector(null, where), 1 => new EventSelector([Pick(Types), Pick(Types), "track:Unknown"], where), _ => new EventSelector([Pick(Types)], where) };
    }

    public TimeSpanMs When()
    {
        if (random.Next(4) == 0) return TimeSpanMs.Always;
        var from = Begin + (random.Next(-5, 60) * Hour);
        return new TimeSpanMs(from, from + (random.Next(1, 60) * Hour));
    }

    public TimeBuckets Buckets()
    {
        var from = Begin + (random.Next(-5, 40) * Hour);
        return TimeBuckets.Cut(new TimeSpanMs(from, from + (random.Next(1, 70) * Hour)), random.Next(2) == 0 ? TimeUnit.Hour : TimeUnit.Day, Zone)!;
    }

    public Condition? MaybeCondition() => random.Next(3) == 0 ? Condition() : null;

    public Condition Condition(int depth = 2)
    {
        if (depth > 0 && random.Next(3) == 0)
        {
            List<Condition> some = [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Condition(depth - 1))];
            return random.Next(3) switch { 0 => new AllConditions(some), 1 => new AnyCondition(some), _ => new NotCondition(Condition(depth - 1)) };
        }

        if (HasHabits && random.Next(5) == 0)
        {
            return random.Next(4) == 0 ? new OrdersCondition(Orders(), random.Next(0, 3), random.Next(2) == 0 ? null : random.Next(0, 4), When()) : random.Next(3) == 0 ? OfFigure() : random.Next(2) == 0
                ? new ActiveCondition(Selector(), Buckets(), random.Next(0, 4), random.Next(2) == 0 ? null : random.Next(0, 4))
                : new IntervalCondition(Selector(), random.Next(0, 5) * Hour, random.Next(2) == 0 ? null : random.Next(1, 20) * Hour, When());
        }

        return random.Next(HasProfiles ? 7 : 6) switch
        {
            6 => new ProfileCondition(Filter()),
            0 => new AggregateCondition(Selector(), "price", Enum.GetValues<Aggregate>()[random.Next(4)], Enum.GetValues<Comparison>()[random.Next(5)], random.Next(-1, 8), When()),
            1 => new FirstCondition(Selector(), When()),
            2 => new SequenceCondition([Selector(), Selector()], random.Next(0, 30) * Hour, When()),
            3 when Funnel() is var funnel => new FunnelCondition(funnel, random.Next(funnel.Steps.Count), random.Next(2) == 0, HasProfiles ? GroupOf(funnel.Breakdown) : null),
            4 => new PathCondition(Paths() with { Customers = null }, random.Next(4), random.Next(5) == 0 ? null : Pick([.. Types, .. Keys, "track:Unknown"]), random.Next(2) == 0 ? null : Pick([.. Types, .. Keys])),
            _ => new DidCondition(Selector(), random.Next(0, 4), random.Next(2) == 0 ? null : random.Next(0, 4), When()),
        };
    }

    /// <summary>A figure of one customer.</summary>
    public CustomerFigure Figure(int depth = 2) => random.Next(HasHabits ? 5 : 4) switch
    {
        4 => new OrderForecastFigure(Orders(), When().To, past => past.Days > 2 ? double.NaN : (past.Days * 10) + past.LaterMean + past.First + past.Last),
        0 => new HoldsFigure(Condition(depth)),
        1 => new ReachedFigure(Funnel()),
        2 => new TookFigure(Funnel()),
        _ => new ActiveFigure(Selector(), Buckets()),
    };

    private FigureCondition OfFigure()
    {
        var op = Enum.GetValues<FilterOperator>()[random.Next(10)];
        return new FigureCondition(Figure(0), op, op switch
        {
            FilterOperator.Equal or FilterOperator.NotEqual => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value())],
            FilterOperator.Contains or FilterOperator.StartsWith => [FilterValue.Of(Pick(Texts))],
            FilterOperator.Exists or FilterOperator.Missing => [],
            _ => [FilterValue.Of(random.Next(-1, 5))],
        });
    }

    // A value that some event has.
    private GroupValue? GroupOf(Breakdown? breakdown) => breakdown is not null && Events.Count > 0 && random.Next(3) != 0 ? new GroupValue(Reference.ValueOf(breakdown, Pick([.. Events]))) : null;

    private Breakdown Breakdown() => random.Next(HasProfiles ? 7 : 2) switch
    {
        6 => new FigureBreakdown(Figure(1)),
        2 => new ProfileBreakdown(Pick(Names)),
        3 => new MembershipBreakdown(Condition(1)),
        > 3 => new TouchBreakdown(Pick(Enum.GetValues<Touch>())),
        _ => new PropertyBreakdown(Pick(Names)),
    };

    // What the engine answers by type rather than by customer: nothing more is asked than what a type says, and a filter.
    private bool IsPlain => random.Next(3) == 0;

    private EventSelector OfOneType(string? type = null) => new([type ?? Pick(Types)], random.Next(2) == 0 ? null : Filter());

    private Breakdown PlainBreakdown() => HasProfiles && random.Next(2) == 0 ? new ProfileBreakdown(Pick(Names)) : new PropertyBreakdown(Pick(Names));

    public FunnelQuery Funnel(bool customers = false)
    {
        if (IsPlain)
        {
            List<EventSelector> ofOne = [.. Types.OrderBy(_ => random.Next()).Take(random.Next(2, 5)).Select(OfOneType)];
            return new FunnelQuery(When(), ofOne, random.Next(0, 40) * Hour, FunnelOrder.Ordered, [], null, random.Next(2) == 0 ? PlainBreakdown() : null, random.Next(1, 4), null);
        }

        List<EventSelector> steps = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => Selector())];
        var order = Enum.GetValues<FunnelOrder>()[random.Next(3)];
        List<FunnelExclusion> exclusions = [];
        if (order != FunnelOrder.Any && random.Next(3) == 0)
        {
            var after = random.Next(steps.Count - 1);
            exclusions.Add(new FunnelExclusion(Selector(), after, random.Next(after + 1, steps.Count)));
        }

        return new FunnelQuery(When(), steps, random.Next(0, 40) * Hour, order, exclusions, random.Next(3) == 0 ? "order" : null, random.Next(3) == 0 ? Breakdown() : null, random.Next(1, 4), customers ? MaybeCondition() : null);
    }

    public RetentionQuery Retention()
    {
        var query = IsPlain ? new RetentionQuery(Buckets(), OfOneType(), OfOneType(), true, random.Next(2) == 0, null) : new RetentionQuery(Buckets(), Selector(), Selector(), random.Next(2) == 0, random.Next(2) == 0, MaybeCondition());
        return random.Next(2) == 0 ? query : query with { Brackets = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, query.Buckets.Count + 3)).Distinct().Order()] };
    }

    public PathsQuery Paths() => new(
        When(), random.Next(2) == 0 ? EventSelector.Any : Selector(), random.Next(2) == 0 ? null : Selector(), random.Next(2) == 0 ? null : Selector(), random.Next(2, 6), random.Next(1, 20) * Hour, random.Next(1, 20), MaybeCondition(),
        HasProfiles && random.Next(2) == 0 ? Pick(Enum.GetValues<Touch>()) : null, HasProfiles && random.Next(2) == 0);

    public RfmQuery Rfm() => new(When(), Selector(), random.Next(3) == 0 ? null : "price", MaybeCondition(), random.Next(2) == 0 ? null : Orders());

    private OrderSelector Orders() => new(Selector(), Selector(), random.Next(2) == 0 ? ["order"] : ["order", "city", "flag"], random.Next(4) == 0 ? [] : ["price"]);

    public StickinessQuery Stickiness()
    {
        var buckets = Buckets();
        var rolling = random.Next(1, Math.Min(4, buckets.Count) + 1);
        return new StickinessQuery(buckets, Selector(), rolling, MaybeCondition(), random.Next(3) == 0 ? buckets.Previous(rolling - 1, Zone) : null);
    }

    public FrequencyQuery Frequency() => new(When(), Selector(), MaybeCondition(), random.Next(3) == 0 ? When() : null);

    public IntervalQuery Interval() => new(When(), Selector(), MaybeCondition(), random.Next(3) == 0 ? When() : null);

    public TrendQuery Trend()
    {
        var isPlain = IsPlain;
        MeasureKind[] kinds = isPlain ? [MeasureKind.Count, MeasureKind.Sum, MeasureKind.Average, MeasureKind.Minimum, MeasureKind.Maximum] : Enum.GetValues<MeasureKind>();
        var measures = Enumerable.Range(0, random.Next(1, 3)).Select(i =>
        {
            var kind = Pick(kinds);
            var needs = kind is not (MeasureKind.Count or MeasureKind.Customers);
            if (needs && HasProfiles && random.Next(3) == 0) return new Measure($"m{i}", kind, Selector(), Percentile: random.Next(0, 5) / 4.0, OfPerception: true);
            return new Measure($"m{i}", kind, Selector(), needs && !(kind == MeasureKind.PerCustomer && random.Next(2) == 0) ? "price" : null, random.Next(0, 5) / 4.0);
        }).ToList();
        var buckets = Buckets();
        if (isPlain) return new TrendQuery(buckets, measures, [], random.Next(3) == 0 ? null : HasProfiles && random.Next(2) == 0 ? new TouchBreakdown(Pick(Enum.GetValues<Touch>())) : new PropertyBreakdown(Pick(Names)), random.Next(1, 4), 1, null, random.Next(3) == 0 ? buckets.Previous(0, Zone) : null, false);
        var cumulative = random.Next(3) == 0;
        var rolling = cumulative ? 1 : random.Next(1, Math.Min(4, buckets.Count) + 1);
        return new TrendQuery(
            buckets, measures, [], random.Next(2) == 0 ? null : Breakdown(), random.Next(1, 4), rolling, MaybeCondition(), random.Next(3) == 0 ? buckets.Previous(rolling - 1, Zone) : null, cumulative);
    }

    public int Number(int from, int to) => random.Next(from, to);

    public void Dispose()
    {
        making?.Ready.Wait();
        Store.Dispose();
    }

    private void Know(int customer)
    {
        var facts = Some();
        if (random.Next(3) != 0) facts["tags"] = random.Next(4) == 0 ? Pick(Texts) : Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3) switch { 0 => (object)(double)random.Next(-1, 5), 1 => random.Next(2) == 0, _ => Pick(Texts) }).ToArray();
        profiles[customer] = facts;
        var touches = new List<EventTouch>();
        foreach (var e in Events.Where(e => e.Node >= 0 && CustomerOf(e.Node) == customer).OrderBy(e => e.Time).ThenBy(e => e.Position))
        {
            e.Touch = random.Next(4) == 0 ? null : new TouchFacts(Maybe(Keys), Maybe(Keys), Maybe(Keys), Maybe(Keys), random.Next(4) == 0 ? null : Felt());
            if (e.Touch is { } touch) touches.Add(new EventTouch(e.Time, e.Position, touch));

            // Whoever works them out may know of an event that is not here yet.
            if (random.Next(8) == 0) touches.Add(new EventTouch(e.Time + 1, long.MaxValue, new TouchFacts("later", null, null, null, null)));
        }

        using var write = Store.Write();
        Set(write.SetProfile(customer), facts);
        write.SetTouches(customer, [.. touches.OrderBy(t => t.Time).ThenBy(t => t.Position)]);
    }

    private string? Maybe(string[] from) => random.Next(4) == 0 ? null : Pick(from);

    private void Add()
    {
        var properties = Some();
        // Time goes on by and large; some events are late, many at the same moment.
        var time = Begin + ((Events.Count / 4) + random.Next(-3, 3)) * Hour + (random.Next(3) == 0 ? random.Next(2) : 0);
        if (random.Next(8) == 0) time -= random.Next(40) * Hour;
        var e = new ReferenceEvent(random.Next(15) == 0 ? ColumnStore.Nobody : random.Next(nodes), time, position += random.Next(1, 3), Pick(Types), properties);
        Events.Add(e);
        using (var write = Store.Write()) Set(write.Add(Encoding.UTF8.GetBytes(e.Type), e.Node, e.Time, e.Position), properties);
        if (making is null) Store.Fold();
    }

    private static void Set(ColumnStore.EventWriter row, Dictionary<string, object> values)
    {
        foreach (var (name, value) in values)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            if (value is double number) row.Set(utf8, number);
            else if (value is bool flag) row.Set(utf8, flag);
            else if (value is object[] several) row.Set(utf8, [.. several.Select(v => v is double d ? FilterValue.Of(d) : v is bool b ? FilterValue.Of(b) : FilterValue.Of((string)v))]);
            else row.Set(utf8, Encoding.UTF8.GetBytes((string)value));
        }
    }

    private Dictionary<string, object> Some()
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in Names)
        {
            if (random.Next(4) == 0) continue;
            properties[name] = name switch
            {
                "price" when random.Next(6) != 0 => random.Next(3) == 0 ? random.Next(-1, 50) / 10.0 : random.Next(-1, 5),
                "order" => random.Next(3) == 0 ? (object)(double)random.Next(2) : Pick(["A", "B"]),
                "flag" => random.Next(2) == 0,
                _ => Pick(Texts),
            };
        }

        return properties;
    }

    private FilterValue Value() => random.Next(3) switch { 0 => FilterValue.Of(random.Next(-1, 5)), 1 => FilterValue.Of(random.Next(2) == 0), _ => FilterValue.Of(Pick([.. Texts, "A", "B"])) };

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
