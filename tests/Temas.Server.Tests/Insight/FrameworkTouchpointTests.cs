using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using Dapper;
using Temas.Insight.Framework;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>A ready-made framework brings touchpoints that an older workspace never had: they are the catalogue's, which analysts may not change.</summary>
public sealed class FrameworkTouchpointTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static readonly string[] Lacking = ["renewal-announced", "trial-started"];

    [Fact]
    public async Task Apply_ByAnAnalyst_LeavesTheCatalogueAlone_AndSaysWhichTouchpointsAreLacking_ThatAManagerAdds()
    {
        var workspace = await server.CreateWorkspaceAsync("older");
        foreach (var touchpoint in Lacking)
        {
            // As if they had never been there.
            (await workspace.Definitions.RemoveAsync("touchpoint", touchpoint, Actor.System)).IsOk.ShouldBeTrue(touchpoint);
            await using var connection = await workspace.Database.OpenAsync();
            await connection.ExecuteAsync("delete from definition where kind = 'touchpoint' and key = @touchpoint", new { touchpoint });
        }

        await server.CreatePersonAsync("analyst@older.example", Role.Analyst, "older", "a word that nobody knows");
        await server.CreatePersonAsync("manager@older.example", Role.Manager, "older", "a word that nobody knows");
        using var analyst = await server.SignInAsync("analyst@older.example", "a word that nobody knows");
        using var viewer = await server.TokenClientAsync(Role.Viewer, "older");

        (await PageClient.PostAsync(analyst, "/w/older/framework/apply", ("framework", "subscription"))).ShouldBe("/w/older/framework");
        var page = await PageClient.PageAsync(analyst, "/w/older/framework");
        Told(page).ShouldContain("Managers and above add them");
        foreach (var touchpoint in Lacking)
        {
            ChangeDefinition.InForce(workspace, "touchpoint", touchpoint).ShouldBeNull();
            Told(page).ShouldContain(ReadyFrameworks.NameOf(workspace, touchpoint).En);
            page.QuerySelector("#ready")!.TextContent.ShouldContain(ReadyFrameworks.NameOf(workspace, touchpoint).En);
        }

        // Everything else is there.
        ReadyFrameworks.All.Single(f => f.Key == "subscription").Goals.ShouldAllBe(g => ChangeDefinition.InForce(workspace, GoalKind.Name, g.Key) != null);
        (await GapAsync(viewer))!.Value.GetProperty("names").EnumerateArray().Select(n => n.GetString()).ShouldBe(Lacking, ignoreOrder: true);

        using var manager = await server.SignInAsync("manager@older.example", "a word that nobody knows");
        (await PageClient.PostAsync(manager, "/w/older/framework/apply", ("framework", "subscription"))).ShouldBe("/w/older/framework");
        foreach (var touchpoint in Lacking) ChangeDefinition.InForce(workspace, "touchpoint", touchpoint).ShouldNotBeNull(touchpoint);
        Told(await PageClient.PageAsync(manager, "/w/older/framework")).ShouldSatisfyAllConditions(t => t.ShouldContain("The framework is in use."), t => t.ShouldNotContain("Managers and above"));
        (await GapAsync(viewer)).ShouldBeNull();

        // What somebody took away on purpose stays away, and is named.
        (await workspace.Definitions.RemoveAsync("touchpoint", Lacking[0], Actor.System)).IsOk.ShouldBeTrue();
        await PageClient.PostAsync(manager, "/w/older/framework/apply", ("framework", "subscription"));
        ChangeDefinition.InForce(workspace, "touchpoint", Lacking[0]).ShouldBeNull();
        (await GapAsync(viewer))!.Value.GetProperty("names").EnumerateArray().Select(n => n.GetString()).ShouldBe([Lacking[0]]);
    }

    private static string Told(IDocument page) => string.Join('\n', page.QuerySelectorAll(".notice").Select(n => n.TextContent));

    private static async Task<JsonElement?> GapAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/framework")).GetProperty("gaps").EnumerateArray().Where(g => g.GetProperty("code").GetString() == "touchpoints_missing").Cast<JsonElement?>().FirstOrDefault();
}
