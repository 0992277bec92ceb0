using System.CommandLine;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Hosting;
using Temas.Server.Settings;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas serve</c>: holds the data folder and listens until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Build(Shell shell)
    {
        var firstOwner = new Option<bool>("--first-owner") { Description = "Where nobody can sign in yet, make a first owner and print the password, once." };
        var command = new Command("serve", "Start the server; Ctrl-C stops it.") { firstOwner };
        command.SetAction((parse, cancel) => ServeAsync(shell, parse, cancel));
        return command;
    }

    private static async Task<int> ServeAsync(Shell shell, ParseResult parse, CancellationToken cancel)
    {
        if (shell.Settings(parse) is not { } settings) return ExitCode.Invalid;
        var taken = DataFolder.Take(settings, "serve");
        if (!taken.IsOk) return shell.Complain(parse, taken.Problem!);
        using var folder = taken.Value;
        await using var app = TemasHost.Build(settings, Quieten);
        try
        {
            await TemasHost.OpenAsync(app, cancel);
        }
        catch (Exception e) when (StartProblem.From(e) is not null)
        {
            return shell.Complain(parse, StartProblem.From(e)!);
        }

        try
        {
            Listen(app, settings);
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (StartProblem.From(e) is not null)
        {
            await TemasHost.CloseAsync(app);
            return shell.Complain(parse, StartProblem.From(e)!);
        }

        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(DataFolder.SocketIn(settings.Data), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await shell.Io.Out.WriteLineAsync($"Temas is ready at {settings.PublicUrl ?? app.Urls.First(IsWeb)} (data in {settings.Data}, store {settings.StoreName})");
        await shell.Io.Out.FlushAsync(cancel);
        await app.WaitForShutdownAsync(cancel);
        await TemasHost.CloseAsync(app);
        return ExitCode.Ok;
    }

    // What the framework says about starting and about failing to start is said here, in one line.
    private static void Quieten(WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }

    private static void Listen(WebApplication app, TemasSettings settings)
    {
        app.Urls.Clear();
        foreach (var url in settings.Urls) app.Urls.Add(url);
        app.Urls.Add("http://unix:" + DataFolder.SocketIn(settings.Data));
    }

    private static bool IsWeb(string url) => !url.StartsWith("http://unix:", StringComparison.Ordinal);
}
