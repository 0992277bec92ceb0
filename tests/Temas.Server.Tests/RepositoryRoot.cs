namespace Temas.Server.Tests;

/// <summary>The working copy that the tests were built from.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Temas.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Temas.slnx stands in no folder above the tests.");
    }
}
