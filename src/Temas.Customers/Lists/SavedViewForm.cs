using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Temas.Customers.Lists;

/// <summary>Makes a view of the list that a person looks at.</summary>
internal static class SavedViewForm
{
    private const int MostKey = 60;

    /// <summary>The view; <paramref name="query"/> is the query of the address that shows it. Parameters that it does not know are left out.</summary>
    public static SavedView Read(string? name, string? query)
    {
        var values = QueryHelpers.ParseQuery(query);
        name = name?.Trim() ?? "";
        return new SavedView
        {
            Key = KeyOf(name),
            Name = name,
            Filter = CustomerFilter.Of(n => values.TryGetValue(n, out var value) ? value.ToString() : null),
            Sort = values.TryGetValue("sort", out var sort) && sort.ToString() is { Length: > 0 } order ? order : null,
            Columns = values.TryGetValue("columns", out var columns) ? [.. columns.SelectMany(c => (c ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))] : [],
        };
    }

    // A key has letters of ASCII and digits; what names have besides is folded or becomes a hyphen.
    private static string KeyOf(string name)
    {
        var key = new StringBuilder();
        foreach (var c in Kernel.SearchText.Fold(name))
        {
            if (char.IsAsciiLetterOrDigit(c)) key.Append(c);
            else if (key.Length > 0 && key[^1] != '-') key.Append('-');
            if (key.Length == MostKey) break;
        }

        return key.ToString().Trim('-') is { Length: > 0 } made ? made : "view";
    }
}
