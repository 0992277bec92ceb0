using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Segments;

/// <summary>Customers with something in common: definition of kind <c>segment</c> (docs/segments.md).</summary>
internal sealed record Segment
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>What it is for.</summary>
    public LocalText? Description { get; init; }

    /// <summary>Who is in: a condition as questions write it (docs/formats/query.md). Read anew whenever it is asked, for "within 90 days" counts from then.</summary>
    public required JsonElement Where { get; init; }

    /// <summary>The segments of a workspace that can be read, by key.</summary>
    public static IReadOnlyDictionary<string, Segment> Of(Workspace workspace) => workspace.Definitions.Current(SegmentKind.Instance);
}

/// <summary>The kind of definition <c>segment</c>.</summary>
internal sealed class SegmentKind : IDefinitionKind<Segment>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "segment";

    private const int MostCharacters = 64 * 1024;

    // Whether a condition is well formed does not depend on the day; a late one lets "from" name any.
    internal static readonly DateTimeOffset Checked = new(2199, 12, 1, 0, 0, 0, TimeSpan.Zero);

    public static SegmentKind Instance { get; } = new();

    public string Kind => Name;

    // Of events of the default catalogue alone, so that they say something wherever orders come in, and nothing untrue elsewhere.
    public IEnumerable<KeyValuePair<string, string>> Defaults =>
    [
        Of("new-customers", """
            {"label": {"tr": "Yeni müşteriler", "en": "New customers"}, "description": {"tr": "İlk siparişini son 30 günde verenler.", "en": "Who placed their first order in the last 30 days."},
             "where": {"first": {"event": ["track:Order Completed", "track:Store Purchase Completed"]}, "within": "30d"}}
            """),
        Of("repeat-customers", """
            {"label": {"tr": "Yeniden alışveriş yapanlar", "en": "Repeat customers"}, "description": {"tr": "Son bir yılda en az iki kez alışveriş yapanlar.", "en": "Who bought at least twice in the last year."},
             "where": {"did": {"event": ["track:Order Completed", "track:Store Purchase Completed"]}, "atLeast": 2, "within": "365d"}}
            """),
        Of("abandoned-carts", """
            {"label": {"tr": "Sepetini bırakanlar", "en": "Abandoned carts"}, "description": {"tr": "Son yedi günde sepete ürün ekleyip sipariş vermeyenler.", "en": "Who put something into the cart in the last seven days and ordered nothing."},
             "where": {"all": [{"did": {"event": "track:Product Added"}, "within": "7d"}, {"did": {"event": "track:Order Completed"}, "atMost": 0, "within": "7d"}]}}
            """),
        Of("browsing-not-buying", """
            {"label": {"tr": "Bakıp almayanlar", "en": "Browsing, not buying"}, "description": {"tr": "Son 30 günde en az üç ürüne bakıp hiçbir şey almayanlar.", "en": "Who looked at three products or more in the last 30 days and bought nothing."},
             "where": {"all": [{"did": {"event": "track:Product Viewed"}, "atLeast": 3, "within": "30d"}, {"did": {"event": ["track:Order Completed", "track:Store Purchase Completed"]}, "atMost": 0, "within": "30d"}]}}
            """),
        Of("lapsed-customers", """
            {"label": {"tr": "Uzaklaşan müşteriler", "en": "Lapsed customers"}, "description": {"tr": "Bir zamanlar alışveriş yapmış, son 180 gündür yapmamış olanlar.", "en": "Who once bought, and did not in the last 180 days."},
             "where": {"all": [{"did": {"event": ["track:Order Completed", "track:Store Purchase Completed"]}}, {"did": {"event": ["track:Order Completed", "track:Store Purchase Completed"]}, "atMost": 0, "within": "180d"}]}}
            """),
        Of("complained-lately", """
            {"label": {"tr": "Son zamanlarda şikâyet edenler", "en": "Complained lately"}, "description": {"tr": "Son 90 günde şikâyette bulunanlar.", "en": "Who filed a complaint in the last 90 days."},
             "where": {"did": {"event": "track:Complaint Filed"}, "within": "90d"}}
            """),
    ];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public IReadOnlyList<Problem> CheckAmong(string key, string json, IReadOnlyDictionary<string, string> others) => SegmentReferences.Check(key, json, others);

    public Segment Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static KeyValuePair<string, string> Of(string key, string json) => KeyValuePair.Create(key, json);

    private static Segment Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "where");
        return new Segment { Key = key, Label = node.Label(), Description = node.Name("description"), Where = Where(node) };
    }

    private static JsonElement Where(DefinitionNode node)
    {
        if (!node.Has("where"))
        {
            node.Fault("where", "field_missing", "A segment says who is in.", wayOut: "Add a condition, such as {\"did\": {\"event\": \"track:Order Completed\"}}.");
            return default;
        }

        var where = node.Element.GetProperty("where");
        if (where.GetRawText().Length > MostCharacters) node.Fault("where", "condition_too_long", "The condition has more than 65,536 characters.", wayOut: "Part it into segments, and refer to them.");
        // The reader names the field from here on: where.all[1].did.event.
        else if (new QueryReader(Checked, TimeZoneInfo.Utc).ReadCondition(where).Problem is { } fault) node.Fault(fault.Field ?? "where", fault.Code, fault.Detail, fault.Value, fault.WayOut);
        return where.Clone();
    }
}
