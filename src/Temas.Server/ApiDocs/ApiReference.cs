using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Temas.Kernel;

namespace Temas.Server.ApiDocs;

/// <summary>A type as the reference writes it: <c>string</c>, <c>Token[]</c>.</summary>
/// <param name="Text">The words.</param>
/// <param name="Link">Name of the schema that it leads to, or null.</param>
public sealed record ApiType(string Text, string? Link);

/// <summary>A parameter of an address, or a property of a JSON object.</summary>
public sealed record ApiField(string Name, string Place, ApiType Type, bool Required, string? Description);

/// <summary>An answer of an operation.</summary>
public sealed record ApiAnswer(string Status, string? Description, ApiType? Type);

/// <summary>One method of one address.</summary>
public sealed record ApiOperation(
    string Id, string Method, string Path, string? Summary, string? Description, string Policy, IReadOnlyList<ApiField> Parameters, ApiType? Body, string? BodyDescription, IReadOnlyList<ApiAnswer> Answers);

/// <summary>Operations that belong together.</summary>
public sealed record ApiGroup(string Id, string Name, IReadOnlyList<ApiOperation> Operations);

/// <summary>A JSON object, or a choice of words.</summary>
public sealed record ApiSchema(string Name, string? Description, IReadOnlyList<ApiField> Fields, IReadOnlyList<string> Words);

/// <summary>The description of the API in the shape in which a person reads it, taken from the document that programs read.</summary>
public sealed record ApiReference(string Description, IReadOnlyList<ApiGroup> Groups, IReadOnlyList<ApiSchema> Schemas)
{
    /// <summary>The order in which a newcomer meets them; what is not named follows by name.</summary>
    private static readonly string[] Order = ["Tracking", "Customers", "Events", "Definitions", "Sources", "Session", "Workspaces", "People", "Tokens", "Audit"];

    /// <summary>Reads the document.</summary>
    public static ApiReference Of(OpenApiDocument document)
    {
        var named = document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>();
        var shown = named.Where(s => s.Value.Properties is { Count: > 0 } || s.Value.Enum is { Count: > 0 }).Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
        var groups = from path in document.Paths
                     from operation in path.Value.Operations ?? []
                     let tag = operation.Value.Tags?.FirstOrDefault()?.Name ?? "Other"
                     group Read(path.Key, operation.Key, operation.Value, shown) by tag into g
                     orderby Array.IndexOf(Order, g.Key) is var at && at < 0 ? Order.Length : at, g.Key
                     select new ApiGroup("group-" + g.Key.ToLowerInvariant(), g.Key, [.. g.OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Method, StringComparer.Ordinal)]);
        var schemas = from schema in named
                      where shown.Contains(schema.Key)
                      orderby schema.Key
                      select new ApiSchema(schema.Key, schema.Value.Description, Fields(schema.Value, shown), [.. (schema.Value.Enum ?? []).Where(e => e is not null).Select(e => e.ToString())]);
        return new ApiReference(document.Info.Description ?? "", [.. groups], [.. schemas]);
    }

    private static ApiOperation Read(string path, HttpMethod method, OpenApiOperation operation, HashSet<string> shown)
    {
        var policy = operation.Extensions?.TryGetValue(OpenApiSetup.PolicyExtension, out var extension) == true && extension is JsonNodeExtension { Node: { } node } ? node.GetValue<string>() : Policies.Open;
        var id = $"{method.Method}{path}".ToLowerInvariant().Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        return new ApiOperation(
            id, method.Method, path, operation.Summary, operation.Description, policy,
            [.. (operation.Parameters ?? []).Select(p => new ApiField(p.Name ?? "", p.In?.ToString().ToLowerInvariant() ?? "", TypeOf(p.Schema, shown), p.Required, p.Description))],
            operation.RequestBody?.Content?.Values.FirstOrDefault()?.Schema is { } body ? TypeOf(body, shown) : null,
            operation.RequestBody?.Description,
            [.. (operation.Responses ?? []).OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new ApiAnswer(r.Key, r.Value.Description, r.Value.Content?.Values.FirstOrDefault()?.Schema is { } schema ? TypeOf(schema, shown) : null))]);
    }

    private static IReadOnlyList<ApiField> Fields(IOpenApiSchema schema, HashSet<string> shown) =>
        [.. (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(p => new ApiField(p.Key, "", TypeOf(p.Value, shown), schema.Required?.Contains(p.Key) == true, p.Value.Description))];

    private static ApiType TypeOf(IOpenApiSchema? schema, HashSet<string> shown)
    {
        if (schema is null) return new ApiType("any", null);
        if (schema is OpenApiSchemaReference { Reference.Id: { } id }) return shown.Contains(id) ? new ApiType(id, id) : new ApiType("any", null);
        if (schema.OneOf is { Count: > 0 } choices)
        {
            // A reference or null: the name says enough.
            return choices.Select(c => TypeOf(c, shown)).FirstOrDefault(t => t.Link is not null) ?? TypeOf(choices[0], shown);
        }

        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.Array))
        {
            var item = TypeOf(schema.Items, shown);
            return item with { Text = item.Text + "[]" };
        }

        if (schema.AdditionalProperties is { } values)
        {
            var value = TypeOf(values, shown);
            return value with { Text = $"map of {value.Text}" };
        }

        var name = schema.Type is { } plain ? (plain & ~JsonSchemaType.Null).ToString().ToLowerInvariant() : "any";
        return new ApiType(schema.Format is { Length: > 0 } format ? $"{name} ({format})" : name, null);
    }
}

/// <summary>Keeps the reference: endpoints do not change while the server runs.</summary>
internal sealed class ApiReferenceSource([FromKeyedServices(OpenApiSetup.Document)] IOpenApiDocumentProvider provider)
{
    private volatile ApiReference? kept;

    /// <summary>The reference.</summary>
    public async Task<ApiReference> ReadAsync(CancellationToken cancel) => kept ??= ApiReference.Of(await provider.GetOpenApiDocumentAsync(cancel));
}
