using System.Globalization;
using System.Text;
using System.Text.Json;
using Temas.Ui.Forms;

namespace Temas.Collect.Import.Uploads;

/// <summary>
/// The mapping of a file as a form: what becomes of each column, and what holds for all rows. It writes the YAML that <c>./temas import</c> takes, and nothing else reads a mapping: there is one importer.
/// </summary>
internal static class MappingForm
{
    /// <summary>What a column may become.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["ignore", "user_id", "anonymous_id", "email", "phone", "external", "time", "event", "property", "trait"];

    /// <summary>How a property or trait is read.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["text", "number", "integer", "boolean", "date", "time"];

    private static readonly string[] Plain = ["type", "event", "format", "zone", "decimal", "group", "encoding", "delimiter", "header", "key", "source"];

    private static readonly JsonSerializerOptions Quoted = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = Temas.Collect.Editing.QuotingJson.Default };

    /// <summary>Reads the fields that the form has for so many columns.</summary>
    public static Dictionary<string, string> Read(Func<string, string?> field, int columns)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Plain.Concat(Enumerable.Range(0, columns).SelectMany(i => new[] { DocumentParts.Row("role", i), DocumentParts.Row("name", i), DocumentParts.Row("as", i) })))
        {
            if (field(name)?.Trim() is { Length: > 0 and <= 500 } text) form[name] = text;
        }

        return form;
    }

    /// <summary>What a form begins with: roles and names guessed by the names of the columns, the rest by what is usual in the workspace.</summary>
    public static Dictionary<string, string> Guess(DetectedFile file, string fileName, string zone)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = "track",
            ["format"] = "iso",
            ["zone"] = zone,
            ["decimal"] = ".",
            ["header"] = "yes",
            ["source"] = "import",
            ["key"] = Path.GetFileNameWithoutExtension(fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName),
        };
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < file.Columns.Count; i++)
        {
            var role = RoleOf(Pages.TouchpointWords.KeyOf(file.Columns[i]));
            if (role is not ("property" or "ignore") && !taken.Add(role)) role = "property";
            form[DocumentParts.Row("role", i)] = role;
            if (role == "property") form[DocumentParts.Row("name", i)] = Pages.TouchpointWords.KeyOf(file.Columns[i]).Replace('-', '_') is { Length: > 0 } name ? name : DocumentParts.Row("column", i + 1);
            if (role == "property" && LooksNumeric(file, i)) form[DocumentParts.Row("as", i)] = "number";
        }

        if (!taken.Contains("event")) form["event"] = "Imported";
        var time = Enumerable.Range(0, file.Columns.Count).FirstOrDefault(i => form[DocumentParts.Row("role", i)] == "time", -1);
        if (time >= 0 && file.Rows.Select(r => r[time]).FirstOrDefault(v => v.Length > 0) is { } sample) form["format"] = FormatOf(sample);
        var (sign, group) = NumbersOf(file);
        form["decimal"] = sign;
        if (group.Length > 0) form["group"] = group;
        return form;
    }

    /// <summary>The mapping as YAML. Texts are quoted as JSON writes them, which is YAML, too.</summary>
    public static string ToYaml(IReadOnlyDictionary<string, string> form, DetectedFile file)
    {
        string Of(string name) => form.GetValueOrDefault(name, "");
        var yaml = new StringBuilder();
        void Line(string key, string value) => yaml.Append(key).Append(": ").Append(Quote(value)).Append('\n');
        if (Of("key").Length > 0) Line("key", Of("key"));
        Line("format", file.Format == "csv" ? "csv" : "jsonl");
        if (Of("encoding").Length > 0) Line("encoding", Of("encoding"));
        if (file.Format == "csv")
        {
            if (Of("delimiter").Length > 0) Line("delimiter", Of("delimiter"));
            if (Of("header") == "no") yaml.Append("header: false\n");
        }

        if (Of("zone").Length > 0) Line("zone", Of("zone"));
        if (Of("decimal").Length > 0) Line("decimal", Of("decimal"));
        if (Of("group").Length > 0) Line("group", Of("group"));
        var columns = Enumerable.Range(0, file.Columns.Count).Select(i => (Role: Of(DocumentParts.Row("role", i)), Name: Of(DocumentParts.Row("name", i)), As: Of(DocumentParts.Row("as", i)), Column: Column(file, i))).ToList();
        string? First(string role) => columns.FirstOrDefault(c => c.Role == role).Column;
        Line("type", Of("type").Length > 0 ? Of("type") : "track");
        if (Of("type") is not "identify") Line("event", First("event") ?? Literal(Of("event")));
        if (First("time") is { } time) yaml.Append("time: { value: ").Append(Quote(time)).Append(", format: ").Append(Quote(Of("format").Length > 0 ? Of("format") : "iso")).Append(" }\n");
        else Line("time", "received");
        foreach (var (role, key) in new[] { ("user_id", "userId"), ("anonymous_id", "anonymousId"), ("email", "email"), ("phone", "phone") })
        {
            if (First(role) is { } column) Line(key, column);
        }

        Section("externalIds", columns.Where(c => c.Role == "external").Select(c => (c.Name, c.Column, "text")));
        Section("properties", columns.Where(c => c.Role == "property").Select(c => (c.Name, c.Column, c.As)));
        Section("traits", columns.Where(c => c.Role == "trait").Select(c => (c.Name, c.Column, c.As)));
        return yaml.ToString();

        void Section(string name, IEnumerable<(string Name, string Column, string As)> values)
        {
            var list = values.ToList();
            if (list.Count == 0) return;
            yaml.Append(name).Append(":\n");
            foreach (var (key, column, kind) in list)
            {
                yaml.Append("  ").Append(Quote(key)).Append(": ");
                if (kind is "" or "text") yaml.Append(Quote(column));
                else yaml.Append("{ value: ").Append(Quote(column)).Append(", as: ").Append(Quote(kind)).Append(kind is "date" or "time" && Of("format").Length > 0 ? $", format: {Quote(Of("format"))}" : "").Append(" }");
                yaml.Append('\n');
            }
        }
    }

    // A name that stands twice, or that the syntax cannot hold, is a place instead.
    private static string Column(DetectedFile file, int index)
    {
        var name = file.Columns[index];
        return file.Format == "csv" && (name.Length == 0 || name.AsSpan().IndexOfAny("{}$\r\n") >= 0 || file.Columns.Count(c => c == name) > 1 || name.All(char.IsAsciiDigit))
            ? string.Create(CultureInfo.InvariantCulture, $"${index + 1}")
            : $"${{{name}}}";
    }

    private static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    private static string Quote(string text) => JsonSerializer.Serialize(text, Quoted.GetTypeInfo(typeof(string)));

    private static string RoleOf(string key) => key switch
    {
        "user-id" or "userid" or "customer-id" or "customerid" or "customer" or "musteri" or "musteri-no" or "musteri-id" or "uye-no" => "user_id",
        "anonymous-id" or "anonymousid" or "visitor-id" => "anonymous_id",
        "email" or "e-mail" or "mail" or "eposta" or "e-posta" => "email",
        "phone" or "tel" or "telefon" or "gsm" or "mobile" or "cep" or "cep-telefonu" => "phone",
        "time" or "timestamp" or "date" or "datetime" or "created-at" or "order-date" or "tarih" or "zaman" or "siparis-tarihi" or "occurred-at" => "time",
        "event" or "event-name" or "olay" => "event",
        _ => "property",
    };

    // Amounts: digits with a decimal sign. Whole numbers stay texts, for most of them are numbers of something; sums read them all the same.
    private static bool LooksNumeric(DetectedFile file, int column)
    {
        var values = file.Rows.Select(r => r[column]).Where(v => v.Length > 0).ToList();
        return values.Count > 0 && values.Exists(v => v.AsSpan().IndexOfAny('.', ',') >= 0) && values.TrueForAll(v => v.Length < 20 && v.TrimStart('-').Length > 0 && v.TrimStart('-').All(c => char.IsAsciiDigit(c) || c is '.' or ',') && char.IsAsciiDigit(v[^1]) && v.Split('.', ',') is var parts && parts.Length <= 4 && parts.Skip(1).SkipLast(1).All(p => p.Length == 3));
    }

    // The sign that comes last, or alone and not before three digits, is the decimal one; the other parts groups.
    private static (string Decimal, string Group) NumbersOf(DetectedFile file)
    {
        var amounts = Enumerable.Range(0, file.Columns.Count).Where(i => LooksNumeric(file, i)).SelectMany(i => file.Rows.Select(r => r[i])).Where(v => v.AsSpan().IndexOfAny('.', ',') >= 0).ToList();
        var both = amounts.Find(v => v.Contains('.') && v.Contains(','));
        if (both is not null) return both.LastIndexOf(',') > both.LastIndexOf('.') ? (",", ".") : (".", ",");
        return amounts.Exists(v => v.Contains(',')) ? (",", "") : (".", "");
    }

    private static string FormatOf(string sample)
    {
        if (sample.All(char.IsAsciiDigit)) return sample.Length >= 12 ? "unix-ms" : "unix";
        if (sample.Length >= 10 && sample[4] == '-') return "iso";
        var date = sample.Length >= 10 && sample[2] == sample[5] && sample[2] is '.' or '/' or '-' ? $"dd{sample[2]}MM{sample[2]}yyyy" : "";
        return date.Length == 0 ? "iso" : sample.Length switch { 10 => date, 16 => date + " HH:mm", 19 => date + " HH:mm:ss", _ => date };
    }
}
