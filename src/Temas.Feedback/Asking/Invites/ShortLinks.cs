using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Respond;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Asking.Invites;

/// <summary>Short addresses of personal links, for messages that count letters: <c>/i/main/3fKq…</c> leads to the survey. Looking at one changes nothing.</summary>
internal static class ShortLinks
{
    // 72 bits that only the workspace's key gives.
    private const int CodeLength = 12;

    /// <summary>The step of the table.</summary>
    public static Migration Migration { get; } = new("invites", 1, """
        create table short_link(code text primary key, customer text not null, path text not null, until_at bigint not null);
        create index short_link_customer on short_link(customer);
        create index short_link_until on short_link(until_at)
        """);

    /// <summary>Keeps a short address of a path for an invitation, which gives the same one again.</summary>
    public static async Task<string> AddAsync(Workspace workspace, DbConnection connection, DbTransaction transaction, Invite invite, string path)
    {
        var code = SurveyBook.Of(workspace).Tokens.Sign("short", invite.Survey, invite.Id)[..CodeLength];
        await connection.ExecuteAsync("delete from short_link where until_at < @now", new { now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() }, transaction);
        await connection.ExecuteAsync(
            "insert into short_link(code, customer, path, until_at) values(@code, @Customer, @path, @until) on conflict(code) do nothing", new { code, invite.Customer, path, until = invite.Until.ToUnixTimeMilliseconds() }, transaction);
        return PathOf(workspace, code);
    }

    /// <summary>Takes away those of an erased customer, by all her public ids.</summary>
    public static async Task ForgetAsync(Workspace workspace, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        foreach (var id in ids) await connection.ExecuteAsync("delete from short_link where customer = @id", new { id });
    }

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/i/{workspace}/{code}", async (HttpContext http, string workspace, string code, WorkspaceRegistry workspaces) =>
        {
            if (WorkspaceKey.Parse(workspace) is { IsOk: true } key && workspaces.Find(key.Value) is { } found && await FindAsync(found, code, http.RequestAborted) is { } path)
            {
                http.Response.Headers.CacheControl = "no-store";
                http.Response.Headers["Referrer-Policy"] = "no-referrer";
                http.Response.Redirect(path);
                return;
            }

            await RespondEndpoints.WriteAsync(
                http, new RespondView { Respondent = new Respondent { Standing = Standing.Unknown }, Language = Temas.Ui.Preferences.Languages.Of(http), Address = TemasUrls.Survey(workspace, "-") }, StatusCodes.Status404NotFound);
        }).RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance);

    private static string PathOf(Workspace workspace, string code) => $"/i/{Uri.EscapeDataString(workspace.Key.Value)}/{code}";

    private static async Task<string?> FindAsync(Workspace workspace, string code, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<string>("select path from short_link where code = @code and until_at >= @now", new { code, now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() });
    }
}
