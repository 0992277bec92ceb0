using System.Runtime.InteropServices;

namespace Temas.Collect.Import.Mapping;

/// <summary>The columns that a mapping names, numbered; where each lies is found anew for each file.</summary>
internal sealed class ColumnTable
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Path)> entries = [];

    /// <summary>Names, and the place in the mapping that named each first.</summary>
    public IReadOnlyList<(string Name, string Path)> Entries => entries;

    /// <summary>The number of a column, which <paramref name="path"/> in the mapping names.</summary>
    public int NumberOf(string name, string path)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, name, out var known);
        if (known) return number;
        number = entries.Count;
        entries.Add((name, path));
        return number;
    }
}

/// <summary>Words that stand for no value, compared exactly.</summary>
internal sealed class NullWords(IReadOnlyList<string> words)
{
    private readonly string[] words = [.. words];

    /// <summary>Only the empty text.</summary>
    public static NullWords Default { get; } = new([""]);

    /// <summary>None.</summary>
    public static NullWords None { get; } = new([]);

    /// <summary>Whether <paramref name="value"/> stands for no value.</summary>
    public bool Contains(ReadOnlySpan<char> value)
    {
        foreach (var word in words)
        {
            if (value.SequenceEqual(word)) return true;
        }

        return false;
    }
}
