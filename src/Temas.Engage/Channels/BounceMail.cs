using System.Text.RegularExpressions;
using Temas.Engage.Outbox;

namespace Temas.Engage.Channels;

/// <summary>What a delivery status notification says (RFC 3464).</summary>
/// <param name="Workspace">Key of the workspace that its <c>Message-ID</c> names.</param>
/// <param name="Mark">Mark of the message that it is about.</param>
/// <param name="State"><see cref="MessageState.Bounced"/> when there is no such mailbox, <see cref="MessageState.Failed"/> when this mail was not delivered, <see cref="MessageState.Delivered"/>, or null when it is only late.</param>
/// <param name="Status">The status code: <c>5.1.1</c>.</param>
internal sealed partial record BounceMail(string Workspace, string Mark, MessageState? State, string Status)
{
    /// <summary>Reads one; null when it is no notification about a mail of ours. With a return path of the channel it is known by its recipient, too, and then also where a mail server wrote its notification in words of its own.</summary>
    public static BounceMail? Read(string raw, string? returnPath = null, string workspace = "")
    {
        var text = Folded().Replace(raw.ReplaceLineEndings("\n"), " ");
        var head = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (head < 0) return null;
        var mark = returnPath is null ? null : ReturnPath.MarkIn(text[..head], returnPath);
        if (!Report().IsMatch(text[..head])) return mark is null ? null : InWords(text, head, workspace, mark);
        // The part with the status begins at its own header; the mail that came back lies behind it, and its text must not be taken for a status.
        var begin = Part().Match(text, head);
        if (!begin.Success) return null;
        var end = text.IndexOf("\n--", begin.Index + begin.Length, StringComparison.Ordinal);
        var status = end < 0 ? text[begin.Index..] : text[begin.Index..end];
        var id = Id().Match(text, head);
        if (!id.Success && mark is null) return null;
        var found = Action().Match(status);
        if (!found.Success) return null;
        var code = Status5().Match(status) is { Success: true } s ? s.Groups[1].Value : "";
        MessageState? state = found.Groups[1].Value.ToLowerInvariant() switch
        {
            // The mailbox itself: bad address (x.1), disabled (x.2.1), or no more than that. Full ones, policies and routes may be others tomorrow.
            "failed" when code.StartsWith("5.1.", StringComparison.Ordinal) || code is "5.2.1" or "5.0.0" or "5.4.4" => MessageState.Bounced,
            "failed" => MessageState.Failed,
            "delivered" => MessageState.Delivered,
            _ => null,
        };
        return mark is not null ? new BounceMail(workspace, mark, state, code) : new BounceMail(id.Groups[1].Value, id.Groups[2].Value.ToLowerInvariant(), state, code);
    }

    // To the return path come answering machines, too: what no mail server sent, or names no code, is none.
    private static BounceMail? InWords(string text, int head, string workspace, string mark)
    {
        if (!FromNobody().IsMatch(text[..head]) || Answered().IsMatch(text[..head])) return null;
        if (Enhanced().Match(text, head) is { Success: true } code)
            return new BounceMail(workspace, mark, code.Value.StartsWith("5.1.", StringComparison.Ordinal) || code.Value == "5.2.1" ? MessageState.Bounced : MessageState.Failed, code.Value);
        // 550 alone may be a mailbox or a rule: this mail was not delivered, and the address stays open.
        return Plain().Match(text, head) is { Success: true } plain ? new BounceMail(workspace, mark, MessageState.Failed, plain.Value) : null;
    }

    [GeneratedRegex("^(?:return-path:[ \\t]*<>|from:.{0,200}\\b(?:mailer-daemon|postmaster)\\b)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FromNobody();

    [GeneratedRegex("^auto-submitted:[ \\t]*auto-replied", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Answered();

    [GeneratedRegex("\\b5\\.[0-9]{1,3}\\.[0-9]{1,3}\\b(?!\\.[0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Enhanced();

    [GeneratedRegex("\\b55[0-4]\\b", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex("\n[ \t]+", RegexOptions.CultureInvariant)]
    private static partial Regex Folded();

    [GeneratedRegex("^content-type:\\s*multipart/report\\b", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Report();

    [GeneratedRegex("^content-type:\\s*message/(?:global-)?delivery-status\\b", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    [GeneratedRegex("^action:\\s*(failed|delayed|delivered|relayed|expanded)\\b", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Action();

    [GeneratedRegex("^status:\\s*([245]\\.[0-9]{1,3}\\.[0-9]{1,3})\\b", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Status5();

    [GeneratedRegex("^message-id:\\s*<([a-z0-9-]{1,60})\\.([0-9a-f]{32})@", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
