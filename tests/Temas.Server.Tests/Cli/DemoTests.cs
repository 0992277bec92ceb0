using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Demo.Loading;
using Temas.Kernel;

namespace Temas.Server.Tests.Cli;

/// <summary><c>temas demo</c>, and what <c>./run</c> makes of it.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Demo_WithAServerAndWithout_LoadsOnceAndTellsTheTruth(bool server)
    {
        await using var cli = new CliFixture();
        if (server) await cli.ServeAsync();
        var loaded = (await cli.DoAsync("demo", "--customers", "120", "--days", "40", "--until", "2026-06-01", "--truth", "truth.json", "--json")).Json;
        loaded.GetProperty("workspace").GetString().ShouldBe("veranda");
        var accepted = loaded.GetProperty("loaded").GetProperty("accepted").GetInt64();
        accepted.ShouldBeGreaterThan(100);
        loaded.GetProperty("loaded").GetProperty("dropped").GetInt64().ShouldBe(0);
        using (var truth = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(cli.Folder, "truth.json"))))
            truth.RootElement.GetProperty("world").GetProperty("customers").GetInt32().ShouldBe(120);

        var again = (await cli.DoAsync("demo", "--customers", "120", "--until", "2026-06-01", "--json")).Json.GetProperty("loaded");
        again.GetProperty("accepted").GetInt64().ShouldBe(0);
        var other = await cli.RunAsync("demo", "--seed", "9");
        other.Code.ShouldBe(5);
        other.Error.ShouldContain("another workspace");
        (await cli.DoAsync("workspace", "list", "--json")).Json.GetProperty("workspaces").EnumerateArray().Select(w => w.GetProperty("key").GetString()).ShouldBe(["main", "veranda"]);
    }

    [Theory]
    [InlineData("--customers", "0")]
    [InlineData("--days", "0")]
    [InlineData("--until", "1. Mai")]
    [InlineData("--until", "2990-01-01")]
    public async Task Demo_OptionsThatCannotBe_AreToldWithAWayOut(string option, string value)
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync("demo", option, value);
        result.Code.ShouldBe(2);
        result.Error.ShouldContain(option);
        result.Error.ShouldContain(value.Split('-')[0]);
    }

    [Fact]
    public async Task Demo_TruthOnly_LoadsNothing()
    {
        await using var cli = new CliFixture();
        var truth = (await cli.DoAsync("demo", "--truth-only", "--seed", "4")).Json;
        truth.GetProperty("causes").GetArrayLength().ShouldBeGreaterThan(8);
        Directory.Exists(cli.Data).ShouldBeFalse();
    }

    [Fact]
    public async Task Remove_AsksFirst_AndLeavesTheOthers()
    {
        await using var cli = new CliFixture();
        await cli.DoAsync("demo", "--customers", "30", "--days", "5");
        (await cli.RunAsync("n\n", true, "demo", "remove")).Code.ShouldBe(5);
        (await cli.RunAsync("demo", "remove", "-w", "main", "--yes")).Code.ShouldBe(4);
        (await cli.DoAsync("demo", "leave")).Line.ShouldBe("main");
        (await cli.RunAsync("y\n", true, "demo", "remove")).Out.ShouldStartWith("veranda is removed");
        (await cli.DoAsync("workspace", "list", "--json")).Json.GetProperty("workspaces").GetArrayLength().ShouldBe(1);
        (await cli.RunAsync("demo", "leave")).Code.ShouldBe(4);
    }

    [Fact]
    public async Task Serve_FirstOwner_BeginsWithTheDemoAndLivesInIt()
    {
        await using var cli = new CliFixture();
        var greeting = await cli.ServeAsync("--first-owner", "--demo-customers", "60");
        var password = greeting.Split("password  ")[1].Split(' ')[0];
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = cli.Address };
        await TemasServer.RenewAntiforgeryAsync(browser);
        await browser.PostAsync("/session", new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = "owner@temas.local", ["password"] = password, ["returnUrl"] = "/" }));
        await TemasServer.RenewAntiforgeryAsync(browser);
        (await browser.GetAsync("/")).Headers.Location!.ToString().ShouldBe("/w/veranda/overview");

        var status = await browser.GetFromJsonAsync<JsonElement>("/api/demo?workspace=veranda");
        for (var i = 0; i < 300 && status.GetProperty("reached").GetDateTimeOffset() < TimeProvider.System.GetUtcNow().AddHours(-1); i++)
        {
            await Task.Delay(100);
            status = await browser.GetFromJsonAsync<JsonElement>("/api/demo?workspace=veranda");
        }

        status.GetProperty("living").GetBoolean().ShouldBeTrue();
        status.GetProperty("reached").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddHours(-1));
        (await browser.GetStringAsync("/w/veranda/customers")).ShouldContain("demo/leave");
        (await browser.GetStringAsync("/w/main/customers")).ShouldNotContain("demo/leave");
        (await browser.GetFromJsonAsync<JsonElement>("/api/demo/truth?workspace=veranda")).GetProperty("format").GetInt32().ShouldBe(1);

        // One click, and "/" leads to the workspace of one's own.
        (await browser.PostAsync("/w/veranda/demo/leave", null)).Headers.Location!.ToString().ShouldBe("/w/main/sources");
        (await browser.GetAsync("/")).Headers.Location!.ToString().ShouldBe("/w/main/overview");
        (await browser.GetFromJsonAsync<JsonElement>("/api/demo?workspace=veranda")).GetProperty("living").GetBoolean().ShouldBeFalse();
        (await browser.GetAsync("/api/demo?workspace=main")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetStringAsync("/api/audit?workspace=veranda")).ShouldContain("demo.left");
    }

    [Fact]
    public async Task Serve_WithTheDemoSwitchedOff_BeginsEmpty()
    {
        await using var cli = new CliFixture();
        (await cli.ServeAsync("--first-owner", "--demo", "off")).ShouldNotContain("Veranda");
        (await cli.DoAsync("workspace", "list", "--json")).Json.GetProperty("workspaces").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Setup_WithADemo_MakesTheFirstPersonOwnerOfBoth()
    {
        await using var server = await TemasServer.StartAsync(withOwner: false);
        var demo = await server.CreateWorkspaceAsync("veranda");
        (await ((LoadDemo)server.Services.GetService(typeof(LoadDemo))!).BeginAsync(demo, new(Customers: 5, Days: 1), Actor.System, default)).IsOk.ShouldBeTrue();
        var code = ((Temas.Server.SignIn.SetUpCode)server.Services.GetService(typeof(Temas.Server.SignIn.SetUpCode))!).Value!;
        var browser = await server.BrowserAsync();
        var form = new Dictionary<string, string> { ["code"] = code, ["email"] = "first@example.com", ["name"] = "First", ["password"] = "a long way to the sea", ["language"] = "tr" };
        (await browser.PostAsync("/setup/owner", new FormUrlEncodedContent(form))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var session = await browser.GetFromJsonAsync<JsonElement>("/api/session");
        session.GetProperty("workspaces").EnumerateArray().Select(w => w.GetProperty("key").GetString() + " " + w.GetProperty("role").GetString()).ShouldBe(["main owner", "veranda owner"]);
    }
}
