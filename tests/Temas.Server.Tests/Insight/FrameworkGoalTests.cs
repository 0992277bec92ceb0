using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>A goal whose day has passed, and what names a goal or a stage that is gone, are said where people look: on their pages and in the API.</summary>
public sealed class FrameworkGoalTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task WhatIsOverOrGone_IsSaid_OnThePagesAndInTheApi()
    {
        var workspace = await server.CreateWorkspaceAsync("overdue");
        const string indicator = """{"label": {"tr": "Ölçü", "en": "Measure"}, "unit": "count", "goal": "late", "stage": "fitting-room", "figure": {"measure": "count", "event": "track:Order Completed"}}""";
        await SaveAsync(workspace, "touchpoint", "fitting", """{"label": {"tr": "Kabin", "en": "Fitting"}, "events": [{"type": "track", "names": ["Fitting Room Entered"]}], "stage": "fitting-room", "channel": "store"}""");
        await SaveAsync(workspace, "goal", "late", """{"label": {"tr": "Geç kalan", "en": "The late one"}, "worth": 5, "by": "2020-01-31"}""");
        await SaveAsync(workspace, "goal", "early", """{"label": {"tr": "Erken", "en": "The early one"}, "worth": 5, "by": "2099-01-31"}""");
        await SaveAsync(workspace, "indicator", "mine", indicator);
        using var client = await server.TokenClientAsync(Role.Owner, "overdue");
        await server.CreatePersonAsync("analyst@overdue.example", Role.Analyst, "overdue", "a word that nobody knows");
        using var analyst = await server.SignInAsync("analyst@overdue.example", "a word that nobody knows");

        (await CodesAsync(client)).ShouldSatisfyAllConditions(c => c.ShouldContain(("goal_over", "late")), c => c.ShouldNotContain(("goal_over", "early")), c => c.ShouldNotContain(g => g.Code == "goal_gone" || g.Code == "stage_gone"));
        (await PageClient.PageAsync(analyst, "/w/overdue/framework/goals/of/late")).QuerySelector(".notice")!.TextContent.ShouldContain("31 January 2020");
        (await PageClient.PageAsync(analyst, "/w/overdue/framework/goals/of/early")).QuerySelector(".notice").ShouldBeNull();
        (await PageClient.PageAsync(analyst, "/w/overdue/framework")).QuerySelectorAll("#goals tr").Single(r => r.TextContent.Contains("The late one", StringComparison.Ordinal)).TextContent.ShouldContain("Over");
        (await PageClient.PageAsync(analyst, "/w/overdue/indicators/of/mine")).Body!.TextContent.ShouldContain("The late one");

        // Both go, and the indicator says what it named.
        (await workspace.Definitions.RemoveAsync("goal", "late", Actor.System)).IsOk.ShouldBeTrue();
        (await workspace.Definitions.RemoveAsync("touchpoint", "fitting", Actor.System)).IsOk.ShouldBeTrue();
        (await CodesAsync(client)).ShouldSatisfyAllConditions(c => c.ShouldContain(("goal_gone", "late")), c => c.ShouldContain(("stage_gone", "fitting-room")));
        (await PageClient.PageAsync(analyst, "/w/overdue/indicators/of/mine")).Body!.TextContent.ShouldContain("There is no such goal any more");

        // Over HTTP a new one is refused with all that there is to say.
        using var refused = await client.PutAsJsonAsync("/api/definitions/indicator/other", JsonSerializer.Deserialize<JsonElement>(indicator));
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        ((int)refused.StatusCode).ShouldBe(400, problem.GetRawText());
        problem.GetRawText().ShouldSatisfyAllConditions(t => t.ShouldContain("goal_unknown"), t => t.ShouldContain("$.goal"), t => t.ShouldContain("late"));
    }

    private static async Task SaveAsync(Workspace workspace, string kind, string key, string json)
    {
        var saved = await workspace.Definitions.SaveAsync(kind, key, json, Actor.System);
        saved.IsOk.ShouldBeTrue(saved.Problem?.ToString());
    }

    private static async Task<IReadOnlyList<(string Code, string? Subject)>> CodesAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/framework")).GetProperty("gaps").EnumerateArray().Select(g => (g.GetProperty("code").GetString()!, g.TryGetProperty("subject", out var subject) ? subject.GetString() : null))];
}
