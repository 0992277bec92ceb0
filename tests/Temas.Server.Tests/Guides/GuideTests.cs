using System.CommandLine;
using System.Text.RegularExpressions;
using Markdig.Syntax;
using Temas.Server.Cli;
using Temas.Server.Guides;
using Temas.Server.Settings;

namespace Temas.Server.Tests.Guides;

/// <summary>The guides are complete, in both languages, and lead somewhere.</summary>
public sealed partial class GuideTests
{
    private static readonly GuideLibrary Library = new();

    public static TheoryData<string> Translated => [.. GuideShelf.Keys.Where(k => !k.StartsWith("formats/", StringComparison.Ordinal))];

    [Fact]
    public void Shelf_HoldsEveryFile_AndEveryFileTravelsWithTheServer()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "docs");
        var files = Directory.EnumerateFiles(folder, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(folder, "formats"), "*.md"))
            .Select(f => Path.GetRelativePath(folder, f)[..^3].Replace(".tr", "", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
        GuideShelf.Keys.Order(StringComparer.Ordinal).ShouldBe(files);
        GuideShelf.Keys.ShouldAllBe(k => Library.Has(k, "en"));
    }

    /// <summary>A reader of either language finds the same: every section, every example, every table and every line of it.</summary>
    [Theory]
    [MemberData(nameof(Translated))]
    public void Guide_InBothLanguages_IsBuiltTheSame(string key)
    {
        Library.Has(key, "tr").ShouldBeTrue($"docs/{key}.tr.md is missing");
        ShapeOf(Library.Files.Single(f => f.Key == key && f.Language == "tr").Markdown)
            .ShouldBe(ShapeOf(Library.Files.Single(f => f.Key == key && f.Language == "en").Markdown));
    }

    [Fact]
    public void Shape_OfATextWithoutASection_Differs() => ShapeOf("# A\n\n## B\n\n```json\n1\n```\n").ShouldNotBe(ShapeOf("# A\n\n```json\n1\n```\n"));

    [Fact]
    public void Guides_LinksAndAnchors_LeadSomewhere()
    {
        var dead = from key in GuideShelf.Keys
                   from language in new[] { "en", "tr" }
                   let guide = Library.Find(key, language)!
                   from link in guide.DeadLinks
                   select $"docs/{key} ({guide.Language}): {link}";
        dead.Distinct().ShouldBeEmpty();
    }

    /// <summary>A guide in Turkish leads to guides in Turkish, where there are any.</summary>
    [Fact]
    public void Guides_InTurkish_LeadToTurkish()
    {
        var astray = from file in Library.Files
                     where file.Language == "tr"
                     from Match link in LinkTo().Matches(file.Markdown)
                     let key = link.Groups[1].Value
                     where !key.EndsWith(".tr", StringComparison.Ordinal) && key != file.Key && Library.Has(key, "tr")
                     select $"docs/{file.Key}.tr.md leads to {key}.md";
        astray.ShouldBeEmpty();
    }

    [Fact]
    public void Library_WithAPlantedDeadLink_TellsIt()
    {
        var library = new GuideLibrary([("setup.md", "# A\n\nSee [b](gone.md), [c](#nowhere), [d](cli.md#here) and [e](#a)."), ("cli.md", "# B\n\n## Here\n")]);
        library.Find("setup", "en")!.DeadLinks.ShouldBe(["gone.md", "#nowhere"]);
    }

    [Fact]
    public void Library_OfATranslation_KeepsAnchorsAndLanguage()
    {
        var library = new GuideLibrary([("setup.md", "# Set up\n\n## First sign-in\n"), ("setup.tr.md", "# Kurulum\n\n*[English](setup.md)*\n\n## İlk oturum\n\nBkz. [ilk](#i̇lk-oturum).\n")]);
        var guide = library.Find("setup", "tr", pinned: true)!;
        guide.DeadLinks.ShouldBeEmpty();
        guide.Headings.ShouldHaveSingleItem().Id.ShouldBe("first-sign-in");
        var html = string.Concat(guide.Parts.Select(p => p.Html));
        html.ShouldContain("id=\"first-sign-in\"");
        html.ShouldContain("href=\"/docs/setup?lang=tr#first-sign-in\"");
        html.ShouldNotContain("English");
    }

    [Fact]
    public void Guide_WithHtml_ShowsItAsText()
    {
        var library = new GuideLibrary([("setup.md", "# A\n\nx <script>alert(1)</script> <img src=x onerror=y>\n\n<iframe></iframe>\n\n[b](javascript:alert(1))\n\n```\n</code><b>\n```\n")]);
        var guide = library.Find("setup", "en")!;
        var html = string.Concat(guide.Parts.Select(p => p.Html));
        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("<iframe");
        html.ShouldNotContain("javascript:");
        guide.Parts.ShouldContain(p => p.Html == null && p.Code == "</code><b>");
    }

    [Theory]
    [InlineData("cli.md")]
    [InlineData("cli.tr.md")]
    public void CommandLine_EveryVerbAndFlag_IsDocumented(string file)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", file));
        var root = CommandLine.Root(new Shell(CliIo.OfProcess()));
        var missing = new List<string>();
        Walk(root, "");
        missing.ShouldBeEmpty();

        void Walk(Command command, string path)
        {
            foreach (var inner in command.Subcommands)
            {
                var name = $"{path}{inner.Name}";
                if (!text.Contains($"`{name} ", StringComparison.Ordinal) && !text.Contains($"`{name}`", StringComparison.Ordinal) && inner.Subcommands.Count == 0) missing.Add(name);
                missing.AddRange(inner.Options.Where(o => !text.Contains($"{o.Name}", StringComparison.Ordinal)).Select(o => $"{name} {o.Name}"));
                Walk(inner, name + " ");
            }
        }
    }

    /// <summary>The English table is held against the type letter by letter; of the Turkish one all but the words.</summary>
    [Fact]
    public void Settings_InTurkish_ListTheSame()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs/settings.tr.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToList();
        lines.Count.ShouldBe(SettingTable.All.Count);
        foreach (var (setting, line) in SettingTable.All.Zip(lines))
        {
            line.ShouldStartWith($"| `{setting.Name}` | `{setting.Variable}` | `{setting.Flag}` | {(setting.Default.Length == 0 ? "" : $"`{setting.Default}` ")}|");
            foreach (Match word in Quoted().Matches(setting.Meaning)) line.ShouldContain(word.Value);
        }
    }

    /// <summary>Every page names its section of the guides, and the section is there.</summary>
    [Fact]
    public void Pages_Help_LeadsToASection()
    {
        var wrong = new List<string>();
        var pages = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.razor", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)))
        {
            var markup = File.ReadAllText(file);
            var name = Path.GetFileName(file);
            foreach (Match help in Help().Matches(markup))
            {
                var guide = Library.Find(help.Groups[1].Value, "en");
                if (guide is null || guide.Headings.All(h => h.Id != help.Groups[2].Value)) wrong.Add($"{name}: {help.Value}");
            }

            if (!markup.StartsWith("@page", StringComparison.Ordinal) || markup.Contains("@layout DocsLayout", StringComparison.Ordinal)) continue;
            pages++;
            // The customer's page has its head in a component of its own.
            if (!Help().IsMatch(markup) && !markup.Contains("<CustomerHead", StringComparison.Ordinal)) wrong.Add($"{name} has no help");
        }

        wrong.ShouldBeEmpty();
        pages.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("en", "write key", "sending")]
    [InlineData("tr", "kaynak anahtar", "setup")]
    [InlineData("tr", "YEDEKLEME", "production")]
    [InlineData("en", "TEMAS_STORE", "settings")]
    public void Search_Words_FindTheirGuide(string language, string query, string key)
    {
        var found = new GuideSearch(Library).Find(query, language);
        found.Select(f => f.Key).ShouldContain(key);
        found.ShouldAllBe(f => f.Excerpt.Count > 0);
    }

    [Fact]
    public void Search_OfASofteningWord_FindsBothForms()
    {
        var library = new GuideLibrary([("setup.md", "# A\n\n## B\n\n## C\n"), ("setup.tr.md", "# A\n\nBir kaynağı seçin.\n\n## B\n\nÜç kaynak var, saniyede beş.\n\n## C\n\nYok.\n")]);
        var search = new GuideSearch(library);
        search.Find("KAYNAK", "tr").Select(f => string.Concat(f.Excerpt.Select(p => p.Marked ? $"[{p.Text}]" : p.Text)).Trim()).ShouldBe(["Bir [kaynağı] seçin.", "Üç [kaynak] var, saniyede beş."], ignoreOrder: true);
        search.Find("yedek", "tr").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("xyzzy-nothing")]
    [InlineData("\0\u202e%00<script>")]
    public void Search_Nothing_FindsNothing(string query) => new GuideSearch(Library).Find(query, "en").ShouldBeEmpty();

    [Fact]
    public void Search_AVeryLongQuery_IsCut() => Should.NotThrow(() => new GuideSearch(Library).Find(new string('a', 100_000), "tr"));

    private static List<string> ShapeOf(string markdown)
    {
        var shape = new List<string>();
        foreach (var block in Markdig.Markdown.Parse(markdown, GuideFile.Pipeline).Descendants())
        {
            switch (block)
            {
                case HeadingBlock heading: shape.Add($"heading {heading.Level}"); break;
                case FencedCodeBlock code: shape.Add($"code {code.Info} of {code.Lines.Count} lines"); break;
                case Markdig.Extensions.Tables.Table table: shape.Add($"table of {table.Count} rows and {((Markdig.Extensions.Tables.TableRow)table[0]).Count} columns"); break;
                case ListBlock list: shape.Add($"list of {list.Count}"); break;
            }
        }

        return shape;
    }

    [GeneratedRegex(@"\]\(([a-z.-]+)\.md")]
    private static partial Regex LinkTo();

    [GeneratedRegex(@"TemasUrls\.Guide\(""([a-z/-]+)"", ""([a-z-]+)""\)")]
    private static partial Regex Help();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Quoted();
}
