using System.Text.RegularExpressions;
using Temas.Server.Cli;
using Temas.Server.Settings;

namespace Temas.Server.Tests.Cli;

/// <summary>What the files for running elsewhere name is there: paths, verbs, settings. Whether a container engine builds the image no test tells.</summary>
public sealed partial class PackagingTests
{
    private static readonly string Root = RepositoryRoot.Path;

    [Fact]
    public void Dockerfile_CopiesAndPublishes_WhatIsThere()
    {
        var text = Read("Dockerfile");
        foreach (Match copy in Copied().Matches(text))
        {
            foreach (var source in copy.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(s => s != "."))
                (File.Exists(Path.Combine(Root, source)) || Directory.Exists(Path.Combine(Root, source))).ShouldBeTrue(source);
        }

        Directory.Exists(Path.Combine(Root, Published().Match(text).Groups[1].Value)).ShouldBeTrue();
        Published().Match(text).Groups[2].Value.ShouldBe("/app");
        var ignored = File.ReadAllLines(Path.Combine(Root, ".dockerignore"));
        ignored.ShouldContain("data");
        ignored.ShouldContain(".git");
        ignored.ShouldNotContain("docs");
        Read("packaging/docker/temas").ShouldContain("dotnet /app/Temas.Server.dll \"$@\"");
    }

    [Fact]
    public void Dockerfile_RunsVerbsThatThereAre_AsSomebodyWithoutRights()
    {
        var text = Read("Dockerfile");
        var verbs = CommandLine.Root(new Shell(CliIo.OfProcess())).Subcommands.Select(c => c.Name).ToList();
        foreach (Match command in Commanded().Matches(text)) verbs.ShouldContain(command.Groups[1].Value);
        Commanded().Count(text).ShouldBe(2);
        text.IndexOf("USER $APP_UID", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("ENTRYPOINT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("compose.yaml")]
    [InlineData("packaging/temas.service")]
    [InlineData("packaging/temas")]
    public void Files_NameSettings_ThatThereAre(string file)
    {
        string[] known = [.. SettingTable.All.Select(s => s.Variable), "TEMAS_SETTINGS", "TEMAS_PORT"];
        foreach (Match variable in Variable().Matches(Read(file))) known.ShouldContain(variable.Value);
    }

    [Fact]
    public void Settings_OfTheService_AreTaken()
    {
        var reading = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), "/", "/", Path.Combine(Root, "packaging/temas.json"));
        reading.Faults.ShouldBeEmpty();
        reading.Settings.Data.ShouldBe("/var/lib/temas");
        reading.Settings.Demo.ShouldBeFalse();
        Read("packaging/temas.service").ShouldContain("StateDirectory=temas\n");
    }

    [Theory]
    [InlineData("packaging/nginx.conf")]
    [InlineData("packaging/Caddyfile")]
    public void Proxies_LeadToTheAddressOfTheService(string file)
    {
        var address = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), "/", "/", Path.Combine(Root, "packaging/temas.json")).Settings.Urls.ShouldHaveSingleItem();
        Read(file).ShouldContain(new Uri(address).Authority);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    [GeneratedRegex(@"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", RegexOptions.Multiline)]
    private static partial Regex Copied();

    [GeneratedRegex(@"dotnet publish (\S+) .*-o (\S+)")]
    private static partial Regex Published();

    [GeneratedRegex(@"CMD \[(?:""temas"", )?""([a-z]+)""\]")]
    private static partial Regex Commanded();

    [GeneratedRegex(@"\bTEMAS_[A-Z_]+")]
    private static partial Regex Variable();
}
