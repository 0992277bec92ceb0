using System.Globalization;
using Temas.Kernel;
using YamlDotNet.RepresentationModel;

namespace Temas.Collect.Import.Mapping;

/// <summary>Gathers everything that is wrong with a mapping.</summary>
internal sealed class MappingFaults
{
    private readonly List<Problem> problems = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Notes a fault at a place of the mapping.</summary>
    public void Add(string path, YamlNode? node, string detail, string? wayOut = null)
    {
        var line = node is null ? "" : string.Create(CultureInfo.InvariantCulture, $"Line {node.Start.Line}: ");
        var value = node is YamlScalarNode scalar ? scalar.Value : null;
        problems.Add(Problem.Invalid("mapping_invalid", line + detail, path, value, wayOut));
    }
}

/// <summary>A YAML mapping node that is read key by key; keys that nobody read are faults.</summary>
internal sealed class YamlMap
{
    private readonly Dictionary<string, YamlNode> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly MappingFaults faults;

    public YamlMap(YamlMappingNode node, string path, MappingFaults faults)
    {
        (Path, this.faults) = (path, faults);
        foreach (var (key, value) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } name }) values[name] = value;
            else faults.Add(path, key, "A key must be a text.");
        }
    }

    /// <summary>Its place in the mapping; empty for the whole.</summary>
    public string Path { get; }

    /// <summary>Its keys, in order.</summary>
    public IEnumerable<KeyValuePair<string, YamlNode>> Entries => values;

    /// <summary>The place of a key.</summary>
    public string At(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>The node of a key, or null.</summary>
    public YamlNode? Node(string key)
    {
        known.Add(key);
        return values.GetValueOrDefault(key);
    }

    /// <summary>A single text, or null.</summary>
    public string? Text(string key)
    {
        var node = Node(key);
        if (node is null) return null;
        if (node is YamlScalarNode { Value: { } value }) return value;
        faults.Add(At(key), node, "A single value is expected here.");
        return null;
    }

    /// <summary>A text, or several.</summary>
    public List<string> Texts(string key)
    {
        var node = Node(key);
        switch (node)
        {
            case null: return [];
            case YamlScalarNode { Value: { } value }: return [value];
            case YamlSequenceNode list when list.All(n => n is YamlScalarNode): return [.. list.Select(n => ((YamlScalarNode)n).Value ?? "")];
            default:
                faults.Add(At(key), node, "A text or a list of texts is expected here.");
                return [];
        }
    }

    /// <summary>True or false; <paramref name="otherwise"/> when it is not said.</summary>
    public bool Flag(string key, bool otherwise)
    {
        var text = Text(key);
        if (text is null) return otherwise;
        if (text is "true" or "false") return text == "true";
        faults.Add(At(key), Node(key), "true or false is expected here.");
        return otherwise;
    }

    /// <summary>A whole number within bounds; <paramref name="otherwise"/> when it is not said.</summary>
    public int Number(string key, int otherwise, int least, int most = 1_000_000)
    {
        var text = Text(key);
        if (text is null) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        faults.Add(At(key), Node(key), string.Create(CultureInfo.InvariantCulture, $"A whole number from {least} to {most} is expected here."));
        return otherwise;
    }

    /// <summary>One of several words; <paramref name="otherwise"/> when it is not said.</summary>
    public T Word<T>(string key, T otherwise, params (string Word, T Value)[] words)
    {
        var text = Text(key);
        if (text is null) return otherwise;
        foreach (var (word, value) in words)
        {
            if (text.Equals(word, StringComparison.Ordinal)) return value;
        }

        faults.Add(At(key), Node(key), $"One of {string.Join(", ", words.Select(w => w.Word))} is expected here.");
        return otherwise;
    }

    /// <summary>A nested mapping, or null.</summary>
    public YamlMap? Map(string key)
    {
        var node = Node(key);
        if (node is null) return null;
        if (node is YamlMappingNode map) return new YamlMap(map, At(key), faults);
        faults.Add(At(key), node, "Keys and values are expected here.");
        return null;
    }

    /// <summary>Makes a fault of every key that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, node) in values)
        {
            if (known.Contains(key)) continue;
            var near = known.MinBy(k => Distance(k, key));
            faults.Add(At(key), node, "There is no such key.", near is not null && Distance(near, key) <= 2 ? $"Did you mean {near}?" : $"Keys here are: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
