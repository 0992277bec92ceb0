using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Localization;
using Temas.Insight.Dashboards.Reports.Pictures;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel.Mail;

namespace Temas.Insight.Dashboards.Reports;

/// <summary>
/// Writes a board as a letter. What goes over time is a picture that comes with the letter, with words for who does not see it; parts of a whole are tables whose cells are bars, and every figure stands there as a number.
/// </summary>
internal static class ReportLetter
{
    private const int MostRows = 14;

    private const string Cell = "padding:4px 8px 4px 0;font-size:14px;vertical-align:middle";

    /// <summary>The letter; to whom is filled in when it is sent.</summary>
    public static Letter Write(
        string board, string workspace, BoardPeriod period, IReadOnlyList<(string Title, TileContent Content)> tiles, string link, string language, IStringLocalizer<DashboardText> text, IStringLocalizer<ReportText> words)
    {
        var pictures = new List<LetterPicture>();
        var days = $"{period.From.ToString("d MMM yyyy", CultureInfo.CurrentCulture)} – {period.To.AddDays(-1).ToString("d MMM yyyy", CultureInfo.CurrentCulture)}";
        var (subject, html, plain) = ($"{board} · {workspace}", new StringBuilder(), new StringBuilder());
        plain.AppendLine(subject).AppendLine(days).AppendLine();
        var numbers = tiles.Where(t => t.Content is NumberContent).ToList();
        if (numbers.Count > 0) Numbers(html, plain, numbers, Shown, text);
        foreach (var (title, content) in tiles.Where(t => t.Content is not (NumberContent or EmptyContent)))
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2 style=\"margin:26px 0 8px;font-size:16px\">{Html(title)}</h2>");
            plain.AppendLine().AppendLine(title);
            foreach (var (name, value, share, tone) in Rows(content, text).Take(MostRows)) plain.AppendLine(CultureInfo.InvariantCulture, $"  {name}{(value.Length > 0 ? ": " : "")}{value}");
            var picture = Shown(title, content);
            html.Append(picture);
            if (content is LinesContent { Labels: [var first, .., var last] } && picture.Length > 0)
                html.Append(CultureInfo.InvariantCulture, $"<table role=\"presentation\" style=\"width:100%;border-collapse:collapse;color:#556070;font-size:12px\"><tr><td>{Html(first)}</td><td style=\"text-align:right\">{Html(last)}</td></tr></table>");
            html.Append("<table role=\"presentation\" style=\"width:100%;border-collapse:collapse\">");
            foreach (var (name, value, share, tone) in picture.Length > 0 && content is LinesContent lines ? Totals(lines, words) : Rows(content, text).Take(MostRows)) Row(html, name, value, share, tone);
            html.Append("</table>");
        }

        plain.AppendLine().AppendLine(text["ReportOpen"]).AppendLine(link);
        var body = $"""
            <!doctype html>
            <html lang="{language}">
            <head><meta charset="utf-8"><meta name="color-scheme" content="light"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Html(subject)}</title></head>
            <body style="margin:0;padding:24px 12px;background:#f4f5f7;color:#16201f;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
            <div style="max-width:680px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #dde1e7;border-radius:10px">
            <p style="margin:0 0 4px;font-weight:600;color:#0f766e">Temas · {Html(workspace)}</p>
            <h1 style="margin:0;font-size:22px">{Html(board)}</h1>
            <p style="margin:2px 0 18px;color:#556070;font-size:14px">{Html(days)}</p>
            {html}
            <p style="margin:28px 0 0"><a href="{Html(link)}" style="display:inline-block;padding:11px 18px;background:#0f766e;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600">{Html(text["ReportOpen"])}</a></p>
            <p style="margin:18px 0 0;color:#556070;font-size:13px">{Html(text["ReportFoot"])}</p>
            </div>
            </body>
            </html>

            """;
        return new Letter("", subject, plain.ToString(), body) { Pictures = pictures };

        // The picture of a tile as the letter shows it; empty where it has none.
        string Shown(string title, TileContent content)
        {
            if (DrawTile.Of(content) is not { } picture) return "";
            var id = string.Create(CultureInfo.InvariantCulture, $"tile-{pictures.Count + 1}@report.temas");
            pictures.Add(new LetterPicture(id, picture.ToPng()));
            var way = content switch { NumberContent n => DrawTile.Way(n.Course), LinesContent { Lines: [var line, ..] } l when l.Lines.Count(x => !x.IsBefore) == 1 => DrawTile.Way(line.Figures), _ => null };
            var alt = words[way switch { 1 => "RisesOf", -1 => "FallsOf", 0 => "StaysOf", _ => "PictureOf" }, title].Value;
            return string.Create(CultureInfo.InvariantCulture, $"<img src=\"cid:{id}\" alt=\"{Html(alt)}\" width=\"{picture.Width / 2}\" height=\"{picture.Height / 2}\" style=\"display:block;width:100%;max-width:{(content is NumberContent ? $"{picture.Width / 2}px" : "100%")};height:auto;border:0;border-radius:6px;background:#ffffff\">");
        }
    }

    private static void Numbers(StringBuilder html, StringBuilder plain, IReadOnlyList<(string Title, TileContent Content)> numbers, Func<string, TileContent, string> shown, IStringLocalizer<DashboardText> text)
    {
        html.Append("<table role=\"presentation\" style=\"width:100%;border-collapse:collapse\">");
        foreach (var pair in numbers.Chunk(2))
        {
            html.Append("<tr>");
            foreach (var (title, content) in pair)
            {
                var number = (NumberContent)content;
                var colour = number.Change?.Tone switch { "good" => "#14653f", "bad" => "#b3261e", _ => "#5d6b6a" };
                html.Append(CultureInfo.InvariantCulture, $"<td style=\"width:50%;padding:10px 12px 10px 0;vertical-align:top\"><div style=\"color:#5d6b6a;font-size:13px\">{Html(title)}</div><div style=\"font-size:24px;font-weight:650\">{Html(number.Value)}{(number.Change is { } change ? $" <span style=\"font-size:14px;color:{colour}\">{(change.IsUp ? "▲" : "▼")} {Html(change.Text)}</span>" : "")}</div>{Standing(number)}{shown(title, content)}</td>");
                plain.AppendLine(CultureInfo.InvariantCulture, $"{title}: {number.Value}{(number.Change is { } by ? $" ({by.Text})" : "")}{(Word(number) is { } word ? $" · {word}" : "")}{(number.Target is { } target ? $" · {target}" : "")}");
            }

            html.Append("</tr>");
        }

        html.Append("</table>");

        string? Word(NumberContent number) => number.State.Length > 0 ? text[$"State_{number.State}"].Value : null;

        // How it stands against its target is said, not only coloured.
        string Standing(NumberContent number)
        {
            var colour = number.State switch { "good" => "#14653f", "bad" => "#b3261e", _ => "#8a5300" };
            var word = Word(number) is { } said ? $"<span style=\"color:{colour};font-weight:600\">● {Html(said)}</span> " : "";
            return word.Length > 0 || number.Target is not null ? $"<div style=\"color:#5d6b6a;font-size:13px\">{word}{Html(number.Target ?? "")}</div>" : "";
        }
    }

    private static void Row(StringBuilder html, string name, string value, double? share, string tone)
    {
        var colour = tone switch { "bad" => "#b3261e", "good" => "#14653f", _ => "#0f766e" };
        if (share is not { } part)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"{Cell}\">{(tone.Length > 0 ? $"<span style=\"color:{colour}\">●</span> " : "")}{Html(name)}</td><td style=\"{Cell};text-align:right;white-space:nowrap;font-weight:600\">{Html(value)}</td></tr>");
            return;
        }

        var width = Math.Clamp((int)Math.Round(part * 100), 0, 100);
        var bar = $"<table role=\"presentation\" style=\"width:100%;border-collapse:collapse\"><tr>{(width > 0 ? $"<td style=\"width:{width}%;height:12px;background:{colour};font-size:0\">&nbsp;</td>" : "")}{(width < 100 ? "<td style=\"height:12px;background:#eef1f1;font-size:0\">&nbsp;</td>" : "")}</tr></table>";
        html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"{Cell};width:38%\">{Html(name)}</td><td style=\"{Cell};width:40%\">{bar}</td><td style=\"{Cell};text-align:right;white-space:nowrap\">{Html(value)}</td></tr>");
    }

    // What each tile says, a line a row: words, value, and how long its bar is.
    private static IEnumerable<(string Name, string Value, double? Share, string Tone)> Rows(TileContent content, IStringLocalizer<DashboardText> text) => content switch
    {
        SummaryContent s => s.Lines.Select(l => (l.Text, "", (double?)null, l.Tone)),
        JourneyContent j => j.Stages.Select(s => (s.Name, s.Perception is { } felt ? felt.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture) : "–", s.Perception is { } p ? (p + 1) / 2 : (double?)0, s.Perception < -0.15 ? "bad" : s.Perception > 0.15 ? "good" : "")),
        PerceptionContent p => p.Parts.Select(x => (x.Word, x.Text, (double?)x.Share, x.Tone > 0 ? "good" : x.Tone < 0 ? "bad" : "")),
        PromisesContent p => p.Rows.Select(r => (r.Name, r.InTimeText, r.InTime, r.InTime < 0.8 ? "bad" : "")),
        TouchpointsContent t => t.Rows.Select(r => (r.Name, r.Perception.ToString("+0.00;−0.00;0.00", CultureInfo.CurrentCulture), (double?)Math.Abs(r.Perception), r.Perception < 0 ? "bad" : "good")),
        FindingsContent f => f.Rows.Select(r => (r.Title, r.IsClear ? r.Worth : text[f.AreWins ? "WinUnclear" : "WorthUnclear"].Value, (double?)r.Weight, f.AreWins ? "good" : "bad")),
        FunnelContent f => f.Steps.Select(s => (s.Name, $"{s.Customers} · {s.ShareText}", (double?)s.Share, "")),
        MapContent m => m.Rows.Select(r => (r.Name, r.Customers, (double?)r.Share, "")),
        LinesContent l => Lines(l),
        QualityContent q => q.Rows.Select(r => (r.Name, r.Accepted, (double?)null, "")),
        RetentionContent r => r.Rows.Select(x => (x.Label, x.Cells.Count > 1 ? x.Cells[1].Text : "–", (double?)null, "")),
        TextContent t => t.Paragraphs.Select(p => (p, "", (double?)null, "")),
        _ => [],
    };

    // Of a chart that is shown the letter says what each line comes to.
    private static IEnumerable<(string Name, string Value, double? Share, string Tone)> Totals(LinesContent content, IStringLocalizer<ReportText> words) =>
        content.Lines.Select(l => (l.IsBefore && content.Lines.Count == 2 ? words["Before"].Value : l.Name, l.Total, (double?)null, ""));

    private static IEnumerable<(string, string, double?, string)> Lines(LinesContent content)
    {
        if (content.Lines.Count(l => !l.IsBefore) != 1) return content.Lines.Select(l => (l.Name, l.Total, (double?)null, ""));
        var line = content.Lines[0];
        var most = Math.Max(1e-9, line.Figures.Max() ?? 0);
        // The last so many: a letter is not a page.
        return content.Labels.Select((label, i) => (label, line.Texts[i], (double?)Math.Max(0, (line.Figures[i] ?? 0) / most), "")).TakeLast(MostRows);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
