using Temas.Collect.Import.Rows;
using Temas.Kernel;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Temas.Collect.Import.Mapping;

/// <summary>Reads a mapping from YAML and holds it against its rules. docs/importing.md is its reference.</summary>
internal sealed class ReadMapping
{
    /// <summary>Largest mapping, in characters.</summary>
    public const int MaxLength = 1024 * 1024;

    private readonly MappingFaults faults = new();
    private readonly ColumnTable columns = new();

    private ReadMapping()
    {
    }

    /// <summary>The mapping in <paramref name="yaml"/>, or everything that is wrong with it. <paramref name="key"/> is its name when it gives none itself.</summary>
    public static (ImportMapping? Mapping, IReadOnlyList<Problem> Problems) From(string yaml, string key)
    {
        var reading = new ReadMapping();
        var mapping = reading.Read(yaml, key);
        return reading.faults.Problems.Count == 0 ? (mapping, []) : (null, reading.faults.Problems);
    }

    private ImportMapping? Read(string yaml, string key)
    {
        if (yaml.Length > MaxLength)
        {
            faults.Add("", null, $"The mapping has more than {MaxLength} characters.");
            return null;
        }

        YamlNode? root;
        try
        {
            // Aliases make it possible to write a document that unfolds without end; mappings have no need of them.
            var parser = new Parser(new StringReader(yaml));
            var depth = 0;
            while (parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
                if (parser.Current is YamlDotNet.Core.Events.AnchorAlias || depth > 40)
                {
                    faults.Add("", null, $"Line {parser.Current.Start.Line}: anchors, and more than 40 levels, are not supported in a mapping.", "Write the part out; keys at the top hold for all events.");
                    return null;
                }
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            root = stream.Documents.Count == 1 ? stream.Documents[0].RootNode : null;
        }
        catch (YamlException e)
        {
            faults.Add("", null, $"Line {e.Start.Line}: {e.Message}", "A text that begins with a special character, or holds ': ' or ' #', must be quoted.");
            return null;
        }

        if (root is not YamlMappingNode node)
        {
            faults.Add("", root, "A mapping is one YAML document of keys and values.");
            return null;
        }

        var map = new YamlMap(node, "", faults);
        key = map.Text("key") ?? key;
        if (key.Length is 0 or > 200) faults.Add("key", map.Node("key"), "A key has 1 to 200 characters.");
        var input = new ReadFileFormat(faults).Read(map);
        var values = new ReadValues(faults, columns, map);
        var joins = ReadJoins(map, values);
        var rowCondition = map.Has("events") ? values.Condition(map, "when") : null;
        var events = new ReadEvents(faults, values).Read(map);
        map.RefuseOthers();
        return new ImportMapping { Key = key, Input = input, Joins = joins, When = rowCondition, Events = events, Columns = columns };
    }

    private List<JoinSpec> ReadJoins(YamlMap map, ReadValues values)
    {
        List<JoinSpec> joins = [];
        if (map.Map("joins") is not { } all) return joins;
        foreach (var (name, node) in all.Entries)
        {
            if (node is not YamlMappingNode inner)
            {
                faults.Add(all.At(name), node, "A join has the keys file, on and key.");
                continue;
            }

            if (name.Length == 0 || !name.All(c => char.IsLetterOrDigit(c) || c == '_')) faults.Add(all.At(name), node, "The name of a join has letters, digits and underscores only.");
            var join = new YamlMap(inner, all.At(name), faults);
            var file = join.Text("file");
            var on = values.Template(join, "on");
            var joinKey = join.Text("key");
            if (file is null) faults.Add(join.At("file"), inner, "A join needs the path of its file.");
            if (!join.Has("on")) faults.Add(join.At("on"), inner, "A join needs the value that is looked up, such as on: $product_id.");
            if (joinKey is null) faults.Add(join.At("key"), inner, "A join needs the column of its file that holds the key.");
            var missing = join.Word("missing", MissingJoin.Empty, ("empty", MissingJoin.Empty), ("skip", MissingJoin.Skip), ("reject", MissingJoin.Reject));
            var duplicates = join.Word("duplicates", DuplicateJoin.Fail, ("fail", DuplicateJoin.Fail), ("first", DuplicateJoin.First), ("last", DuplicateJoin.Last));
            var format = new ReadFileFormat(faults).Read(join);
            join.RefuseOthers();
            if (file is not null && on is not null && joinKey is not null) joins.Add(new JoinSpec(name, file, on, joinKey, missing, duplicates, format));
        }

        return joins;
    }
}

/// <summary>Reads how a file is written.</summary>
internal sealed class ReadFileFormat(MappingFaults faults)
{
    /// <summary>The format that the keys of <paramref name="map"/> describe.</summary>
    public FileFormat Read(YamlMap map)
    {
        var format = map.Word("format", InputFormat.Csv, ("csv", InputFormat.Csv), ("fixed", InputFormat.Fixed), ("jsonl", InputFormat.Jsonl));
        var encodingName = map.Text("encoding") ?? "auto";
        var encoding = encodingName == "auto" ? null : TextEncodings.Find(encodingName);
        if (encoding is null && encodingName != "auto") faults.Add(map.At("encoding"), map.Node("encoding"), "There is no encoding of this name.", "Use auto, utf-8, utf-16le, utf-16be, windows-1254, iso-8859-9, or another IANA name.");
        var (names, places) = ReadColumns(map, format);
        var delimited = new DelimitedFormat(
            Delimiter(map),
            Character(map, "quote") ?? '"',
            map.Text("comment") is { Length: > 0 } comment ? comment : null,
            map.Flag("trim", true),
            map.Word("ragged", false, ("reject", false), ("pad", true)));
        if (delimited.Delimiter == delimited.Quote) faults.Add(map.At("delimiter"), map.Node("delimiter"), "Delimiter and quote must differ.");
        return new FileFormat
        {
            Format = format,
            Encoding = encoding,
            Names = names,
            Places = places,
            Delimited = delimited,
            Header = map.Flag("header", format == InputFormat.Csv),
            Skip = map.Number("skip", 0, 0),
            Nulls = map.Has("nulls") ? new NullWords([.. map.Texts("nulls").Append("").Distinct(StringComparer.Ordinal)]) : NullWords.Default,
        };
    }

