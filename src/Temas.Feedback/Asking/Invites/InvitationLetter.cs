using System.Globalization;
using System.Net;
using System.Resources;
using System.Text;
using Temas.Engage.Contracts;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Ui;

namespace Temas.Feedback.Asking.Invites;

/// <summary>Names the texts of invitations and of the form that sends one (InviteText.resx).</summary>
public sealed class InviteText;

/// <summary>What a letter is written from.</summary>
/// <param name="Survey">The survey.</param>
/// <param name="Route">The way through it for somebody who has answered nothing.</param>
/// <param name="Language">Language of the letter.</param>
/// <param name="Traits">What is known of her that texts repeat.</param>
/// <param name="Link">Whole address of the survey for her.</param>
/// <param name="Logo">Whole address of the logo; null where there is none.</param>
internal sealed record LetterSource(Survey Survey, SurveyRoute Route, string Language, IReadOnlyDictionary<string, string> Traits, string Link, string? Logo)
{
    /// <summary>Whether it reminds of one that she did not answer.</summary>
    public bool IsReminder { get; init; }
}

/// <summary>
/// Writes the mail that asks: the survey's first question, with each answer as a link. A link chooses an answer on the survey's page and sends nothing; the button there does, for mail programs and their scanners open links that nobody clicked.
/// </summary>
internal static class InvitationLetter
{
    private static readonly ResourceManager Texts = new("Temas.Feedback.Asking.Invites.InviteText", typeof(InviteText).Assembly);

    private static readonly string[] Faces = ["😞", "🙁", "😐", "🙂", "😀"];

    /// <summary>A text in a language: Turkish in Turkish, and English in any other.</summary>
    public static string Say(string key, string language) => Texts.GetString(key, CultureInfo.GetCultureInfo(language.StartsWith("tr", StringComparison.Ordinal) ? "tr" : "en")) ?? throw new MissingManifestResourceException(key);

    /// <summary>A title as the subject of a reminder.</summary>
    public static string Reminding(string title, string language) => Say("Reminder", language).Replace("{0}", title, StringComparison.Ordinal);

    /// <summary>Subject, plain text and HTML.</summary>
    public static (string Subject, string Text, string Html) Write(LetterSource of)
    {
        string Fill(SurveyText? text) => text is null ? "" : Piping.Fill(text.In(of.Language), of.Survey, of.Language, Answers.None, of.Traits);
        var (title, first) = (Fill(of.Survey.Title), FirstQuestion.Of(of.Route));
        var text = new StringBuilder(title).Append("\n\n");
        if (of.IsReminder) text.Append(Say("ReminderLead", of.Language)).Append("\n\n");
        if (first is not null)
        {
            text.Append(Fill(first.Question.Title)).Append('\n');
            foreach (var value in first.Values) text.Append('\n').Append(Words(first.Question, value, Fill)).Append(": ").Append(LinkTo(of, value));
            text.Append("\n\n").Append(Say("OrOpen", of.Language)).Append('\n');
        }
        else
        {
            text.Append(Say("Lead", of.Language)).Append('\n');
        }

        text.Append(of.Link).Append("\n\n-- \n").Append(ChannelFacts.SenderPlace).Append('\n').Append(Say("Unsubscribe", of.Language)).Append(": ").Append(ChannelFacts.UnsubscribePlace).Append('\n');
        return ((of.IsReminder ? Reminding(title, of.Language) : title).ReplaceLineEndings(" "), text.ToString(), Html(of, title, first, Fill));
    }

