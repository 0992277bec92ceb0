using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Temas.Kernel;

/// <summary>
/// Reads the document of a definition into a typed record and collects everything that is wrong with it, each fault with its JSON path
/// (<c>$.events[0].names</c>): a person who edits a definition wants to see all faults at once.
/// </summary>
public static partial class DefinitionDocument
{
    /// <summary>Reads <paramref name="json"/> with <paramref name="read"/>. When there are faults, what was read is not to be used.</summary>
    public static (T? Value, IReadOnlyList<Problem> Faults) Read<T>(string json, Func<DefinitionNode, T> read)
        where T : class
    {
        var faults = new List<Problem>();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            var line = (e.LineNumber + 1)?.ToString(CultureInfo.InvariantCulture);
            faults.Add(Problem.Invalid("json_malformed", $"The document is no well-formed JSON (line {line ?? "1"}).", "$", wayOut: "Correct the JSON."));
            return (null, faults);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                faults.Add(Problem.Invalid("object_expected", "A definition is a JSON object.", "$"));
                return (null, faults);
            }

            var value = read(new DefinitionNode(document.RootElement, "$", faults));
            return (faults.Count == 0 ? value : null, faults);
        }
    }

    /// <summary>As <see cref="Read"/>, for a document that passed its check. A faulty document is a defect and throws.</summary>
    public static T ReadChecked<T>(string json, Func<DefinitionNode, T> read)
        where T : class
    {
        var (value, faults) = Read(json, read);
        return value ?? throw new InvalidOperationException(string.Join(' ', faults));
    }

    /// <summary>The form of keys: 1 to 100 of a-z, 0-9, hyphen, underscore and dot.</summary>
    [GeneratedRegex("^[a-z0-9._-]{1,100}$", RegexOptions.CultureInvariant)]
    public static partial Regex KeyForm();
}

