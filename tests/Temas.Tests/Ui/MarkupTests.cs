using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Temas.Ui;

namespace Temas.Tests.Ui;

/// <summary>What every page keeps to: nothing inline, which the content security policy would refuse; short files; few bytes.</summary>
public sealed partial class MarkupTests
{
    private static readonly string Source = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../src"));

    public static TheoryData<string> Components => [.. Directory.EnumerateFiles(Source, "*.razor", SearchOption.AllDirectories)
        .Select(x => Path.GetRelativePath(Source, x)).Where(x => !x.Contains("/obj/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Components))]
    public void Component_OfAnyModule_HasNothingInlineAndIsShort(string file)
    {
        var markup = File.ReadAllText(Path.Combine(Source, file));
        Inline().Match(markup).Value.ShouldBeEmpty();
        markup.Split('\n').Length.ShouldBeLessThanOrEqualTo(150);
    }

    [Theory]
    [InlineData("<p style=\"color:red\">")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<a onclick=\"x()\">")]
    public void Inline_PlantedViolation_IsSeen(string markup) => Inline().IsMatch(markup).ShouldBeTrue();

    [Fact]
    public void Assets_AllThatAPageLoads_AreUnder300KilobytesCompressed()
    {
        var assembly = typeof(UiModule).Assembly;
        var loaded = assembly.GetManifestResourceNames().Where(x => x.StartsWith("lib/", StringComparison.Ordinal) && (x.EndsWith(".br", StringComparison.Ordinal) || x.EndsWith(".woff2", StringComparison.Ordinal))).ToList();
        loaded.ShouldContain("lib/app.css.br");
        loaded.ShouldContain("lib/app.js.br");
        loaded.Where(x => x != Charts).Sum(x => assembly.GetManifestResourceStream(x)!.Length).ShouldBeLessThan(300 * 1024);

        // Only pages with a chart ask for it, and stand without it until it comes.
        assembly.GetManifestResourceStream(Charts)!.Length.ShouldBeLessThan(180 * 1024);
    }

    private const string Charts = "lib/charts.js.br";

    private static string Here([CallerFilePath] string file = "") => file;

    // @onsubmit and the like are Razor's, not the browser's.
    [GeneratedRegex(@"\sstyle=|<style|<script(?![^>]*\ssrc=)|(?<!@)\bon[a-z]+=""")]
    private static partial Regex Inline();
}
