using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// A condition made ready to be tested on one customer's events: on one customer who is looked at, and on all of them, it is the same code. Not for several threads at once; each has its own <see cref="Fork"/>.
/// </summary>
internal abstract class ConditionTest
{
    /// <summary>The event types that it looks at; null for all.</summary>
    public abstract TypeSet? Types { get; }

    /// <summary>What must change of a customer for it to hold where it did not, or the other way round, beside time.</summary>
    public CustomerChange DependsOn(Condition condition)
    {
        if (Types is not { } types) return CustomerChange.Everything;
        var on = condition.AsksProfile ? CustomerChange.Profile : CustomerChange.Nothing;
        foreach (var type in types.Types) on |= CustomerChange.Event(type);
        return on;
    }

    /// <summary>Whether it looks at what is known of a customer, and may hold for one without any of those events.</summary>
    public virtual bool AsksProfile => false;

    public abstract bool Holds(int customer, in Slice events);

    /// <summary>Another one for another thread; the same where it keeps nothing.</summary>
    public virtual ConditionTest Fork() => this;

    /// <summary>Makes a condition ready, for many customers or for few (<see cref="EventMatch"/>).</summary>
    public static ConditionTest Of(Condition condition, ColumnStore store, bool forFew = false) => condition switch
    {
        AllConditions all => new All([.. all.Of.Select(c => Of(c, store, forFew))]),
        AnyCondition any => new Any([.. any.Of.Select(c => Of(c, store, forFew))]),
        NotCondition not => new Not(Of(not.Of, store, forFew)),
        DidCondition did => new Did(new EventMatch(store, did.Event, forFew), did),
        AggregateCondition aggregate => new OfValues(new EventMatch(store, aggregate.Event, forFew), new NumberColumns(store, aggregate.Property), aggregate),
        FirstCondition first => new First(new EventMatch(store, first.Event, forFew), first.When),
        SequenceCondition sequence => new Funnel(
            new FunnelWalk(store, new FunnelQuery(sequence.When, sequence.Steps, sequence.Within, FunnelOrder.Ordered, [], null, null, 0, null), forFew), sequence.Steps.Count - 1, false),
        ProfileCondition profile => new Profile(store.Profiles, FilterTest.Of(profile.Where, store, store.Profiles.Table, forFew)),
        FunnelCondition { Group: { } group } funnel => new FunnelOf(new FunnelWalk(store, funnel.Funnel, forFew), funnel, Grouping.Of(funnel.Funnel.Breakdown, store)!, ValueKey.Of(group.Value, store.Texts)),
        FunnelCondition funnel => new Funnel(new FunnelWalk(store, funnel.Funnel, forFew), funnel.Step, funnel.AndNoFurther),
        PathCondition path => new PathTest(store, path, forFew),
        ActiveCondition active => new ActiveTest(new EventMatch(store, active.Event, forFew), active),
        IntervalCondition interval => new IntervalTest(new EventMatch(store, interval.Event, forFew), interval),
        OrdersCondition orders => new OrdersTest(new OrderWalk(store, orders.Orders, forFew), orders),
        FigureCondition figure => new FigureConditionTest(FigureTest.Of(figure.Figure, store, forFew), figure, store),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    private sealed class All(ConditionTest[] of) : ConditionTest
    {
        public override TypeSet? Types { get; } = TypeSet.Union(of.Select(t => t.Types));

        public override bool AsksProfile { get; } = Array.Exists(of, t => t.AsksProfile);

        public override bool Holds(int customer, in Slice events)
        {
            foreach (var test in of)
            {
                if (!test.Holds(customer, events)) return false;
            }

            return true;
        }

        public override ConditionTest Fork() => new All(Array.ConvertAll(of, t => t.Fork()));
    }

    private sealed class Any(ConditionTest[] of) : ConditionTest
    {
        public override TypeSet? Types { get; } = TypeSet.Union(of.Select(t => t.Types));

        public override bool AsksProfile { get; } = Array.Exists(of, t => t.AsksProfile);

        public override bool Holds(int customer, in Slice events)
        {
            foreach (var test in of)
            {
                if (test.Holds(customer, events)) return true;
            }

            return false;
        }

        public override ConditionTest Fork() => new Any(Array.ConvertAll(of, t => t.Fork()));
    }

    private sealed class Not(ConditionTest of) : ConditionTest
    {
        public override TypeSet? Types => of.Types;

        public override bool AsksProfile => of.AsksProfile;

        public override bool Holds(int customer, in Slice events) => !of.Holds(customer, events);

        public override ConditionTest Fork() => new Not(of.Fork());
    }

    private sealed class Did(EventMatch match, DidCondition did) : ConditionTest
    {
        // One more than may be is as good as many.
        private readonly int enough = did.AtMost is { } most ? most + 1 : did.AtLeast;

        public override TypeSet? Types { get; } = TypeSet.Of(match);

        public override bool Holds(int customer, in Slice events)
        {
            var count = 0;
            for (var i = 0; i < events.Length && count < enough; i++)
            {
                if (match.Test(events.Types[i], events.Rows[i]) && events.Times[i] >= did.When.From && events.Times[i] < did.When.To) count++;
            }

            return count >= did.AtLeast && (did.AtMost is not { } most || count <= most);
        }
    }

    private sealed class OfValues(EventMatch match, NumberColumns numbers, AggregateCondition of) : ConditionTest
    {
        public override TypeSet? Types { get; } = TypeSet.Of(match);

        public override bool Holds(int customer, in Slice events)
        {
            var (sum, count, least, most) = (0.0, 0, double.PositiveInfinity, double.NegativeInfinity);
            for (var i = 0; i < events.Length; i++)
            {
                if (!match.Test(events.Types[i], events.Rows[i]) || events.Times[i] < of.When.From || events.Times[i] >= of.When.To) continue;
                var value = numbers.At(events.Types[i], events.Rows[i]);
                if (double.IsNaN(value)) continue;
                (sum, count, least, most) = (sum + value, count + 1, Math.Min(least, value), Math.Max(most, value));
            }

            if (count == 0 && of.Aggregate != Aggregate.Sum) return false;
            var figure = of.Aggregate switch
            {
                Aggregate.Sum => sum,
                Aggregate.Average => sum / count,
                Aggregate.Minimum => least,
                _ => most,
            };
            return of.Comparison switch
            {
                Comparison.Greater => figure > of.Value,
                Comparison.AtLeast => figure >= of.Value,
                Comparison.Less => figure < of.Value,
                Comparison.AtMost => figure <= of.Value,
                _ => figure == of.Value,
            };
        }
    }

    private sealed class First(EventMatch match, TimeSpanMs when) : ConditionTest
    {
        public override TypeSet? Types { get; } = TypeSet.Of(match);

        public override bool Holds(int customer, in Slice events)
        {
            for (var i = 0; i < events.Length; i++)
            {
                if (match.Test(events.Types[i], events.Rows[i])) return events.Times[i] >= when.From && events.Times[i] < when.To;
            }

            return false;
        }
    }

    private sealed class Profile(ProfileTable profiles, FilterTest known) : ConditionTest
    {
        public override TypeSet? Types => TypeSet.None;

        public override bool AsksProfile => true;

        public override bool Holds(int customer, in Slice events) => known.Holds(profiles.RowOf(customer));
    }

    private sealed class Funnel(FunnelWalk walk, int step, bool noFurther) : ConditionTest
    {
        public override TypeSet? Types => walk.Types;

        public override bool Holds(int customer, in Slice events)
        {
            var furthest = walk.Walk(events) - 1;
            return noFurther ? furthest == step : furthest >= step;
        }

        public override ConditionTest Fork() => new Funnel(walk.Fork(), step, noFurther);
    }

    private sealed class FunnelOf(FunnelWalk walk, FunnelCondition condition, Grouping grouping, long? key) : ConditionTest
    {
        public override TypeSet? Types { get; } = TypeSet.Union(walk.Types, grouping.Types);

        public override bool Holds(int customer, in Slice events)
        {
            var furthest = key is null ? -1 : walk.Walk(events) - 1;
            if (furthest < condition.Step || (condition.AndNoFurther && furthest > condition.Step)) return false;
            var first = walk.First[furthest];
            grouping.Begin(customer, events);
            return grouping.KeyAt(events.Types[first], events.Rows[first]) == key;
        }

        public override ConditionTest Fork() => new FunnelOf(walk.Fork(), condition, grouping.Fork(), key);
    }
}

/// <summary>A property's columns, by event type.</summary>
internal sealed class NumberColumns
{
    private readonly PropertyColumn?[] columns;

