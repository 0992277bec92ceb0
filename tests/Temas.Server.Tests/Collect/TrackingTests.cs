using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Temas.Collect;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Server.Tests.Collect;

public sealed class TrackingTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Done = """{"success":true}""";

    [Theory]
    [InlineData("identify", "i", "identify")]
    [InlineData("track", "t", "track")]
    [InlineData("page", "p", "page")]
    [InlineData("screen", "s", "screen")]
    [InlineData("group", "g", "group")]
    [InlineData("alias", "a", "alias")]
    public async Task SingleCall_BothPaths_StoreAnEventOfTheirType(string name, string shorter, string type)
    {
        var source = await server.CreateSourceAsync();
        const string Body = """{"userId":"u","previousId":"v","groupId":"g","event":"E","name":"N","type":"ignored"}""";
        foreach (var path in (string[])[$"/v1/{name}", $"/v1/{shorter}"])
        {
            var answer = await server.SendAsync(path, source.WriteKey, Body);
            (answer.Status, answer.Text).ShouldBe((HttpStatusCode.OK, Done));
        }

        server.EventsOf(source).Select(e => e.Type).ShouldBe([type, type]);
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("b")]
    [InlineData("import")]
    public async Task BatchCalls_GoodAndBadEvents_KeepTheGoodAndTellTheBad(string path)
    {
        var source = await server.CreateSourceAsync();
        var answer = await server.SendAsync($"/v1/{path}", source.WriteKey, """
            {"batch":[{"type":"track","event":"A","userId":"u","timestamp":"2001-02-03T04:05:06Z"},{"type":"track","userId":"u","messageId":"bad-1"},{"type":"page","anonymousId":"x"}]}
            """);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Body.GetProperty("success").GetBoolean().ShouldBeTrue();
        var rejected = answer.Body.GetProperty("rejected").EnumerateArray().ShouldHaveSingleItem();
        rejected.GetProperty("index").GetInt32().ShouldBe(1);
        rejected.GetProperty("messageId").GetString().ShouldBe("bad-1");
        rejected.GetProperty("reason").GetString().ShouldBe("event_name_missing");
        rejected.GetProperty("field").GetString().ShouldBe("batch[1].event");
        rejected.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        rejected.GetProperty("wayOut").GetString().ShouldNotBeNullOrEmpty();
        var events = server.EventsOf(source);
        events.Count.ShouldBe(2);
        events[0].Time!.Value.Year.ShouldBe(2001);
        events[0].Flags.Contains("imported").ShouldBe(path == "import");
    }

    [Fact]
    public async Task WriteKey_EveryPlaceThatTheSpecificationAllows_IsFound()
    {
        var source = await server.CreateSourceAsync();
        var key = source.WriteKey;
        const string Body = """{"event":"A","userId":"u"}""";
        string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        AuthenticationHeaderValue[] headers = [new("Basic", Base64(key + ":")), new("Basic", Base64(key)), new("basic", Base64(key + ":ignored")), new("Bearer", key)];
        foreach (var header in headers)
        {
            (await server.SendAsync("/v1/track", null, CollectServer.Json(Body), request => request.Headers.Authorization = header)).Text.ShouldBe(Done);
        }

        (await server.SendAsync("/v1/t", null, CollectServer.Json($$"""{"event":"A","userId":"u","writeKey":"{{key}}"}""", "text/plain"))).Text.ShouldBe(Done);
        (await server.SendAsync("/v1/b", null, $$"""{"batch":[{"type":"page","userId":"u"}],"writeKey":"{{key}}"}""")).Text.ShouldBe(Done);
        server.EventsOf(source).Count.ShouldBe(6);
        server.EventsOf(source).ShouldAllBe(e => !e.Event!.Value.GetRawText().Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("unknown")]
    public async Task WriteKey_MissingOrUnknown_Is401(string? key)
    {
        foreach (var path in (string[])["/v1/track", "/v1/batch", "/v1/import"])
        {
            var answer = await server.SendAsync(path, key, """{"event":"A","userId":"u"}""");
            (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Unauthorized, "write_key_unknown"));
        }
    }

    [Fact]
    public async Task WriteKey_Revoked_Is401AtOnce()
    {
        var source = await server.CreateSourceAsync();
        (await server.SendAsync("/v1/page", source.WriteKey, """{"userId":"u"}""")).Status.ShouldBe(HttpStatusCode.OK);
        await server.Services.GetRequiredService<ChangeSource>().RevokeAsync(server.Main, source.Id, Actor.System);
        (await server.SendAsync("/v1/page", source.WriteKey, """{"userId":"u"}""")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gzip_WithAndWithoutHeader_IsUnpacked(bool header)
    {
        var source = await server.CreateSourceAsync();
        var body = Encoding.UTF8.GetBytes("""{"batch":[{"type":"page","userId":"şule"}]}""");
        (await server.SendAsync("/v1/batch", source.WriteKey, CollectServer.Gzip(body, header))).Text.ShouldBe(Done);
        server.EventsOf(source).ShouldHaveSingleItem().UserId.ShouldBe("şule");
    }

    [Fact]
    public async Task Body_TooLargeOrBroken_Is400AndNever413()
    {
        var source = await server.CreateSourceAsync();
        var large = Encoding.UTF8.GetBytes($$"""{"batch":[{"type":"page","userId":"{{new string('x', CollectLimits.BodyBytes)}}"}]}""");
        var bomb = new byte[50_000_000];
        Array.Fill(bomb, (byte)' ');
        var chunked = new StreamContent(new MemoryStream(large));
        var unknown = CollectServer.Json("{}");
        unknown.Headers.ContentEncoding.Add("br");
        var cut = (await CollectServer.Gzip(large[..1000], header: true).ReadAsByteArrayAsync())[..^20];
        (string Code, HttpContent Body)[] cases =
        [
            ("body_too_large", new ByteArrayContent(large)), ("body_too_large", chunked), ("body_too_large", CollectServer.Gzip(bomb, header: true)), ("body_too_large", new ByteArrayContent(bomb)),
            ("encoding_unsupported", unknown), ("gzip_invalid", new ByteArrayContent([0x1f, 0x8b, 1, 2, 3])), ("malformed_json", CollectServer.Json("{\"batch\":[")),
            ("malformed_json", CollectServer.Json("")), ("batch_missing", CollectServer.Json("[]")),
        ];
        foreach (var (code, body) in cases)
        {
            var answer = await server.SendAsync("/v1/batch", source.WriteKey, body, body == chunked ? request => request.Headers.TransferEncodingChunked = true : null);
            answer.Status.ShouldBe(HttpStatusCode.BadRequest, code);
            answer.Code.ShouldBe(code);

            // Even a body of which nothing could be read has a receipt.
            answer.Body.GetProperty("messageId").GetString().ShouldNotBeNullOrEmpty();
        }

        (await server.SendAsync("/v1/batch", source.WriteKey, new ByteArrayContent(cut))).Status.ShouldBe(HttpStatusCode.BadRequest);
        server.EventsOf(source).ShouldBeEmpty();
    }

    [Fact]
    public async Task SingleCall_BadEvent_Is400WithTheReason()
    {
        var source = await server.CreateSourceAsync();
        var answer = await server.SendAsync("/v1/track", source.WriteKey, """{"event":"A","messageId":"single-bad"}""");
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.BadRequest, "no_identifier"));
        answer.Body.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.Body.GetProperty("field").GetString().ShouldBe("userId");
    }

    [Fact]
    public async Task Cors_ForeignPage_MaySendAndRead()
    {
        const string Origin = "https://shop.example";
        var source = await server.CreateSourceAsync();
        foreach (var path in (string[])["/v1/t", "/v1/track", "/v1/batch", "/v1/b", "/v1/import", "/v1/m", "/v1/projects/x/settings"])
        {
            var preflight = await server.SendAsync(
                path,
                null,
                new ByteArrayContent([]),
                request =>
                {
                    request.Headers.Add("Origin", Origin);
                    request.Headers.Add("Access-Control-Request-Method", "POST");
                    request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-retry-count");
                },
                HttpMethod.Options);
            preflight.Status.ShouldBe(HttpStatusCode.NoContent, path);
            preflight.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Origin]);
            preflight.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldContain("x-retry-count");
            preflight.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain("POST");
        }

        void Foreign(HttpRequestMessage request)
        {
            request.Headers.Add("Origin", Origin);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
        }

        foreach (var (path, key) in ((string, string)[])[("/v1/t", source.WriteKey), ("/v1/t", "unknown"), ("/v1/m", "")])
        {
            var answer = await server.SendAsync(path, key, CollectServer.Json("""{"event":"A","userId":"u"}""", "text/plain"), Foreign);
            answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Origin]);
            answer.Status.ShouldBe(key == "unknown" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Settings_KnownKey_SendTheSdkHere()
    {
        var source = await server.CreateSourceAsync();
        using var client = server.Anonymous();
        var settings = JsonElement.Parse(await client.GetStringAsync($"/v1/projects/{source.WriteKey}/settings")).GetProperty("integrations").GetProperty("Segment.io");
        settings.GetProperty("apiKey").GetString().ShouldBe(source.WriteKey);
        settings.GetProperty("apiHost").GetString().ShouldBe($"{server.Address.Authority}/v1");
        settings.GetProperty("protocol").GetString().ShouldBe("http");
        (await client.GetAsync("/v1/projects/unknown/settings")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RateLimit_MoreThanAllowed_Is429WithRetryAfter()
    {
        var source = await server.CreateSourceAsync(new CreateSourceRequest(null, RateLimit: 2));
        var batch = $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"page","userId":"u"}""", 100))}}]}""";
        (await server.SendAsync("/v1/batch", source.WriteKey, batch)).Status.ShouldBe(HttpStatusCode.OK);
        var answer = await server.SendAsync("/v1/batch", source.WriteKey, batch);
        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.TooManyRequests, "rate_limited"));
        answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
        server.EventsOf(source).Count.ShouldBe(100);
    }

    [Fact]
    public async Task Duplicate_SameMessageAgain_IsAcknowledgedAndStoredOnce()
    {
        var source = await server.CreateSourceAsync();
        for (var i = 0; i < 3; i++) (await server.SendAsync("/v1/track", source.WriteKey, """{"event":"A","userId":"u","messageId":"once"}""")).Text.ShouldBe(Done);
        server.EventsOf(source).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Fuzz_MutatedRequests_NeverEndIn500()
    {
        var source = await server.CreateSourceAsync();
        var random = new Random(4711);
        var seed = Encoding.UTF8.GetBytes("""{"batch":[{"type":"track","event":"A","userId":"u","messageId":"m","context":{"traits":{"email":"a@b.c"}},"properties":{"x":[1,{"y":"\ud83d\ude00"}]}}],"sentAt":"2026-01-01T00:00:00Z","context":{"ip":"::1"}}""");
        string[] paths = ["track", "batch", "import", "identify", "group", "alias", "b", "m", "s"];
        using var client = server.Anonymous();
        for (var i = 0; i < 1500; i++)
        {
            var body = (byte[])seed.Clone();
            for (var n = random.Next(6); n > 0; n--) body[random.Next(body.Length)] = (byte)random.Next(256);
            if (random.Next(10) == 0) body = body[..random.Next(body.Length)];
            using var content = random.Next(4) == 0 ? CollectServer.Gzip(body, header: random.Next(2) == 0) : new ByteArrayContent(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{paths[random.Next(paths.Length)]}") { Content = content };
            request.Headers.TryAddWithoutValidation("Authorization", random.Next(8) == 0 ? $"Basic {Convert.ToBase64String(body[..Math.Min(20, body.Length)])}" : $"Bearer {source.WriteKey}");
            using var answer = await client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBeOneOf(200, 400, 401);
        }
    }
}
