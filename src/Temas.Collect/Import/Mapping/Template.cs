using Temas.Collect.Import.Events;

namespace Temas.Collect.Import.Mapping;

/// <summary>
/// A text in which <c>$column</c> and <c>${column name}</c> stand for the row's values and <c>$$</c> for a dollar. When one of its columns is empty, the whole is.
/// Not thread-safe: it keeps the text that it made last.
/// </summary>
internal sealed class Template
{
    private readonly record struct Part(string? Text, int Column);

    private readonly Part[] parts;
    private char[] made = [];

    private Template(Part[] parts) => this.parts = parts;

    /// <summary>True when it names no column.</summary>
    public bool IsConstant => Array.TrueForAll(parts, p => p.Text is not null);

    /// <summary>Its text when <see cref="IsConstant"/>.</summary>
    public string Constant => string.Concat(parts.Select(p => p.Text));

    /// <summary>Reads a template; null with a reason when it is malformed.</summary>
    public static Template? Read(string text, string path, ColumnTable columns, out string? fault)
    {
        List<Part> parts = [];
        fault = null;
        var at = 0;
        while (at < text.Length)
        {
            var dollar = text.IndexOf('$', at);
            if (dollar < 0) dollar = text.Length;
            if (dollar > at) parts.Add(new Part(text[at..dollar], 0));
            if (dollar == text.Length) break;
            if (dollar + 1 < text.Length && text[dollar + 1] == '$')
            {
                parts.Add(new Part("$", 0));
                at = dollar + 2;
                continue;
            }

            var name = NameAt(text, dollar + 1, out at);
            if (name is null)
            {
                fault = "A $ must be followed by a column, as $name or ${name}; write $$ for the character itself.";
                return null;
            }

            parts.Add(new Part(null, columns.NumberOf(name, path)));
        }

        return new Template([.. parts]);
    }

    /// <summary>The column name at <paramref name="start"/>, behind the dollar, and where the text goes on behind it; null when there is none.</summary>
    public static string? NameAt(string text, int start, out int next)
    {
        next = start;
        if (start < text.Length && text[start] == '{')
        {
            var close = text.IndexOf('}', start);
            if (close <= start + 1) return null;
            next = close + 1;
            return text[(start + 1)..close];
        }

        while (next < text.Length && (char.IsLetterOrDigit(text[next]) || text[next] == '_' || (text[next] == '.' && next + 1 < text.Length && (char.IsLetterOrDigit(text[next + 1]) || text[next + 1] == '_')))) next++;
        return next == start ? null : text[start..next];
    }

    /// <summary>Its text for a row; false when one of its columns is empty.</summary>
    public bool TryResolve(RowContext row, out ReadOnlySpan<char> value)
    {
        if (parts.Length == 1)
        {
            if (parts[0].Text is not { } text) return row.TryGet(parts[0].Column, out value);
            value = text;
            return true;
        }

        var used = 0;
        value = default;
        foreach (var part in parts)
        {
            ReadOnlySpan<char> piece = part.Text;
            if (part.Text is null && !row.TryGet(part.Column, out piece)) return false;
            if (made.Length - used < piece.Length) Array.Resize(ref made, Math.Max(64, (used + piece.Length) * 2));
            piece.CopyTo(made.AsSpan(used));
            used += piece.Length;
        }

        value = made.AsSpan(0, used);
        return true;
    }
}
