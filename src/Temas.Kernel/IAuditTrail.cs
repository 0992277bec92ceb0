namespace Temas.Kernel;

/// <summary>
/// Who changed what and when. Append-only, kept apart from customer data; holds no personal data: people are written down by their id, customers by the
/// position or the opaque id that <see cref="AuditEntry.Target"/> gives.
/// </summary>
public interface IAuditTrail
{
    /// <summary>Writes one entry. Does not fail the caller's work: what cannot be written is logged as an error.</summary>
    Task RecordAsync(AuditEntry entry, CancellationToken cancel = default);

    /// <summary>Takes targets that are to be forgotten out of a workspace's entries; of each its first word stays. Throws when that cannot be done.</summary>
    Task ForgetAsync(WorkspaceKey workspace, IReadOnlyList<string> targets);
}

/// <summary>One entry of the audit trail.</summary>
/// <param name="Workspace">The workspace that it concerns, or null for the installation.</param>
/// <param name="By">Who did it.</param>
/// <param name="Action">What was done, as object and verb in snake_case: <c>token.created</c>.</param>
/// <param name="Target">What it was done to, as an id without personal data: <c>token 0198…</c>, <c>touchpoint order-completed</c>. May be empty.</param>
public sealed record AuditEntry(WorkspaceKey? Workspace, Actor By, string Action, string Target)
{
    /// <summary>The definition before, as JSON, where one was changed. Never customer data, never a secret.</summary>
    public string? Before { get; init; }

    /// <summary>The definition after, as JSON, where one was changed. Never customer data, never a secret.</summary>
    public string? After { get; init; }
}
