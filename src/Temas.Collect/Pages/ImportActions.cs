using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Temas.Collect.Import.Uploads;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Collect.Pages;

/// <summary>What the pages of imports post. A file is taken in as it comes, without being held in memory or put aside first.</summary>
internal static class ImportActions
{
    private const int LargestField = 8 * 1024, LargestMapping = 1024 * 1024;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/imports").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        // A little more than the file itself: the form around it.
        var limit = new RequestSizeLimitAttribute(routes.ServiceProvider.GetRequiredService<ImportOptions>().MaxBytes + (64 * 1024));
        group.MapPost("", UploadAsync).WithMetadata(limit, StreamedForm.Instance);
        group.MapPost("{id}/mapping", async (string id, CurrentWorkspace current, ImportUploads uploads, HttpContext http, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            var mapped = uploads.Map(current.Value, id, name => form[name]);
            return mapped.Problem is { } problem ? FormAnswer.Refused(Page(current, id), problem) : Results.LocalRedirect(Page(current, id) + "#preview");
        });
        group.MapPost("{id}/own-mapping", async (string id, CurrentWorkspace current, ImportUploads uploads, HttpContext http, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            var (name, yaml) = ("mapping.yaml", form["yaml"].ToString());
            if (form.Files["file"] is { Length: > 0 and <= LargestMapping } file)
            {
                using var reader = new StreamReader(file.OpenReadStream());
                (name, yaml) = (file.FileName, await reader.ReadToEndAsync(cancel));
            }

            // What is wrong with it the preview tells, each fault with its line.
            return FormAnswer.After(http, Page(current, id), "mapped", uploads.Map(current.Value, id, name, yaml, faulty: true).Problem);
        });
        group.MapPost("{id}/start", async (string id, CurrentWorkspace current, ImportUploads uploads, HttpContext http, CancellationToken cancel) =>
        {
            // What stands in the form is what is started.
            var form = await http.Request.ReadFormAsync(cancel);
            if (form.ContainsKey("type") && uploads.Map(current.Value, id, name => form[name]) is { Problem: { } wrong }) return FormAnswer.Refused(Page(current, id), wrong);
            return FormAnswer.After(http, Page(current, id), "started", (await uploads.StartAsync(current.Value, id, current.Actor, cancel)).Problem);
        });
        group.MapPost("{id}/cancel", async (string id, CurrentWorkspace current, ImportUploads uploads, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current, id), "cancelled", await uploads.CancelAsync(current.Value, id, current.Actor, cancel)));
        group.MapPost("{id}/remove", async (string id, CurrentWorkspace current, ImportUploads uploads, HttpContext http) =>
            await uploads.RemoveAsync(current.Value, id, current.Actor) is { } problem ? FormAnswer.Refused(Page(current, id), problem) : FormAnswer.Done(http, TemasUrls.Imports(current.Value.Key.Value), "removed"));
        group.MapGet("{id}/rejects", (string id, CurrentWorkspace current, ImportUploads uploads) =>
            uploads.Find(current.Value, id) is { } import && ImportUploads.Rejects(current.Value, import) is { } path ? Results.File(path, "text/csv; charset=utf-8", Path.GetFileName(path)) : Results.LocalRedirect(TemasUrls.Imports(current.Value.Key.Value)));
        group.MapGet("{id}/mapping.yaml", (string id, CurrentWorkspace current, ImportUploads uploads) =>
            uploads.Find(current.Value, id) is { } import && ImportUploads.Mapping(current.Value, import) is { } mapping ? Results.File(System.Text.Encoding.UTF8.GetBytes(mapping.Yaml), "application/yaml", mapping.Name) : Results.LocalRedirect(TemasUrls.Imports(current.Value.Key.Value)));
    }

    private static async Task<IResult> UploadAsync(HttpContext http, CurrentWorkspace current, ImportUploads uploads, CancellationToken cancel)
    {
        var page = TemasUrls.Imports(current.Value.Key.Value);
        var boundary = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200) return FormAnswer.Refused(page, Problem.Invalid("file_missing", "No file was sent.", "file"));
        var pending = http.Features.Get<PendingForgeryCheck>();
        try
        {
            var reader = new MultipartReader(boundary, http.Request.Body);
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
                if (disposition.IsFileDisposition())
                {
                    if (pending is not null) return new Problem(ProblemKind.Invalid, "antiforgery_failed", "The form does not carry the token that shows that it comes from a page of Temas.").ToResult();
                    var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
                    if (string.IsNullOrEmpty(name)) break;
                    var added = await uploads.AddAsync(current.Value, name, section.Body, current.Actor, cancel);
                    return added.Problem is { } problem ? FormAnswer.Refused(page, problem) : Results.LocalRedirect(Page(current, added.Value.Id));
                }

                if (pending is null || HeaderUtilities.RemoveQuotes(disposition.Name).Value != PendingForgeryCheck.Field) continue;
                using var text = new StreamReader(section.Body);
                var token = new char[LargestField];
                var length = await text.ReadBlockAsync(token, cancel);
                if (await pending.IsValidAsync(new string(token, 0, length))) pending = null;
            }
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException or IOException)
        {
            return FormAnswer.Refused(page, e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } ? Problem.Invalid("file_too_large", "The file is larger than allowed.", "file") : Problem.Invalid("upload_failed", "The file did not arrive whole.", "file"));
        }

        return FormAnswer.Refused(page, Problem.Invalid("file_missing", "No file was sent.", "file"));
    }

    private static string Page(CurrentWorkspace current, string id) => TemasUrls.Import(current.Value.Key.Value, id);
}
