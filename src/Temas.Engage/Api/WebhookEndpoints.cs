using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Engage.Webhooks;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Api;

/// <summary>A webhook and how it does.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name, by language.</param>
/// <param name="Url">Where it is told.</param>
/// <param name="On">Whether it is told anything.</param>
/// <param name="Events">What it is told.</param>
/// <param name="FailingSince">Since when it fails without a break; null where it does not.</param>
/// <param name="PausedAt">Since when it is paused; null where it is not.</param>
internal sealed record WebhookBody(string Key, IReadOnlyDictionary<string, string> Label, string Url, bool On, IReadOnlyList<string> Events, DateTimeOffset? FailingSince, DateTimeOffset? PausedAt);

/// <summary>The webhooks of a workspace.</summary>
internal sealed record WebhookList(IReadOnlyList<WebhookBody> Webhooks);

/// <summary>A delivery, with what was or is sent.</summary>
internal sealed record DeliveryBody(string Id, string Kind, string State, int Attempts, string? Code, DateTimeOffset At, DateTimeOffset? DueAt, string Body);

/// <summary>Some deliveries, the newest first.</summary>
internal sealed record DeliveryList(IReadOnlyList<DeliveryBody> Deliveries);

/// <summary>A new key that signs, given this once.</summary>
internal sealed record WebhookSecretBody(string Secret);

/// <summary>The HTTP API of webhooks; their documents are written under <c>/api/definitions/webhook</c>.</summary>
internal static class WebhookEndpoints
{
    private const int Page = 100;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/webhooks").WithTags("Webhooks").RequireAuthorization(Policies.Manage);
        group.MapGet("", async (CurrentWorkspace current, CancellationToken cancel) => TypedResults.Json(new WebhookList(await ReadAsync(current.Value, cancel)), EngageJson.Default.WebhookList))
            .Produces<WebhookList>().WithSummary("The webhooks and how they do");
        group.MapGet("{key}/deliveries", async Task<Results<JsonHttpResult<DeliveryList>, ProblemResult>> (string key, CurrentWorkspace current, CancellationToken cancel) =>
                Webhook.Of(current.Value).ContainsKey(key)
                    ? TypedResults.Json(new DeliveryList([.. (await current.Value.Part<WebhookStore>().ListAsync(key, Page, cancel)).Select(d => new DeliveryBody(d.Id, d.Kind, WebhookDelivery.NameOf(d.State), d.Attempts, d.Code, d.At, d.State == DeliveryState.Waiting ? d.DueAt : null, d.Body))]), EngageJson.Default.DeliveryList)
                    : Unknown().ToResult())
            .Produces<DeliveryList>().WithSummary("What a webhook was told, the newest first");
        group.MapPost("{key}/secret", async Task<Results<JsonHttpResult<WebhookSecretBody>, ProblemResult>> (string key, CurrentWorkspace current, WebhookSecrets secrets, IAuditTrail audit, CancellationToken cancel) =>
            {
                var made = await NewSecretAsync(current, key, secrets, audit, cancel);
                return made.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new WebhookSecretBody(made.Value), EngageJson.Default.WebhookSecretBody);
            })
            .Produces<WebhookSecretBody>().WithSummary("Makes a new key that signs what a webhook is told, and gives it this once");
        group.MapPost("{key}/resume", async Task<Results<NoContent, ProblemResult>> (string key, CurrentWorkspace current, CancellationToken cancel) =>
                await current.Value.Part<WebhookStore>().ResumeAsync(key, cancel) ? TypedResults.NoContent() : Problem.NotFound("webhook_not_paused", "No webhook with this key is paused.", "webhook").ToResult())
            .WithSummary("Lets a webhook go on that was paused because it failed for long");
        group.MapPost("{key}/deliveries/{id}/send", async Task<Results<NoContent, ProblemResult>> (string key, string id, CurrentWorkspace current, CancellationToken cancel) =>
                await current.Value.Part<WebhookStore>().AgainAsync(key, id, cancel) ? TypedResults.NoContent() : Problem.NotFound("delivery_unknown", "There is no such delivery of this webhook, or it is being sent.", "id").ToResult())
            .WithSummary("Sends a delivery again, with the same id");
    }

    /// <summary>The webhooks as they are shown.</summary>
    public static async Task<IReadOnlyList<WebhookBody>> ReadAsync(Workspace workspace, CancellationToken cancel)
    {
        var states = await workspace.Part<WebhookStore>().StatesAsync(cancel);
        return [.. Webhook.Of(workspace).Values.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => new WebhookBody(
            h.Key, new Dictionary<string, string>(StringComparer.Ordinal) { ["tr"] = h.Label.Tr, ["en"] = h.Label.En }, h.Url, h.IsOn, h.Events, states.TryGetValue(h.Key, out var s) ? s.Failing : null, states.TryGetValue(h.Key, out var p) ? p.Paused : null))];
    }

    /// <summary>Makes a new key that signs.</summary>
    public static async Task<Result<string>> NewSecretAsync(CurrentWorkspace current, string key, WebhookSecrets secrets, IAuditTrail audit, CancellationToken cancel)
    {
        if (!Webhook.Of(current.Value).ContainsKey(key)) return Unknown();
        var secret = await secrets.NewAsync(current.Value, key, cancel);
        await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, "webhook.secret_made", $"webhook {key}"), cancel);
        return secret;
    }

    private static Problem Unknown() => Problem.NotFound("webhook_unknown", "There is no such webhook.", "webhook", null, "See GET /api/webhooks.");
}
