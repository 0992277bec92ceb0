using System.Globalization;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>What maps are read from, and how the names on them are compared with what is typed.</summary>
internal static class PlaceFile
{
    /// <summary>The lines of a map, cut at their bars.</summary>
    public static IEnumerable<string[]> Lines(string name)
    {
        using var stream = typeof(PlaceFile).Assembly.GetManifestResourceStream($"Temas.Insight.Dashboards.Tiles.{name}")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) yield return line.Split('|');
        }
    }

    /// <summary>However it is typed: capitals, and letters without their marks.</summary>
    public static string Fold(string name) => string.Concat(name.Trim().ToLower(CultureInfo.GetCultureInfo("tr-TR")).Normalize(System.Text.NormalizationForm.FormD)
        .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)).Replace('ı', 'i');
}
