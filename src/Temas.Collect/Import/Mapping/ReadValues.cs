using System.Globalization;
using NodaTime;
using NodaTime.Text;
using YamlDotNet.RepresentationModel;

namespace Temas.Collect.Import.Mapping;

/// <summary>Reads values, times and conditions; knows what the mapping says at its top about numbers, times and words.</summary>
internal sealed class ReadValues
{
    private readonly MappingFaults faults;
    private readonly ColumnTable columns;
    private readonly NumberFormat number;
    private readonly DateTimeZone zone;

    public ReadValues(MappingFaults faults, ColumnTable columns, YamlMap top)
    {
        (this.faults, this.columns) = (faults, columns);
        number = Number(top, NumberFormat.Default);
        zone = Zone(top, DateTimeZone.Utc);
    }

    /// <summary>A template, or null when the key is absent or wrong.</summary>
    public Template? Template(YamlMap map, string key) => map.Text(key) is { } text ? Template(text, map.At(key), map.Node(key)) : null;

    /// <summary>A template of a text without columns.</summary>
    public Template Literal(string text) => Mapping.Template.Read(text, "", columns, out _)!;

    /// <summary>Templates: one, or a list.</summary>
    public List<Template> Templates(YamlMap map, string key)
    {
        List<Template> templates = [];
        foreach (var text in map.Texts(key))
        {
            if (Template(text, map.At(key), map.Node(key)) is { } template) templates.Add(template);
        }

        return templates;
    }

    /// <summary>The value of a key, or null when it is absent or wrong.</summary>
    public ValueSpec? Value(YamlMap map, string key, bool isTime = false) => map.Node(key) is { } node ? Value(node, map.At(key), isTime) : null;

    /// <summary>A value: a template, or keys that say more about it.</summary>
    public ValueSpec? Value(YamlNode node, string path, bool isTime = false)
    {
        if (node is YamlScalarNode { Value: { } text })
        {
            var template = Template(text, path, node);
            return template is null ? null : Checked(new ValueSpec
            {
                Path = path,
                Template = template,
                As = isTime ? ValueKind.Time : ValueKind.Text,
                Time = isTime ? Times(["iso"], zone, null, null) : null,
            }, node);
        }

        if (node is not YamlMappingNode inner)
        {
            faults.Add(path, node, "A value is a text, or has the key value.");
            return null;
        }

        var map = new YamlMap(inner, path, faults);
        var spec = Read(map, inner, isTime);
        map.RefuseOthers();
        return spec is null ? null : Checked(spec, node);
    }

    /// <summary>The object of a key, or null when it is absent.</summary>
    public ObjectNode? Object(YamlMap map, string key)
    {
        var node = map.Node(key);
        if (node is null) return null;
        if (node is YamlMappingNode inner) return Object(inner, map.At(key));
        faults.Add(map.At(key), node, "Names and values are expected here.");
        return null;
    }

    /// <summary>The condition of a key, or null when it is absent or wrong.</summary>
    public Condition? Condition(YamlMap map, string key) => map.Node(key) is { } node ? Condition(node, map.At(key)) : null;

    private Condition? Condition(YamlNode node, string path)
    {
        switch (node)
        {
            case YamlScalarNode { Value: { } text }:
                var comparison = Comparison.Read(text, path, columns, number, out var fault);
                if (fault is not null) faults.Add(path, node, fault);
                return comparison;
            case YamlSequenceNode list:
                return new AllOf(Parts(list, path));
            case YamlMappingNode inner:
                var map = new YamlMap(inner, path, faults);
                List<Condition> parts = [];
                if (map.Node("all") is { } all && Condition(all, map.At("all")) is { } allOf) parts.Add(allOf);
                if (map.Node("any") is { } any)
                {
                    if (any is YamlSequenceNode anyList) parts.Add(new AnyOf(Parts(anyList, map.At("any"))));
                    else faults.Add(map.At("any"), any, "A list of conditions is expected here.");
                }

                if (map.Node("not") is { } not && Condition(not, map.At("not")) is { } inverse) parts.Add(new NotThat(inverse));
                map.RefuseOthers();
                return new AllOf(parts);
            default:
                faults.Add(path, node, "A condition is expected here.");
                return null;
        }
    }

    private List<Condition> Parts(YamlSequenceNode list, string path)
    {
        List<Condition> parts = [];
        for (var i = 0; i < list.Children.Count; i++)
        {
            if (Condition(list.Children[i], $"{path}[{i}]") is { } part) parts.Add(part);
        }

        if (list.Children.Count == 0) faults.Add(path, list, "The list of conditions is empty.");
        return parts;
    }

