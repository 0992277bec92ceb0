using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Membership;

/// <summary>Somebody entered or left a segment.</summary>
/// <param name="Id">Ascending; the place to ask on from.</param>
/// <param name="Segment">Key of the segment.</param>
/// <param name="Customer">Public id of the customer.</param>
/// <param name="Change"><c>entered</c> or <c>left</c>.</param>
/// <param name="At">When it was found, in UTC.</param>
internal sealed record SegmentChangeBody(long Id, string Segment, string Customer, string Change, DateTimeOffset At);

/// <summary>Changes in order. <c>Next</c> is what to ask on from; the same as before when there were none.</summary>
internal sealed record SegmentChangesBody(IReadOnlyList<SegmentChangeBody> Changes, long Next);

/// <summary>The segments that a customer is in now.</summary>
internal sealed record CustomerSegmentsBody(IReadOnlyList<string> Segments);

/// <summary>The HTTP API of who enters and leaves segments.</summary>
internal static class MembershipEndpoints
{
    private const int Most = 1000;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").WithTags("Segments").RequireAuthorization(Policies.Read);
        group.MapGet("segments/changes", async Task<Results<Ok<SegmentChangesBody>, ProblemResult>> (CurrentWorkspace current, CancellationToken cancel, long after = 0, int limit = 100) =>
            {
                if (after < 0) return Problem.Invalid("number_out_of_range", "Changes are counted from 1.", "after", after.ToString(System.Globalization.CultureInfo.InvariantCulture), "Begin with 0, then go on with next.").ToResult();
                if (limit is < 1 or > Most) return Problem.Invalid("number_out_of_range", "Between 1 and 1,000 at a time.", "limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture), "Ask for fewer, and on from next.").ToResult();
                var told = await current.Value.Events.ReadAsync(after, limit, [MemberStore.Entered, MemberStore.Left], cancel);
                return TypedResults.Ok(new SegmentChangesBody(
                    [.. told.Select(e => new SegmentChangeBody(e.Id, MemberStore.SegmentOf(e), e.Subject, e.Kind == MemberStore.Entered ? "entered" : "left", e.At))],
                    told.Count == 0 ? after : told[^1].Id));
            })
            .WithSummary("Who entered and left segments after an id, in order, each once; kept for 30 days. Whoever keeps the last id misses nothing");
        group.MapGet("customers/{customer}/segments", async Task<Results<Ok<CustomerSegmentsBody>, ProblemResult>> (string customer, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var segments = await ReadCustomerSegments.RunAsync(current.Value, customer, cancel);
                return segments.Problem is { } problem ? problem.ToResult() : TypedResults.Ok(new CustomerSegmentsBody(segments.Value));
            })
            .WithSummary("The segments that a customer is in now, by key");
    }
}
