using System.CommandLine;
using System.Globalization;
using Temas.Server.People;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas user</c>.</summary>
internal static class UserCommands
{
    public static Command Build(Shell shell)
    {
        var command = new Command("user", "People who sign in.") { Create(shell), List(shell), Password(shell), Disable(shell), Enable(shell), ChangeRole(shell), ResetSecondFactor(shell) };
        foreach (var one in InvitationCommands.Build(shell)) command.Add(one);
        return command;
    }

    private static Command Create(Shell shell)
    {
        var email = Email();
        var role = new Option<string>("--role") { Description = $"Role in the workspace: {RoleNames.All}.", HelpName = "ROLE", Required = true };
        var name = new Option<string?>("--name") { Description = "Name to show.", HelpName = "NAME" };
        var language = new Option<string?>("--language") { Description = "tr or en.", HelpName = "LANGUAGE" };
        var stdin = FromInput();
        var command = new Command("create", "Add a person; prints the password that was made up.") { email, role, name, language, stdin };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, PersonVerbs.Create,
            new PersonCreateRequest(shell.Workspace(parse), parse.GetRequiredValue(email), parse.GetValue(name), parse.GetRequiredValue(role), parse.GetValue(language), ReadPassword(shell, parse, stdin)),
            (made, to) => to.WriteLine(made.Password ?? $"Added {made.Email}."), cancel));
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("list", "List the people: of the workspace that is named, else all.");
        command.SetAction((parse, cancel) => shell.AskAsync(parse, PersonVerbs.List, new PersonListRequest(shell.Workspace(parse)), (answer, to) =>
            Shell.WriteTable(to, ["EMAIL", "NAME", "ROLES", "LAST SIGN-IN", "STATE"], answer.People.Select(p => (IReadOnlyList<string>)
            [
                p.Email, p.Name, string.Join(", ", p.Roles.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key}: {r.Value}")),
                p.LastSignInAt is { } at ? at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) : "-", p.Disabled ? "disabled" : p.SecondFactor ? "may sign in, second factor" : "may sign in",
            ])), cancel));
        return command;
    }

    private static Command Password(Shell shell)
    {
        var email = Email();
        var stdin = FromInput();
        var command = new Command("password", "Give a person another password and end all sessions; prints the one that was made up.") { email, stdin };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, PersonVerbs.Password, new PersonPasswordRequest(parse.GetRequiredValue(email), ReadPassword(shell, parse, stdin)), (changed, to) => to.WriteLine(changed.Password ?? $"Changed the password of {changed.Email}."), cancel));
        return command;
    }

    private static Command Disable(Shell shell) => Switch(shell, "disable", "Keep a person from signing in, and end all sessions.", true);

    private static Command Enable(Shell shell) => Switch(shell, "enable", "Let a person sign in again.", false);

    private static Command Switch(Shell shell, string verb, string meaning, bool disabled)
    {
        var email = Email();
        var command = new Command(verb, meaning) { email };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, PersonVerbs.Disable, new PersonDisableRequest(parse.GetRequiredValue(email), disabled), (changed, to) => to.WriteLine($"{changed.Email} {(changed.Disabled ? "may not" : "may")} sign in."), cancel));
        return command;
    }

    private static Command ChangeRole(Shell shell)
    {
        var email = Email();
        var role = new Argument<string>("ROLE") { Description = $"{RoleNames.All}." };
        var command = new Command("role", "Change a person's role in the workspace.") { email, role };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, PersonVerbs.ChangeRole, new PersonRoleRequest(shell.Workspace(parse), parse.GetRequiredValue(email), parse.GetRequiredValue(role)), (changed, to) => to.WriteLine($"Changed {changed.Email}."), cancel));
        return command;
    }

    private static Command ResetSecondFactor(Shell shell)
    {
        var email = Email();
        var command = new Command("reset-second-factor", "Take the second factor from a person who has lost the device.") { email };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, PersonVerbs.ResetSecondFactor, new PersonChoice(parse.GetRequiredValue(email)), (reset, to) => to.WriteLine($"{reset.Email} signs in without a second factor."), cancel));
        return command;
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "Address that the person signs in with." };

    // Not as a flag: the list of processes shows flags to everybody on the machine.
    private static Option<bool> FromInput() => new("--password-stdin") { Description = "Read the password from standard input; else one is made up." };

    private static string? ReadPassword(Shell shell, ParseResult parse, Option<bool> stdin) => parse.GetValue(stdin) ? shell.Io.In.ReadLine() ?? "" : null;
}
