using System.Text.Json;
using Temas.Feedback.Listening;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Learning;

/// <summary>A person says how a text is meant: a label for the next training.</summary>
internal sealed class CorrectReading(IAuditTrail audit)
{
    private static readonly string[] Words = ["negative", "neutral", "positive"];

    /// <summary>Writes it down; <paramref name="sentiment"/> negative, neutral or positive, or null to take a correction back.</summary>
    public async Task<Result<long>> RunAsync(Workspace workspace, long position, string? sentiment, Actor by, CancellationToken cancel)
    {
        var label = Array.IndexOf(Words, sentiment);
        if (sentiment is not null && label < 0) return Problem.Invalid("sentiment_unknown", "There is no such sentiment.", "sentiment", sentiment, "Use negative, neutral or positive.");
        var read = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        if (read.Problem is { } problem) return problem;
        var stored = position > 0 && position <= workspace.Log.Head && workspace.Log.Read([position]) is [var only, ..] ? only : null;
        if (stored is null || read.Value.Rules.TextOf(stored.AsLogEvent()) is null)
            return Problem.NotFound("text_unknown", "At this position of the log is no text that is read.", "position", position.ToString(System.Globalization.CultureInfo.InvariantCulture), "Take the position of a quote.");
        var before = await workspace.Part<TextLearning>().CorrectAsync(position, sentiment is null ? null : (SentimentLabel)label, by, cancel);
        await audit.RecordAsync(
            new AuditEntry(workspace.Key, by, "reading.corrected", FormattableString.Invariant($"event {position}")) { Before = before is null ? null : Document(Words[(int)before.Label]), After = sentiment is null ? null : Document(sentiment) }, cancel);
        return position;
    }

    private static string Document(string sentiment) => $$"""{"sentiment":{{JsonSerializer.Serialize(sentiment, CorrectionJson.Default.String)}}}""";
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class CorrectionJson : System.Text.Json.Serialization.JsonSerializerContext;
