using System.Globalization;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>What counts as an order, by the rules that profiles go by: one order for each number, corrected by the events that name it again, and void once it is cancelled.</summary>
/// <param name="Order">The events that are orders.</param>
/// <param name="Cancellation">The events that make an order void, by its number; an event that is both cancels.</param>
/// <param name="Id">Properties with the number of an order; the first that an event has.</param>
/// <param name="Amount">Properties with its amount; the first that is a number, or a text that is nothing but one.</param>
public sealed record OrderSelector(EventSelector Order, EventSelector Cancellation, IReadOnlyList<string> Id, IReadOnlyList<string> Amount);

/// <summary>She placed so many orders in a stretch of time that were not cancelled since.</summary>
/// <param name="Orders">What counts as one.</param>
/// <param name="AtLeast">The fewest.</param>
/// <param name="AtMost">The most; null for any number.</param>
/// <param name="When">In which time they were placed.</param>
public sealed record OrdersCondition(OrderSelector Orders, int AtLeast, int? AtMost, TimeSpanMs When) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Orders.Order.AsksTouch || Orders.Cancellation.AsksTouch;
}

/// <summary>Finds a customer's orders. For one thread; each other has its own <see cref="Fork"/>.</summary>
internal sealed class OrderWalk
{
    // What the fold of profiles takes for a defect (docs/catalogue.md).
    public const double Largest = 1e15;

    private readonly ColumnStore store;
    private readonly EventMatch order, cancellation;
    private readonly NumberColumns[] ids, amounts;
    private readonly List<(long Time, double Amount, bool IsVoid)> orders = [];
    private readonly Dictionary<long, int> byId = [];

    public OrderWalk(ColumnStore store, OrderSelector of, bool forFew = false)
        : this(store, new EventMatch(store, of.Order, forFew), new EventMatch(store, of.Cancellation, forFew), [.. of.Id.Select(p => new NumberColumns(store, p))], [.. of.Amount.Select(p => new NumberColumns(store, p))])
    {
    }

    private OrderWalk(ColumnStore store, EventMatch order, EventMatch cancellation, NumberColumns[] ids, NumberColumns[] amounts) =>
        (this.store, this.order, this.cancellation, this.ids, this.amounts, Types) = (store, order, cancellation, ids, amounts, TypeSet.Of(order, cancellation));

    /// <summary>The event types that it looks at.</summary>
    public TypeSet Types { get; }

    public OrderWalk Fork() => new(store, order, cancellation, ids, amounts);

    /// <summary>Her orders that were placed in a stretch of time and are not void: when the last, how many, and for how much.</summary>
    public (long Last, long Count, double Sum) Walk(in Slice events, TimeSpanMs when)
    {
        Find(events);
        var (last, count, sum) = (0L, 0L, 0.0);
        foreach (var (time, amount, isVoid) in orders)
        {
            if (isVoid || time < when.From || time >= when.To) continue;
            (last, count, sum) = (time, count + 1, sum + amount);
        }

        return (last, count, sum);
    }

    /// <summary>Whether there may be an order among some events: one that names it.</summary>
    public bool MayHave(in Slice events)
    {
        for (var i = 0; i < events.Length; i++)
        {
            if (order.Test(events.Types[i], events.Rows[i])) return true;
        }

        return false;
    }

    /// <summary>Adds all her orders that are not void, in the order of time.</summary>
    public void Collect(in Slice events, List<(long Time, double Amount)> into)
    {
        Find(events);
        foreach (var (time, amount, isVoid) in orders)
        {
            if (!isVoid) into.Add((time, amount));
        }
    }

    private void Find(in Slice events)
    {
        orders.Clear();
        byId.Clear();
        for (var i = 0; i < events.Length; i++)
        {
            var (type, row) = (events.Types[i], events.Rows[i]);
            if (cancellation.Test(type, row)) Cancel(IdOf(type, row));
            else if (order.Test(type, row)) Add(IdOf(type, row), events.Times[i], AmountOf(type, row));
        }
    }

    private void Add(long id, long time, double amount)
    {
        if (id != ValueKey.Missing && byId.TryGetValue(id, out var known))
        {
            if (!double.IsNaN(amount)) orders[known] = orders[known] with { Amount = amount };
            return;
        }

        if (id != ValueKey.Missing) byId.Add(id, orders.Count);
        orders.Add((time, double.IsNaN(amount) ? 0 : amount, false));
    }

    private void Cancel(long id)
    {
        if (id != ValueKey.Missing && byId.TryGetValue(id, out var known)) orders[known] = orders[known] with { IsVoid = true };
    }

    // The number 7 and the text "7" name one order, as one system sends the one and another the other.
    private long IdOf(int type, int row)
    {
        foreach (var column in ids)
        {
            var key = column.KeyAt(type, row);
            if (key == ValueKey.Missing) continue;
            var number = ValueKey.NumberOf(key);
            return double.IsNaN(number) || store.Texts.Find(number.ToString("R", CultureInfo.InvariantCulture)) is not (> TextDictionary.True and var text) ? key : ValueKey.OfText(text);
        }

        return ValueKey.Missing;
    }

    private double AmountOf(int type, int row)
    {
        foreach (var column in amounts)
        {
            var key = column.KeyAt(type, row);
            var number = ValueKey.NumberOf(key);
            if (double.IsNaN(number) && key != ValueKey.Missing && ValueKey.ValueOf(key, store.Texts) is string text
                && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var typed)) number = typed;
            if (Math.Abs(number) <= Largest) return number;
        }

        return double.NaN;
    }
}

/// <summary>Whether she has so many orders (<see cref="OrdersCondition"/>).</summary>
internal sealed class OrdersTest(OrderWalk walk, OrdersCondition of) : ConditionTest
{
    public override TypeSet? Types => walk.Types;

    public override bool Holds(int customer, in Slice events) => walk.Walk(events, of.When).Count is var count && count >= of.AtLeast && (of.AtMost is not { } most || count <= most);

    public override ConditionTest Fork() => new OrdersTest(walk.Fork(), of);
}
