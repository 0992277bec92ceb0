using System.CommandLine;
using System.Globalization;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas workspace</c>.</summary>
internal static class WorkspaceCommands
{
    public static Command Build(Shell shell) => new("workspace", "Brands that share this installation and nothing else.") { Create(shell), List(shell) };

    private static Command Create(Shell shell)
    {
        var key = new Argument<string>("KEY") { Description = "1 to 40 of a-z, 0-9 and hyphen, beginning with a letter." };
        var name = new Option<string?>("--name") { Description = "Name for people; else the key.", HelpName = "NAME" };
        var command = new Command("create", "Make a new, empty workspace.") { key, name };
        command.SetAction((parse, cancel) =>
        {
            var given = parse.GetRequiredValue(key);
            return shell.AskAsync(parse, CreateWorkspace.Verb, new CreateWorkspaceRequest(given, parse.GetValue(name) ?? given), (made, to) => to.WriteLine(made.Key), cancel);
        });
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("list", "List the workspaces.");
        command.SetAction((parse, cancel) => shell.AskAsync(parse, ListWorkspaces.Verb, new ListWorkspacesRequest(), (answer, to) =>
            Shell.WriteTable(to, ["KEY", "NAME", "EVENTS"], answer.Workspaces.Select(w => (IReadOnlyList<string>)[w.Key, w.Name, w.Events.ToString(CultureInfo.InvariantCulture)])), cancel));
        return command;
    }
}
