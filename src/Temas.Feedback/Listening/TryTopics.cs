using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Topics;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Listening;

/// <summary>What a changed topic would find among the newest texts.</summary>
/// <param name="Texts">How many texts were looked at.</param>
/// <param name="Now">How many have the topic by the definition in force.</param>
/// <param name="Then">How many would have it.</param>
/// <param name="Gained">Some of those that would be new.</param>
/// <param name="Lost">Some of those that would be gone.</param>
internal sealed record TopicTrial(int Texts, int Now, int Then, IReadOnlyList<string> Gained, IReadOnlyList<string> Lost);

/// <summary>Tries topics on the newest texts before they are saved, and looks among them for what no topic covers. The texts are read out of the log, with personal data masked.</summary>
internal static class TryTopics
{
    private const int Tried = 500, Searched = 3_000, Shown = 8;

    /// <summary>What <paramref name="model"/> would find for a topic.</summary>
    public static async Task<Result<TopicTrial>> RunAsync(Workspace workspace, TopicModel model, string topic, CancellationToken cancel)
    {
        var read = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        if (read.Problem is { } problem) return problem;
        return await LongWork.Run<Result<TopicTrial>>(() =>
        {
            var (voices, then) = (read.Value, new TextUnderstanding { Topics = model });
            var (looked, before, after) = (0, 0, 0);
            List<string> gained = [], lost = [];
            foreach (var text in Newest(workspace, voices, Tried))
            {
                cancel.ThrowIfCancellationRequested();
                looked++;
                var has = voices.Rules.Read(text).Topics.Contains(topic);
                var would = then.Read(text, voices.Rules.Feeling.Otherwise).Topics.Contains(topic);
                before += has ? 1 : 0;
                after += would ? 1 : 0;
                if (would && !has && gained.Count < Shown) gained.Add(PersonalData.MaskAll(text));
                if (has && !would && lost.Count < Shown) lost.Add(PersonalData.MaskAll(text));
            }

            return new TopicTrial(looked, before, after, gained, lost);
        }, cancel);
    }

    /// <summary>What many speak of and no topic covers.</summary>
    public static async Task<Result<IReadOnlyList<ProposedTopic>>> ProposeAsync(Workspace workspace, CancellationToken cancel)
    {
        var read = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        if (read.Problem is { } problem) return problem;
        var voices = read.Value;
        var found = await LongWork.Run(() => TopicDiscovery.Propose(Newest(workspace, voices, Searched), new TopicMatcher(voices.Rules.Topics), voices.Rules.Feeling.Otherwise, cancel: cancel), cancel);
        return new List<ProposedTopic>(found.Select(p => p with { Examples = [.. p.Examples.Select(PersonalData.MaskAll)] }));
    }

    private static IEnumerable<string> Newest(Workspace workspace, Voices voices, int most)
    {
        var positions = new List<long>();
        for (var i = voices.Count - 1; i >= 0 && positions.Count < most; i--)
        {
            if (voices.Rows[i].HasText) positions.Add(voices.Rows[i].Position);
        }

        foreach (var some in positions.Chunk(200))
        {
            foreach (var stored in workspace.Log.Read(some))
            {
                if (voices.Rules.TextOf(stored.AsLogEvent()) is { } text) yield return text;
            }
        }
    }
}
