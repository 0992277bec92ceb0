namespace Temas.Kernel.Mail;

/// <summary>What a mail to a customer has beside its <see cref="Letter"/>.</summary>
/// <param name="Id">What its <c>Message-ID</c> begins with; the same each time it is sent, so that whoever gets it twice sees that it is one.</param>
/// <param name="Headers">Further headers, on one line each.</param>
public sealed record MailMarks(string Id, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Where it goes back to when it cannot be delivered: the sender of the envelope. Null: to the address that it comes from.</summary>
    public string? ReturnPath { get; init; }
}

/// <summary>What the mail server said to a mail.</summary>
public enum MailReply
{
    /// <summary>It took it.</summary>
    Taken,

    /// <summary>It could not be reached, or said that it is to be tried again (4xx).</summary>
    Later,

    /// <summary>It said that there is no such mailbox, or that it takes no mail (5xx to the recipient).</summary>
    NoMailbox,

    /// <summary>It refused the mail for good, whoever it is for (5xx to anything else), or the address cannot be written in a mail.</summary>
    Refused,
}

/// <summary>What became of handing a mail over.</summary>
/// <param name="Reply">What the mail server said.</param>
/// <param name="Code">Its code (<c>550</c>), or a word such as <c>no_answer</c>; never its text, which repeats addresses. Null for what was taken.</param>
public readonly record struct MailAnswer(MailReply Reply, string? Code);

/// <summary>The installation's mail server, for whoever has to know what it said.</summary>
public interface IMailRoute
{
    /// <summary>Whether there is a mail server.</summary>
    bool IsSet { get; }

    /// <summary>The address that mails come from; empty without a mail server.</summary>
    string From { get; }

    /// <summary>Hands a mail over. Never throws for what the mail server or an address brings about.</summary>
    Task<MailAnswer> HandOverAsync(Letter letter, MailMarks marks, CancellationToken cancel);
}