/// <summary>One object within a definition's document, with its path and the list that takes its faults. Getters give a default when there is a fault.</summary>
public readonly struct DefinitionNode
{
    private const string InQuotes = "Write it between quotes.";

    private readonly List<Problem> faults;

    internal DefinitionNode(JsonElement element, string path, List<Problem> faults) => (Element, Path, this.faults) = (element, path, faults);

    /// <summary>The JSON object itself.</summary>
    public JsonElement Element { get; }

    /// <summary>Its JSON path: <c>$.events[0]</c>.</summary>
    public string Path { get; }

    /// <summary>Reports a fault of field <paramref name="name"/>, or of the object itself when the name is empty.</summary>
    public void Fault(string name, string code, string detail, string? value = null, string? wayOut = null) =>
        faults.Add(Problem.Invalid(code, detail, name.Length == 0 ? Path : $"{Path}.{name}", value, wayOut));

    /// <summary>Reports every field that is none of <paramref name="names"/>: a misspelt field must not pass in silence.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (var field in Element.EnumerateObject())
        {
            if (!names.Contains(field.Name))
            {
                Fault(field.Name, "field_unknown", $"There is no field of this name here. Known are: {string.Join(", ", names.ToArray())}.", field.Name, Likest(field.Name, names) is { } meant ? $"Write {meant}, or remove it." : "Remove it or correct its name.");
            }
        }
    }

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name) => Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether there is nothing in it: it is absent, or a list without anything. What is wrong with what stands there is told otherwise.</summary>
    public bool IsEmpty(string name) => !Has(name) || Element.GetProperty(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0;

    /// <summary>A text of 1 to <paramref name="max"/> characters, or <paramref name="fallback"/> when it is absent.</summary>
    public string? Text(string name, string? fallback = null, int max = 200, Regex? form = null, string? formed = null)
    {
        if (!Has(name)) return fallback;
        var value = Element.GetProperty(name);
        if (value.ValueKind != JsonValueKind.String)
        {
            Fault(name, "text_expected", "This field is a text.", value.GetRawText(), InQuotes);
            return fallback;
        }

        return CheckText(name, value.GetString()!, max, form, formed) ?? fallback;
    }

    /// <summary>As <see cref="Text"/>; a fault when it is absent.</summary>
    public string RequiredText(string name, int max = 200, Regex? form = null, string? formed = null)
    {
        if (!Has(name)) Fault(name, "field_missing", "This field is required.", wayOut: "Add it.");
        return Text(name, max: max, form: form, formed: formed) ?? "";
    }

    /// <summary>A number within bounds, or <paramref name="fallback"/> when it is absent.</summary>
    public double Number(string name, double fallback, double min, double max)
    {
        if (!Has(name)) return fallback;
        var value = Element.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max) return number;
        Fault(name, "number_expected", string.Create(CultureInfo.InvariantCulture, $"This field is a number from {min} to {max}."), value.GetRawText(), "Write such a number, without quotes and units.");
        return fallback;
    }

    /// <summary>A number within bounds; a fault when it is absent.</summary>
    public double RequiredNumber(string name, double min, double max)
    {
        if (!Has(name)) Fault(name, "field_missing", "This field is required.", wayOut: "Add it.");
        return Number(name, 0, min, max);
    }

    /// <summary>A truth value, or <paramref name="fallback"/> when it is absent.</summary>
    public bool Flag(string name, bool fallback)
    {
        if (!Has(name)) return fallback;
        var value = Element.GetProperty(name);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.ValueKind == JsonValueKind.True;
        Fault(name, "flag_expected", "This field is true or false.", value.GetRawText(), "Write true or false, without quotes.");
        return fallback;
    }

    /// <summary>One of a list of words; the first part of a pair is the word. <paramref name="fallback"/> when it is absent.</summary>
    public T OneOf<T>(string name, T fallback, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (Text(name) is not { } text) return fallback;
        foreach (var (word, value) in words)
        {
            if (string.Equals(word, text, StringComparison.Ordinal)) return value;
        }

        var known = new List<string>();
        foreach (var (word, _) in words) known.Add(word);
        Fault(name, "word_unknown", $"This field is one of: {string.Join(", ", known)}.", text, Likest(text, known.ToArray()) is { } meant ? $"Write {meant}." : "Write one of them.");
        return fallback;
    }

    /// <summary>
    /// A length of time as ISO 8601 writes it, in milliseconds: <c>PT4H</c>, <c>P3D</c>, <c>P1DT12H</c>, <c>P2W</c>. A day has 24 hours; months and years are not taken.
    /// </summary>
    public long? Duration(string name)
    {
        if (Text(name) is not { } text) return null;
        if (Iso8601Duration.TryParse(text, out var milliseconds)) return milliseconds;
        Fault(name, "duration_expected", "This field is a length of time in ISO 8601, in weeks, days, hours, minutes and seconds.", text, "Write for example PT4H or P3D.");
        return null;
    }

    /// <summary>A list of texts; a single text counts as a list of one. Empty when it is absent.</summary>
    /// <param name="name">The field.</param>
    /// <param name="max">The most characters of each.</param>
    /// <param name="limit">The most of them.</param>
    /// <param name="form">The form of each; null for any.</param>
    /// <param name="formed">What to do about one of another form.</param>
    /// <param name="numbers">Whether whole numbers are taken as they are written: what they name has one for a name.</param>
    public IReadOnlyList<string> Texts(string name, int max = 200, int limit = 100, Regex? form = null, string? formed = null, bool numbers = false)
    {
        if (!Has(name)) return [];
        var value = Element.GetProperty(name);
        if (TextOf(value, numbers) is { } alone) return CheckText(name, alone, max, form, formed) is { } one ? [one] : [];
        if (!IsList(name, value, limit)) return [];
        var result = new List<string>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{name}[{index++}]");
            if (TextOf(item, numbers) is not { } written) Fault(at, "text_expected", "This field is a text.", item.GetRawText(), InQuotes);
            else if (CheckText(at, written, max, form, formed) is { } text) result.Add(text);
        }

        return result;
    }

    /// <summary>A list of objects, each read with <paramref name="read"/>. Empty when it is absent.</summary>
    public IReadOnlyList<T> List<T>(string name, Func<DefinitionNode, T> read, int limit = 100)
    {
        if (!Has(name)) return [];
        var value = Element.GetProperty(name);
        if (!IsList(name, value, limit)) return [];
        var result = new List<T>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{name}[{index++}]");
            if (item.ValueKind != JsonValueKind.Object) Fault(at, "object_expected", "This field is an object.", item.GetRawText(), "Write its fields below it, or between { and }.");
            else result.Add(read(new DefinitionNode(item, $"{Path}.{at}", faults)));
        }

        return result;
    }

    /// <summary>An object read with <paramref name="read"/>, or null when it is absent.</summary>
    public T? Object<T>(string name, Func<DefinitionNode, T> read)
        where T : class
    {
        if (!Has(name)) return null;
        var value = Element.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Object) return read(new DefinitionNode(value, $"{Path}.{name}", faults));
        Fault(name, "object_expected", "This field is an object.", value.GetRawText(), "Write its fields below it, or between { and }.");
        return null;
    }

    private static string? TextOf(JsonElement value, bool numbers) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : numbers && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number.ToString(CultureInfo.InvariantCulture) : null;

    private bool IsList(string name, JsonElement value, int limit)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= limit) return true;
        Fault(name, "list_expected", $"This field is a list of at most {limit.ToString(CultureInfo.InvariantCulture)}.", value.ValueKind == JsonValueKind.Array ? null : value.GetRawText(), "Write a list: one behind each hyphen, or between [ and ].");
        return false;
    }

    private string? CheckText(string name, string text, int max, Regex? form, string? formed = null)
    {
        if (text.Length == 0 || text.Length > max || string.IsNullOrWhiteSpace(text))
        {
            Fault(name, "text_length", $"This text has 1 to {max.ToString(CultureInfo.InvariantCulture)} characters.", text, text.Length > max ? "Shorten it." : "Write something, or leave the field out.");
            return null;
        }

        if (form is null || form.IsMatch(text)) return text;
        var isKey = form.ToString() == DefinitionDocument.KeyForm().ToString();
        Fault(name, "text_form", isKey ? "A key has 1 to 100 of a-z, 0-9, hyphen, underscore and dot." : formed is null ? $"This text must have the form {form}." : "This is not how it is written here.", text, formed ?? (isKey ? "Write the key, not the name." : "Write it in that form."));
        return null;
    }

    /// <summary>The word that was probably meant by another: it differs in two letters at most, and in fewer than half of them.</summary>
    private static string? Likest(string written, ReadOnlySpan<string> words)
    {
        var (best, least) = ((string?)null, Math.Min(3, (written.Length + 1) / 2));
        foreach (var word in words)
        {
            if (Math.Abs(word.Length - written.Length) < least && Distance(written.ToLowerInvariant(), word.ToLowerInvariant()) is var apart && apart < least) (best, least) = (word, apart);
        }

        return best;
    }

    // Letters that were left out, put in, changed, or swapped with the next.
    private static int Distance(string a, string b)
    {
        var steps = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) steps[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) steps[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                steps[i, j] = Math.Min(Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1, steps[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
            }
        }

        return steps[a.Length, b.Length];
    }
}
