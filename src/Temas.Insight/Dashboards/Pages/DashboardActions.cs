using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Customers.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Explore;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Dashboards.Pages;

/// <summary>What the pages of dashboards post.</summary>
internal static class DashboardActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/dashboards").RequireAuthorization(Policies.Engage).ExcludeFromDescription();
        group.MapPost("save", SaveAsync);
        group.MapPost("tile", TileAsync);
        group.MapPost("preview", async (HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            return Results.LocalRedirect(TemasUrls.DashboardTile(current.Value.Key.Value, form["of"].ToString(), form["id"], TileForm.Read(name => form[name].ToString()).Fields));
        }).WithMetadata(new ChangesNothing());
        group.MapPost("pin", PinAsync);
        group.MapPost("remove", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var removed = await change.RemoveAsync(current.Value, DashboardKind.Name, of ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.DashboardList(current.Value.Key.Value), removed.IsOk ? "removed" : "gone", of ?? "");
        });
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, DashboardKind.Name, of ?? "", version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.DashboardList(current.Value.Key.Value), "restored", restored.Problem);
        });
    }

    private static async Task<IResult> SaveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (filled, workspace) = (DashboardForm.Read(form), current.Value);
        var old = form["of"].ToString() is { Length: > 0 } of ? ChangeDefinition.InForce(workspace, DashboardKind.Name, of) : null;
        var key = old?.Key ?? await KeyAsync(workspace, filled.Texts.Has("labelEn") ? filled.Texts["labelEn"] : filled.Texts["labelTr"], cancel);
        // A new one may begin as a copy.
        var before = old?.Json ?? ChangeDefinition.InForce(workspace, DashboardKind.Name, form["like"].ToString())?.Json;
        var saved = await change.SaveAsync(workspace, DashboardKind.Name, key, filled.ToJson(before), current.Actor, cancel);
        if (!saved.IsOk) return Results.LocalRedirect(TemasUrls.DashboardEdit(workspace.Key.Value, old?.Key, [.. filled.Fields, ("draft", "refused")]));
        return FormAnswer.Done(http, old is null ? TemasUrls.DashboardEdit(workspace.Key.Value, key) : TemasUrls.Dashboard(workspace.Key.Value, key), "saved");
    }

    private static async Task<IResult> TileAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, IEnumerable<DashboardTile> brought, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (workspace, filled, id) = (current.Value, TileForm.Read(name => form[name].ToString()), form["id"].ToString());
        if (ChangeDefinition.InForce(workspace, DashboardKind.Name, form["of"].ToString()) is not { } old) return FormAnswer.Refused(TemasUrls.DashboardList(workspace.Key.Value), Gone);
        var saved = await PutTileAsync(workspace, change, old, id, filled, brought, current.Actor, cancel);
        return saved.IsOk
            ? FormAnswer.Done(http, TemasUrls.Dashboard(workspace.Key.Value, old.Key), id.Length > 0 ? "saved" : "pinned")
            : Results.LocalRedirect(TemasUrls.DashboardTile(workspace.Key.Value, old.Key, id, [.. filled.Fields, ("draft", "refused")]));
    }

    /// <summary>What the explorer shows becomes a tile of a board: as it was saved, or as a question of the tile's own.</summary>
    private static async Task<IResult> PinAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, IEnumerable<DashboardTile> brought, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (workspace, page) = (current.Value, form["page"].ToString());
        var state = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(page)));
        var explore = state.Url(TemasUrls.Explore(workspace.Key.Value));
        if (ChangeDefinition.InForce(workspace, DashboardKind.Name, form["board"].ToString()) is not { } board) return FormAnswer.Refused(explore, Gone);
        if (!state.IsComplete || !TileKinds.Asks.Contains(state.Kind)) return FormAnswer.Refused(explore, Problem.Invalid("question_unfit", "This kind of question has no tile.", "page"));
        var saved = form["saved"].ToString();
        var filled = TileForm.Read(name => name switch
        {
            "kind" => state.Kind,
            "exploration" => saved,
            "question" => saved.Length > 0 ? "" : state.Question().GetRawText(),
            "page" => saved.Length > 0 ? "" : state.Url("").TrimStart('?'),
            "titleTr" or "titleEn" => form["title"].ToString(),
            _ => "",
        });
        var put = await PutTileAsync(workspace, change, board, "", filled, brought, current.Actor, cancel);
        return put.IsOk ? FormAnswer.Done(http, TemasUrls.Dashboard(workspace.Key.Value, board.Key), "pinned") : FormAnswer.Refused(explore, put.Problem!);
    }

    private static Task<Result<Definition>> PutTileAsync(Workspace workspace, ChangeDefinition change, Definition board, string id, TileForm filled, IEnumerable<DashboardTile> brought, Actor by, CancellationToken cancel)
    {
        var node = JsonNode.Parse(board.Json)!.AsObject();
        if (node["tiles"] is not JsonArray tiles) node["tiles"] = tiles = [];
        var (width, height) = Size(filled.Texts["kind"], brought);
        var at = tiles.Select((t, i) => (Id: DocumentParts.Text(t?["id"]), i)).FirstOrDefault(t => t.Id == id && id.Length > 0, (null, -1)).i;
        if (at >= 0) tiles[at] = filled.ToJson(id, tiles[at] as JsonObject, width, height);
        else tiles.Add((JsonNode)filled.ToJson(NewId(filled.Texts["kind"], tiles), null, width, height));
        return change.SaveAsync(workspace, DashboardKind.Name, board.Key, node.ToJsonString(), by, cancel);
    }

    /// <summary>How large a tile of a kind is at first.</summary>
    public static (int Width, int Height) Size(string kind, IEnumerable<DashboardTile> brought) =>
        TileKinds.All.FirstOrDefault(k => k.Kind == kind) is { Kind: not null } own ? (own.Width, own.Height) : brought.FirstOrDefault(b => b.Kind == kind) is { } other ? (other.Width, other.Height) : (6, 4);

    private static string NewId(string kind, JsonArray tiles)
    {
        var taken = tiles.Select(t => DocumentParts.Text(t?["id"])).ToHashSet(StringComparer.Ordinal);
        var id = kind;
        for (var i = 2; taken.Contains(id); i++) id = string.Create(CultureInfo.InvariantCulture, $"{kind}-{i}");
        return id;
    }

    /// <summary>A key made of a name that no dashboard has or had.</summary>
    private static async Task<string> KeyAsync(Workspace workspace, string name, CancellationToken cancel)
    {
        var wanted = SegmentForm.KeyOf(name) is { Length: > 0 } made ? made : DashboardKind.Name;
        var key = wanted;
        for (var i = 2; (await workspace.Definitions.HistoryAsync(DashboardKind.Name, key, cancel)).Count > 0; i++) key = FormattableString.Invariant($"{wanted}-{i}");
        return key;
    }

    private static Problem Gone { get; } = Problem.NotFound("dashboard_unknown", "There is no such dashboard.", wayOut: "List the dashboards to see their keys.");
}
