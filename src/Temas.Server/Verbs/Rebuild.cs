using Temas.Kernel;
using Temas.Server.Control;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Projection">Name of one projection, or null for all.</param>
internal sealed record RebuildRequest(string? Workspace, string? Projection);

/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Records">Records that were replayed.</param>
/// <param name="Same">Whether the state is what it was before, bit for bit; null where events arrived meanwhile, so that nobody can tell.</param>
/// <param name="Digests">SHA-256 of the state by projection, as far as they tell it.</param>
internal sealed record RebuildAnswer(string Workspace, long Records, bool? Same, IReadOnlyDictionary<string, string> Digests);

/// <summary>Forgets what was derived from the log, derives it again, and compares.</summary>
internal static class Rebuild
{
    public static Verb<RebuildRequest, RebuildAnswer> Verb { get; } = new("rebuild", VerbJson.Default.RebuildRequest, VerbJson.Default.RebuildAnswer, RunAsync);

    private static async Task<Result<RebuildAnswer>> RunAsync(VerbContext context, RebuildRequest request, CancellationToken cancel)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var workspace = found.Value;
        var names = workspace.Projections.Select(p => p.Name).Append("messages").Order(StringComparer.Ordinal).ToList();
        if (request.Projection is { } chosen && !names.Contains(chosen, StringComparer.Ordinal))
            return Problem.NotFound("projection_unknown", "There is no such projection.", "--projection", chosen, $"The projections are {string.Join(", ", names)}.");

        context.Output.Report(new VerbProgress($"Remembering {workspace.Key}", 0, null));
        var before = workspace.Log.Head;
        var was = await DigestsAsync(workspace, cancel);
        await workspace.Log.RebuildAsync(request.Projection, new StepProgress(context.Output, $"Rebuilding {workspace.Key}", before), cancel);
        context.Output.Report(new VerbProgress($"Comparing {workspace.Key}", 0, null));
        var digests = await DigestsAsync(workspace, cancel);
        var head = workspace.Log.Head;
        return new RebuildAnswer(workspace.Key.Value, head, head == before ? was.All(d => digests[d.Key] == d.Value) : null, digests);
    }

    private static Task<Dictionary<string, string>> DigestsAsync(Workspace workspace, CancellationToken cancel) =>
        Task.Run(() => workspace.Projections.OfType<IStateDigest>().ToDictionary(p => p.Name, p => p.Digest(cancel), StringComparer.Ordinal), cancel);
}

/// <summary>Passes counts on as steps of a verb, on the thread that reports them.</summary>
internal sealed class StepProgress(IVerbOutput output, string step, long? total) : IProgress<long>
{
    public void Report(long value) => output.Report(new VerbProgress(step, value, total));
}
