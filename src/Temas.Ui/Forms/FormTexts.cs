namespace Temas.Ui.Forms;

/// <summary>The single fields of an editor: what is filled in, by name. A field without an entry is empty.</summary>
public sealed class FormTexts
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>A field's text; empty when nothing is in it.</summary>
    public string this[string field] => texts.GetValueOrDefault(field, "");

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => texts.Select(t => (t.Key, (string?)t.Value));

    /// <summary>Reads fields of a form or a query.</summary>
    public static FormTexts Read(Func<string, string?> field, params ReadOnlySpan<string> names)
    {
        var read = new FormTexts();
        foreach (var name in names) read.Set(name, field(name)?.Trim());
        return read;
    }

    /// <summary>Whether a field has a text.</summary>
    public bool Has(string field) => texts.ContainsKey(field);

    /// <summary>Fills a field; empties it when there is no text.</summary>
    public void Set(string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) texts.Remove(field);
        else texts[field] = text;
    }
}