    private char? Delimiter(YamlMap map) => map.Text("delimiter") switch
    {
        null or "auto" => null,
        "tab" or "\\t" => '\t',
        "comma" => ',',
        "semicolon" => ';',
        "pipe" => '|',
        "space" => ' ',
        _ => Character(map, "delimiter"),
    };

    private char? Character(YamlMap map, string key)
    {
        var text = map.Text(key);
        if (text is null) return null;
        if (text.Length == 1 && text[0] is not ('\r' or '\n')) return text[0];
        faults.Add(map.At(key), map.Node(key), "A single character is expected here.");
        return null;
    }

    private (List<string> Names, List<FixedColumn> Places) ReadColumns(YamlMap map, InputFormat format)
    {
        List<string> names = [];
        List<FixedColumn> places = [];
        var node = map.Node("columns");
        if (format == InputFormat.Fixed && node is not YamlSequenceNode { Children.Count: > 0 })
        {
            faults.Add(map.At("columns"), node, "A fixed-width file needs its columns.", "List them: - { name: customer, start: 2, width: 5 }");
            return (names, places);
        }

        if (node is null) return (names, places);
        if (node is not YamlSequenceNode list || format == InputFormat.Jsonl)
        {
            faults.Add(map.At("columns"), node, format == InputFormat.Jsonl ? "JSON Lines have no columns: name values by their path, such as $customer.email." : "A list is expected here.");
            return (names, places);
        }

        var next = 1;
        foreach (var (item, i) in list.Select((n, i) => (n, i)))
        {
            var at = $"{map.At("columns")}[{i}]";
            if (format == InputFormat.Csv && item is YamlScalarNode { Value: { } name })
            {
                names.Add(name);
            }
            else if (format == InputFormat.Fixed && item is YamlMappingNode inner)
            {
                var column = new YamlMap(inner, at, faults);
                var columnName = column.Text("name");
                var start = column.Number("start", next, 1);
                var width = column.Number("width", 0, 1);
                if (string.IsNullOrEmpty(columnName)) faults.Add(column.At("name"), inner, "A column needs a name.");
                else if (places.Exists(p => p.Name.Equals(columnName, StringComparison.Ordinal))) faults.Add(column.At("name"), inner, $"Two columns are called {columnName}.");
                if (!column.Has("width")) faults.Add(column.At("width"), inner, "A column needs its width, in characters.");
                column.RefuseOthers();
                places.Add(new FixedColumn(columnName ?? "", start, width));
                next = start + width;
            }
            else
            {
                faults.Add(at, item, format == InputFormat.Csv ? "The name of a column is expected here." : "A column is written { name: …, start: …, width: … }.");
            }
        }

        foreach (var twice in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1)) faults.Add(map.At("columns"), node, $"Two columns are called {twice.Key}.");
        return (names, places);
    }
}
