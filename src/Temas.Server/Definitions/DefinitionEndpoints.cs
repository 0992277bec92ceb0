using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Server.Definitions;

/// <summary>A version of a definition.</summary>
/// <param name="Kind">Kind of definition.</param>
/// <param name="Key">Name within the kind.</param>
/// <param name="Version">1 for the first; each change adds one.</param>
/// <param name="By">Who made this version.</param>
/// <param name="At">When.</param>
/// <param name="Removed">True when this version removes the definition.</param>
/// <param name="Document">The document.</param>
internal sealed record DefinitionView(string Kind, string Key, int Version, string By, DateTimeOffset At, bool Removed, JsonElement? Document)
{
    /// <summary>As the API gives it.</summary>
    public static DefinitionView Of(Definition d) => new(d.Kind, d.Key, d.Version, d.By, d.At, d.Removed, d.Json.Length == 0 ? null : JsonElement.Parse(d.Json));
}

/// <summary>The definitions of a kind.</summary>
internal sealed record DefinitionList(IReadOnlyList<DefinitionView> Definitions);

/// <summary>All versions of one definition, newest first.</summary>
internal sealed record DefinitionHistory(IReadOnlyList<DefinitionView> Versions);

/// <summary><c>/api/definitions</c>: what people configure, with history.</summary>
internal static class DefinitionEndpoints
{
    private const int MostBytes = 256 * 1024;

    /// <summary>Kinds that may be changed with less than the role of a manager: with that of their pages (a test holds both against each other).</summary>
    private static readonly (string Kind, string Policy)[] Easier = [("computed-trait", Policies.Analyse), ("indicator", Policies.Analyse), ("goal", Policies.Analyse), ("persona", Policies.Analyse), ("segment", Policies.Engage), ("exploration", Policies.Engage), ("dashboard", Policies.Engage), ("journey", Policies.Engage), ("survey", Policies.Engage), ("survey-draft", Policies.Engage), ("asking-rule", Policies.Engage), ("follow-up-rule", Policies.Engage), ("survey-target", Policies.Engage), ("monitor", Policies.Engage), ("special-day", Policies.Engage)];

    public static void MapDefinitions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/definitions").WithTags("Definitions");
        group.MapGet("{kind}", (string kind, CurrentWorkspace current) =>
                Unknown(current, kind) is { } unknown ? Answers.Of(unknown) : Results.Ok(new DefinitionList([.. current.Value.Definitions.List(kind).Select(DefinitionView.Of)])))
            .RequireAuthorization(Policies.Read).WithName("ListDefinitions").WithSummary("The definitions of a kind that are in force: touchpoint, promise, computed-trait …")
            .Produces<DefinitionList>();
        group.MapGet("{kind}/{key}", (string kind, string key, CurrentWorkspace current) => Answers.Of(Find(current, kind, key), d => Results.Ok(DefinitionView.Of(d))))
            .RequireAuthorization(Policies.Read).WithName("ReadDefinition").WithSummary("One definition, as it is in force.")
            .Produces<DefinitionView>();
        group.MapGet("{kind}/{key}/history", HistoryAsync)
            .RequireAuthorization(Policies.Read).WithName("ReadDefinitionHistory").WithSummary("All versions of one definition, newest first.")
            .Produces<DefinitionHistory>();

