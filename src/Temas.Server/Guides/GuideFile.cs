using System.Text;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Temas.Server.Guides;

/// <summary>A guide as it was written: its Markdown, and the anchors that its headings have.</summary>
internal sealed class GuideFile
{
    /// <summary>Tables as on the site that shows the repository; HTML in the text is text.</summary>
    public static MarkdownPipeline Pipeline { get; } = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    private readonly List<(int Level, string Slug, string Text)> headings = [];

    public GuideFile(string key, string language, string markdown)
    {
        (Key, Language, Markdown) = (key, language, markdown);
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var heading in Markdig.Markdown.Parse(markdown, Pipeline).Descendants<HeadingBlock>())
        {
            var text = TextOf(heading);
            var slug = Slug(text);
            var before = taken.GetValueOrDefault(slug);
            taken[slug] = before + 1;
            headings.Add((heading.Level, before == 0 ? slug : $"{slug}-{before}", text));
        }
    }

    public string Key { get; }

    public string Language { get; }

    public string Markdown { get; }

    /// <summary>The headings in their order, the title first; <paramref name="sibling"/> is the guide in English, whose anchors hold in the product.</summary>
    public IReadOnlyList<GuideHeading> Headings(GuideFile sibling) =>
        [.. headings.Select((h, at) => new GuideHeading(h.Level, at < sibling.headings.Count ? sibling.headings[at].Slug : h.Slug, h.Slug, h.Text))];

    /// <summary>The words of a block, without marks.</summary>
    public static string TextOf(MarkdownObject block)
    {
        var text = new StringBuilder();
        Gather(block, text);
        return text.ToString().Trim();
    }

    /// <summary>The anchor that GitHub makes of a heading, by which links between the files hold there, too.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c == 'İ') slug.Append("i\u0307");
            else if (c == ' ') slug.Append('-');
            else if (char.IsLetterOrDigit(c) || c is '-' or '_') slug.Append(char.ToLowerInvariant(c));
        }

        return slug.ToString();
    }

    private static void Gather(MarkdownObject part, StringBuilder text)
    {
        switch (part)
        {
            case LiteralInline literal: text.Append(literal.Content.AsSpan()); break;
            case CodeInline code: text.Append(code.Content); break;
            case LineBreakInline: text.Append(' '); break;
            case ContainerInline inlines:
                foreach (var inline in inlines) Gather(inline, text);
                break;
            case LeafBlock { Inline: { } inline }: Gather(inline, text); break;
            case LeafBlock { Lines.Lines: not null } code: text.Append(code.Lines.ToString()); break;
            case ContainerBlock blocks:
                foreach (var block in blocks)
                {
                    Gather(block, text);
                    text.Append(' ');
                }

                break;
        }
    }
}
