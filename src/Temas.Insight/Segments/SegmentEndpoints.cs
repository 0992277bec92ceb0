using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui.Http;

namespace Temas.Insight.Segments;

/// <summary>Some customers of a segment.</summary>
/// <param name="Total">How many are in at the moment.</param>
/// <param name="Customers">Those that were asked for.</param>
internal sealed record SegmentCustomers(long Total, IReadOnlyList<SegmentCustomer> Customers);

/// <param name="Id">Id of the customer.</param>
/// <param name="Name">Name, or the strongest identifier.</param>
internal sealed record SegmentCustomer(string Id, string Name);

/// <summary>The HTTP API of segments; their definitions are written under <c>/api/definitions/segment</c>.</summary>
internal static class SegmentEndpoints
{
    private const int Page = 100;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/segments").WithTags("Segments").RequireAuthorization(Policies.Read);
        group.MapGet("", async Task<Results<JsonHttpResult<SegmentList>, ProblemResult>> (string? q, int? offset, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (offset < 0) return Problem.Invalid("offset_invalid", "An offset is 0 or more.", "offset", $"{offset}").ToResult();
                if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}").ToResult();
                if (q?.Length > 200) return Problem.Invalid("search_too_long", "A search has at most 200 characters.", "q", q).ToResult();
                return TypedResults.Json(await ReadSegments.ListAsync(current.Value, q, WorkspaceSettings.Of(current.Value).Language, offset ?? 0, limit ?? Page, cancel), SegmentJson.Default.SegmentList);
            })
            .Produces<SegmentList>()
            .WithSummary("The segments with how many customers are in at the moment; q searches names, descriptions and keys");
        group.MapGet("{key}/customers", async Task<Results<JsonHttpResult<SegmentCustomers>, ProblemResult>> (string key, int? offset, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var asked = await ReadSegments.CustomersAsync(current.Value, key, offset ?? 0, limit ?? Page, cancel);
                if (asked.Problem is { } problem) return problem.ToResult();
                return TypedResults.Json(new SegmentCustomers(((SegmentAnswer)asked.Value.Answer).Customers, [.. asked.Value.Customers.Select(c => new SegmentCustomer(c.Id, c.Name))]), SegmentJson.Default.SegmentCustomers);
            })
            .Produces<SegmentCustomers>()
            .WithSummary("The customers who are in a segment at the moment, at most 1,000 at once");
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SegmentList))]
[JsonSerializable(typeof(SegmentCustomers))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class SegmentJson : JsonSerializerContext;
