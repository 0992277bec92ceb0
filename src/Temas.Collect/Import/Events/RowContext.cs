using System.Globalization;
using Temas.Collect.Import.Mapping;
using Temas.Collect.Import.Rows;
using Temas.Kernel;

namespace Temas.Collect.Import.Events;

/// <summary>
/// The row that is being mapped: its own values, those of the lookup files, and where it stands. Columns are the numbers of the mapping's
/// <see cref="ColumnTable"/>; a context is made for each file, because each has its columns in its own order.
/// </summary>
internal sealed class RowContext
{
    private enum Origin
    {
        Row,
        Join,
        Line,
        RowNumber,
        File,
    }

    private readonly record struct Binding(Origin Origin, int Index, int Join);

    private readonly RowReader reader;
    private readonly ImportMapping mapping;
    private readonly LookupTable[] lookups;
    private readonly string?[]?[] joined;
    private readonly Binding[] bindings;
    private readonly string fileName;
    private readonly char[] digits = new char[20];
    private long rowNumber;

    private RowContext(RowReader reader, ImportMapping mapping, LookupTable[] lookups, Binding[] bindings, string fileName)
    {
        (this.reader, this.mapping, this.lookups, this.bindings, this.fileName) = (reader, mapping, lookups, bindings, fileName);
        joined = new string?[]?[lookups.Length];
    }

    /// <summary>The first thing that is wrong with the row; null while nothing is.</summary>
    public RowFault? Fault { get; private set; }

    /// <summary>Finds the mapping's columns in a file; all that are missing are named.</summary>
    public static RowContext? Bind(RowReader reader, ImportMapping mapping, LookupTable[] lookups, string path, List<Problem> problems)
    {
        var columns = mapping.Columns.Entries;
        var bindings = new Binding[columns.Count];
        var good = true;
        for (var i = 0; i < columns.Count; i++)
        {
            var (name, at) = columns[i];
            if (Pseudo(name) is { } pseudo)
            {
                bindings[i] = new Binding(pseudo, 0, 0);
                continue;
            }

            var found = reader is JsonRows && IsJoined(name, lookups) ? -1 : reader.Find(name);
            if (found >= 0)
            {
                bindings[i] = new Binding(Origin.Row, found, 0);
                continue;
            }

            var (join, column) = FindJoined(name, lookups);
            if (column >= 0)
            {
                bindings[i] = new Binding(Origin.Join, column, join);
                continue;
            }

            good = false;
            problems.Add(found == -2
                ? Problem.Invalid("column_ambiguous", $"{Path.GetFileName(path)} has several columns of this name.", at, name, "Name the columns in the mapping with columns:, or use their places, such as $3.")
                : Problem.Invalid("column_missing", $"{Path.GetFileName(path)} has no column of this name. It has: {Listed(reader.Columns)}.", at, name, "Correct the name (upper and lower case count), the delimiter, or header:."));
        }

        return good ? new RowContext(reader, mapping, lookups, bindings, Path.GetFileName(path)) : null;
    }

    /// <summary>Begins with the row at which the reader stands; false when the mapping does not want it, or it got a fault.</summary>
    public bool Begin(long number)
    {
        (rowNumber, Fault) = (number, reader.Fault);
        if (Fault is not null) return false;
        for (var i = 0; i < lookups.Length; i++)
        {
            var spec = lookups[i].Spec;
            joined[i] = spec.On.TryResolve(this, out var key) ? lookups[i].Find(key) : null;
            if (joined[i] is not null) continue;
            if (spec.Missing == MissingJoin.Skip) return false;
            if (spec.Missing == MissingJoin.Reject)
            {
                Fail("join_missing", $"'{ValueSpec.Shown(key)}' is not in {Path.GetFileName(spec.File)}.", $"joins.{spec.Name}", ValueSpec.Shown(key), Path.GetFileName(spec.File));
                return false;
            }
        }

        return mapping.When?.Holds(this) ?? true;
    }

    /// <summary>The value of a column; false when it is empty or one of the words that stand for that.</summary>
    public bool TryGet(int column, out ReadOnlySpan<char> value)
    {
        var binding = bindings[column];
        switch (binding.Origin)
        {
            case Origin.Row:
                return reader.TryGet(binding.Index, out value) && !mapping.Input.Nulls.Contains(value);
            case Origin.Join:
                var text = joined[binding.Join]?[binding.Index];
                value = text;
                return text is not null;
            case Origin.File:
                value = fileName;
                return true;
            default:
                (binding.Origin == Origin.Line ? reader.Line : rowNumber).TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
                value = digits.AsSpan(0, length);
                return true;
        }
    }

    /// <summary>Says that the row cannot be used; the first word counts.</summary>
    public void Fail(string reason, string detail, string? field, params ReadOnlySpan<string> values) => Fault ??= new RowFault(reason, detail, field) { Values = values.ToArray() };

    /// <summary>Says it in a sentence of its own.</summary>
    public void Fail(RowFault fault) => Fault ??= fault;

    /// <summary>Says that a time cannot be used.</summary>
    public void Fail(TimeFault fault, ReadOnlySpan<char> text, TimeFormat format, string field) =>
        Fault ??= new RowFault("not_a_time", format.Say(fault, ValueSpec.Shown(text)), field) { Sentence = fault switch { TimeFault.Twice => "time_twice", TimeFault.Never => "time_never", _ => "not_a_time" }, Values = [ValueSpec.Shown(text), format.Zone.Id] };

    /// <summary>Takes over what the reader found only when a value was looked at.</summary>
    public void TakeReaderFault() => Fault ??= reader.Fault;

    private static Origin? Pseudo(string name) => name switch
    {
        "_line" => Origin.Line,
        "_row" => Origin.RowNumber,
        "_file" => Origin.File,
        _ => null,
    };

    private static bool IsJoined(string name, LookupTable[] lookups) => Array.Exists(lookups, l => name.StartsWith(l.Spec.Name + ".", StringComparison.Ordinal));

    private static (int Join, int Column) FindJoined(string name, LookupTable[] lookups)
    {
        for (var i = 0; i < lookups.Length; i++)
        {
            if (name.StartsWith(lookups[i].Spec.Name + ".", StringComparison.Ordinal)) return (i, lookups[i].Column(name[(lookups[i].Spec.Name.Length + 1)..]));
        }

        return (0, -1);
    }

    private static string Listed(IReadOnlyList<string> columns) =>
        columns.Count == 0 ? "none" : string.Join(", ", columns.Take(30)) + (columns.Count > 30 ? $" and {columns.Count - 30} more" : "");
}
