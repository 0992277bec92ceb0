using Temas.Tests.Timelines.Queries;
using Temas.Timelines.Columns;
using Temas.Timelines.Journeys;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Journeys;

/// <summary>Ways along a map against a slow and plain reading of the same words, on worlds by chance.</summary>
public sealed class WayStudyTests
{
    private const long Day = 24L * 60 * 60 * 1000;

    private static readonly QueryLimits TwoThreads = new() { Threads = 2, PieceEvents = 16 };

    private static readonly OrderSelector Orders = new(new EventSelector(["track:Sipariş"]), new EventSelector(["track:İade"]), ["order"], ["price"]);

    // The world's touches are at these; the third is on no map.
    private static readonly WayMap Map = new([new WayPlace("web", 0, 0, 0), new WayPlace("store", 1, 1, 3), new WayPlace("positive", 2, 0, 2), new WayPlace("İstanbul", -1, -1, 1)], 3, Orders, 5 * QueryWorld.Hour, 3, 8 * QueryWorld.Hour);

    [Fact]
    public void Read_AnyWorld_IsWhatPlainReadingGives()
    {
        for (var seed = 0; seed < 120; seed++)
        {
            using var world = new QueryWorld(seed) { HasProfiles = true };
            for (var i = 0; i < 3; i++)
            {
                world.Live(50);
                var when = new TimeSpanMs(QueryWorld.Begin - (10 * QueryWorld.Hour), QueryWorld.Begin + ((5 + (seed % 40)) * QueryWorld.Hour));
                var (answer, plain) = (WayStudy.Read(world.Store, Map, when, null, TwoThreads, default), Ways(world, when));
                var about = $"seed {seed}";
                answer.Whole.Ways.ShouldBe(plain.Count, about);
                answer.Whole.Customers.ShouldBe(plain.Select(w => w.Customer).Distinct().Count(), about);
                answer.Whole.Bought.ShouldBe(plain.Count(w => w.Orders.Count > 0), about);
                answer.Whole.Loops.ShouldBe(plain.Count(w => w.Changes.Any(c => c.To < c.From)), about);
                answer.Whole.Steps.ShouldBe(plain.Sum(w => w.Touches.Count - 1), about);
                answer.Whole.Felt.Touches.ShouldBe(plain.Sum(w => w.Touches.Count(t => t.Felt is not null)), about);
                if (plain.Count > 0) answer.Whole.Value.ShouldBe(plain.Average(w => w.Orders.Sum(o => o.Amount)), 1e-9, about);
                answer.Following.ShouldBe(plain.GroupBy(w => w.Customer).Count(g => g.All(w => w.Changes.All(c => c.To == c.From + 1))), about);
                answer.Left.Sum(l => l.Ways).ShouldBe(plain.Count(w => w.Changes.Any(c => c.To != c.From + 1)), about);
                answer.Modes.Sum(m => m.Ways).ShouldBe(plain.Count, about);
                answer.AllVariants.ShouldBe(plain.Select(w => w.Variant).Distinct().Count(), about);
                foreach (var variant in answer.Variants)
                {
                    var word = string.Join('>', variant.Stages) + (variant.GoesOn ? "…" : "");
                    var own = plain.FindAll(w => w.Variant == word);
                    variant.Figures.Ways.ShouldBe(own.Count, about + word);
                    variant.Figures.Bought.ShouldBe(own.Count(w => w.Orders.Count > 0), about + word);
                    WayStudy.Who(world.Store, Map, when, null, new WayPart { Variant = variant.Key }, TwoThreads, default).ShouldBe(own.Select(w => w.Customer).Distinct().Order(), ignoreOrder: false, about + word);
                }

                for (var stage = 0; stage < Map.Stages; stage++)
                {
                    var onward = Timelines(world).SelectMany(t => OnwardFrom(t.Events, stage, when)).Order().ToList();
                    var went = answer.Onward[stage];
                    (went.Times, went.Median).ShouldBe((onward.Count, onward.Count == 0 ? 0 : onward[(onward.Count - 1) / 2] / 1000 * 1000), about);
                    (went.Customers, went.WentOn).ShouldBe(Funnel(world, stage, when), about);
                    var felt = plain.SelectMany(w => w.Touches.Where(t => t.Stage == stage && t.Felt is not null).Select(t => (w.Customer, Felt: t.Felt!.Value / 100.0))).ToList();
                    var figure = answer.Stages[stage];
                    figure.Touches.ShouldBe(felt.Count, about);
                    if (felt.Count > 0) figure.Mean!.Value.ShouldBe(felt.Average(f => f.Felt), 1e-9, about);
                    if (ErrorOf(felt) is { } error) figure.Error!.Value.ShouldBe(error, 1e-9, about);
                    else figure.Error.ShouldBeNull(about);
                }
            }
        }
    }

