using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Promises;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Customers.Profiles;

/// <summary>The HTTP API of computed traits; their definitions are written under <c>/api/definitions/computed-trait</c>.</summary>
internal static class TraitEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/computed-traits/preview", async Task<Results<JsonHttpResult<TraitPreview>, ProblemResult>> (TriedDefinition body, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var tried = await PreviewTrait.RunAsync(current.Value, body.KeyOrNew, body.Json, cancel);
                return tried.Problem is { } problem ? problem.ToResult() : TypedResults.Json(tried.Value, TraitJson.Default.TraitPreview);
            })
            .WithTags("Computed traits")
            .RequireAuthorization(Policies.Analyse)
            .Produces<TraitPreview>()
            .WithSummary("Tries a definition of a computed trait on the customers whose events came last; writes nothing");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TraitPreview))]
internal sealed partial class TraitJson : JsonSerializerContext;
