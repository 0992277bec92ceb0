using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Tests.People;

public sealed class PeopleTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static async Task<string?> CodeOf(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    [Fact]
    public async Task AddPerson_WithoutPassword_GivesOneThatWorks()
    {
        using var owner = await server.SignInAsync();
        using var added = await owner.PostAsJsonAsync("/api/people", new { email = "new@example.com", name = "New One", role = "analyst", language = "tr" });
        added.StatusCode.ShouldBe(HttpStatusCode.Created);
        var body = await added.Content.ReadFromJsonAsync<JsonElement>();
        using var client = await server.SignInAsync("new@example.com", body.GetProperty("password").GetString()!);
        (await client.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("analyst");
        (await owner.GetStringAsync("/api/people")).ShouldContain("new@example.com");
    }

    [Theory]
    [InlineData("no-address", "viewer", null, "email_invalid")]
    [InlineData("a@example.com", "emperor", null, "role_unknown")]
    [InlineData("a@example.com", "viewer", "short", "password_too_short")]
    public async Task AddPerson_WrongRequest_NamesTheFault(string email, string role, string? password, string code)
    {
        using var owner = await server.TokenClientAsync();
        using var answer = await owner.PostAsJsonAsync("/api/people", new { email, role, password });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CodeOf(answer)).ShouldBe(code);
    }

    [Fact]
    public async Task LastOwner_CannotLeaveOrStepDown()
    {
        var workspace = await server.CreateWorkspaceAsync("lonely");
        var id = await server.CreatePersonAsync("lonely@example.com", Role.Owner, workspace.Key.Value, "one and one and one");
        using var client = await server.SignInAsync("lonely@example.com", "one and one and one");
        foreach (var request in new Func<Task<HttpResponseMessage>>[]
        {
            () => client.PatchAsJsonAsync($"/api/people/{id}", new { role = "viewer" }),
            () => client.PatchAsJsonAsync($"/api/people/{id}", new { disabled = true }),
            () => client.DeleteAsync($"/api/people/{id}"),
        })
        {
            using var answer = await request();
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await CodeOf(answer)).ShouldBe("last_owner");
        }

        await server.CreatePersonAsync("second@example.com", Role.Owner, workspace.Key.Value);
        using var now = await client.PatchAsJsonAsync($"/api/people/{id}", new { role = "viewer" });
        now.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/api/people")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task PersonOfTwoWorkspaces_KeepsWhatConcernsTheOther()
    {
        await server.CreateWorkspaceAsync("other");
        var id = await server.CreatePersonAsync("shared@example.com", Role.Viewer, password: "between two chairs");
        await server.CreatePersonAsync("shared@example.com", Role.Owner, "other");
        using var owner = await server.TokenClientAsync();
        using (var disable = await owner.PatchAsJsonAsync($"/api/people/{id}", new { disabled = true }))
            (await CodeOf(disable)).ShouldBe("person_shared");
        using (var seen = await owner.GetAsync("/api/people"))
            (await seen.Content.ReadAsStringAsync()).ShouldNotContain("\"other\"");
        (await owner.DeleteAsync($"/api/people/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var client = await server.SignInAsync("shared@example.com", "between two chairs");
        (await client.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("workspaces").GetArrayLength().ShouldBe(1);
    }
}
