using System.Collections.Concurrent;
using Temas.Kernel;

namespace Temas.Tests;

/// <summary>Keeps what would go into the audit trail.</summary>
internal sealed class AuditProbe : IAuditTrail
{
    private readonly ConcurrentQueue<AuditEntry> entries = new();

    public IReadOnlyList<AuditEntry> Entries => [.. entries];

    public Task RecordAsync(AuditEntry entry, CancellationToken cancel = default)
    {
        entries.Enqueue(entry);
        return Task.CompletedTask;
    }

    public Task ForgetAsync(WorkspaceKey workspace, IReadOnlyList<string> targets) => Task.CompletedTask;
}
