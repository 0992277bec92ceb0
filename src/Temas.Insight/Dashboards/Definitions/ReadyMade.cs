using System.Text.Json.Nodes;
using Temas.Insight.Explore;

namespace Temas.Insight.Dashboards.Definitions;

/// <summary>The dashboards that every workspace begins with. They speak of the events of the default catalogue; tiles whose events have never come step back until they do.</summary>
internal static class ReadyMade
{
    private const string Orders = """["track:Order Completed", "track:Store Purchase Completed"]""";

    /// <summary>Key and document of each.</summary>
    public static IEnumerable<KeyValuePair<string, string>> All =>
    [
        Board("executive", 1, "Yönetim", "Executive", "Müşteriler şirketi bugün nasıl yaşıyor: bir bakışta.", "How customers live the company today: at one glance.",
            Plain("summary", TileKinds.Summary, 6, 4),
            Of("revenue"), Of("orders"), Of("nps"), Of("on-time-promises"),
            Plain("journey", TileKinds.Journey, 12, 4),
            Plain("friction", TileKinds.Friction, 6, 5), Plain("wins", TileKinds.Wins, 6, 5),
            Plain("perception", TileKinds.Perception, 6, 4), Plain("promises", TileKinds.Promises, 6, 4),
            Trend("course", "Ciro, zaman içinde", "Revenue over time", $$"""{"name": "m", "event": {{Orders}}, "measure": "sum", "property": "total"}""", 8, 4, "money"),
            Plain("map", TileKinds.Map, 4, 4),
            Of("conversion"), Of("repeat-purchase-rate"), Of("customers-at-risk"), Of("complaint-rate")),
        Board("cx", 2, "Müşteri deneyimi yöneticisi", "CX manager", "Nerede acıtıyor, nerede parlıyor; sözler, sesler, takipler.", "Where it hurts and where it shines; promises, voices, follow-ups.",
            Of("nps"), Of("csat"), Of("ces"), Of("perception-index"),
            Plain("journey", TileKinds.Journey, 12, 4),
            Plain("perception", TileKinds.Perception, 6, 4), Plain("promises", TileKinds.Promises, 6, 4),
            Plain("worst", TileKinds.Touchpoints, 6, 4, ("tone", "worst")), Plain("best", TileKinds.Touchpoints, 6, 4, ("tone", "best")),
            Plain("friction", TileKinds.Friction, 6, 5), Plain("wins", TileKinds.Wins, 6, 5),
            Plain("quotes", "quotes", 6, 5), Plain("follow-ups", "follow-ups", 6, 5), Plain("alerts", "alerts", 12, 3),
            Of("contacts-per-order"), Of("repeat-contact-rate"), Of("first-contact-resolution"), Of("return-rate")),
        Board("marketing", 3, "Pazarlama", "Marketing", "Kimler geliyor, nereden geliyor, alıyor mu, geri dönüyor mu.", "Who comes, from where, whether they buy, and whether they come back.",
            Of("visitors"), Of("new-customers"), Of("conversion"), Of("cart-abandonment"),
            Ask("funnel", TileKinds.Funnel, "Bakıştan siparişe", "From a look to an order", 6, 5,
                """{"kind": "funnel", "window": "7d", "steps": [{"event": "track:Product Viewed"}, {"event": "track:Product Added"}, {"event": "track:Checkout Started"}, {"event": "track:Order Completed"}]}""",
                new ExploreState { Kind = "funnel", Events = ["track:Product Viewed", "track:Product Added", "track:Checkout Started", "track:Order Completed"] }),
            Ask("comes-back", TileKinds.Retention, "Alışverişe geri dönenler", "Who comes back to buy", 6, 5,
                $$"""{"kind": "retention", "unit": "month", "start": {"event": {{Orders}}}, "first": true}""", null, "365d"),
            Trend("channels", "Kanala göre sipariş", "Orders by channel", $$"""{"name": "m", "event": {{Orders}}}""", 6, 4, breakdown: """{"touch": "channel"}"""),
            Trend("mails", "Açılan e-postalar", "Mails opened", """{"name": "m", "event": ["track:Email Opened", "track:Message Opened"]}""", 6, 4),
            Plain("map", TileKinds.Map, 6, 4), Plain("wins", TileKinds.Wins, 6, 4),
            Of("average-order-value"), Of("repeat-purchase-rate"), Of("retention"), Of("referral-rate")),
        Board("service", 4, "Müşteri hizmetleri", "Service", "Kim, neden arıyor; ne kadar bekliyor; söz tutuluyor mu.", "Who calls, and why; how long they wait; whether promises are kept.",
            Of("contacts-per-order"), Of("first-response-time"), Of("first-contact-resolution"), Of("complaint-rate"),
            Trend("volume", "Çağrılar", "Calls over time", """{"name": "m", "event": "track:Call Started"}""", 6, 4),
            Plain("follow-ups", "follow-ups", 6, 4),
            Ask("solved", TileKinds.Funnel, "Şikâyetten çözüme", "From complaint to solution", 6, 4,
                """{"kind": "funnel", "window": "30d", "steps": [{"event": "track:Complaint Filed"}, {"event": "track:Complaint Resolved"}]}""",
                new ExploreState { Kind = "funnel", Window = "30d", Events = ["track:Complaint Filed", "track:Complaint Resolved"] }),
            Plain("promises", TileKinds.Promises, 6, 4), Plain("quotes", "quotes", 6, 5), Plain("friction", TileKinds.Friction, 6, 5),
            Of("resolution-time"), Of("repeat-contact-rate"), Of("call-wait"), Of("csat")),
        Board("store", 5, "Mağazalar", "Stores", "Kapıdan kasaya: kim geliyor, ne alıyor, neyi bulamıyor.", "From the door to the till: who comes, what they buy, what they miss.",
            Number("visits", "Mağaza ziyareti", "Store visits", """{"name": "m", "event": "track:Store Visited"}"""),
            Number("purchases", "Mağazada alışveriş", "Purchases in stores", """{"name": "m", "event": "track:Store Purchase Completed"}"""),
            Of("store-conversion"),
            Number("missed", "Bulunamayan ürün", "Products not found", """{"name": "m", "event": "track:Store Product Not Found"}""", direction: "down"),
            Trend("by-store", "Mağazaya göre ciro", "Revenue by store", """{"name": "m", "event": "track:Store Purchase Completed", "measure": "sum", "property": "total"}""", 8, 5, "money", "\"store_name\""),
            Plain("map", TileKinds.Map, 4, 5),
            Ask("funnel", TileKinds.Funnel, "Ziyaretten alışverişe", "From a visit to a purchase", 6, 4,
                """{"kind": "funnel", "window": "1d", "steps": [{"event": "track:Store Visited"}, {"event": "track:Store Purchase Completed"}]}""",
                new ExploreState { Kind = "funnel", Window = "1d", Events = ["track:Store Visited", "track:Store Purchase Completed"] }),
            Plain("worst", TileKinds.Touchpoints, 6, 4, ("tone", "worst"), ("channel", "store"))),
        Board("logistics", 6, "Lojistik", "Logistics", "Söz verilen gün kapıda mı; değilse nerede, neden.", "At the door on the promised day; and if not, where and why.",
            Of("on-time-promises"), Of("delay-days"), Of("delivery-days"), Of("damaged-rate"),
            Plain("promises", TileKinds.Promises, 6, 4),
            Trend("carriers", "Kargo firmasına göre teslimat", "Deliveries by carrier", """{"name": "m", "event": "track:Order Delivered"}""", 6, 4, breakdown: "\"carrier\""),
            Ask("way", TileKinds.Funnel, "Siparişten kapıya", "From the order to the door", 6, 5,
                """{"kind": "funnel", "window": "30d", "same": "order_id", "steps": [{"event": "track:Order Completed"}, {"event": "track:Order Packed"}, {"event": "track:Order Shipped"}, {"event": "track:Order Delivered"}]}""", null),
            Plain("friction", TileKinds.Friction, 6, 5), Plain("map", TileKinds.Map, 6, 4), Plain("worst", TileKinds.Touchpoints, 6, 4, ("tone", "worst"), ("stage", "delivery"))),
        Board("data-quality", 7, "Veri kalitesi", "Data quality", "Ne geliyor, ne gelmiyor, ne geri çevriliyor.", "What arrives, what does not, and what is refused.",
            Number("events", "Olay", "Events", """{"name": "m"}"""),
            Number("customers", "Etkin müşteri", "Active customers", """{"name": "m", "measure": "customers"}"""),
            Number("known", "Kimliğini söyleyen", "Said who they are", """{"name": "m", "event": "identify", "measure": "customers"}"""),
            Number("per", "Müşteri başına olay", "Events a customer", """{"name": "m", "measure": "perCustomer"}"""),
            Plain("quality", TileKinds.Quality, 7, 5), Plain("feed", TileKinds.Feed, 5, 5), Plain("alerts", "alerts", 12, 3),
            Trend("volume", "Olaylar", "Events over time", """{"name": "m"}""", 12, 4)),
    ];