    private ObjectNode Object(YamlMappingNode node, string path)
    {
        var made = new ObjectNode();
        foreach (var (key, value) in new YamlMap(node, path, faults).Entries)
        {
            var at = $"{path}.{key}";
            var steps = key.Split('.');
            if (Array.Exists(steps, s => s.Length == 0))
            {
                faults.Add(at, value, "A name must not be empty, nor a part of it between dots.");
                continue;
            }

            if (Node(value, at) is { } child && !Put(made, steps, child)) faults.Add(at, value, "This name is given twice.");
        }

        return made;
    }

    // "address.city" is city in the object address, so that flat columns make nested properties without nested YAML.
    private static bool Put(ObjectNode target, string[] steps, JsonNode child)
    {
        foreach (var step in steps[..^1])
        {
            if (target.Find(step) is not { } inner)
            {
                inner = new ObjectNode();
                target.Add(step, inner);
            }

            if (inner is not ObjectNode next) return false;
            target = next;
        }

        return target.Add(steps[^1], child);
    }

    private JsonNode? Node(YamlNode node, string path)
    {
        switch (node)
        {
            case YamlMappingNode map when !map.Children.ContainsKey(new YamlScalarNode("value")):
                return Object(map, path);
            case YamlSequenceNode list:
                List<JsonNode> items = [];
                for (var i = 0; i < list.Children.Count; i++)
                {
                    if (Node(list.Children[i], $"{path}[{i}]") is { } item) items.Add(item);
                }

                return new ArrayNode(items);
            default:
                return Value(node, path) is { } value ? new ValueNode(value) : null;
        }
    }

    private ValueSpec? Read(YamlMap map, YamlNode node, bool isTime)
    {
        var template = Template(map, "value");
        if (!map.Has("value")) faults.Add(map.At("value"), node, "The key value is missing.", "Name a column, as value: $column, or write a text.");
        var kind = isTime ? ValueKind.Time : map.Word("as", ValueKind.Text,
            ("text", ValueKind.Text), ("number", ValueKind.Number), ("integer", ValueKind.Integer), ("boolean", ValueKind.Boolean),
            ("date", ValueKind.Date), ("time", ValueKind.Time), ("json", ValueKind.Json));
        var timed = kind is ValueKind.Date or ValueKind.Time;
        var formats = map.Texts("format");
        var nulls = map.Texts("nulls");
        var (yes, no) = (map.Texts("true"), map.Texts("false"));
        var spec = new ValueSpec
        {
            Path = map.Path,
            Template = template ?? Literal(""),
            As = kind,
            Number = Number(map, number),
            Time = timed ? Times(formats.Count == 0 ? ["iso"] : formats, Zone(map, zone), map, node) : null,
            Words = yes.Count + no.Count == 0 ? BooleanWords.Default : new BooleanWords(yes, no),
            Nulls = nulls.Count == 0 ? NullWords.None : new NullWords(nulls),
            Default = map.Text("default"),
            Map = ReadMap(map),
            Otherwise = map.Text("otherwise"),
            Required = map.Flag("required", false),
        };
        if (yes.Count + no.Count > 0 && kind != ValueKind.Boolean) faults.Add(map.At("true"), node, "Words for true and false need as: boolean.");
        if (formats.Count > 0 && !timed) faults.Add(map.At("format"), node, "A format needs as: date or as: time.");
        if ((map.Has("decimal") || map.Has("group")) && kind is not (ValueKind.Number or ValueKind.Integer)) faults.Add(map.At("decimal"), node, "decimal and group need as: number or as: integer.");
        if (spec.Otherwise is not null && spec.Map is null) faults.Add(map.At("otherwise"), node, "otherwise needs map.");
        return template is null ? null : spec;
    }

    private Dictionary<string, string>? ReadMap(YamlMap map)
    {
        if (map.Map("map") is not { } words) return null;
        Dictionary<string, string> read = new(StringComparer.Ordinal);
        foreach (var (word, value) in words.Entries)
        {
            if (value is YamlScalarNode { Value: { } text }) read[word] = text;
            else faults.Add(words.At(word), value, "A single value is expected here.");
        }

        return read;
    }

