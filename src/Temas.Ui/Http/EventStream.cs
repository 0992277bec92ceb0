using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Temas.Ui.Http;

/// <summary>
/// An answer of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). It ends when the client goes, the server stops, or after ten minutes:
/// a browser comes back by itself, and only then it is asked again whether the watcher still may.
/// </summary>
public sealed class EventStream
{
    /// <summary>How often a silent stream says that it lives, so that nothing between takes it for dead.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly HttpResponse response;

    private EventStream(HttpResponse response) => this.response = response;

    /// <summary>Answers with a stream of what <paramref name="tell"/> writes.</summary>
    public static async Task SendAsync(HttpContext http, TimeProvider clock, Func<EventStream, CancellationToken, Task> tell)
    {
        using var limit = new CancellationTokenSource(Longest, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, limit.Token);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await http.Response.WriteAsync("retry: 3000\n: connected\n\n", end.Token);
            await tell(new EventStream(http.Response), end.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went, the server stops, or the time is up.
        }
    }

    /// <summary>
    /// Answers with <c>event: pace</c> and what <paramref name="read"/> gives, whenever that changed, looked at every <paramref name="pause"/>: what <c>temas-live</c> listens to.
    /// </summary>
    public static Task TellAsync<T>(HttpContext http, TimeSpan pause, Func<T> read, JsonTypeInfo<T> json)
        where T : class, IEquatable<T>
    {
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        return SendAsync(http, clock, async (stream, cancel) =>
        {
            T? told = null;
            var toldAt = clock.GetTimestamp();
            while (true)
            {
                var now = read();
                if (!now.Equals(told))
                {
                    await stream.WriteAsync("pace", JsonSerializer.SerializeToUtf8Bytes(now, json), cancel);
                    await stream.FlushAsync(cancel);
                    (told, toldAt) = (now, clock.GetTimestamp());
                }
                else if (clock.GetElapsedTime(toldAt) > Beat)
                {
                    await stream.BeatAsync(cancel);
                    toldAt = clock.GetTimestamp();
                }

                await Task.Delay(pause, clock, cancel);
            }
        });
    }

    /// <summary>Answers as <see cref="TellAsync{T}"/> does, with nothing but a version: when it changes, the page asks for itself again.</summary>
    public static Task TellVersionAsync(HttpContext http, TimeSpan pause, Func<string> version) => TellAsync(http, pause, () => new PageVersion(version()), PageVersionJson.Default.PageVersion);

    /// <summary>Writes an event; <paramref name="json"/> is one line. What <paramref name="id"/> says comes back as <c>Last-Event-ID</c>.</summary>
    public async Task WriteAsync(string kind, byte[] json, CancellationToken cancel, string? id = null)
    {
        await response.WriteAsync(id is null ? $"event: {kind}\ndata: " : $"id: {id}\nevent: {kind}\ndata: ", cancel);
        await response.BodyWriter.WriteAsync(json, cancel);
        await response.WriteAsync("\n\n", cancel);
    }

    /// <summary>Says that the stream lives.</summary>
    public async Task BeatAsync(CancellationToken cancel)
    {
        await response.WriteAsync(": still here\n\n", cancel);
        await FlushAsync(cancel);
    }

    /// <summary>Sends what was written.</summary>
    public Task FlushAsync(CancellationToken cancel) => response.Body.FlushAsync(cancel);
}

/// <summary>Says that a page is no longer as it was.</summary>
/// <param name="Version">Changes when the page does.</param>
internal sealed record PageVersion(string Version);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PageVersion))]
internal sealed partial class PageVersionJson : JsonSerializerContext;
