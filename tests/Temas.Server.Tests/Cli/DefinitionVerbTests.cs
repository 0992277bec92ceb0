using System.Text.Json;
using Temas.Server.Yaml;

namespace Temas.Server.Tests.Cli;

public sealed class DefinitionVerbTests
{
    [Fact]
    public async Task Apply_WhatExportWrote_ChangesNothing()
    {
        await using var cli = new CliFixture();
        var yaml = (await cli.DoAsync("export")).Out;
        await File.WriteAllTextAsync(Path.Combine(cli.Folder, "all.yaml"), yaml);
        var applied = (await cli.DoAsync("apply", "all.yaml", "--json")).Json;
        applied.GetProperty("changes").GetArrayLength().ShouldBe(0);
        applied.GetProperty("unchanged").GetInt32().ShouldBeGreaterThan(10);
        await cli.DoAsync("workspace", "create", "second");
        (await cli.DoAsync("export", "-w", "second")).Out.ShouldBe(yaml);
    }

    [Fact]
    public async Task Apply_AChange_IsMadeOnceAndOnlyWithoutDryRun()
    {
        await using var cli = new CliFixture();
        var yaml = (await cli.DoAsync("export", "--kind", "touchpoint")).Out;
        var first = yaml.Split('\n')[1].Trim().TrimEnd(':');
        var changed = yaml.Replace($"  {first}:", "  my-own:", StringComparison.Ordinal);
        (await cli.RunAsync(changed, false, "apply", "-", "--dry-run")).Out.ShouldContain("created touchpoint/my-own");
        (await cli.DoAsync("export", "--kind", "touchpoint")).Out.ShouldBe(yaml);
        var applied = await cli.RunAsync(changed, false, "apply", "-", "--prune");
        applied.Code.ShouldBe(0, applied.Error);
        applied.Out.ShouldContain("created touchpoint/my-own");
        applied.Out.ShouldContain($"removed touchpoint/{first}");
        (await cli.RunAsync(changed, false, "apply", "-", "--prune")).Out.ShouldStartWith("0 changed");
    }

    [Fact]
    public async Task Apply_FaultyFile_TellsAllFaultsAndChangesNothing()
    {
        await using var cli = new CliFixture();
        var before = (await cli.DoAsync("export")).Out;
        const string faulty = "touchpoint:\n  Bad Key: {}\n  empty: {}\n  list: [1]\nnonsense:\n  a: {}\npromise: 7\n";
        var result = await cli.RunAsync(faulty, false, "apply", "-");
        result.Code.ShouldBe(2);
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldAllBe(l => l.StartsWith("temas: ", StringComparison.Ordinal));
        foreach (var expected in (string[])["touchpoint/Bad Key", "touchpoint/empty", "touchpoint/list", "nonsense", "promise"]) lines.ShouldContain(l => l.Contains(expected, StringComparison.Ordinal));
        (await cli.DoAsync("export")).Out.ShouldBe(before);
        (await cli.RunAsync("a: [", false, "apply", "-")).Error.ShouldContain("not YAML");
    }

    [Fact]
    public async Task Apply_AnIndicatorAndItsGoal_TogetherInAnyOrder_AndNeverOneOfAGoalOrStageThatIsNotThere()
    {
        await using var cli = new CliFixture();
        const string indicator = "indicator:\n  mine: {label: {tr: a, en: a}, unit: count, goal: grow, stage: STAGE, figure: {measure: count, event: 'track:Order Completed'}}\n";
        const string goal = "goal:\n  grow: {label: {tr: a, en: a}, indicator: mine}\n";
        var alone = await cli.RunAsync(indicator.Replace("STAGE", "nowhere", StringComparison.Ordinal), false, "apply", "-");
        alone.Code.ShouldBe(2);
        alone.Error.ShouldContain("indicator/mine $.goal = grow: There is no goal with this key.");
        alone.Error.ShouldContain("indicator/mine $.stage = nowhere: No touchpoint is at a stage with this key. Use awareness, consideration,");
        var together = await cli.RunAsync(indicator.Replace("STAGE", "purchase", StringComparison.Ordinal) + goal, false, "apply", "-");
        together.Code.ShouldBe(0, together.Error);

        // The goal goes; what named it can still be written as it stands, and otherwise.
        (await cli.RunAsync("goal: {other: {label: {tr: b, en: b}}}\n", false, "apply", "-", "--prune")).Code.ShouldBe(0);
        var yaml = (await cli.DoAsync("export")).Out;
        (await cli.RunAsync(yaml, false, "apply", "-")).Out.ShouldStartWith("0 changed");
        var changed = await cli.RunAsync(indicator.Replace("STAGE", "delivery", StringComparison.Ordinal), false, "apply", "-");
        changed.Code.ShouldBe(0, changed.Error);
    }

    [Theory]
    [InlineData("""{"a":"no","b":"1.50","c":"","d":"~","e":null,"f":true,"g":"true","h":-0.10,"i":1e3,"j":"2024-01-01"}""")]
    [InlineData("""{"text":"line one\nline two","tail":"ends\n","lead":" x","hash":"a # b","colon":"a: b","q":"it's \"so\"","tab":"a\tb"}""")]
    [InlineData("""{"tr":"İstanbul'da ığüşöç","emoji":"😀","sep":"a\u2028b","nul":"a\u0001b","bom":"\uFEFFx","dash":"- x","star":"*a","amp":"&a","pct":"%a"}""")]
    [InlineData("""{"nested":[[],{},[{"a":[1,2,3]}]],"keys":{"yes":1,"1":2,"a b":3,"":4,"null":5},"big":12345678901234567890,"hex":"0x1F","oct":"0o7","inf":".inf"}""")]
    [InlineData("""{"eq":"=","merge":"<<","question":"? x","dots":"...","dashes":"---","crlf":"a\r\nb","nel":"a\u0085b","spaces":"a  ","only":"  "}""")]
    public void Json_ThroughYamlAndBack_IsTheSame(string json)
    {
        using var document = JsonDocument.Parse(json);
        var yaml = YamlJson.Write(YamlJson.FromJson(document.RootElement));
        var back = YamlJson.ToJson(YamlJson.Parse(yaml).Value);
        back.IsOk.ShouldBeTrue(back.Problem?.Detail);
        using var read = JsonDocument.Parse(back.Value);
        JsonSerializer.Serialize(read.RootElement).ShouldBe(JsonSerializer.Serialize(document.RootElement), yaml);
    }

    [Fact]
    public void Yaml_AliasToItself_IsAProblem()
    {
        var parsed = YamlJson.Parse("a: &x [ *x ]");
        var problem = parsed.IsOk ? YamlJson.ToJson(parsed.Value).Problem : parsed.Problem;
        problem.ShouldNotBeNull();
    }
}
