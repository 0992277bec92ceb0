using System.Text.Json;

namespace Temas.Collect.Import.Rows;

/// <summary>
/// Rows of which every line is one JSON object. A column is a path into it: <c>customer.email</c>, <c>items.0.price</c>. Texts come without quotes,
/// numbers with the digits that they have, objects and arrays as JSON; null and what is not there are empty.
/// </summary>
internal sealed class JsonRows : RowReader
{
    private readonly List<string[]> paths = [];
    private readonly bool parse;
    private JsonDocument? document;

    /// <summary>Reads lines; <paramref name="parse"/> false: they are wanted as they are.</summary>
    public JsonRows(TextWindow window, int skip, bool parse)
        : base(window)
    {
        this.parse = parse;
        SkipLines(skip);
    }

    public override int Find(string name)
    {
        paths.Add(name.Split('.'));
        return paths.Count - 1;
    }

    public override bool TryGet(int column, out ReadOnlySpan<char> value)
    {
        value = default;
        if (document is null) return false;
        var at = document.RootElement;
        foreach (var step in paths[column])
        {
            if (at.ValueKind == JsonValueKind.Object)
            {
                if (!at.TryGetProperty(step, out at)) return false;
            }
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, out var place) && place >= 0 && place < at.GetArrayLength())
            {
                at = at[place];
            }
            else
            {
                return false;
            }
        }

        if (at.ValueKind == JsonValueKind.Null) return false;
        try
        {
            value = at.ValueKind == JsonValueKind.String ? at.GetString() : at.GetRawText();
            return true;
        }
        catch (InvalidOperationException)
        {
            Fault = new RowFault("json_malformed", "A text of the line holds half a character (a lone surrogate).") { Sentence = "json_half_character" };
            return false;
        }
    }

    protected override bool Parse()
    {
        TakeLine();
        if (Raw.IsWhiteSpace()) return false;
        document?.Dispose();
        document = null;
        if (!parse || Fault is not null) return true;
        try
        {
            document = JsonDocument.Parse(Raw.ToString());
            if (document.RootElement.ValueKind != JsonValueKind.Object) Fault = new RowFault("not_an_object", "The line is JSON but no object.");
        }
        catch (JsonException e)
        {
            Fault = new RowFault("json_malformed", $"The line is no JSON: {e.Message}");
        }

        return true;
    }
}
