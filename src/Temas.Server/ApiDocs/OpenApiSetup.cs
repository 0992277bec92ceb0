using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.People;

namespace Temas.Server.ApiDocs;

/// <summary>The description of the HTTP API that programs read: <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiSetup
{
    /// <summary>Name of the document.</summary>
    public const string Document = "v1";

    private const string Token = "token", WriteKey = "writeKey";

    public static IServiceCollection AddApiDocs(this IServiceCollection services)
    {
        services.AddOpenApi(Document, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = d => d.RelativePath is { } path && (path.StartsWith("api/", StringComparison.Ordinal) || path.StartsWith("v1/", StringComparison.Ordinal));
            options.AddOperationTransformer((operation, context, _) =>
            {
                if (EndpointPolicy.Of(context.Description.ActionDescriptor.EndpointMetadata) is not { } policy) return Task.CompletedTask;
                Mark(operation, policy);
                // Failures of the tracking API have a shape of their own, which SDKs expect.
                var shape = policy == Policies.Write ? null : new OpenApiSchemaReference(nameof(ProblemDetails), context.Document);
                ProblemAnswers.Add(operation, policy, context.Description.HttpMethod ?? HttpMethods.Get, shape);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                if (context.JsonTypeInfo.Type == typeof(ProblemDetails)) DescribeProblem(schema);
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer<TrackingPaths>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                Introduce(document);
                return Task.CompletedTask;
            });
        });
        services.AddSingleton<ApiReferenceSource>();
        return services;
    }

    public static void MapApiDocs(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(Policies.Open);

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Temas",
            Version = "v1",
            Description =
                "Customer experience on your own machine. Programs send `Authorization: Bearer tmt_…` (make a token with `temas token create --role viewer`); " +
                "sources write with their write key. A token opens one workspace; a person who signs in names the workspace by the header `Temas-Workspace` or the parameter " +
                "`workspace` where there are several. Every failure is an RFC 9457 problem with `code`, `detail` and, where they help, `field`, `value` and `wayOut`. Times are RFC 3339 in UTC.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // The server that answers is the server to call; the address that this request came by may be a proxy's.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token: tmt_ and 43 characters." },
            [WriteKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "The write key of a source as user name, with an empty password. Bearer, and writeKey in the body, are taken as well." },
        };
        foreach (var path in document.Paths.Values)
        {
            foreach (var operation in (path.Operations ?? []).Values)
            {
                var scheme = operation.Extensions?.TryGetValue(PolicyExtension, out var policy) == true && policy is JsonNodeExtension { Node: { } node }
                    ? node.GetValue<string>() switch { Policies.Open => null, Policies.Write => WriteKey, _ => Token }
                    : null;
                if (scheme is not null)
                    operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] }];
            }
        }
    }

    /// <summary>The extension that names an operation's policy.</summary>
    public const string PolicyExtension = "x-temas-policy";

    /// <summary>Says on an operation who may call it.</summary>
    internal static void Mark(OpenApiOperation operation, string policy)
    {
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
        operation.Extensions[PolicyExtension] = new JsonNodeExtension(policy);
        if (!RolePolicies.Least.TryGetValue(policy, out var least)) return;
        var who = least == Role.Owner ? "Owners." : $"{char.ToUpperInvariant(RoleNames.Of(least)[0])}{RoleNames.Of(least)[1..]} and above.";
        operation.Description = operation.Description is { Length: > 0 } text ? $"{text} {who}" : who;
    }

    /// <summary>The members that Temas adds to problem details.</summary>
    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Description = "What went wrong, as RFC 9457 has it.";
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var (name, meaning) in new[]
        {
            ("code", "Stable name of the problem, for programs."), ("field", "The field that is wrong, as the sender calls it."), ("value", "The value that is wrong, shortened."),
            ("wayOut", "What to do about it."), ("traceId", "The number under which the server's log has it."),
        })
        {
            schema.Properties[name] = new OpenApiSchema { Type = JsonSchemaType.String, Description = meaning };
        }
    }
}
