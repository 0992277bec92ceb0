namespace Temas.Engage.Outbox;

/// <summary>How far a message is. The numbers are persisted and may only grow.</summary>
internal enum MessageState
{
    /// <summary>Is to be sent, now or again later.</summary>
    Waiting = 0,

    /// <summary>Is being sent.</summary>
    Sending = 1,

    /// <summary>The mail server or gateway took it.</summary>
    Sent = 2,

    /// <summary>The gateway says that it arrived.</summary>
    Delivered = 3,

    /// <summary>Was given up: refused for good, or tried until it was too late.</summary>
    Failed = 4,

    /// <summary>There is no such mailbox or number.</summary>
    Bounced = 5,

    /// <summary>Was not sent because the channel was closed to her by then.</summary>
    Held = 6,
}

/// <summary>What is known of a message's being opened. The numbers are persisted and may only grow; no time and nothing of the reader is kept with them.</summary>
internal enum MessageOpens
{
    /// <summary>It is never noticed: it leads to something anonymous, or whoever has it sent does not want that.</summary>
    Never = 0,

    /// <summary>It may be, where the channel does that and she agreed.</summary>
    May = 1,

    /// <summary>It bears the picture that tells it, and was not opened yet, as far as one can tell.</summary>
    Watched = 2,

    /// <summary>The picture was asked for by what may well be a program.</summary>
    Perhaps = 3,

    /// <summary>It was opened.</summary>
    Opened = 4,
}

/// <summary>A message as the outbox keeps it. Its text goes as soon as it is not needed any more.</summary>
internal sealed record OutboxMessage
{
    /// <summary>What the module that had it sent calls it.</summary>
    public required string Id { get; init; }

    /// <summary>What mail servers and gateways call it: 32 hexadecimal digits.</summary>
    public required string Mark { get; init; }

    /// <summary>Public id of the customer.</summary>
    public required string Customer { get; init; }

    /// <summary>Channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Purpose of the consent.</summary>
    public required string Purpose { get; init; }

    /// <summary>What it belongs to: <c>survey:delivery</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>Language of the text.</summary>
    public required string Language { get; init; }

    /// <summary>Subject; null on channels that have none, and when it is over.</summary>
    public string? Subject { get; init; }

    /// <summary>Plain text; null when it is over.</summary>
    public string? Text { get; init; }

    /// <summary>The same as HTML.</summary>
    public string? Html { get; init; }

    /// <summary>How far it is.</summary>
    public required MessageState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was handed in.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When it is tried next; of one that is being sent, when somebody else may try.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When it is no longer worth sending.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>When it was taken by the mail server or gateway.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Why it was not sent, or not yet, as a code.</summary>
    public string? Why { get; init; }

    /// <summary>What is known of its being opened.</summary>
    public MessageOpens Opens { get; init; }

    /// <summary>A state in JSON and addresses.</summary>
    public static string NameOf(MessageState state) => state switch
    {
        MessageState.Waiting => "waiting",
        MessageState.Sending => "sending",
        MessageState.Sent => "sent",
        MessageState.Delivered => "delivered",
        MessageState.Failed => "failed",
        MessageState.Bounced => "bounced",
        _ => "held",
    };

    /// <summary>The state of a name; null when there is none.</summary>
    public static MessageState? StateOf(string? name) => Enum.GetValues<MessageState>().Cast<MessageState?>().FirstOrDefault(s => NameOf(s!.Value) == name);
}

/// <summary>Something that happened to a message and is to be told as an event.</summary>
/// <param name="Id">Ascending.</param>
/// <param name="Message">What the event calls the message; empty where there is none.</param>
/// <param name="Customer">Public id of the customer.</param>
/// <param name="Name">Name of the event: <c>Message Sent</c>.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Purpose">Purpose.</param>
/// <param name="Reference">What the message belongs to.</param>
/// <param name="Why">Reason, as a code.</param>
/// <param name="At">When it happened, in milliseconds since 1970 UTC.</param>
internal sealed record MessageEvent(long Id, string Message, string Customer, string Name, string Channel, string Purpose, string Reference, string? Why, long At);
