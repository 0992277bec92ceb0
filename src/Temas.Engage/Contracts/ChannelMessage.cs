namespace Temas.Engage.Contracts;

/// <summary>A message to one customer over one channel, as a module hands it in. Where it goes (her address, her number) is looked up when it is sent, and is never kept with it.</summary>
public sealed record ChannelMessage
{
    /// <summary>What it is, in the module's words: nothing is sent twice under one id.</summary>
    public required string Id { get; init; }

    /// <summary>Public id of the customer.</summary>
    public required string Customer { get; init; }

    /// <summary>Channel: <c>email</c>, <c>sms</c>, <c>whatsapp</c> …</summary>
    public required string Channel { get; init; }

    /// <summary>Why she may be written to: the purpose of her consent, and what she ends when she unsubscribes. <c>survey</c>, say.</summary>
    public required string Purpose { get; init; }

    /// <summary>What it belongs to, as a reason that people can look up: <c>survey:delivery</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>Language of the text: <c>tr</c>, <c>en</c> …</summary>
    public required string Language { get; init; }

    /// <summary>Subject, on channels that have one.</summary>
    public string? Subject { get; init; }

    /// <summary>Plain text. What <see cref="ChannelFacts"/> calls places is filled in when it is sent.</summary>
    public required string Text { get; init; }

    /// <summary>The same as HTML, on channels that show it.</summary>
    public string? Html { get; init; }

    /// <summary>Whether it may be noticed that she opened it, where the channel does that and she agreed; never of what leads to something anonymous.</summary>
    public bool MayTellOpens { get; init; }

    /// <summary>When it is no longer worth sending.</summary>
    public required DateTimeOffset Until { get; init; }
}
