using System.Globalization;
using System.Net;
using System.Resources;
using System.Text;
using Temas.Kernel.Mail;

namespace Temas.Server.Mail;

/// <summary>The texts of the mails, in a <c>.resx</c> for each language.</summary>
internal sealed class LetterText;

/// <summary>Writes the mails that Temas sends, in a language that is given and not the reader's of the page at hand.</summary>
internal static class Letters
{
    private static readonly ResourceManager Texts = new(typeof(LetterText));

    /// <summary>An invitation to a workspace; <paramref name="inviter"/> null where no person invites.</summary>
    public static Letter Invitation(string to, string language, string? inviter, string workspace, string link, int days)
    {
        var say = Speaker(language);
        var lead = inviter is null ? say("InvitationLeadNobody", [workspace]) : say("InvitationLead", [inviter, workspace]);
        return Write(to, language, say("InvitationSubject", [workspace]), lead, say("InvitationButton", []), link, say("InvitationEnds", [days]), say("InvitationIgnore", []));
    }

    /// <summary>A link with which a person chooses a new password. <paramref name="asked"/>: the person asked for it, and not an owner.</summary>
    public static Letter NewPassword(string to, string language, bool asked, string link, int hours)
    {
        var say = Speaker(language);
        return Write(to, language, say("PasswordSubject", []), say(asked ? "PasswordLeadAsked" : "PasswordLeadOwner", []), say("PasswordButton", []), link, say("PasswordEnds", [hours]), say("PasswordIgnore", []));
    }

    private static Letter Write(string to, string language, string subject, string lead, string button, string link, string ends, string ignore)
    {
        var text = new StringBuilder().Append(lead).Append("\n\n").Append(button).Append(":\n").Append(link).Append("\n\n").Append(ends).Append("\n\n").Append(ignore).Append('\n');
        // Mail programs know no style sheets of their own and few rules: plain blocks with the style at the element.
        var html = $"""
            <!doctype html>
            <html lang="{language}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Html(subject)}</title></head>
            <body style="margin:0;padding:24px 12px;background:#f4f5f7;color:#1c2430;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
            <div style="max-width:520px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #dde1e7;border-radius:10px">
            <p style="margin:0 0 18px;font-weight:600">Temas</p>
            <p style="margin:0 0 22px">{Html(lead)}</p>
            <p style="margin:0 0 22px"><a href="{Html(link)}" style="display:inline-block;padding:11px 18px;background:#0f766e;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600">{Html(button)}</a></p>
            <p style="margin:0 0 10px;color:#556070;font-size:14px;overflow-wrap:anywhere"><a href="{Html(link)}" style="color:#0f766e">{Html(link)}</a></p>
            <p style="margin:0 0 10px;color:#556070;font-size:14px">{Html(ends)}</p>
            <p style="margin:0;color:#556070;font-size:14px">{Html(ignore)}</p>
            </div>
            </body>
            </html>

            """;
        return new Letter(to, subject, text.ToString(), html);
    }

    private static Func<string, object[], string> Speaker(string language)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        return (key, arguments) => string.Format(culture, Texts.GetString(key, culture) ?? throw new MissingManifestResourceException(key), arguments);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
