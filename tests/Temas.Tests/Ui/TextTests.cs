using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Temas.Tests.Ui;

/// <summary>Every text exists in both languages, with the same placeholders, and every text and icon that a page names exists.</summary>
public sealed partial class TextTests
{
    private static readonly string Source = Path.Combine(Root(), "src");

    public static TheoryData<string> Resources => [.. Directory.EnumerateFiles(Source, "*.resx", SearchOption.AllDirectories)
        .Where(x => !x.EndsWith(".tr.resx", StringComparison.Ordinal)).Select(x => Path.GetRelativePath(Source, x)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Components => [.. Directory.EnumerateFiles(Source, "*.razor", SearchOption.AllDirectories)
        .Select(x => Path.GetRelativePath(Source, x)).Where(x => !x.Contains("/obj/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Texts_InBothLanguages_HaveTheSameKeysAndPlaceholders(string file)
    {
        var english = Read(Path.Combine(Source, file));
        var turkish = Read(Path.Combine(Source, Path.ChangeExtension(file, ".tr.resx")));
        turkish.Keys.Order(StringComparer.Ordinal).ShouldBe(english.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in english)
        {
            text.Trim().ShouldNotBeEmpty(key);
            turkish[key].Trim().ShouldNotBeEmpty(key);
            Placeholders(turkish[key]).ShouldBe(Placeholders(text), key);
        }
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void Component_NamesATextOrIcon_ThatExists(string file)
    {
        var markup = File.ReadAllText(Path.Combine(Source, file));
        var icons = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(Root(), "web/icons.json")))!;
        foreach (Match icon in IconNamed().Matches(markup)) icons.ShouldContain(icon.Groups[1].Value);
        foreach (Match localizer in Localizer().Matches(markup))
        {
            var resource = Directory.EnumerateFiles(Source, localizer.Groups[1].Value + ".resx", SearchOption.AllDirectories).ShouldHaveSingleItem();
            var keys = Read(resource).Keys;
            foreach (Match key in Regex.Matches(markup, $@"\b{localizer.Groups[2].Value}\[""([A-Za-z_]+)""")) keys.ShouldContain(key.Groups[1].Value, $"{file} asks {resource}");
        }
    }

    [Fact]
    public void Placeholders_OfTextsThatDiffer_AreSeen() => Placeholders("{0} of {1}").ShouldNotBe(Placeholders("{1}"));

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(x => x.Attribute("name")!.Value, x => x.Element("value")!.Value, StringComparer.Ordinal);

    private static string Placeholders(string text) => string.Join(' ', Placeholder().Matches(text).Select(x => x.Value).Distinct().Order(StringComparer.Ordinal));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"IStringLocalizer<(\w+)> (\w+)")]
    private static partial Regex Localizer();

    [GeneratedRegex(@"<(?:Icon Name|EmptyState Icon)=""([a-z0-9-]+)""")]
    private static partial Regex IconNamed();
}
