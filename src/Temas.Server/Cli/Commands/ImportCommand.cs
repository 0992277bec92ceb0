using System.CommandLine;
using Temas.Collect.Import;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Settings;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary>What an import did, as <c>--json</c> prints it.</summary>
internal sealed record ImportSummary(
    long Rows, long Events, long Accepted, long Duplicates, long Rejected, long Skipped, bool Completed, bool Resumed, bool DryRun,
    IReadOnlyList<ProblemLine> Problems, IReadOnlyList<ImportRejectLine> Rejects, IReadOnlyList<string> RejectFiles);

/// <summary>A row that was not taken, without its content.</summary>
internal sealed record ImportRejectLine(string File, long Line, string Reason, string? Field, string Detail);

/// <summary><c>temas import</c>: reads files here and sends what they hold into the log.</summary>
internal static class ImportCommand
{
    private const int RejectsShown = 10;

    private sealed record Options(
        Argument<string[]> Files, Option<string?> Mapping, Option<string> Source, Option<string?> Key, Option<bool> DryRun, Option<int> Preview, Option<long?> MaxRejects, Option<string?> Rejects, Option<string[]> Joins);

    public static Command Build(Shell shell)
    {
        var options = new Options(
            new Argument<string[]>("FILE") { Description = "CSV, fixed width or JSON Lines, plain or gzip; several files of one form.", Arity = ArgumentArity.OneOrMore },
            new Option<string?>("--mapping", "-m") { Description = "YAML that says how rows become events (docs/importing.md); none for JSON Lines of Segment messages.", HelpName = "FILE" },
            new Option<string>("--source") { Description = "Name of the source that the events are filed under; made when there is none.", HelpName = "NAME", DefaultValueFactory = _ => "import" },
            new Option<string?>("--key") { Description = "Name of this import, from which message ids are made; else the mapping's.", HelpName = "KEY" },
            new Option<bool>("--dry-run") { Description = "Read and map everything, write nothing; prints the first events." },
            new Option<int>("--preview") { Description = "With --dry-run: how many events to print.", HelpName = "N", DefaultValueFactory = _ => 5 },
            new Option<long?>("--max-rejects") { Description = "Stop when more rows than this were rejected.", HelpName = "N" },
            new Option<string?>("--rejects") { Description = "Folder for the files of rejected rows; else beside each input.", HelpName = "FOLDER" },
            new Option<string[]>("--join") { Description = "Path of a lookup file of the mapping; may be given several times.", HelpName = "NAME=FILE" });
        var command = new Command("import", "Import history; doing it again changes nothing, and what was interrupted goes on.")
        {
            options.Files, options.Mapping, options.Source, options.Key, options.DryRun, options.Preview, options.MaxRejects, options.Rejects, options.Joins,
        };
        command.SetAction((parse, cancel) => RunAsync(shell, parse, options, cancel));
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, ParseResult parse, Options options, CancellationToken cancel)
    {
        if (shell.Settings(parse) is not { } settings) return ExitCode.Invalid;
        var read = ReadRequest(shell, parse, options, settings);
        if (!read.IsOk) return shell.Complain(parse, read.Problem!);
        var request = read.Value;
        if (request.DryRun) return await ImportAsync(shell, parse, request, null, cancel);

        var connected = await VerbRunner.ConnectAsync(settings, "import", shell.Io.Clock, cancel);
        if (!connected.IsOk) return shell.Complain(parse, connected.Problem!);
        await using var runner = connected.Value;
        await using var output = new ConsoleOutput(shell.Io);
        var source = parse.GetRequiredValue(options.Source);
        var target = await runner.RunAsync(ImportVerbs.Open, new ImportOpenRequest(shell.Workspace(parse), source), output, cancel);
        if (!target.IsOk) return shell.Complain(parse, target.Problem!);
        return await ImportAsync(shell, parse, request with { Target = $"{target.Value.Workspace}/{source}" }, new VerbImportSink(runner, target.Value), cancel);
    }

