using System.Text;
using System.Text.Json;
using Temas.Engage.Contracts;
using Temas.Engage.Outbound;
using Temas.Engage.Outbox;
using Temas.Engage.Unsubscribing;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Channels;

/// <summary>Sends by a gateway: one HTTP request for each message, as the channel describes it. What is put in is written as its place needs it, so that no text can become a part of the request.</summary>
internal sealed class SendByGateway(OutboundClient outbound, SecretBox secrets, IPublicLinks links) : ISendMessages
{
    private const int LongestId = 200;

    /// <inheritdoc/>
    public ChannelRoute Route => ChannelRoute.Http;

    /// <summary>Who owns the secrets of a channel.</summary>
    public static string OwnerOf(string channel) => "channel:" + channel;

    /// <inheritdoc/>
    public async Task<SendAnswer> SendAsync(Workspace workspace, Channel channel, OutboxMessage message, string to, CancellationToken cancel)
    {
        var gateway = channel.Gateway!;
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in ChannelKind.SecretsOf(gateway))
        {
            if (await secrets.FindAsync(workspace, OwnerOf(channel.Key), name, cancel) is not { } secret) return new SendAnswer(MessageState.Waiting, "secret_missing");
            known[name] = secret;
        }

        var unsubscribe = links.To(UnsubscribeLink.PathOf(workspace, message.Customer, channel.Key, message.Purpose, message.Language));
        var text = message.Text!.Replace(ChannelFacts.UnsubscribePlace, unsubscribe, StringComparison.Ordinal).Replace(ChannelFacts.SenderPlace, channel.Sender?.In(message.Language) ?? "", StringComparison.Ordinal);
        string Put(string template, Func<string, string> write) => ChannelKind.Place().Replace(template, place => write(place.Groups["secret"] is { Success: true, Value: var secret } ? known[secret] : place.Groups["name"].Value switch { "to" => to, "text" => text, _ => message.Mark }));
        using var request = new HttpRequestMessage(new HttpMethod(gateway.Method), Put(gateway.Url, Uri.EscapeDataString));
        if (gateway.Body is { } body)
            request.Content = gateway.IsForm ? new StringContent(Put(body, Uri.EscapeDataString), Encoding.UTF8, "application/x-www-form-urlencoded") : new StringContent(Put(body, v => JsonEncodedText.Encode(v, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value), Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", message.Mark);
        foreach (var header in gateway.Headers)
        {
            var value = Put(header.Value, v => v.ReplaceLineEndings(" "));
            if (!request.Headers.TryAddWithoutValidation(header.Name, value)) request.Content?.Headers.TryAddWithoutValidation(header.Name, value);
        }

        return Read(gateway, await outbound.SendAsync(request, cancel));
    }

    private static SendAnswer Read(Gateway gateway, OutboundAnswer answer)
    {
        // What may pass is tried again; what the gateway refuses stays refused.
        if (answer.Why is not null || answer.Status is 408 or 425 or 429 or >= 500) return new SendAnswer(MessageState.Waiting, answer.Code);
        if (!answer.IsSuccess) return new SendAnswer(MessageState.Failed, answer.Code);
        if (gateway.SuccessPath is { } path && (JsonPlace.Find(answer.Body, path) is not { } said || (gateway.SuccessValues.Count > 0 && !gateway.SuccessValues.Contains(said)))) return new SendAnswer(MessageState.Failed, "gateway_refused");
        return new SendAnswer(MessageState.Sent, null, gateway.IdPath is { } idPath && JsonPlace.Find(answer.Body, idPath) is { Length: > 0 and <= LongestId } id ? id : null);
    }
}
