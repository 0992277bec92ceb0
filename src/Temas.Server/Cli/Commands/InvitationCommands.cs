using System.CommandLine;
using System.Globalization;
using Temas.Server.People;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary>The commands of <c>temas user</c> that make links.</summary>
internal static class InvitationCommands
{
    public static IEnumerable<Command> Build(Shell shell) => [Create(shell), List(shell), Renew(shell), Revoke(shell), Link(shell)];

    private static Command Create(Shell shell)
    {
        var email = new Argument<string>("EMAIL") { Description = "Address of the person, and to sign in with." };
        var role = new Option<string>("--role") { Description = $"Role in the workspace: {RoleNames.All}.", HelpName = "ROLE", Required = true };
        var language = new Option<string?>("--language") { Description = "Language of the mail: tr or en.", HelpName = "LANGUAGE" };
        var command = new Command("invite", "Invite a person; prints the link, once, and mails it where a mail server is set.") { email, role, language };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, InvitationVerbs.Create, new InvitationCreateRequest(shell.Workspace(parse), parse.GetRequiredValue(email), parse.GetRequiredValue(role), parse.GetValue(language)),
            (made, to) => Print(shell, made.Link, made.Mail, to), cancel));
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("invitations", "List the invitations that were not accepted yet, newest first.");
        command.SetAction((parse, cancel) => shell.AskAsync(parse, InvitationVerbs.List, new InvitationListRequest(shell.Workspace(parse)), (answer, to) =>
            Shell.WriteTable(to, ["EMAIL", "ROLE", "INVITED BY", "CREATED", "STATE"], answer.Invitations.Select(i => (IReadOnlyList<string>)
            [
                i.Email, i.Role, i.InvitedBy, At(i.CreatedAt), i.ExpiresAt <= shell.Io.Clock.GetUtcNow() ? "ended " + At(i.ExpiresAt) : "until " + At(i.ExpiresAt),
            ])), cancel));
        return command;
    }

    private static Command Renew(Shell shell)
    {
        var email = Invited();
        var command = new Command("reinvite", "Make an invitation anew: another link for another seven days; the one before stops.") { email };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, InvitationVerbs.Renew, new InvitationChoice(shell.Workspace(parse), parse.GetRequiredValue(email)), (made, to) => Print(shell, made.Link, made.Mail, to), cancel));
        return command;
    }

    private static Command Revoke(Shell shell)
    {
        var email = Invited();
        var command = new Command("uninvite", "Withdraw an invitation: its link stops.") { email };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, InvitationVerbs.Revoke, new InvitationChoice(shell.Workspace(parse), parse.GetRequiredValue(email)), (gone, to) => to.WriteLine($"Withdrew the invitation of {gone.Email}."), cancel));
        return command;
    }

    private static Command Link(Shell shell)
    {
        var email = new Argument<string>("EMAIL") { Description = "Address that the person signs in with." };
        var command = new Command("link", "Make a link with which a person chooses a new password; prints it, once, and mails it where a mail server is set.") { email };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, InvitationVerbs.PasswordLink, new PasswordLinkRequest(parse.GetRequiredValue(email)), (made, to) => Print(shell, made.Link, made.Mail, to), cancel));
        return command;
    }

    private static void Print(Shell shell, string? link, string? mail, TextWriter to)
    {
        to.WriteLine(link);
        if (mail == "failed") shell.Io.Error.WriteLine("temas: The link could not be mailed; pass it on yourself.");
    }

    private static Argument<string> Invited() => new("EMAIL") { Description = "Address that was invited." };

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
