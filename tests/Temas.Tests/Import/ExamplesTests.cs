using System.Text.RegularExpressions;
using Temas.Collect.Import.Mapping;

namespace Temas.Tests.Import;

/// <summary>The examples of the documentation do what it says, and message ids stay as they are: they decide what is a duplicate.</summary>
public sealed partial class ExamplesTests : IDisposable
{
    private static readonly string Folder = Path.Combine(SharedData.Repository, "docs", "examples", "import");

    private readonly ImportFolder folder = new();

    public static TheoryData<string, string> Examples => new()
    {
        { "orders.yaml", "orders.csv" },
        { "loyalty.yaml", "loyalty.txt" },
        { "calls.yaml", "calls.jsonl" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_Imported_GivesTheEventsBesideIt(string mapping, string data)
    {
        var report = await folder.RunAsync(folder.Request(Path.Combine(Folder, mapping), Path.Combine(Folder, data)) with { DryRun = true, Preview = 100 });

        report.Problems.ShouldBeEmpty();
        report.Rejects.ShouldBeEmpty();
        var expected = await File.ReadAllTextAsync(Path.Combine(Folder, Path.ChangeExtension(mapping, ".events.jsonl")));
        string.Join('\n', report.Preview).ShouldBe(expected.TrimEnd());
    }

    [Fact]
    public void Examples_AreAllTested() =>
        Directory.GetFiles(Folder, "*.yaml").Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(Examples.Select(e => (string)e[0]).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Guide_MappingInIt_IsAMapping()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(SharedData.Repository, "docs", "importing.md"));
        var whole = YamlBlock().Match(guide).Groups[1].Value;
        whole.ShouldContain("shop-orders");
        ReadMapping.From(whole, "x").Problems.ShouldBeEmpty();
        foreach (Match block in YamlBlock().Matches(guide).Skip(1))
        {
            var top = block.Groups[1].Value;
            ReadMapping.From(top + (top.Contains("userId", StringComparison.Ordinal) ? "" : "userId: $u\nevent: E\ntime: $t\n"), "x").Problems.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Guide_ListsEveryReasonOfTheImporter()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(SharedData.Repository, "docs", "importing.md"));
        foreach (var file in Directory.GetFiles(Path.Combine(SharedData.Repository, "src", "Temas.Collect", "Import"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match reason in Reason().Matches(await File.ReadAllTextAsync(file))) guide.ShouldContain($"`{reason.Groups[1].Value}`");
        }
    }

    [GeneratedRegex(@"```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex(@"(?:new RowFault\(|row\.Fail\(|Broken\()""([a-z_]+)""")]
    private static partial Regex Reason();
}
