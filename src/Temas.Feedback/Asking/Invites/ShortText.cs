using System.Buffers;

namespace Temas.Feedback.Asking.Invites;

/// <summary>Writes invitations for channels that count letters: one SMS holds 160 letters of GSM 03.38, and 70 when any other is among them (3GPP TS 23.038).</summary>
internal static class ShortText
{
    private const int Plain = 160, Wide = 70;

    // The basic set; those of its extension count twice, and are not used here for counting.
    private static readonly SearchValues<char> Gsm = SearchValues.Create("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");

    /// <summary>Fills a text with <c>{title}</c>, <c>{name}</c> and <c>{link}</c>. Where it is too long for one message the title is cut, as long as something of it is left; the link never is.</summary>
    public static string Fill(string template, string title, string name, string link)
    {
        var whole = Put(template, title, name, link);
        if (whole.Length <= Most(whole)) return whole;
        for (var length = title.Length - 1; length >= 8; length--)
        {
            var cut = Put(template, string.Concat(title.AsSpan(0, char.IsHighSurrogate(title[length - 1]) ? length - 1 : length).TrimEnd(), "..."), name, link);
            if (cut.Length <= Most(cut)) return cut;
        }

        return whole;
    }

    /// <summary>How many letters one message of this text may have.</summary>
    public static int Most(string text) => text.AsSpan().ContainsAnyExcept(Gsm) ? Wide : Plain;

    private static string Put(string template, string title, string name, string link) =>
        template.Replace("{title}", title, StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal).Replace("{link}", link, StringComparison.Ordinal).ReplaceLineEndings("\n").Trim();
}
