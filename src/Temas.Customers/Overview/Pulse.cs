using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Customers.Census;
using Temas.Storage.Workspaces;
using Temas.Ui.Reading;

namespace Temas.Customers.Overview;

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
