using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Collect.Sources;

/// <summary>A source as the API shows it.</summary>
/// <param name="Id">Number within the workspace.</param>
/// <param name="Name">Name for people.</param>
/// <param name="WriteKey">The key, for those who manage sources; absent in lists.</param>
/// <param name="Events">What happens to events that the catalogue does not know.</param>
/// <param name="Properties">What happens to properties that the catalogue does not know.</param>
/// <param name="Bots">What happens to events of robots.</param>
/// <param name="RateLimit">Events a second in the long run; 0 for no limit.</param>
/// <param name="Sites">Origins of the websites that may show surveys with the key; empty for any.</param>
/// <param name="Owner">The person or team that answers for what it sends; empty for nobody yet.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="RevokedAt">When its key was revoked; absent while it may write.</param>
/// <param name="Counts">How many of its events met which fate.</param>
public sealed record SourceView(
    int Id,
    string Name,
    string? WriteKey,
    UnknownPolicy Events,
    UnknownPolicy Properties,
    UnknownPolicy Bots,
    int RateLimit,
    IReadOnlyList<string> Sites,
    string Owner,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? RevokedAt,
    IReadOnlyDictionary<string, long>? Counts)
{
    internal static SourceView Of(Source source, bool withKey, IReadOnlyDictionary<string, long>? counts = null) => new(
        source.Id, source.Name, withKey ? source.WriteKey : null, source.Events, source.Properties, source.Bots, source.RateLimit, source.Sites.Split(' ', StringSplitOptions.RemoveEmptyEntries), source.Owner, source.CreatedAt, source.CreatedBy, source.RevokedAt, counts);
}

/// <summary>The sources of a workspace.</summary>
/// <param name="Sources">By number, revoked ones included.</param>
public sealed record SourceList(IReadOnlyList<SourceView> Sources);

/// <summary>The HTTP API of sources.</summary>
internal static class SourceEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/sources").WithTags("Sources");
        group.MapGet("", async (CurrentWorkspace current, ListSources list, CancellationToken cancel) => TypedResults.Ok(new SourceList(
                [.. (await list.HandleAsync(current.Value, cancel)).Select(source => SourceView.Of(source.Source, withKey: false, source.Counts))])))
            .RequireAuthorization(Policies.Read)
            .WithSummary("Lists the sources with what they have sent; without their keys");
        group.MapGet("/{id:int}", async Task<Results<Ok<SourceView>, ProblemResult>> (int id, CurrentWorkspace current, ListSources list, CancellationToken cancel) =>
            {
                var found = (await list.HandleAsync(current.Value, cancel)).FirstOrDefault(source => source.Source.Id == id);
                return found is null
                    ? Problem.NotFound("source_unknown", "There is no source with this number.", "id").ToResult()
                    : TypedResults.Ok(SourceView.Of(found.Source, withKey: true, found.Counts));
            })
            .RequireAuthorization(Policies.Manage)
            .WithSummary("Reads a source with its key");
        group.MapPost("", async Task<Results<Created<SourceView>, ProblemResult>> (CreateSourceRequest request, CurrentWorkspace current, CreateSource create, CancellationToken cancel) =>
            {
                var made = await create.HandleAsync(current.Value, request, current.Actor, cancel);
                return made.Problem is { } problem ? problem.ToResult() : TypedResults.Created(FormattableString.Invariant($"/api/sources/{made.Value.Id}"), SourceView.Of(made.Value, withKey: true));
            })
            .RequireAuthorization(Policies.Manage)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Makes a source with a new write key");
        group.MapPatch("/{id:int}", async Task<Results<Ok<SourceView>, ProblemResult>> (int id, UpdateSourceRequest request, CurrentWorkspace current, ChangeSource change, CancellationToken cancel) =>
                Answer(await change.UpdateAsync(current.Value, id, request, current.Actor, cancel)))
            .RequireAuthorization(Policies.Manage)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Changes name, policies, rate limit, sites or owner; what is absent stays");
        group.MapPost("/{id:int}/rotate", async Task<Results<Ok<SourceView>, ProblemResult>> (int id, CurrentWorkspace current, ChangeSource change, CancellationToken cancel) =>
                Answer(await change.RotateAsync(current.Value, id, current.Actor, cancel)))
            .RequireAuthorization(Policies.Manage)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Gives a source a new write key; the old one stops at once");
        group.MapDelete("/{id:int}", async Task<Results<NoContent, ProblemResult>> (int id, CurrentWorkspace current, ChangeSource change, CancellationToken cancel) =>
                (await change.RevokeAsync(current.Value, id, current.Actor, cancel)).Problem is { } problem ? problem.ToResult() : TypedResults.NoContent())
            .RequireAuthorization(Policies.Manage)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Revokes a source for good; what it sent stays");
    }

    private static Results<Ok<SourceView>, ProblemResult> Answer(Result<Source> result) =>
        result.Problem is { } problem ? problem.ToResult() : TypedResults.Ok(SourceView.Of(result.Value, withKey: true));
}
