using System.Collections.Frozen;
using System.Globalization;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>The 81 provinces of Turkey on a flat map (provinces.txt, which names its source and licence), found by however their names are typed.</summary>
internal static class Provinces
{
    /// <summary>Width of the map.</summary>
    public const int Width = 629;

    /// <summary>Height of the map.</summary>
    public const int Height = 277;

    // What a province is called besides: by its capital, by its older or shorter name.
    private static readonly string[] Aliases =
    [
        "Afyon=Afyonkarahisar", "İçel=Mersin", "İzmit=Kocaeli", "Adapazarı=Sakarya", "Antakya=Hatay", "Urfa=Şanlıurfa", "Antep=Gaziantep", "Maraş=Kahramanmaraş", "K.Maraş=Kahramanmaraş", "K. Maraş=Kahramanmaraş", "Constantinople=İstanbul",
        "Dersim=Tunceli", "Smyrna=İzmir",
    ];

    /// <summary>Name and outline of each, by the number on its licence plates.</summary>
    public static IReadOnlyList<(string Name, string Outline)> All { get; } = [.. PlaceFile.Lines("provinces.txt").Select(l => (l[1], l[2]))];

    private static readonly FrozenDictionary<string, string> ByName = All.Select(p => (Typed: p.Name, p.Name)).Concat(Aliases.Select(a => a.Split('=')).Select(a => (Typed: a[0], Name: a[1])))
        .Concat(All.Select((p, i) => (Typed: string.Create(CultureInfo.InvariantCulture, $"TR-{i + 1:00}"), p.Name)))
        .ToFrozenDictionary(p => Fold(p.Typed), p => p.Name, StringComparer.Ordinal);

    /// <summary>The province that a text names, in Turkish or English letters, by its capital or its ISO code; null for one that is none.</summary>
    public static string? Find(string name) => ByName.GetValueOrDefault(Fold(name));

    // What stands behind it says only that it is a province.
    private static string Fold(string name)
    {
        var letters = PlaceFile.Fold(name);
        foreach (var ending in new[] { " province", " ili", " il" })
        {
            if (letters.EndsWith(ending, StringComparison.Ordinal)) return letters[..^ending.Length];
        }

        return letters;
    }
}
