using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temas.Feedback.Listening;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Learning;

/// <summary>
/// Learns from the company's own comments how its customers write: a score beside a text is a label, and so is what a person says about a reading. In the background, on a thread of low priority, and taken into use only where it
/// is better on texts that neither has seen. A part of the workspace.
/// </summary>
internal sealed partial class TextLearning
{
    private const int Chunk = 400, Enough = 50;
    private const double More = 1.1;

    private static readonly TimeSpan Look = TimeSpan.FromMinutes(10), Rest = TimeSpan.FromHours(20);

    private readonly Workspace workspace;
    private readonly FeltTexts felt;
    private readonly ILogger log;
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly ConcurrentDictionary<long, Correction> corrections;
    private readonly ConcurrentQueue<long> gone = [];
    private DateTimeOffset looked;
    private Task training = Task.CompletedTask;

    public TextLearning(Workspace workspace, FeltTexts felt)
    {
        (this.workspace, this.felt, log) = (workspace, felt, workspace.Loggers.CreateLogger<TextLearning>());
        looked = workspace.Clock.GetUtcNow();
        corrections = new(TextModelStore.Corrections(workspace.Database).Select(c => KeyValuePair.Create(c.Position, c)));
        workspace.Log.Erased += positions =>
        {
            foreach (var position in positions)
            {
                if (corrections.TryRemove(position, out _)) gone.Enqueue(position);
            }
        };
        if (TextModelStore.InUse(workspace.Database) is not { } bytes) return;
        var model = ModelFile.Read(bytes);
        if (model.Problem is { } problem) Unreadable(log, workspace.Key.Value, problem.Detail);
        else felt.Use(model.Value);
    }

    /// <summary>Whether a training is going on.</summary>
    public bool IsRunning => one.CurrentCount == 0;

    /// <summary>What people said about readings, by the position of the event.</summary>
    public IReadOnlyDictionary<long, Correction> Corrections => corrections;

    /// <summary>Trains now, unless a training is going on.</summary>
    public async Task<Result<Training>> TrainAsync(CancellationToken cancel)
    {
        if (!await one.WaitAsync(TimeSpan.Zero, CancellationToken.None)) return new Problem(ProblemKind.Conflict, "training_running", "A training is going on.") { WayOut = "Look again in a minute." };
        try
        {
            var read = await workspace.Part<LiveVoices>().ReadAsync(cancel);
            return read.Problem is { } problem ? problem : await TrainAsync(read.Value, cancel);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Begins a training where there is much to learn since the last time, and does not wait for it; forgets corrections of what was erased. Asked once a second.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        // What broke the last training is told here, by whoever follows.
        if (training.IsFaulted) await Interlocked.Exchange(ref training, Task.CompletedTask);
        if (!gone.IsEmpty)
        {
            var positions = new List<long>();
            while (gone.TryDequeue(out var position)) positions.Add(position);
            await TextModelStore.RemoveAsync(workspace, positions, cancel);
        }

        var now = workspace.Clock.GetUtcNow();
        if (now - looked < Look || !training.IsCompleted) return;
        looked = now;
        var read = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        if (read.Problem is not null) return;
        var last = await TextModelStore.ListAsync(workspace, 1, cancel) is [var newest, ..] ? newest : null;
        if (last is not null && now - last.At < Rest) return;
        if (Labelled(read.Value).Count < (last is null ? Enough : (last.Labelled * More) + Enough)) return;
        training = TrainAndTellAsync(cancel);
    }

    private async Task TrainAndTellAsync(CancellationToken cancel)
    {
        var trained = await TrainAsync(cancel);
        if (trained.Problem is { } problem) Untrained(log, workspace.Key.Value, problem.Detail);
        else Trained(log, workspace.Key.Value, trained.Value.Texts, trained.Value.IsTaken);
    }

    /// <summary>Writes down what a person says about a reading; null takes it back. What was there before comes back.</summary>
    public async Task<Correction?> CorrectAsync(long position, SentimentLabel? label, Actor by, CancellationToken cancel)
    {
        var before = corrections.GetValueOrDefault(position);
        if (label is { } known)
        {
            var correction = new Correction(position, known, workspace.Clock.GetUtcNow(), by.Name);
            await TextModelStore.WriteAsync(workspace, correction, cancel);
            corrections[position] = correction;
        }
        else if (before is not null)
        {
            await TextModelStore.RemoveAsync(workspace, [position], cancel);
            corrections.TryRemove(position, out _);
        }

        return before;
    }

    /// <summary>The texts of which is known how they are meant, in the order of the log; what a person said stands before a score.</summary>
    public List<(long Position, SentimentLabel Label, bool IsCorrection)> Labelled(Voices voices)
    {
        var found = new List<(long, SentimentLabel, bool)>();
        foreach (ref readonly var voice in voices.All)
        {
            if (!voice.HasText) continue;
            if (corrections.TryGetValue(voice.Position, out var correction)) found.Add((voice.Position, correction.Label, true));
            else if (voice.Rated != Voice.None) found.Add((voice.Position, (SentimentLabel)voice.Rated, false));
        }

        return found;
    }

    private async Task<Result<Training>> TrainAsync(Voices voices, CancellationToken cancel)
    {
        var labelled = Labelled(voices);
        var inUse = felt.InUse;
        var outcome = await SentimentTraining.RunAsync(TextsOf(voices, labelled), inUse.Model, workspace.Clock, inUse.Otherwise, cancel: cancel);
        if (outcome.Problem is { } problem) return problem;
        var (candidate, taken) = (outcome.Value.Candidate, outcome.Value.IsTaken);
        var training = new Training(candidate.TrainedAt, candidate.Version, taken, labelled.Count, candidate.Texts, candidate.Corrections, candidate.Evaluation, outcome.Value.InUse, outcome.Value.Lexicon);
        await TextModelStore.AddAsync(workspace, training, taken ? ModelFile.Write(outcome.Value.Model!) : null);
        if (taken) felt.Use(outcome.Value.Model);
        return training;
    }

    /// <summary>The texts are read from the log each time they are wanted, a few at a time: all of them never lie in memory.</summary>
    private IEnumerable<RatedText> TextsOf(Voices voices, List<(long Position, SentimentLabel Label, bool IsCorrection)> labelled)
    {
        foreach (var some in labelled.Chunk(Chunk))
        {
            var events = workspace.Log.Read([.. some.Select(s => s.Position)]).ToDictionary(e => e.Position);
            foreach (var (position, label, isCorrection) in some)
            {
                if (events.TryGetValue(position, out var stored) && voices.Rules.TextOf(stored.AsLogEvent()) is { } text) yield return new RatedText(text, label, isCorrection);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Trained how customers of {Workspace} write from {Texts} comments; taken into use: {Taken}.")]
    private static partial void Trained(ILogger log, string workspace, int texts, bool taken);

    [LoggerMessage(LogLevel.Information, "How customers of {Workspace} write was not trained: {Reason}")]
    private static partial void Untrained(ILogger log, string workspace, string reason);

    [LoggerMessage(LogLevel.Warning, "The model of texts of {Workspace} is not used: {Reason} It is trained anew; until then the lexicon reads.")]
    private static partial void Unreadable(ILogger log, string workspace, string reason);
}
