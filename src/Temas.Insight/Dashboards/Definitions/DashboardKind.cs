using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Insight.Questions;
using Temas.Kernel;

namespace Temas.Insight.Dashboards.Definitions;

/// <summary>The kind of definition <c>dashboard</c>. What a tile names (an indicator, an exploration, a segment) may go later (<see cref="DashboardReferences"/>): then the tile says so, and the board stays.</summary>
internal sealed partial class DashboardKind : IDefinitionKind<Dashboard>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "dashboard";

    private const int MostCharacters = 64 * 1024, MostOptions = 20, LongestText = 4000, MostReaders = 50;

    // Whether a question is well formed does not depend on the day; a late one lets "from" name any.
    private static readonly DateTimeOffset Checked = new(2199, 12, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The periods of boards and tiles.</summary>
    public static IReadOnlyList<string> Periods { get; } = ["7d", "30d", "90d", "365d"];

    public static DashboardKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => ReadyMade.All;

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Dashboard Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    [GeneratedRegex("^[a-z0-9-]{1,40}$", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[^@\s]{1,100}@[^@\s]{1,150}$", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    private static Dashboard Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "order", "period", "compare", "tiles", "report");
        var tiles = node.List("tiles", BuildTile, Dashboard.MostTiles);
        if (tiles.GroupBy(t => t.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            node.Fault("tiles", "tile_twice", "Two tiles have one id.", twice.Key, "Give each an id of its own.");
        return new Dashboard(
            key, node.Label(), node.Name("description"), (int)node.Number("order", 100, 0, 10_000), Period(node, "30d")!, node.Flag("compare", true), tiles, node.Object("report", BuildReport));
    }

    private static Tile BuildTile(DefinitionNode node)
    {
        node.Only("id", "kind", "title", "width", "height", "period", "segment", "indicator", "exploration", "question", "page", "text", "options");
        var kind = node.RequiredText("kind", form: Word(), formed: "Use the kind of a tile, such as indicator.");
        if (kind == TileKinds.Indicator && !node.Has("indicator")) node.Fault("indicator", "field_missing", "This tile shows an indicator: which?", wayOut: "Name one by its key.");
        if (TileKinds.Asks.Contains(kind) && !node.Has("exploration") && !node.Has("question")) node.Fault("question", "field_missing", "This tile asks a question: which?", wayOut: "Name a saved exploration, or add a question.");
        if (kind == TileKinds.Text && !node.Has("text")) node.Fault("text", "field_missing", "This tile shows a text: which?", wayOut: "Add it.");
        return new Tile(
            node.RequiredText("id", form: Word(), formed: "Use 1 to 40 of a-z, 0-9 and hyphen."), kind, node.Name("title"), (int)node.Number("width", 4, 1, Dashboard.Columns), (int)node.Number("height", 3, 1, Dashboard.MostRows), Period(node, null),
            node.Text("segment", form: DefinitionDocument.KeyForm()), node.Text("indicator", form: DefinitionDocument.KeyForm()), node.Text("exploration", form: DefinitionDocument.KeyForm()),
            Question(node, kind), node.Text("page", "", 16_000)!, node.Object("text", TextOf), Options(node));
    }

    private static LocalText TextOf(DefinitionNode node)
    {
        node.Only("tr", "en");
        return new LocalText(node.RequiredText("tr", LongestText), node.RequiredText("en", LongestText));
    }

    private static Report BuildReport(DefinitionNode node)
    {
        node.Only("every", "hour", "to", "language");
        var to = node.Texts("to", limit: MostReaders, form: Address(), formed: "Write an address, such as ada@example.com.");
        if (node.IsEmpty("to")) node.Fault("to", "field_missing", "A report goes to somebody.", wayOut: "Add an address.");
        return new Report(node.OneOf("every", "week", ("day", "day"), ("week", "week"), ("month", "month")), (int)node.Number("hour", 8, 0, 23), to, node.OneOf("language", "tr", ("tr", "tr"), ("en", "en")));
    }

    private static string? Period(DefinitionNode node, string? absent) => node.OneOf("period", absent, ("7d", "7d"), ("30d", "30d"), ("90d", "90d"), ("365d", "365d"));

    private static JsonElement? Question(DefinitionNode node, string kind)
    {
        if (!node.Has("question")) return null;
        var question = node.Element.GetProperty("question");
        if (question.GetRawText().Length > MostCharacters) node.Fault("question", "query_too_long", "The question has more than 65,536 characters.", wayOut: "Put conditions into segments, and name those.");
        else if (new QueryReader(Checked, TimeZoneInfo.Utc).Read(question).Problem is { } fault) node.Fault(fault.Field is { } field ? $"question.{field}" : "question", fault.Code, fault.Detail, fault.Value, fault.WayOut);
        else if (question.GetProperty("kind").GetString() is var asked && asked != (kind == TileKinds.Number ? "trend" : kind))
            node.Fault("question.kind", "question_unfit", "This kind of tile shows another kind of question.", asked, "Choose a tile of the same kind as the question.");
        return question.Clone();
    }

    private static IReadOnlyDictionary<string, string> Options(DefinitionNode node)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!node.Has("options")) return options;
        var given = node.Element.GetProperty("options");
        if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().Count() > MostOptions || given.EnumerateObject().Any(o => o.Value.ValueKind != JsonValueKind.String || o.Value.GetString()!.Length > 200))
        {
            node.Fault("options", "options_unreadable", "Further choices are an object of at most 20 short texts.", wayOut: "Leave it out, or write texts.");
            return options;
        }

        foreach (var option in given.EnumerateObject()) options[option.Name] = option.Value.GetString()!;
        return options;
    }
}