    [Fact]
    public void Read_Contacts_AreThoseBeforeTheFirstPurchaseOfALife()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var world = new QueryWorld(seed) { HasProfiles = true };
            world.Live(120);
            var when = new TimeSpanMs(QueryWorld.Begin, QueryWorld.Begin + (20 * QueryWorld.Hour));
            var answer = WayStudy.Read(world.Store, Map, when, null, TwoThreads, default);
            var buyers = Timelines(world).Select(t => (t.Events, First: ReferenceQueries.OrdersOf(Orders, new TimeSpanMs(long.MinValue, long.MaxValue), t.Events).Select(o => (long?)o.Time).Min()))
                .Where(t => t.First >= when.From && t.First < when.To).Select(t => t.Events.Where(e => e.Time < t.First && e.Time >= t.First - (90 * Day) && PlaceOf(e) is not null).Select(e => PlaceOf(e)!.Media).ToList()).ToList();
            answer.FirstPurchases.ShouldBe(buyers.Count, $"seed {seed}");
            answer.Uncontacted.ShouldBe(buyers.Count(b => b.Count == 0), $"seed {seed}");
            for (var m = 0; m < WayMap.Media; m++)
            {
                WayStudy.Who(world.Store, Map, when, null, new WayPart { Media = m }, TwoThreads, default).Count.ShouldBe(buyers.Count(b => b.Contains(m)), $"seed {seed}");
                answer.Media[m].ShouldBe(new MediaContacts(buyers.Count(b => b.Contains(m)), buyers.Sum(b => b.Count(x => x == m)), buyers.Count(b => b.Count > 0 && b[0] == m), buyers.Count(b => b.Count > 0 && b[^1] == m)), $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Read_OfSome_IsWhatPlainReadingGivesOfThem()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var world = new QueryWorld(seed) { HasProfiles = true };
            world.Live(120);
            var when = new TimeSpanMs(QueryWorld.Begin, QueryWorld.Begin + ((5 + (seed % 20)) * QueryWorld.Hour));

            // Whoever ordered something is chosen, and in every second world whoever did not.
            Condition ordered = new DidCondition(new EventSelector(["track:Sipariş"]), 1, null, TimeSpanMs.Always);
            var condition = seed % 2 == 0 ? ordered : new NotCondition(ordered);
            var chosen = Timelines(world).Where(t => t.Events.Exists(e => e.Type == "track:Sipariş") == (seed % 2 == 0)).Select(t => t.Customer).ToHashSet();
            var (answer, plain) = (WayStudy.Read(world.Store, Map, when, condition, TwoThreads, default), Ways(world, when).FindAll(w => chosen.Contains(w.Customer)));
            answer.Whole.Ways.ShouldBe(plain.Count, $"seed {seed}");
            answer.Whole.Bought.ShouldBe(plain.Count(w => w.Orders.Count > 0), $"seed {seed}");
            if (plain.Count > 0) answer.Whole.Value.ShouldBe(plain.Average(w => w.Orders.Sum(o => o.Amount)), 1e-9, $"seed {seed}");
            var everybody = new AnyCondition([ordered, new NotCondition(ordered)]);
            var (all, whole) = (WayStudy.Read(world.Store, Map, when, everybody, TwoThreads, default), WayStudy.Read(world.Store, Map, when, null, TwoThreads, default));
            (all.FirstPurchases, all.Uncontacted, all.Whole.Ways, all.Whole.Bought, all.Following).ShouldBe((whole.FirstPurchases, whole.Uncontacted, whole.Whole.Ways, whole.Whole.Bought, whole.Following), $"seed {seed}");
            all.Media.ShouldBe(whole.Media);
            for (var m = 0; m < WayMap.Media; m++)
                WayStudy.Who(world.Store, Map, when, everybody, new WayPart { Media = m }, TwoThreads, default).ShouldBe(WayStudy.Who(world.Store, Map, when, null, new WayPart { Media = m }, TwoThreads, default));
        }
    }