    private static Result<ImportRequest> ReadRequest(Shell shell, ParseResult parse, Options options, TemasSettings settings)
    {
        string Full(string path) => Path.GetFullPath(path, shell.Io.WorkingFolder);
        var joins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var join in parse.GetValue(options.Joins) ?? [])
        {
            var cut = join.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0) return Problem.Invalid("join_invalid", "It is not NAME=FILE.", "--join", join);
            joins[join[..cut]] = Full(join[(cut + 1)..]);
        }

        return new ImportRequest
        {
            Files = [.. parse.GetRequiredValue(options.Files).Select(Full)],
            Mapping = parse.GetValue(options.Mapping) is { } mapping ? Full(mapping) : null,
            Key = parse.GetValue(options.Key),
            StateFolder = Path.Combine(settings.Data, "imports"),
            RejectFolder = parse.GetValue(options.Rejects) is { } rejects ? Full(rejects) : null,
            Joins = joins,
            DryRun = parse.GetValue(options.DryRun),
            Preview = parse.GetValue(options.Preview),
            MaxRejects = parse.GetValue(options.MaxRejects),
        };
    }

    private static async Task<int> ImportAsync(Shell shell, ParseResult parse, ImportRequest request, IImportSink? sink, CancellationToken cancel)
    {
        ImportReport report;
        await using (var output = new ConsoleOutput(shell.Io))
        {
            report = await ImportRun.RunAsync(request, sink, new Progress(output), shell.Io.Clock, cancel);
        }

        if (shell.Json(parse)) shell.WriteJson(Summarise(report, request), VerbJson.Default.ImportSummary);
        else await PrintAsync(shell, request, report);
        foreach (var problem in report.Problems) shell.Complain(parse, problem);
        return report.Problems.Count > 0 ? ExitCode.Of(report.Problems[0]) : report.Cancelled ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private static async Task PrintAsync(Shell shell, ImportRequest request, ImportReport report)
    {
        var (to, error, counts) = (shell.Io.Out, shell.Io.Error, report.Progress);
        foreach (var line in report.Preview) await to.WriteLineAsync(line);
        foreach (var reject in report.Rejects.Take(RejectsShown))
        {
            await error.WriteLineAsync(FormattableString.Invariant($"{Path.GetFileName(reject.File)}:{reject.Line}: {(reject.Field is null ? "" : reject.Field + ": ")}{reject.Detail} ({reject.Reason})"));
        }

        if (counts.Rejected > RejectsShown) await error.WriteLineAsync(FormattableString.Invariant($"… and {counts.Rejected - RejectsShown} more"));
        foreach (var file in report.RejectFiles) await error.WriteLineAsync($"Rejected rows: {file}");
        if (report.Problems.Count > 0 && counts.Rows == 0) return;
        var summary = request.DryRun
            ? FormattableString.Invariant($"Dry run: {counts.Rows} rows, {counts.Events} events, {counts.Rejected} rejected, {counts.Skipped} skipped; nothing was written.")
            : FormattableString.Invariant($"{(report.Problems.Count > 0 || report.Cancelled ? "Stopped" : "Imported")}: {counts.Rows} rows, {counts.Events} events; {counts.Accepted} new, {counts.Duplicates} there before, {counts.Rejected} rejected, {counts.Skipped} skipped.");
        // In a dry run standard output is for the events.
        await (request.DryRun ? error : to).WriteLineAsync(summary);
        if (report.Cancelled) await error.WriteLineAsync("The same command goes on where it stopped.");
    }

    private static ImportSummary Summarise(ImportReport report, ImportRequest request) => new(
        report.Progress.Rows, report.Progress.Events, report.Progress.Accepted, report.Progress.Duplicates, report.Progress.Rejected, report.Progress.Skipped,
        report.Problems.Count == 0 && !report.Cancelled, report.Resumed, request.DryRun,
        [.. report.Problems.Select(p => new ProblemLine(p.Kind.ToString(), p.Code, p.Detail, p.Field, p.Value, p.WayOut))],
        [.. report.Rejects.Select(r => new ImportRejectLine(r.File, r.Line, r.Reason, r.Field, r.Detail))], report.RejectFiles);

    private sealed class Progress(ConsoleOutput output) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) =>
            output.Report(new VerbProgress(FormattableString.Invariant($"{value.Rows:N0} rows, {value.Accepted:N0} new, {value.Duplicates:N0} there before, {value.Rejected:N0} rejected"), value.Bytes, value.TotalBytes));
    }
}
