using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Temas.Server.Guides;

/// <summary>
/// Makes pages of Markdown: headings get their anchors, tables a frame in which they scroll, links between files become links between pages,
/// and code is left to the control that all pages show code with.
/// </summary>
internal sealed class GuideRenderer(GuideFile file, IReadOnlyList<GuideHeading> headings, Func<string, string?, string?> find)
{
    private readonly List<GuidePart> parts = [];
    private readonly List<GuideSection> sections = [];
    private readonly List<string> dead = [];
    private readonly StringBuilder words = new();
    private int heading;

    /// <summary>The guide. <c>find</c> gives the address of a file of the guides, relative to their folder, and an anchor in it.</summary>
    public Guide Render()
    {
        var document = Markdig.Markdown.Parse(file.Markdown, GuideFile.Pipeline);
        foreach (var link in document.Descendants<LinkInline>()) link.Url = Lead(link.Url ?? "");
        var places = document.Descendants<HeadingBlock>().Index().ToDictionary(h => h.Item, h => h.Index);

        using var writer = new StringWriter();
        var html = new HtmlRenderer(writer);
        GuideFile.Pipeline.Setup(html);
        html.ObjectRenderers.ReplaceOrAdd<HeadingRenderer>(new Heading(block => headings[places[block]].Id, id => find(file.Key, id) ?? ""));
        html.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new Table(() => headings[heading].Text));
        var summary = "";
        foreach (var block in document)
        {
            if (block is HeadingBlock met)
            {
                EndSection();
                heading = places[met];
                if (heading == 0) continue;
            }
            else if (IsSiblingLink(block))
            {
                continue;
            }
            else
            {
                if (summary.Length == 0 && block is ParagraphBlock) summary = FirstSentence(GuideFile.TextOf(block));
                words.Append(GuideFile.TextOf(block)).Append(' ');
            }

            if (block is CodeBlock code)
            {
                EndHtml(writer);
                parts.Add(new GuidePart(null, code.Lines.ToString().TrimEnd(), (code as FencedCodeBlock)?.Info ?? ""));
                continue;
            }

            html.Write(block);
        }

        EndHtml(writer);
        EndSection();
        return new Guide(file.Key, file.Language, headings.Count > 0 ? headings[0].Text : file.Key, summary, [.. headings.Skip(1)], parts, sections, dead);
    }

    private void EndHtml(StringWriter writer)
    {
        writer.Flush();
        var text = writer.GetStringBuilder();
        if (text.Length > 0) parts.Add(new GuidePart(text.ToString()));
        text.Clear();
    }

    private void EndSection()
    {
        if (words.Length > 0 && headings.Count > 0) sections.Add(new GuideSection(headings[heading], words.ToString().Trim()));
        words.Clear();
    }

    /// <summary>The line under the title that leads to the other language: the page has a switch of its own.</summary>
    private bool IsSiblingLink(Block block) =>
        heading == 0 && parts.Count == 0 && block is ParagraphBlock { Inline: { } line } && line.Descendants<LinkInline>().FirstOrDefault() is { } link
        && GuideFile.TextOf(block) == GuideFile.TextOf(link) && GuideFile.TextOf(link) is "Türkçe" or "English";

    private string Lead(string url)
    {
        if (url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal)) return url;
        var cut = url.IndexOf('#', StringComparison.Ordinal);
        var (path, anchor) = cut < 0 ? (url, null) : (url[..cut], url[(cut + 1)..]);
        var folder = file.Key.Contains('/', StringComparison.Ordinal) ? file.Key[..(file.Key.LastIndexOf('/') + 1)] : "";
        while (path.StartsWith("../", StringComparison.Ordinal) && folder.Length > 0) (path, folder) = (path[3..], "");
        var target = path.Length == 0 ? file.Key + (file.Language == "en" ? ".md" : $".{file.Language}.md") : folder + path;
        if (find(target, anchor) is { } address) return address;
        dead.Add(url);
        return "";
    }

    private static string FirstSentence(string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    /// <summary>A heading that is its own link.</summary>
    private sealed class Heading(Func<HeadingBlock, string> name, Func<string, string> address) : HtmlObjectRenderer<HeadingBlock>
    {
        protected override void Write(HtmlRenderer renderer, HeadingBlock obj)
        {
            var id = name(obj);
            renderer.Write($"<h{obj.Level} id=\"").WriteEscape(id).Write("\"><a class=\"guide-anchor\" href=\"").WriteEscapeUrl(address(id)).Write("\">");
            renderer.WriteLeafInline(obj);
            renderer.Write($"</a></h{obj.Level}>\n");
        }
    }

    /// <summary>A table in a frame that scrolls, reached by the keyboard and named by the heading above it.</summary>
    private sealed class Table(Func<string> name) : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Markdig.Extensions.Tables.Table table)
        {
            renderer.Write("<div class=\"guide-table\" role=\"group\" tabindex=\"0\" aria-label=\"").WriteEscape(name()).Write("\">");
            base.Write(renderer, table);
            renderer.Write("</div>\n");
        }
    }
}
