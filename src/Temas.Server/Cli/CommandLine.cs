using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Temas.Kernel;
using Temas.Server.Cli.Commands;

namespace Temas.Server.Cli;

/// <summary>The command line: one list of commands, each of which asks a verb and prints its answer.</summary>
internal static class CommandLine
{
    /// <summary>How long a command may take to end in order after Ctrl-C or SIGTERM: a server writes its snapshots meanwhile.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMinutes(2);

    /// <summary>Runs one command and gives its exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliIo? io = null, CancellationToken cancel = default)
    {
        io ??= CliIo.OfProcess();
        var shell = new Shell(io);
        var parse = Root(shell).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Errors.Count > 0 && parse.Action is not HelpAction)
        {
            // A word that is no verb is told as such, and not also as a verb that is missing.
            var errors = parse.UnmatchedTokens.Count > 0 ? parse.Errors.Where(e => parse.UnmatchedTokens.Any(t => e.Message.Contains(t, StringComparison.Ordinal))) : parse.Errors;
            foreach (var error in errors) shell.Complain(parse, Problem.Invalid("usage", error.Message.TrimEnd('.') + ".", wayOut: $"See temas {CommandPath(parse)}--help."));
            return ExitCode.Invalid;
        }

        try
        {
            return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Farewell, Output = io.Out, Error = io.Error }, cancel);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The last place that can turn a defect into a line and an exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await io.Error.WriteLineAsync($"temas: defect: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (set TEMAS_LOG=debug to see where)");
            if (io.Environment.TryGetValue("TEMAS_LOG", out var log) && log is "debug" or "trace") await io.Error.WriteLineAsync(e.ToString());
            return ExitCode.Defect;
        }
    }

    /// <summary>The commands, as the help lists them.</summary>
    internal static RootCommand Root(Shell shell)
    {
        var root = new RootCommand("Temas, the customer experience platform that you run yourself.")
        {
            ServeCommand.Build(shell),
            HealthCommand.Build(shell),
            ImportCommand.Build(shell),
            SourceCommands.Build(shell),
            TokenCommands.Build(shell),
            UserCommands.Build(shell),
            CustomerCommands.Read(shell),
            CustomerCommands.Erase(shell),
            WorkspaceCommands.Build(shell),
            ExportCommand.Build(shell),
            ApplyCommand.Build(shell),
            BackupCommands.Backup(shell),
            BackupCommands.Restore(shell),
            RebuildCommand.Build(shell),
            DemoCommand.Build(shell),
        };
        shell.AddGlobalOptions(root);
        return root;
    }

    private static string CommandPath(ParseResult parse)
    {
        var names = new List<string>();
        for (var at = parse.CommandResult; at?.Parent is System.CommandLine.Parsing.CommandResult parent; at = parent) names.Insert(0, at.Command.Name);
        return names.Count == 0 ? "" : string.Join(' ', names) + " ";
    }
}
