namespace Temas.Feedback.Texts.Learning;

/// <summary>How well labels were found on texts that were not learned from.</summary>
public sealed class Evaluation
{
    private readonly long[] counts;

    /// <param name="counts">How often each label (row: true label, column: label found) was found, row after row; 9 numbers.</param>
    internal Evaluation(long[] counts)
    {
        if (counts.Length != 9 || counts.Any(c => c < 0)) throw new ArgumentException("Nine counts, none of them negative.", nameof(counts));
        this.counts = counts;
    }

    /// <summary>How many texts were looked at.</summary>
    public long Texts => counts.Sum();

    /// <summary>Share of the texts whose label was found.</summary>
    public double Accuracy => Texts == 0 ? 0 : (counts[0] + counts[4] + counts[8]) / (double)Texts;

    /// <summary>The mean of the F1 of all labels that occur.</summary>
    public double MacroF1 => Present.Select(l => F1(l)).DefaultIfEmpty(0).Average();

    /// <summary>The label with the lowest F1, where there is more than one.</summary>
    public SentimentLabel? WeakestClass => Present.Count < 2 ? null : Present.MinBy(l => F1(l));

    private List<SentimentLabel> Present => [.. Enum.GetValues<SentimentLabel>().Where(l => Support(l) > 0)];

    /// <summary>How often a text that is <paramref name="truth"/> was found to be <paramref name="found"/>.</summary>
    public long Count(SentimentLabel truth, SentimentLabel found) => counts[((int)truth * 3) + (int)found];

    /// <summary>How many texts have the label.</summary>
    public long Support(SentimentLabel label) => Count(label, SentimentLabel.Negative) + Count(label, SentimentLabel.Neutral) + Count(label, SentimentLabel.Positive);

    /// <summary>Of those found to have the label, the share that has it.</summary>
    public double Precision(SentimentLabel label)
    {
        var found = Count(SentimentLabel.Negative, label) + Count(SentimentLabel.Neutral, label) + Count(SentimentLabel.Positive, label);
        return found == 0 ? 0 : Count(label, label) / (double)found;
    }

    /// <summary>Of those that have the label, the share that was found.</summary>
    public double Recall(SentimentLabel label) => Support(label) == 0 ? 0 : Count(label, label) / (double)Support(label);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1(SentimentLabel label)
    {
        var (precision, recall) = (Precision(label), Recall(label));
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /// <summary>
    /// True when this is better than <paramref name="other"/> on the same texts: the mean of accuracy and macro-F1 is higher. With both, neither is a rare label neglected nor all others for its sake.
    /// </summary>
    public bool IsBetterThan(Evaluation other) => Accuracy + MacroF1 > other.Accuracy + other.MacroF1;

    internal ReadOnlySpan<long> Counts => counts;
}
