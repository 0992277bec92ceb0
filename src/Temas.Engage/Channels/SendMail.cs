using System.Net;
using Temas.Customers.Contracts;
using Temas.Engage.Contracts;
using Temas.Engage.Opens;
using Temas.Engage.Outbox;
using Temas.Engage.Unsubscribing;
using Temas.Kernel.Mail;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Engage.Channels;

/// <summary>Sends by the installation's mail server. Each mail says at its end who writes and how one gets no more of it, and in its headers, too (RFC 2369, RFC 8058).</summary>
internal sealed class SendMail(IMailRoute mail, IPublicLinks links) : ISendMessages
{
    /// <inheritdoc/>
    public ChannelRoute Route => ChannelRoute.Email;

    /// <inheritdoc/>
    public async Task<SendAnswer> SendAsync(Workspace workspace, Channel channel, OutboxMessage message, string to, CancellationToken cancel)
    {
        var unsubscribe = links.To(UnsubscribeLink.PathOf(workspace, message.Customer, channel.Key, message.Purpose, message.Language));
        var sender = channel.Sender?.In(message.Language) ?? mail.From;
        var text = message.Text!.Contains(ChannelFacts.UnsubscribePlace, StringComparison.Ordinal) ? message.Text : $"{message.Text}\n\n{ChannelFacts.UnsubscribePlace}\n";
        var html = message.Html ?? $"<!doctype html><html lang=\"{message.Language}\"><body><p style=\"white-space:pre-line\">{WebUtility.HtmlEncode(text)}</p></body></html>";
        var isWatched = message.Opens != MessageOpens.Never && channel.Opens is { } purpose && ReachCustomer.Find(workspace, message.Customer)?.AnswerTo(purpose, channel.Key).Given == true;
        if (isWatched) html = OpenPixel.PutInto(html, links.To(OpenPixel.PathOf(workspace, message.Mark)));
        var letter = new Letter(to, message.Subject ?? "", Fill(text, unsubscribe, sender), Fill(html, WebUtility.HtmlEncode(unsubscribe), WebUtility.HtmlEncode(sender)));
        var marks = new MailMarks($"{workspace.Key.Value}.{message.Mark}", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["List-Unsubscribe"] = $"<{unsubscribe}>",
            ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
            ["Precedence"] = "bulk",
            ["Feedback-ID"] = $"{message.Reference.Replace(':', '.')}:{message.Purpose}:{workspace.Key.Value}:temas",
        })
        { ReturnPath = channel.ReturnPath is { } back ? Channels.ReturnPath.Of(back, message.Mark) : null };
        var answer = await mail.HandOverAsync(letter, marks, cancel);
        return answer.Reply switch
        {
            MailReply.Taken => new SendAnswer(MessageState.Sent, IsWatched: isWatched),
            MailReply.NoMailbox => new SendAnswer(MessageState.Bounced, $"smtp_{answer.Code}"),
            MailReply.Refused => new SendAnswer(MessageState.Failed, $"smtp_{answer.Code}"),
            _ => new SendAnswer(MessageState.Waiting, $"smtp_{answer.Code}"),
        };
    }

    private static string Fill(string text, string unsubscribe, string sender) => text.Replace(ChannelFacts.UnsubscribePlace, unsubscribe, StringComparison.Ordinal).Replace(ChannelFacts.SenderPlace, sender, StringComparison.Ordinal);
}
