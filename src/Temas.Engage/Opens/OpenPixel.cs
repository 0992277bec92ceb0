using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Contracts;
using Temas.Engage.Channels;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Opens;

/// <summary>
/// <c>/o/{workspace}/{token}.gif</c>: the picture of one transparent point by which it is noticed that a mail was opened. It stands in mails alone whose channel does that, to customers who agreed to the purpose that the channel names, and never in what leads to something anonymous.
/// That it was asked for is all that is noted: no address, no program, no time; and never an answer. Programs ask for it, too: what looks like one is noted as doubtful.
/// </summary>
internal sealed class OpenPixel(WorkspaceRegistry workspaces)
{
    private const string Use = "opened";

    /// <summary>Sooner than this after a mail was sent hardly a person has read it: what asks then is what looks at mails on their way.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);

    private static readonly byte[] Picture = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static readonly string[] Programs = ["bot", "crawl", "spider", "scan", "preview", "fetch", "monitor", "curl", "wget", "python", "java/", "go-http", "okhttp", "headless", "barracuda", "proofpoint", "mimecast", "safelinks"];

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/o").RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance)
        .MapGet("{workspace}/{token}.gif", (HttpContext http, string workspace, string token, OpenPixel here) => here.ShowAsync(http, workspace, token));

    /// <summary>Its path for a message.</summary>
    public static string PathOf(Workspace workspace, string mark) => $"/o/{Uri.EscapeDataString(workspace.Key.Value)}/{EngageBook.Of(workspace).Sign(Use, mark)}.gif";

    /// <summary>Puts the picture at the end of a mail.</summary>
    public static string PutInto(string html, string address)
    {
        var picture = $"<img src=\"{WebUtility.HtmlEncode(address)}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">";
        var end = html.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return end < 0 ? html + picture : html.Insert(end, picture);
    }

    /// <summary>Whether what asks calls itself, or looks, like a program: Apple's mail asks for all pictures when a mail arrives, read or not, and says no more than <c>Mozilla/5.0</c>; so do many that look at mails on their way.</summary>
    public static bool IsProgram(string? agent) => agent is not { Length: > 16 } || !agent.Contains('(', StringComparison.Ordinal) || Programs.Any(p => agent.Contains(p, StringComparison.OrdinalIgnoreCase));

    // The picture is the same whatever is wrong with the address: it tells nobody whether there is such a mail.
    private async Task<IResult> ShowAsync(HttpContext http, string key, string token)
    {
        http.Response.Headers.CacheControl = "no-store, private";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        var workspace = WorkspaceKey.Parse(key) is { IsOk: true } parsed ? workspaces.Find(parsed.Value) : null;
        if (workspace is not null && EngageBook.Of(workspace).Open(Use, token) is { } mark && await MayNoteAsync(workspace, mark, http.RequestAborted))
            await EngageBook.Of(workspace).Fates.OpenedAsync(mark, IsProgram(http.Request.Headers.UserAgent.ToString()), workspace.Clock.GetUtcNow() - Soonest, http.RequestAborted);
        return Results.Bytes(Picture, "image/gif");
    }

    /// <summary>What holds now counts, and not what held when the mail was sent: the channel still notices opens, and she still agrees.</summary>
    private static async Task<bool> MayNoteAsync(Workspace workspace, string mark, CancellationToken cancel) =>
        await EngageBook.Of(workspace).Fates.WhoseAsync(mark, cancel) is (var customer, var key) && Channel.Of(workspace).TryGetValue(key, out var channel) && channel.Opens is { } purpose
        && ReachCustomer.Find(workspace, customer)?.AnswerTo(purpose, key).Given == true;
}
