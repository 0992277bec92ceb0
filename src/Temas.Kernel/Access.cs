namespace Temas.Kernel;

/// <summary>What a person or an API token may do in a workspace. Each role may also do what the ones before it may.</summary>
/// <remarks>The numbers are persisted and may only grow.</remarks>
public enum Role
{
    /// <summary>May look at everything but secrets.</summary>
    Viewer = 1,

    /// <summary>Answers customers: may also correct who is who.</summary>
    Agent = 2,

    /// <summary>Asks and offers: may also change surveys, campaigns and segments.</summary>
    Marketer = 3,

    /// <summary>Measures: may also change indicators and computed traits, and export.</summary>
    Analyst = 4,

    /// <summary>Runs the workspace: may also change the catalogue, sources, imports and erase customers.</summary>
    Manager = 5,

    /// <summary>Owns it: may also change people, tokens and settings.</summary>
    Owner = 6,
}

/// <summary>Names of the authorisation policies. Every endpoint and page carries exactly one; a snapshot test lists them all.</summary>
public static class Policies
{
    /// <summary>Viewer and above: read customers, timelines, events, definitions.</summary>
    public const string Read = "read";

    /// <summary>Agent and above: undo, confirm or forbid a merge; saved views; follow-ups.</summary>
    public const string Resolve = "resolve";

    /// <summary>Marketer and above: segments, saved explorations.</summary>
    public const string Engage = "engage";

    /// <summary>Analyst and above: computed traits, export of customers.</summary>
    public const string Analyse = "analyse";

    /// <summary>Manager and above: catalogue, sources, imports, erasure.</summary>
    public const string Manage = "manage";

    /// <summary>Owner: people, tokens, workspace settings, backup.</summary>
    public const string Own = "own";

    /// <summary>A write key of a source; may write events and nothing else.</summary>
    public const string Write = "write";

    /// <summary>Open to everybody: sign-in, health, static files. Said on purpose, never by omission.</summary>
    public const string Open = "open";

    /// <summary>Any signed-in person, whatever the role: sign-out, choice of workspace, own password.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>The command line on this machine, by the Unix socket in the data folder. Nothing that comes by network has it.</summary>
    public const string Control = "control";
}

/// <summary>Who does something, as the audit trail writes it down: a person's or token's name, or the machine itself.</summary>
/// <param name="Kind"><c>user</c>, <c>token</c>, <c>command</c> (the command line on this machine) or <c>system</c>.</param>
/// <param name="Name">E-mail of the user, name of the token, or name of the command.</param>
public sealed record Actor(string Kind, string Name)
{
    /// <summary>Temas itself.</summary>
    public static Actor System { get; } = new("system", "temas");
}
