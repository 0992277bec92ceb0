using System.Buffers;
using System.Runtime.InteropServices;
using Temas.Kernel;
using Temas.Timelines;

namespace Temas.Feedback.Texts.Learning;

/// <summary>
/// Makes a model of rated texts. Which texts are held out to evaluate it is decided by the hash of each text: it is the same in every training, so that a later model and the one in use are compared
/// on texts that neither has seen, and the model that was evaluated is the model that is used.
/// </summary>
internal static class ModelTrainer
{
    /// <summary>Learns from <paramref name="texts"/>; a problem when there are too few.</summary>
    public static Result<SentimentModel> Train(IEnumerable<RatedText> texts, int version, DateTimeOffset now, TrainingOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new TrainingOptions();
        var (training, held, corrections) = Read(texts, options, cancel);
        var labels = Enumerable.Range(0, SentimentModel.Labels).Select(l => Enumerable.Range(0, training.Count).Count(i => training.Label(i) == l)).ToArray();
        var taught = labels.Count(n => n >= options.MinTextsOfClass);
        if (taught < 2 || held.Count == 0 || labels.Any(n => n > 0 && n < options.Folds))
        {
            return Problem.Invalid("too_few_texts", $"There are {labels[0]} negative, {labels[1]} neutral and {labels[2]} positive texts to learn from; at least two sorts need {options.MinTextsOfClass}, and any other none or {options.Folds}.", "texts",
                wayOut: "Collect more rated comments, or correct some by hand; until then the lexicon reads them.");
        }

        var rows = Enumerable.Range(0, training.Count).ToArray();
        new SplitMix(options.Seed).Shuffle(rows);
        var margins = new double[training.Count * SentimentModel.Labels];
        var weights = new float[SentimentModel.Stride << options.Bits];
        var constants = new float[SentimentModel.Labels];

        // All folds and the whole, each for all labels: nothing that one does depends on another, so that the number of threads changes nothing.
        var tasks = (from fold in Enumerable.Range(-1, options.Folds + 1) from label in Enumerable.Range(0, SentimentModel.Labels) where labels[label] > 0 select (fold, label: (byte)label)).ToArray();
        LongWork.Each(tasks, options.Threads, task =>
        {
            var (own, other) = Split(rows, task.fold, options.Folds);
            var learned = SupportVectors.Learn(training, own, task.label, options.Bits, options, cancel);
            if (task.fold < 0)
            {
                for (var f = 0; f < learned.Length - 1; f++) weights[(f * SentimentModel.Stride) + task.label] = learned[f];
                constants[task.label] = learned[^1];
                return;
            }

            foreach (var row in other) margins[(row * SentimentModel.Labels) + task.label] = Margin(training, row, learned, options.LetterShare);
        }, cancel);

        var known = new byte[training.Count];
        var counts = new float[training.Count];
        for (var i = 0; i < known.Length; i++) (known[i], counts[i]) = (training.Label(i), training.Weight(i));
        var calibration = Calibration.Learn(margins, known, counts);
        var card = new ModelCard(version, now, training.Count, corrections, new Evaluation(new long[9]));
        var model = new SentimentModel(options.Bits, options.LetterShare, weights, constants, calibration, card);
        return new SentimentModel(options.Bits, options.LetterShare, weights, constants, calibration, card with { Evaluation = Evaluate(model, held) });
    }

    /// <summary>How <paramref name="model"/> does on the texts that a training with these options holds out.</summary>
    public static Evaluation Evaluate(SentimentModel model, IEnumerable<RatedText> texts, TrainingOptions? options = null)
    {
        options = (options ?? new TrainingOptions()) with { Bits = model.Bits };
        return Evaluate(model, Read(texts, options, default).Held);
    }

    /// <summary>True for a text that is held out.</summary>
    public static bool IsHeldOut(string text, TrainingOptions options) => KeyOf(text, options.Seed) % 10_000 < options.HeldOut * 10_000;

    /// <summary>The texts that count: the first of those that differ in nothing but case, Turkish letters and space, or the last that a person corrected.</summary>
    public static IEnumerable<RatedText> Distinct(IEnumerable<RatedText> texts, TrainingOptions options)
    {
        var at = new Dictionary<ulong, int>();
        var kept = new List<RatedText>();
        foreach (var text in texts)
        {
            if (string.IsNullOrWhiteSpace(text.Text) || text.Label > SentimentLabel.Positive) continue;
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(at, KeyOf(text.Text, options.Seed), out var exists);
            if (!exists)
            {
                place = kept.Count;
                kept.Add(text);
            }
            else if (text.IsCorrection)
            {
                kept[place] = text;
            }
        }

        return kept.Skip(Math.Max(0, kept.Count - options.MaxTexts));
    }

    private static (ExampleSet Training, ExampleSet Held, int Corrections) Read(IEnumerable<RatedText> texts, TrainingOptions options, CancellationToken cancel)
    {
        var (training, held, corrections) = (new ExampleSet(), new ExampleSet(), 0);
        var (buffer, features) = (new TokenBuffer(), new Features(options.Bits));
        foreach (var text in Distinct(texts, options))
        {
            cancel.ThrowIfCancellationRequested();
            buffer.Read(text.Text);
            features.Read(buffer, 0, buffer.Count);
            if (IsHeldOut(text.Text, options))
            {
                held.Add(features, text.Label, 1);
                continue;
            }

            training.Add(features, text.Label, text.IsCorrection ? options.CorrectionWeight : 1);
            if (text.IsCorrection) corrections++;
        }

        return (training, held, corrections);
    }

    private static Evaluation Evaluate(SentimentModel model, ExampleSet set)
    {
        var counts = new long[9];
        Span<double> margins = stackalloc double[SentimentModel.Labels], p = stackalloc double[SentimentModel.Labels];
        for (var i = 0; i < set.Count; i++)
        {
            model.Margins(set.Row(i, out var words), words, margins);
            SentimentModel.Calibrate(model.Calibration, margins, p);
            counts[(set.Label(i) * 3) + Calibration.MostLikely(p)]++;
        }

        return new Evaluation(counts);
    }

    private static (int[] Own, int[] Other) Split(int[] rows, int fold, int folds)
    {
        if (fold < 0) return (rows, []);
        var own = new List<int>(rows.Length);
        var other = new List<int>(rows.Length / folds);
        for (var i = 0; i < rows.Length; i++) (i % folds == fold ? other : own).Add(rows[i]);
        return ([.. own], [.. other]);
    }

    private static double Margin(ExampleSet set, int row, float[] weights, float letterShare)
    {
        var features = set.Row(row, out var words);
        var (word, letter) = SupportVectors.Values(features.Length, words, letterShare);
        float byWords = 0, byLetters = 0;
        foreach (var f in features[..words]) byWords += weights[f];
        foreach (var f in features[words..]) byLetters += weights[f];
        return (byWords * word) + (byLetters * letter) + weights[^1];
    }

    /// <summary>The hash of a text without case, Turkish letters and more than one space: of what makes it the same text. Any sequence of characters will do, well-formed or not.</summary>
    private static ulong KeyOf(string text, ulong seed)
    {
        var folded = ArrayPool<char>.Shared.Rent(text.Length);
        var length = 0;
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c)) folded[length++] = Letters.Fold(Letters.LowerTurkish(c));
            else if (length > 0 && folded[length - 1] != ' ') folded[length++] = ' ';
        }

        if (length > 0 && folded[length - 1] == ' ') length--;
        var key = Hash64.Of(MemoryMarshal.AsBytes(folded.AsSpan(0, length)), seed);
        ArrayPool<char>.Shared.Return(folded);
        return key;
    }
}
