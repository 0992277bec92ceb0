using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>Roles as they are written outside: <c>viewer</c> … <c>owner</c>.</summary>
internal static class RoleNames
{
    /// <summary>All names, from the least to the most.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<Role>().Order().Select(Of));

    /// <summary>The name of a role.</summary>
    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Reads a name, whatever its case, or says which there are.</summary>
    public static Result<Role> Parse(string? text)
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            if (string.Equals(Of(role), text, StringComparison.OrdinalIgnoreCase)) return role;
        }

        return Problem.Invalid("role_unknown", "There is no such role.", "role", text, $"The roles are {All}.");
    }
}
