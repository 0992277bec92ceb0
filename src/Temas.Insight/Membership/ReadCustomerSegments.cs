using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Questions;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Membership;

/// <summary>Which segments one customer is in, at this moment and with everything that was acknowledged.</summary>
internal static class ReadCustomerSegments
{
    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">A public id or <c>kind:value</c>.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="patience">As long as this the columns are waited for; by default as long as for any question.</param>
    public static async Task<Result<string[]>> RunAsync(Workspace workspace, string customer, CancellationToken cancel, TimeSpan? patience = null)
    {
        if (workspace.Part<ICustomerNodes>().Find(customer) is null) return Problem.NotFound("customer_unknown", "There is no such customer.", "customer", customer, "Use a public id, or kind:value.");
        var segments = Segment.Of(workspace).Values.OrderBy(s => s.Key, StringComparer.Ordinal).ToList();
        var conditions = segments.ConvertAll(s => QueryReader.For(workspace).ReadCondition(s.Where) is { Problem: null } read ? read.Value : null);
        var tested = await workspace.Part<LiveColumns>().TestAsync(() => workspace.Part<ICustomerNodes>().Find(customer), conditions, patience, cancel);
        return tested.Problem is { } problem ? problem : (string[])[.. segments.Where((_, i) => tested.Value[i]).Select(s => s.Key)];
    }
}
