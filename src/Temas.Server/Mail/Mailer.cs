using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Temas.Kernel.Mail;
using Temas.Server.Settings;

namespace Temas.Server.Mail;

/// <summary>Hands mails to the mail server of the settings.</summary>
internal sealed partial class Mailer(TemasSettings settings, ILogger<Mailer> log) : IMailer
{
    /// <summary>How long a mail server may take. A person waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public bool IsSet => settings.Smtp is not null;

    /// <inheritdoc/>
    public async Task<MailFate> SendAsync(Letter letter, CancellationToken cancel)
    {
        if (settings.Smtp is not { } smtp) return MailFate.NotSet;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var message = Compose(letter, new MailAddress(smtp.From));
            using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.Tls, UseDefaultCredentials = false };
            if (smtp is { User: { } user, Password: { } password }) client.Credentials = new NetworkCredential(user, password);
            await client.SendMailAsync(message, patience.Token);
            return MailFate.Sent;
        }
        catch (Exception e) when (e is SmtpException or FormatException or InvalidOperationException or IOException or System.Security.Authentication.AuthenticationException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // Neither the exception's text nor its inner one: mail servers repeat the address in their answers.
            LogFailed(smtp.Host, smtp.Port, Reason(e));
            return MailFate.Failed;
        }
    }

    internal static MailMessage Compose(Letter letter, MailAddress from)
    {
        var message = new MailMessage
        {
            From = from,
            Subject = letter.Subject.ReplaceLineEndings(" "),
            SubjectEncoding = Encoding.UTF8,
            Body = letter.Text,
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.QuotedPrintable,
        };
        message.To.Add(new MailAddress(letter.To));
        message.AlternateViews.Add(new AlternateView(new MemoryStream(Encoding.UTF8.GetBytes(letter.Html)), new ContentType("text/html; charset=utf-8")) { TransferEncoding = TransferEncoding.QuotedPrintable });
        // Keeps answering machines from answering; and the framework makes no id of its own.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Message-ID", $"<{Guid.NewGuid():N}@{from.Host}>");
        return message;
    }

    private static string Reason(Exception e) => e switch
    {
        OperationCanceledException => "it did not answer in time",
        SmtpFailedRecipientException refused => $"it refused the recipient ({refused.StatusCode})",
        SmtpException { InnerException: System.Security.Authentication.AuthenticationException } or System.Security.Authentication.AuthenticationException => "its certificate is not trusted here",
        SmtpException { InnerException: { } inner } => $"the connection failed ({inner.GetType().Name})",
        SmtpException smtp => $"it answered {smtp.StatusCode}",
        FormatException => "the address cannot be written in a mail",
        _ => e.GetType().Name,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A mail could not be handed to the mail server {Host}:{Port}: {Reason}")]
    private partial void LogFailed(string host, int port, string reason);
}
