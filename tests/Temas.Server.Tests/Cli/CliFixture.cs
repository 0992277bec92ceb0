using System.Globalization;
using System.Text.Json;
using Temas.Server.Cli;

namespace Temas.Server.Tests.Cli;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    /// <summary>Standard output, read as one JSON value.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>The only line of standard output.</summary>
    public string Line => Out.TrimEnd('\n').ShouldNotContainLineBreak();
}

internal static class CliAssertions
{
    public static string ShouldNotContainLineBreak(this string text)
    {
        text.ShouldNotContain("\n");
        return text;
    }
}

/// <summary>A data folder and the command line on it; with <see cref="ServeAsync"/> also a server, in this process.</summary>
internal sealed class CliFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task<int>? serving;

    public string Folder { get; } = Directory.CreateTempSubdirectory("temas-cli-").FullName;

    public string Data => Path.Combine(Folder, "data");

    /// <summary>The server's address, once it runs.</summary>
    public Uri? Address { get; private set; }

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs a command with the data folder of the fixture.</summary>
    public Task<CliResult> RunAsync(params string[] args) => RunAsync("", false, args);

    /// <summary>Runs a command at which a person sits who types <paramref name="input"/>.</summary>
    public async Task<CliResult> RunAsync(string input, bool interactive, params string[] args)
    {
        var (output, error) = (new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" }, new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" });
        var code = await CommandLine.RunAsync(args, Io(output, error, input, interactive));
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>As <see cref="RunAsync(string[])"/>, for commands that must succeed.</summary>
    public async Task<CliResult> DoAsync(params string[] args)
    {
        var result = await RunAsync(args);
        result.Code.ShouldBe(0, result.Error);
        return result;
    }

    /// <summary>Starts a server on the data folder and waits until it is ready; gives what it printed.</summary>
    public async Task<string> ServeAsync(params string[] flags)
    {
        var output = new ReadyWriter();
        var error = new StringWriter(CultureInfo.InvariantCulture);
        serving = Task.Run(() => CommandLine.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--log", "error", .. flags], Io(output, error, "", false), stop.Token));
        (await Task.WhenAny(output.Ready, serving)).ShouldBe(output.Ready, error.ToString());
        var address = output.ToString().Split('\n')[0]["Temas is ready at ".Length..].Trim();
        Address = new Uri(address);
        return output.ToString();
    }

    /// <summary>Ends the server in order.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        if (serving is not null) (await serving).ShouldBe(0);
        serving = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (serving is not null) await StopAsync();
        stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private CliIo Io(TextWriter output, TextWriter error, string input, bool interactive) => new()
    {
        Out = output,
        Error = error,
        In = new StringReader(input),
        Interactive = interactive,
        Environment = new Dictionary<string, string>(Environment) { ["TEMAS_DATA"] = Data },
        WorkingFolder = Folder,
    };

    private sealed class ReadyWriter() : StringWriter(CultureInfo.InvariantCulture)
    {
        private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ready => ready.Task;

        // The greeting is flushed once, when it is whole.
        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            ready.TrySetResult();
            return base.FlushAsync(cancellationToken);
        }
    }
}
