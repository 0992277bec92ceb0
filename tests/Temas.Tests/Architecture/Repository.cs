namespace Temas.Tests.Architecture;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Temas.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Temas.slnx stands in no folder above the tests.");
    }

    /// <summary>Files under the root whose name ends in <paramref name="extension"/>, without what was built or installed.</summary>
    public static IEnumerable<string> Files(string extension) => Under(new DirectoryInfo(Root), extension);

    private static IEnumerable<string> Under(DirectoryInfo folder, string extension)
    {
        foreach (var file in folder.EnumerateFiles("*" + extension)) yield return file.FullName;
        foreach (var inner in folder.EnumerateDirectories())
        {
            if (inner.Name is "bin" or "obj" or "node_modules" or "artifacts" or "data" or "TestResults" || inner.Name.StartsWith('.')) continue;
            foreach (var file in Under(inner, extension)) yield return file;
        }
    }
}
