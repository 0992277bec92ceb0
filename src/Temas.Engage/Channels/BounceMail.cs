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
    /// <summary>Reads one; null when it is no notification about a mail of ours.</summary>
    public static BounceMail? Read(string raw)
    {
        var text = Folded().Replace(raw.ReplaceLineEndings("\n"), " ");
        var head = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (head < 0 || !Report().IsMatch(text[..head])) return null;
        // The part with the status begins at its own header; the mail that came back lies behind it, and its text must not be taken for a status.
        var begin = Part().Match(text, head);
        if (!begin.Success) return null;
        var end = text.IndexOf("\n--", begin.Index + begin.Length, StringComparison.Ordinal);
        var status = end < 0 ? text[begin.Index..] : text[begin.Index..end];
        if (Id().Match(text, head) is not { Success: true } id) return null;
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
        return new BounceMail(id.Groups[1].Value, id.Groups[2].Value.ToLowerInvariant(), state, code);
    }

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
