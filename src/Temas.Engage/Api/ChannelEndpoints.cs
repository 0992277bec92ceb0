using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Api;
using Temas.Customers.Contracts;
using Temas.Engage.Channels;
using Temas.Engage.Outbox;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Api;

/// <summary>A channel, with what stands in its outbox.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name, by language.</param>
/// <param name="Route"><c>email</c> or <c>http</c>.</param>
/// <param name="On">Whether anything is sent by it.</param>
/// <param name="Problem">Why nothing can be sent, though it is on: <c>no_mail_server</c>, <c>secret_missing</c>; null where it can.</param>
/// <param name="Messages">How many messages are in each state.</param>
internal sealed record ChannelBody(string Key, IReadOnlyDictionary<string, string> Label, string Route, bool On, string? Problem, IReadOnlyDictionary<string, long> Messages);

/// <summary>The channels of a workspace.</summary>
internal sealed record ChannelList(IReadOnlyList<ChannelBody> Channels);

/// <summary>A message, without its text and address.</summary>
internal sealed record MessageBody(string Id, string Mark, string Customer, string Channel, string Purpose, string Reference, string Language, string State, string? Why, int Attempts, DateTimeOffset QueuedAt, DateTimeOffset? DueAt, DateTimeOffset Until, DateTimeOffset? SentAt, DateTimeOffset ChangedAt)
{
    /// <summary>The body of a message.</summary>
    public static MessageBody Of(OutboxMessage m) =>
        new(m.Id, m.Mark, m.Customer, m.Channel, m.Purpose, m.Reference, m.Language, OutboxMessage.NameOf(m.State), m.Why, m.Attempts, m.QueuedAt, m.State is MessageState.Waiting ? m.DueAt : null, m.Until, m.SentAt, m.ChangedAt);
}

/// <summary>Some messages, the newest first.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Next">What <c>before</c> gives the ones behind them; null when there are none.</param>
internal sealed record MessageList(IReadOnlyList<MessageBody> Messages, long? Next);

/// <summary>A secret to be kept.</summary>
/// <param name="Value">The secret, 1 to 2000 characters.</param>
internal sealed record SecretRequest(string? Value);

/// <summary>What became of a test.</summary>
/// <param name="State"><c>sent</c>, <c>failed</c>, <c>bounced</c>, or <c>waiting</c> where it would be tried again.</param>
/// <param name="Why">Why not, as a code.</param>
internal sealed record TestBody(string State, string? Why);

/// <summary>A test of a channel.</summary>
/// <param name="To">Where it goes. On mail it is the person's own address, and is left out.</param>
internal sealed record TestRequest(string? To);

/// <summary>What a bounce said.</summary>
/// <param name="State">What it means for the message: <c>bounced</c>, <c>failed</c>, <c>delivered</c>, or <c>delayed</c>.</param>
/// <param name="Status">Its status code: <c>5.1.1</c>.</param>
/// <param name="Known">Whether there is such a message, and this was news.</param>
internal sealed record BounceBody(string State, string Status, bool Known);

