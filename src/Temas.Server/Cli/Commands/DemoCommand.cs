using System.CommandLine;
using System.Globalization;
using System.Text;
using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas demo</c>: the demo company Veranda.</summary>
internal static class DemoCommand
{
    private sealed record Options(Option<long?> Seed, Option<int?> Customers, Option<int?> Days, Option<string?> Until, Option<string?> Truth, Option<bool> TruthOnly);

    public static Command Build(Shell shell)
    {
        var options = new Options(
            new Option<long?>("--seed") { Description = "Number from which everything is made; 1 by default. Another seed: other people, the same causes.", HelpName = "N" },
            new Option<int?>("--customers") { Description = "Customers by the end of the history; 20000 by default.", HelpName = "N" },
            new Option<int?>("--days") { Description = "Days of history; 365 by default.", HelpName = "N" },
            new Option<string?>("--until") { Description = "Day with which the history ends (2026-05-09); now by default, and then it goes on in real time while a server runs.", HelpName = "DATE" },
            new Option<string?>("--truth") { Description = "Write what is planted in the world to this file, as JSON.", HelpName = "FILE" },
            new Option<bool>("--truth-only") { Description = "Write the truth to standard output, or to --truth, and load nothing." });
        var command = new Command("demo", "Load the demo company Veranda into a workspace of its own; doing it again changes nothing, and what was interrupted goes on.")
        {
            options.Seed, options.Customers, options.Days, options.Until, options.Truth, options.TruthOnly,
        };
        command.SetAction((parse, cancel) => LoadAsync(shell, parse, options, cancel));
        command.Add(Leave(shell));
        command.Add(Remove(shell));
        return command;
    }

    private static Command Leave(Shell shell)
    {
        var command = new Command("leave", "Stop the demo and go on in a workspace of your own, which is made when there is none.");
        command.SetAction((parse, cancel) => shell.AskAsync(parse, DemoVerbs.Leave, new DemoChoice(shell.Workspace(parse) ?? DemoSetup.Workspace), (answer, to) => to.WriteLine(answer.Workspace), cancel));
        return command;
    }

    private static Command Remove(Shell shell)
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("remove", "Remove the demo with its workspace, for good.") { yes };
        command.SetAction(async (parse, cancel) =>
        {
            var key = shell.Workspace(parse) ?? DemoSetup.Workspace;
            if (!parse.GetValue(yes) && !shell.Confirm($"Remove the workspace {key} with everything in it, for good?"))
                return shell.Complain(parse, new Problem(ProblemKind.Conflict, "not_confirmed", "Nothing was removed.") { WayOut = "Answer with yes, or give --yes." });
            return await shell.AskAsync(parse, DemoVerbs.Remove, new DemoChoice(key), (removed, to) => to.WriteLine(FormattableString.Invariant($"{removed.Key} is removed, with {removed.Events} events.")), cancel);
        });
        return command;
    }

    private static async Task<int> LoadAsync(Shell shell, ParseResult parse, Options options, CancellationToken cancel)
    {
        DateTimeOffset? until = null;
        if (parse.GetValue(options.Until) is { } text)
        {
            if (!DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day))
                return shell.Complain(parse, Problem.Invalid("date_invalid", "It is not a date such as 2026-05-09.", "--until", text));
            // To the end of that day in Türkiye.
            until = day.AddHours(21);
        }

        var demo = new DemoRequest(parse.GetValue(options.Seed), parse.GetValue(options.Customers), parse.GetValue(options.Days), until);
        var file = parse.GetValue(options.Truth) is { } path ? Path.GetFullPath(path, shell.Io.WorkingFolder) : null;
        if (parse.GetValue(options.TruthOnly))
        {
            var truth = LoadDemo.TruthOf(demo, shell.Io.Clock.GetUtcNow());
            if (!truth.IsOk) return shell.Complain(parse, truth.Problem!);
            if (file is not null) return Write(shell, parse, file, truth.Value);
            await shell.Io.Out.WriteLineAsync(truth.Value);
            return ExitCode.Ok;
        }

        if (shell.Settings(parse) is not { } settings) return ExitCode.Invalid;
        var connected = await VerbRunner.ConnectAsync(settings, "demo", shell.Io.Clock, cancel);
        if (!connected.IsOk) return shell.Complain(parse, connected.Problem!);
        await using var runner = connected.Value;
        Result<DemoLoadAnswer> result;
        await using (var output = new ConsoleOutput(shell.Io))
        {
            try
            {
                result = await runner.RunAsync(DemoVerbs.Load, new DemoLoadRequest(shell.Workspace(parse) ?? DemoSetup.Workspace, demo), output, cancel);
            }
            catch (OperationCanceledException)
            {
                await output.DisposeAsync();
                await shell.Io.Error.WriteLineAsync("Interrupted. The same command goes on where it stopped.");
                return ExitCode.Interrupted;
            }
        }

        if (!result.IsOk) return shell.Complain(parse, result.Problem!);
        var answer = result.Value;
        if (shell.Json(parse)) shell.WriteJson(answer with { Truth = "" }, VerbJson.Default.DemoLoadAnswer);
        else await PrintAsync(shell.Io.Out, answer);
        return file is null ? ExitCode.Ok : Write(shell, parse, file, answer.Truth);
    }

    private static Task PrintAsync(TextWriter to, DemoLoadAnswer answer)
    {
        var (loaded, all) = (answer.Loaded, answer.Loaded.Accepted + answer.Loaded.Duplicates + answer.Loaded.Dropped);
        return to.WriteLineAsync(FormattableString.Invariant(
            $"{answer.Workspace}: {loaded.Begin.AddHours(3):yyyy-MM-dd} to {loaded.Until.AddHours(3):yyyy-MM-dd HH:mm}, {all} events; {loaded.Accepted} new, {loaded.Duplicates} there before, {loaded.Dropped} refused; {loaded.Seconds:0.0} s, {all / Math.Max(loaded.Seconds, 0.001):0} a second."));
    }

    private static int Write(Shell shell, ParseResult parse, string file, string truth)
    {
        try
        {
            File.WriteAllText(file, truth + "\n", new UTF8Encoding(false));
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return shell.Complain(parse, new Problem(ProblemKind.Unavailable, "file_unwritable", $"The file cannot be written: {e.Message.TrimEnd('.')}.") { Field = "--truth", Value = file, WayOut = "Name another path." });
        }
    }
}
