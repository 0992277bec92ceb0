using System.Text;
using Microsoft.Extensions.Localization;

namespace Temas.Collect.Pages;

/// <summary>The words of the catalogue for people.</summary>
internal static class TouchpointWords
{
    /// <summary>The stages that Temas knows; a workspace may name its own.</summary>
    public static string[] Stages { get; } = ["awareness", "consideration", "purchase", "delivery", "use", "support", "loyalty", "advocacy"];

    /// <summary>The channels that Temas knows; a workspace may name its own.</summary>
    public static string[] Channels { get; } = ["web", "app", "email", "sms", "whatsapp", "push", "phone", "chat", "social", "store", "kiosk", "logistics", "partner", "ads"];

    /// <summary>A stage, channel or the like in the reader's language; a workspace's own word stays as it is.</summary>
    public static string Of(IStringLocalizer text, string kind, string word) => text[$"{kind}_{word}"] is { ResourceNotFound: false } known ? known.Value : word;

    /// <summary>A key made of an event's name: <c>Order Completed</c> gives <c>order-completed</c>.</summary>
    public static string KeyOf(string name)
    {
        var key = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD).Replace('ı', 'i').ToLowerInvariant())
        {
            if (letter is (>= 'a' and <= 'z') or (>= '0' and <= '9')) key.Append(letter);
            else if (!char.IsSurrogate(letter) && System.Globalization.CharUnicodeInfo.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.NonSpacingMark && key.Length > 0 && key[^1] != '-') key.Append('-');
            if (key.Length == 100) break;
        }

        return key.ToString().Trim('-');
    }
}
