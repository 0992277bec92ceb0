using Temas.Collect.Import.Events;

namespace Temas.Collect.Import.Mapping;

/// <summary>Whether a row, or an event of it, is wanted.</summary>
internal abstract record Condition
{
    /// <summary>Whether it holds for <paramref name="row"/>.</summary>
    public abstract bool Holds(RowContext row);
}

/// <summary>All hold.</summary>
internal sealed record AllOf(IReadOnlyList<Condition> Parts) : Condition
{
    public override bool Holds(RowContext row)
    {
        foreach (var part in Parts)
        {
            if (!part.Holds(row)) return false;
        }

        return true;
    }
}

/// <summary>One holds at least.</summary>
internal sealed record AnyOf(IReadOnlyList<Condition> Parts) : Condition
{
    public override bool Holds(RowContext row)
    {
        foreach (var part in Parts)
        {
            if (part.Holds(row)) return true;
        }

        return false;
    }
}

/// <summary>It does not hold.</summary>
internal sealed record NotThat(Condition Part) : Condition
{
    public override bool Holds(RowContext row) => !Part.Holds(row);
}

/// <summary>A column held against values: <c>status = paid</c>, <c>${Order total} &gt;= 100</c>, <c>country in TR, DE</c>, <c>email is empty</c>.</summary>
internal sealed record Comparison(int Column, string Operator, IReadOnlyList<string> Values, NumberFormat Number) : Condition
{
    // Longer ones first: "<=" begins with "<", "is not empty" with "is".
    private static readonly string[] Operators = ["is not empty", "is empty", "not in", "in", "starts with", "contains", "!=", "<=", ">=", "=", "<", ">"];

    private readonly decimal bound = Operator is "<" or "<=" or ">" or ">=" && Number.TryDecimal(Values[0], out var limit) ? limit : 0;

    /// <summary>Reads a comparison; null with a reason when it is malformed.</summary>
    public static Comparison? Read(string text, string path, ColumnTable columns, NumberFormat number, out string? fault)
    {
        text = text.Trim();
        string? name;
        int next;
        if (text.StartsWith('$'))
        {
            name = Template.NameAt(text, 1, out next);
        }
        else
        {
            next = 0;
            while (next < text.Length && !char.IsWhiteSpace(text[next]) && text[next] is not ('=' or '!' or '<' or '>')) next++;
            name = next == 0 ? null : text[..next];
        }

        fault = "A condition is written: column operator value, where the operator is =, !=, <, <=, >, >=, in, not in, contains, starts with, is empty, is not empty.";
        if (name is null) return null;
        var rest = text[next..].TrimStart();
        var found = Array.Find(Operators, o => rest.StartsWith(o, StringComparison.Ordinal) && (!char.IsLetter(o[^1]) || rest.Length == o.Length || char.IsWhiteSpace(rest[o.Length]) || rest[o.Length] == '('));
        if (found is null) return null;
        var operand = rest[found.Length..].Trim();
        string[] values = found switch
        {
            "is empty" or "is not empty" => [],
            "in" or "not in" => [.. operand.Trim('(', ')').Split(',').Select(Unquote)],
            _ => [Unquote(operand)],
        };
        if (values.Length == 0 && operand.Length > 0) return null;
        if (found is "<" or "<=" or ">" or ">=" && !number.TryDecimal(values[0], out _))
        {
            fault = $"{found} compares numbers, and '{values[0]}' is none.";
            return null;
        }

        fault = null;
        return new Comparison(columns.NumberOf(name, path), found, values, number);
    }

    public override bool Holds(RowContext row)
    {
        var exists = row.TryGet(Column, out var value);
        switch (Operator)
        {
            case "is empty": return !exists;
            case "is not empty": return exists;
            case "=": return exists && value.SequenceEqual(Values[0]);
            case "!=": return !exists || !value.SequenceEqual(Values[0]);
            case "contains": return exists && value.Contains(Values[0], StringComparison.Ordinal);
            case "starts with": return exists && value.StartsWith(Values[0], StringComparison.Ordinal);
            case "in": return exists && IsListed(value);
            case "not in": return !exists || !IsListed(value);
        }

        if (!exists || !Number.TryDecimal(value, out var number)) return false;
        return Operator switch
        {
            "<" => number < bound,
            "<=" => number <= bound,
            ">" => number > bound,
            _ => number >= bound,
        };
    }

    private bool IsListed(ReadOnlySpan<char> value)
    {
        foreach (var listed in Values)
        {
            if (value.SequenceEqual(listed)) return true;
        }

        return false;
    }

    private static string Unquote(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
    }
}