    public NumberColumns(ColumnStore store, string property)
    {
        var name = store.FindName(property);
        columns = [.. store.Tables.Select(t => name is { } n ? t.Find(n) : null)];
    }

    /// <summary>The column of a type; null where none of its events has the property.</summary>
    public PropertyColumn? Of(int type) => columns[type];

    /// <summary>The number on an event; NaN when there is none.</summary>
    public double At(int type, int row) => columns[type] is { } column ? column.NumberAt(row) : double.NaN;

    /// <summary>All values (as <see cref="KeyAt"/> has them, missing included) on events that may be meant; null when there are more than so many.</summary>
    public List<long>? Values(EventMatch match, int most, int texts)
    {
        var found = new ValueMap();
        found.Add(ValueKey.Missing);
        var seen = new bool[texts];
        for (var type = 0; type < columns.Length; type++)
        {
            if (!match.Concerns(type) || columns[type] is not { } column) continue;
            foreach (var code in column.Texts.Different(most + 2))
            {
                if (seen[code]) continue;
                seen[code] = true;
                if (code != TextDictionary.Missing) found.Add(ValueKey.OfText(code));
                if (found.Count > most) return null;
            }

            foreach (var number in column.Numbers)
            {
                var key = BitConverter.DoubleToInt64Bits(number);
                if (double.IsNaN(number) || found.Find(key) >= 0) continue;
                found.Add(key);
                if (found.Count > most) return null;
            }
        }

        return [.. found.All.Select(v => v.Key)];
    }