    [Fact]
    public void Read_NeedsNoMemoryForOrdersOutOfThePeriod_NorForThoseOfOthers()
    {
        const int Customers = 2000, Each = 20;
        using var store = new ColumnStore(new ColumnStoreOptions());
        var position = 0L;
        using (var write = store.Write())
        {
            for (var customer = 0; customer < Customers; customer++)
            {
                for (var order = 0; order < Each; order++) write.Add("track:Sipariş"u8, customer, QueryWorld.Begin + (order * Day), ++position);
            }
        }

        store.Fold(true);

        // All that is ordered takes more than is allowed.
        var limits = new QueryLimits { Threads = 2, MaxBytes = 400_000 };
        var end = QueryWorld.Begin + (Each * Day);
        Should.Throw<QueryTooLargeException>(() => WayStudy.Read(store, Map, new TimeSpanMs(QueryWorld.Begin, end), null, limits, default));
        WayStudy.Read(store, Map, new TimeSpanMs(end, end + Day), null, limits, default).FirstPurchases.ShouldBe(0);
        var nobody = new DidCondition(new EventSelector(["track:Sipariş"]), Each + 1, null, TimeSpanMs.Always);
        WayStudy.Read(store, Map, new TimeSpanMs(QueryWorld.Begin, end), nobody, limits, default).FirstPurchases.ShouldBe(0);
        var everybody = new DidCondition(new EventSelector(["track:Sipariş"]), Each, null, TimeSpanMs.Always);
        WayStudy.Read(store, Map, new TimeSpanMs(QueryWorld.Begin, end), everybody, limits, default).FirstPurchases.ShouldBe(Customers);
        WayStudy.Who(store, Map, new TimeSpanMs(QueryWorld.Begin, end), null, new WayPart { Follows = true }, limits, default).ShouldBeEmpty();
    }

    // The customers behind the figures are found by a funnel of the two stages.
    private static (long Customers, long WentOn) Funnel(QueryWorld world, int stage, TimeSpanMs when)
    {
        EventSelector At(int of) => new(null, new TouchFilter(Touch.Touchpoint, FilterOperator.Equal, [.. Map.Places.Where(p => p.Stage == of).Select(p => FilterValue.Of(p.Key))]));
        var steps = (stage + 1 < Map.Stages ? new[] { stage, stage + 1 } : [stage]).Select(At).ToList();
        var answer = (FunnelAnswer)QueryEngine.Ask(world.Store, new FunnelQuery(when, steps, Map.Window, FunnelOrder.Ordered, [], null, null, 1, null), TwoThreads);
        return answer.Groups is [var group, ..] ? (group.Steps[0].Customers, group.Steps.Count > 1 ? group.Steps[1].Customers : 0) : (0, 0);
    }

