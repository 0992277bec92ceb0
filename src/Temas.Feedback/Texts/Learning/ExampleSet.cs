namespace Temas.Feedback.Texts.Learning;

/// <summary>What a text says on the whole.</summary>
public enum SentimentLabel : byte
{
    /// <summary>Dissatisfied.</summary>
    Negative = 0,

    /// <summary>Neither, or as much of one as of the other.</summary>
    Neutral = 1,

    /// <summary>Satisfied.</summary>
    Positive = 2,
}

/// <summary>A text of which is known what it says.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">What it says: from the score beside it, or from a person who corrected what the model found.</param>
/// <param name="IsCorrection">True when a person said so: counts <see cref="TrainingOptions.CorrectionWeight"/> times.</param>
public readonly record struct RatedText(string Text, SentimentLabel Label, bool IsCorrection = false);

/// <summary>Texts as the trainer holds them: features and labels, no letter of the text.</summary>
internal sealed class ExampleSet
{
    private uint[] features = new uint[1 << 16];
    private readonly List<int> ends = [];
    private readonly List<int> words = [];
    private readonly List<byte> labels = [];
    private readonly List<float> weights = [];

    public int Count => labels.Count;

    public byte Label(int i) => labels[i];

    public float Weight(int i) => weights[i];

    /// <summary>The features of a text, and how many of them, from the first, are those of words.</summary>
    public ReadOnlySpan<uint> Row(int i, out int wordFeatures)
    {
        var start = i == 0 ? 0 : ends[i - 1];
        wordFeatures = words[i];
        return features.AsSpan(start, ends[i] - start);
    }

    public void Add(Features read, SentimentLabel label, float weight)
    {
        var start = ends.Count == 0 ? 0 : ends[^1];
        while (features.Length < start + read.Count) Array.Resize(ref features, features.Length * 2);
        read.Index.CopyTo(features.AsSpan(start));
        ends.Add(start + read.Count);
        words.Add(read.Words);
        labels.Add((byte)label);
        weights.Add(weight);
    }
}
