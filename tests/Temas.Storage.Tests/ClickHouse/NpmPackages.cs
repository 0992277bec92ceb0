using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>Where npm put the packages of this project, and the native libraries in them.</summary>
internal static class NpmPackages
{
    private static readonly ConcurrentDictionary<string, string> Libraries = [];

    static NpmPackages() => NativeLibrary.SetDllImportResolver(typeof(NpmPackages).Assembly, (name, _, _) => Libraries.TryGetValue(name, out var path) ? NativeLibrary.Load(path) : 0);

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "node_modules"));

    /// <summary>Says where a library lies that is imported by a short name.</summary>
    public static void Resolve(string name, string path) => Libraries[name] = path;
}
