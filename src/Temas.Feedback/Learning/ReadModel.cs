using Temas.Feedback.Listening;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Learning;

/// <summary>How well labels were found in texts that were not learned from.</summary>
/// <param name="Texts">How many texts.</param>
/// <param name="Accuracy">The share whose label was found.</param>
/// <param name="MacroF1">The mean of the F1 of all labels.</param>
/// <param name="Weakest">The label with the lowest F1: negative, neutral or positive.</param>
/// <param name="Labels">Each label: how often it occurs, precision, recall and F1.</param>
/// <param name="Found">For each true label how often each was found: rows negative, neutral, positive.</param>
public sealed record ModelQuality(long Texts, double Accuracy, double MacroF1, string? Weakest, IReadOnlyList<LabelQuality> Labels, IReadOnlyList<IReadOnlyList<long>> Found);

/// <summary>How well one label was found.</summary>
public sealed record LabelQuality(string Label, long Texts, double Precision, double Recall, double F1);

/// <summary>A training.</summary>
/// <param name="At">When.</param>
/// <param name="Version">Version of the model.</param>
/// <param name="Taken">Whether it was taken into use.</param>
/// <param name="Texts">How many texts it learned from.</param>
/// <param name="Corrections">How many of these a person corrected.</param>
/// <param name="Model">How it did on texts held out.</param>
/// <param name="Before">How what was in use did on them.</param>
/// <param name="Lexicon">How the lexicon alone did.</param>
public sealed record ModelTraining(DateTimeOffset At, int Version, bool Taken, int Texts, int Corrections, ModelQuality Model, ModelQuality Before, ModelQuality Lexicon);

/// <summary>What reads texts, and how well.</summary>
/// <param name="Version">Version of the model in use; 0 while the lexicon reads alone.</param>
/// <param name="TrainedAt">When it was trained.</param>
/// <param name="Running">Whether a training is going on.</param>
/// <param name="Labelled">Texts from which can be learned: negative, neutral, positive.</param>
/// <param name="Corrections">How many of them a person corrected.</param>
/// <param name="Trainings">The last trainings, newest first.</param>
public sealed record ModelReport(int Version, DateTimeOffset? TrainedAt, bool Running, IReadOnlyList<int> Labelled, int Corrections, IReadOnlyList<ModelTraining> Trainings)
{
    /// <summary>So many texts two sorts need for a training.</summary>
    internal static int Needed => new TrainingOptions().MinTextsOfClass;

    /// <summary>How well texts are read now, as the last training measured it; null before the first.</summary>
    internal ModelQuality? Now => Trainings is [var last, ..] ? last.Taken ? last.Model : last.Before : null;
}

/// <summary>Reads what is known of the model of texts.</summary>
internal static class ReadModel
{
    private static readonly string[] Words = ["negative", "neutral", "positive"];

    /// <summary>The report.</summary>
    public static async Task<Result<ModelReport>> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var voices = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        if (voices.Problem is { } problem) return problem;
        var learning = workspace.Part<TextLearning>();
        var labelled = learning.Labelled(voices.Value);
        var inUse = voices.Value.Rules.Feeling.Model?.Card;
        return new ModelReport(
            inUse?.Version ?? 0,
            inUse?.TrainedAt,
            learning.IsRunning,
            [.. Words.Index().Select(w => labelled.Count(l => (int)l.Label == w.Index))],
            labelled.Count(l => l.IsCorrection),
            [.. (await TextModelStore.ListAsync(workspace, 20, cancel)).Select(Of)]);
    }

    /// <summary>A training in words.</summary>
    public static ModelTraining Of(Training training) =>
        new(training.At, training.Version, training.IsTaken, training.Texts, training.Corrections, Of(training.Candidate), Of(training.InUse), Of(training.Lexicon));

    private static ModelQuality Of(Evaluation evaluation)
    {
        var labels = Enum.GetValues<SentimentLabel>();
        return new ModelQuality(
            evaluation.Texts,
            evaluation.Accuracy,
            evaluation.MacroF1,
            evaluation.WeakestClass is { } weakest ? Words[(int)weakest] : null,
            [.. labels.Select(l => new LabelQuality(Words[(int)l], evaluation.Support(l), evaluation.Precision(l), evaluation.Recall(l), evaluation.F1(l)))],
            [.. labels.Select(truth => (IReadOnlyList<long>)[.. labels.Select(found => evaluation.Count(truth, found))])]);
    }
}
