using Temas.Kernel;
using Temas.Server.Control;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Projection">Name of one projection, or null for all.</param>
internal sealed record RebuildRequest(string? Workspace, string? Projection);

internal sealed record RebuildAnswer(string Workspace, long Events);

/// <summary>Forgets what was derived from the log and derives it again.</summary>
internal static class Rebuild
{
    public static Verb<RebuildRequest, RebuildAnswer> Verb { get; } = new("rebuild", VerbJson.Default.RebuildRequest, VerbJson.Default.RebuildAnswer, RunAsync);

    private static async Task<Result<RebuildAnswer>> RunAsync(VerbContext context, RebuildRequest request, CancellationToken cancel)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var workspace = found.Value;
        var head = workspace.Log.Head;
        var progress = new StepProgress(context.Output, $"Rebuilding {workspace.Key}", head);
        await workspace.Log.RebuildAsync(request.Projection, progress, cancel);
        return new RebuildAnswer(workspace.Key.Value, head);
    }
}

/// <summary>Passes counts on as steps of a verb, on the thread that reports them.</summary>
internal sealed class StepProgress(IVerbOutput output, string step, long? total) : IProgress<long>
{
    public void Report(long value) => output.Report(new VerbProgress(step, value, total));
}
