using Microsoft.Extensions.Localization;

namespace Temas.Engage.Pages;

/// <summary>Codes in words.</summary>
internal static class EngageWords
{
    /// <summary>Why something was not sent. Codes of mail servers and gateways have a common text and their own end.</summary>
    public static string? Why(IStringLocalizer<EngageText> text, string? code)
    {
        if (code is null) return null;
        if (text[$"why_{code}"] is { ResourceNotFound: false } known) return known.Value;
        var family = code.Split('_')[0];
        return text[$"family_{family}"] is { ResourceNotFound: false } sort ? string.Format(System.Globalization.CultureInfo.CurrentCulture, sort.Value, code[Math.Min(code.Length, family.Length + 1)..]) : code;
    }
}
