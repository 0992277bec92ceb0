using System.Globalization;
using System.Text.Json;

namespace Temas.Engage.Outbound;

/// <summary>Finds a value in JSON by a path of names and numbers: <c>messages[0].id</c>.</summary>
internal static class JsonPlace
{
    /// <summary>The text, number or truth value there, as text; null when there is none.</summary>
    public static string? Find(JsonElement root, string path)
    {
        var at = root;
        foreach (var part in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '[')
            {
                if (at.ValueKind != JsonValueKind.Array || !int.TryParse(part.AsSpan(1, part.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= at.GetArrayLength()) return null;
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return null;
            }
        }

        return at.ValueKind switch { JsonValueKind.String => at.GetString(), JsonValueKind.Number => at.GetRawText(), JsonValueKind.True => "true", JsonValueKind.False => "false", _ => null };
    }

    /// <summary>As the other, in a text that may be no JSON.</summary>
    public static string? Find(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            return Find(document.RootElement, path);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
