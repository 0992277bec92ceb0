using System.Globalization;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>Finds one customer's subscriptions in her events. For one thread; each other has its own.</summary>
internal sealed class SubscriptionWalk
{
    private const long Month = 30 * JourneyPlan.Day;

    private readonly ColumnStore store;
    private readonly IReadOnlyList<PlaceMap> places;
    private readonly SubscriptionSelector selector;
    private readonly EventMatch started, renewed, cancelled;
    private readonly NumberColumns[] ids, plans;
    private readonly TouchColumns touches;
    private readonly int[] placeOf, feltOf;

    public SubscriptionWalk(ColumnStore store, IReadOnlyList<PlaceMap> places, SubscriptionSelector selector, bool forFew = false)
    {
        (this.store, this.places, this.selector) = (store, places, selector);
        (started, renewed, cancelled) = (new EventMatch(store, selector.Started, forFew), new EventMatch(store, selector.Renewed, forFew), new EventMatch(store, selector.Cancelled, forFew));
        (ids, plans) = ([.. selector.Id.Select(n => new NumberColumns(store, n))], [.. selector.Plan.Select(n => new NumberColumns(store, n))]);
        touches = new TouchColumns(store);
        var numbers = places.Select((p, i) => (p.Key, i)).ToDictionary(p => p.Key, p => p.i, StringComparer.Ordinal);
        placeOf = [.. touches.KeysOf(store.Touches.Of(Touch.Touchpoint)).Select(k => ValueKey.ValueOf(k, store.Texts) is string key ? numbers.GetValueOrDefault(key, -1) : -1)];
        feltOf = [.. touches.Perceptions().Select(p => p ?? int.MinValue)];
    }

    /// <summary>Another one for another thread.</summary>
    public SubscriptionWalk Fork(bool forFew) => new(store, places, selector, forFew);

    /// <summary>Adds her subscriptions, as far as is known at the end, in the order in which they began.</summary>
    public void Read(int customer, in Slice events, long end, List<SubscriptionSpell> into)
    {
        if (!IsSubscriber(events)) return;
        var (open, all) = (new Dictionary<long, Building>(), new List<Building>());
        var left = false;
        for (var i = 0; i < events.Length; i++)
        {
            var (type, row, time) = (events.Types[i], events.Rows[i], events.Times[i]);
            if (time > end) break;
            var (begins, pays) = (started.Test(type, row), renewed.Test(type, row));
            if (!begins && !pays && !cancelled.Test(type, row)) continue;
            var id = KeyOf(ids, type, row);
            var one = open.GetValueOrDefault(id);
            if (!begins && !pays)
            {
                if (one is null) continue;
                (one.Cancelled, left) = (time, true);
                open.Remove(id);
                continue;
            }

            if (one is null)
            {
                open.Add(id, one = new Building { HasBegin = begins, Returned = left });
                all.Add(one);
            }

            one.Payments.Add(time);
            if (KeyOf(plans, type, row) is var named && named != ValueKey.Missing) one.Plan = Convert.ToString(ValueKey.ValueOf(named, store.Texts), CultureInfo.InvariantCulture);
        }

        foreach (var one in all) into.Add(new SubscriptionSpell(customer, one.Plan, one.Payments, one.Cancelled, one.HasBegin, Months(one, events, end)));
    }

    private bool IsSubscriber(in Slice events)
    {
        foreach (var type in events.Types)
        {
            if (started.Concerns(type) || renewed.Concerns(type) || cancelled.Concerns(type)) return true;
        }

        return false;
    }

    // One number for an id, be it sent as a number or as a text.
    private long KeyOf(NumberColumns[] columns, int type, int row)
    {
        foreach (var column in columns)
        {
            var key = column.KeyAt(type, row);
            if (key == ValueKey.Missing) continue;
            var number = ValueKey.NumberOf(key);
            return double.IsNaN(number) || store.Texts.Find(number.ToString("R", CultureInfo.InvariantCulture)) is not (> TextDictionary.True and var text) ? key : ValueKey.OfText(text);
        }

        return ValueKey.Missing;
    }

    /// <summary>What she was like at the begin of each month: by what had happened up to then, and by nothing later.</summary>
    private List<SubscriberMonth> Months(Building one, in Slice events, long end)
    {
        var months = new List<SubscriberMonth>();
        var until = Math.Min(one.Cancelled ?? end, end);
        var (from, to) = (0, 0);
        for (var at = one.Payments[0]; at <= until; at += Month)
        {
            while (from < events.Length && events.Times[from] <= at - Month) from++;
            to = Math.Max(to, from);
            while (to < events.Length && events.Times[to] <= at) to++;
            var (month, isQuiet) = (one.Returned ? SubscriberMonth.Returned : SubscriberMonth.None, true);
            for (var i = from; i < to; i++)
            {
                var touch = touches.At(events.Types[i], events.Rows[i]);
                var place = placeOf[touch];

                // That it was paid, or is about to be cancelled, says nothing that is not known.
                if (started.Test(events.Types[i], events.Rows[i]) || renewed.Test(events.Types[i], events.Rows[i]) || cancelled.Test(events.Types[i], events.Rows[i])) continue;
                if (feltOf[touch] is < 0 and not int.MinValue) month |= SubscriberMonth.Bad;
                if (place < 0) continue;
                if (places[place].IsContact) month |= SubscriberMonth.Contact;
                if (!places[place].ByBrand) isQuiet = false;
            }

            // Whoever just came had no time to do anything.
            if (isQuiet && months.Count > 0) month |= SubscriberMonth.Quiet;
            months.Add(month);
        }

        return months;
    }

    private sealed class Building
    {
        public List<long> Payments { get; } = [];

        public string? Plan { get; set; }

        public long? Cancelled { get; set; }

        public bool HasBegin { get; init; }

        public bool Returned { get; init; }
    }
}
