using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Temas.Tests.Architecture;

/// <summary>The walls between modules: the project files are held against the list in ARCHITECTURE.md.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string[] Modules = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "Temas.*")
        .Where(d => Directory.GetFiles(d, "*.csproj").Length > 0).Select(d => Path.GetFileName(d)["Temas.".Length..]).Order(StringComparer.Ordinal)];

    [Fact]
    public void ProjectReferences_OfEveryModule_AreOnTheListOfTheArchitecture()
    {
        var allowed = ReadAllowed(File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md")));
        allowed.Keys.Order(StringComparer.Ordinal).ToArray().ShouldBe(Modules, customMessage: "ARCHITECTURE.md lists other modules than src/ holds");
        foreach (var module in Modules)
        {
            var path = Path.Combine(Repository.Root, "src", $"Temas.{module}", $"Temas.{module}.csproj");
            Violations(module, XDocument.Load(path), allowed).ShouldBeEmpty();
        }
    }

    [Fact]
    public void ProjectReferences_WithAPlantedViolation_AreFoundOut()
    {
        var allowed = ReadAllowed("Allowed references (a test …):\nStorage → Kernel. Kernel → nothing of ours.\nEverything");
        var planted = XDocument.Parse("""<Project><ItemGroup><ProjectReference Include="..\Temas.Collect\Temas.Collect.csproj" /><ProjectReference Include="../Temas.Kernel/Temas.Kernel.csproj" /></ItemGroup></Project>""");
        Violations("Storage", planted, allowed).ShouldBe(["Temas.Storage may not reference Temas.Collect"]);
    }

    [Fact]
    public void PackageReferences_OfTheEngine_AreNone()
    {
        // The engine knows no SQL, no web and no other project, so that it can be read and measured alone.
        var engine = XDocument.Load(Path.Combine(Repository.Root, "src/Temas.Timelines/Temas.Timelines.csproj"));
        engine.Descendants().Where(e => e.Name.LocalName is "PackageReference" or "FrameworkReference").ShouldBeEmpty();
    }

    [Fact]
    public void PackageVersions_StandInOnePlace()
    {
        foreach (var project in Repository.Files(".csproj"))
        {
            XDocument.Load(project).Descendants("PackageReference").Where(p => p.Attribute("Version") is not null || p.Attribute("VersionOverride") is not null)
                .Select(p => $"{Path.GetFileName(project)}: {p.Attribute("Include")?.Value}").ShouldBeEmpty();
        }
    }

    private static List<string> Violations(string module, XDocument project, Dictionary<string, HashSet<string>> allowed) =>
        [.. project.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Where(name => !allowed[module].Contains(name["Temas.".Length..]))
            .Select(name => $"Temas.{module} may not reference {name}")];

    private static Dictionary<string, HashSet<string>> ReadAllowed(string text)
    {
        var start = text.IndexOf("Allowed references", StringComparison.Ordinal);
        var list = text[text.IndexOf('\n', start)..text.IndexOf("\nEverything", start, StringComparison.Ordinal)];
        var allowed = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (Match rule in Rule().Matches(list))
        {
            foreach (var module in rule.Groups["from"].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                var to = Remark().Replace(rule.Groups["to"].Value, "").Trim();
                allowed[module] = to switch
                {
                    "nothing of ours" => [],
                    "all" => [.. Modules],
                    _ => [.. to.Split(',', StringSplitOptions.TrimEntries)],
                };
            }
        }

        return allowed;
    }

    [GeneratedRegex(@"\([^)]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Remark();

    [GeneratedRegex(@"(?<from>[A-Z][A-Za-z, ]*?)\s*→\s*(?<to>[^.]+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
