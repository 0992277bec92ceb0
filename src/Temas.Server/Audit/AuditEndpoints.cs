using System.Globalization;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Audit;

/// <summary>A page of the audit trail.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">What to send as <c>before</c> for the next page, or null at the end.</param>
internal sealed record AuditPage(IReadOnlyList<AuditRecord> Entries, string? Next);

/// <summary><c>/api/audit</c>.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/audit", ReadAsync).RequireAuthorization(Policies.Own).WithTags("Audit").WithName("ReadAudit").WithSummary("Who changed what and when in the workspace, newest first.");

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.Ok<AuditPage>> ReadAsync(
        CurrentWorkspace current, AuditTrail trail, CancellationToken cancel,
        long? before = null, int limit = 50, string? actor = null, string? action = null, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        limit = Math.Clamp(limit, 1, 500);
        var entries = await trail.ReadAsync(current.Value.Key, new AuditFilter(actor, action, from, until), limit, before ?? long.MaxValue, cancel);
        return TypedResults.Ok(new AuditPage(entries, entries.Count == limit ? entries[^1].Id.ToString(CultureInfo.InvariantCulture) : null));
    }
}
