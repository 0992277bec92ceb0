using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;
using Comparison = Temas.Collect.Contracts.Comparison;

namespace Temas.Insight.Findings;

/// <summary>Says what the detectors have to look for, from the catalogue in force. Names of events are those of the Segment specification; everything else is what the workspace defined.</summary>
internal static class MapJourneys
{
    private const int LongestName = 50;
    private const long Day = 24L * 60 * 60 * 1000;

    // Touchpoints of the default catalogue at which customers decide something, or look things up themselves.
    private static readonly HashSet<string> Choices =
        ["return-requested", "return-received", "store-return-completed", "unsubscribed", "consent-withdrawn", "subscription-cancelled", "subscription-paused", "subscription-downgraded", "subscription-expired", "application-uninstalled", "message-marked-as-spam", "cart-abandoned", "help-article-viewed", "suggestion-made", "refund-promised"];

    private static readonly string[] ReminderProperties = ["template", "campaign_id", "campaign_name"], ReminderWords = ["cart", "basket", "abandon", "sepet"];

    public static JourneyMap Of(Workspace workspace)
    {
        var catalogue = workspace.Part<LiveCatalogue>().Current;
        var orders = workspace.Part<ICustomerFacts>().Orders;
        var promises = catalogue.Promises.Values.OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
        var isOrder = orders.Order.Where is TouchFilter { Values: var named } ? named.Select(v => v.Text).OfType<string>().ToHashSet(StringComparer.Ordinal) : [];
        return new JourneyMap(
            orders, [.. promises.Select(p => new PromiseMap(p.Key, [.. Steps(p)], p.Grace))], [.. catalogue.Touchpoints.Values.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => PlaceOf(t, isOrder.Contains(t.Key), promises))],
            Processes(orders), Reminders(), PromiseDue.Reader(workspace));
    }

    private static IEnumerable<PromiseStepMap> Steps(PromiseRule promise) =>
        promise.Kept.Select(e => new PromiseStepMap(PromiseAct.Keep, SelectorOf(e.Event), Names(e.Match), [], null))
            .Concat(promise.Cancelled.Select(e => new PromiseStepMap(PromiseAct.Cancel, SelectorOf(e.Event), Names(e.Match), [], null)))
            .Concat(promise.Made.Select(e => new PromiseStepMap(PromiseAct.Make, SelectorOf(e.Event), Names(e.Match), Names(e.DueProperties), e.DueAfter)));

    private static PlaceMap PlaceOf(Touchpoint touchpoint, bool isOrder, List<PromiseRule> promises)
    {
        var rule = touchpoint.Perception;
        var byBrand = touchpoint.Initiative == Initiative.Brand;
        var names = touchpoint.Events.SelectMany(e => e.Names).ToList();
        var isVoice = rule.Value == 0 && rule.When.Count == 0 && rule.Ratings.Any(r => r.Kind != RatingKind.Text);
        var isChoice = Choices.Contains(touchpoint.Key);
        var isSurvey = names.Exists(n => n.Contains("Survey", StringComparison.Ordinal));
        return new PlaceMap(
            touchpoint.Key, byBrand, isVoice, rule.When.Count > 0, rule.Value, touchpoint.Stage == "support" && !byBrand && !isVoice && !isChoice, isOrder,
            names.Exists(n => n is "Complaint Filed" or "Support Ticket Opened" or "Support Ticket Created" or "Case Opened" or "Support Case Opened"),
            names.Exists(n => n is "Complaint Resolved" or "Support Ticket Resolved" or "Support Ticket Closed" or "Case Resolved" or "Case Closed" or "Support Case Resolved"),
            byBrand && !isSurvey && rule.Misfire is null && touchpoint.Stage is "loyalty" or "awareness" && touchpoint.Channel is "email" or "sms" or "push" or "whatsapp",
            isChoice, names.Exists(n => n.StartsWith("Checkout", StringComparison.Ordinal) || n.StartsWith("Payment", StringComparison.Ordinal)) ? 2 : touchpoint.Stage == "purchase" && !isOrder ? 1 : 0,
            rule.Misfire is { } misfire ? promises.FindIndex(p => p.Key == misfire.Promise) : -1, rule.Misfire?.WhileOpen ?? false);
    }

    /// <summary>The checkout of the Segment specification: its steps, the whole of it, and the way from the cart to it.</summary>
    private static List<StepMap> Processes(OrderSelector orders) =>
    [
        new("checkout-step", new EventSelector(["track:Checkout Step Viewed"]), new EventSelector(["track:Checkout Step Completed"]), ["checkout_id", "order_id", "cart_id"], "step", Day),
        new("checkout", new EventSelector(["track:Checkout Started"]), orders.Order, ["checkout_id"], null, Day),
        new("cart", new EventSelector(["track:Product Added"]), new EventSelector(["track:Checkout Started"]), [], null, Day),
    ];

    private static EventSelector Reminders() => new(
        ["track:Message Sent", "track:Email Sent", "track:Email Delivered", "track:SMS Sent", "track:WhatsApp Message Sent", "track:Push Notification Sent", "track:Push Notification Received"],
        new AnyFilter([.. ReminderProperties.Select(p => new PropertyFilter(p, FilterOperator.Contains, [.. ReminderWords.Select(FilterValue.Of)]))]));

    private static EventSelector SelectorOf(EventPattern pattern)
    {
        Span<byte> call = stackalloc byte[16];
        var type = System.Text.Encoding.UTF8.GetString(call[..EventTypeName.WriteCall(pattern.Type, call)]);
        return new EventSelector(
            [.. pattern.Names.Where(n => n.Length <= LongestName).Select(n => $"{type}:{n}")], pattern.Where.Count == 0 ? null : new AllFilters([.. pattern.Where.Select(FilterOf)]));
    }

    private static Filter FilterOf(PropertyCondition condition)
    {
        PropertyFilter Is(FilterOperator op, params IEnumerable<FilterValue> values) => new(condition.Property.Text, op, [.. values]);
        var numbers = condition.Values.Select(NumberOf).OfType<double>().ToList();
        var any = condition.Values.Select(FilterValue.Of).Concat(numbers.Select(FilterValue.Of)).Concat(condition.Values.Where(v => v is "true" or "false").Select(v => FilterValue.Of(v == "true")));
        return condition.Comparison switch
        {
            Comparison.Equal or Comparison.OneOf => Is(FilterOperator.Equal, any),
            Comparison.NotEqual => Is(FilterOperator.NotEqual, any),
            Comparison.Contains => Is(FilterOperator.Contains, condition.Values.Select(FilterValue.Of)),
            Comparison.Exists => Is(FilterOperator.Exists),
            Comparison.Missing => Is(FilterOperator.Missing),
            _ when numbers.Count == 0 => new AnyFilter([]),
            Comparison.Below => Is(FilterOperator.Less, FilterValue.Of(numbers[0])),
            Comparison.AtMost => Is(FilterOperator.AtMost, FilterValue.Of(numbers[0])),
            Comparison.Above => Is(FilterOperator.Greater, FilterValue.Of(numbers[0])),
            _ => Is(FilterOperator.AtLeast, FilterValue.Of(numbers[0])),
        };
    }

    private static double? NumberOf(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static List<string> Names(IReadOnlyList<PropertyPath> paths) => [.. paths.Select(p => p.Text)];
}
