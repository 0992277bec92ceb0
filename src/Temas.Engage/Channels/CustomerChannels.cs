using System.Data.Common;
using Temas.Customers.Contracts;
using Temas.Engage.Contracts;
using Temas.Engage.Outbox;
using Temas.Kernel.Mail;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Channels;

/// <summary>Decides by which channels a customer may be written to, and takes messages to her.</summary>
internal sealed class CustomerChannels(Workspace workspace, IMailRoute mail, OutboxPulse pulse) : ICustomerChannels
{
    /// <summary>The purpose of surveys, whose rule of consent each channel sets for itself.</summary>
    public const string Surveys = "surveys";

    /// <inheritdoc/>
    public IReadOnlyList<ChannelReach> ReachOf(string customer, string purpose)
    {
        if (ReachCustomer.Find(workspace, customer) is not { } her) return [];
        var key = ReachCustomer.PurposeOf(workspace, purpose);
        var left = EngageBook.Of(workspace).Outbox.Unsubscribed(ReachCustomer.IdsOf(workspace, her.Customer), key);
        var liked = her.Profile.Channels.Select((c, i) => (c.Channel, Place: i)).ToDictionary(c => c.Channel, c => c.Place, StringComparer.Ordinal);
        return [.. Channel.Of(workspace).Values
            .OrderBy(c => liked.GetValueOrDefault(c.Key, int.MaxValue)).ThenBy(c => c.Route).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => new ChannelReach(c.Key, WhyNot(her, c, key, left)))];
    }

    /// <summary>Why a channel is closed to her for a purpose; null when it is open.</summary>
    public string? WhyNot(ReachCustomer her, Channel channel, string purpose) =>
        WhyNot(her, channel, purpose, EngageBook.Of(workspace).Outbox.Unsubscribed(ReachCustomer.IdsOf(workspace, her.Customer), purpose));

    /// <inheritdoc/>
    public Task QueueAsync(DbConnection connection, DbTransaction transaction, ChannelMessage message) =>
        EngageBook.Of(workspace).Outbox.AddAsync(connection, transaction, message with { Purpose = ReachCustomer.PurposeOf(workspace, message.Purpose) });

    /// <inheritdoc/>
    public Task<IReadOnlyList<MessageCount>> CountAsync(string kind, string reference, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) =>
        EngageBook.Of(workspace).Fates.CountAsync(kind, reference, from, to, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MessageFate>> ListAsync(string kind, string reference, DateTimeOffset from, DateTimeOffset to, string? channel, MessageFates? fate, int skip, int limit, CancellationToken cancel) =>
        EngageBook.Of(workspace).Fates.ListAsync(kind, reference, from, to, channel, fate, skip, limit, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, MessageFate>> FatesAsync(IReadOnlyCollection<string> ids, CancellationToken cancel) => EngageBook.Of(workspace).Fates.FindAsync(ids, cancel);

    /// <inheritdoc/>
    public void Wake() => pulse.Wake();

    private string? WhyNot(ReachCustomer her, Channel channel, string purpose, IReadOnlyDictionary<string, DateTimeOffset> left)
    {
        if (!channel.IsOn || (channel.Route == ChannelRoute.Email && !mail.IsSet)) return "channel_off";
        if (her.Address(channel.Address) is not { } address) return "no_address";
        var said = her.AnswerTo(purpose, channel.Key);
        // Who agreed again afterwards has come back.
        if (left.TryGetValue(channel.Key, out var since) && !(said is { Given: true, Time: { } agreed } && agreed > since)) return "unsubscribed";
        if (said.Given == false) return "no_consent";
        var isNeeded = purpose == Surveys ? channel.Consent == ConsentRule.Required : said.NeedsConsent;
        if (isNeeded && said.Given is null) return "no_consent";
        return EngageBook.Of(workspace).Outbox.HasBounced(channel.Key, EngageBook.Of(workspace).DigestOf(address)) ? "bounced" : null;
    }
}
