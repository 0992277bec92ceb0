using System.Net;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Customers.Api;
using Temas.Demo.Loading;
using Temas.Demo.Shop;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Assets;
using Temas.Ui.Preferences;

namespace Temas.Server.Shop;

/// <summary>
/// <c>/w/{workspace}/shop</c>: the web shop of the demo company, to click through and see oneself in the live feed. Open to everybody while the demo lives, and to the
/// members of a demo's workspace at any time; elsewhere there is none.
/// </summary>
internal static class ShopEndpoints
{
    /// <summary>Maps the shop, its range, and the way from a visitor to the own timeline.</summary>
    public static void MapShop(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/w/{workspace}/shop/{**path}", Show).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapGet("/w/{workspace}/shop/catalogue.json", ShowRange).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapGet("/w/{workspace}/shop/me", Me).RequireAuthorization(Policies.Read).ExcludeFromDescription();
    }

    private static IResult Show(HttpContext http, string workspace, WorkspaceRegistry workspaces, SourceRegistry sources, DemoOptions demo)
    {
        if (Find(http, workspace, workspaces, demo) is not { } here || DemoShop.Source(sources, here) is not { } source) return Closed(workspace);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Content(Page(here, source, http.Features.Get<RoleHere>() is not null), "text/html; charset=utf-8");
    }

    private static IResult ShowRange(HttpContext http, string workspace, WorkspaceRegistry workspaces, DemoOptions demo, TimeProvider clock)
    {
        if (Find(http, workspace, workspaces, demo) is null) return Closed(workspace);
        http.Response.Headers.CacheControl = "private, max-age=600";
        return Results.Bytes(DemoShop.Catalogue(clock.GetUtcNow()), "application/json");
    }

    /// <summary>From an identifier that the shop knows of its visitor to the customer's page; to the search where the events are not there yet.</summary>
    private static IResult Me(CurrentWorkspace current, string? id)
    {
        var key = current.Value.Key.Value;
        var found = SearchCustomers.Run(current.Value, id, 2);
        return Results.LocalRedirect(!string.IsNullOrWhiteSpace(id) && found.IsOk && found.Value.Customers is [var only] ? TemasUrls.Customer(key, only.Id) : TemasUrls.Customers(key, id));
    }

    private static Workspace? Find(HttpContext http, string key, WorkspaceRegistry workspaces, DemoOptions demo)
    {
        var parsed = WorkspaceKey.Parse(key);
        if (!parsed.IsOk || workspaces.Find(parsed.Value) is not { } workspace) return null;
        var state = DemoState.Of(workspace);
        return (demo.Living && state.IsLiving) || (state.IsDemo && http.Features.Get<RoleHere>() is not null) ? workspace : null;
    }

    private static IResult Closed(string workspace) =>
        Answers.Of(Problem.NotFound("shop_none", "There is no demo shop here: the workspace is no demo, or its demo stands still.", "workspace", workspace, "Load a demo with temas demo."));

    // Every value that comes from data is encoded; the page itself is drawn by shop.js, as the shops that temas.js is made for are.
    private static string Page(Workspace workspace, Source source, bool member)
    {
        var language = Languages.Current.Code;
        var turkish = language == "tr";
        return $"""
            <!doctype html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Veranda</title>
            <link rel="stylesheet" href="{WebAssets.Url("shop.css")}">
            <link rel="icon" href="{WebAssets.Url("favicon.svg")}" type="image/svg+xml">
            <script src="/temas.js" defer></script>
            <script src="{WebAssets.Url("shop.js")}" defer></script>
            </head>
            <body data-workspace="{WebUtility.HtmlEncode(workspace.Key.Value)}" data-write-key="{WebUtility.HtmlEncode(source.WriteKey)}" data-member="{(member ? "yes" : "no")}" data-icons="{WebAssets.Url("shop-icons.svg")}">
            <div id="shop"></div>
            <noscript><main><h1>Veranda</h1><p>{(turkish ? "Bu örnek mağaza JavaScript ister: gösterdiği şey tam da tarayıcıdaki kodun neler gördüğüdür." : "This demo shop needs JavaScript: what it shows is what code in the browser sees.")}</p></main></noscript>
            </body>
            </html>

            """;
    }
}
