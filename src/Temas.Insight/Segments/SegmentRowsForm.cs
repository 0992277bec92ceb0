using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Temas.Insight.Segments;

/// <summary>Reads the rows of the builder from what its form sent, and does what its buttons say: everything works by posting the form.</summary>
internal static class SegmentRowsForm
{
    /// <summary>Name of a field of a row: <c>r0-kind</c>, of a row of a group <c>r0.1-kind</c>.</summary>
    public static string Name(string row, string field) => $"r{row}-{field}";

    /// <summary>The rows as they were sent.</summary>
    public static SegmentRows Read(IFormCollection form)
    {
        var rows = Rows(form, "");
        return rows.Count == 0 && !form.ContainsKey("mode") ? SegmentRows.New : new SegmentRows(form["mode"] == "any" ? "any" : "all", rows);
    }

    /// <summary>Does what a button says: <c>add</c>, <c>group</c>, <c>add:2</c>, <c>remove:2.0</c>, <c>up:1</c>, <c>down:1</c>, <c>event:0</c>, <c>filter:0</c>, <c>unfilter:0:1</c>, <c>unevent:0:1</c>.</summary>
    public static SegmentRows Do(string action, SegmentRows rows)
    {
        var words = action.Split(':');
        var place = words.Length > 1 ? words[1].Split('.').Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1).ToArray() : [];
        var part = words.Length > 2 && int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        return words[0] switch
        {
            "add" when place.Length == 0 => rows with { Rows = Added(rows.Rows, Fresh) },
            "group" => rows with { Rows = Added(rows.Rows, new SegmentRow { Kind = "group", Mode = rows.Mode == "all" ? "any" : "all", Rows = [Fresh, Fresh] }) },
            "add" => Change(rows, place, r => r with { Rows = Added(r.Rows, Fresh) }),
            "remove" => Among(rows, place, (list, at) => [.. list.Take(at), .. list.Skip(at + 1)]),
            "up" => Among(rows, place, (list, at) => at == 0 ? list : Swapped(list, at - 1)),
            "down" => Among(rows, place, (list, at) => at + 1 == list.Count ? list : Swapped(list, at)),
            "event" => Change(rows, place, r => r.Events.Count < SegmentRows.MostParts ? r with { Events = [.. r.Events, ""] } : r),
            "unevent" => Change(rows, place, r => r.Events.Count > 1 ? r with { Events = [.. r.Events.Where((_, i) => i != part)] } : r),
            "filter" => Change(rows, place, r => r.Filters.Count < SegmentRows.MostParts ? r with { Filters = [.. r.Filters, RowFilter.Blank] } : r),
            "unfilter" => Change(rows, place, r => r with { Filters = [.. r.Filters.Where((_, i) => i != part)] }),
            _ => rows,
        };
    }

    private static SegmentRow Fresh { get; } = SegmentRows.New.Rows[0];

    private static IReadOnlyList<SegmentRow> Added(IReadOnlyList<SegmentRow> rows, SegmentRow row) => rows.Count < SegmentRows.Most ? [.. rows, row] : rows;

    private static List<SegmentRow> Swapped(IReadOnlyList<SegmentRow> rows, int at) => [.. rows.Take(at), rows[at + 1], rows[at], .. rows.Skip(at + 2)];

    /// <summary>Changes one row.</summary>
    private static SegmentRows Change(SegmentRows rows, int[] place, Func<SegmentRow, SegmentRow> change) => Among(rows, place, (list, at) => [.. list.Select((r, i) => i == at ? change(r) : r)]);

    /// <summary>Changes the list in which a row stands.</summary>
    private static SegmentRows Among(SegmentRows rows, int[] place, Func<IReadOnlyList<SegmentRow>, int, IReadOnlyList<SegmentRow>> change) => place switch
    {
        [var at] when at >= 0 && at < rows.Rows.Count => rows with { Rows = change(rows.Rows, at) },
        [var group, var at] when group >= 0 && group < rows.Rows.Count && at >= 0 && at < rows.Rows[group].Rows.Count =>
            rows with { Rows = [.. rows.Rows.Select((r, i) => i == group ? r with { Rows = change(r.Rows, at) } : r).Where(r => r.Kind != "group" || r.Rows.Count > 0)] },
        _ => rows,
    };

    private static List<SegmentRow> Rows(IFormCollection form, string within)
    {
        var rows = new List<SegmentRow>();
        while (rows.Count < SegmentRows.Most && form.ContainsKey(Name(Place(rows.Count), "kind"))) rows.Add(Row(form, Place(rows.Count)));
        return rows;

        string Place(int at) => string.Create(CultureInfo.InvariantCulture, $"{within}{at}");
    }

    private static SegmentRow Row(IFormCollection form, string at)
    {
        var kind = Given("kind");
        if (kind == "group") return new SegmentRow { Kind = kind, Mode = Choice("mode", ["any", "all", "none"]), Rows = at.Contains('.', StringComparison.Ordinal) ? [] : Rows(form, $"{at}.") };
        var was = Given("was");
        // What becomes a row of JSON shows the JSON that it was; a row of JSON that becomes another is taken apart, where that can be done.
        if (kind == "raw" && was is not ("raw" or "")) return new SegmentRow { Kind = "raw", Raw = SegmentRowText(Read(was)) };
        if (was == "raw" && kind != "raw") return Parsed(Given("raw")) is { } parsed && parsed.Kind == kind ? parsed : Read(kind);
        return Read(kind);

        string Given(string field) => form[Name(at, field)].ToString().Trim();

        string Choice(string field, IReadOnlyList<string> choices) => Given(field) is var given && choices.Contains(given) ? given : choices[0];

        string Otherwise(string field, string otherwise) => form.ContainsKey(Name(at, field)) ? Given(field) : otherwise;

        SegmentRow Read(string of)
        {
            var plain = new SegmentRow { Kind = SegmentRow.Kinds.Contains(of) ? of : "did" };
            var events = form[Name(at, "event")].Select(e => e?.Trim() ?? "").Take(SegmentRows.MostParts).ToList();
            if (!plain.IsSequence) events = [.. events.Where(e => e.Length > 0)];
            while (events.Count < (plain.IsSequence ? 2 : 1)) events.Add("");
            // What a row compares depends on what it asks: a choice of another kind of row does not fit.
            var comparisons = plain.Kind == "profile" ? SegmentRow.Operators : SegmentRow.Comparisons;
            return plain with
            {
                Events = events,
                Filters = Filters(form, at),
                Times = Choice("times", SegmentRow.TimesChoices),
                Least = Otherwise("least", plain.Least),
                Most = Otherwise("most", plain.Most),
                Time = new RowTime(
                    form.ContainsKey(Name(at, "time")) ? Choice("time", ["ever", "within", "between"]) : "ever",
                    Otherwise("count", RowTime.Ever.Count), form.ContainsKey(Name(at, "unit")) ? Choice("unit", SegmentRow.Units) : "d", Given("from"), Given("to")),
                Aggregate = Choice("aggregate", SegmentRow.Aggregates),
                Property = Given("property"),
                Is = Choice("is", comparisons),
                Value = Given("value"),
                Window = Otherwise("window", plain.Window),
                WindowUnit = form.ContainsKey(Name(at, "windowUnit")) ? Choice("windowUnit", SegmentRow.Units) : "d",
                Segment = Given("segment"),
                Raw = Given("raw"),
            };
        }
    }

    private static List<RowFilter> Filters(IFormCollection form, string at)
    {
        var filters = new List<RowFilter>();
        for (var i = 0; i < SegmentRows.MostParts; i++)
        {
            string Given(string field) => form[Name(at, string.Create(CultureInfo.InvariantCulture, $"{field}{i}"))].ToString().Trim();
            if (!form.ContainsKey(Name(at, string.Create(CultureInfo.InvariantCulture, $"p{i}")))) break;
            filters.Add(new RowFilter(Given("p"), SegmentRow.Operators.Contains(Given("o")) ? Given("o") : "equal", Given("v")));
        }

        return filters;
    }

    private static string SegmentRowText(SegmentRow row) => new SegmentRows("all", [row]).ToText();

    private static SegmentRow? Parsed(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return ReadSegmentRow.Leaf(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
