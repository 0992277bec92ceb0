using System.Collections.Frozen;
using Temas.Collect.Contracts;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>A country.</summary>
/// <param name="Code">Its ISO 3166-1 code of two letters; empty for land that is drawn and is no entry.</param>
/// <param name="Label">Its name.</param>
/// <param name="Outline">Where it lies on the map; empty where it is too small for that.</param>
internal sealed record Country(string Code, LocalText Label, string Outline);

/// <summary>The countries of the world on a flat map (countries.txt, which names its source and licence), found by their codes and however their names are typed.</summary>
internal static class Countries
{
    /// <summary>Width of the map.</summary>
    public const int Width = 1000;

    /// <summary>Height of the map.</summary>
    public const int Height = 432;

    // What people type besides.
    private static readonly string[] Aliases =
    [
        "Turkey=TR", "Turkiye=TR", "T.C.=TR", "USA=US", "U.S.A.=US", "U.S.=US", "America=US", "Amerika=US", "ABD=US", "UK=GB", "U.K.=GB", "Great Britain=GB", "England=GB", "İngiltere=GB", "Büyük Britanya=GB", "Holland=NL", "Hollanda=NL",
        "Czech Republic=CZ", "Russian Federation=RU", "South Korea=KR", "Korea=KR", "Kore=KR", "North Korea=KP", "Iran, Islamic Republic of=IR", "Syrian Arab Republic=SY", "UAE=AE", "BAE=AE", "Macedonia=MK", "Makedonya=MK", "Bosnia=BA", "Bosna=BA",
        "Viet Nam=VN", "Moldova, Republic of=MD", "Azerbeycan=AZ", "Hong Kong=HK", "Macao=MO", "Palestine=PS", "Filistin=PS", "Ivory Coast=CI", "Swaziland=SZ", "Burma=MM", "Cape Verde=CV",
    ];

    /// <summary>All of them, and the land that is no entry.</summary>
    public static IReadOnlyList<Country> All { get; } = [.. PlaceFile.Lines("countries.txt").Select(l => new Country(l[0].TrimStart('-'), new LocalText(l[3], l[2]), l[4]))];

    private static readonly FrozenDictionary<string, Country> ByName = Named().DistinctBy(n => n.Typed).ToFrozenDictionary(n => n.Typed, n => n.Country, StringComparer.Ordinal);

    /// <summary>The country that a text names: by a code of two or three letters, in English or Turkish; null for one that is none.</summary>
    public static Country? Find(string name) => ByName.GetValueOrDefault(PlaceFile.Fold(name));

    // Codes come first: no name is that short.
    private static IEnumerable<(string Typed, Country Country)> Named()
    {
        var byCode = All.Where(c => c.Code.Length > 0).ToDictionary(c => c.Code, StringComparer.Ordinal);
        foreach (var line in PlaceFile.Lines("countries.txt").Where(l => byCode.ContainsKey(l[0]))) foreach (var code in line.Take(2)) yield return (PlaceFile.Fold(code), byCode[line[0]]);
        foreach (var country in byCode.Values) foreach (var name in new[] { country.Label.En, country.Label.Tr }) yield return (PlaceFile.Fold(name), country);
        foreach (var alias in Aliases.Select(a => a.Split('='))) yield return (PlaceFile.Fold(alias[0]), byCode[alias[1]]);
    }
}
