using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Profiles;

/// <summary>A condition whose property has a slot.</summary>
internal readonly record struct SlotCondition(int Slot, PropertyCondition Condition)
{
    public static bool AllHold(SlotCondition[] conditions, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots)
    {
        foreach (var (slot, condition) in conditions)
        {
            if (!condition.Holds(properties, slots[slot])) return false;
        }

        return true;
    }
}

/// <summary>A rating rule whose properties have slots.</summary>
internal sealed record RatingPlan(RatingRule Rule, int Slot, int? BestSlot, SlotCondition[] Where);

/// <summary>What an event of one touchpoint does to the fold.</summary>
internal sealed record TouchPlan
{
    public required Touchpoint Touchpoint { get; init; }

    /// <summary>When the event is this touchpoint.</summary>
    public required SlotCondition[] Where { get; init; }

    /// <summary>The first reading that succeeds counts.</summary>
    public required RatingPlan[] Ratings { get; init; }

    /// <summary>Where words of her own stand. The first that says something counts, behind the ratings.</summary>
    public required RatingPlan[] Texts { get; init; }

    /// <summary>The first whose conditions hold counts.</summary>
    public required (SlotCondition[] Where, double Value)[] When { get; init; }

    /// <summary>The touchpoint's assumption as evidence, made once; empty when it assumes nothing.</summary>
    public required IReadOnlyList<Evidence> Assumed { get; init; }

    /// <summary>Number of the promise that a misfire is about, or -1.</summary>
    public int MisfirePromise { get; init; } = -1;

    /// <summary>Slots that tell which promise of that kind is meant.</summary>
    public int[] MisfireMatch { get; init; } = [];

    public bool IsOrder { get; init; }

    public bool IsCancellation { get; init; }

    /// <summary>Computed traits that count events of this touchpoint.</summary>
    public required ComputedPlan[] Computed { get; init; }
}

/// <summary>A computed trait that looks at an event: its number, its conditions, the slots of what it measures.</summary>
internal sealed record ComputedPlan(int Trait, SlotCondition[] Where, int[] Property);

/// <summary>What an event does to promises.</summary>
internal enum PromiseDeed
{
    Make,
    Keep,
    Cancel,
}

/// <summary>A step of a promise that an event may be.</summary>
internal sealed record PromisePlan(int Promise, PromiseDeed Deed, SlotCondition[] Where, int[] Match, int[] Due, long? After);

/// <summary>What an event says about consent.</summary>
internal enum ConsentDeed
{
    None,
    Give,
    Withdraw,
    Prefer,
    Unsubscribe,
}

/// <summary>Everything that the definitions have to say about events of one call and name, made ready once.</summary>
internal sealed class EventPlan
{
    public required EventType Type { get; init; }

    /// <summary>Name of the event; null for the plan of all names that no definition speaks of.</summary>
    public required string? Name { get; init; }

    public PropertySlots Slots { get; } = new();

    public TouchPlan[] Touches { get; set; } = [];

    public PromisePlan[] Promises { get; set; } = [];

    /// <summary>Computed traits that count this event by name, whichever touchpoint it is.</summary>
    public ComputedPlan[] Computed { get; set; } = [];

    public ConsentDeed Consent { get; set; }

    /// <summary>Slot of the property <c>channel</c>.</summary>
    public int ChannelSlot { get; set; }

    public int[] OrderIdSlots { get; set; } = [];

    public int[] AmountSlots { get; set; } = [];

    public int CurrencySlot { get; set; }

    public TouchPlan? Match(ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots)
    {
        foreach (var touch in Touches)
        {
            if (SlotCondition.AllHold(touch.Where, properties, slots)) return touch;
        }

        return null;
    }
}
