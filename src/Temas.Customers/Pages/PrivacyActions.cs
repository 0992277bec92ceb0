using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Privacy;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Customers.Pages;

/// <summary>What the page of data protection posts, and the proofs that it gives away.</summary>
internal static class PrivacyActions
{
    private static readonly JsonSerializerOptions Spaced = new(JsonSerializerDefaults.Web) { WriteIndented = true, TypeInfoResolver = PrivacyJson.Default };

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/privacy").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("requests", async (
            [FromForm] string? kind, [FromForm] string? customer, [FromForm] string? received, CurrentWorkspace current, HandlePrivacyRequest use, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current), string.IsNullOrEmpty(customer) ? "nothing" : "opened", (await use.OpenAsync(current.Value, kind, customer, received, current.Actor, cancel)).Problem));
        group.MapPost("requests/{id}/close", async (string id, [FromForm] string? outcome, CurrentWorkspace current, HandlePrivacyRequest use, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current), "closed", (await use.CloseAsync(current.Value, id, outcome, current.Actor, cancel)).Problem));
        group.MapPost("requests/{id}/erase", async (string id, [FromForm] string? say, CurrentWorkspace current, HandlePrivacyRequest use, HttpContext http, CancellationToken cancel) =>
        {
            var erased = await use.EraseAsync(current.Value, id, say, current.Actor, cancel);
            return erased.Problem is { } problem
                ? FormAnswer.Refused(Page(current), problem)
                : FormAnswer.Done(http, TemasUrls.Privacy(current.Value.Key.Value, "erasures"), "erased", string.Create(CultureInfo.InvariantCulture, $"{erased.Value.Events}.{erased.Value.Identifiers}"));
        });
        group.MapGet("erasures/{id}", async (string id, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var verified = await VerifyErasure.RunAsync(current.Value, id, cancel);
            return verified.Problem is { } problem
                ? FormAnswer.Refused(TemasUrls.Privacy(current.Value.Key.Value, "erasures"), problem)
                : Results.File(JsonSerializer.SerializeToUtf8Bytes(verified.Value, Spaced), "application/json", $"erasure-{verified.Value.Proof.Id}.json");
        });
    }

    private static string Page(CurrentWorkspace current) => TemasUrls.Privacy(current.Value.Key.Value);
}