    /// <summary>
    /// What stands for the value on an event, whatever it is: the number itself, or a text as what is no number. Equal values have equal keys, and no others.
    /// </summary>
    public long KeyAt(int type, int row) => columns[type] is { } column ? ValueKey.At(column, row) : ValueKey.Missing;
}

/// <summary>Any value as 64 bits: a number as it is; a text by its number in the dictionary, in the bits of what is not a number.</summary>
internal static class ValueKey
{
    private const long Text = unchecked((long)0xFFFC_0000_0000_0000);

    public const long Missing = Text;

    public static long OfText(int code) => Text | (uint)code;

    public static long OfNumber(double number) => BitConverter.DoubleToInt64Bits(number + 0.0);

    /// <summary>The number that it stands for; NaN where it is none.</summary>
    public static double NumberOf(long key) => (key & Text) == Text ? double.NaN : BitConverter.Int64BitsToDouble(key);

    /// <summary>The value in a column.</summary>
    public static long At(PropertyColumn column, int row)
    {
        var code = column.TextAt(row);
        if (code != TextDictionary.Missing) return OfText(code);
        var number = column.NumberAt(row);
        return double.IsNaN(number) ? Missing : BitConverter.DoubleToInt64Bits(number);
    }

    /// <summary>What stands for a value as an answer gives it; null for a text that nothing has.</summary>
    public static long? Of(object? value, TextDictionary texts) => value switch
    {
        null => Missing,
        double number => BitConverter.DoubleToInt64Bits(number + 0.0),
        bool flag => OfText(flag ? TextDictionary.True : TextDictionary.False),
        _ => texts.Find((string)value) is var code && code == TextDictionary.Missing ? null : OfText(code),
    };

    /// <summary>The value as an answer gives it: a double, a string, a bool, or null when it is missing.</summary>
    public static object? ValueOf(long key, TextDictionary texts) => (key & Text) != Text ? BitConverter.Int64BitsToDouble(key) : (int)key switch
    {
        TextDictionary.Missing => null,
        TextDictionary.False => false,
        TextDictionary.True => true,
        var code => texts.TextOf(code),
    };
}
