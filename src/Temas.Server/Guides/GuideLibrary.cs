using System.Collections.Concurrent;
using System.Collections.Frozen;
using Temas.Ui;

namespace Temas.Server.Guides;

/// <summary>The guides of <c>docs/</c>. They travel inside this assembly, so they are of the same release as the product that they describe, wherever it runs.</summary>
internal sealed class GuideLibrary
{
    private const string Prefix = "docs/";

    private readonly FrozenDictionary<string, GuideFile> files;
    private readonly ConcurrentDictionary<(string Name, bool Pinned), Guide> made = new();

    public GuideLibrary()
        : this(Embedded())
    {
    }

    /// <summary>A library of files by their path within <c>docs/</c>.</summary>
    internal GuideLibrary(IEnumerable<(string Path, string Text)> texts) =>
        files = texts.Select(t => Known(t.Path, t.Text)).ToFrozenDictionary(f => Name(f.Key, f.Language), StringComparer.Ordinal);

    /// <summary>All files, by their path within <c>docs/</c>.</summary>
    public IEnumerable<GuideFile> Files => files.Values;

    /// <summary>
    /// The guide in <paramref name="language"/>, or in English where it has no other; null where there is none. When the reader asked for the language by the address
    /// (<paramref name="pinned"/>), the links in it ask for it, too.
    /// </summary>
    public Guide? Find(string key, string language, bool pinned = false)
    {
        var file = files.GetValueOrDefault(Name(key, language)) ?? files.GetValueOrDefault(Name(key, "en"));
        // A key with the ending of a translation is the name of a file, and no guide.
        if (file is null || file.Key != key) return null;
        return made.GetOrAdd((Name(file.Key, file.Language), pinned), _ => new GuideRenderer(file, HeadingsOf(file), (path, anchor) => Address(path, anchor, pinned ? file.Language : null)).Render());
    }

    /// <summary>Whether there is a guide in exactly this language.</summary>
    public bool Has(string key, string language) => files.ContainsKey(Name(key, language));

    /// <summary>The headings of a file with their anchors in the product.</summary>
    public IReadOnlyList<GuideHeading> HeadingsOf(GuideFile file) => file.Headings(files.GetValueOrDefault(Name(file.Key, "en")) ?? file);

    /// <summary>The address of a file and of an anchor in it, or of a key and the product's own anchor; null where one of them is not there.</summary>
    private string? Address(string path, string? anchor, string? language)
    {
        if (files.TryGetValue(path, out var file))
        {
            if (anchor is null) return TemasUrls.Guide(file.Key, null, language);
            return HeadingsOf(file).FirstOrDefault(h => h.Slug == anchor) is { } heading ? TemasUrls.Guide(file.Key, heading.Id, language) : null;
        }

        return files.ContainsKey(Name(path, "en")) ? TemasUrls.Guide(path, anchor, language) : null;
    }

    private static string Name(string key, string language) => language == "en" ? $"{key}.md" : $"{key}.{language}.md";

    private static GuideFile Known(string path, string text)
    {
        var key = path[..^".md".Length];
        return key.EndsWith(".tr", StringComparison.Ordinal) ? new GuideFile(key[..^".tr".Length], "tr", text) : new GuideFile(key, "en", text);
    }

    private static IEnumerable<(string Path, string Text)> Embedded()
    {
        var assembly = typeof(GuideLibrary).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[Prefix.Length..].Replace('\\', '/'), reader.ReadToEnd());
        }
    }
}
