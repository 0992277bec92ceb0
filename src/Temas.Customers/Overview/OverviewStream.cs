using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Temas.Customers.Census;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;
using Temas.Ui.Reading;

namespace Temas.Customers.Overview;

/// <summary>
/// <c>GET /api/overview/stream</c>: server-sent events. <c>event: pace</c> carries <see cref="Pulse"/> whenever it changed, looked at every two seconds; a browser comes back by itself.
/// </summary>
internal sealed class OverviewStream(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Sends until the client goes, the server stops, or the time is up.</summary>
    public Task SendAsync(HttpContext http, Workspace workspace) => EventStream.SendAsync(http, clock, async (stream, cancel) =>
    {
        Pulse? told = null;
        var toldAt = clock.GetTimestamp();
        while (true)
        {
            var pulse = Pulse.Of(workspace);
            if (pulse != told)
            {
                await stream.WriteAsync("pace", JsonSerializer.SerializeToUtf8Bytes(pulse, OverviewJson.Default.Pulse), cancel);
                await stream.FlushAsync(cancel);
                (told, toldAt) = (pulse, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(toldAt) > EventStream.Beat)
            {
                await stream.BeatAsync(cancel);
                toldAt = clock.GetTimestamp();
            }

            await Task.Delay(Pause, clock, cancel);
        }
    });
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
        var projection = workspace.Part<CustomersProjection>();
        var (pace, customers) = (projection.Pace.PerMinute(), projection.Counts().Customers);
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
