using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Workspaces;

namespace Temas.Server.Verbs;

/// <summary>A workspace, as the command line shows it.</summary>
internal sealed record WorkspaceLine(string Key, long Events, string Name = "");

internal sealed record CreateWorkspaceRequest(string Key, string Name);

/// <summary>Makes a new, empty workspace.</summary>
internal static class CreateWorkspace
{
    public static Verb<CreateWorkspaceRequest, WorkspaceLine> Verb { get; } = new("workspace.create", VerbJson.Default.CreateWorkspaceRequest, VerbJson.Default.WorkspaceLine, RunAsync);

    private static async Task<Result<WorkspaceLine>> RunAsync(VerbContext context, CreateWorkspaceRequest request, CancellationToken cancel)
    {
        var key = WorkspaceKey.Parse(request.Key);
        if (!key.IsOk) return key.Problem!;
        var made = await context.Services.GetRequiredService<AddWorkspace>().HandleAsync(key.Value, request.Name, owner: null, context.Actor, cancel);
        return made.IsOk ? new WorkspaceLine(made.Value.Key.Value, made.Value.Log.Head, made.Value.Name) : made.Problem!;
    }
}