    private static KeyValuePair<string, string> Board(string key, int order, string tr, string en, string whyTr, string whyEn, params ReadOnlySpan<JsonObject> tiles)
    {
        var list = new JsonArray();
        foreach (var tile in tiles) list.Add((JsonNode)tile);
        return KeyValuePair.Create(key, new JsonObject { ["label"] = Pair(tr, en), ["description"] = Pair(whyTr, whyEn), ["order"] = order, ["tiles"] = list }.ToJsonString());
    }

    private static JsonObject Plain(string id, string kind, int width, int height, params ReadOnlySpan<(string Name, string Value)> options)
    {
        var tile = new JsonObject { ["id"] = id, ["kind"] = kind, ["width"] = width, ["height"] = height };
        if (options.Length > 0) tile["options"] = Of(options);
        return tile;
    }

    private static JsonObject Of(string indicator) => new() { ["id"] = indicator, ["kind"] = TileKinds.Indicator, ["indicator"] = indicator, ["width"] = 3, ["height"] = 2 };

    private static JsonObject Number(string id, string tr, string en, string measures, string unit = "", string direction = "")
    {
        var tile = Ask(id, TileKinds.Number, tr, en, 3, 2, $$"""{"kind": "trend", "measures": [{{measures}}]}""", null);
        if (unit.Length + direction.Length > 0) tile["options"] = Of(("unit", unit), ("direction", direction));
        return tile;
    }