    private static string Html(LetterSource of, string title, FirstQuestion? first, Func<SurveyText?, string> fill)
    {
        var theme = of.Survey.Theme;
        var (line, soft, on) = (RespondStyle.Mix(theme.Ground, theme.Ink, 0.18), RespondStyle.Mix(theme.Ground, theme.Ink, 0.72), SurveyPictures.InkOn(theme.Accent));
        var body = new StringBuilder();
        if (of.Logo is { } logo) body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 20px\"><img src=\"{Encode(logo)}\" alt=\"{Encode(theme.Brand ?? "")}\" height=\"40\" style=\"height:40px;border:0\"></p>\n");
        else if (theme.Brand is { } brand) body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 20px;font-weight:600\">{Encode(brand)}</p>\n");
        body.Append(CultureInfo.InvariantCulture, $"<h1 style=\"margin:0 0 16px;font-size:22px;line-height:1.25\">{Encode(title)}</h1>\n");
        if (of.IsReminder) body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 14px\">{Encode(Say("ReminderLead", of.Language))}</p>\n");
        if (first is not null)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 14px\">{Encode(fill(first.Question.Title))}</p>\n");
            if (first.Question.Scale is not null) AppendScale(body, of, first, theme, line, soft, fill);
            else foreach (var value in first.Values) body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 8px\"><a href=\"{Encode(LinkTo(of, value))}\" style=\"display:block;padding:11px 14px;border:1px solid {soft};border-radius:8px;color:{theme.Ink};text-decoration:none\">{Encode(Words(first.Question, value, fill))}</a></p>\n");
            body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:18px 0 0;color:{soft};font-size:14px\">{Encode(Say("Confirm", of.Language))} <a href=\"{Encode(of.Link)}\" style=\"color:{theme.Ink}\">{Encode(Say("Open", of.Language))}</a></p>\n");
        }
        else
        {
            body.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 20px\">{Encode(Say("Lead", of.Language))}</p>\n<p style=\"margin:0\"><a href=\"{Encode(of.Link)}\" style=\"display:inline-block;padding:11px 18px;background:{theme.Accent};color:{on};border-radius:8px;text-decoration:none;font-weight:600\">{Encode(Say("Open", of.Language))}</a></p>\n");
        }

        // Mail programs know no style sheets of their own and few rules: plain blocks with the style at the element.
        return $"""
            <!doctype html>
            <html lang="{Encode(of.Language)}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Encode(title)}</title></head>
            <body style="margin:0;padding:24px 12px;background:{RespondStyle.Mix(theme.Ground, theme.Ink, 0.05)};color:{theme.Ink};font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
            <div style="max-width:560px;margin:0 auto;padding:28px 24px;background:{theme.Ground};border:1px solid {line};border-radius:10px">
            {body}</div>
            <p style="max-width:560px;margin:16px auto 0;color:{soft};font-size:13px;text-align:center">{ChannelFacts.SenderPlace}<br><a href="{ChannelFacts.UnsubscribePlace}" style="color:{soft}">{Encode(Say("Unsubscribe", of.Language))}</a></p>
            </body>
            </html>

            """;
    }

    private static void AppendScale(StringBuilder body, LetterSource of, FirstQuestion first, SurveyTheme theme, string line, string soft, Func<SurveyText?, string> fill)
    {
        body.Append("<table role=\"presentation\" width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" style=\"border-collapse:separate;table-layout:fixed\"><tr>\n");
        foreach (var value in first.Values)
        {
            body.Append(CultureInfo.InvariantCulture, $"<td style=\"padding:0 2px\"><a href=\"{Encode(LinkTo(of, value))}\" title=\"{Encode(Words(first.Question, value, fill))}\" style=\"display:block;padding:10px 0;border:1px solid {line};border-radius:6px;color:{theme.Ink};text-align:center;text-decoration:none\">{Encode(Point(first.Question, value))}</a></td>\n");
        }

        body.Append("</tr></table>\n");
        if (first.Question.Low is not null || first.Question.High is not null)
            body.Append(CultureInfo.InvariantCulture, $"<table role=\"presentation\" width=\"100%\" style=\"color:{soft};font-size:13px\"><tr><td>{Encode(fill(first.Question.Low))}</td><td style=\"text-align:right\">{Encode(fill(first.Question.High))}</td></tr></table>\n");
    }

    private static string Point(Question question, string value) => (question.Kind, question.Style) switch
    {
        (QuestionKind.Csat, ScaleStyle.Stars) => value + " ★",
        (QuestionKind.Csat, ScaleStyle.Smileys) => Faces[value[0] - '1'],
        _ => value,
    };

    private static string Words(Question question, string value, Func<SurveyText?, string> fill)
    {
        if (question.Scale is not { } scale) return fill(question.Choices.First(c => c.Id == value).Text);
        var end = value == scale.From.ToString(CultureInfo.InvariantCulture) ? fill(question.Low) : value == scale.To.ToString(CultureInfo.InvariantCulture) ? fill(question.High) : "";
        return end.Length == 0 ? value : $"{value} ({end})";
    }

    private static string LinkTo(LetterSource of, string value) => TemasUrls.With(of.Link, (FirstQuestion.Field, value));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
