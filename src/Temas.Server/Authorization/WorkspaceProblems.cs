using Temas.Kernel;

namespace Temas.Server.Authorization;

/// <summary>Problems with naming a workspace.</summary>
internal static class WorkspaceProblems
{
    public static Problem NotFound(string key) => Problem.NotFound("workspace_not_found", "There is no such workspace.", "workspace", key);

    public static Problem None { get; } = new(ProblemKind.NotFound, "workspace_none", "You belong to no workspace.") { WayOut = "Ask an owner to add you." };

    public static Problem NotNamed { get; } =
        Problem.Invalid("workspace_not_named", "You belong to several workspaces and the request names none.", "workspace", wayOut: "Send the header Temas-Workspace or the parameter workspace.");
}
