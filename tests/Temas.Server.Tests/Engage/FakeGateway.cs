using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Temas.Server.Tests.Engage;

/// <summary>A request that arrived.</summary>
internal sealed record TakenRequest(string Method, string Url, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>A real HTTP server on this machine that takes requests and answers as it is told.</summary>
internal sealed class FakeGateway : IDisposable
{
    private readonly HttpListener listener;
    private readonly BlockingCollection<TakenRequest> taken = [];

    public FakeGateway()
    {
        for (var port = 20_000 + Random.Shared.Next(20_000); ; port++)
        {
            // One that could not start is of no use any more.
            listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                Root = $"http://127.0.0.1:{port}";
                break;
            }
            catch (HttpListenerException)
            {
                // Somebody has this port.
            }
        }

        _ = Task.Run(RunAsync);
    }

    public string Root { get; }

    /// <summary>Status and body of the answer to a request.</summary>
    public Func<TakenRequest, (int Status, string Body)> Answer { get; set; } = _ => (200, """{"status": "ok", "messages": [{"id": "G-1"}]}""");

    /// <summary>The next request; waits for it.</summary>
    public TakenRequest Next() => taken.TryTake(out var request, TimeSpan.FromSeconds(30)) ? request : throw new TimeoutException("No request came.");

    public bool IsEmpty => taken.Count == 0;

    public void Dispose()
    {
        listener.Close();
        taken.Dispose();
    }

    private async Task RunAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var request = new TakenRequest(
                context.Request.HttpMethod, context.Request.RawUrl!, await reader.ReadToEndAsync(), context.Request.Headers.AllKeys.OfType<string>().ToDictionary(k => k.ToLowerInvariant(), k => context.Request.Headers[k]!));
            var (status, body) = Answer(request);
            context.Response.StatusCode = status;
            if (status is >= 300 and < 400) context.Response.RedirectLocation = Root + "/elsewhere";
            var bytes = Encoding.UTF8.GetBytes(body);
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
            taken.Add(request);
        }
    }
}
