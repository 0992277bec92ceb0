using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Demo.World;

namespace Temas.Demo.Truth;

/// <summary>Writes down what is planted in a world (docs/formats/demo-truth.md).</summary>
internal static class TruthDocument
{
    /// <summary>Version of the form.</summary>
    public const int Format = 1;

    /// <summary>The truth about a world, as JSON.</summary>
    public static string Write(WorldSpec world)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteStartObject("world");
            json.WriteNumber("simulator", Planted.Version);
            json.WriteNumber("seed", world.Seed);
            json.WriteNumber("customers", world.Customers);
            json.WriteString("begin", DateTimeOffset.FromUnixTimeMilliseconds(world.Begin));
            json.WriteNumber("days", world.Days);
            json.WriteString("checkoutRelease", DateTimeOffset.FromUnixTimeMilliseconds(world.Release));
            json.WriteEndObject();
            WriteList(json, "causes", PlantedEffect.All.Where(e => e.IsCause));
            WriteList(json, "nonCauses", PlantedEffect.All.Where(e => !e.IsCause));
            WriteShares(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<PlantedEffect> effects)
    {
        json.WriteStartArray(name);
        foreach (var effect in effects)
        {
            json.WriteStartObject();
            json.WriteString("id", effect.Id);
            json.WriteStartObject("label");
            json.WriteString("tr", effect.Tr);
            json.WriteString("en", effect.En);
            json.WriteEndObject();
            json.WriteString("measure", effect.Measure);
            json.WriteString("scale", effect.Scale);
            json.WriteNumber("effect", Math.Round(effect.Value, 4));
            if (effect.LooksLike is not null) json.WriteString("looksLike", effect.LooksLike);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteShares(Utf8JsonWriter json)
    {
        json.WriteStartObject("shares");
        json.WriteNumber("late", Planted.Late);
        json.WriteNumber("lateOfWorseCarrierInItsRegion", Planted.LateOfWorse);
        json.WriteNumber("misfireWhenLate", Planted.Misfire);
        json.WriteNumber("callsWhenLate", Planted.CallsWhenLate);
        json.WriteNumber("solvedWhenLate", Planted.SolvedWhenLate);
        json.WriteNumber("damaged", Planted.Damaged);
        json.WriteNumber("longWait", Planted.LongWait);
        json.WriteNumber("passesDeliveryStep", Planted.PassesDelivery);
        json.WriteNumber("passesDeliveryStepOnPhoneSinceRelease", Planted.PassesDeliveryOnPhone);
        json.WriteStartObject("leavesAfterDelivery");
        json.WriteNumber("onTime", Planted.LeavesOnTime);
        json.WriteNumber("late", Planted.LeavesLate);
        json.WriteNumber("lateWithMisfire", Planted.LeavesMisfire);
        json.WriteNumber("lateMadeUpFor", Planted.LeavesRepaired);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
