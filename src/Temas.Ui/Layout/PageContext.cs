using Temas.Kernel;

namespace Temas.Ui.Layout;

/// <summary>A workspace that the person may choose.</summary>
/// <param name="Key">Its name in addresses.</param>
/// <param name="Name">Its name for people.</param>
public sealed record WorkspaceChoice(string Key, string Name);

/// <summary>A workspace whose customers are simulated.</summary>
/// <param name="Living">Whether it goes on in real time.</param>
/// <param name="Percent">How much of its history is loaded, while that is under way.</param>
public sealed record DemoNotice(bool Living, int? Percent);

/// <summary>The tour of the pages, where it is shown.</summary>
/// <param name="Step">Its step: 1 the overview, 2 one customer, 3 the first event of one's own.</param>
/// <param name="Empty">Whether nothing has arrived in the workspace yet.</param>
public sealed record TourNotice(int Step, bool Empty);

/// <summary>Who looks at a page and in which workspace. Scoped; the server fills it from the sign-in before a page is rendered.</summary>
public sealed class PageContext
{
    /// <summary>Key of the workspace in the address; null on pages outside of any.</summary>
    public string? Workspace { get; set; }

    /// <summary>Name of that workspace for people; its key if it has none.</summary>
    public string? WorkspaceName { get; set; }

    /// <summary>The workspaces that the person is a member of.</summary>
    public IReadOnlyList<WorkspaceChoice> Workspaces { get; set; } = [];

    /// <summary>What is to be said of the workspace as a demo; null where it is none.</summary>
    public DemoNotice? Demo { get; set; }

    /// <summary>How many alerts go on that nobody has acknowledged.</summary>
    public int OpenAlerts { get; set; }

    /// <summary>The step of the tour that the page shows; null where it shows none.</summary>
    public TourNotice? Tour { get; set; }

    /// <summary>The person's name; null when nobody is signed in.</summary>
    public string? PersonName { get; set; }

    /// <summary>The person's e-mail address.</summary>
    public string? PersonEmail { get; set; }

    /// <summary>The person's role in the workspace, as <c>Temas.Kernel.Role</c> names it; null outside of any.</summary>
    public Role? Role { get; set; }

    /// <summary>Whether the person's role is at least <paramref name="role"/>: a page hides what would be refused anyway.</summary>
    public bool IsAtLeast(Role role) => Role >= role;

    /// <summary>The key of the workspace, on pages that are always inside of one.</summary>
    public string Key => Workspace ?? throw new InvalidOperationException("This page needs a workspace.");
}
