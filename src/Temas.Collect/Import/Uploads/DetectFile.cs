using System.Text.Json;
using Temas.Collect.Import.Mapping;
using Temas.Collect.Import.Rows;
using Temas.Kernel;

namespace Temas.Collect.Import.Uploads;

/// <summary>How a file is written, as far as its beginning tells, and its first rows.</summary>
/// <param name="Format"><c>csv</c>, <c>jsonl</c>, or <c>segment</c> for JSON Lines of Segment messages, which need no mapping.</param>
/// <param name="Encoding">IANA name of the encoding.</param>
/// <param name="Delimiter">Of delimited text: what stands between fields.</param>
/// <param name="Columns">Names of the columns; of JSON Lines the paths that occur in the first rows.</param>
/// <param name="Rows">The first rows, a value for each column.</param>
public sealed record DetectedFile(string Format, string Encoding, string? Delimiter, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>Looks at the beginning of a file.</summary>
internal static class DetectFile
{
    private const int Shown = 5, MostColumns = 200, LongestValue = 200, Looked = 50;

    /// <summary>What it is. <paramref name="encoding"/> and <paramref name="delimiter"/> overrule what its bytes tell.</summary>
    public static Result<DetectedFile> Run(string path, string? encoding = null, char? delimiter = null, bool header = true)
    {
        var chosen = encoding is null ? null : TextEncodings.Find(encoding);
        if (encoding is not null && chosen is null) return Problem.Invalid("encoding_unknown", "There is no encoding of this name.", "encoding", encoding, "Use utf-8, windows-1254, iso-8859-9 or another IANA name.");
        var opened = TextWindow.Open(path, chosen);
        if (opened.Problem is { } problem) return problem;
        var window = opened.Value;
        try
        {
            if (!window.Has(0)) return Problem.Invalid("file_empty", "The file is empty.", "file");
            var name = chosen?.WebName ?? window.EncodingName;
            return window.Text.TrimStart() is ['{', ..] ? Json(window, name) : Csv(window, name, delimiter, header);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return TextWindow.FileProblem(path, e);
        }
        finally
        {
            window.Dispose();
        }
    }

    private static Result<DetectedFile> Csv(TextWindow window, string encoding, char? delimiter, bool header)
    {
        var rows = DelimitedRows.Open(window, new DelimitedFormat(delimiter, '"', null, true, true), 0, header, []);
        if (rows.HeaderFault is { } fault) return Problem.Invalid(fault.Reason, $"The row of column names cannot be read: {fault.Detail}", "file");
        if (rows.Columns.Count > MostColumns) return Problem.Invalid("columns_too_many", $"The file has more than {MostColumns} columns.", "file", null, "Write the mapping by hand and import it with ./temas import.");
        var shown = new List<IReadOnlyList<string>>();
        while (shown.Count < Shown && rows.Read())
        {
            if (rows.Fault is not null) continue;
            shown.Add([.. Enumerable.Range(0, rows.Columns.Count).Select(i => rows.TryGet(i, out var value) ? Cut(value) : "")]);
        }

        return new DetectedFile("csv", encoding, rows.Delimiter.ToString(), rows.Columns, shown);
    }

    private static DetectedFile Json(TextWindow window, string encoding)
    {
        var paths = new List<string>();
        var rows = new List<Dictionary<string, string>>();
        using var reader = new JsonRows(window, 0, parse: false);
        var segment = true;
        for (var i = 0; i < Looked && reader.Read(); i++)
        {
            try
            {
                using var document = JsonDocument.Parse(reader.Raw.ToString());
                var row = new Dictionary<string, string>(StringComparer.Ordinal);
                if (document.RootElement.ValueKind == JsonValueKind.Object) Walk(document.RootElement, "", paths, row);
                segment &= row.ContainsKey("type") && (row.ContainsKey("userId") || row.ContainsKey("anonymousId"));
                if (rows.Count < Shown) rows.Add(row);
            }
            catch (JsonException)
            {
                // The import tells of it, with its line.
            }
        }

        return new DetectedFile(segment && rows.Count > 0 ? "segment" : "jsonl", encoding, null, paths, [.. rows.Select(r => paths.Select(p => r.GetValueOrDefault(p, "")).ToList())]);
    }

    private static void Walk(JsonElement element, string path, List<string> paths, Dictionary<string, string> row)
    {
        foreach (var field in element.EnumerateObject())
        {
            // A dot cannot be told from a step, and lists are for a mapping that is written by hand.
            if (field.Name.Length == 0 || field.Name.AsSpan().IndexOfAny(".{}") >= 0) continue;
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (field.Value.ValueKind == JsonValueKind.Object && at.Count(c => c == '.') < 4)
            {
                Walk(field.Value, at, paths, row);
                continue;
            }

            if (!paths.Contains(at) && paths.Count < MostColumns) paths.Add(at);
            if (field.Value.ValueKind is not JsonValueKind.Null) row[at] = Cut(field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString() : field.Value.GetRawText());
        }
    }

    private static string Cut(ReadOnlySpan<char> value) => value.Length > LongestValue ? string.Concat(value[..(LongestValue - 1)], "…") : value.ToString();
}
