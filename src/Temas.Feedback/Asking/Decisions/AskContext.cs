using System.Text;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Definitions;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Feedback.Asking.Decisions;

/// <summary>What a customer's timeline says about asking her: pure, by what was known of her at a moment.</summary>
internal static class AskContext
{
    private static readonly string[] ComplaintIds = ["complaint_id", "ticket_id", "case_id", "order_id"];

    /// <summary>Why she is left in peace; null when nothing speaks against asking her.</summary>
    public static AskVerdict? Guard(AskingRule rule, AskingPolicy policy, CustomerThen then, IReadOnlyDictionary<string, string> about, DateTimeOffset moment)
    {
        if (rule.Guards.Delivery && about.TryGetValue("order_id", out var order) && Delivery(policy, then, order) is { } delivery) return delivery;
        if (rule.Guards.Promises && Promise(policy, then, moment) is { } promise) return promise;
        return rule.Guards.Complaints ? Complaint(policy, then, moment) : null;
    }

    /// <summary>Whether what was promised for an order came late, or not yet though it was due.</summary>
    public static bool CameLate(CustomerThen then, IReadOnlyDictionary<string, string> about) =>
        about.TryGetValue("order_id", out var order) && then.Profile.Promises.Any(p => p.Reference == order && (p.Status is PromiseStatus.Late or PromiseStatus.Broken));

    /// <summary>The time zone that she lives in, as far as her traits say; otherwise the workspace's.</summary>
    public static TimeZoneInfo ZoneOf(CustomerProfile? profile, TimeZoneInfo otherwise)
    {
        var said = profile?.Traits.FirstOrDefault(t => t.Name is "timezone" or "time_zone" or "timeZone")?.Value.Display;
        return said is { Length: > 0 and < 100 } && TimeZoneInfo.TryFindSystemTimeZoneById(said, out var zone) ? zone : otherwise;
    }

    /// <summary>Whether some conditions hold for her traits.</summary>
    public static bool Holds(CustomerProfile profile, IReadOnlyList<PropertyCondition> conditions)
    {
        if (conditions.Count == 0) return true;
        var json = new StringBuilder("{");
        foreach (var trait in profile.Traits)
        {
            if (json.Length > 1) json.Append(',');
            json.Append('"').Append(System.Text.Json.JsonEncodedText.Encode(trait.Name)).Append("\":").Append(trait.Value);
        }

        var utf8 = Encoding.UTF8.GetBytes(json.Append('}').ToString());
        return conditions.All(c => c.Holds(utf8, EventJson.Find(utf8, c.Property)));
    }

    /// <summary>Whether chance chooses somebody: by her and the rule alone, so that it is always the same.</summary>
    public static bool IsSampled(AskingRule rule, string who) => rule.Share >= 100 || Hash64.Of(Encoding.UTF8.GetBytes($"{rule.Key}|{who}")) % 1_000_000 < rule.Share * 10_000;

    private static AskVerdict? Promise(AskingPolicy policy, CustomerThen then, DateTimeOffset moment)
    {
        AskVerdict? open = null;
        foreach (var promise in then.Profile.Promises)
        {
            if (promise.Status == PromiseStatus.Broken && promise.Due + policy.GuardsFor > moment) return AskVerdict.Held(AskReason.PromiseBroken, promise.Due + policy.GuardsFor, promise.Promise);
            if (promise.Status == PromiseStatus.Open && open is null) open = AskVerdict.Held(AskReason.PromiseOpen, null, promise.Promise);
        }

        return open;
    }

    private static AskVerdict? Complaint(AskingPolicy policy, CustomerThen then, DateTimeOffset moment)
    {
        // What ends a complaint names it; what names none ends them all.
        var open = new List<(long Time, HashSet<string> Ids)>();
        foreach (var e in then.Events)
        {
            var name = NameOf(e);
            if (policy.ComplaintOpened.Contains(name)) open.Add((e.Time, IdsOf(e)));
            else if (policy.ComplaintClosed.Contains(name) && IdsOf(e) is var ids) open.RemoveAll(c => ids.Count == 0 || c.Ids.Count == 0 || c.Ids.Overlaps(ids));
        }

        open.RemoveAll(c => DateTimeOffset.FromUnixTimeMilliseconds(c.Time) + policy.GuardsFor <= moment);
        return open.Count == 0 ? null : AskVerdict.Held(AskReason.ComplaintOpen, DateTimeOffset.FromUnixTimeMilliseconds(open[^1].Time) + policy.GuardsFor);
    }

    private static AskVerdict? Delivery(AskingPolicy policy, CustomerThen then, string order)
    {
        var (arrived, cancelled) = (false, false);
        foreach (var e in then.Events)
        {
            if (PropertyOf(e, "order_id") != order) continue;
            var name = NameOf(e);
            arrived |= policy.Delivered.Contains(name);
            cancelled |= policy.Cancelled.Contains(name);
        }

        return arrived ? null : cancelled ? AskVerdict.Refused(AskReason.OrderCancelled) : AskVerdict.Held(AskReason.NotDelivered);
    }

    private static HashSet<string> IdsOf(StoredEvent e) => [.. ComplaintIds.Select(n => PropertyOf(e, n)).OfType<string>()];

    private static string? NameOf(StoredEvent e) => e.AsLogEvent().Fields.Name.ToText(e.Json.Span);

    private static string? PropertyOf(StoredEvent e, string name)
    {
        var fields = e.AsLogEvent().Fields;
        if (!fields.Properties.Exists) return null;
        var properties = fields.Properties.Of(e.Json.Span);
        return EventJson.Find(properties, Encoding.UTF8.GetBytes(name)).ToText(properties);
    }
}
