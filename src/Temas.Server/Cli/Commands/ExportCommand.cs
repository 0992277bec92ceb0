using System.CommandLine;
using System.Text;
using Temas.Kernel;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas export</c>.</summary>
internal static class ExportCommand
{
    public static Command Build(Shell shell)
    {
        var events = new Option<bool>("--events") { Description = "The events of the log as JSON Lines, as temas import takes them." };
        var envelope = new Option<bool>("--envelope") { Description = "With --events: each event with position, source and time of receipt." };
        var from = new Option<long>("--from") { Description = "With --events: begin at this position.", HelpName = "POSITION", DefaultValueFactory = _ => 1 };
        var customer = new Option<string?>("--customer") { Description = "Everything about one customer, as JSON.", HelpName = "KIND:VALUE" };
        var kinds = new Option<string[]>("--kind") { Description = "Only definitions of this kind; may be given several times.", HelpName = "KIND" };
        var command = new Command("export", "Write the definitions as YAML; or events, or one customer, as JSON.") { events, envelope, from, customer, kinds };
        command.SetAction((parse, cancel) =>
        {
            if ((parse.GetValue(envelope) || parse.GetResult(from) is { Implicit: false }) && !parse.GetValue(events))
                return Task.FromResult(shell.Complain(parse, Problem.Invalid("usage", "--envelope and --from belong to --events.")));
            if (parse.GetValue(customer) is { } her)
                return shell.AskAsync(parse, CustomerVerbs.Export, new CustomerChoice(shell.Workspace(parse), her), (_, _) => { }, cancel, quiet: true);
            return parse.GetValue(events)
                ? shell.AskAsync(parse, ExportEvents.Verb, new ExportEventsRequest(shell.Workspace(parse), parse.GetValue(from), parse.GetValue(envelope)), (_, _) => { }, cancel, quiet: true)
                : shell.AskAsync(parse, ExportDefinitions.Verb, new ExportDefinitionsRequest(shell.Workspace(parse), parse.GetValue(kinds)), (answer, to) => to.Write(answer.Yaml), cancel);
        });
        return command;
    }
}

/// <summary><c>temas apply</c>.</summary>
internal static class ApplyCommand
{
    public static Command Build(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "YAML that temas export wrote or a person did; - reads standard input." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and change nothing." };
        var prune = new Option<bool>("--prune") { Description = "Also remove definitions of the file's kinds that it does not name." };
        var command = new Command("apply", "Make the definitions what a file says.") { file, dryRun, prune };
        command.SetAction(async (parse, cancel) =>
        {
            var name = parse.GetRequiredValue(file);
            string yaml;
            try
            {
                yaml = name == "-" ? await shell.Io.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(Path.GetFullPath(name, shell.Io.WorkingFolder), Encoding.UTF8, cancel);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return shell.Complain(parse, Problem.NotFound("file_missing", "There is no such file.", "FILE", name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return shell.Complain(parse, Problem.Invalid("file_unreadable", "The file cannot be read.", "FILE", name));
            }

            var request = new ApplyRequest(shell.Workspace(parse), yaml, parse.GetValue(dryRun), parse.GetValue(prune));
            return await shell.AskAsync(parse, ApplyDefinitions.Verb, request, (answer, to) => Print(shell, parse, answer, to), cancel, answer => answer.Faults.Count == 0 ? ExitCode.Ok : ExitCode.Invalid);
        });
        return command;
    }

    private static void Print(Shell shell, ParseResult parse, ApplyAnswer answer, TextWriter to)
    {
        foreach (var fault in answer.Faults)
        {
            var where = fault.Field is null ? fault.Definition : $"{fault.Definition} {fault.Field}";
            shell.Complain(parse, new Problem(ProblemKind.Invalid, "definition_invalid", fault.Detail) { Field = where, Value = fault.Value, WayOut = fault.WayOut });
        }

        if (answer.Faults.Count > 0) return;
        foreach (var change in answer.Changes) to.WriteLine($"{change.Change} {change.Kind}/{change.Key}");
        to.WriteLine(FormattableString.Invariant($"{answer.Changes.Count} {(answer.DryRun ? "would change" : "changed")}, {answer.Unchanged} as they were."));
    }
}
