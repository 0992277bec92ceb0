using NodaTime;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;

namespace Temas.Customers.Profiles;

/// <summary>How profiles are worked out: definition of kind <c>profile</c>, key <c>default</c> (docs/perception.md).</summary>
internal sealed record ProfileRules
{
    public const long Day = 24L * 60 * 60 * 1000;

    public static ProfileRules Default { get; } = new();

    /// <summary>The workspace's time zone, where a mere date ends; from its settings, not from this definition.</summary>
    public DateTimeZone TimeZone { get; init; } = DateTimeZoneProviders.Tzdb["Europe/Istanbul"];

    /// <summary>Touchpoints that are orders.</summary>
    public IReadOnlyList<string> Orders { get; init; } = ["order-completed", "store-purchase-completed"];

    /// <summary>Touchpoints that make an order void.</summary>
    public IReadOnlyList<string> Cancellations { get; init; } = ["order-cancelled"];

    /// <summary>Properties with the number of an order; the first one that the event has.</summary>
    public IReadOnlyList<PropertyPath> OrderId { get; init; } = [new("order_id"), new("receipt_id")];

    /// <summary>Properties with the amount of an order.</summary>
    public IReadOnlyList<PropertyPath> Amount { get; init; } = [new("total"), new("revenue"), new("value")];

    /// <summary>What is assumed between two orders of a customer as long as little is known of her, in milliseconds.</summary>
    public long UsualInterval { get; init; } = 90 * Day;

    /// <summary>At risk after so many of her intervals.</summary>
    public double AtRiskAfter { get; init; } = 1.5;

    /// <summary>Lost after so many of her intervals.</summary>
    public double LostAfter { get; init; } = 3;

    /// <summary>These as others need to know them.</summary>
    public OrderRhythm Rhythm => new(UsualInterval, AtRiskAfter, LostAfter);

    /// <summary>Loyal from so many orders on.</summary>
    public int LoyalOrders { get; init; } = 3;

    /// <summary>After how long a touch weighs half in the channels, in milliseconds.</summary>
    public long ChannelHalfLife { get; init; } = 90 * Day;

    /// <summary>How much an order weighs in the channels; any other touch weighs 1.</summary>
    public double ChannelOrderWeight { get; init; } = 3;

    /// <summary>After how long a touch weighs half in the journey, in milliseconds.</summary>
    public long PerceptionHalfLife { get; init; } = 180 * Day;

    /// <summary>Share of the peak in the journey; the end has the rest.</summary>
    public double PeakShare { get; init; } = 0.5;

    /// <summary>Share of the newest touch in the end; those before have the rest.</summary>
    public double NewestShare { get; init; } = 0.5;
}

/// <summary>The kind of definition <c>profile</c>.</summary>
internal sealed class ProfileRulesKind : IDefinitionKind<ProfileRules>
{
    public const string Key = "default";

    public static ProfileRulesKind Instance { get; } = new();

    public string Kind => "profile";

    public IEnumerable<KeyValuePair<string, string>> Defaults => [KeyValuePair.Create(Key, "{}")];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public ProfileRules Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static ProfileRules Build(string key, DefinitionNode node)
    {
        if (key != Key) node.Fault("", "key_fixed", "There is one definition of this kind; its key is default.", key, "Save it under the key default.");
        ReadOnlySpan<string> known = ["lifecycle", "channels", "perception"];
        node.Only(node.Has(MoveTimeZone.Member) ? [MoveTimeZone.Member, .. known] : known);
        var rules = ProfileRules.Default;
        if (node.Has(MoveTimeZone.Member)) node.Fault(MoveTimeZone.Member, "time_zone_elsewhere", "A workspace has one time zone, and it stands in its settings.", null, "Leave it out here and set timeZone of the definition workspace/settings.");
        rules = node.Object("lifecycle", n => Lifecycle(n, rules)) ?? rules;
        rules = node.Object("channels", n =>
        {
            n.Only("halfLife", "orderWeight");
            return rules with { ChannelHalfLife = Positive(n, "halfLife", rules.ChannelHalfLife), ChannelOrderWeight = n.Number("orderWeight", rules.ChannelOrderWeight, 0, 100) };
        }) ?? rules;
        return node.Object("perception", n =>
        {
            n.Only("halfLife", "peakShare", "newestShare");
            return rules with
            {
                PerceptionHalfLife = Positive(n, "halfLife", rules.PerceptionHalfLife),
                PeakShare = n.Number("peakShare", rules.PeakShare, 0, 1),
                NewestShare = n.Number("newestShare", rules.NewestShare, 0.01, 1),
            };
        }) ?? rules;
    }

    private static ProfileRules Lifecycle(DefinitionNode node, ProfileRules rules)
    {
        node.Only("orders", "cancellations", "orderId", "amount", "usualInterval", "atRiskAfter", "lostAfter", "loyalOrders");
        var result = rules with
        {
            Orders = node.Has("orders") ? node.Texts("orders", form: DefinitionDocument.KeyForm()) : rules.Orders,
            Cancellations = node.Has("cancellations") ? node.Texts("cancellations", form: DefinitionDocument.KeyForm()) : rules.Cancellations,
            OrderId = node.Has("orderId") ? node.Paths("orderId") : rules.OrderId,
            Amount = node.Has("amount") ? node.Paths("amount") : rules.Amount,
            UsualInterval = Positive(node, "usualInterval", rules.UsualInterval),
            AtRiskAfter = node.Number("atRiskAfter", rules.AtRiskAfter, 0.1, 100),
            LostAfter = node.Number("lostAfter", rules.LostAfter, 0.1, 1000),
            LoyalOrders = (int)node.Number("loyalOrders", rules.LoyalOrders, 2, 1000),
        };
        if (result.LostAfter <= result.AtRiskAfter) node.Fault("lostAfter", "bounds_crossed", "A customer is lost later than she is at risk.");
        return result;
    }

    private static long Positive(DefinitionNode node, string name, long fallback)
    {
        var value = node.Duration(name);
        if (value is not 0) return value ?? fallback;
        node.Fault(name, "duration_expected", "This length of time is longer than nothing.");
        return fallback;
    }
}
