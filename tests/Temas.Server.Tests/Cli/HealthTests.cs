namespace Temas.Server.Tests.Cli;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_WithoutAServer_SaysSoAndMakesNothing()
    {
        await using var cli = new CliFixture();
        var asked = await cli.RunAsync("health");
        asked.Code.ShouldBe(7);
        asked.Out.ShouldBeEmpty();
        asked.Error.ShouldContain("No server listens");
        Directory.Exists(cli.Data).ShouldBeFalse();
    }

    [Fact]
    public async Task Health_WithAServer_IsReady_AndWithoutItNoMore()
    {
        await using var cli = new CliFixture();
        await cli.ServeAsync();
        (await cli.DoAsync("health")).Line.ShouldBe("ready");
        (await cli.DoAsync("health", "--json")).Json.GetProperty("status").GetString().ShouldBe("ready");
        await cli.StopAsync();
        (await cli.RunAsync("health")).Code.ShouldBe(7);
    }
}
