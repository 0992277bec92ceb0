using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using Temas.Storage.Workspaces;
using Temas.Ui.Preferences;

namespace Temas.Engage.Pages;

/// <summary>Codes in words.</summary>
internal static class EngageWords
{
    /// <summary>The purposes of consent, by key, with their names; <paramref name="also"/> too, should nobody have defined it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Purposes(Workspace workspace, string? also)
    {
        var all = workspace.Definitions.List("consent-purpose").Select(d => KeyValuePair.Create(d.Key, JsonNode.Parse(d.Json)?["label"]?[Languages.Current.Code]?.GetValue<string>() ?? d.Key)).ToList();
        return string.IsNullOrEmpty(also) || all.Any(p => p.Key == also) ? all : all.Append(KeyValuePair.Create(also, also));
    }

    /// <summary>Why something was not sent. Codes of mail servers and gateways have a common text and their own end.</summary>
    public static string? Why(IStringLocalizer<EngageText> text, string? code)
    {
        if (code is null) return null;
        if (text[$"why_{code}"] is { ResourceNotFound: false } known) return known.Value;
        var family = code.Split('_')[0];
        return text[$"family_{family}"] is { ResourceNotFound: false } sort ? string.Format(System.Globalization.CultureInfo.CurrentCulture, sort.Value, code[Math.Min(code.Length, family.Length + 1)..]) : code;
    }
}
