using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Orders by the rules of profiles.</summary>
internal sealed partial class ConditionReader
{
    /// <summary>What counts as an order, narrowed by <c>where</c>; null with a fault.</summary>
    public OrderSelector? OrdersOf(JsonReading reading)
    {
        var where = events.Where(reading);
        if (faults.First is not null) return null;
        var rules = facts?.Orders ?? new OrderSelector(EventSelector.Any, EventSelector.Any, [], []);
        return where is null ? rules : rules with { Order = rules.Order with { Where = new AllFilters([.. new[] { rules.Order.Where, where }.OfType<Filter>()]) } };
    }

    private OrdersCondition? Orders(JsonReading reading, System.Text.Json.JsonElement json)
    {
        var inner = new JsonReading(json, reading.PathOf("orders"), faults);
        if (faults.First is not null) return null;
        var orders = OrdersOf(inner);
        inner.End();
        var when = times.Within(reading);
        var most = reading.Has("atMost") ? reading.Whole("atMost", 0, 0, int.MaxValue - 1) : (int?)null;
        var least = reading.Whole("atLeast", most is null ? 1 : 0, 0, int.MaxValue - 1);
        if (most < least) reading.Fault("atMost", "range_empty", "At most is less than at least: that is never so.", reading.Any("atMost"));
        return faults.First is null ? new OrdersCondition(orders!, least, most, when) : null;
    }
}
