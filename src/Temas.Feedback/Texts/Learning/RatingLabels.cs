namespace Temas.Feedback.Texts.Learning;

/// <summary>Which label a score beside a text stands for.</summary>
public static class RatingLabels
{
    /// <summary>Recommendation from 0 to 10: to 6 negative, 7 and 8 neutral, 9 and 10 positive, as NPS has it. Null outside of it.</summary>
    public static SentimentLabel? OfRecommendation(int score) => score switch
    {
        < 0 or > 10 => null,
        <= 6 => SentimentLabel.Negative,
        <= 8 => SentimentLabel.Neutral,
        _ => SentimentLabel.Positive,
    };

    /// <summary>A scale from 1 to <paramref name="highest"/> (3 to 10 steps): the middle neutral, what is below negative, what is above positive. Null outside of it.</summary>
    public static SentimentLabel? OfScale(int score, int highest)
    {
        if (highest is < 3 or > 10 || score < 1 || score > highest) return null;
        var twice = (2 * score) - (highest + 1);
        return Math.Abs(twice) <= (highest >= 7 ? 1 : 0) ? SentimentLabel.Neutral : twice < 0 ? SentimentLabel.Negative : SentimentLabel.Positive;
    }
}
