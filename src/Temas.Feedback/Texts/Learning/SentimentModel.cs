using System.Runtime.Intrinsics;

namespace Temas.Feedback.Texts.Learning;

/// <summary>
/// A linear model over <see cref="Features"/>: for each label a sum of weights, brought to probabilities by a multinomial logistic regression on the three sums. Immutable; any number of threads.
/// </summary>
internal sealed class SentimentModel
{
    /// <summary>Labels, and the distance from one feature's weights to the next's: four, so that one load gets them all.</summary>
    public const int Labels = 3, Stride = 4;

    /// <summary>Numbers of the calibration: for each label one for each sum, and a constant.</summary>
    public const int CalibrationSize = Labels * (Labels + 1);

    private readonly float[] weights;
    private readonly float[] constants;
    private readonly double[] calibration;

    public SentimentModel(int bits, float letterShare, float[] weights, float[] constants, double[] calibration, ModelCard card)
    {
        if (weights.Length != Stride << bits || constants.Length != Labels || calibration.Length != CalibrationSize) throw new ArgumentException("The parts of the model do not fit together.", nameof(weights));
        (Bits, LetterShare, this.weights, this.constants, this.calibration, Card) = (bits, letterShare, weights, constants, calibration, card);
    }

    public int Bits { get; }

    public float LetterShare { get; }

    /// <summary>Where it comes from and how good it is.</summary>
    public ModelCard Card { get; }

    internal ReadOnlySpan<float> Weights => weights;

    internal ReadOnlySpan<float> Constants => constants;

    internal ReadOnlySpan<double> Calibration => calibration;

    /// <summary>The probability of each label for the features read last.</summary>
    public void Predict(Features features, Span<double> probabilities)
    {
        Span<double> margins = stackalloc double[Labels];
        Margins(features.Index, features.Words, margins);
        Calibrate(calibration, margins, probabilities);
    }

    /// <summary>
    /// How much each token speaks for positive rather than negative: the weights of the features that begin at it. They add up to the difference of the two sums, but for the constants.
    /// </summary>
    public void Explain(Features features, Span<float> byToken)
    {
        byToken.Clear();
        var (word, letter) = SupportVectors.Values(features.Count, features.Words, LetterShare);
        for (var f = 0; f < features.Count; f++)
        {
            var at = (int)features.Index[f] * Stride;
            byToken[features.Token[f]] += (weights[at + (int)SentimentLabel.Positive] - weights[at + (int)SentimentLabel.Negative]) * (f < features.Words ? word : letter);
        }
    }

    internal void Margins(ReadOnlySpan<uint> index, int words, Span<double> margins)
    {
        var (word, letter) = SupportVectors.Values(index.Length, words, LetterShare);
        var (byWords, byLetters) = (Sum(index[..words]), Sum(index[words..]));
        var total = (byWords * word) + (byLetters * letter);
        for (var l = 0; l < Labels; l++) margins[l] = total[l] + constants[l];
    }

    /// <summary>Brings sums to probabilities.</summary>
    internal static void Calibrate(ReadOnlySpan<double> calibration, ReadOnlySpan<double> margins, Span<double> probabilities)
    {
        var highest = double.NegativeInfinity;
        for (var l = 0; l < Labels; l++)
        {
            var row = calibration.Slice(l * (Labels + 1), Labels + 1);
            probabilities[l] = row[Labels] + (row[0] * margins[0]) + (row[1] * margins[1]) + (row[2] * margins[2]);
            highest = Math.Max(highest, probabilities[l]);
        }

        double sum = 0;
        for (var l = 0; l < Labels; l++) sum += probabilities[l] = Math.Exp(probabilities[l] - highest);
        for (var l = 0; l < Labels; l++) probabilities[l] /= sum;
    }

    private Vector128<float> Sum(ReadOnlySpan<uint> index)
    {
        var sum = Vector128<float>.Zero;
        foreach (var f in index) sum += Vector128.LoadUnsafe(ref weights[f * Stride]);
        return sum;
    }
}

/// <summary>Where a model comes from, and how good it was on texts that it had not learned from.</summary>
/// <param name="Version">Counts up with each training of a workspace; the first is 1.</param>
/// <param name="TrainedAt">When.</param>
/// <param name="Texts">How many texts it learned from, duplicates left out.</param>
/// <param name="Corrections">How many of them had been corrected by a person.</param>
/// <param name="Evaluation">How it did on the texts held out.</param>
public sealed record ModelCard(int Version, DateTimeOffset TrainedAt, int Texts, int Corrections, Evaluation Evaluation);
