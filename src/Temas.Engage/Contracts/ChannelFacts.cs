using Temas.Collect.Contracts;
using Temas.Engage.Channels;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Contracts;

/// <summary>What whoever writes a message has to know of a channel.</summary>
/// <param name="Key">Its key: <c>email</c>, <c>sms</c> …</param>
/// <param name="Label">Its name for people.</param>
/// <param name="IsOn">Whether anything is sent by it.</param>
/// <param name="HasLetters">Whether it shows a subject and HTML; else a short text.</param>
/// <param name="Invitation">The text of an invitation that the workspace wants on it, with <c>{title}</c>, <c>{name}</c> and <c>{link}</c>; null for the usual one.</param>
public sealed record ChannelFacts(string Key, LocalText Label, bool IsOn, bool HasLetters, LocalText? Invitation)
{
    /// <summary>In a text: stands for the address at which the customer ends such messages.</summary>
    public const string UnsubscribePlace = "{{unsubscribe}}";

    /// <summary>In a text: stands for who writes, as the channel says it.</summary>
    public const string SenderPlace = "{{sender}}";

    /// <summary>The channels of a workspace, mail first.</summary>
    public static IReadOnlyList<ChannelFacts> Of(Workspace workspace) =>
        [.. Channel.Of(workspace).Values.OrderBy(c => c.Route).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => new ChannelFacts(c.Key, c.Label, c.IsOn, c.Route != ChannelRoute.Http, c.Invitation))];
}
