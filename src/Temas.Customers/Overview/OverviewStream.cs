using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Temas.Customers.Census;
using Temas.Storage.Workspaces;
using Temas.Ui.Reading;

namespace Temas.Customers.Overview;

/// <summary>
/// <c>GET /api/overview/stream</c>: server-sent events. <c>event: pace</c> carries <see cref="Pulse"/> whenever it changed, looked at every two seconds; a browser comes back by itself.
/// </summary>
internal sealed class OverviewStream(TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2), Beat = TimeSpan.FromSeconds(15);

    // A browser comes back by itself; until then nobody asks again whether the watcher still may.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Sends until the client goes, the server stops, or the time is up.</summary>
    public async Task SendAsync(HttpContext http, Workspace workspace)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var limit = new CancellationTokenSource(Longest, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(end.Token, limit.Token);
        var cancel = any.Token;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await http.Response.WriteAsync("retry: 3000\n: connected\n\n", cancel);
            Pulse? told = null;
            var toldAt = clock.GetTimestamp();
            while (true)
            {
                var pulse = Pulse.Of(workspace);
                if (pulse != told)
                {
                    await http.Response.WriteAsync($"event: pace\ndata: {JsonSerializer.Serialize(pulse, OverviewJson.Default.Pulse)}\n\n", cancel);
                    (told, toldAt) = (pulse, clock.GetTimestamp());
                }
                else if (clock.GetElapsedTime(toldAt) > Beat)
                {
                    await http.Response.WriteAsync(": still here\n\n", cancel);
                    toldAt = clock.GetTimestamp();
                }

                await http.Response.Body.FlushAsync(cancel);
                await Task.Delay(Pause, clock, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, the server stops, or the time is up.
        }
    }
}

/// <summary>What moves on the overview.</summary>
/// <param name="EventsPerMinute">Events of the last minute.</param>
/// <param name="Customers">Customers, known and anonymous.</param>
/// <param name="Version">Changes when the other figures do.</param>
/// <param name="Texts">The numbers as the reader writes them, by name.</param>
internal sealed record Pulse(long EventsPerMinute, long Customers, string Version, PulseTexts Texts)
{
    public static Pulse Of(Workspace workspace)
    {
        var (pace, customers) = (workspace.Part<EventPace>().PerMinute(), workspace.Part<CustomersProjection>().Counts().Customers);
        var version = workspace.Part<CustomerCensus>().Read()?.AsOf ?? 0;
        return new Pulse(pace, customers, version.ToString(CultureInfo.InvariantCulture), new PulseTexts(Reader.Number(pace), Reader.Number(customers)));
    }
}

/// <summary>Numbers for people.</summary>
internal sealed record PulseTexts(string EventsPerMinute, string Customers);

/// <summary>JSON of the overview.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OverviewFigures))]
[JsonSerializable(typeof(Pulse))]
internal sealed partial class OverviewJson : JsonSerializerContext;
