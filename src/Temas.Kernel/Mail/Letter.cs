namespace Temas.Kernel.Mail;

/// <summary>A mail to one person, as plain text and as HTML that says the same.</summary>
/// <param name="To">Address.</param>
/// <param name="Subject">Subject, on one line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Html">The same as HTML.</param>
public sealed record Letter(string To, string Subject, string Text, string Html)
{
    /// <summary>Pictures that the HTML shows; each has its words there.</summary>
    public IReadOnlyList<LetterPicture> Pictures { get; init; } = [];
}

/// <summary>A picture that goes with a letter, so that nobody has to fetch it: mail programs hold back what is fetched, and it would tell who reads.</summary>
/// <param name="Id">What the HTML names it by: <c>&lt;img src="cid:ID"&gt;</c>. Letters, digits and hyphens, and an at sign within, as in the id of a mail.</param>
/// <param name="Png">The picture.</param>
public sealed record LetterPicture(string Id, byte[] Png);

/// <summary>What became of a mail.</summary>
public enum MailFate
{
    /// <summary>No mail server is set: there was nothing to send it with.</summary>
    NotSet,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>The mail server could not be reached or refused it; the log says why.</summary>
    Failed,
}

/// <summary>Hands mails to the installation's mail server.</summary>
public interface IMailer
{
    /// <summary>Whether there is a mail server.</summary>
    bool IsSet { get; }

    /// <summary>Sends a mail. Never throws for what the mail server or an address brings about.</summary>
    Task<MailFate> SendAsync(Letter letter, CancellationToken cancel);
}
