using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Tests.Definitions;

public sealed class DefinitionTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    [Fact]
    public async Task Definition_Changed_HasHistoryAndAnAuditEntry()
    {
        using var client = await server.TokenClientAsync();
        var list = await client.GetFromJsonAsync<JsonElement>("/api/definitions/touchpoint");
        var first = list.GetProperty("definitions")[0];
        var (key, version) = (first.GetProperty("key").GetString()!, first.GetProperty("version").GetInt32());
        var document = first.GetProperty("document").GetRawText();

        using (var same = await client.PutAsync($"/api/definitions/touchpoint/{key}", Json(document)))
            (await same.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetInt32().ShouldBe(version, "the same document makes no new version");
        using (var removed = await client.DeleteAsync($"/api/definitions/touchpoint/{key}")) removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync($"/api/definitions/touchpoint/{key}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var again = await client.PutAsync($"/api/definitions/touchpoint/{key}", Json(document)))
            (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetInt32().ShouldBe(version + 2);

        var history = await client.GetFromJsonAsync<JsonElement>($"/api/definitions/touchpoint/{key}/history");
        history.GetProperty("versions").EnumerateArray().Take(3).Select(v => v.GetProperty("removed").GetBoolean()).ShouldBe([false, true, false]);
        var audit = await client.GetFromJsonAsync<JsonElement>("/api/audit");
        var entries = audit.GetProperty("entries").EnumerateArray().Where(e => e.GetProperty("target").GetString()!.StartsWith($"touchpoint {key}", StringComparison.Ordinal)).ToList();
        entries.Select(e => e.GetProperty("action").GetString()).ShouldBe(["definition.created", "definition.removed"]);
        entries[1].GetProperty("before").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("touchpoint", "{", "json_invalid", 400)]
    [InlineData("touchpoint", """{"nonsense":true}""", null, 400)]
    [InlineData("horoscope", "{}", "definition_kind_unknown", 404)]
    public async Task Definition_Wrong_IsRefusedWithThePlace(string kind, string json, string? code, int status)
    {
        using var client = await server.TokenClientAsync();
        using var answer = await client.PutAsync($"/api/definitions/{kind}/x", Json(json));
        ((int)answer.StatusCode).ShouldBe(status);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (code is not null) problem.GetProperty("code").GetString().ShouldBe(code);
        if (status == 400) problem.GetProperty("field").GetString().ShouldStartWith("$");
    }

    [Fact]
    public async Task ComputedTrait_AnAnalystMay_WhereATouchpointNeedsAManager()
    {
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        using var trait = await analyst.PutAsync("/api/definitions/computed-trait/x", Json("{}"));
        trait.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden);
        using var touchpoint = await analyst.PutAsync("/api/definitions/touchpoint/x", Json("{}"));
        touchpoint.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Segment_AMarketerMay_AndIsToldWhichFieldIsWrong()
    {
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        const string Who = """{"label": {"tr": "İzmirliler", "en": "From Izmir"}, "where": {"did": {"where": {"property": "city", "value": "İzmir"}}, "within": "30d"}}""";
        using (var saved = await marketer.PutAsync("/api/definitions/segment/izmir", Json(Who))) saved.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await marketer.GetFromJsonAsync<JsonElement>("/api/definitions/segment/izmir")).GetProperty("document").GetProperty("where").GetProperty("within").GetString().ShouldBe("30d");
        using (var wrong = await marketer.PutAsync("/api/definitions/segment/izmir", Json(Who.Replace("30d", "thirty", StringComparison.Ordinal))))
            (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString().ShouldBe("$.where.within");
        using var agent = await server.TokenClientAsync(Role.Agent);
        using var refused = await agent.PutAsync("/api/definitions/segment/izmir", Json(Who));
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
