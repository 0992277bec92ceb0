using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Tracking;

/// <summary>The intake's questions, answered by the catalogue in force in a workspace. A part of the workspace.</summary>
internal sealed class CatalogueCheck(LiveCatalogue live) : ICatalogueCheck
{
    /// <summary>The check of a workspace.</summary>
    public static ICatalogueCheck Of(Workspace workspace) => workspace.Part<CatalogueCheck>();

    public bool Knows(EventType type, ReadOnlySpan<byte> name) => live.Current.Knows(type, name);

    public void FindUnknownProperties(EventType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> properties, List<byte[]> unknown)
    {
        if (properties.IsEmpty || properties[0] != (byte)'{') return;
        var catalogue = live.Current;
        var reader = new Utf8JsonReader(properties);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!catalogue.KnowsProperty(type, name, reader.ValueSpan)) unknown.Add(reader.ValueSpan.ToArray());
            reader.Read();
            reader.Skip();
        }
    }
}
