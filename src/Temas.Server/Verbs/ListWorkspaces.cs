using Temas.Kernel;
using Temas.Server.Control;

namespace Temas.Server.Verbs;

internal sealed record ListWorkspacesRequest;

internal sealed record ListWorkspacesAnswer(IReadOnlyList<WorkspaceLine> Workspaces);

/// <summary>Lists the workspaces of the installation.</summary>
internal static class ListWorkspaces
{
    public static Verb<ListWorkspacesRequest, ListWorkspacesAnswer> Verb { get; } = new("workspace.list", VerbJson.Default.ListWorkspacesRequest, VerbJson.Default.ListWorkspacesAnswer, RunAsync);

    private static Task<Result<ListWorkspacesAnswer>> RunAsync(VerbContext context, ListWorkspacesRequest request, CancellationToken cancel) =>
        Task.FromResult<Result<ListWorkspacesAnswer>>(new ListWorkspacesAnswer([.. context.Registry.All.Select(w => new WorkspaceLine(w.Key.Value, w.Log.Head, w.Name))]));
}
