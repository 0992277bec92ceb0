using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Temas.Bench;

/// <summary>
/// One request with a batch of track calls of about 500 bytes and eight properties each, as a server SDK sends them. Only digits change from one request to the
/// next (message id, customer, time, amounts), in place, so that the generator costs as little as it can.
/// </summary>
internal sealed class Payload
{
    private static readonly string[] Names = ["Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Order Completed", "Order Shipped", "Order Delivered", "Products Searched"];
    private static readonly string[] Cities = ["İstanbul", "Ankara", "İzmir", "Bursa", "Antalya", "Şanlıurfa", "Muğla", "Eskişehir"];
    private static readonly string[] Categories = ["garden furniture", "lighting", "textiles", "kitchen", "decoration", "storage"];

    private readonly byte[] request;
    private readonly List<(int Message, int User, int Anonymous, int Time)> places = [];
    private readonly int customers;
    private readonly Random random;
    private readonly string prefix;
    private ulong next;

    /// <param name="connection">Number of the connection: no two send the same message id.</param>
    /// <param name="run">Random part of the message ids of this run.</param>
    public Payload(int connection, string run, int batch, int customers, string path, string writeKey, string host)
    {
        (this.customers, random, prefix) = (customers, new Random(connection + 1), $"{run}{connection:x2}");
        var body = new StringBuilder();
        if (batch > 1) body.Append("{\"batch\":[");
        var starts = new List<int>();
        for (var i = 0; i < batch; i++)
        {
            if (i > 0) body.Append(',');
            starts.Add(Encoding.UTF8.GetByteCount(body.ToString()));
            body.Append(Event(i));
        }

        if (batch > 1) body.Append("],\"sentAt\":\"2026-01-01T00:00:00.000Z\"}");
        var content = Encoding.UTF8.GetBytes(body.ToString());
        var authorization = Convert.ToBase64String(Encoding.ASCII.GetBytes(writeKey + ":"));
        var head = Encoding.ASCII.GetBytes($"POST {(batch > 1 ? path : "/v1/track")} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {authorization}\r\nContent-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n");
        request = [.. head, .. content];
        BytesPerEvent = content.Length / batch;
        foreach (var start in starts)
        {
            var e = request.AsSpan(head.Length + start);
            places.Add((At(e, "\"messageId\":\""), At(e, "\"userId\":\""), At(e, "\"anonymousId\":\""), At(e, "\"timestamp\":\"")));

            int At(ReadOnlySpan<byte> span, string what) => head.Length + start + span.IndexOf(Encoding.ASCII.GetBytes(what)) + what.Length;
        }
    }

    public int BytesPerEvent { get; }

    public int Count => places.Count;

    /// <summary>The next request: new messages of random customers, now.</summary>
    public ReadOnlySpan<byte> Next(DateTimeOffset now)
    {
        Span<byte> time = stackalloc byte[24];
        Encoding.ASCII.GetBytes(now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), time);
        foreach (var (message, user, anonymous, at) in places)
        {
            // Half of the events come from a tenth of the customers.
            var customer = random.Next(2) == 0 ? random.Next(customers / 10) : random.Next(customers);
            Encoding.ASCII.GetBytes(prefix, request.AsSpan(message));
            Utf8Formatter.TryFormat(next++, request.AsSpan(message + prefix.Length, 12), out _, new System.Buffers.StandardFormat('D', 12));
            Utf8Formatter.TryFormat(customer, request.AsSpan(user + 1, 8), out _, new System.Buffers.StandardFormat('D', 8));
            Utf8Formatter.TryFormat(customer, request.AsSpan(anonymous + 26, 8), out _, new System.Buffers.StandardFormat('D', 8));
            time.CopyTo(request.AsSpan(at));
        }

        return request;
    }

    public static string UserId(int customer) => $"u{customer.ToString("D8", CultureInfo.InvariantCulture)}";

    private string Event(int i) =>
        $$"""
        {"type":"track","event":"{{Names[i % Names.Length]}}","messageId":"{{prefix}}000000000000","userId":"u00000000","anonymousId":"6fa459ea-ee8a-3ca4-894e-db00000000","timestamp":"2026-01-01T00:00:00.000Z","properties":{"product_id":"p{{i % 500:D6}}","category":"{{Categories[i % Categories.Length]}}","price":{{(i % 90) + 9}}.90,"quantity":{{(i % 3) + 1}},"currency":"TRY","city":"{{Cities[i % Cities.Length]}}","in_stock":true,"order_id":"A{{i:D8}}" },"context":{"library":{"name":"bench","version":"1.0"},"locale":"tr-TR","page":{"path":"/garden/tables"} } }
        """;
}
