using System.CommandLine;
using Temas.Server.Backup;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas backup</c> and <c>temas restore</c>.</summary>
internal static class BackupCommands
{
    public static Command Backup(Shell shell)
    {
        var path = new Argument<string>("PATH") { Description = "Folder to be made, or a file that ends in .tar.gz." };
        var command = new Command("backup", "Copy all data, also while the server runs.") { path };
        command.SetAction((parse, cancel) => shell.AskAsync(
            parse, MakeBackup.Verb, new BackupRequest(Path.GetFullPath(parse.GetRequiredValue(path), shell.Io.WorkingFolder)),
            (made, to) => to.WriteLine(FormattableString.Invariant($"Wrote {made.Path}: {made.Workspaces} workspaces, {made.Records} records, {made.Bytes} bytes.")), cancel));
        return command;
    }

    public static Command Restore(Shell shell)
    {
        var path = new Argument<string>("PATH") { Description = "Folder or .tar.gz that temas backup wrote." };
        var force = new Option<bool>("--force") { Description = "Also into a data folder that holds data; that is kept beside (SQLite) or replaced (PostgreSQL)." };
        var command = new Command("restore", "Fill the data folder from a backup, and verify it. The server must not run.") { path, force };
        command.SetAction(async (parse, cancel) =>
        {
            if (shell.Settings(parse) is not { } settings) return ExitCode.Invalid;
            await using var output = new ConsoleOutput(shell.Io);
            var restored = await RestoreBackup.RunAsync(settings, Path.GetFullPath(parse.GetRequiredValue(path), shell.Io.WorkingFolder), parse.GetValue(force), output, shell.Io.Clock, cancel);
            if (!restored.IsOk) return shell.Complain(parse, restored.Problem!);
            if (shell.Json(parse))
            {
                shell.WriteJson(restored.Value, VerbJson.Default.RestoreAnswer);
            }
            else
            {
                foreach (var w in restored.Value.Workspaces) await shell.Io.Out.WriteLineAsync(FormattableString.Invariant($"Restored {w.Key}: {w.Events} records, all readable."));
                if (restored.Value.Replaced is { } replaced) await shell.Io.Out.WriteLineAsync($"What was there before lies in {replaced}.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
