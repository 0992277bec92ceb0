using System.Globalization;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Insight.Questions;

/// <summary>An object of a question while it is read. Notes the first fault with the path of its field; what is not asked for by the end is a fault, too, for a misspelt field must not be passed over.</summary>
internal sealed class JsonReading
{
    private readonly JsonElement element;
    private readonly string path;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Faults faults;

    public JsonReading(JsonElement element, string path, Faults faults)
    {
        (this.element, this.path, this.faults) = (element, path, faults);
        if (element.ValueKind != JsonValueKind.Object) faults.Add("not_an_object", "An object is expected here.", path, element.GetRawText(), "Write {…}.");
    }

    /// <summary>The first fault of a question.</summary>
    internal sealed class Faults
    {
        public Problem? First { get; private set; }

        public void Add(string code, string detail, string field, string? value, string? wayOut = null) => First ??= Problem.Invalid(code, detail, field.Length == 0 ? null : field, value, wayOut);
    }

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public bool Has(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public JsonElement? Any(string name)
    {
        known.Add(name);
        return Has(name) ? element.GetProperty(name) : null;
    }

    public string? Text(string name)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 500 } text) return text;
        Fault(name, "text_expected", "A text of 1 to 500 characters is expected.", value);
        return null;
    }

    public double? Number(string name)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)) return number;
        Fault(name, "number_expected", "A number is expected.", value);
        return null;
    }

    public int Whole(string name, int absent, int least, int most)
    {
        if (Any(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Fault(name, "whole_number_expected", string.Create(CultureInfo.InvariantCulture, $"A whole number from {least} to {most} is expected."), value);
        return absent;
    }

    public bool Flag(string name)
    {
        if (Any(name) is not { } value) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fault(name, "flag_expected", "true or false is expected.", value);
        return false;
    }

    public TEnum Choice<TEnum>(string name, TEnum absent)
        where TEnum : struct, Enum
    {
        if (Any(name) is not { } value) return absent;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        foreach (var choice in Enum.GetValues<TEnum>())
        {
            if (NameOf(choice) == text) return choice;
        }

        Fault(name, "choice_unknown", "This is not one of the values that may stand here.", value, $"Use {string.Join(", ", Enum.GetValues<TEnum>().Select(NameOf))}.");
        return absent;
    }

    public IReadOnlyList<T> List<T>(string name, int most, Func<JsonElement, string, T?> read)
        where T : class
    {
        if (Any(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Fault(name, "list_expected", string.Create(CultureInfo.InvariantCulture, $"A list of at most {most} is expected."), value);
            return [];
        }

        var result = new List<T>();
        foreach (var item in value.EnumerateArray())
        {
            if (read(item, string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)}[{result.Count}]")) is not { } one) return result;
            result.Add(one);
        }

        return result;
    }

    public void Fault(string name, string code, string detail, JsonElement? value = null, string? wayOut = null) => faults.Add(code, detail, PathOf(name), value?.GetRawText(), wayOut);

    /// <summary>Says that a field is missing.</summary>
    public void Missing(string name, string what) => faults.Add("field_missing", $"{what} is missing.", PathOf(name), null, "See docs/formats/query.md.");

    /// <summary>Whatever was not asked for is a fault.</summary>
    public void End()
    {
        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name)) faults.Add("field_unknown", "There is no such field here.", PathOf(property.Name), property.Value.GetRawText(), $"Use {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
    }

    private static string NameOf<TEnum>(TEnum choice)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(choice.ToString());
}
