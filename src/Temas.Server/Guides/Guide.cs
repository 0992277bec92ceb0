namespace Temas.Server.Guides;

/// <summary>A heading of a guide.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Id">Its anchor in the product: that of the English guide in both languages, so that an address holds whoever opens it.</param>
/// <param name="Slug">Its anchor where the file itself is shown, made of its own words.</param>
/// <param name="Text">Its words.</param>
public sealed record GuideHeading(int Level, string Id, string Slug, string Text);

/// <summary>A piece of a guide, in the order of reading: HTML, or code that can be copied.</summary>
/// <param name="Html">HTML that the renderer made; null where it is code.</param>
/// <param name="Code">The code.</param>
/// <param name="Language">The language that its fence names; empty for none.</param>
public sealed record GuidePart(string? Html, string Code = "", string Language = "");

/// <summary>What stands under one heading, as plain text: the unit that a search finds.</summary>
public sealed record GuideSection(GuideHeading Heading, string Text);

/// <summary>One guide in one language, ready to be shown.</summary>
/// <param name="Key">Its name in addresses: <c>setup</c>, <c>formats/log</c>.</param>
/// <param name="Language">The language in which it is written: <c>en</c> or <c>tr</c>.</param>
/// <param name="Title">Its first heading.</param>
/// <param name="Summary">The first sentence of its first paragraph.</param>
/// <param name="Headings">All headings after the title.</param>
/// <param name="Parts">What is shown under the title.</param>
/// <param name="Sections">What is searched.</param>
/// <param name="DeadLinks">Links that lead nowhere; a test holds that there are none.</param>
public sealed record Guide(
    string Key, string Language, string Title, string Summary, IReadOnlyList<GuideHeading> Headings, IReadOnlyList<GuidePart> Parts, IReadOnlyList<GuideSection> Sections, IReadOnlyList<string> DeadLinks);
