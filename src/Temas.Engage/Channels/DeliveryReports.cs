using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Engage.Outbound;
using Temas.Engage.Outbox;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Channels;

/// <summary><c>/channels/{workspace}/{channel}/reports?s=…</c>: where a gateway says what became of messages. The address is signed for its channel; who has it can say that messages arrived or not, and nothing else.</summary>
internal sealed class DeliveryReports(WorkspaceRegistry workspaces, TellMessages telling)
{
    private const string Use = "reports";
    private const int Most = 1_000;

    /// <summary>The path of a channel's reports, signed.</summary>
    public static string PathOf(Workspace workspace, string channel) => $"/channels/{Uri.EscapeDataString(workspace.Key.Value)}/{Uri.EscapeDataString(channel)}/reports?s={EngageBook.Of(workspace).Sign(Use, channel)}";

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["GET", "POST"])
        {
            var route = routes.MapMethods("/channels/{workspace}/{channel}/reports", [method], (HttpContext http, string workspace, string channel, DeliveryReports here) => here.TakeAsync(http, workspace, channel))
                .RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance);
            if (method == "POST") route.DisableAntiforgery();
        }
    }

    private async Task<IResult> TakeAsync(HttpContext http, string key, string name)
    {
        if (WorkspaceKey.Parse(key) is not { IsOk: true } parsed || workspaces.Find(parsed.Value) is not { } workspace || EngageBook.Of(workspace).Open(Use, http.Request.Query["s"]) != name) return Results.NotFound();
        if (Channel.Of(workspace).GetValueOrDefault(name)?.Gateway?.Reports is not { } reports) return Results.NotFound();
        var read = await ReadAsync(http, reports);
        if (read is null) return Results.BadRequest();
        var (book, taken) = (EngageBook.Of(workspace), 0);
        foreach (var (id, said) in read.Take(Most))
        {
            MessageState? state = reports.Delivered.Contains(said) ? MessageState.Delivered : reports.Failed.Contains(said) ? MessageState.Failed : null;
            if (state is { } known && await book.Outbox.ReportAsync(id, name, known, known == MessageState.Failed ? "report_" + Short(said) : null, http.RequestAborted)) taken++;
        }

        if (taken > 0) await telling.TryAsync(workspace, CancellationToken.None);
        return Results.NoContent();
    }

    private static async Task<List<(string Id, string State)>?> ReadAsync(HttpContext http, GatewayReports reports)
    {
        if (HttpMethods.IsGet(http.Request.Method)) return Pair(http.Request.Query[reports.Id], http.Request.Query[reports.State]);
        if (http.Request.HasFormContentType)
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return Pair(form[reports.Id], form[reports.State]);
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, new JsonDocumentOptions { MaxDepth = 32 }, http.RequestAborted);
            var root = document.RootElement;
            return [.. (root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root]).Take(Most).SelectMany(one => Pair(JsonPlace.Find(one, reports.Id), JsonPlace.Find(one, reports.State)))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<(string, string)> Pair(string? id, string? state) => string.IsNullOrEmpty(id) || string.IsNullOrEmpty(state) || id.Length > 200 ? [] : [(id, state)];

    // What a gateway wrote becomes a code that people read: letters, digits and underscores of it.
    private static string Short(string said) => string.Concat(said.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
}
