using System.Globalization;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>Reads pictures and colours of surveys. A picture is a data URI, for a respondent's browser asks nobody but Temas; colours are refused that cannot be read.</summary>
internal static class SurveyPictures
{
    /// <summary>Largest picture, in bytes.</summary>
    public const int LargestPicture = 100 * 1024;

    /// <summary>Least contrast of text with its ground (WCAG 2.2, level AA).</summary>
    public const double LeastOfText = 4.5;

    /// <summary>Least contrast of marks and edges with their ground.</summary>
    public const double LeastOfMarks = 3;

    private static readonly (string Type, byte[] Begins)[] Types = [("image/png", [0x89, 0x50, 0x4E, 0x47]), ("image/jpeg", [0xFF, 0xD8, 0xFF]), ("image/gif", "GIF8"u8.ToArray()), ("image/webp", "RIFF"u8.ToArray())];

    /// <summary>Reads a picture, or null when the field is absent.</summary>
    public static SurveyPicture? Read(DefinitionNode node, string name)
    {
        if (node.Text(name, max: LargestPicture * 2) is not { } text) return null;
        foreach (var (type, begins) in Types)
        {
            var head = $"data:{type};base64,";
            if (!text.StartsWith(head, StringComparison.Ordinal)) continue;
            var bytes = new byte[text.Length];
            if (!Convert.TryFromBase64String(text[head.Length..], bytes, out var length) || !bytes.AsSpan(0, length).StartsWith(begins)) break;
            if (length > LargestPicture) node.Fault(name, "picture_too_large", "A picture has at most 102,400 bytes.", length.ToString(CultureInfo.InvariantCulture), "Make it smaller.");
            return new SurveyPicture(type, bytes.AsMemory(0, length));
        }

        node.Fault(name, "picture_expected", "A picture is a data URI of a PNG, JPEG, GIF or WebP file (data:image/png;base64,…).", text, "SVG is not taken: it can hold programs. Upload the picture in the editor.");
        return null;
    }

    /// <summary>Reads how a survey looks.</summary>
    public static SurveyTheme ReadTheme(DefinitionNode node)
    {
        node.Only("logo", "brand", "accent", "ground", "ink");
        var otherwise = new SurveyTheme();
        var theme = new SurveyTheme
        {
            Logo = Read(node, "logo"),
            Brand = node.Text("brand", max: 100),
            Accent = Colour(node, "accent", otherwise.Accent),
            Ground = Colour(node, "ground", otherwise.Ground),
            Ink = Colour(node, "ink", otherwise.Ink),
        };
        Contrast(node, "ink", theme.Ink, theme.Ground, LeastOfText, "The text cannot be read on its ground");
        Contrast(node, "accent", theme.Accent, theme.Ground, LeastOfMarks, "The colour of buttons and marks does not stand out from the ground");
        if (theme.Logo is not null && theme.Brand is null) node.Fault("brand", "field_missing", "A logo has the name of the brand, for those who do not see it.", wayOut: "Add it.");
        return theme;
    }

    /// <summary>The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).</summary>
    public static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    /// <summary>Black or white, whichever can be read better on a colour: one of them always has a contrast of at least 4.5.</summary>
    public static string InkOn(string colour) => Contrast(colour, "#ffffff") >= Contrast(colour, "#000000") ? "#ffffff" : "#000000";

    private static void Contrast(DefinitionNode node, string name, string colour, string ground, double least, string why)
    {
        var contrast = Contrast(colour, ground);
        if (contrast < least) node.Fault(name, "contrast_low", string.Create(CultureInfo.InvariantCulture, $"{why}: the contrast is {contrast:0.0}, and at least {least:0.0} is needed."), colour, "Choose a darker or lighter colour.");
    }

    private static string Colour(DefinitionNode node, string name, string otherwise)
    {
        if (node.Text(name, max: 20) is not { } text) return otherwise;
        if (text.Length == 7 && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit)) return text.ToLowerInvariant();
        node.Fault(name, "colour_expected", "A colour is # and six hexadecimal digits.", text, "Write for example #3b4ba8.");
        return otherwise;
    }

    private static double Luminance(string colour)
    {
        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));

        double Part(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
    }
}