    private static JsonObject Trend(string id, string tr, string en, string measure, int width, int height, string unit = "", string? breakdown = null)
    {
        var tile = Ask(id, TileKinds.Trend, tr, en, width, height, $$"""{"kind": "trend", "measures": [{{measure}}]{{(breakdown is null ? "" : $", \"breakdown\": {breakdown}, \"top\": 5")}}}""", null);
        if (unit.Length > 0) tile["options"] = Of(("unit", unit));
        return tile;
    }

    private static JsonObject Ask(string id, string kind, string tr, string en, int width, int height, string question, ExploreState? state, string? period = null)
    {
        var tile = new JsonObject { ["id"] = id, ["kind"] = kind, ["title"] = Pair(tr, en), ["width"] = width, ["height"] = height, ["question"] = JsonNode.Parse(question) };
        if (state is not null) tile["page"] = state.Url("").TrimStart('?');
        if (period is not null) tile["period"] = period;
        return tile;
    }

    private static JsonObject Pair(string tr, string en) => new() { ["tr"] = tr, ["en"] = en };

    private static JsonObject Of(params ReadOnlySpan<(string Name, string Value)> options)
    {
        var all = new JsonObject();
        foreach (var (name, value) in options)
        {
            if (value.Length > 0) all[name] = value;
        }

        return all;
    }
}
