using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Contracts;
using Temas.Engage.Outbox;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Unsubscribing;

/// <summary>
/// <c>/u/{workspace}/{token}</c>: where customers end messages, without signing in. Looking at it changes nothing, as those who look at links beforehand do; sending it does, whether the button of the page or the mail program does so (RFC 8058).
/// </summary>
internal sealed class UnsubscribeEndpoints(WorkspaceRegistry workspaces, TellMessages telling)
{
    private const string Style = """
        :root{color-scheme:light dark}*{box-sizing:border-box}body{margin:0;padding:3rem 1rem;font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:#fff;color:#1b1d2b}main{max-width:34rem;margin:0 auto}h1{font-size:1.4rem;line-height:1.25}
        p{overflow-wrap:anywhere}button{font:inherit;font-weight:600;border:0;border-radius:.5rem;padding:.7rem 1.4rem;min-height:2.75rem;background:#3b4ba8;color:#fff;cursor:pointer}:focus-visible{outline:3px solid #3b4ba8;outline-offset:3px}
        @media (prefers-color-scheme:dark){body{background:#14161c;color:#f1f3f8}button{background:#aab6ff;color:#14161c}:focus-visible{outline-color:#aab6ff}}
        """;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/u").RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance);
        group.MapGet("style.css", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=86400";
            return Results.Content(Style, "text/css; charset=utf-8");
        });
        group.MapGet("{workspace}/{token}", (HttpContext http, string workspace, string token, UnsubscribeEndpoints here) => here.ShowAsync(http, workspace, token));
        group.MapPost("{workspace}/{token}", (HttpContext http, string workspace, string token, UnsubscribeEndpoints here) => here.TakeAsync(http, workspace, token)).DisableAntiforgery();
    }

    private Task ShowAsync(HttpContext http, string key, string token) => Find(key) is { } workspace && UnsubscribeLink.Open(workspace, token) is { } link
        ? WriteAsync(http, new UnsubscribeView(link.Language, false, Brand(workspace)), StatusCodes.Status200OK)
        : WriteAsync(http, new UnsubscribeView(null, false, null), StatusCodes.Status404NotFound);

    private async Task TakeAsync(HttpContext http, string key, string token)
    {
        if (Find(key) is not { } workspace || UnsubscribeLink.Open(workspace, token) is not { } link)
        {
            await WriteAsync(http, new UnsubscribeView(null, false, null), StatusCodes.Status404NotFound);
            return;
        }

        // Of somebody who was erased there is nothing to end; the answer is the same.
        if (ReachCustomer.Find(workspace, link.Customer) is { } her)
        {
            var said = her.AnswerTo(link.Purpose, link.Channel);
            if (await EngageBook.Of(workspace).Outbox.UnsubscribeAsync(her.Customer.Id, link.Channel, said.Purpose, said.Given == true ? said.Time : null, http.RequestAborted)) await telling.TryAsync(workspace, CancellationToken.None);
        }

        await WriteAsync(http, new UnsubscribeView(link.Language, true, Brand(workspace)), StatusCodes.Status200OK);
    }

    private static string Brand(Workspace workspace) => workspace.Name;

    private static Task WriteAsync(HttpContext http, UnsubscribeView view, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        var language = view.Language ?? Temas.Ui.Preferences.Languages.Of(http);
        return new RazorComponentResult<UnsubscribePage>(new Dictionary<string, object?> { [nameof(UnsubscribePage.Shown)] = view with { Language = language } }) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(http);
    }

    private Workspace? Find(string key) => WorkspaceKey.Parse(key) is { IsOk: true } parsed ? workspaces.Find(parsed.Value) : null;
}

/// <summary>What the page shows.</summary>
/// <param name="Language">Language; null for the browser's, where the link is none of ours.</param>
/// <param name="IsDone">It was ended.</param>
/// <param name="Brand">Who wrote; null where the link is none of ours.</param>
internal sealed record UnsubscribeView(string? Language, bool IsDone, string? Brand);
