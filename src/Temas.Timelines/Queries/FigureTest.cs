using Temas.Timelines.Columns;
using Temas.Timelines.Findings;

namespace Temas.Timelines.Queries;

/// <summary>A figure made ready to be worked out of one customer's events, by what conditions and funnels go by. Not for several threads at once; each has its own <see cref="Fork"/>.</summary>
internal abstract class FigureTest
{
    /// <summary>The event types that it looks at; null for all.</summary>
    public abstract TypeSet? Types { get; }

    /// <summary>Whether it looks at what is known of a customer, and may say something of one without any of those events.</summary>
    public virtual bool AsksProfile => false;

    /// <summary>What stands for the figure, as <see cref="ValueKey"/> has it: a number, true or false, or missing.</summary>
    public abstract long Of(int customer, in Slice events);

    /// <summary>Another one for another thread; the same where it keeps nothing.</summary>
    public virtual FigureTest Fork() => this;

    /// <summary>Makes a figure ready, for many customers or for few (<see cref="EventMatch"/>).</summary>
    public static FigureTest Of(CustomerFigure figure, ColumnStore store, bool forFew = false) => figure switch
    {
        HoldsFigure holds => new Holds(ConditionTest.Of(holds.Of, store, forFew)),
        ReachedFigure reached => new Reached(new FunnelWalk(store, reached.Funnel, forFew)),
        TookFigure took => new Took(new FunnelWalk(store, took.Funnel, forFew), took.Funnel.Steps.Count),
        ActiveFigure active => new Active(new EventMatch(store, active.Event, forFew), active.Buckets),
        OrderForecastFigure forecast => new OfOrders(new OrderWalk(store, forecast.Orders, forFew), forecast),
        SubscriptionForecastFigure forecast => new OfSubscriptions(new SubscriptionWalk(store, forecast.Places, forecast.Subscriptions, forFew), forecast, forFew),
        _ => throw new ArgumentOutOfRangeException(nameof(figure), figure, null),
    };

    private sealed class Holds(ConditionTest test) : FigureTest
    {
        public override TypeSet? Types => test.Types;

        public override bool AsksProfile => test.AsksProfile;

        public override long Of(int customer, in Slice events) => ValueKey.OfText(test.Holds(customer, events) ? TextDictionary.True : TextDictionary.False);

        public override FigureTest Fork() => new Holds(test.Fork());
    }

    private sealed class Reached(FunnelWalk walk) : FigureTest
    {
        public override TypeSet? Types => walk.Types;

        public override long Of(int customer, in Slice events) => ValueKey.OfNumber(walk.Walk(events));

        public override FigureTest Fork() => new Reached(walk.Fork());
    }

    private sealed class Took(FunnelWalk walk, int steps) : FigureTest
    {
        public override TypeSet? Types => walk.Types;

        public override long Of(int customer, in Slice events) =>
            walk.Walk(events) == steps ? ValueKey.OfNumber((walk.Times[steps - 1] - walk.Begins[steps - 1]) / TookFigure.Hour) : ValueKey.Missing;

        public override FigureTest Fork() => new Took(walk.Fork(), steps);
    }

    private sealed class Active(EventMatch match, TimeBuckets buckets) : FigureTest
    {
        public override TypeSet? Types { get; } = TypeSet.Of(match);

        public override long Of(int customer, in Slice events) => ValueKey.OfNumber(ActiveTest.Count(match, buckets, events, int.MaxValue));
    }

    private sealed class OfOrders(OrderWalk walk, OrderForecastFigure forecast) : FigureTest
    {
        private readonly List<(long Time, double Amount)> orders = [];

        public override TypeSet? Types => walk.Types;

        public override long Of(int customer, in Slice events)
        {
            orders.Clear();
            walk.Collect(events, orders);
            var past = default(OrderPast);
            foreach (var (time, amount) in orders)
            {
                if (time <= forecast.At) past.Add(time, amount);
            }

            return past.Days == 0 ? ValueKey.Missing : Key(forecast.Of(past));
        }

        public override FigureTest Fork() => new OfOrders(walk.Fork(), forecast);
    }

    private sealed class OfSubscriptions(SubscriptionWalk walk, SubscriptionForecastFigure forecast, bool forFew) : FigureTest
    {
        private readonly List<SubscriptionSpell> spells = [];

        // Whatever she does says that she is not quiet.
        public override TypeSet? Types => null;

        public override long Of(int customer, in Slice events)
        {
            spells.Clear();
            walk.Read(customer, events, forecast.At, spells);
            return spells.Count == 0 ? ValueKey.Missing : Key(forecast.Of(spells));
        }

        public override FigureTest Fork() => new OfSubscriptions(walk.Fork(forFew), forecast, forFew);
    }

    private static long Key(double value) => double.IsFinite(value) ? ValueKey.OfNumber(value) : ValueKey.Missing;
}

/// <summary>Whether a figure compares so (<see cref="FigureCondition"/>).</summary>
internal sealed class FigureConditionTest(FigureTest figure, FigureCondition of, HashSet<long> values) : ConditionTest
{
    public FigureConditionTest(FigureTest figure, FigureCondition of, ColumnStore store)
        : this(figure, of, [.. of.Values.Select(v => ValueKey.Of(v.Text is { } text ? text : v.Flag is { } flag ? flag : (object)v.Number, store.Texts)).OfType<long>()])
    {
    }

    public override TypeSet? Types => figure.Types;

    public override bool AsksProfile => figure.AsksProfile;

    public override bool Holds(int customer, in Slice events)
    {
        var key = figure.Of(customer, events);
        return of.Operator switch
        {
            FilterOperator.Equal => values.Contains(key),
            FilterOperator.NotEqual => !values.Contains(key),
            FilterOperator.Greater => ValueKey.NumberOf(key) > of.Values[0].Number,
            FilterOperator.AtLeast => ValueKey.NumberOf(key) >= of.Values[0].Number,
            FilterOperator.Less => ValueKey.NumberOf(key) < of.Values[0].Number,
            FilterOperator.AtMost => ValueKey.NumberOf(key) <= of.Values[0].Number,
            FilterOperator.Exists => key != ValueKey.Missing,
            FilterOperator.Missing => key == ValueKey.Missing,

            // A figure is no text.
            _ => false,
        };
    }

    public override ConditionTest Fork() => new FigureConditionTest(figure.Fork(), of, values);
}
