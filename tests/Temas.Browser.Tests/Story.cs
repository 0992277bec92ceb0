using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Temas.Browser.Tests;

/// <summary>The story of the patio table: two purchases that went well, one whose delivery date was broken, and messages as if it had not been. Sent as a shop would send it.</summary>
internal static class Story
{
    public const string Customer = "Ada Örnek", UserId = "customer-42", Order = "A-1001";

    /// <summary>Sends the story, and some other customers, to <paramref name="server"/>.</summary>
    public static async Task TellAsync(Uri server, string writeKey)
    {
        var events = new JsonArray();
        Identify(events, "2025-06-02T09:00:00+03:00", UserId, "anon-7c1f", new JsonObject { ["name"] = Customer, ["email"] = "ada@example.com", ["phone"] = "0532 000 00 42", ["city"] = "İzmir", ["birthday"] = "1988-04-17" });
        Track(events, "2025-06-02T09:01:00+03:00", "Consent Given", new JsonObject { ["purpose"] = "marketing", ["channel"] = "email" });
        Purchase(events, "2025-06-02", "A-0788", "Bistro chair", 1890m, due: "2025-06-06", delivered: "2025-06-05");
        Track(events, "2025-06-14T20:10:00+03:00", "Product Reviewed", new JsonObject { ["product_id"] = "chair-2", ["name"] = "Bistro chair", ["rating"] = 5 });
        Track(events, "2025-09-20T14:25:00+03:00", "Store Purchase Completed", new JsonObject { ["receipt_id"] = "S-3302", ["total"] = 640, ["currency"] = "TRY", ["store"] = "Karşıyaka", ["loyalty_card"] = "9042 7781" });
        Purchase(events, "2025-10-11", "A-0911", "Sun umbrella", 2450m, due: "2025-10-15", delivered: "2025-10-14");

        Track(events, "2026-03-01T21:02:00+03:00", "Ad Clicked", new JsonObject { ["campaign"] = "garden-2026", ["query"] = "patio table" }, anonymous: true);
        Track(events, "2026-03-01T21:02:20+03:00", "Products Searched", new JsonObject { ["query"] = "patio table", ["results"] = 14 }, anonymous: true);
        Track(events, "2026-03-01T21:04:00+03:00", "Product Viewed", new JsonObject { ["product_id"] = "table-7", ["name"] = "Patio table", ["price"] = 4990, ["currency"] = "TRY" }, anonymous: true);
        Track(events, "2026-03-02T20:40:00+03:00", "Products Compared", new JsonObject { ["name"] = "Patio table" });
        Track(events, "2026-03-03T19:15:00+03:00", "Order Completed", Bought(Order, "Patio table", 4990m));
        Track(events, "2026-03-03T19:16:00+03:00", "Order Confirmed", new JsonObject { ["order_id"] = Order, ["promised_delivery_date"] = "2026-03-09" });
        Track(events, "2026-03-10T10:00:00+03:00", "Order Arrived Message Sent", new JsonObject { ["order_id"] = Order, ["subject"] = "Your order has arrived" });
        Track(events, "2026-03-11T10:00:00+03:00", "Survey Sent", new JsonObject { ["order_id"] = Order, ["survey"] = "Delivery satisfaction" });
        Track(events, "2026-03-12T10:00:00+03:00", "Survey Sent", new JsonObject { ["order_id"] = Order, ["survey"] = "Delivery satisfaction" });
        Track(events, "2026-03-13T16:30:00+03:00", "Order Delivered", new JsonObject { ["order_id"] = Order });
        Track(events, "2026-03-14T11:20:00+03:00", "CSAT Answered", new JsonObject { ["score"] = 1, ["order_id"] = Order });

        Identify(events, "2026-03-05T12:00:00+03:00", "customer-57", "anon-a90b", new JsonObject { ["name"] = "Deniz Örnek", ["email"] = "deniz@example.com", ["city"] = "Ankara" });
        Track(events, "2026-03-05T12:20:00+03:00", "Order Completed", Bought("A-1010", "Garden lamp", 740m), user: "customer-57");
        Identify(events, "2026-02-11T08:00:00+03:00", "customer-63", "anon-c210", new JsonObject { ["name"] = "Işık Örnek", ["email"] = "isik@example.com" });
        // A tablet that two people use: it came with the one first, and one user id a customer is the rule.
        Identify(events, "2026-03-06T19:00:00+03:00", "customer-63", "anon-a90b", []);
        Track(events, "2026-02-11T08:05:00+03:00", "Complaint Filed", new JsonObject { ["subject"] = "Wrong colour" }, user: "customer-63");
        events.Add(new JsonObject { ["type"] = "page", ["anonymousId"] = "anon-e5d4", ["name"] = "Home", ["timestamp"] = "2026-03-14T10:00:00+03:00", ["messageId"] = "page-1" });

        // One that is refused: nothing says whose it is.
        events.Add(new JsonObject { ["type"] = "track", ["event"] = "Cart Viewed", ["messageId"] = "nobody-1" });
        await SendAsync(server, writeKey, events);
    }

    /// <summary>Sends one event of a new visitor.</summary>
    public static Task SendOneAsync(Uri server, string writeKey, string name, string messageId) => SendAsync(server, writeKey, new JsonArray
    {
        new JsonObject { ["type"] = "track", ["event"] = name, ["anonymousId"] = "anon-live", ["messageId"] = messageId },
    });

    private static void Purchase(JsonArray events, string day, string order, string product, decimal total, string due, string delivered)
    {
        Track(events, $"{day}T18:00:00+03:00", "Order Completed", Bought(order, product, total));
        Track(events, $"{day}T18:01:00+03:00", "Order Confirmed", new JsonObject { ["order_id"] = order, ["promised_delivery_date"] = due });
        Track(events, $"{delivered}T15:00:00+03:00", "Order Delivered", new JsonObject { ["order_id"] = order });
    }

    private static JsonObject Bought(string order, string product, decimal total) => new()
    {
        ["order_id"] = order,
        ["total"] = total,
        ["currency"] = "TRY",
        ["products"] = new JsonArray { new JsonObject { ["name"] = product, ["price"] = total, ["quantity"] = 1 } },
    };

    private static void Identify(JsonArray events, string at, string user, string anonymous, JsonObject traits) =>
        events.Add(new JsonObject { ["type"] = "identify", ["userId"] = user, ["anonymousId"] = anonymous, ["traits"] = traits, ["timestamp"] = at, ["messageId"] = Id(events) });

    private static void Track(JsonArray events, string at, string name, JsonObject properties, bool anonymous = false, string user = UserId)
    {
        var e = new JsonObject { ["type"] = "track", ["event"] = name, ["properties"] = properties, ["timestamp"] = at, ["messageId"] = Id(events) };
        e[anonymous ? "anonymousId" : "userId"] = anonymous ? "anon-7c1f" : user;
        events.Add(e);
    }

    private static string Id(JsonArray events) => "story-" + events.Count.ToString(CultureInfo.InvariantCulture);

    private static async Task SendAsync(Uri server, string writeKey, JsonArray events)
    {
        using var client = new HttpClient { BaseAddress = server };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(writeKey + ":")));
        using var answer = await client.PostAsJsonAsync("/v1/batch", new JsonObject { ["batch"] = events });
        answer.EnsureSuccessStatusCode();
    }
}
