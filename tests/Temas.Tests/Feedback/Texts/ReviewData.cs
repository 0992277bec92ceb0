using Temas.Feedback.Texts.Learning;
using Temas.Tests.Import;

namespace Temas.Tests.Feedback.Texts;

/// <summary>The Turkish reviews of the shared data, where they are.</summary>
internal static class ReviewData
{
    public static List<RatedText> Read() =>
    [
        .. File.ReadLines(Path.Combine(SharedData.Folder!, "tr_product_reviews", "e-ticaret_urun_yorumlari.csv")).Skip(1)
            .Select(line => (Line: line, Cut: line.LastIndexOf(';')))
            .Where(l => l.Cut > 0)
            .Select(l => (Text: l.Line[..l.Cut].Trim('"'), Label: l.Line[(l.Cut + 1)..]))
            .Where(l => l.Label is "0" or "1" or "2")
            .Select(l => new RatedText(l.Text, l.Label switch { "0" => SentimentLabel.Negative, "1" => SentimentLabel.Positive, _ => SentimentLabel.Neutral })),
    ];
}
