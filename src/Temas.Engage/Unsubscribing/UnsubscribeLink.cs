using Temas.Storage.Workspaces;

namespace Temas.Engage.Unsubscribing;

/// <summary>What the address says at which a customer ends messages: who she is, by her public id, of which purpose, on which channel. Signed; it never ends, as mails are kept.</summary>
/// <param name="Customer">Public id.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Purpose">Purpose.</param>
/// <param name="Language">Language of the message that it stood in.</param>
internal sealed record UnsubscribeLink(string Customer, string Channel, string Purpose, string Language)
{
    private const string Use = "unsubscribe";

    /// <summary>Its path on this server.</summary>
    public static string PathOf(Workspace workspace, string customer, string channel, string purpose, string language) =>
        $"/u/{Uri.EscapeDataString(workspace.Key.Value)}/{EngageBook.Of(workspace).Sign(Use, $"{customer}|{channel}|{language}|{purpose}")}";

    /// <summary>Reads a token; null when it is none of ours.</summary>
    public static UnsubscribeLink? Open(Workspace workspace, string token) => EngageBook.Of(workspace).Open(Use, token)?.Split('|', 4) is [var customer, var channel, var language, var purpose] ? new UnsubscribeLink(customer, channel, purpose, language) : null;
}