    private TimeFormat? Times(IReadOnlyList<string> formats, DateTimeZone zoneOf, YamlMap? map, YamlNode? node)
    {
        var timeOfDay = LocalTime.Midnight;
        if (map?.Text("timeOfDay") is { } written)
        {
            if (LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(written) is { Success: true, Value: var parsed }) timeOfDay = parsed;
            else faults.Add(map.At("timeOfDay"), node, "A time of day is written HH:mm, in quotes.");
        }

        var ambiguous = map?.Word("ambiguous", AmbiguousTime.Earlier, ("earlier", AmbiguousTime.Earlier), ("later", AmbiguousTime.Later), ("reject", AmbiguousTime.Reject)) ?? AmbiguousTime.Earlier;
        var skipped = map?.Word("skipped", SkippedTime.Forward, ("forward", SkippedTime.Forward), ("reject", SkippedTime.Reject)) ?? SkippedTime.Forward;
        var culture = map?.Word("language", "", ("en", ""), ("tr", "tr-TR")) ?? "";
        var format = TimeFormat.Make(formats, zoneOf, timeOfDay, ambiguous, skipped, culture.Length == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(culture), out var fault);
        if (fault is not null) faults.Add(map!.At("format"), node, fault, "Use iso, unix, unix-ms, or a pattern such as dd.MM.yyyy HH:mm:ss; put letters that stand for themselves into single quotes.");
        return format;
    }

    private DateTimeZone Zone(YamlMap map, DateTimeZone otherwise)
    {
        if (map.Text("zone") is not { } id) return otherwise;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } found) return found;
        var last = id[(id.LastIndexOf('/') + 1)..];
        var near = DateTimeZoneProviders.Tzdb.Ids.Where(i => last.Length > 2 && i.Contains(last, StringComparison.OrdinalIgnoreCase)).Take(3).ToList();
        faults.Add(map.At("zone"), map.Node("zone"), "There is no time zone of this name.", near.Count > 0 ? $"Did you mean {string.Join(" or ", near)}?" : "Use an IANA name such as Europe/Istanbul, or UTC.");
        return otherwise;
    }

    private NumberFormat Number(YamlMap map, NumberFormat otherwise)
    {
        var mark = map.Text("decimal");
        var group = map.Text("group");
        if (mark is null && group is null) return otherwise;
        if (mark is not (null or "." or ",")) faults.Add(map.At("decimal"), map.Node("decimal"), "A point or a comma is expected here.");
        if (group is not (null or "" or "none" or "." or "," or " " or "'" or "_")) faults.Add(map.At("group"), map.Node("group"), "One of '.', ',', ' ', an apostrophe, '_' or none is expected here.");
        var made = new NumberFormat(
            mark is { Length: 1 } ? mark[0] : otherwise.Decimal,
            group switch { null => mark is null || mark[0] == otherwise.Decimal ? otherwise.Group : null, { Length: 1 } => group[0], _ => null });
        if (made.Decimal == made.Group) faults.Add(map.At("group"), map.Node("group") ?? map.Node("decimal"), "decimal and group must differ.");
        return made;
    }

    private Template? Template(string text, string path, YamlNode? node)
    {
        var template = Mapping.Template.Read(text, path, columns, out var fault);
        if (fault is not null) faults.Add(path, node, fault);
        return template;
    }

    // What does not depend on the row can be held against its type now.
    private ValueSpec Checked(ValueSpec spec, YamlNode node)
    {
        if (spec.Default is { } fallback) CheckConstant(spec, fallback, $"{spec.Path}.default", node);
        if (spec.Template.IsConstant && spec.Map is null) CheckConstant(spec, spec.Template.Constant, spec.Path, node);
        foreach (var (_, mapped) in spec.Map ?? new Dictionary<string, string>()) CheckConstant(spec, mapped, $"{spec.Path}.map", node);
        if (spec.Otherwise is { } otherwise) CheckConstant(spec, otherwise, $"{spec.Path}.otherwise", node);
        return spec;
    }

    private void CheckConstant(ValueSpec spec, string text, string path, YamlNode node)
    {
        if (text.Length == 0) return;
        Span<char> digits = stackalloc char[NumberFormat.MaxLength + 2];
        var good = spec.As switch
        {
            ValueKind.Number or ValueKind.Integer => spec.Number.TryNormalize(text, digits, out _),
            ValueKind.Boolean => spec.Words.Read(text) is not null,
            ValueKind.Date => spec.Time?.Date(text) is not null,
            ValueKind.Time => spec.Time is null || spec.Time.TryInstant(text, out _, out _),
            _ => true,
        };
        if (!good) faults.Add(path, node, $"'{text}' cannot be read as {spec.As.ToString().ToLowerInvariant()} in the way that this value is written.");
    }
}
