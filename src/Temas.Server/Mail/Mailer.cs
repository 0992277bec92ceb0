using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Temas.Kernel.Mail;
using Temas.Server.Settings;

namespace Temas.Server.Mail;

/// <summary>Hands mails to the mail server of the settings.</summary>
internal sealed partial class Mailer(TemasSettings settings, ILogger<Mailer> log) : IMailer, IMailRoute
{
    /// <summary>How long a mail server may take. A person waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public bool IsSet => settings.Smtp is not null;

    /// <inheritdoc/>
    public string From => settings.Smtp is { From: { Length: > 0 } from } ? new MailAddress(from).Address : "";

    /// <inheritdoc/>
    public async Task<MailFate> SendAsync(Letter letter, CancellationToken cancel) =>
        settings.Smtp is null ? MailFate.NotSet : (await HandOverAsync(letter, null, cancel)).Reply == MailReply.Taken ? MailFate.Sent : MailFate.Failed;

    /// <inheritdoc/>
    Task<MailAnswer> IMailRoute.HandOverAsync(Letter letter, MailMarks marks, CancellationToken cancel) => HandOverAsync(letter, marks, cancel);

    private async Task<MailAnswer> HandOverAsync(Letter letter, MailMarks? marks, CancellationToken cancel)
    {
        if (settings.Smtp is not { } smtp) return new MailAnswer(MailReply.Later, "no_mail_server");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var message = Compose(letter, new MailAddress(smtp.From), marks);
            using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.Tls, UseDefaultCredentials = false };
            if (smtp is { User: { } user, Password: { } password }) client.Credentials = new NetworkCredential(user, password);
            await client.SendMailAsync(message, patience.Token);
            return new MailAnswer(MailReply.Taken, null);
        }
        catch (Exception e) when (e is SmtpException or FormatException or InvalidOperationException or IOException or System.Security.Authentication.AuthenticationException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // Neither the exception's text nor its inner one: mail servers repeat the address in their answers.
            LogFailed(smtp.Host, smtp.Port, Reason(e));
            return AnswerOf(e);
        }
    }

    internal static MailMessage Compose(Letter letter, MailAddress from, MailMarks? marks = null)
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
        // The framework takes the sender of the envelope from here, and says it in a header, too.
        if (marks?.ReturnPath is { } back) message.Sender = new MailAddress(back);
        message.To.Add(new MailAddress(letter.To));
        var html = new AlternateView(new MemoryStream(Encoding.UTF8.GetBytes(letter.Html)), new ContentType("text/html; charset=utf-8")) { TransferEncoding = TransferEncoding.QuotedPrintable };
        foreach (var picture in letter.Pictures)
        {
            // With a name, for some programs show what has none as an attachment.
            html.LinkedResources.Add(new LinkedResource(new MemoryStream(picture.Png), new ContentType(MediaTypeNames.Image.Png) { Name = $"{picture.Id.Split('@')[0]}.png" }) { ContentId = picture.Id, TransferEncoding = TransferEncoding.Base64 });
        }

        message.AlternateViews.Add(html);
        // Keeps answering machines from answering; and the framework makes no id of its own.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Message-ID", $"<{marks?.Id ?? Guid.NewGuid().ToString("N")}@{from.Host}>");
        foreach (var (name, value) in marks?.Headers ?? new Dictionary<string, string>()) message.Headers.Add(name, value.ReplaceLineEndings(" "));
        return message;
    }

    // A code of the 500s that was said to the recipient is the mailbox's; to anything else it is the mail's. All that is not said for good is tried again.
    private static MailAnswer AnswerOf(Exception e) => e switch
    {
        SmtpFailedRecipientException { StatusCode: var code } => new MailAnswer((int)code >= 500 ? MailReply.NoMailbox : MailReply.Later, CodeOf(code)),
        SmtpException { StatusCode: SmtpStatusCode.MustIssueStartTlsFirst or SmtpStatusCode.ClientNotPermitted or SmtpStatusCode.GeneralFailure } smtp => new MailAnswer(MailReply.Later, CodeOf(smtp.StatusCode)),
        SmtpException { StatusCode: var code } => new MailAnswer((int)code >= 500 ? MailReply.Refused : MailReply.Later, CodeOf(code)),
        FormatException => new MailAnswer(MailReply.NoMailbox, "address_invalid"),
        OperationCanceledException => new MailAnswer(MailReply.Later, "no_answer"),
        _ => new MailAnswer(MailReply.Later, "connection_failed"),
    };

    private static string CodeOf(SmtpStatusCode code) => code == SmtpStatusCode.GeneralFailure ? "connection_failed" : ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);

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
