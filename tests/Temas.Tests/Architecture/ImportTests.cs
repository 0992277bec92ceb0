namespace Temas.Tests.Architecture;

/// <summary>The order of imports, which no analyzer of the build looks at: those of the system first, each group by name.</summary>
public sealed class ImportTests
{
    [Fact]
    public void Imports_OfEveryFile_AreInOrder() => Repository.Files(".cs").SelectMany(path => Faults(Path.GetRelativePath(Repository.Root, path), File.ReadLines(path))).ShouldBeEmpty();

    [Fact]
    public void Imports_OutOfOrder_AreFoundOut()
    {
        Faults("a.cs", ["using System;", "using System.Text;", "using Microsoft.Data.Sqlite;", "using static System.Math;", "using A = System.Int32;", "", "namespace X;"]).ShouldBeEmpty();
        Faults("a.cs", ["using Temas.Kernel;", "using System;"]).ShouldBe(["a.cs: using System; stands after using Temas.Kernel;"]);
        Faults("a.cs", ["using Temas.Kernel;", "using Temas.Insight.Columns;"]).ShouldHaveSingleItem();
    }

    // Plain imports; static ones and other names stand after them, and are few.
    private static IEnumerable<string> Faults(string file, IEnumerable<string> lines)
    {
        var imports = lines.TakeWhile(line => !line.StartsWith("namespace", StringComparison.Ordinal)).Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=') && !line.Contains('(') && !line.StartsWith("using static ", StringComparison.Ordinal)).ToList();
        return imports.Zip(imports.Skip(1)).Where(pair => Compare(pair.First, pair.Second) > 0).Select(pair => $"{file}: {pair.Second} stands after {pair.First}");
    }

    private static int Compare(string one, string other) => (IsOfSystem(other) ? 1 : 0) - (IsOfSystem(one) ? 1 : 0) is not 0 and var groups ? groups : string.Compare(Name(one), Name(other), StringComparison.OrdinalIgnoreCase);

    private static bool IsOfSystem(string import) => Name(import) == "System" || Name(import).StartsWith("System.", StringComparison.Ordinal);

    private static string Name(string import) => import["using ".Length..^1];
}
