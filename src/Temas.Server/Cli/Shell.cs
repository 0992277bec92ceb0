using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Settings;
using Temas.Server.Verbs;

namespace Temas.Server.Cli;

/// <summary>What all commands share: global options, settings, the way to a verb, and how answers and problems are printed.</summary>
internal sealed class Shell(CliIo io)
{
    private readonly Option<string?> settingsFile = new("--settings") { Description = "Settings file; else temas.json where there is one.", HelpName = "FILE", Recursive = true };
    private readonly Option<bool> asJson = new("--json") { Description = "Print the answer as one line of JSON.", Recursive = true };
    private readonly Option<string?> workspace = new("--workspace", "-w") { Description = "Key of the workspace; else the only one, or main.", HelpName = "KEY", Recursive = true };
    private readonly Dictionary<string, Option<string?>> flags = SettingTable.All.ToDictionary(
        s => s.Name, s => new Option<string?>(s.Flag) { Description = s.Meaning.Replace("`", "", StringComparison.Ordinal), HelpName = "VALUE", Recursive = true }, StringComparer.Ordinal);

    /// <summary>The surroundings.</summary>
    public CliIo Io { get; } = io;

    /// <summary>Adds the options that every command has.</summary>
    public void AddGlobalOptions(RootCommand root)
    {
        root.Add(asJson);
        root.Add(workspace);
        root.Add(settingsFile);
        foreach (var option in flags.Values) root.Add(option);
    }

    /// <summary>The workspace that was named, or null.</summary>
    public string? Workspace(ParseResult parse) => parse.GetValue(workspace);

    /// <summary>True when the answer is wanted as JSON.</summary>
    public bool Json(ParseResult parse) => parse.GetValue(asJson);

    /// <summary>Reads the settings; null when there are faults, which have then been printed.</summary>
    public TemasSettings? Settings(ParseResult parse)
    {
        var given = flags.Where(f => parse.GetResult(f.Value) is { Implicit: false }).ToDictionary(f => f.Key, f => parse.GetValue(f.Value) ?? "", StringComparer.Ordinal);
        var reading = SettingsReader.Read(given, Io.Environment, Io.Home, Io.WorkingFolder, parse.GetValue(settingsFile));
        foreach (var warning in reading.Warnings) Io.Error.WriteLine($"temas: {warning}");
        foreach (var fault in reading.Faults) Complain(parse, fault);
        return reading.Faults.Count == 0 ? reading.Settings : null;
    }

    /// <summary>Asks a verb and prints its answer: with <c>--json</c> as it is, else by <paramref name="print"/>. Gives the exit code.</summary>
    public async Task<int> AskAsync<TRequest, TAnswer>(
        ParseResult parse, Verb<TRequest, TAnswer> verb, TRequest request, Action<TAnswer, TextWriter> print, CancellationToken cancel, Func<TAnswer, int>? exit = null, bool quiet = false, Func<TAnswer, JsonElement>? json = null)
        where TRequest : class
        where TAnswer : class
    {
        if (Settings(parse) is not { } settings) return ExitCode.Invalid;
        var connected = await VerbRunner.ConnectAsync(settings, verb.Name, Io.Clock, cancel);
        if (!connected.IsOk) return Complain(parse, connected.Problem!);
        Result<TAnswer> result;
        await using (connected.Value)
        {
            await using var output = new ConsoleOutput(Io);
            result = await connected.Value.RunAsync(verb, request, output, cancel);
        }

        await Io.Out.FlushAsync(cancel);
        if (!result.IsOk) return Complain(parse, result.Problem!);
        // Where the answer was given line by line, standard output holds the lines and nothing else.
        if (quiet) return exit?.Invoke(result.Value) ?? ExitCode.Ok;
        if (Json(parse) && json is not null) WriteJson(json(result.Value), VerbJson.Default.JsonElement);
        else if (Json(parse)) WriteJson(result.Value, verb.Answer);
        else print(result.Value, Io.Out);
        return exit?.Invoke(result.Value) ?? ExitCode.Ok;
    }

    /// <summary>Prints a value as one line of JSON, with letters of all languages as they are.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        Io.Out.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    /// <summary>Prints a problem as one line on standard error and gives its exit code.</summary>
    public int Complain(ParseResult parse, Problem problem)
    {
        if (Json(parse))
        {
            var line = new ProblemLine(problem.Kind.ToString(), problem.Code, problem.Detail, problem.Field, problem.Value, problem.WayOut);
            Io.Error.WriteLine(JsonSerializer.Serialize(line, VerbJson.Default.ProblemLine));
        }
        else
        {
            Io.Error.WriteLine($"temas: {problem.ToString().ReplaceLineEndings(" ")}");
        }

        return ExitCode.Of(problem);
    }

    /// <summary>Asks a person a question that is answered by yes or no; without a person the answer is no.</summary>
    public bool Confirm(string question)
    {
        if (!Io.Interactive) return false;
        Io.Error.Write($"{question} [y/N] ");
        return Io.In.ReadLine()?.Trim() is { } answer && (answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Prints rows under headings, aligned, without frames: for people, and for <c>cut</c> and <c>awk</c>.</summary>
    public static void WriteTable(TextWriter to, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        using var drawn = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(drawn), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        // A table that is piped must not be broken to the width of a terminal that is not there.
        console.Profile.Width = 1_000;
        var table = new Table().NoBorder();
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        console.Write(table);
        foreach (var line in drawn.ToString().TrimEnd().Split('\n')) to.WriteLine(line.TrimEnd());
    }
}

/// <summary>A problem as <c>--json</c> prints it on standard error.</summary>
internal sealed record ProblemLine(string Kind, string Code, string Detail, string? Field, string? Value, string? WayOut);
