using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Temas.Ui.Reading;

namespace Temas.Insight.Segments;

/// <summary>Says a condition as a sentence in the reader's language.</summary>
public sealed class SegmentSentence(SegmentVocabulary words, IStringLocalizer<SegmentText> text, Reader reader)
{
    /// <summary>The sentence of a condition.</summary>
    public string Of(JsonElement where) => Of(SegmentRows.Of(where));

    /// <summary>The sentence of the rows of the builder.</summary>
    public string Of(SegmentRows rows)
    {
        var sentence = rows.Rows.Count == 0 ? text[rows.Mode == "all" ? "S_everyone" : "S_nobody"].Value : text["S_customers", Joined(rows.Mode, rows.Rows)].Value;
        return string.Concat(char.ToUpper(sentence[0], CultureInfo.CurrentUICulture).ToString(), sentence.AsSpan(1));
    }

    private string Joined(string mode, IReadOnlyList<SegmentRow> rows) => string.Join(text[mode == "all" ? "S_and" : "S_or"], rows.Select(r => r.Kind == "group" && rows.Count > 1 ? $"({Clause(r)})" : Clause(r)));

    private string Clause(SegmentRow row) => row.Kind switch
    {
        "group" when row.Rows.Count == 0 => text[row.Mode == "any" ? "S_nobody" : "S_everyone"],
        "group" when row.Mode == "none" => text["S_none", string.Join("; ", row.Rows.Select(Clause))],
        "group" => Joined(row.Mode, row.Rows),
        "never" => text["S_never", EventPhrase(row), Time(row.Time)],
        "first" => text["S_first", EventPhrase(row), Time(row.Time)],
        "aggregate" => text["S_aggregate", text[$"S_{row.Aggregate}", Named(row.Property)], text["S_of", Quoted(row)], Time(row.Time), text[$"S_figure_{row.Is}", Figure(row.Value)]],
        "sequence" or "nosequence" => text[$"S_{row.Kind}", string.Join(text["S_then"], row.Events.Select(Quoted)), Length(row.Window, row.WindowUnit), Time(row.Time)],
        "profile" => text[$"S_fact_{row.Is}", words.Fact(row.Property).Label, Value(row.Value, row.Property)],
        "segment" or "nosegment" => text[$"S_{row.Kind}", words.SegmentOf(row.Segment)],
        "raw" => text["S_raw"],
        _ when row is { Times: "atLeast", Least: "1" } => text["S_did", EventPhrase(row), Time(row.Time)],
        _ when row.Times == "between" => text["S_between", EventPhrase(row), Time(row.Time), row.Least, row.Most],
        _ => text[row.Least == "1" ? $"S_{row.Times}_1" : $"S_{row.Times}", EventPhrase(row), Time(row.Time), row.Least],
    };

    private string EventPhrase(SegmentRow row) => row.Events.All(e => e.Length == 0) ? text["S_event_any", Filters(row)] : text["S_event", Quoted(row)];

    private string Quoted(SegmentRow row)
    {
        var events = string.Join(text["S_or"], row.Events.Where(e => e.Length > 0 || row.Events.Count == 1).Select(Quoted));
        return events + Filters(row);
    }

    private string Filters(SegmentRow row)
    {
        var filters = row.Filters.Where(f => !f.IsBlank).Select(f => text[$"S_filter_{f.Is}", Named(f.Property), Value(f.Value, null)].Value).ToList();
        return filters.Count == 0 ? "" : $" ({string.Join(text["S_and"], filters)})";
    }

    private string Quoted(string type) => type.Length == 0 ? text["S_any"] : text["S_quoted", words.EventOf(type)];

    private string Named(string property) => property.Length == 0 ? "…" : property;

    private string Time(RowTime time) => time.Mode switch
    {
        "within" => text[time.Count == "1" ? $"S_last_{time.Unit}_1" : $"S_last_{time.Unit}", time.Count.Length == 0 ? "…" : time.Count],
        "between" when time is { From.Length: > 0, To.Length: > 0 } => text["S_time_between", Day(time.From), Day(time.To)],
        "between" when time.From.Length > 0 => text["S_time_since", Day(time.From)],
        "between" when time.To.Length > 0 => text["S_time_before", Day(time.To)],
        _ => "",
    };

    private string Day(string given) => DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("d MMM yyyy", CultureInfo.CurrentCulture)
        : DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? reader.Moment(moment) : given;

    private string Length(string count, string unit) => text[count == "1" ? $"S_length_{unit}_1" : $"S_length_{unit}", count.Length == 0 ? "…" : count];

    private static string Figure(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Reader.Number(number) : value.Length == 0 ? "…" : value;

    private string Value(string typed, string? fact)
    {
        if (typed.Length == 0) return "…";
        using var read = JsonDocument.Parse((TypedValues.Read(typed, "equal") ?? "").ToJsonString());
        var values = read.RootElement.ValueKind == JsonValueKind.Array ? [.. read.RootElement.EnumerateArray()] : new List<JsonElement> { read.RootElement };
        return string.Join(text["S_or"], values.Select(v => One(v, fact)));
    }

    private string One(JsonElement value, string? fact) => value.ValueKind switch
    {
        JsonValueKind.Number => Reader.Number(value.GetDouble()),
        JsonValueKind.True => text["True"],
        JsonValueKind.False => text["False"],
        _ => value.GetString() is var written && fact is not null && words.Fact(fact).Choices.FirstOrDefault(c => c.Value == written).Label is { } label ? label : written ?? "",
    };
}
