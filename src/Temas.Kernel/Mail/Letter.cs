namespace Temas.Kernel.Mail;

/// <summary>A mail to one person, as plain text and as HTML that says the same.</summary>
/// <param name="To">Address.</param>
/// <param name="Subject">Subject, on one line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Html">The same as HTML.</param>
public sealed record Letter(string To, string Subject, string Text, string Html);

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
