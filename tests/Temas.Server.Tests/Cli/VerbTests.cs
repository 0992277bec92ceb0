using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Temas.Server.Verbs;

namespace Temas.Server.Tests.Cli;

/// <summary>What scripts rely on: bare keys, JSON, exit codes; with a server and without.</summary>
public sealed class VerbTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_AreAloneOnStandardOutput_AndWork(bool served)
    {
        await using var cli = new CliFixture();
        if (served) await cli.ServeAsync();
        var key = (await cli.DoAsync("source", "create", "web")).Line;
        key.Length.ShouldBe(32);
        var token = (await cli.DoAsync("token", "create", "--role", "viewer")).Line;
        token.ShouldStartWith("tmt_");
        var rotated = (await cli.DoAsync("source", "rotate", "web")).Line;
        rotated.ShouldNotBe(key);
        if (!served) await cli.ServeAsync();

        (await SendAsync(cli, key, "m1")).ShouldBe(HttpStatusCode.Unauthorized, "the old key stopped");
        (await SendAsync(cli, rotated, "m1")).ShouldBe(HttpStatusCode.OK);
        using var http = new HttpClient { BaseAddress = cli.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        (await http.GetAsync("/api/customers/user_id:u1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await cli.DoAsync("token", "revoke", "viewer from the command line")).Out.ShouldContain("Revoked");
        (await http.GetAsync("/api/customers/user_id:u1")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await cli.DoAsync("source", "revoke", "web");
        (await SendAsync(cli, rotated, "m2")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Json_OfEveryListing_IsOneLine(bool served)
    {
        await using var cli = new CliFixture();
        if (served) await cli.ServeAsync();
        await cli.DoAsync("workspace", "create", "second");
        await cli.DoAsync("source", "create", "kasa ığ", "-w", "second");
        await cli.DoAsync("user", "create", "a@example.com", "--role", "agent", "-w", "second");
        (await cli.DoAsync("workspace", "list", "--json")).Json.GetProperty("workspaces").EnumerateArray().Select(w => w.GetProperty("key").GetString()).ShouldBe(["main", "second"]);
        var sources = await cli.DoAsync("source", "list", "--json", "-w", "second");
        sources.Line.ShouldContain("kasa ığ");
        (await cli.DoAsync("token", "list", "--json")).Json.GetProperty("tokens").GetArrayLength().ShouldBe(0);
        var user = (await cli.DoAsync("user", "list", "--json")).Json.GetProperty("people")[0];
        user.GetProperty("roles").GetProperty("second").GetString().ShouldBe("agent");
        user.TryGetProperty("password", out _).ShouldBeFalse();
        (await cli.DoAsync("source", "list")).Out.ShouldBe("ID  NAME  KEY  ACCEPTED  DUPLICATES  DROPPED  STATE\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invitations_MadeAnewAndWithdrawn_GiveLinksAlone(bool served)
    {
        await using var cli = new CliFixture();
        if (served) await cli.ServeAsync();
        var first = (await cli.DoAsync("user", "invite", "a@example.com", "--role", "agent", "--language", "tr")).Line;
        first.ShouldContain("/invitation?token=");
        if (served) first.ShouldStartWith(cli.Address!.GetLeftPart(UriPartial.Authority));
        var again = await cli.RunAsync("user", "invite", "A@example.com", "--role", "agent");
        again.Code.ShouldBe(5);
        again.Error.ShouldContain("reinvite");
        (await cli.DoAsync("user", "reinvite", "a@example.com")).Line.ShouldNotBe(first);
        var listed = (await cli.DoAsync("user", "invitations", "--json")).Json.GetProperty("invitations")[0];
        (listed.GetProperty("email").GetString(), listed.GetProperty("role").GetString()).ShouldBe(("a@example.com", "agent"));
        listed.TryGetProperty("link", out _).ShouldBeFalse();
        await cli.DoAsync("user", "uninvite", "a@example.com");
        (await cli.RunAsync("user", "uninvite", "a@example.com")).Code.ShouldBe(4);
        (await cli.RunAsync("user", "link", "a@example.com")).Code.ShouldBe(4);
        await cli.DoAsync("user", "create", "b@example.com", "--role", "viewer");
        (await cli.RunAsync("user", "reset-second-factor", "b@example.com")).Code.ShouldBe(5, "it has none");
        (await cli.DoAsync("user", "link", "b@example.com")).Line.ShouldContain("/new-password?token=");
    }

    [Fact]
    public async Task Problems_AreOneLineOnStandardError_WithTheirExitCode()
    {
        await using var cli = new CliFixture();
        foreach (var (code, args) in ((int, string[])[])
        [
            (2, ["no-such-verb"]),
            (2, ["token", "create"]),
            (2, ["token", "create", "--role", "king"]),
            (2, ["workspace", "create", "Not A Key"]),
            (2, ["source", "list", "--urls", "nonsense"]),
            (2, ["rebuild", "-w", "NOT"]),
            (4, ["rebuild", "-w", "none"]),
            (4, ["rebuild", "--projection", "none"]),
            (4, ["source", "revoke", "none"]),
            (4, ["customer", "email:nobody@example.com"]),
            (4, ["apply", "none.yaml"]),
            (4, ["restore", "none.tar.gz"]),
            (5, ["workspace", "create", "main"]),
            (5, ["erase", "user_id:u1"]),
        ])
        {
            var result = await cli.RunAsync(args);
            result.Code.ShouldBe(code, $"{string.Join(' ', args)}: {result.Error}");
            result.Out.ShouldBeEmpty();
            result.Error.TrimEnd('\n').ShouldNotContainLineBreak().ShouldStartWith("temas: ");
        }

        var json = await cli.RunAsync("rebuild", "-w", "none", "--json");
        JsonDocument.Parse(json.Error).RootElement.GetProperty("code").GetString().ShouldBe("workspace_unknown");
    }

    [Fact]
    public async Task Serve_WhileAnotherServes_SaysWhoHasTheFolder()
    {
        await using var cli = new CliFixture();
        await cli.ServeAsync();
        var second = await cli.RunAsync("serve", "--urls", "http://127.0.0.1:0");
        second.Code.ShouldBe(7);
        second.Error.ShouldContain($"in use by process {Environment.ProcessId} (temas serve)");
        var restore = await cli.RunAsync("restore", cli.Folder);
        restore.Code.ShouldBe(7);
        var port = await cli.RunAsync("serve", "--data", Path.Combine(cli.Folder, "other"), "--urls", cli.Address!.ToString());
        port.Code.ShouldBe(7);
        port.Error.ShouldContain("address already in use");
    }

    [Fact]
    public async Task Serve_FirstOwner_IsMadeOnceAndMaySignIn()
    {
        await using var cli = new CliFixture();
        var greeting = await cli.ServeAsync("--first-owner");
        var password = greeting.Split("password  ")[1].Split(' ')[0];
        password.Length.ShouldBeGreaterThanOrEqualTo(12);
        greeting.ShouldContain("owner@temas.local");
        var people = (await cli.DoAsync("user", "list", "--json")).Json.GetProperty("people");
        people.GetArrayLength().ShouldBe(1);
        people[0].GetProperty("roles").GetProperty("main").GetString().ShouldBe("owner");
        await cli.StopAsync();

        await using var again = new CliFixture();
        Directory.Move(cli.Data, again.Data);
        (await again.ServeAsync("--first-owner")).ShouldNotContain("password  ");
    }

    [Fact]
    public async Task Control_ByNetwork_IsRefusedForEveryVerb()
    {
        await using var cli = new CliFixture();
        await cli.ServeAsync();
        var token = (await cli.DoAsync("token", "create", "--role", "owner")).Line;
        File.GetUnixFileMode(Path.Combine(cli.Data, "temas.sock")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var verb in VerbTable.All)
        {
            foreach (var bearer in (string?[])[null, token])
            {
                using var http = new HttpClient { BaseAddress = cli.Address };
                if (bearer is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
                using var answer = await http.PostAsync($"/control/{verb.Name}", new StringContent("{}", Encoding.UTF8, "application/json"));
                answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
            }
        }

        VerbTable.All.Select(v => v.Name).ShouldBeUnique();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_Export_Customer_Erase_Rebuild_AgreeWithEachOther(bool served)
    {
        await using var cli = new CliFixture();
        if (served) await cli.ServeAsync();
        var file = Path.Combine(cli.Folder, "history.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 50).Select(i =>
            $$"""{"messageId":"m{{i}}","type":"track","event":"Order Completed","userId":"u{{i % 5}}","timestamp":"2024-01-{{1 + (i % 28):00}}T10:00:00Z","properties":{"revenue":10.5} }"""));
        (await cli.DoAsync("import", file)).Line.ShouldBe("Imported: 50 rows, 50 events; 50 new, 0 there before, 0 rejected, 0 skipped.");
        var again = (await cli.DoAsync("import", file, "--json")).Json;
        again.GetProperty("duplicates").GetInt32().ShouldBe(50);
        again.GetProperty("accepted").GetInt32().ShouldBe(0);

        var events = (await cli.DoAsync("export", "--events")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        events.Select(e => e.GetProperty("messageId").GetString()).ShouldBe(Enumerable.Range(0, 50).Select(i => $"m{i}"));
        events[27].GetProperty("timestamp").GetString().ShouldBe("2024-01-28T10:00:00Z");

        var her = (await cli.DoAsync("customer", "user_id:u3", "--json")).Json;
        her.GetProperty("profile").GetProperty("events").GetInt32().ShouldBe(10);
        (await cli.DoAsync("customer", "user_id:u3")).Out.ShouldContain("user_id:u3");
        (await cli.DoAsync("export", "--customer", "user_id:u3")).Json.GetProperty("events").GetArrayLength().ShouldBe(10);

        (await cli.RunAsync("n\n", true, "erase", "user_id:u3")).Code.ShouldBe(5);
        (await cli.RunAsync("y\n", true, "erase", "user_id:u3")).Code.ShouldBe(0);
        (await cli.DoAsync("erase", "user_id:u4", "--yes", "--json")).Json.GetProperty("events").GetInt32().ShouldBe(10);
        (await cli.RunAsync("customer", "user_id:u3")).Code.ShouldBe(4);
        (await cli.DoAsync("export", "--events")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(30);
        (await cli.DoAsync("rebuild", "--json")).Json.GetProperty("same").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Rebuild_TellsDifferentStatesApart()
    {
        var digests = new List<string>();
        foreach (var user in (string[])["u1", "u2"])
        {
            await using var cli = new CliFixture();
            var file = Path.Combine(cli.Folder, "one.jsonl");
            await File.WriteAllTextAsync(file, $$"""{"messageId":"m1","type":"track","event":"Seen","userId":"{{user}}","timestamp":"2024-01-01T10:00:00Z"}""");
            await cli.DoAsync("import", file);
            digests.Add((await cli.DoAsync("rebuild", "--json")).Json.GetProperty("digests").GetProperty("customers").GetString()!);
        }

        digests[0].ShouldNotBe(digests[1]);
    }

    private static async Task<HttpStatusCode> SendAsync(CliFixture cli, string key, string id)
    {
        using var http = new HttpClient { BaseAddress = cli.Address };
        using var answer = await http.PostAsync(
            "/v1/track", new StringContent($$"""{"messageId":"{{id}}","type":"track","event":"Seen","userId":"u1","writeKey":"{{key}}"}""", Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }
}
