using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Temas.Server.Authorization;

namespace Temas.Server.ApiDocs;

/// <summary>
/// Adds the endpoints that read the request themselves, which the framework cannot describe: the tracking API. What is sent is JSON as the Segment
/// specification has it, so one schema stands for all.
/// </summary>
internal sealed class TrackingPaths(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (!pattern.StartsWith("/v1/", StringComparison.Ordinal) || endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription == true) continue;
            if (document.Paths.ContainsKey(pattern)) continue;
            var path = new OpenApiPathItem();
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []) path.AddOperation(new HttpMethod(method), Operation(document, endpoint, method));
            document.Paths.Add(pattern, path);
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Operation(OpenApiDocument document, RouteEndpoint endpoint, string method)
    {
        var operation = new OpenApiOperation
        {
            Summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary,
            Description = endpoint.Metadata.GetMetadata<IEndpointDescriptionMetadata>()?.Description,
            Tags = new HashSet<OpenApiTagReference>([.. (endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags ?? []).Select(t => new OpenApiTagReference(t, document))]),
            Responses = new OpenApiResponses { ["200"] = new OpenApiResponse { Description = "Taken. Of a batch, the events that were refused are listed." } },
        };
        foreach (var parameter in endpoint.RoutePattern.Parameters)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter { Name = parameter.Name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        if (HttpMethods.IsPost(method))
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = "A message as the Segment specification has it, or a batch of messages. Up to 32 KB an event, 500 KB and 2,500 events a batch; gzip is taken.",
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } },
            };
            operation.Responses["400"] = new OpenApiResponse { Description = "Not JSON, or too large." };
        }

        if (EndpointPolicy.Of(endpoint) is { } policy)
        {
            OpenApiSetup.Mark(operation, policy);
            ProblemAnswers.Add(operation, policy, method, schema: null);
        }

        return operation;
    }
}
