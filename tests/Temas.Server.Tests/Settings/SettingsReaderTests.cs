using Temas.Kernel;
using Temas.Server.Settings;

namespace Temas.Server.Tests.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-settings-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Read_NothingSet_GivesDefaultsBesideHome()
    {
        var reading = Read();
        reading.Faults.ShouldBeEmpty();
        reading.Settings.Data.ShouldBe(Path.Combine(folder, "data"));
        reading.Settings.Urls.ShouldBe(["http://localhost:8420"]);
        reading.Settings.StoreKind.ShouldBe("sqlite");
        reading.Settings.Address.ShouldBe("http://localhost:8420");
    }

    [Fact]
    public void Read_SetEverywhere_FlagWinsOverEnvironmentOverFile()
    {
        File.WriteAllText(Path.Combine(folder, "temas.json"), """{ "urls": ["http://a:1"], "log": "error", "store": "postgres://u:p@h/d" } // why""");
        var environment = new Dictionary<string, string> { ["TEMAS_URLS"] = "http://b:2", ["TEMAS_LOG"] = "debug" };
        var reading = Read(new Dictionary<string, string> { ["urls"] = "http://c:3" }, environment);
        reading.Faults.ShouldBeEmpty();
        reading.Settings.Urls.ShouldBe(["http://c:3"]);
        reading.Settings.Log.ShouldBe(Microsoft.Extensions.Logging.LogLevel.Debug);
        reading.Settings.StoreName.ShouldBe("postgres at h/d");
    }

    [Fact]
    public void Read_ManyFaults_TellsAllAndWhereEachWasSet()
    {
        File.WriteAllText(Path.Combine(folder, "temas.json"), """{ "proxies": "here", "ulrs": "x" }""");
        var reading = Read(
            new Dictionary<string, string> { ["urls"] = "localhost" },
            new Dictionary<string, string> { ["TEMAS_STORE"] = "mysql://root:secret@h/d", ["TEMAS_LOG"] = "loud", ["TEMAS_DAAT"] = "x" });
        var told = reading.Faults.Select(f => f.ToString()).ToList();
        told.Count.ShouldBe(5);
        told.ShouldContain(t => t.StartsWith("urls = localhost:", StringComparison.Ordinal) && t.Contains("the flag --urls", StringComparison.Ordinal));
        told.ShouldContain(t => t.StartsWith("store:", StringComparison.Ordinal) && t.Contains("TEMAS_STORE in the environment", StringComparison.Ordinal));
        told.ShouldContain(t => t.StartsWith("log = loud:", StringComparison.Ordinal));
        told.ShouldContain(t => t.StartsWith("proxies = here:", StringComparison.Ordinal) && t.Contains("temas.json", StringComparison.Ordinal));
        told.ShouldContain(t => t.StartsWith("ulrs:", StringComparison.Ordinal));
        told.ShouldAllBe(t => !t.Contains("secret", StringComparison.Ordinal));
        reading.Warnings.ShouldHaveSingleItem().ShouldContain("TEMAS_DAAT");
    }

    [Fact]
    public void Read_RelativePaths_BeginWhereTheyWereWritten()
    {
        var working = Directory.CreateDirectory(Path.Combine(folder, "here")).FullName;
        var other = Directory.CreateDirectory(Path.Combine(folder, "there")).FullName;
        File.WriteAllText(Path.Combine(other, "my.json"), """{ "data": "d" }""");
        SettingsReader.Read(new Dictionary<string, string> { ["data"] = "d" }, new Dictionary<string, string>(), folder, working, null).Settings.Data.ShouldBe(Path.Combine(working, "d"));
        SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), folder, working, Path.Combine("..", "there", "my.json")).Settings.Data.ShouldBe(Path.Combine(other, "d"));
    }

    [Theory]
    [InlineData("""{ "data": """, "is not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{ "data": 7 }""", "neither a text nor a list")]
    public void Read_BrokenFile_IsAFault(string text, string expected)
    {
        File.WriteAllText(Path.Combine(folder, "temas.json"), text);
        Read().Faults.ShouldHaveSingleItem().ToString().ShouldContain(expected);
    }

    [Fact]
    public void Read_NamedFileMissing_IsAFault() =>
        SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), folder, folder, "none.json").Faults.ShouldHaveSingleItem().Code.ShouldBe("settings_file_missing");

    [Fact]
    public void Read_HttpsWithoutCertificate_IsAFault() =>
        Read(new Dictionary<string, string> { ["urls"] = "https://localhost:8443" }).Faults.ShouldHaveSingleItem().Field.ShouldBe("certificate");

    [Fact]
    public void Read_Mail_NeedsWhatLinksAndSendersNeed()
    {
        Read(new Dictionary<string, string> { ["smtpHost"] = "mail.example.com" }).Faults.Select(f => f.Field).ShouldBe(["smtpFrom", "publicUrl"]);
        var whole = new Dictionary<string, string> { ["smtpHost"] = "mail.example.com", ["smtpFrom"] = "Temas <t@example.com>", ["publicUrl"] = "https://temas.example.com", ["smtpUser"] = "u", ["smtpPassword"] = "p", ["smtpTls"] = "off" };
        var reading = Read(whole);
        reading.Faults.ShouldBeEmpty();
        reading.Settings.Smtp.ShouldBe(new SmtpSettings("mail.example.com", 587, "u", "p", "Temas <t@example.com>", false));
        foreach (var (name, value) in new[] { ("smtpHost", "mail.example.com:25"), ("smtpPort", "465"), ("smtpPort", "x"), ("smtpFrom", "nobody"), ("smtpTls", "yes"), ("smtpPassword", "") })
            Read(new Dictionary<string, string>(whole) { [name] = value }).Faults.ShouldContain(f => f.Field == name, $"{name} = {value}");
    }

    [Fact]
    public void Read_OpenIdProvider_IsHttpsAndHasAClient()
    {
        Read(new Dictionary<string, string> { ["oidcAuthority"] = "https://login.example.com/tenant/" }).Faults.ShouldHaveSingleItem().Field.ShouldBe("oidcClientId");
        var whole = new Dictionary<string, string> { ["oidcAuthority"] = "https://login.example.com/tenant/", ["oidcClientId"] = "temas", ["oidcClientSecret"] = "s", ["oidcDomains"] = "Example.com, example.org", ["oidcRole"] = "analyst", ["oidcScopes"] = "openid,email" };
        var oidc = Read(whole).Settings.Oidc!;
        (oidc.Authority, oidc.ClientId, oidc.ClientSecret, oidc.Scopes, oidc.Role, oidc.Workspace).ShouldBe(("https://login.example.com/tenant", "temas", "s", "openid email", Role.Analyst, "main"));
        oidc.Domains.ShouldBe(["example.com", "example.org"]);
        Read(new Dictionary<string, string>(whole) { ["oidcRole"] = "invited" }).Settings.Oidc!.Role.ShouldBeNull();
        foreach (var (name, value) in new[] { ("oidcAuthority", "http://login.example.com"), ("oidcAuthority", "login"), ("oidcScopes", "email"), ("oidcDomains", "@example.com"), ("oidcRole", "emperor"), ("oidcWorkspace", "Not A Key") })
            Read(new Dictionary<string, string>(whole) { [name] = value }).Faults.ShouldContain(f => f.Field == name, $"{name} = {value}");
        Read(new Dictionary<string, string>(whole) { ["oidcClientId"] = "", ["oidcClientSecret"] = "canary" }).Faults.ShouldAllBe(f => !f.ToString().Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_FolderTooLongForASocket_IsAFault() =>
        Read(new Dictionary<string, string> { ["data"] = new string('d', 100) }).Faults.ShouldHaveSingleItem().Field.ShouldBe("data");

    [Fact]
    public void Documentation_ListsEverySetting_AsTheTypeHasIt()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs/settings.md"));
        var table = lines.Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToList();
        table.ShouldBe([.. SettingTable.All.Select(s => $"| `{s.Name}` | `{s.Variable}` | `{s.Flag}` | {(s.Default.Length == 0 ? "" : $"`{s.Default}` ")}| {s.Meaning} |")]);
    }

    private SettingsReading Read(Dictionary<string, string>? flags = null, Dictionary<string, string>? environment = null) =>
        SettingsReader.Read(flags ?? [], environment ?? [], folder, folder, null);
}
