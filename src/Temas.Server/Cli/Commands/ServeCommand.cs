using System.CommandLine;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Hosting;
using Temas.Server.Operations;
using Temas.Server.People;
using Temas.Server.Settings;
using Temas.Server.SignIn;
using Temas.Server.Workspaces;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas serve</c>: holds the data folder and listens until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string FirstOwner = "owner@temas.local";

    public static Command Build(Shell shell)
    {
        var firstOwner = new Option<bool>("--first-owner") { Description = "Where nobody can sign in yet, make a first owner and print the password, once." };
        var customers = new Option<int?>("--demo-customers") { Description = "With --first-owner: customers of the demo company; 20000 by default.", HelpName = "N" };
        var command = new Command("serve", "Start the server; Ctrl-C stops it.") { firstOwner, customers };
        command.SetAction((parse, cancel) => ServeAsync(shell, parse, parse.GetValue(firstOwner), parse.GetValue(customers), cancel));
        return command;
    }

    private static async Task<int> ServeAsync(Shell shell, ParseResult parse, bool firstOwner, int? demoCustomers, CancellationToken cancel)
    {
        if (shell.Settings(parse) is not { } settings) return ExitCode.Invalid;
        var taken = DataFolder.Take(settings, "serve");
        if (!taken.IsOk) return shell.Complain(parse, taken.Problem!);
        using var folder = taken.Value;
        await using var app = TemasHost.Build(settings, Prepare);
        try
        {
            await TemasHost.OpenAsync(app, cancel);
            if (firstOwner) await FirstDemo.BeginAsync(app, settings, demoCustomers, shell.Io.Error, cancel);
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
        await GreetAsync(shell.Io.Out, app, settings, firstOwner, cancel);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel, app.Lifetime.ApplicationStopping);
        var following = FirstDemo.FollowAsync(app, settings, shell.Io, stopping.Token);
        await app.WaitForShutdownAsync(cancel);
        await following;
        await TemasHost.CloseAsync(app);
        return ExitCode.Ok;
    }

    private static void Prepare(WebApplicationBuilder builder)
    {
        // One for the process, which is this server's alone.
        builder.Services.AddHostedService<MemoryWatch>();
        // What the framework says about starting and about failing to start is said here, in one line.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }

    private static async Task GreetAsync(TextWriter to, WebApplication app, TemasSettings settings, bool firstOwner, CancellationToken cancel)
    {
        var address = settings.PublicUrl ?? app.Urls.First(IsWeb);
        await to.WriteLineAsync($"Temas is ready at {address}");
        await to.WriteLineAsync($"  data      {settings.Data} (store: {settings.StoreName})");
        if (await app.Services.GetRequiredService<PersonStore>().AnyAsync(cancel))
        {
            if (firstOwner) await to.WriteLineAsync("  sign in   with your e-mail and password; ./temas user password EMAIL makes a new password, ./temas user list names the people");
        }
        else if (firstOwner)
        {
            var made = await app.Services.GetRequiredService<CreatePerson>().HandleAsync(
                new CreatePersonRequest(FirstOwner, null, null, null, Role.Owner, WorkspaceKey.Default), new Actor("command", "serve"), cancel);
            await app.Services.GetRequiredService<OpenDemo>().JoinAllAsync(cancel);
            await to.WriteLineAsync(made.IsOk
                ? $"  sign in   {FirstOwner}\n  password  {made.Value.Password}   (shown once; ./temas user password {FirstOwner} makes another)"
                : $"  sign in   no first owner could be made: {made.Problem}");
        }
        else if (app.Services.GetRequiredService<SetUpCode>().Value is { } code)
        {
            await to.WriteLineAsync($"  set up    {address}/setup?code={code}   (works once, until somebody can sign in)");
        }

        await to.FlushAsync(cancel);
    }

    private static void Listen(WebApplication app, TemasSettings settings)
    {
        app.Urls.Clear();
        foreach (var url in settings.Urls) app.Urls.Add(url);
        app.Urls.Add("http://unix:" + DataFolder.SocketIn(settings.Data));
    }

    private static bool IsWeb(string url) => !url.StartsWith("http://unix:", StringComparison.Ordinal);
}
