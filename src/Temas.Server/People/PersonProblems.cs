using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>Problems that several use cases of people share.</summary>
internal static class PersonProblems
{
    public static Problem NotFound(string? id) => Problem.NotFound("person_not_found", "There is no such person in this workspace.", "id", id);

    public static Problem Shared { get; } =
        new(ProblemKind.Forbidden, "person_shared", "This person belongs to other workspaces, too; only the role can be changed here.") { WayOut = "Remove the person from this workspace, or use the command line." };

    public static Problem LastOwner { get; } = new(ProblemKind.Conflict, "last_owner", "This is the last owner of the workspace.") { WayOut = "Make somebody else an owner first." };
}
