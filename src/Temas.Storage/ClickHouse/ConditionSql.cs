using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>Conditions: what must hold for a customer, worked out of all her events.</summary>
internal sealed class ConditionSql(SqlBinder sql, EventSql events)
{
    /// <summary>Whether an event is one of the customers who are asked about.</summary>
    public SqlText Among(Condition? customers) => customers is null ? sql.Sql($"1") : sql.Sql($"customer IN ({Customers(customers)})");

    /// <summary>Everybody who a condition holds for.</summary>
    public SqlText Customers(Condition condition) => sql.Sql($"SELECT customer FROM event WHERE customer >= 0 GROUP BY customer HAVING {Holds(condition)}");

    private SqlText Holds(Condition condition) => condition switch
    {
        AllConditions { Of.Count: 0 } => sql.Sql($"1"),
        AllConditions all => sql.Sql($"({SqlText.Join(SqlSeparator.And, all.Of.Select(Holds))})"),
        AnyCondition { Of.Count: 0 } => sql.Sql($"0"),
        AnyCondition any => sql.Sql($"({SqlText.Join(SqlSeparator.Or, any.Of.Select(Holds))})"),
        NotCondition not => sql.Sql($"(NOT {Holds(not.Of)})"),
        DidCondition did => Did(did),
        AggregateCondition aggregate => OfValues(aggregate),
        FirstCondition first => First(first),
        SequenceCondition s => Reached(new FunnelQuery(s.When, s.Steps, s.Within, FunnelOrder.Ordered, [], null, null, 0, null), s.Steps.Count - 1, false),
        FunnelCondition f => Reached(f.Funnel, f.Step, f.AndNoFurther),
        PathCondition path => Passes(path),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    private SqlText Did(DidCondition did)
    {
        var count = sql.Sql($"countIf({events.Matches(did.Event)} AND {events.In(did.When)})");
        return did.AtMost is { } most ? sql.Sql($"({count} >= {did.AtLeast} AND {count} <= {most})") : sql.Sql($"({count} >= {did.AtLeast})");
    }

    private SqlText OfValues(AggregateCondition of)
    {
        var (value, meant) = (events.Number(of.Property), sql.Sql($"{events.Matches(of.Event)} AND {events.In(of.When)} AND {events.HasNumber(of.Property)}"));

        // Added up in the order of time, as the engine does: in another order the last bit may be another, and with it what "equal" and "atLeast" say.
        var sum = sql.Sql($"arrayFold((a, e) -> a + e.3, arraySort(groupArrayIf((time, position, {value}), {meant})), toFloat64(0))");
        var figure = of.Aggregate switch
        {
            Aggregate.Sum => sum,
            Aggregate.Average => sql.Sql($"({sum} / countIf({meant}))"),
            Aggregate.Minimum => sql.Sql($"minIf({value}, {meant})"),
            Aggregate.Maximum => sql.Sql($"maxIf({value}, {meant})"),
            _ => throw new ArgumentOutOfRangeException(nameof(of), of.Aggregate, null),
        };
        var compared = of.Comparison switch
        {
            Comparison.Greater => sql.Sql($"{figure} > {of.Value}"),
            Comparison.AtLeast => sql.Sql($"{figure} >= {of.Value}"),
            Comparison.Less => sql.Sql($"{figure} < {of.Value}"),
            Comparison.AtMost => sql.Sql($"{figure} <= {of.Value}"),
            Comparison.Equal => sql.Sql($"{figure} = {of.Value}"),
            _ => throw new ArgumentOutOfRangeException(nameof(of), of.Comparison, null),
        };
        return of.Aggregate == Aggregate.Sum ? sql.Sql($"({compared})") : sql.Sql($"(countIf({meant}) > 0 AND {compared})");
    }

    private SqlText First(FirstCondition first)
    {
        var meant = events.Matches(first.Event);
        return first.When == TimeSpanMs.Always
            ? sql.Sql($"(countIf({meant}) > 0)")
            : sql.Sql($"(countIf({meant}) > 0 AND minIf(time, {meant}) >= {first.When.From} AND minIf(time, {meant}) < {first.When.To})");
    }

    private SqlText Reached(FunnelQuery funnel, int step, bool noFurther)
    {
        // Who may be in it is not asked here: a condition looks at every customer, as the engine's does.
        var walk = new FunnelWalkSql(sql, events, funnel with { Customers = null, Breakdown = null }).Whole(sql.Sql($"1"));
        return noFurther ? sql.Sql($"customer IN (SELECT customer FROM ({walk}) WHERE level = {step + 1})") : sql.Sql($"customer IN (SELECT customer FROM ({walk}) WHERE level > {step})");
    }

    private SqlText Passes(PathCondition path)
    {
        var visits = new PathsWalkSql(sql, events, path.Paths).Visits(sql.Sql($"1"));
        var passes = (path.Event, path.Next) switch
        {
            (null, _) => sql.Sql($"1"),
            ({ } type, null) => sql.Sql($"arrayExists((a, x) -> a = {path.Place} AND x = {type}, at, types)"),
            var (type, next) => sql.Sql($"arrayExists((a, x, b, y) -> a = {path.Place} AND x = {type} AND b = a + 1 AND y = {next}, at, types, at2, types2)"),
        };
        return sql.Sql($"customer IN (SELECT customer FROM ({visits}) WHERE {passes})");
    }
}
