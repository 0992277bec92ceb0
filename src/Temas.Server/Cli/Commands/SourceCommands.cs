using System.CommandLine;
using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas source</c>.</summary>
internal static class SourceCommands
{
    public static Command Build(Shell shell) => new("source", "Where events come from, and the keys they write with.") { Create(shell), List(shell), Revoke(shell), Rotate(shell) };

    private static Command Create(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "Name for people, such as web-shop." };
        var events = Policy("--events", "Events that the catalogue does not know", UnknownPolicy.Allow);
        var properties = Policy("--properties", "Properties that the catalogue does not know", UnknownPolicy.Allow);
        var bots = Policy("--bots", "Events that robots send", UnknownPolicy.Flag);
        var rate = new Option<int>("--rate-limit") { Description = "Events a second in the long run; 0 for no limit.", HelpName = "N" };
        var command = new Command("create", "Make a source; prints its write key.") { name, events, properties, bots, rate };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, SourceVerbs.Create,
            new SourceCreateRequest(shell.Workspace(parse), parse.GetRequiredValue(name), parse.GetValue(events), parse.GetValue(properties), parse.GetValue(bots), parse.GetValue(rate)),
            (made, to) => to.WriteLine(made.Key), cancel));
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("list", "List the sources with what they sent.");
        command.SetAction((parse, cancel) => shell.AskAsync(parse, SourceVerbs.List, new SourceListRequest(shell.Workspace(parse)), (answer, to) =>
            Shell.WriteTable(to, ["ID", "NAME", "KEY", "ACCEPTED", "DUPLICATES", "DROPPED", "STATE"], answer.Sources.Select(s => (IReadOnlyList<string>)
            [
                Number(s.Id), s.Name, s.Key, Number(s.Accepted), Number(s.Duplicates), Number(s.Dropped),
                s.RevokedAt is { } at ? "revoked " + at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) : "writes",
            ])), cancel));
        return command;
    }

    private static Command Revoke(Shell shell)
    {
        var source = new Argument<string>("SOURCE") { Description = "Name or number." };
        var command = new Command("revoke", "End a source; its key stops writing at once.") { source };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, SourceVerbs.Revoke, new SourceChoice(shell.Workspace(parse), parse.GetRequiredValue(source)), (ended, to) => to.WriteLine($"Revoked {ended.Name}."), cancel));
        return command;
    }

    private static Command Rotate(Shell shell)
    {
        var source = new Argument<string>("SOURCE") { Description = "Name or number." };
        var command = new Command("rotate", "Give a source a new write key; prints it. The old one stops at once.") { source };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, SourceVerbs.Rotate, new SourceChoice(shell.Workspace(parse), parse.GetRequiredValue(source)), (changed, to) => to.WriteLine(changed.Key), cancel));
        return command;
    }

    private static Option<UnknownPolicy> Policy(string flag, string what, UnknownPolicy without) =>
        new(flag) { Description = $"{what}: allow, flag or block.", HelpName = "POLICY", DefaultValueFactory = _ => without };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
