using System.Text.Json;

namespace Temas.Collect.Catalogue;

/// <summary>The definitions that a new workspace begins with, from the JSON files beside this one.</summary>
internal static class DefaultDefinitions
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(string file)
    {
        using var stream = typeof(DefaultDefinitions).Assembly.GetManifestResourceStream($"Temas.Collect.Catalogue.{file}")
            ?? throw new InvalidOperationException($"The assembly lacks {file}.");
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return [.. document.RootElement.EnumerateObject().Select(d => KeyValuePair.Create(d.Name, d.Value.GetRawText()))];
    }
}