        group.MapPut("{kind}/{key}", SaveAsync).RequireAuthorization(Policies.Manage).WithName("SaveDefinition")
            .WithSummary("Writes a version of a definition. The body is the document; the problem of a document that is refused names the place as a JSON path.")
            .Accepts<JsonElement>("application/json").Produces<DefinitionView>();
        group.MapDelete("{kind}/{key}", RemoveAsync).RequireAuthorization(Policies.Manage).WithName("RemoveDefinition")
            .WithSummary("Writes a version that removes a definition; its history stays.")
            .Produces(StatusCodes.Status204NoContent);
        group.MapPost("{kind}/{key}/versions/{version:int}/restore", RestoreAsync).RequireAuthorization(Policies.Manage).WithName("RestoreDefinition")
            .WithSummary("Goes back to a version of a definition, removed ones too, by writing it once more.")
            .Produces<DefinitionView>();
        foreach (var (kind, policy) in Easier)
        {
            group.MapPut(kind + "/{key}", (string key, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) => SaveAsync(kind, key, http, current, change, cancel))
                .RequireAuthorization(policy).WithSummary($"Writes a version of a {kind}.")
                .Accepts<JsonElement>("application/json").Produces<DefinitionView>();
            group.MapDelete(kind + "/{key}", (string key, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) => RemoveAsync(kind, key, current, change, cancel))
                .RequireAuthorization(policy).WithSummary($"Removes a {kind}; its history stays.")
                .Produces(StatusCodes.Status204NoContent);
            group.MapPost(kind + "/{key}/versions/{version:int}/restore", (string key, int version, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) => RestoreAsync(kind, key, version, current, change, cancel))
                .RequireAuthorization(policy).WithSummary($"Goes back to a version of a {kind}.")
                .Produces<DefinitionView>();
        }
    }

    private static async Task<IResult> HistoryAsync(string kind, string key, CurrentWorkspace current, CancellationToken cancel)
    {
        if (Unknown(current, kind) is { } unknown) return Answers.Of(unknown);
        var versions = await current.Value.Definitions.HistoryAsync(kind, key, cancel);
        return versions.Count == 0 ? Answers.Of(NotFound(kind, key)) : Results.Ok(new DefinitionHistory([.. versions.Select(DefinitionView.Of)]));
    }

    private static async Task<IResult> SaveAsync(string kind, string key, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        if (Unknown(current, kind) is { } unknown) return Answers.Of(unknown);
        if (http.Request.ContentLength > MostBytes) return Answers.Of(TooLarge);
        string json;
        using (var body = new MemoryStream())
        {
            await http.Request.Body.CopyToAsync(body, cancel);
            if (body.Length > MostBytes) return Answers.Of(TooLarge);
            try
            {
                json = JsonElement.Parse(body.GetBuffer().AsSpan(0, (int)body.Length)).GetRawText();
            }
            catch (JsonException e)
            {
                return Answers.Of(Problem.Invalid("json_invalid", FormattableString.Invariant($"The body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})."), "$"));
            }
        }

        return Answers.Of(await change.SaveAsync(current.Value, kind, key, json, current.Actor, cancel), d => Results.Ok(DefinitionView.Of(d)));
    }

    private static async Task<IResult> RemoveAsync(string kind, string key, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        Find(current, kind, key).Problem is { } problem
            ? Answers.Of(problem)
            : Answers.Of(await change.RemoveAsync(current.Value, kind, key, current.Actor, cancel), _ => Results.NoContent());

    private static async Task<IResult> RestoreAsync(string kind, string key, int version, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        Unknown(current, kind) is { } unknown
            ? Answers.Of(unknown)
            : Answers.Of(await change.RestoreAsync(current.Value, kind, key, version, current.Actor, cancel), d => Results.Ok(DefinitionView.Of(d)));

    private static Result<Definition> Find(CurrentWorkspace current, string kind, string key)
    {
        if (Unknown(current, kind) is { } unknown) return unknown;
        foreach (var definition in current.Value.Definitions.List(kind))
        {
            if (definition.Key == key) return definition;
        }

        return NotFound(kind, key);
    }

    private static Problem? Unknown(CurrentWorkspace current, string kind) =>
        current.Value.Definitions.Kinds.Any(k => k.Kind == kind)
            ? null
            : Problem.NotFound("definition_kind_unknown", "There is no such kind of definition.", "kind", kind, $"The kinds are {string.Join(", ", current.Value.Definitions.Kinds.Select(k => k.Kind).Order(StringComparer.Ordinal))}.");

    private static Problem NotFound(string kind, string key) => Problem.NotFound("definition_not_found", $"There is no {kind} with this key.", "key", key);

    private static Problem TooLarge { get; } = Problem.Invalid("document_too_large", "The document has more than 256 KB.");
}