    // The plain way: from each first touch of the next stage back to the first of this one within the window, behind the last of the next stage, and of the stage before unless she has not been here since.
    private static IEnumerable<long> OnwardFrom(List<ReferenceEvent> events, int stage, TimeSpanMs when)
    {
        var touches = events.Where(e => e.Time >= when.From && PlaceOf(e) is { Stage: >= 0 }).Select(e => (e.Time, PlaceOf(e)!.Stage)).ToList();
        for (var i = 1; i < touches.Count; i++)
        {
            if (touches[i].Stage != stage + 1) continue;
            var begins = touches.FindLastIndex(i - 1, t => t.Stage == stage + 1) + 1;
            var here = touches.Index().Where(t => t.Index >= begins && t.Index < i && t.Item.Stage == stage && t.Item.Time < when.To).ToList();
            if (here.Count == 0) continue;
            var back = touches.Index().Where(t => t.Index >= begins && t.Index < here[^1].Index && t.Item.Stage == stage - 1).Select(t => t.Index).LastOrDefault(-1);
            var first = here.Where(t => t.Index > back && touches[i].Time - t.Item.Time <= Map.Window).Select(t => (long?)t.Item.Time).FirstOrDefault();
            if (first is { } since) yield return touches[i].Time - since;
        }
    }

    // The plain way: residuals of each customer's sum beside the mean.
    private static double? ErrorOf(List<(int Customer, double Felt)> felt)
    {
        var groups = felt.GroupBy(f => f.Customer).Select(g => (Sum: g.Sum(x => x.Felt), Count: g.Count())).ToList();
        if (groups.Count < 2) return null;
        var mean = felt.Average(f => f.Felt);
        var squares = groups.Sum(g => (g.Sum - (mean * g.Count)) * (g.Sum - (mean * g.Count)));
        return Math.Sqrt(squares * groups.Count / (groups.Count - 1)) / felt.Count;
    }

    private static WayPlace? PlaceOf(ReferenceEvent e) => e.Touch?.Touchpoint is { } key ? Map.Places.FirstOrDefault(p => p.Key == key) : null;

    private static IEnumerable<(int Customer, List<ReferenceEvent> Events)> Timelines(QueryWorld world) =>
        world.Events.Where(e => e.Node >= 0).GroupBy(e => world.CustomerOf(e.Node)).Select(g => (g.Key, g.OrderBy(e => e.Time).ThenBy(e => e.Position).ToList()));

    private static List<Way> Ways(QueryWorld world, TimeSpanMs when)
    {
        var ways = new List<Way>();
        foreach (var (customer, events) in Timelines(world))
        {
            var orders = ReferenceQueries.OrdersOf(Orders, new TimeSpanMs(long.MinValue, long.MaxValue), events);
            var mine = new List<List<(long Time, int Stage, int? Felt)>>();
            foreach (var e in events.Where(e => e.Time >= when.From && e.Time < when.To && PlaceOf(e) is { Stage: >= 0 }))
            {
                if (mine.Count == 0 || e.Time - mine[^1][^1].Time > Map.Gap) mine.Add([]);
                mine[^1].Add((e.Time, PlaceOf(e)!.Stage, e.Touch!.Perception));
            }

            ways.AddRange(mine.Select(touches => new Way(customer, touches, orders.FindAll(o => o.Time >= touches[0].Time && o.Time <= touches[^1].Time + Day))));
        }

        return ways;
    }

    private sealed record Way(int Customer, List<(long Time, int Stage, int? Felt)> Touches, List<(long Time, double Amount)> Orders)
    {
        public List<int> Stages { get; } = [.. Touches.Select(t => t.Stage).Aggregate(new List<int>(), (all, s) => all.Count > 0 && all[^1] == s ? all : [.. all, s])];

        public IEnumerable<(int From, int To)> Changes => Stages.Zip(Stages.Skip(1));

        public string Variant => string.Join('>', Stages.Take(Map.Depth)) + (Stages.Count > Map.Depth ? "…" : "");
    }
}
