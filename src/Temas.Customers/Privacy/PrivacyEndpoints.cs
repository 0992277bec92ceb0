using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Customers.Privacy;

/// <summary>A request to be written down.</summary>
/// <param name="Kind"><c>export</c> or <c>erase</c>.</param>
/// <param name="Customer">Public id or <c>kind:value</c>; absent when nothing is held about who asked.</param>
/// <param name="Received">The day on which it came in (<c>2026-03-14</c>); absent: today.</param>
internal sealed record PrivacyRequestBody(string? Kind, string? Customer = null, string? Received = null);

/// <summary>How a request is answered.</summary>
/// <param name="Outcome"><c>exported</c>, <c>nothing_held</c> or <c>refused</c>; one to erase is answered by erasing the customer.</param>
internal sealed record PrivacyOutcomeBody(string? Outcome);

/// <summary>The HTTP API of data protection.</summary>
internal static class PrivacyEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/privacy").WithTags("Data protection");
        group.MapGet("/consents", JsonHttpResult<ConsentCounts> (CurrentWorkspace current) => TypedResults.Json(CountConsent.Run(current.Value), PrivacyJson.Default.ConsentCounts))
            .RequireAuthorization(Policies.Read).Produces<ConsentCounts>().WithSummary("Counts consent by purpose and channel");
        group.MapGet("/erasures/{id}", async Task<Results<JsonHttpResult<ErasureVerification>, ProblemResult>> (string id, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var verified = await VerifyErasure.RunAsync(current.Value, id, cancel);
                return verified.Problem is { } problem ? problem.ToResult() : TypedResults.Json(verified.Value, PrivacyJson.Default.ErasureVerification);
            })
            .RequireAuthorization(Policies.Read).Produces<ErasureVerification>().WithSummary("Reads a proof of erasure and holds it against the log");
        group.MapGet("/requests", async Task<JsonHttpResult<PrivacyRequestList>> (int? limit, CurrentWorkspace current, CancellationToken cancel) =>
                TypedResults.Json(new PrivacyRequestList(await HandlePrivacyRequest.ListAsync(current.Value, Math.Clamp(limit ?? 100, 1, 1000), cancel)), PrivacyJson.Default.PrivacyRequestList))
            .RequireAuthorization(Policies.Manage).Produces<PrivacyRequestList>().WithSummary("Lists requests of people to see their data or be erased, those to be answered first");
        group.MapPost("/requests", async Task<Results<JsonHttpResult<PrivacyRequest>, ProblemResult>> (PrivacyRequestBody body, CurrentWorkspace current, HandlePrivacyRequest use, CancellationToken cancel) =>
                Answer(await use.OpenAsync(current.Value, body.Kind, body.Customer, body.Received, current.Actor, cancel)))
            .RequireAuthorization(Policies.Manage).Produces<PrivacyRequest>().WithSummary("Writes such a request down; it is due after 30 days");
        group.MapPost("/requests/{id}/close", async Task<Results<JsonHttpResult<PrivacyRequest>, ProblemResult>> (string id, PrivacyOutcomeBody body, CurrentWorkspace current, HandlePrivacyRequest use, CancellationToken cancel) =>
                Answer(await use.CloseAsync(current.Value, id, body.Outcome, current.Actor, cancel)))
            .RequireAuthorization(Policies.Manage).Produces<PrivacyRequest>().WithSummary("Answers such a request; one to erase is answered by erasing the customer");
    }

    private static Results<JsonHttpResult<PrivacyRequest>, ProblemResult> Answer(Result<PrivacyRequest> result) =>
        result.Problem is { } problem ? problem.ToResult() : TypedResults.Json(result.Value, PrivacyJson.Default.PrivacyRequest);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConsentCounts))]
[JsonSerializable(typeof(ErasureVerification))]
[JsonSerializable(typeof(PrivacyRequest))]
[JsonSerializable(typeof(PrivacyRequestList))]
[JsonSerializable(typeof(PrivacyRequestBody))]
[JsonSerializable(typeof(PrivacyOutcomeBody))]
internal sealed partial class PrivacyJson : JsonSerializerContext;
