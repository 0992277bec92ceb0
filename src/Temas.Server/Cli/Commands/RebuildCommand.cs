using System.CommandLine;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas rebuild</c>.</summary>
internal static class RebuildCommand
{
    public static Command Build(Shell shell)
    {
        var projection = new Option<string?>("--projection") { Description = "Only this one; else all.", HelpName = "NAME" };
        var command = new Command("rebuild", "Forget what was derived from the event log, and derive it again.") { projection };
        command.SetAction((parse, cancel) => shell.AskAsync(parse, Rebuild.Verb, new RebuildRequest(shell.Workspace(parse), parse.GetValue(projection)), (answer, to) =>
            to.WriteLine(FormattableString.Invariant($"Rebuilt {answer.Workspace} from {answer.Records} records; the state is {(answer.Same switch { true => "the same", false => "NOT what it was", null => "not compared, for events arrived meanwhile" })}.")),
            cancel, answer => answer.Same == false ? ExitCode.Defect : ExitCode.Ok));
        return command;
    }
}
