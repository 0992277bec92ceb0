using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Tests.Collect;

/// <summary>Each source has somebody who answers for it: named by form and API, kept by the audit trail, shown by the framework.</summary>
public sealed class SourceOwnerTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Owner_IsNamedByFormAndApi_Audited_AndShownByTheFramework()
    {
        var source = await server.CreateSourceAsync();
        (await server.SendAsync("/v1/track", source.WriteKey, """{"userId": "ada", "event": "Product Viewed"}""")).Status.ShouldBe(HttpStatusCode.OK);
        using var owner = await server.SignInAsync();
        using var manager = await server.TokenClientAsync(Role.Manager);
        (await GapsAsync(manager)).ShouldContain("source_without_owner");
        (await PageClient.PostAsync(owner, $"/w/main/sources/{source.Id}/owner", ("owner", "  E-ticaret ekibi "))).ShouldBe($"/w/main/sources/{source.Id}");
        (await PageClient.PageAsync(owner, $"/w/main/sources/{source.Id}")).QuerySelector("#owner input[name=owner]")!.GetAttribute("value").ShouldBe("E-ticaret ekibi");
        (await PageClient.PageAsync(owner, "/w/main/framework?step=4")).QuerySelector("#sources")!.TextContent.ShouldContain("E-ticaret ekibi");
        (await GapsAsync(manager)).ShouldNotContain("source_without_owner");

        // Another change leaves it as it is; an empty one takes it away; one that is too long is refused.
        (await manager.PatchAsJsonAsync($"/api/sources/{source.Id}", new { rateLimit = 5 })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var read = await manager.GetFromJsonAsync<JsonElement>($"/api/sources/{source.Id}");
        (read.GetProperty("owner").GetString(), read.GetProperty("rateLimit").GetInt32()).ShouldBe(("E-ticaret ekibi", 5));
        (await manager.PatchAsJsonAsync($"/api/sources/{source.Id}", new { owner = new string('x', 101) })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await manager.PatchAsJsonAsync($"/api/sources/{source.Id}", new { owner = "" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GapsAsync(manager)).ShouldContain("source_without_owner");
        using var all = await server.TokenClientAsync(Role.Owner);
        var trail = await all.GetStringAsync("/api/audit?limit=50");
        trail.ShouldContain("source.changed");
        trail.ShouldContain("E-ticaret ekibi");

        using var agent = await server.TokenClientAsync(Role.Agent);
        (await agent.PatchAsJsonAsync($"/api/sources/{source.Id}", new { owner = "Me" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await agent.GetFromJsonAsync<JsonElement>("/api/sources")).GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("id").GetInt32() == source.Id).GetProperty("owner").GetString().ShouldBe("");
    }

    private static async Task<IReadOnlyList<string?>> GapsAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/framework")).GetProperty("gaps").EnumerateArray().Select(g => g.GetProperty("code").GetString())];
}
