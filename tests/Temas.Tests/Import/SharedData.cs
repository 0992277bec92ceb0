namespace Temas.Tests.Import;

/// <summary>Finds the repository, and the real data that lies beside it.</summary>
internal static class SharedData
{
    public static string Repository { get; } = Above(AppContext.BaseDirectory, "Temas.slnx")!;

    /// <summary>The folder shared/data beside the repository, or null where nobody put it.</summary>
    public static string? Folder { get; } = Above(Repository, Path.Combine("shared", "data")) is { } parent ? Path.Combine(parent, "shared", "data") : null;

    public static string Mapping(string name) => Path.Combine(Repository, "tests", "Temas.Tests", "Import", name);

    private static string? Above(string from, string what)
    {
        for (var at = new DirectoryInfo(from); at is not null; at = at.Parent)
        {
            if (Path.Exists(Path.Combine(at.FullName, what))) return at.FullName;
        }

        return null;
    }
}

/// <summary>A test on real data, skipped where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute()
    {
        if (SharedData.Folder is null) Skip = "The folder ../shared/data is absent.";
    }
}
