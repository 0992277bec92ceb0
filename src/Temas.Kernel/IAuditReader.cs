namespace Temas.Kernel;

/// <summary>What modules read of the audit trail: who did one thing, and when.</summary>
public interface IAuditReader
{
    /// <summary>The latest entries of a workspace that tell of an action, newest first.</summary>
    Task<IReadOnlyList<AuditedAct>> LatestAsync(WorkspaceKey workspace, string action, int limit, CancellationToken cancel = default);
}

/// <summary>An entry, as modules read it.</summary>
/// <param name="At">When.</param>
/// <param name="By">E-mail of the person, or name of the token or command; null for somebody who is gone.</param>
/// <param name="Target">To what.</param>
public sealed record AuditedAct(DateTimeOffset At, string? By, string Target);

/// <summary>Names of actions that are written in one place and read in another.</summary>
public static class Audited
{
    /// <summary>Everything about a customer was given out as a file.</summary>
    public const string Exported = "customer.exported";

    /// <summary>A list of customers was given out as a file.</summary>
    public const string ListExported = "customers.exported";

    /// <summary>What customers wrote was given out as a file.</summary>
    public const string FeedbackExported = "feedback.exported";

    /// <summary>A customer was erased.</summary>
    public const string Erased = "customer.erased";
}
