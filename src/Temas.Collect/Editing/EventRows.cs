using System.Text.Json.Nodes;
using Temas.Ui.Forms;

namespace Temas.Collect.Editing;

/// <summary>A row of an editor: a call, the names of its events (one a line), conditions (one a line), and where the row has one a due time.</summary>
/// <param name="Type">The call: track, page …</param>
/// <param name="Names">The names.</param>
/// <param name="Where">The conditions.</param>
/// <param name="Due">Properties with the due time, between commas.</param>
/// <param name="After">Number of the length of time after which it is due.</param>
/// <param name="Unit">Unit of that length.</param>
public sealed record EventRow(string Type, string Names, string Where = "", string Due = "", string After = "", string Unit = "d")
{
    /// <summary>A row in which nothing is filled in.</summary>
    public static EventRow Empty { get; } = new("track", "");
}

/// <summary>
/// A list of events in an editor. Each row keeps its number as long as it is edited, for by its number it keeps what the editor does not show; only empty rows at the end are left out.
/// </summary>
/// <param name="Prefix">What the names of its fields begin with.</param>
/// <param name="Rows">The rows.</param>
public sealed record EventRows(string Prefix, IReadOnlyList<EventRow> Rows)
{
    /// <summary>So many rows an editor has at most.</summary>
    public const int Most = 20;

    /// <summary>The calls.</summary>
    public static IReadOnlyList<string> Types { get; } = ["track", "page", "screen", "identify", "group", "alias"];

    /// <summary>The rows to show: those that there are, and an empty one.</summary>
    public IReadOnlyList<EventRow> Shown => Rows.Count < Most ? [.. Rows, EventRow.Empty] : Rows;

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => Rows.SelectMany((r, i) => new (string, string?)[]
    {
        (Name("Type", i), r.Type), (Name("Names", i), r.Names), (Name("Where", i), r.Where), (Name("Due", i), r.Due), (Name("After", i), r.After), (Name("AfterUnit", i), r.After.Length > 0 ? r.Unit : null),
    });

    /// <summary>Name of a field of a row.</summary>
    public string Name(string field, int index) => DocumentParts.Row(Prefix + field, index);

    /// <summary>Reads a form or a query. A name in the field <c>Add</c> joins those of its row: so an event is chosen from a list without scripts, too.</summary>
    public static EventRows Read(string prefix, Func<string, string?> field)
    {
        var rows = new List<EventRow>();
        var named = new EventRows(prefix, rows);
        for (var i = 0; i < Most; i++)
        {
            string Given(string name, string otherwise = "") => field(named.Name(name, i))?.Trim() is { Length: > 0 } text ? text : otherwise;
            rows.Add(new EventRow(Given("Type", "track"), $"{Given("Names")}\n{Given("Add")}".Trim(), Given("Where"), Given("Due"), Given("After"), Given("AfterUnit", "d")));
        }

        while (rows.Count > 0 && IsEmpty(rows[^1])) rows.RemoveAt(rows.Count - 1);
        return named;
    }

    /// <summary>What an editor shows of a list of a document.</summary>
    public static EventRows Of(string prefix, JsonNode? list) => new(prefix, [.. (list as JsonArray ?? []).OfType<JsonObject>().Select(e =>
    {
        var (after, unit) = DocumentParts.Duration(e["after"]);
        return new EventRow(
            DocumentParts.Text(e["type"]) ?? "track", string.Join('\n', DocumentParts.Texts(e["names"])), ConditionText.Write(e["where"]), string.Join(", ", DocumentParts.Texts(e["due"])), after, after.Length == 0 ? "d" : unit);
    })]);

    /// <summary>The list of the document, on top of the one before: what the editor does not show is kept.</summary>
    public JsonArray ToJson(JsonNode? before)
    {
        var old = before as JsonArray ?? [];
        var events = new JsonArray();
        for (var i = 0; i < Rows.Count; i++)
        {
            var row = Rows[i];
            if (IsEmpty(row)) continue;
            var e = i < old.Count && old[i] is JsonObject known ? (JsonObject)known.DeepClone() : [];
            DocumentParts.Put(e, "type", row.Type == "track" ? null : JsonValue.Create(row.Type));
            DocumentParts.Put(e, "names", row.Names.Length == 0 ? null : DocumentParts.List(DocumentParts.Lines(row.Names)));
            if (!Same(ConditionText.Write(e["where"]), row.Where)) DocumentParts.Put(e, "where", ConditionText.Read(row.Where));
            DocumentParts.Put(e, "due", DocumentParts.Words(row.Due));
            if (DocumentParts.Duration(e["after"]) != (row.After, row.Unit)) DocumentParts.Put(e, "after", DocumentParts.Duration(row.After, row.Unit));
            events.Add((JsonNode)e);
        }

        return events;
    }

    /// <summary>The number that a row has in the document: empty rows before it are not in there.</summary>
    public int PlaceOf(int row) => Rows.Take(row).Count(r => !IsEmpty(r));

    // Browsers send lines with both ends.
    private static bool Same(string a, string b) => a == b.ReplaceLineEndings("\n");

    private static bool IsEmpty(EventRow row) => row is { Type: "track", Names.Length: 0, Where.Length: 0, Due.Length: 0, After.Length: 0 };
}
