using Temas.Collect.Import.Mapping;
using Temas.Collect.Import.Rows;
using Temas.Kernel;

namespace Temas.Collect.Import.Events;

/// <summary>A lookup file in memory: the columns that the mapping uses, by key.</summary>
internal sealed class LookupTable
{
    private readonly Dictionary<string, string?[]> rows = new(StringComparer.Ordinal);
    private readonly List<string> columns;

    private LookupTable(JoinSpec spec, List<string> columns) => (Spec, this.columns) = (spec, columns);

    /// <summary>What the mapping says about it.</summary>
    public JoinSpec Spec { get; }

    /// <summary>Reads the file at <paramref name="path"/>; null when something is wrong with it, which is then among <paramref name="problems"/>.</summary>
    public static LookupTable? Load(JoinSpec spec, string path, ColumnTable used, List<Problem> problems, CancellationToken cancel)
    {
        var prefix = spec.Name + ".";
        var field = $"joins.{spec.Name}";
        var wanted = used.Entries.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(e => (Name: e.Name[prefix.Length..], e.Path)).ToList();
        var opened = TextWindow.Open(path, spec.Format.Encoding);
        if (opened.Problem is { } problem)
        {
            problems.Add(problem with { Field = field });
            return null;
        }

        try
        {
            using var reader = spec.Format.Read(opened.Value);
            var places = new List<int>();
            foreach (var (name, at) in wanted.Append((spec.Key, $"{field}.key")))
            {
                var place = reader.Find(name);
                places.Add(place);
                if (place < 0) problems.Add(Problem.Invalid("column_missing", $"{Path.GetFileName(path)} has {(place == -2 ? "several columns" : "no column")} of this name.", at, name, $"Its columns are: {string.Join(", ", reader.Columns.Take(30))}."));
            }

            if (places.Exists(p => p < 0)) return null;
            var table = new LookupTable(spec, [.. wanted.Select(w => w.Name)]);
            return table.Read(reader, places, path, field, problems, cancel) ? table : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            problems.Add(TextWindow.FileProblem(path, e) with { Field = field });
            return null;
        }
    }

    /// <summary>The place of a column in the rows; -1 when the file has none of this name.</summary>
    public int Column(string name) => columns.IndexOf(name);

    /// <summary>The row with this key, or null.</summary>
    public string?[]? Find(ReadOnlySpan<char> key) => rows.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var row) ? row : null;

    private bool Read(RowReader reader, List<int> places, string path, string field, List<Problem> problems, CancellationToken cancel)
    {
        while (reader.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (reader.Fault is { } fault)
            {
                problems.Add(Problem.Invalid(fault.Reason, $"Line {reader.Line} of {Path.GetFileName(path)}: {fault.Detail}", field, null, "Mend the lookup file: every row of it must be readable."));
                return false;
            }

            if (!reader.TryGet(places[^1], out var keyText) || Spec.Format.Nulls.Contains(keyText)) continue;
            var key = keyText.ToString();
            if (rows.ContainsKey(key))
            {
                if (Spec.Duplicates == DuplicateJoin.First) continue;
                if (Spec.Duplicates == DuplicateJoin.Fail)
                {
                    problems.Add(Problem.Invalid("join_key_twice", $"The key occurs again in line {reader.Line} of {Path.GetFileName(path)}.", field, key, "Make the key unique, or set duplicates: first or last."));
                    return false;
                }
            }

            var values = new string?[columns.Count];
            for (var i = 0; i < values.Length; i++) values[i] = reader.TryGet(places[i], out var value) && !Spec.Format.Nulls.Contains(value) ? value.ToString() : null;
            rows[key] = values;
        }

        return true;
    }
}
