using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>What the events of subscriptions are called, and which of their properties say which subscription is meant, and of which plan.</summary>
/// <param name="Started">With these one begins.</param>
/// <param name="Renewed">With these it is paid again.</param>
/// <param name="Cancelled">With these it ends.</param>
/// <param name="Id">Properties with its id; where none has one, a customer has one subscription at a time.</param>
/// <param name="Plan">Properties with its plan.</param>
public sealed record SubscriptionSelector(EventSelector Started, EventSelector Renewed, EventSelector Cancelled, IReadOnlyList<string> Id, IReadOnlyList<string> Plan);

/// <summary>What a subscriber was like at the begin of one month of a subscription.</summary>
[Flags]
public enum SubscriberMonth : byte
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>She did nothing of her own accord in the thirty days before.</summary>
    Quiet = 1,

    /// <summary>She wanted something of the service in the thirty days before.</summary>
    Contact = 2,

    /// <summary>Something was taken badly in the thirty days before.</summary>
    Bad = 4,

    /// <summary>She had cancelled a subscription before this one began.</summary>
    Returned = 8,
}

/// <summary>One subscription from its begin.</summary>
/// <param name="Customer">Whose it is, by the node that stands for her.</param>
/// <param name="Plan">Its plan; null where nothing was said.</param>
/// <param name="Payments">When it began and was paid again, in milliseconds since 1970 UTC, in their order.</param>
/// <param name="Cancelled">When it was cancelled; null where it was not.</param>
/// <param name="HasBegin">Whether the event with which it began is known: otherwise it counts from its first payment.</param>
/// <param name="Months">What she was like at the begin and after each thirty days.</param>
public sealed record SubscriptionSpell(int Customer, string? Plan, IReadOnlyList<long> Payments, long? Cancelled, bool HasBegin, IReadOnlyList<SubscriberMonth> Months)
{
    /// <summary>When it began.</summary>
    public long From => Payments[0];
}

/// <summary>Reads all subscriptions.</summary>
public static class SubscriptionScan
{
    /// <summary>In one pass over all customers.</summary>
    /// <param name="store">The columns, with what events were as touches.</param>
    /// <param name="map">The touchpoints.</param>
    /// <param name="selector">What subscriptions are.</param>
    /// <param name="end">Up to when it is known what happened.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="cancel">Stops it.</param>
    public static IReadOnlyList<SubscriptionSpell> Read(ColumnStore store, JourneyMap map, SubscriptionSelector selector, long end, int threads, CancellationToken cancel)
    {
        using var read = store.Read();
        var plan = new JourneyPlan(store, map, new TimeSpanMs(0, end), end);
        var kernel = Scan.Run(store, new SubscriptionKernel(plan, selector), null, new QueryLimits { Threads = threads }, cancel);
        return [.. kernel.Spells.OrderBy(s => s.Customer).ThenBy(s => s.From)];
    }

    /// <summary>Whether any event of a subscription has ever come.</summary>
    public static bool HasAny(ColumnStore store, SubscriptionSelector selector)
    {
        var counts = store.CountTypes();
        return new[] { selector.Started, selector.Renewed, selector.Cancelled }.SelectMany(s => s.Types ?? []).Any(counts.ContainsKey);
    }

    private sealed class SubscriptionKernel : Kernel
    {
        private const long Month = 30 * JourneyPlan.Day;

        private readonly JourneyPlan plan;
        private readonly SubscriptionSelector selector;
        private readonly EventMatch started, renewed, cancelled;
        private readonly NumberColumns[] ids, plans;

        public SubscriptionKernel(JourneyPlan plan, SubscriptionSelector selector)
        {
            (this.plan, this.selector) = (plan, selector);
            (started, renewed, cancelled) = (new EventMatch(plan.Store, selector.Started), new EventMatch(plan.Store, selector.Renewed), new EventMatch(plan.Store, selector.Cancelled));
            (ids, plans) = ([.. selector.Id.Select(n => new NumberColumns(plan.Store, n))], [.. selector.Plan.Select(n => new NumberColumns(plan.Store, n))]);
        }

        public List<SubscriptionSpell> Spells { get; } = [];

        public override Kernel Fork() => new SubscriptionKernel(plan, selector);

        public override void Merge(Kernel other) => Spells.AddRange(((SubscriptionKernel)other).Spells);

        public override void Visit(int customer, in Slice events)
        {
            if (customer == ColumnStore.Nobody || !IsSubscriber(events)) return;
            var (open, all) = (new Dictionary<long, Building>(), new List<Building>());
            var left = false;
            for (var i = 0; i < events.Length; i++)
            {
                var (type, row, time) = (events.Types[i], events.Rows[i], events.Times[i]);
                if (time > plan.End) break;
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
                if (KeyOf(plans, type, row) is var named && named != ValueKey.Missing) one.Plan = Convert.ToString(ValueKey.ValueOf(named, plan.Store.Texts), System.Globalization.CultureInfo.InvariantCulture);
            }

            foreach (var one in all) Spells.Add(new SubscriptionSpell(customer, one.Plan, one.Payments, one.Cancelled, one.HasBegin, Months(one, events)));
        }

        private bool IsSubscriber(in Slice events)
        {
            foreach (var type in events.Types)
            {
                if (started.Concerns(type) || renewed.Concerns(type) || cancelled.Concerns(type)) return true;
            }

            return false;
        }

        private long KeyOf(NumberColumns[] columns, int type, int row)
        {
            foreach (var column in columns)
            {
                var key = plan.IdOf(column, type, row);
                if (key != ValueKey.Missing) return key;
            }

            return ValueKey.Missing;
        }

        /// <summary>What she was like at the begin of each month: by what had happened up to then, and by nothing later.</summary>
        private List<SubscriberMonth> Months(Building one, in Slice events)
        {
            var months = new List<SubscriberMonth>();
            var until = Math.Min(one.Cancelled ?? plan.End, plan.End);
            var (from, to) = (0, 0);
            for (var at = one.Payments[0]; at <= until; at += Month)
            {
                while (from < events.Length && events.Times[from] <= at - Month) from++;
                to = Math.Max(to, from);
                while (to < events.Length && events.Times[to] <= at) to++;
                var (month, isQuiet) = (one.Returned ? SubscriberMonth.Returned : SubscriberMonth.None, true);
                for (var i = from; i < to; i++)
                {
                    var touch = plan.Touches.At(events.Types[i], events.Rows[i]);
                    var place = plan.PlaceOf[touch];

                    // That it was paid, or is about to be cancelled, says nothing that is not known.
                    if (started.Test(events.Types[i], events.Rows[i]) || renewed.Test(events.Types[i], events.Rows[i]) || cancelled.Test(events.Types[i], events.Rows[i])) continue;
                    if (plan.FeltOf[touch] is < 0 and not int.MinValue) month |= SubscriberMonth.Bad;
                    if (place < 0) continue;
                    if (plan.Map.Places[place].IsContact) month |= SubscriberMonth.Contact;
                    if (!plan.Map.Places[place].ByBrand) isQuiet = false;
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
}
