using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Collect.Import.Uploads;

/// <summary>The HTTP API of imports: a file is sent as the body of the request, then mapped and started.</summary>
internal static class ImportEndpoints
{
    private const int LargestMapping = 1024 * 1024;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/imports").WithTags("Imports").RequireAuthorization(Policies.Manage);
        var limit = new RequestSizeLimitAttribute(routes.ServiceProvider.GetRequiredService<ImportOptions>().MaxBytes);
        group.MapGet("", JsonHttpResult<UploadedImportList> (CurrentWorkspace current, ImportUploads uploads) => TypedResults.Json(new UploadedImportList(uploads.List(current.Value)), UploadJson.Default.UploadedImportList))
            .Produces<UploadedImportList>().WithSummary("Lists uploaded imports, newest first");
        group.MapPost("", async Task<Results<JsonHttpResult<UploadedImport>, ProblemResult>> (string? name, HttpContext http, CurrentWorkspace current, ImportUploads uploads, CancellationToken cancel) =>
                Answer(await uploads.AddAsync(current.Value, name, http.Request.Body, current.Actor, cancel)))
            .WithMetadata(limit)
            .Accepts<IFormFile>("application/octet-stream", "text/csv", "text/plain", "application/gzip", "application/x-gzip", "application/x-ndjson", "application/jsonl", "application/json").Produces<UploadedImport>().WithSummary("Takes in a file (CSV or JSON Lines, plain or gzip) as the body of the request; nothing is imported yet");
        group.MapGet("/{id}", Results<JsonHttpResult<UploadedImport>, ProblemResult> (string id, CurrentWorkspace current, ImportUploads uploads) =>
                uploads.Find(current.Value, id) is { } import ? TypedResults.Json(import, UploadJson.Default.UploadedImport) : Unknown(id).ToResult())
            .Produces<UploadedImport>().WithSummary("Reads where an import stands");
        group.MapGet("/{id}/stream", async Task (string id, HttpContext http, CurrentWorkspace current, ImportUploads uploads) =>
            {
                if (uploads.Find(current.Value, id) is null) await Unknown(id).ToResult().ExecuteAsync(http);
                else await EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(1), () => uploads.Find(current.Value, id) is { } import ? ImportUploads.VersionOf(import) : "");
            })
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").WithSummary("Tells when an import got further (server-sent events)");
        group.MapPut("/{id}/mapping", async Task<Results<JsonHttpResult<UploadedImport>, ProblemResult>> (string id, string? name, HttpContext http, CurrentWorkspace current, ImportUploads uploads, CancellationToken cancel) =>
            {
                if (http.Request.ContentLength > LargestMapping) return Problem.Invalid("mapping_too_large", "The mapping has more than 1 MB.", "mapping").ToResult();
                using var reader = new StreamReader(http.Request.Body);
                return Answer(uploads.Map(current.Value, id, name ?? "mapping.yaml", await reader.ReadToEndAsync(cancel)));
            })
            .Accepts<string>("application/yaml", "application/x-yaml", "text/yaml", "text/plain").Produces<UploadedImport>().WithSummary("Writes the mapping of an import (docs/importing.md); one with faults is refused");
        group.MapGet("/{id}/preview", async Task<Results<JsonHttpResult<UploadPreview>, ProblemResult>> (string id, CurrentWorkspace current, ImportUploads uploads, CancellationToken cancel) =>
                uploads.Find(current.Value, id) is not { } import ? Unknown(id).ToResult()
                : import.State == UploadState.Done ? new Problem(ProblemKind.Conflict, "import_done", "This file is imported already.").ToResult()
                : TypedResults.Json(await uploads.PreviewAsync(current.Value, import, cancel), UploadJson.Default.UploadPreview))
            .Produces<UploadPreview>().WithSummary("Tries the mapping on the beginning of the file; writes nothing");
        group.MapPost("/{id}/start", async Task<Results<JsonHttpResult<UploadedImport>, ProblemResult>> (string id, CurrentWorkspace current, ImportUploads uploads, CancellationToken cancel) =>
                Answer(await uploads.StartAsync(current.Value, id, current.Actor, cancel)))
            .Produces<UploadedImport>().WithSummary("Begins an import, or goes on where it stopped; it runs in the background");
        group.MapPost("/{id}/cancel", async Task<Results<JsonHttpResult<UploadedImport>, ProblemResult>> (string id, CurrentWorkspace current, ImportUploads uploads, CancellationToken cancel) =>
                await uploads.CancelAsync(current.Value, id, current.Actor, cancel) is { } problem ? problem.ToResult() : Answer(uploads.Find(current.Value, id) is { } import ? import : Unknown(id)))
            .Produces<UploadedImport>().WithSummary("Stops a running import; it can go on later");
        group.MapDelete("/{id}", async Task<Results<NoContent, ProblemResult>> (string id, CurrentWorkspace current, ImportUploads uploads) =>
                await uploads.RemoveAsync(current.Value, id, current.Actor) is { } problem ? problem.ToResult() : TypedResults.NoContent())
            .WithSummary("Removes an upload with its file and its rejected rows; what was imported stays");
    }

    private static Results<JsonHttpResult<UploadedImport>, ProblemResult> Answer(Result<UploadedImport> result) =>
        result.Problem is { } problem ? problem.ToResult() : TypedResults.Json(result.Value, UploadJson.Default.UploadedImport);

    private static Problem Unknown(string id) => Problem.NotFound("import_unknown", "There is no such import.", "id", id);
}
