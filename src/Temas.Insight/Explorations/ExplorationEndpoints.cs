using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Explorations;

/// <summary>The HTTP API of saved explorations; their definitions are written under <c>/api/definitions/exploration</c>.</summary>
internal static class ExplorationEndpoints
{
    private const int Page = 100;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/explorations").WithTags("Questions").RequireAuthorization(Policies.Read);
        group.MapGet("", Results<JsonHttpResult<ExplorationList>, ProblemResult> (string? q, int? offset, int? limit, CurrentWorkspace current) =>
            {
                if (offset < 0) return Problem.Invalid("offset_invalid", "An offset is 0 or more.", "offset", $"{offset}").ToResult();
                if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}").ToResult();
                if (q?.Length > 200) return Problem.Invalid("search_too_long", "A search has at most 200 characters.", "q", q).ToResult();
                return TypedResults.Json(ReadExplorations.List(current.Value, q, WorkspaceSettings.Of(current.Value).Language, offset ?? 0, limit ?? Page), ExplorationJson.Default.ExplorationList);
            })
            .Produces<ExplorationList>()
            .WithSummary("The saved explorations; q searches names, descriptions, owners and keys");
        group.MapGet("{key}/answer", async Task<Results<FileContentHttpResult, ProblemResult>> (string key, HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var isCsv = http.Request.GetTypedHeaders().Accept.FirstOrDefault() is { MediaType.Value: "text/csv" };
                var asked = await ((WorkspaceExplorations)current.Value.Part<IExplorations>()).AskAsync(key, cancel);
                return asked.Problem is { } problem ? problem.ToResult() : TypedResults.Bytes(QueryEndpoints.Write(asked.Value, current.Value, isCsv), isCsv ? "text/csv; charset=utf-8" : "application/json");
            })
            .Produces(StatusCodes.Status200OK, null, "application/json", "text/csv")
            .WithSummary("Asks a saved exploration: the answer as POST /api/query gives it, on the live data");
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExplorationList))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class ExplorationJson : JsonSerializerContext;
