using Temas.Customers.Contracts;

namespace Temas.Customers.Profiles;

/// <summary>
/// Where a customer stands, from her orders and from how long she has been silent by her own rhythm (docs/perception.md). Fed in time order.
/// </summary>
internal sealed class LifecycleFold(ProfileRules rules)
{
    private sealed class Order
    {
        public required string? Id;
        public required long Time;
        public decimal Amount;
        public string Currency = "";
        public bool Cancelled;
    }

    private readonly OrderRhythm rhythm = rules.Rhythm;
    private readonly List<Order> orders = [];
    private readonly Dictionary<string, Order> byId = new(StringComparer.Ordinal);

    /// <summary>An order; one that comes a second time under its number corrects its amount.</summary>
    public void Add(string? id, long time, decimal? amount, string? currency)
    {
        if (id is null || !byId.TryGetValue(id, out var order))
        {
            orders.Add(order = new Order { Id = id, Time = time });
            if (id is not null) byId.Add(id, order);
        }

        if (amount is { } known) order.Amount = known;
        if (currency is not null) order.Currency = currency;
    }

    /// <summary>An order is void.</summary>
    public void Cancel(string? id)
    {
        if (id is not null && byId.TryGetValue(id, out var order)) order.Cancelled = true;
    }

    public Lifecycle At(long asOf)
    {
        var times = new List<long>();
        var spent = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            if (order.Cancelled) continue;
            times.Add(order.Time);
            if (order.Amount != 0) spent[order.Currency] = spent.GetValueOrDefault(order.Currency) + order.Amount;
        }

        if (times.Count == 0) return new Lifecycle(LifecycleStage.Prospect, 0, [], null, null, null, null, null);

        // The comeback: the last order that came when she counted as lost already.
        var comeback = -1;
        for (var i = 1; i < times.Count; i++)
        {
            if (times[i] - times[i - 1] > rules.LostAfter * Expected(times, i)) comeback = i;
        }

        var expected = Expected(times, times.Count);
        var silence = asOf - times[^1];
        var stage = silence > rules.LostAfter * expected ? LifecycleStage.Lost
            : silence > rules.AtRiskAfter * expected ? LifecycleStage.AtRisk
            : times.Count == 1 ? LifecycleStage.New
            : comeback >= 0 && times.Count - comeback < rules.LoyalOrders ? LifecycleStage.WonBack
            : times.Count >= rules.LoyalOrders ? LifecycleStage.Loyal
            : LifecycleStage.Active;
        return new Lifecycle(
            stage,
            times.Count,
            [.. spent.Select(s => new Money(s.Value, s.Key))],
            Instants.Of(times[0]),
            Instants.Of(times[^1]),
            Math.Round(expected / ProfileRules.Day, 1),
            Instants.Of(times[^1] + (long)(rules.AtRiskAfter * expected)),
            Instants.Of(times[^1] + (long)(rules.LostAfter * expected)));
    }

    private double Expected(List<long> times, int count) => rhythm.Expected(times[0], times[count - 1], count);
}
