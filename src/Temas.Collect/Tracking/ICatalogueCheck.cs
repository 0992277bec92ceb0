using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>What the intake asks of a catalogue.</summary>
internal interface ICatalogueCheck
{
    /// <summary>Whether any touchpoint takes this event. <paramref name="name"/> is UTF-8 without quotes and escapes.</summary>
    bool Knows(EventType type, ReadOnlySpan<byte> name);

    /// <summary>Adds to <paramref name="unknown"/> the keys of <paramref name="properties"/> (a JSON object) that the catalogue does not know, as they stand in the JSON.</summary>
    void FindUnknownProperties(EventType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> properties, List<byte[]> unknown);
}
