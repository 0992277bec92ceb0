using System.Runtime.CompilerServices;

namespace Temas.Server.Tests;

/// <summary>Where the sources lie, for tests that hold files of the repository against the program.</summary>
internal static class Source
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    private static string Here([CallerFilePath] string path = "") => path;
}
