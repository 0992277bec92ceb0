using System.CommandLine;
using System.Globalization;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas token</c>.</summary>
internal static class TokenCommands
{
    public static Command Build(Shell shell) => new("token", "API tokens of programs.") { Create(shell), List(shell), Revoke(shell) };

    private static Command Create(Shell shell)
    {
        var role = new Option<string>("--role") { Description = $"What it may do: {RoleNames.All}.", HelpName = "ROLE", Required = true };
        var name = new Option<string?>("--name") { Description = "What to call it.", HelpName = "NAME" };
        var days = new Option<int?>("--days") { Description = "How many days it lives; else until it is revoked.", HelpName = "N" };
        var command = new Command("create", "Make an API token; prints it, once.") { role, name, days };
        command.SetAction((parse, cancel) =>
        {
            var given = parse.GetRequiredValue(role);
            if (parse.GetValue(days) is < 1 or > 36_500) return Task.FromResult(shell.Complain(parse, Problem.Invalid("days_invalid", "A token lives 1 to 36,500 days.", "--days")));
            DateTimeOffset? ends = parse.GetValue(days) is { } n ? shell.Io.Clock.GetUtcNow().AddDays(n) : null;
            return shell.AskAsync(parse, TokenVerbs.Create, new TokenCreateRequest(shell.Workspace(parse), parse.GetValue(name) ?? $"{given} from the command line", given, ends), (made, to) => to.WriteLine(made.Token), cancel);
        });
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("list", "List the tokens, newest first, without their secrets.");
        command.SetAction((parse, cancel) => shell.AskAsync(parse, TokenVerbs.List, new TokenListRequest(shell.Workspace(parse)), (answer, to) =>
            Shell.WriteTable(to, ["ID", "NAME", "ROLE", "CREATED", "LAST USED", "STATE"], answer.Tokens.Select(t => (IReadOnlyList<string>)
            [
                t.Id, t.Name, t.Role, At(t.CreatedAt), At(t.LastUsedAt),
                t.RevokedAt is { } revoked ? "revoked " + At(revoked) : t.ExpiresAt is not { } ends ? "lives" : ends <= shell.Io.Clock.GetUtcNow() ? "ended " + At(ends) : "until " + At(ends),
            ])), cancel));
        return command;
    }

    private static Command Revoke(Shell shell)
    {
        var token = new Argument<string>("TOKEN") { Description = "Id or name." };
        var command = new Command("revoke", "End a token, at once.") { token };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, TokenVerbs.Revoke, new TokenChoice(shell.Workspace(parse), parse.GetRequiredValue(token)), (ended, to) => to.WriteLine($"Revoked {ended.Name}."), cancel));
        return command;
    }

    private static string At(DateTimeOffset? at) => at is { } value ? value.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) : "-";
}
