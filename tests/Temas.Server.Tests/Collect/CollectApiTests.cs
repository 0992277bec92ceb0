using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Server.Tests.Collect;

public sealed class CollectApiTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Sources_ThroughTheirLife_ShowTheKeyOnlyToManagers()
    {
        using var manager = await server.TokenClientAsync(Role.Manager);
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        using var made = await manager.PostAsJsonAsync("/api/sources", new { name = "Api shop", events = "flag", rateLimit = 50 });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var source = await made.Content.ReadFromJsonAsync<JsonElement>();
        var (id, key) = (source.GetProperty("id").GetInt32(), source.GetProperty("writeKey").GetString()!);
        (await server.SendAsync("/v1/page", key, """{"userId":"u"}""")).Status.ShouldBe(HttpStatusCode.OK);

        var listed = await viewer.GetStringAsync("/api/sources");
        listed.ShouldNotContain(key);
        var mine = JsonElement.Parse(listed).GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("id").GetInt32() == id);
        mine.GetProperty("events").GetString().ShouldBe("flag");
        mine.GetProperty("counts").GetProperty("accepted").GetInt64().ShouldBe(1);
        (await viewer.GetAsync($"/api/sources/{id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await manager.GetFromJsonAsync<JsonElement>($"/api/sources/{id}")).GetProperty("writeKey").GetString().ShouldBe(key);

        var changed = await (await manager.PatchAsJsonAsync($"/api/sources/{id}", new { name = "Api shop 2" })).Content.ReadFromJsonAsync<JsonElement>();
        (changed.GetProperty("name").GetString(), changed.GetProperty("rateLimit").GetInt32()).ShouldBe(("Api shop 2", 50));
        var rotated = (await (await manager.PostAsync($"/api/sources/{id}/rotate", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("writeKey").GetString()!;
        (await server.SendAsync("/v1/page", key, """{"userId":"u"}""")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await manager.DeleteAsync($"/api/sources/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await server.SendAsync("/v1/page", rotated, """{"userId":"u"}""")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await manager.DeleteAsync($"/api/sources/{id}")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await manager.PostAsJsonAsync("/api/sources", new { name = "" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Receipts_StoredDroppedUnknown_TellWhatBecameOfIt()
    {
        var source = await server.CreateSourceAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        await server.SendAsync("/v1/batch", source.WriteKey, """{"batch":[{"type":"track","event":"A","userId":"u","messageId":"rc/1"},{"type":"track","event":"A","messageId":"rc 2"}]}""");
        var stored = await viewer.GetFromJsonAsync<JsonElement>("/api/receipts/rc%2F1");
        stored.GetProperty("status").GetString().ShouldBe("stored");
        stored.GetProperty("source").GetProperty("name").GetString().ShouldBe(source.Name);
        stored.GetProperty("position").GetInt64().ShouldBeGreaterThan(0);
        var dropped = await viewer.GetFromJsonAsync<JsonElement>("/api/receipts/rc%202");
        (dropped.GetProperty("status").GetString(), dropped.GetProperty("reason").GetString()).ShouldBe(("dropped", "no_identifier"));
        (await viewer.GetAsync("/api/receipts/never")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Receipt_OfAnEventSentAgain_IsThatOfTheFirst()
    {
        var source = await server.CreateSourceAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        const string twice = """{"type":"track","event":"A","userId":"u","messageId":"again-1"}""";
        (await server.SendAsync("/v1/track", source.WriteKey, twice)).Status.ShouldBe(HttpStatusCode.OK);
        var first = await viewer.GetStringAsync("/api/receipts/again-1");
        (await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{twice}},{{twice}}]}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await viewer.GetStringAsync("/api/receipts/again-1")).ShouldBe(first);
        JsonElement.Parse(first).GetProperty("status").GetString().ShouldBe("stored");
        var sources = await viewer.GetFromJsonAsync<JsonElement>("/api/sources");
        var counts = sources.GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("id").GetInt32() == source.Id).GetProperty("counts");
        (counts.GetProperty("accepted").GetInt64(), counts.GetProperty("duplicate").GetInt64()).ShouldBe((1, 2));
    }

    [Fact]
    public async Task Receipt_WithIdentifiersThatAreNotUsed_WarnsOfEach()
    {
        var source = await server.CreateSourceAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        var (user, card) = (new string('u', 300), new string('c', 2000));
        await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId":"{{{user}}}","anonymousId":null,"messageId":"warned-1","traits":{"email":"nobody at all","phone":"call me"},"context":{"externalIds":[{"type":"loyalty_card","id":"{{{card}}}"}]}}""");
        await server.SendAsync("/v1/identify", source.WriteKey, """{"userId":"u-fine","messageId":"warned-2","traits":{"email":"fine@example.com"}}""");
        var warned = await viewer.GetFromJsonAsync<JsonElement>("/api/receipts/warned-1");
        warned.GetProperty("status").GetString().ShouldBe("stored");
        Has(warned, "customer").ShouldBeFalse("none of its identifiers can be used");
        warned.GetProperty("warnings").EnumerateArray().Select(w => $"{w.GetProperty("code").GetString()} {w.GetProperty("field").GetString()}").Order(StringComparer.Ordinal)
            .ShouldBe(["identifier_invalid email", "identifier_invalid phone", "identifier_too_long loyalty_card", "identifier_too_long user_id"]);
        warned.GetProperty("warnings").ToString().ShouldNotContain("uuu");
        Has(await viewer.GetFromJsonAsync<JsonElement>("/api/receipts/warned-2"), "warnings").ShouldBeFalse();
        var feed = await viewer.GetFromJsonAsync<JsonElement>($"/api/events?source={source.Id}");
        feed.GetProperty("events").EnumerateArray().Count(e => Has(e, "warnings")).ShouldBe(1);

        static bool Has(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    [Fact]
    public async Task Stream_WhileEventsCome_TellsThemAndResumes()
    {
        var source = await server.CreateSourceAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var last = "";
        using (var stream = await OpenAsync(viewer, null, timeout.Token))
        {
            await server.SendAsync("/v1/batch", source.WriteKey, """{"batch":[{"type":"page","name":"Live one","userId":"u"},{"type":"track","userId":"u","messageId":"live-bad"}]}""");
            var seen = await ReadUntilAsync(stream, line => line.Contains("event_name_missing", StringComparison.Ordinal), timeout.Token);
            seen.ShouldContain(line => line.Contains("Live one", StringComparison.Ordinal));
            seen.ShouldContain("event: dropped");
            last = seen.Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
        }

        // What came while nobody watched is told to who comes back.
        await server.SendAsync("/v1/page", source.WriteKey, """{"name":"Live two","userId":"u"}""");
        using var again = await OpenAsync(viewer, last, timeout.Token);
        (await ReadUntilAsync(again, line => line.Contains("Live two", StringComparison.Ordinal), timeout.Token)).ShouldNotContain(line => line.Contains("Live one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_MoreThanCanBeShown_TellsHowManyWereLeftOut()
    {
        var source = await server.CreateSourceAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var stream = await OpenAsync(viewer, null, timeout.Token);
        await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"page","userId":"u"}""", 1000))}}]}""");
        var seen = await ReadUntilAsync(stream, line => line.Contains("\"events\":", StringComparison.Ordinal), timeout.Token);
        (seen.Count(line => line == "event: event") + JsonElement.Parse(seen[^1][6..]).GetProperty("events").GetInt64()).ShouldBe(1000);
    }

    private static async Task<StreamReader> OpenAsync(HttpClient client, string? last, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/events/stream");
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        (await reader.ReadLineAsync(cancel)).ShouldStartWith("retry:");
        return reader;
    }

    private static async Task<List<string>> ReadUntilAsync(StreamReader reader, Func<string, bool> found, CancellationToken cancel)
    {
        var seen = new List<string>();
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            seen.Add(line);
            if (found(line)) return seen;
        }

        throw new EndOfStreamException(string.Join('\n', seen));
    }
}