/// <summary>The HTTP API of channels and of what they sent; their documents are written under <c>/api/definitions/channel</c>.</summary>
internal static class ChannelEndpoints
{
    private const int Page = 100, LargestBounce = 1024 * 1024, LongestSecret = 2_000;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/channels").WithTags("Channels");
        group.MapGet("", async (CurrentWorkspace current, IMailRoute mail, CancellationToken cancel) => TypedResults.Json(new ChannelList(await ReadAsync(current.Value, mail, cancel)), EngageJson.Default.ChannelList))
            .RequireAuthorization(Policies.Read).Produces<ChannelList>().WithSummary("The channels with what stands in their outbox");
        group.MapPut("{key}/secrets/{name}", async Task<Results<NoContent, ProblemResult>> (string key, string name, SecretRequest request, CurrentWorkspace current, SecretBox secrets, IAuditTrail audit, CancellationToken cancel) =>
                await PutSecretAsync(current, key, name, request.Value, secrets, audit, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent())
            .RequireAuthorization(Policies.Manage).WithSummary("Keeps a secret that the request of a channel's gateway names; it is never given out");
        group.MapPost("{key}/test", async Task<Results<JsonHttpResult<TestBody>, ProblemResult>> (string key, TestRequest request, CurrentWorkspace current, TestChannel test, CancellationToken cancel) =>
            {
                var tested = await test.RunAsync(current.Value, key, request.To, current.Actor, cancel);
                return tested.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new TestBody(OutboxMessage.NameOf(tested.Value.State), tested.Value.Why), EngageJson.Default.TestBody);
            })
            .RequireAuthorization(Policies.Manage).Produces<TestBody>().WithSummary("Sends a test by a channel: mail to oneself, anything else to a number that is given");
        group.MapPost("{key}/bounces", BounceAsync)
            .RequireAuthorization(Policies.Engage).Accepts<string>("message/rfc822").Produces<BounceBody>().WithSummary("Takes a mail that came back: a delivery status notification (RFC 3464) as it was received");
        var outbox = routes.MapGroup("/api/outbox").WithTags("Channels");
        outbox.MapGet("", ListAsync).RequireAuthorization(Policies.Read).Produces<MessageList>().WithSummary("What was sent, is to be sent or was held back, the newest first; state, channel and customer filter it, before goes on");
        outbox.MapPost("{id}/send", async Task<Results<NoContent, ProblemResult>> (string id, CurrentWorkspace current, OutboxPulse pulse, CancellationToken cancel) =>
            {
                if (!await EngageBook.Of(current.Value).Outbox.HurryAsync(id, cancel)) return NotWaiting().ToResult();
                pulse.Wake();
                return TypedResults.NoContent();
            })
            .RequireAuthorization(Policies.Engage).WithSummary("Tries a message at once that waits for its next attempt");
    }

    /// <summary>The channels as they are shown.</summary>
    public static async Task<IReadOnlyList<ChannelBody>> ReadAsync(Workspace workspace, IMailRoute mail, CancellationToken cancel)
    {
        var counts = await EngageBook.Of(workspace).Outbox.CountAsync(cancel);
        var list = new List<ChannelBody>();
        foreach (var channel in Channel.Of(workspace).Values.OrderBy(c => c.Route).ThenBy(c => c.Key, StringComparer.Ordinal))
        {
            var problem = channel.Route == ChannelRoute.Trial ? null : channel.Route == ChannelRoute.Email ? mail.IsSet ? null : "no_mail_server"
                : ChannelKind.SecretsOf(channel.Gateway!).Except(await SecretBox.NamesAsync(workspace, SendByGateway.OwnerOf(channel.Key), cancel)).Any() ? "secret_missing" : null;
            list.Add(new ChannelBody(
                channel.Key, new Dictionary<string, string>(StringComparer.Ordinal) { ["tr"] = channel.Label.Tr, ["en"] = channel.Label.En }, ChannelKind.WordOf(channel.Route), channel.IsOn, problem,
                counts.Where(c => c.Key.Channel == channel.Key).ToDictionary(c => OutboxMessage.NameOf(c.Key.State), c => c.Value, StringComparer.Ordinal)));
        }

        return list;
    }

    /// <summary>Keeps a secret of a channel, or says what is wrong with it.</summary>
    public static async Task<Problem?> PutSecretAsync(CurrentWorkspace current, string key, string name, string? value, SecretBox secrets, IAuditTrail audit, CancellationToken cancel)
    {
        if (Channel.Of(current.Value).GetValueOrDefault(key)?.Gateway is not { } gateway) return Unknown();
        if (!ChannelKind.SecretsOf(gateway).Contains(name)) return Problem.NotFound("secret_unknown", "The request of this channel names no such secret.", "name", null, "Write {secret:NAME} where it belongs.");
        if (string.IsNullOrEmpty(value) || value.Length > LongestSecret || value.AsSpan().ContainsAnyInRange('\0', '\u001f')) return Problem.Invalid("secret_invalid", "A secret is one line of 1 to 2000 characters.", "value");
        await secrets.PutAsync(current.Value, SendByGateway.OwnerOf(key), name, value, cancel);
        await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, "channel.secret_set", $"channel {key} secret {name}"), cancel);
        return null;
    }

    /// <summary>That nothing waits under this id.</summary>
    public static Problem NotWaiting() => Problem.NotFound("message_not_waiting", "No message with this id waits to be tried again.", "id", null, "See GET /api/outbox?state=waiting.");

    /// <summary>That there is no such channel.</summary>
    public static Problem Unknown() => Problem.NotFound("channel_unknown", "There is no such channel with a gateway.", "channel", null, "See GET /api/channels.");

    private static async Task<Results<JsonHttpResult<MessageList>, ProblemResult>> ListAsync(string? state, string? channel, string? customer, long? before, int? limit, CurrentWorkspace current, CancellationToken cancel)
    {
        if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}").ToResult();
        var wanted = OutboxMessage.StateOf(state);
        if (!string.IsNullOrEmpty(state) && wanted is null) return Problem.Invalid("state_unknown", "There is no such state.", "state", state, "It is waiting, sending, sent, delivered, failed, bounced or held.").ToResult();
        IReadOnlyList<string>? ids = null;
        if (!string.IsNullOrEmpty(customer))
        {
            var found = ReadCustomer.Find(current.Value, customer);
            if (found.Problem is { } nobody) return nobody.ToResult();
            ids = ReachCustomer.IdsOf(current.Value, found.Value);
        }

        var some = await EngageBook.Of(current.Value).Outbox.ListAsync(wanted, string.IsNullOrEmpty(channel) ? null : channel, ids, limit ?? Page, before ?? long.MaxValue, cancel);
        return TypedResults.Json(new MessageList([.. some.Select(MessageBody.Of)], some.Count < (limit ?? Page) ? null : some[^1].QueuedAt.ToUnixTimeMilliseconds()), EngageJson.Default.MessageList);
    }

    private static async Task<Results<JsonHttpResult<BounceBody>, ProblemResult>> BounceAsync(string key, HttpContext http, CurrentWorkspace current, TellMessages telling, CancellationToken cancel)
    {
        if (Channel.Of(current.Value).GetValueOrDefault(key) is not { Route: ChannelRoute.Email } channel) return Problem.NotFound("channel_unknown", "There is no such channel by mail.", "channel", null, "See GET /api/channels.").ToResult();
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        // What comes behind the limit is the mail that came back, of which nothing is needed.
        for (int read; body.Length < LargestBounce && (read = await http.Request.Body.ReadAsync(buffer, cancel)) > 0;) body.Write(buffer, 0, read);
        if (BounceMail.Read(Encoding.Latin1.GetString(body.GetBuffer(), 0, (int)body.Length), channel.ReturnPath, current.Value.Key.Value) is not { } bounce)
            return Problem.Invalid("bounce_unreadable", "This is no delivery status notification about a mail that was sent from here.", wayOut: "Send the whole message as it was received, with its headers.").ToResult();
        var isNews = bounce.State is { } state && bounce.Workspace == current.Value.Key.Value && await EngageBook.Of(current.Value).Outbox.ReportAsync(bounce.Mark, null, state, state == MessageState.Delivered ? null : "dsn_" + bounce.Status, cancel);
        if (isNews) await telling.TryAsync(current.Value, CancellationToken.None);
        return TypedResults.Json(new BounceBody(bounce.State is { } meant ? OutboxMessage.NameOf(meant) : "delayed", bounce.Status, isNews), EngageJson.Default.BounceBody);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelList))]
[JsonSerializable(typeof(MessageList))]
[JsonSerializable(typeof(SecretRequest))]
[JsonSerializable(typeof(TestRequest))]
[JsonSerializable(typeof(TestBody))]
[JsonSerializable(typeof(BounceBody))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(WebhookSecretBody))]
internal sealed partial class EngageJson : JsonSerializerContext;
