using System.Globalization;
using System.Net;
using System.Resources;
using Temas.Kernel.Mail;

namespace Temas.Feedback.FollowUps;

/// <summary>The texts of the mails about follow-ups, in a <c>.resx</c> for each language.</summary>
internal sealed class FollowUpLetterText;

/// <summary>Writes the mails about follow-ups, in the language of whoever gets them. Nothing in them tells who the customer is or what she said.</summary>
internal static class FollowUpLetters
{
    private static readonly ResourceManager Texts = new(typeof(FollowUpLetterText));

    /// <summary>A reminder, or the word that it takes too long.</summary>
    public static Letter Write(string to, string language, bool isLate, string workspace, string rule, DateTimeOffset due, string link)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        string Say(string key, params object[] arguments) => string.Format(culture, Texts.GetString(key, culture) ?? throw new MissingManifestResourceException(key), arguments);
        var when = due.ToString("g", culture);
        var (subject, lead, button, foot) = (Say(isLate ? "LateSubject" : "SoonSubject", rule), Say(isLate ? "LateLead" : "SoonLead", rule, workspace, when), Say("Button"), Say("Foot"));
        var html = $"""
            <!doctype html>
            <html lang="{language}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Html(subject)}</title></head>
            <body style="margin:0;padding:24px 12px;background:#f4f5f7;color:#1c2430;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
            <div style="max-width:520px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #dde1e7;border-radius:10px">
            <p style="margin:0 0 18px;font-weight:600">Temas</p>
            <p style="margin:0 0 22px">{Html(lead)}</p>
            <p style="margin:0 0 22px"><a href="{Html(link)}" style="display:inline-block;padding:11px 18px;background:#0f766e;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600">{Html(button)}</a></p>
            <p style="margin:0;color:#556070;font-size:14px">{Html(foot)}</p>
            </div>
            </body>
            </html>

            """;
        return new Letter(to, subject, $"{lead}\n\n{button}:\n{link}\n\n{foot}\n", html);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
