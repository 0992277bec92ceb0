using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Temas.Engage.Outbound;

/// <summary>What a server elsewhere answered.</summary>
/// <param name="Status">Status code; 0 where none came.</param>
/// <param name="Body">Its beginning, as text.</param>
/// <param name="Why">Why there was no answer, as a code: <c>no_answer</c>, <c>connection_failed</c>, <c>target_refused</c>.</param>
internal readonly record struct OutboundAnswer(int Status, string Body, string? Why)
{
    /// <summary>Whether its status says that all is well.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The reason as a code: that there was no answer, or <c>http_503</c>.</summary>
    public string Code => Why ?? FormattableString.Invariant($"http_{Status}");
}

/// <summary>
/// Sends requests to servers whose addresses people configured. No redirects, no cookies, no proxy; a limited time and a limited answer; and only to addresses that anybody has, which is looked at where the connection is made, so that a name that means something else a moment later is no way around it.
/// </summary>
internal sealed class OutboundClient : IDisposable
{
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), ToConnect = TimeSpan.FromSeconds(8);

    private readonly EngageOptions options;
    private readonly HttpClient client;

    public OutboundClient(EngageOptions options)
    {
        this.options = options;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = ToConnect, PooledConnectionLifetime = TimeSpan.FromMinutes(2), MaxResponseHeadersLength = 32, ConnectCallback = ConnectAsync };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
    }

    /// <summary>Sends a request. Never throws for what the other side brings about.</summary>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "Temas");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new OutboundAnswer((int)answer.StatusCode, await BeginningAsync(answer, patience.Token), null);
        }
        catch (Exception e) when (Refused(e))
        {
            return new OutboundAnswer(0, "", "target_refused");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new OutboundAnswer(0, "", "no_answer");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidOperationException or FormatException)
        {
            return new OutboundAnswer(0, "", "connection_failed");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[MostBytes];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, read));
    }

    private static bool Refused(Exception? e) => e is TargetRefusedException || (e?.InnerException is { } inner && Refused(inner));

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancel);
        // One private address among public ones is a trick or a mistake; neither is followed.
        if (!options.PrivateTargets && !addresses.All(PublicAddress.Is)) throw new TargetRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The address is one that must not be reached.</summary>
    private sealed class TargetRefusedException : IOException;
}
