using System.Text.Json;
using Microsoft.Extensions.Localization;
using Temas.Kernel;

namespace Temas.Ui.Forms;

/// <summary>The faults of a document, found by the places at which an editor shows them.</summary>
/// <param name="faults">The faults; the field of each is a JSON path, or <c>key</c>.</param>
/// <param name="text">The page's words: <c>fault_CODE</c>.</param>
public sealed class DocumentFaults(IReadOnlyList<Problem> faults, IStringLocalizer text)
{
    /// <summary>Whether there are any.</summary>
    public bool Any => faults.Count > 0;

    /// <summary>How many there are.</summary>
    public int Count => faults.Count;

    /// <summary>What is wrong at or below a place.</summary>
    public IEnumerable<Problem> At(string path) => faults.Where(f => f.Field is { } field && Under(field, path));

    /// <summary>For <c>aria-invalid</c>.</summary>
    public string? Invalid(string path) => At(path).Any() ? "true" : null;

    /// <summary>What is wrong at places that the editor does not show.</summary>
    public IEnumerable<Problem> Elsewhere(params IReadOnlyList<string> places) => faults.Where(f => f.Field is not { } field || !places.Any(p => Under(field, p)));

    /// <summary>A fault in the page's words; as it came where there are none.</summary>
    public string Words(Problem fault) => text[$"fault_{fault.Code}"] is { ResourceNotFound: false } known ? known.Value : fault.Detail;

    /// <summary>The value that is meant as somebody typed it: texts come as JSON, where letters may be written by their numbers.</summary>
    public static string? Typed(string? value)
    {
        if (value is not ['"', .., '"']) return value;
        try
        {
            using var read = JsonDocument.Parse(value);
            return read.RootElement.GetString();
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private static bool Under(string field, string place) => field.StartsWith(place, StringComparison.Ordinal) && (field.Length == place.Length || field[place.Length] is '.' or '[');
}
