using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Tests.Audit;

public sealed class AuditTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Audit_OfAPersonsDeed_NamesThePersonByIdAndForgetsTheAddressWithThePerson()
    {
        const string email = "busy@example.com";
        var id = await server.CreatePersonAsync(email, Role.Owner, password: "much to do today");
        using (var client = await server.SignInAsync(email, "much to do today"))
        using (var made = await client.PostAsJsonAsync("/api/tokens", new { name = "mine", role = "viewer" }))
            made.StatusCode.ShouldBe(HttpStatusCode.Created);

        using var owner = await server.TokenClientAsync();
        var entry = await FindAsync(owner, id);
        entry.GetProperty("action").GetString().ShouldBe("token.created");
        entry.GetProperty("actor").GetString().ShouldBe(email);
        (await owner.DeleteAsync($"/api/people/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var later = await FindAsync(owner, id);
        later.GetProperty("actor").ValueKind.ShouldBe(JsonValueKind.Null);
        (await owner.GetStringAsync("/api/audit?limit=500")).ShouldNotContain(email);
    }

    [Fact]
    public async Task Audit_Pages_GoOnWhereTheLastEnded()
    {
        using var owner = await server.TokenClientAsync();
        for (var i = 0; i < 5; i++) await server.CreateTokenAsync(Role.Viewer);
        var seen = new List<long>();
        string? next = null;
        do
        {
            var page = await owner.GetFromJsonAsync<JsonElement>("/api/audit?limit=2" + (next is null ? "" : "&before=" + next));
            seen.AddRange(page.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("id").GetInt64()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        seen.Count.ShouldBeGreaterThanOrEqualTo(5);
        seen.ShouldBe(seen.OrderDescending());
        seen.ShouldBeUnique();
    }

    [Fact]
    public async Task Audit_OfARequestWithoutItsOwnEntry_NamesTheEndpoint()
    {
        using var owner = await server.TokenClientAsync();
        using var made = await owner.PostAsJsonAsync("/api/sources", new { name = "audited" });
        made.EnsureSuccessStatusCode();
        (await owner.GetStringAsync("/api/audit")).ShouldContain("source");
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, string actor) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/audit?limit=500")).GetProperty("entries").EnumerateArray().First(e => e.GetProperty("actorId").GetString() == actor);
}
