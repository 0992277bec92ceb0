using System.Text.Json;
using Temas.Collect.Import.Events;
using Temas.Collect.Import.Rows;
using Temas.Kernel;

namespace Temas.Collect.Import.Mapping;

/// <summary>What a value becomes in the event.</summary>
internal enum ValueKind
{
    /// <summary>A JSON string.</summary>
    Text,

    /// <summary>A JSON number with the digits that the row has.</summary>
    Number,

    /// <summary>A JSON number without a fraction.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A day, as the text yyyy-MM-dd.</summary>
    Date,

    /// <summary>A moment, as ISO 8601 in UTC.</summary>
    Time,

    /// <summary>JSON, as it stands in the row.</summary>
    Json,
}

/// <summary>Words for true and false, compared without regard to case and accents.</summary>
internal sealed class BooleanWords(IEnumerable<string> yes, IEnumerable<string> no)
{
    private readonly HashSet<string> yes = [.. yes.Select(SearchText.Fold)];
    private readonly HashSet<string> no = [.. no.Select(SearchText.Fold)];

    /// <summary>English and Turkish.</summary>
    public static BooleanWords Default { get; } = new(["true", "yes", "y", "1", "evet", "doğru", "e"], ["false", "no", "n", "0", "hayır", "yanlış", "h"]);

    /// <summary>Null when the word is neither.</summary>
    public bool? Read(ReadOnlySpan<char> word)
    {
        if (word.Length > 100) return null;
        var folded = SearchText.Fold(word.ToString());
        return yes.Contains(folded) ? true : no.Contains(folded) ? false : null;
    }
}

/// <summary>Where a value comes from and what it becomes.</summary>
internal sealed record ValueSpec
{
    /// <summary>Its place in the mapping, for faults.</summary>
    public required string Path { get; init; }

    public required Template Template { get; init; }

    public ValueKind As { get; init; }

    public NumberFormat Number { get; init; } = NumberFormat.Default;

    /// <summary>For <see cref="ValueKind.Date"/> and <see cref="ValueKind.Time"/>.</summary>
    public TimeFormat? Time { get; init; }

    public BooleanWords Words { get; init; } = BooleanWords.Default;

    /// <summary>Words that mean that there is no value, beside those of the file.</summary>
    public NullWords Nulls { get; init; } = NullWords.None;

    /// <summary>Taken when there is no value.</summary>
    public string? Default { get; init; }

    /// <summary>Other words for what stands in the row.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>Taken when <see cref="Map"/> does not have the value; null: the row is rejected.</summary>
    public string? Otherwise { get; init; }

    /// <summary>True: a row without the value is rejected.</summary>
    public bool Required { get; init; }

    /// <summary>The text of the value for a row; false when there is none, or when the row got a fault.</summary>
    public bool TryText(RowContext row, out ReadOnlySpan<char> text)
    {
        var exists = Template.TryResolve(row, out text) && !Nulls.Contains(text);
        if (exists && Map is not null)
        {
            var key = text.ToString();
            if (Map.TryGetValue(key, out var mapped))
            {
                text = mapped;
            }
            else if (Otherwise is not null)
            {
                text = Otherwise;
            }
            else
            {
                row.Fail("value_not_in_map", $"'{Shown(text)}' is not in the map. Add it, or say what it is otherwise.", Path, Shown(text));
                return false;
            }

            // A word can be mapped to nothing, and a default then holds.
            exists = !text.IsEmpty;
        }

        if (!exists && Default is not null)
        {
            text = Default;
            exists = true;
        }

        if (!exists && Required) row.Fail("value_missing", "The row has no value here, and the mapping requires one.", Path);
        return exists;
    }

    /// <summary>Whether the row has a value here. Says nothing about whether it can be read.</summary>
    public bool Exists(RowContext row) => TryText(row, out _);

    /// <summary>Writes the value; <paramref name="name"/> null: as an item of an array. Nothing is written when there is none.</summary>
    public void Write(Utf8JsonWriter writer, JsonEncodedText? name, RowContext row)
    {
        if (!TryText(row, out var text)) return;
        switch (As)
        {
            case ValueKind.Number:
            case ValueKind.Integer: WriteNumber(writer, name, text, row); break;
            case ValueKind.Boolean:
                if (Words.Read(text) is not { } truth) row.Fail("not_a_boolean", $"'{Shown(text)}' is neither of the words for true nor of those for false.", Path, Shown(text));
                else if (Name(writer, name)) writer.WriteBooleanValue(truth);
                break;
            case ValueKind.Date:
                if (Time!.Date(text) is not { } day) row.Fail("not_a_date", $"'{Shown(text)}' does not have the format of the mapping.", Path, Shown(text));
                else if (Name(writer, name)) writer.WriteStringValue(day);
                break;
            case ValueKind.Time:
                if (!Time!.TryInstant(text, out var time, out var fault)) row.Fail(fault, text, Time, Path);
                else if (Name(writer, name)) WriteTime(writer, time);
                break;
            case ValueKind.Json: WriteJson(writer, name, text, row); break;
            default:
                if (Name(writer, name)) writer.WriteStringValue(text);
                break;
        }
    }

    /// <summary>Writes a moment as ISO 8601 in UTC, with milliseconds when it has any.</summary>
    public static void WriteTime(Utf8JsonWriter writer, long time)
    {
        Span<char> text = stackalloc char[32];
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(time);
        moment.TryFormat(text, out var length, time % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }

    /// <summary>A value as messages show it.</summary>
    public static string Shown(ReadOnlySpan<char> value) => value.Length > 60 ? string.Concat(value[..59], "…") : value.ToString();

    private static bool Name(Utf8JsonWriter writer, JsonEncodedText? name)
    {
        if (name is { } n) writer.WritePropertyName(n);
        return true;
    }

    private void WriteNumber(Utf8JsonWriter writer, JsonEncodedText? name, ReadOnlySpan<char> text, RowContext row)
    {
        Span<char> json = stackalloc char[NumberFormat.MaxLength + 2];
        if (!Number.TryNormalize(text, json, out var length))
        {
            var (sentence, values) = Number.Group is { } group ? ("not_a_number_grouped", (string[])[Shown(text), $"{Number.Decimal}", $"{group}"]) : ("not_a_number", [Shown(text), $"{Number.Decimal}"]);
            row.Fail(new RowFault("not_a_number", $"'{Shown(text)}' is no number as the mapping writes them ({Number}).", Path) { Sentence = sentence, Values = values });
            return;
        }

        var digits = (ReadOnlySpan<char>)json[..length];
        if (As == ValueKind.Integer)
        {
            var point = digits.IndexOf('.');
            if (digits.IndexOfAny('e', 'E') >= 0 || (point >= 0 && digits[(point + 1)..].IndexOfAnyExcept('0') >= 0))
            {
                row.Fail("not_an_integer", $"'{Shown(text)}' has a fraction.", Path, Shown(text));
                return;
            }

            if (point >= 0) digits = digits[..point];
        }

        Name(writer, name);
        writer.WriteRawValue(digits, skipInputValidation: true);
    }

    private void WriteJson(Utf8JsonWriter writer, JsonEncodedText? name, ReadOnlySpan<char> text, RowContext row)
    {
        try
        {
            using var document = JsonDocument.Parse(text.ToString());
            Name(writer, name);
            document.RootElement.WriteTo(writer);
        }
        catch (JsonException e)
        {
            row.Fail("not_json", $"The value is no JSON: {e.Message}", Path);
        }
    }
}
