using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Temas.Server.Tests.CrashTests;

/// <summary>A sender that behaves as the SDKs do: it sends a batch until it is acknowledged, however often the server dies meanwhile.</summary>
internal sealed class LoadClient(int number, int port, string key, int seed) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Random random = new(seed);
    private int next;
    private int batches;

    /// <summary>Message ids of which the server said that it has them.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>Message ids that were sent at all.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>Answers that no client should get, whatever happens.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Batches that were acknowledged so far; may be read while it runs.</summary>
    public int Batches => Volatile.Read(ref batches);

    /// <summary>Requests that went without an answer and were sent again.</summary>
    public int Retries { get; private set; }

    /// <summary>Sends until <paramref name="stop"/>; the batch under way is seen to its end, for which a server must come back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var ids = new List<string>();
            var body = Encoding.UTF8.GetBytes(Batch(random.Next(1, 20), ids));
            Sent.AddRange(ids);
            while (!await SendAsync(body))
            {
                Retries++;
                await Task.Delay(random.Next(1, 40), CancellationToken.None);
            }

            Acknowledged.AddRange(ids);
            Interlocked.Increment(ref batches);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<bool> SendAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var message = new HttpRequestMessage(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/v1/batch")) { Content = content };
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        try
        {
            using var answer = await http.SendAsync(message);
            if (answer.StatusCode == HttpStatusCode.OK) return true;
            // Shutting down or not yet open: both are told by 503 and mean "again".
            if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)) Faults.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return false;
        }
    }

    // Few enough people that devices are shared and customers merge, while the server dies.
    private string Batch(int size, List<string> ids)
    {
        var text = new StringBuilder("{\"batch\":[");
        for (var i = 0; i < size; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"c{number}-{next++}");
            ids.Add(id);
            var (user, device) = (random.Next(400), random.Next(600));
            // Event times are the sender's, days apart and in no order.
            var time = DateTimeOffset.UnixEpoch.AddDays(20_000).AddMinutes(random.Next(100_000)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            if (i > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{{\"messageId\":\"{id}\",\"timestamp\":\"{time}\",");
            text.Append(random.Next(10) switch
            {
                0 => $"\"type\":\"identify\",\"userId\":\"u{user}\",\"anonymousId\":\"d{device}\",\"traits\":{{\"email\":\"u{user % 350}@example.com\",\"name\":\"Kişi {user}\"}}",
                1 => $"\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u{user}\",\"properties\":{{\"order_id\":\"{id}\",\"revenue\":{random.Next(1, 500)}.50,\"currency\":\"TRY\"}}",
                2 => $"\"type\":\"alias\",\"previousId\":\"d{device}\",\"userId\":\"u{user}\"",
                _ => $"\"type\":\"track\",\"event\":\"Product Viewed\",\"anonymousId\":\"d{device}\",\"properties\":{{\"product_id\":\"p{random.Next(50)}\"}}",
            });
            text.Append('}');
        }

        return text.Append("]}").ToString();
    }
}
