using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Api;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Customers.Promises;

/// <summary>A definition to be tried.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Document">The document.</param>
public sealed record TriedDefinition(string? Key, JsonElement Document)
{
    internal string KeyOrNew => string.IsNullOrEmpty(Key) ? "new" : Key;

    internal string Json => Document.ValueKind == JsonValueKind.Undefined ? "{}" : Document.GetRawText();
}

/// <summary>The HTTP API of promises; their definitions are written under <c>/api/definitions/promise</c>.</summary>
internal static class PromiseEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/promises").WithTags("Promises");
        group.MapGet("", async Task<Results<JsonHttpResult<PromiseCounts>, ProblemResult>> (string? segment, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var counts = await CountPromises.RunAsync(current.Value, segment, cancel);
                return counts.Problem is { } problem ? problem.ToResult() : TypedResults.Json(counts.Value, PromiseJson.Default.PromiseCounts);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<PromiseCounts>()
            .WithSummary("Counts what became of all promises, by kind; of everybody or of a segment");
        group.MapPost("/preview", Results<JsonHttpResult<PromisePreview>, ProblemResult> (TriedDefinition body, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var tried = PreviewPromise.Run(current.Value, body.KeyOrNew, body.Json, cancel);
                return tried.Problem is { } problem ? problem.ToResult() : TypedResults.Json(tried.Value, PromiseJson.Default.PromisePreview);
            })
            .RequireAuthorization(Policies.Manage)
            .Produces<PromisePreview>()
            .WithSummary("Tries a definition of a promise on the customers whose events came last; writes nothing");
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(PromiseCounts))]
[JsonSerializable(typeof(PromisePreview))]
[JsonSerializable(typeof(TriedDefinition))]
internal sealed partial class PromiseJson : JsonSerializerContext;
