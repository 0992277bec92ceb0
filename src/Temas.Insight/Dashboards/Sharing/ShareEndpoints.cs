using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Temas.Customers.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;
using Temas.Ui.Layout;
using Temas.Ui.Preferences;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Sharing;

/// <summary>
/// <c>/b/{workspace}/{secret}</c>: a board for whoever has its link. What stands in the address is sealed, and good as long as its row says so; no cookie is looked at, and nothing is shown that opens to a customer.
/// </summary>
internal static partial class ShareEndpoints
{
    private const int MostDays = 365, LongestTyped = 1000, MostSites = 10;

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>Seals the id of a link of a workspace for its address.</summary>
    public static string Seal(IDataProtectionProvider protection, Workspace workspace, string id) => Protector(protection, workspace).Protect(id);

    /// <summary>What was chosen on the board when a link was made.</summary>
    public static BoardState StateOf(Share share) => BoardState.Of(new QueryCollection(QueryHelpers.ParseQuery(share.State)));

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/dashboards").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("share", ShareAsync);
        group.MapPost("revoke", RevokeAsync);
        var open = routes.MapGroup("/b/{workspace}/{secret}").RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance);
        open.MapGet("", (HttpContext http, string workspace, string secret) => OpenAsync(http, workspace, secret, "page"));
        open.MapGet("tiles", (HttpContext http, string workspace, string secret) => OpenAsync(http, workspace, secret, "tiles"));
        open.MapGet("stream", (HttpContext http, string workspace, string secret) => OpenAsync(http, workspace, secret, "stream"));
    }

    [GeneratedRegex(@"^https?://[a-z0-9.-]{1,200}(:\d{1,5})?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Site();

    private static IDataProtector Protector(IDataProtectionProvider protection, Workspace workspace) => protection.CreateProtector("Temas.DashboardShare", workspace.Key.Value);

    private static async Task<IResult> ShareAsync(HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (workspace, now) = (current.Value, current.Value.Clock.GetUtcNow());
        if (Dashboard.Find(workspace, form["of"]) is not { } board) return FormAnswer.Refused(TemasUrls.DashboardList(workspace.Key.Value), Problem.NotFound("dashboard_unknown", "There is no such dashboard."));
        var page = TemasUrls.DashboardShare(workspace.Key.Value, board.Key);
        var chosen = BoardState.Of(new QueryCollection(QueryHelpers.ParseQuery(form["state"])));
        // What was chosen and typed stands there again, beside what is wrong with it.
        var again = TemasUrls.With(chosen.Url(page), ("name", Typed("name")), ("days", Typed("days")), ("sites", Typed("sites")));
        var sites = form["sites"].ToString().Split((char[])['\n', ' ', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(s => s.TrimEnd('/')).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (sites.Count > MostSites || sites.Exists(s => !Site().IsMatch(s))) return FormAnswer.Refused(again, Problem.Invalid("site_unreadable", "A website is written as https://intranet.example.com.", "sites"));
        if (!int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > MostDays) return FormAnswer.Refused(again, Problem.Invalid("days_invalid", "A link is valid for 1 to 365 days.", "days"));
        var name = form["name"].ToString().Trim() is { Length: > 0 and <= 200 } named ? named : board.Label.In(Languages.Current.Code);
        var share = new Share(Guid.CreateVersion7(now).ToString("N"), board.Key, name, chosen.Url(""), string.Join(' ', sites), current.Actor.Name, now, now.AddDays(days), null, null);
        await ShareStore.AddAsync(workspace, share, cancel);
        await audit.RecordAsync(new AuditEntry(workspace.Key, current.Actor, "dashboard.shared", $"dashboard {board.Key} link {share.Id}") { After = string.Create(CultureInfo.InvariantCulture, $$"""{"expiresAt":"{{share.ExpiresAt:yyyy-MM-dd'T'HH:mm:ss'Z'}}","sites":{{sites.Count}}}""") }, cancel);
        return FormAnswer.Done(http, page, "shared");

        string? Typed(string field) => form[field].ToString() is { Length: > 0 and <= LongestTyped } typed ? typed : null;
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, [FromForm] string? of, [FromForm] string? id, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel)
    {
        var workspace = current.Value;
        var page = TemasUrls.DashboardShare(workspace.Key.Value, of ?? "");
        if (await ShareStore.FindAsync(workspace, id ?? "", cancel) is not { } share || share.Board != of) return FormAnswer.Refused(TemasUrls.DashboardList(workspace.Key.Value), Problem.NotFound("link_unknown", "There is no such link."));
        if (await ShareStore.RevokeAsync(workspace, share.Id, workspace.Clock.GetUtcNow(), cancel)) await audit.RecordAsync(new AuditEntry(workspace.Key, current.Actor, "dashboard.share_revoked", $"dashboard {share.Board} link {share.Id}"), cancel);
        return FormAnswer.Done(http, page, "revoked");
    }

    private static async Task OpenAsync(HttpContext http, string key, string secret, string part)
    {
        var services = http.RequestServices;
        SecretPages.Hide(http);
        var (workspace, share) = await FindAsync(services, key, secret, http.RequestAborted);
        if (workspace is null || share is null || Dashboard.Find(workspace, share.Board) is not { } board)
        {
            await new RazorComponentResult<SharedGone> { StatusCode = StatusCodes.Status404NotFound, PreventStreamingRendering = true }.ExecuteAsync(http);
            return;
        }

        Enter(services, workspace);
        // Of what was chosen when the link was made nothing can be chosen anew: a segment that was meant stays meant.
        http.Request.QueryString = new QueryString(share.State.Length > 0 ? QueryHelpers.AddQueryString(share.State, "ids", http.Request.Query["ids"].ToString()) : QueryHelpers.AddQueryString("", "ids", http.Request.Query["ids"].ToString()));
        var loader = services.GetRequiredService<TileLoader>();
        loader.IsShared = true;
        var shown = board with { Tiles = [.. board.Tiles.Where(t => !TileKinds.Personal.Contains(t.Kind) && services.GetServices<DashboardTile>().All(b => b.Kind != t.Kind || !b.IsPersonal))] };
        if (part == "stream")
        {
            await DashboardEndpoints.StreamAsync(http, workspace, shown, loader, services.GetServices<DashboardTile>());
            return;
        }

        if (share.Sites.Length > 0) Embed(http, share.Sites);
        if (part == "tiles")
        {
            await DashboardEndpoints.SendAsync(shown, http.Request.Query["ids"], http, loader, withTools: false);
            return;
        }

        var now = workspace.Clock.GetUtcNow();
        if (share.SeenAt is null || now - share.SeenAt > SeenEvery) await ShareStore.SeenAsync(workspace, share.Id, now, http.RequestAborted);
        await new RazorComponentResult<SharedBoard>(new Dictionary<string, object?> { [nameof(SharedBoard.Board)] = shown, [nameof(SharedBoard.Url)] = $"/b/{Uri.EscapeDataString(key)}/{Uri.EscapeDataString(secret)}", [nameof(SharedBoard.Until)] = share.ExpiresAt }) { PreventStreamingRendering = true }.ExecuteAsync(http);
    }

    private static async Task<(Workspace?, Share?)> FindAsync(IServiceProvider services, string key, string secret, CancellationToken cancel)
    {
        if (WorkspaceKey.Parse(key) is not { IsOk: true } parsed || services.GetRequiredService<WorkspaceRegistry>().Find(parsed.Value) is not { } workspace) return (null, null);
        try
        {
            var id = Protector(services.GetRequiredService<IDataProtectionProvider>(), workspace).Unprotect(secret);
            return await ShareStore.FindAsync(workspace, id, cancel) is { } share && share.IsOpen(workspace.Clock.GetUtcNow()) ? (workspace, share) : (null, null);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return (null, null);
        }
    }

    // Whoever is signed in is a stranger here, too.
    private static void Enter(IServiceProvider services, Workspace workspace)
    {
        services.GetRequiredService<CurrentWorkspace>().Value = workspace;
        var (page, reader, settings) = (services.GetRequiredService<PageContext>(), services.GetRequiredService<Reader>(), WorkspaceSettings.Of(workspace));
        (page.Workspace, page.WorkspaceName, page.Role, page.PersonName) = (workspace.Key.Value, workspace.Name, null, null);
        (reader.Zone, reader.Currency) = (settings.Zone(), settings.Currency);
    }

    private static void Embed(HttpContext http, string sites)
    {
        SecretPages.AllowFrames(http, sites);
        http.Response.Headers.Remove("Cross-Origin-Opener-Policy");
    }
}
