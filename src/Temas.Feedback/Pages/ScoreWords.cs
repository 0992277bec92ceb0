using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Feedback.Listening;
using Temas.Feedback.Scores;

namespace Temas.Feedback.Pages;

/// <summary>Scores in the reader's words.</summary>
internal static class ScoreWords
{
    /// <summary>The value: a number from -100 to 100 for NPS, percent for the others.</summary>
    public static string Value(Score score) => score.Answers == 0 ? "–" : Number(score, score.Value);

    /// <summary>The interval around it.</summary>
    public static string Interval(Score score) => score.Answers == 0 ? "–" : $"{Number(score, score.Low)} … {Number(score, score.High)}";

    /// <summary>How it moved, and whether chance alone may have done it.</summary>
    public static string Change(SurveyScore score, IStringLocalizer<FeedbackText> text)
    {
        var change = score.Change;
        if (!double.IsFinite(change.Value)) return text["NoChange"];
        var points = change.Value.ToString("+0.0;−0.0;0.0", CultureInfo.CurrentCulture);
        if (!double.IsFinite(change.PValue)) return points;
        return change.IsSignificant() ? text[change.Value < 0 ? "ChangeDown" : "ChangeUp", points] : text["ChangeChance", points];
    }

    /// <summary>Whether it goes up or down over the whole period.</summary>
    public static string? Trend(SurveyScore score, IStringLocalizer<FeedbackText> text) =>
        score.Trend is not { } trend ? null : !trend.IsSignificant() ? text["TrendNone"].Value : text[trend.Slope < 0 ? "TrendDown" : "TrendUp", Math.Abs(trend.Slope).ToString("0.0", CultureInfo.CurrentCulture)].Value;

    private static string Number(Score score, double value) => score.Kind == ScoreKind.Nps ? value.ToString("0.0", CultureInfo.CurrentCulture).Replace('-', '−') : (value / 100).ToString("P1", CultureInfo.CurrentCulture);
}
