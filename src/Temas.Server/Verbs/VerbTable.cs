using Temas.Server.Control;

namespace Temas.Server.Verbs;

/// <summary>Every verb that the control socket knows. One list: the socket maps it, and the command line calls through it.</summary>
internal static class VerbTable
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        CreateWorkspace.Verb, ListWorkspaces.Verb,
        Rebuild.Verb,
    ];
}
