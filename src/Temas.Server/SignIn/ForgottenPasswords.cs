using System.Threading.Channels;
using Temas.Kernel;
using Temas.Server.Mail;
using Temas.Server.People;
using Temas.Server.Safety;

namespace Temas.Server.SignIn;

/// <summary>
/// Use case: ask for a link for a new password. The answer is given before anybody looks whether the address is known, so neither its words nor its time
/// tell; looking and mailing happen behind it, one after the other.
/// </summary>
internal sealed partial class ForgottenPasswords(PasswordLinks links, Mailer mailer, SignInRates rates, ILogger<ForgottenPasswords> log) : BackgroundService
{
    private const int MostWaiting = 200;

    private readonly Channel<(string Email, string Language)> asked = Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Takes the wish; the problem says only what has nothing to do with the address.</summary>
    public Problem? Ask(HttpContext http, string? email, string language)
    {
        if (!mailer.IsSet) return new Problem(ProblemKind.Conflict, "mail_not_set", "This installation sends no mail.") { WayOut = "Ask an owner of your workspace for a link." };
        if (EmailAddress.Check(email) is { } problem) return problem;
        if (rates.Take(http.Connection.RemoteIpAddress, email!) is { } tooMany) return tooMany;
        asked.Writer.TryWrite((email!.Trim(), language));
        return null;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (email, language) in asked.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await links.MailAsync(email, language, stoppingToken);
            }
            catch (Exception e) when (e is System.Data.Common.DbException or IOException)
            {
                // The person asks again; the address is not written down.
                LogFailed(e.GetType().Name);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A link for a new password could not be made: {Reason}")]
    private partial void LogFailed(string reason);
}
