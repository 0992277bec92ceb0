using System.Text.RegularExpressions;

namespace Temas.Tests.Architecture;

/// <summary>What the documentation names is there.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Tops = ["src/", "docs/", "tests/", "bench/", "web/", "eng/"];

    [Fact]
    public void Documents_NameOnlyPathsThatExist()
    {
        var missing = Repository.Files(".md").SelectMany(file => Missing(file, File.ReadAllText(file))).ToList();
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Documents_WithAPlantedPath_AreFoundOut()
    {
        var readme = Path.Combine(Repository.Root, "README.md");
        Missing(readme, "See `src/Temas.Nowhere/Gone.cs`, `src/Temas.Kernel/` and [the guide](docs/nowhere.md#part).")
            .ShouldBe(["README.md names src/Temas.Nowhere/Gone.cs", "README.md names docs/nowhere.md"]);
    }

    private static IEnumerable<string> Missing(string file, string text)
    {
        var name = Path.GetRelativePath(Repository.Root, file);
        foreach (Match quoted in Quoted().Matches(text))
        {
            var path = quoted.Groups[1].Value;
            if (Tops.Any(t => path.StartsWith(t, StringComparison.Ordinal)) && !Exists(Repository.Root, path)) yield return $"{name} names {path}";
        }

        foreach (Match link in Link().Matches(text))
        {
            var path = link.Groups[1].Value.Split('#')[0];
            if (path.Length == 0 || path.Contains("://", StringComparison.Ordinal) || path.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            if (!Exists(Path.GetDirectoryName(file)!, path)) yield return $"{name} names {path}";
        }
    }

    private static bool Exists(string from, string path)
    {
        var full = Path.Combine(from, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    /// <summary>A path in backquotes: without blanks, placeholders and wildcards.</summary>
    [GeneratedRegex(@"`([A-Za-z0-9._/-]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
