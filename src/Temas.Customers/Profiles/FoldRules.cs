using System.Text;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Profiles;

/// <summary>The definitions that a fold goes by, compiled. Immutable and shared by all folds.</summary>
internal sealed class FoldRules
{
    private static readonly (string Name, ConsentDeed Deed)[] ConsentEvents =
    [
        ("Consent Given", ConsentDeed.Give),
        ("Consent Withdrawn", ConsentDeed.Withdraw),
        ("Consent Preferences Updated", ConsentDeed.Prefer),
        ("Segment Consent Preference", ConsentDeed.Prefer),
        ("Segment Consent Preference Updated", ConsentDeed.Prefer),
        ("Unsubscribed", ConsentDeed.Unsubscribe),
        ("Message Unsubscribed", ConsentDeed.Unsubscribe),
        ("Email Unsubscribed", ConsentDeed.Unsubscribe),
        ("SMS Unsubscribed", ConsentDeed.Unsubscribe),
    ];

    private readonly Dictionary<byte[], EventPlan>[] byName;
    private readonly EventPlan[] otherNames;
    private readonly Dictionary<string, int> promiseNumbers = new(StringComparer.Ordinal);

    public FoldRules(TouchpointCatalogue catalogue, IEnumerable<ComputedTrait> computedTraits, ProfileRules profile, ITextFeeling? texts = null)
    {
        (Catalogue, Profile, Texts) = (catalogue, profile, texts);
        Computed = [.. computedTraits.Where(t => t.Question is null).OrderBy(t => t.Key, StringComparer.Ordinal)];
        Promises = [.. catalogue.Promises.Values.OrderBy(p => p.Key, StringComparer.Ordinal)];
        for (var i = 0; i < Promises.Length; i++) promiseNumbers.Add(Promises[i].Key, i);
        var types = Enum.GetValues<EventType>();
        byName = [.. types.Select(_ => new Dictionary<byte[], EventPlan>(Utf8Comparer.Instance))];
        otherNames = [.. types.Select(t => Compile(t, null))];
        var named = catalogue.Names
            .Concat(Computed.SelectMany(t => t.Events).SelectMany(e => e.Names.Select(n => (e.Type, Name: n))))
            .Concat(ConsentEvents.Select(c => (Type: EventType.Track, c.Name)))
            .Distinct();
        foreach (var (type, name) in named) byName[(int)type].Add(Encoding.UTF8.GetBytes(name), Compile(type, name));
        LongestPlan = byName.SelectMany(d => d.Values).Concat(otherNames).Max(p => p.Slots.Count);
    }

    public static FoldRules Default { get; } = new(
        LiveCatalogue.Default,
        ComputedTraitKind.Instance.Defaults.Select(d => ComputedTraitKind.Instance.Read(d.Key, d.Value)),
        ProfileRules.Default);

    public TouchpointCatalogue Catalogue { get; }

    public ProfileRules Profile { get; }

    /// <summary>The computed traits that are folds; questions are answered elsewhere (<see cref="AskTraits"/>).</summary>
    public ComputedTrait[] Computed { get; }

    public PromiseRule[] Promises { get; }

    /// <summary>What reads texts; null where nothing does.</summary>
    public ITextFeeling? Texts { get; }

    /// <summary>A promise by its key.</summary>
    public PromiseRule PromiseOf(string key) => Promises[promiseNumbers[key]];

    /// <summary>The largest number of slots of any plan.</summary>
    public int LongestPlan { get; }

    public EventPlan PlanFor(EventType type, ReadOnlySpan<byte> name) =>
        byName[(int)type].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var plan) ? plan : otherNames[(int)type];

    private EventPlan Compile(EventType type, string? name)
    {
        var plan = new EventPlan { Type = type, Name = name };
        var slots = plan.Slots;
        var utf8 = name is null ? [] : Encoding.UTF8.GetBytes(name);
        plan.ChannelSlot = slots.Of(new PropertyPath("channel"));
        plan.Touches = [.. Catalogue.Candidates(type, utf8).Select(c => Touch(slots, c.Touchpoint, c.Pattern))];
        plan.Computed = [.. Computed.Index().SelectMany(t => t.Item.Events
            .Where(e => e.Type == type && (e.Names.Count == 0 || (name is not null && e.Names.Contains(name))))
            .Select(e => new ComputedPlan(t.Index, [.. Conditions(slots, e.Where), .. Conditions(slots, t.Item.Where)], slots.Of(t.Item.Property))))];
        if (name is null) return plan;

        plan.Promises = [.. Promises.Index().SelectMany(p =>
            Steps(p.Item.Kept, PromiseDeed.Keep, p.Index)
                .Concat(Steps(p.Item.Cancelled, PromiseDeed.Cancel, p.Index))
                .Concat(Steps(p.Item.Made, PromiseDeed.Make, p.Index)))];
        if (type == EventType.Track) plan.Consent = ConsentEvents.FirstOrDefault(c => c.Name == name).Deed;
        if (plan.Touches.Any(t => t.IsOrder || t.IsCancellation))
        {
            plan.OrderIdSlots = slots.Of(Profile.OrderId);
            plan.AmountSlots = slots.Of(Profile.Amount);
            plan.CurrencySlot = slots.Of(new PropertyPath("currency"));
        }

        return plan;

        IEnumerable<PromisePlan> Steps(IEnumerable<PromiseEvent> events, PromiseDeed deed, int promise) => events
            .Where(e => e.Event.Type == type && e.Event.Names.Contains(name))
            .Select(e => new PromisePlan(
                promise,
                deed,
                Conditions(slots, e.Event.Where),
                slots.Of(e.Match),
                e is PromiseMade made ? slots.Of(made.DueProperties) : [],
                (e as PromiseMade)?.DueAfter));
    }

    private TouchPlan Touch(PropertySlots slots, Touchpoint touchpoint, EventPattern pattern)
    {
        var rule = touchpoint.Perception;
        var misfire = rule.Misfire is { } m && promiseNumbers.TryGetValue(m.Promise, out var number) ? number : -1;
        return new TouchPlan
        {
            Touchpoint = touchpoint,
            Where = Conditions(slots, pattern.Where),
            Ratings = Ratings(rule.Ratings.Where(r => r.Kind != RatingKind.Text)),
            Texts = Texts is null ? [] : Ratings(rule.Ratings.Where(r => r.Kind == RatingKind.Text)),
            When = [.. rule.When.Select(w => (Conditions(slots, w.Where), w.Value))],
            Assumed = rule.Value == 0 ? [] : [new Evidence { Code = EvidenceCode.Assumed, Value = rule.Value }],
            MisfirePromise = misfire,
            MisfireMatch = misfire < 0 ? [] : slots.Of(Promises[misfire].Kept[0].Match),
            IsOrder = Profile.Orders.Contains(touchpoint.Key),
            IsCancellation = Profile.Cancellations.Contains(touchpoint.Key),
            Computed = [.. Computed.Index().Where(t => t.Item.Touchpoints.Contains(touchpoint.Key)).Select(t => new ComputedPlan(t.Index, Conditions(slots, t.Item.Where), slots.Of(t.Item.Property)))],
        };

        RatingPlan[] Ratings(IEnumerable<RatingRule> rules) => [.. rules.Select(r => new RatingPlan(r, slots.Of(r.Property), r.MaxProperty is { } best ? slots.Of(best) : null, Conditions(slots, r.Where)))];
    }

    private static SlotCondition[] Conditions(PropertySlots slots, IEnumerable<PropertyCondition> where) => [.. where.Select(c => new SlotCondition(slots.Of(c.Property), c))];
}
