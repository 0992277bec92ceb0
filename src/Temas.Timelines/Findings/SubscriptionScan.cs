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
        var kernel = Scan.Run(store, new SubscriptionKernel(store, map.Places, selector, end), null, new QueryLimits { Threads = threads }, cancel);
        return [.. kernel.Spells.OrderBy(s => s.Customer).ThenBy(s => s.From)];
    }

    /// <summary>Whether any event of a subscription has ever come.</summary>
    public static bool HasAny(ColumnStore store, SubscriptionSelector selector)
    {
        var counts = store.CountTypes();
        return new[] { selector.Started, selector.Renewed, selector.Cancelled }.SelectMany(s => s.Types ?? []).Any(counts.ContainsKey);
    }

    private sealed class SubscriptionKernel(ColumnStore store, IReadOnlyList<PlaceMap> places, SubscriptionSelector selector, long end) : Kernel
    {
        private readonly SubscriptionWalk walk = new(store, places, selector);

        public List<SubscriptionSpell> Spells { get; } = [];

        public override Kernel Fork() => new SubscriptionKernel(store, places, selector, end);

        public override void Merge(Kernel other) => Spells.AddRange(((SubscriptionKernel)other).Spells);

        public override void Visit(int customer, in Slice events)
        {
            if (customer != ColumnStore.Nobody) walk.Read(customer, events, end, Spells);
        }
    }
}
