using System.Text.Json.Nodes;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Indicators;

/// <summary>
/// Companies send the same in different ways, and may begin another day to send it in another. Where an indicator of the library goes by one of several figures, this looks which of them the data of the last weeks goes by, and writes a version with that one, in the
/// name of the system; values of the past follow, for they are worked out. What a person wrote, or chose otherwise, stays. It does not swing: another figure has to have twice as much, for as much as is worth the change, and the last change has to be a while ago.
/// </summary>
internal sealed class ChooseVariants(ChangeDefinition change)
{
    /// <summary>By so many days it is decided, and for so many it stays decided while there is data.</summary>
    public const int Days = 28;

    private const int LeastMore = 2, LeastSample = 30;

    /// <summary>Decides for all indicators of a workspace; a problem where nothing can be read at the moment.</summary>
    public async Task<Problem?> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        foreach (var entry in IndicatorLibrary.All.Values.Where(e => e.Documents.Count > 1))
        {
            if (ChangeDefinition.InForce(workspace, IndicatorKind.Name, entry.Key) is not { } kept || PlaceOf(entry, kept.Json) is not (>= 0 and var current)) continue;
            var samples = await SamplesAsync(workspace, entry, cancel);
            if (samples.Problem is { } problem) return problem;
            var better = Decide(current, samples.Value);
            if (better == current || await IsSettledAsync(workspace, entry, kept, samples.Value[current] > 0, cancel)) continue;

            // What somebody changed meanwhile is looked at the next time.
            if (ChangeDefinition.InForce(workspace, IndicatorKind.Name, entry.Key)?.Version != kept.Version) continue;
            var json = JsonNode.Parse(kept.Json)!.AsObject();
            json["figure"] = JsonNode.Parse(entry.Documents[better])!["figure"]!.DeepClone();
            if ((await change.SaveAsync(workspace, IndicatorKind.Name, entry.Key, json.ToJsonString(), Actor.System, cancel)).Problem is { Kind: ProblemKind.Unavailable } unavailable) return unavailable;
        }

        return null;
    }

    /// <summary>Which of several figures to go by: the one so far, unless it has nothing, or another has so much more.</summary>
    /// <param name="current">The one so far.</param>
    /// <param name="samples">Of how many each is, in the last weeks; null where what it needs has never arrived.</param>
    internal static int Decide(int current, IReadOnlyList<long?> samples)
    {
        var most = Enumerable.Range(0, samples.Count).MaxBy(i => samples[i] ?? -1);
        if (most == current || samples[most] is not (> 0 and var much)) return current;
        // What cannot be reckoned at all is no worse with one answer.
        if (samples[current] is not { } now) return most;
        return much >= LeastSample && much >= LeastMore * now ? most : current;
    }

    private static async Task<Result<IReadOnlyList<long?>>> SamplesAsync(Workspace workspace, LibraryEntry entry, CancellationToken cancel)
    {
        var indicators = (WorkspaceIndicators)workspace.Part<IIndicators>();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone()).DateTime);
        var samples = new List<long?>();
        foreach (var document in entry.Documents)
        {
            var read = await indicators.ReadAsync(IndicatorKind.Instance.Read(entry.Key, document), new IndicatorAsk(today.AddDays(1 - Days), today.AddDays(1), null, null), cancel);
            if (read.Problem is { } problem) return problem;
            samples.Add(read.Value.Missing is null ? read.Value.Sample : null);
        }

        return samples;
    }

    /// <summary>Whether the figure in force is a person's choice, or so new that it stays while there is data for it.</summary>
    private static async Task<bool> IsSettledAsync(Workspace workspace, LibraryEntry entry, Definition kept, bool hasData, CancellationToken cancel)
    {
        var history = (await workspace.Definitions.HistoryAsync(IndicatorKind.Name, entry.Key, cancel)).OrderBy(d => d.Version).ToList();
        Definition? changed = null;
        for (var i = 1; i < history.Count; i++)
        {
            // Whoever takes it from the library anew takes what goes with the data.
            if (history[i].Removed || history[i - 1].Removed) changed = null;
            else if (!JsonNode.DeepEquals(FigureIn(history[i].Json), FigureIn(history[i - 1].Json))) changed = history[i];
        }

        if (changed is null) return false;
        return changed.By != Actor.System.Name || (hasData && workspace.Clock.GetUtcNow() - changed.At < TimeSpan.FromDays(Days));
    }

    /// <summary>Which figure of an entry a document has; below 0 for one of its own.</summary>
    private static int PlaceOf(LibraryEntry entry, string json) => FigureIn(json) is { } figure ? entry.Documents.Index().Where(d => JsonNode.DeepEquals(figure, FigureIn(d.Item))).Select(d => d.Index).DefaultIfEmpty(-1).First() : -1;

    private static JsonNode? FigureIn(string json) => JsonNode.Parse(json)?["figure"];
}
