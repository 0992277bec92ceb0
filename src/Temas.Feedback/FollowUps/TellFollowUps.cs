using System.Text;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps;

/// <summary>Tells on the customers' timelines what became of follow-ups, as events of the source "Follow-ups". The log takes each once; what could not be told is told later.</summary>
internal sealed class TellFollowUps(CollectPipeline pipeline, CreateSource sources)
{
    /// <summary>Name of the source.</summary>
    public const string Source = "Temas takipleri / follow-ups";

    private const int AtOnce = 200;

    /// <summary>Tells what waits. How many were told, or what stood in the way.</summary>
    public async Task<Result<int>> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var store = LiveFollowUps.Of(workspace).Store;
        var waiting = await store.UntoldAsync(AtOnce, cancel);
        if (waiting.Count == 0) return 0;
        var source = await sources.FindOrCreateAsync(workspace, Source, "Temas", Actor.System, cancel);
        if (source.Problem is { } none) return none;
        var lines = new StringBuilder();
        foreach (var (_, message) in waiting) lines.Append(message).Append('\n');
        var taken = await pipeline.AcceptAsync(workspace, source.Value, Encoding.UTF8.GetBytes(lines.ToString()), imported: false, cancel);
        if (taken.Problem is { } problem) return problem;
        await store.ToldAsync([.. waiting.Select(w => w.Id)], cancel);
        return waiting.Count;
    }
}
