using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Localization;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Pages;
using Temas.Kernel.Mail;

namespace Temas.Insight.Monitors.Letters;

/// <summary>Writes the letter about a group of alerts, in the words of the language that is on.</summary>
internal static class AlertLetter
{
    private const int Most = 12;

    /// <summary>The letter.</summary>
    public static Letter Write(string to, string language, string workspace, bool isOver, IReadOnlyList<KeptAlert> alerts, AlertSentences words, IStringLocalizer<MonitorText> text, Func<string, string> link)
    {
        var first = words.Title(alerts[0].Document);
        string subject = isOver ? text["MailOver", first] : alerts.Count == 1 ? text["MailOne", first] : text["MailMany", first, alerts.Count - 1];
        var (html, plain) = (new StringBuilder(), new StringBuilder());
        plain.AppendLine(subject).AppendLine();
        foreach (var alert in alerts.Take(Most))
        {
            var d = alert.Document;
            var colour = isOver ? "#14653f" : alert.Severity switch { Severity.Critical => "#b3261e", Severity.Warning => "#8a5a00", _ => "#0f766e" };
            html.Append(CultureInfo.InvariantCulture, $"<div style=\"margin:0 0 18px;padding:0 0 0 12px;border-left:4px solid {colour}\"><p style=\"margin:0;font-weight:600\"><a href=\"{Html(link(d.Id))}\" style=\"color:#0f766e\">{Html(words.Title(d))}</a></p><p style=\"margin:4px 0 0;font-size:15px\">{Html(words.Explain(d))}</p></div>");
            plain.AppendLine(words.Title(d)).AppendLine(words.Explain(d)).AppendLine(link(d.Id)).AppendLine();
        }

        if (alerts.Count > Most) html.Append(CultureInfo.InvariantCulture, $"<p>{Html(text["MailMore", alerts.Count - Most])}</p>");
        var body = $"""
            <!doctype html>
            <html lang="{language}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Html(subject)}</title></head>
            <body style="margin:0;padding:24px 12px;background:#f4f5f7;color:#16201f;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
            <div style="max-width:620px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #dde1e7;border-radius:10px">
            <p style="margin:0 0 4px;font-weight:600;color:#0f766e">Temas · {Html(workspace)}</p>
            <h1 style="margin:0 0 18px;font-size:20px">{Html(subject)}</h1>
            {html}
            <p style="margin:22px 0 0"><a href="{Html(link(alerts[0].Document.Id))}" style="display:inline-block;padding:11px 18px;background:#0f766e;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600">{Html(text["MailOpen"])}</a></p>
            <p style="margin:18px 0 0;color:#556070;font-size:13px">{Html(text["MailFoot"])}</p>
            </div>
            </body>
            </html>

            """;
        plain.AppendLine(text["MailFoot"]);
        return new Letter(to, subject, plain.ToString(), body);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
