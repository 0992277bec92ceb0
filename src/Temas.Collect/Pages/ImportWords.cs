using Microsoft.Extensions.Localization;
using Temas.Collect.Import.Uploads;

namespace Temas.Collect.Pages;

/// <summary>What is wrong with a file or a row of it in the page's words; as the importer says it, in English, where there are none.</summary>
internal static class ImportWords
{
    /// <summary>A row that would be rejected; null where the page has no words for it.</summary>
    public static string? Of(IStringLocalizer text, PreviewedReject reject) => Find(text, $"reject_{reject.Told.Sentence}", [.. reject.Told.Values]);

    /// <summary>Why an import cannot begin, or did not get to its end; null where the page has no words for it.</summary>
    public static string? Of(IStringLocalizer text, string code, string? value) =>
        // A row of column names has the faults that any row has; their sentences speak of nothing else as long as no number stands in them.
        Find(text, $"problem_{code}", value ?? "") ?? (Find(text, $"reject_{code}") is { } row && !row.Contains('{', StringComparison.Ordinal) ? row : null);

    private static string? Find(IStringLocalizer text, string key, params object[] values)
    {
        var found = values.Length == 0 ? text[key] : text[key, values];
        return found.ResourceNotFound ? null : found.Value;
    }
}
