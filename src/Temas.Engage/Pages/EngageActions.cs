using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Engage.Api;
using Temas.Engage.Channels;
using Temas.Engage.Outbox;
using Temas.Engage.Webhooks;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Engage.Pages;

/// <summary>What the pages of channels and webhooks post, beside what editors do.</summary>
internal static class EngageActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/w/{workspace}/channels").ExcludeFromDescription();
        channels.MapPost("secret", async ([FromForm] string? of, [FromForm] string? name, [FromForm] string? value, HttpContext http, CurrentWorkspace current, SecretBox secrets, IAuditTrail audit, CancellationToken cancel) =>
            FormAnswer.After(http, TemasUrls.Channel(current.Value.Key.Value, of ?? "-"), "secret_kept", await ChannelEndpoints.PutSecretAsync(current, of ?? "", name ?? "", value, secrets, audit, cancel))).RequireAuthorization(Policies.Manage);
        channels.MapPost("test", async ([FromForm] string? of, [FromForm] string? to, HttpContext http, CurrentWorkspace current, TestChannel test, CancellationToken cancel) =>
        {
            var tested = await test.RunAsync(current.Value, of ?? "", to, current.Actor, cancel);
            var page = TemasUrls.Channel(current.Value.Key.Value, of ?? "-");
            if (tested.Problem is { } problem) return FormAnswer.Refused(page, problem);
            return tested.Value.State == MessageState.Sent ? FormAnswer.Done(http, page, "tested") : Results.LocalRedirect(TemasUrls.With(page, ("why", tested.Value.Why)));
        }).RequireAuthorization(Policies.Manage);
        channels.MapPost("send", async ([FromForm] string? id, HttpContext http, CurrentWorkspace current, OutboxPulse pulse, CancellationToken cancel) =>
        {
            var hurried = await EngageBook.Of(current.Value).Outbox.HurryAsync(id ?? "", cancel);
            pulse.Wake();
            return FormAnswer.After(http, TemasUrls.Channels(current.Value.Key.Value), "hurried", hurried ? null : ChannelEndpoints.NotWaiting());
        }).RequireAuthorization(Policies.Engage);

        var webhooks = routes.MapGroup("/w/{workspace}/webhooks").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        webhooks.MapPost("new-secret", async ([FromForm] string? of, CurrentWorkspace current, WebhookSecrets secrets, OnceShown shown, IAuditTrail audit, CancellationToken cancel) =>
        {
            var made = await WebhookEndpoints.NewSecretAsync(current, of ?? "", secrets, audit, cancel);
            var page = TemasUrls.Webhook(current.Value.Key.Value, of ?? "-");
            return made.Problem is { } problem ? FormAnswer.Refused(TemasUrls.Webhooks(current.Value.Key.Value), problem) : Results.LocalRedirect(TemasUrls.With(page, ("ticket", shown.Keep(current.Actor.Name, made.Value))));
        });
        webhooks.MapPost("resume", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
        {
            await current.Value.Part<WebhookStore>().ResumeAsync(of ?? "", cancel);
            return FormAnswer.Done(http, TemasUrls.Webhook(current.Value.Key.Value, of ?? "-"), "resumed");
        });
        webhooks.MapPost("send", async ([FromForm] string? of, [FromForm] string? id, HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var again = await current.Value.Part<WebhookStore>().AgainAsync(of ?? "", id ?? "", cancel);
            return FormAnswer.Done(http, TemasUrls.Webhook(current.Value.Key.Value, of ?? "-"), again ? "again" : "not_again");
        });
    }
}
