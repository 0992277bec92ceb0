using Temas.Feedback.Contracts;
using Temas.Kernel;

namespace Temas.Feedback.Texts.Learning;

/// <summary>What a training brought.</summary>
/// <param name="Model">The better of the two: the new model, or the one that was in use; null where the lexicon is better than both.</param>
/// <param name="IsTaken">True when the new model is better than what was in use.</param>
/// <param name="Candidate">How the new model did on the texts held out.</param>
/// <param name="InUse">How what was in use did on the same texts: the model, or the lexicon where there was none.</param>
/// <param name="Lexicon">How the lexicon alone did on them.</param>
internal sealed record TrainingOutcome(SentimentModel? Model, bool IsTaken, ModelCard Candidate, Evaluation InUse, Evaluation Lexicon);

/// <summary>Trains in the background: on a thread of its own with low priority, so that nobody waits for it.</summary>
internal static class SentimentTraining
{
    /// <summary>
    /// Learns from <paramref name="texts"/> and compares with what is in use, on the same held-out texts. A problem when there are too few. <paramref name="texts"/> is read three times (to learn, and to evaluate what is in use and the lexicon):
    /// it must give the same each time.
    /// </summary>
    public static Task<Result<TrainingOutcome>> RunAsync(IEnumerable<RatedText> texts, SentimentModel? inUse, TimeProvider clock, TextLanguage otherwise, TrainingOptions? options = null, CancellationToken cancel = default)
    {
        var done = new TaskCompletionSource<Result<TrainingOutcome>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(Run(texts, inUse, clock.GetUtcNow(), otherwise, options ?? new TrainingOptions(), cancel));
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled(cancel);
            }
#pragma warning disable CA1031 // Whatever the source of the texts throws is the waiting caller's, who asked for it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        })
        {
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
            Name = "Temas text training",
        };
        thread.Start();
        return done.Task;
    }

    /// <summary>The same, now and here.</summary>
    public static Result<TrainingOutcome> Run(IEnumerable<RatedText> texts, SentimentModel? inUse, DateTimeOffset now, TextLanguage otherwise, TrainingOptions options, CancellationToken cancel)
    {
        var trained = ModelTrainer.Train(texts, (inUse?.Card.Version ?? 0) + 1, now, options, cancel);
        if (trained.Problem is { } problem) return problem;
        var lexicon = EvaluateLexicon(texts, otherwise, options, cancel);
        var before = inUse is null ? lexicon : ModelTrainer.Evaluate(inUse, texts, options);
        var candidate = trained.Value;
        var isTaken = candidate.Card.Evaluation.IsBetterThan(before) && candidate.Card.Evaluation.IsBetterThan(lexicon);
        return new TrainingOutcome(isTaken ? candidate : inUse, isTaken, candidate.Card, before, lexicon);
    }

    /// <summary>How words and rules alone do on the texts that a training holds out.</summary>
    public static Evaluation EvaluateLexicon(IEnumerable<RatedText> texts, TextLanguage otherwise, TrainingOptions options, CancellationToken cancel = default)
    {
        var reader = new OpinionReader();
        var counts = new long[9];
        foreach (var text in ModelTrainer.Distinct(texts, options))
        {
            cancel.ThrowIfCancellationRequested();
            if (!ModelTrainer.IsHeldOut(text.Text, options)) continue;
            reader.Read(text.Text, otherwise);
            counts[((int)text.Label * 3) + (int)reader.Judge().Label]++;
        }

        return new Evaluation(counts);
    }
}
