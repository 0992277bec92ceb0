using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Temas.Customers.Contracts;
using Temas.Engage.Contracts;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Asking.Invites;

/// <summary>Writes invitations in the customer's language, with a link of her own, and hands them to the outbox.</summary>
internal sealed class Invites(IPublicLinks links) : IInvites
{
    /// <summary>The purpose of consent that surveys belong to.</summary>
    public const string Purpose = "surveys";

    /// <summary>What the ids of invitations' messages begin with; those of reminders begin with another.</summary>
    public const string Kind = "invite";

    private const string ReminderKind = "remind";

    /// <summary>What the messages of a survey belong to.</summary>
    public static string ReferenceOf(string survey) => $"survey:{survey}";

    /// <summary>What the outbox calls the message of an invitation.</summary>
    public static string MessageOf(string invite) => $"{Kind}:{invite}";

    /// <summary>Id of the response that an invitation leads to.</summary>
    public static string ResponseOf(string invite) => "p" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(MessageOf(invite))).AsSpan(0, 15));

    /// <inheritdoc/>
    public IReadOnlyList<ChannelReach> ReachOf(Workspace workspace, string customer) => workspace.Part<ICustomerChannels>().ReachOf(customer, Purpose);

    /// <inheritdoc/>
    public async Task QueueAsync(Workspace workspace, DbConnection connection, DbTransaction transaction, Invite invite)
    {
        var book = SurveyBook.Of(workspace);
        // Who was erased meanwhile is not asked, and neither is a survey that is gone.
        if (book.Published(invite.Survey) is not { } published || ReachCustomer.Find(workspace, invite.Customer) is not { } her) return;
        if (ChannelFacts.Of(workspace).FirstOrDefault(c => c.Key == invite.Channel) is not { } channel) return;
        var survey = published.Survey;
        var traits = her.Profile.Traits.GroupBy(t => t.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value.Display, StringComparer.Ordinal);
        var language = survey.LanguageFor([traits.GetValueOrDefault("language"), traits.GetValueOrDefault("locale"), WorkspaceSettings.Of(workspace).Language]);
        // Whole minutes keep the link short. To an anonymous survey leads its public link: one of her own would tell who answers.
        var until = DateTimeOffset.FromUnixTimeSeconds(invite.Until.ToUnixTimeSeconds() / 60 * 60);
        var via = Invitation.Channels.Contains(invite.Channel) ? invite.Channel : "web";
        // A reminder leads to the response that the invitation leads to.
        var first = invite.Reminds ?? invite.Id;
        var invitation = new Invitation { Response = ResponseOf(first), Customer = her.Customer.Id, Until = until, Channel = via, About = survey.IsAnonymous ? new Dictionary<string, string>(StringComparer.Ordinal) : invite.About };
        var address = TemasUrls.Survey(workspace.Key.Value, survey.Key);
        var path = survey.IsAnonymous ? TemasUrls.With(address, ("c", via), ("lang", language)) : TemasUrls.With(address, ("t", invitation.Sign(book.Tokens, survey.Key)), ("lang", language));
        // Nobody reads how many reminders were opened, so nobody watches it.
        var message = new ChannelMessage { Id = invite.Reminds is null ? MessageOf(invite.Id) : $"{ReminderKind}:{invite.Id}", Customer = her.Customer.Id, Channel = invite.Channel, Purpose = Purpose, Reference = ReferenceOf(survey.Key), Language = language, Text = "", Until = until, MayTellOpens = !survey.IsAnonymous && invite.Reminds is null };
        if (channel.HasLetters)
        {
            var route = SurveyRun.Walk(survey, Answers.None, traits, Invitation.SeedOf(invitation.Response));
            var logo = survey.Theme.Logo is null ? null : links.To(TemasUrls.With($"{address}/logo", ("v", published.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            var (subject, text, html) = InvitationLetter.Write(new LetterSource(survey, route, language, traits, links.To(path), logo) { IsReminder = invite.Reminds is not null });
            message = message with { Subject = subject, Text = text, Html = html };
        }
        else
        {
            var link = links.To(await ShortLinks.AddAsync(workspace, connection, transaction, invite with { Id = first, Customer = her.Customer.Id }, path));
            var title = Piping.Fill(survey.Title.In(language), survey, language, Answers.None, traits);
            if (invite.Reminds is not null) title = InvitationLetter.Reminding(title, language);
            message = message with { Text = ShortText.Fill(channel.Invitation?.In(language) ?? InvitationLetter.Say("Short", language), title, her.Profile.DisplayName ?? "", link) };
        }

        await workspace.Part<ICustomerChannels>().QueueAsync(connection, transaction, message);
        if (invite.Reminds is not null) return;
        await InvitationStore.AddAsync(connection, transaction, new Asked { Id = invite.Id, Survey = survey.Key, Channel = invite.Channel, Customer = her.Customer.Id, Response = survey.IsAnonymous ? null : invitation.Response, At = workspace.Clock.GetUtcNow() });
    }

    /// <inheritdoc/>
    public void Wake(Workspace workspace) => workspace.Part<ICustomerChannels>().Wake();
}
