using System.Text.RegularExpressions;

namespace Temas.Kernel;

/// <summary>The name of a workspace in addresses, folders and schemas: 1 to 40 of a-z, 0-9 and hyphen, beginning with a letter.</summary>
public readonly partial record struct WorkspaceKey
{
    private WorkspaceKey(string value) => Value = value;

    /// <summary>The text of the key.</summary>
    public string Value { get; }

    /// <summary>The workspace that a new installation begins with.</summary>
    public static WorkspaceKey Default { get; } = new("main");

    /// <summary>Reads a key, or says what is wrong with it.</summary>
    public static Result<WorkspaceKey> Parse(string? text) =>
        text is not null && Form().IsMatch(text)
            ? new WorkspaceKey(text)
            : Problem.Invalid("workspace_key_invalid", "A workspace key has 1 to 40 of a-z, 0-9 and hyphen and begins with a letter.", "workspace", text, "Choose another key.");

    public override string ToString() => Value;

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
