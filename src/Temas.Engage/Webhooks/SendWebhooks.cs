using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Engage.Outbound;
using Temas.Engage.Outbox;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Webhooks;

/// <summary>Hears what modules tell and tells it to webhooks: at least once each, under one id, tried again for three days. One that fails for five days without a break is paused until a person lets it go on.</summary>
internal sealed partial class SendWebhooks(WorkspaceRegistry workspaces, OutboundClient outbound, WebhookSecrets secrets, TimeProvider clock, ILogger<SendWebhooks> log) : BackgroundService
{
    private const string Listener = "webhooks";
    private const int AtOnce = 8, Batch = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2), TidyEvery = TimeSpan.FromHours(6);

    /// <summary>Hears and delivers all that a workspace has now. How many deliveries were tried.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await HearAsync(workspace, cancel);
        var (store, tried) = (workspace.Part<WebhookStore>(), 0);
        while (await store.DueAsync(Batch, cancel) is { Count: > 0 } due)
        {
            var taken = 0;
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (one, stop) =>
            {
                if (await store.TakeAsync(one.Id, stop) is not { } delivery) return;
                Interlocked.Increment(ref taken);
                await OneAsync(workspace, store, delivery, CancellationToken.None);
            });
            tried += taken;
            if (taken == 0) break;
        }

        return tried;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        var tidied = DateTimeOffset.MinValue;
        try
        {
            do
            {
                var isTime = clock.GetUtcNow() - tidied > TidyEvery;
                // A workspace whose receivers are slow holds up no other one.
                await Task.WhenAll(workspaces.All.Select(w => TryAsync(w, isTime, stoppingToken)));
                if (isTime) tidied = clock.GetUtcNow();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(Workspace workspace, bool tidies, CancellationToken cancel)
    {
        try
        {
            await RunAsync(workspace, cancel);
            if (tidies) await workspace.Part<WebhookStore>().TidyAsync([.. Webhook.Of(workspace).Keys], cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Broke(log, e, workspace.Key.Value);
        }
    }

    // It hears everything, whether or not a webhook wants it now: one that is made later is told what happens from then on, and nothing is kept for it.
    private static async Task HearAsync(Workspace workspace, CancellationToken cancel)
    {
        var last = await workspace.Events.LastAsync(cancel);
        if (!Webhook.Of(workspace).Values.Any(h => h.IsOn))
        {
            await workspace.Events.PassAsync(Listener, last, cancel);
            return;
        }

        while (await workspace.Events.HearAsync(Listener, null, 500, async (connection, transaction, heard) =>
        {
            var hooks = Webhook.Of(workspace).Values.Where(h => h.IsOn).ToList();
            foreach (var told in heard)
            {
                foreach (var hook in hooks.Where(h => h.Wants(told.Kind)))
                    await workspace.Part<WebhookStore>().AddAsync(connection, transaction, hook.Key, told, string.Create(CultureInfo.InvariantCulture, $"msg_{hook.Key}_{told.Id}"), Body(told));
            }
        }, cancel))
        {
            // There may be more.
        }
    }

    private static string Body(ModuleEvent told)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", told.Kind);
        json.WriteString("timestamp", told.At);
        if (told.Subject.Length > 0) json.WriteString("customer", told.Subject);
        json.WritePropertyName("data");
        json.WriteRawValue(told.Json);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private async Task OneAsync(Workspace workspace, WebhookStore store, WebhookDelivery delivery, CancellationToken cancel)
    {
        var answer = new OutboundAnswer(0, "", WebhookStore.Off);
        if (Webhook.Of(workspace).GetValueOrDefault(delivery.Webhook) is { IsOn: true } hook)
        {
            var at = clock.GetUtcNow();
            using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("webhook-id", delivery.Id);
            request.Headers.TryAddWithoutValidation("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSecrets.Sign(await secrets.OfAsync(workspace, hook.Key, cancel), delivery.Id, at, delivery.Body));
            answer = await outbound.SendAsync(request, cancel);
        }

        await store.EndAsync(delivery, answer.IsSuccess, answer.Code, clock.GetUtcNow() + SendOutbox.WaitAfter(delivery.Attempts), cancel);
    }

    [LoggerMessage(LogLevel.Error, "Telling the webhooks of {Workspace} failed; it is tried again.")]
    private static partial void Broke(ILogger log, Exception e, string workspace);
}
