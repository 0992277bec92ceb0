using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Temas.Tests.Import;

/// <summary>Whatever the importer says of a row, the page of imports says in the reader's language.</summary>
public sealed partial class RejectWordsTests
{
    private static readonly string Source = Path.Combine(Root(), "src/Temas.Collect");

    [Fact]
    public void Sentences_OfTheImporter_HaveWordsOnThePage()
    {
        var said = Directory.EnumerateFiles(Path.Combine(Source, "Import"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)
            .SelectMany(code => Told().Matches(code).Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        said.ShouldContain("ragged_row");
        said.ShouldContain("alias_incomplete");
        said.ShouldContain("time_twice");
        var words = XDocument.Load(Path.Combine(Source, "Pages/ImportsPage.resx")).Root!.Elements("data").Select(d => d.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var sentence in said) words.ShouldContain($"reject_{sentence}");
        // And none is left over.
        foreach (var word in words.Where(w => w.StartsWith("reject_", StringComparison.Ordinal))) said.ShouldContain(word[7..]);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex("""(?:RowFault\(|Fail\(|Broken\(|Require\([^;]*?, |Sentence = [^;"]*|TimeFault\.(?:Twice|Never) => |\? \()"([a-z_]{6,})"(?!\))""")]
    private static partial Regex Told();
}
