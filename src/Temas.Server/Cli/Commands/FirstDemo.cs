using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.People;
using Temas.Server.Settings;
using Temas.Server.Verbs;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;

namespace Temas.Server.Cli.Commands;

/// <summary>The demo company in a new installation: <c>./run</c> begins with it. It is loaded while the server is up already.</summary>
internal static class FirstDemo
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    /// <summary>Makes the demo's workspace where nothing is there yet: nobody who signs in, no event, no demo. What stands in the way is told and no reason not to start.</summary>
    public static async Task BeginAsync(WebApplication app, TemasSettings settings, int? customers, TextWriter error, CancellationToken cancel)
    {
        var workspaces = app.Services.GetRequiredService<WorkspaceRegistry>();
        if (!settings.Demo || workspaces.All.Count != 1 || workspaces.All[0].Log.Head > 0 || await app.Services.GetRequiredService<PersonStore>().AnyAsync(cancel)) return;
        var by = new Actor("command", "serve");
        var opened = await app.Services.GetRequiredService<OpenDemo>().HandleAsync(WorkspaceKey.Parse(DemoSetup.Workspace).Value, by, cancel);
        var begun = opened.IsOk ? await app.Services.GetRequiredService<LoadDemo>().BeginAsync(opened.Value, new DemoRequest(Customers: customers), by, cancel) : opened.Problem!;
        if (begun.Problem is { } problem) await error.WriteLineAsync($"temas: the demo company was not made: {problem}");
    }

    /// <summary>Says what to expect of the demo that is about to be told, and shows how far it is until it has caught up with the present.</summary>
    public static async Task FollowAsync(WebApplication app, TemasSettings settings, CliIo io, CancellationToken cancel)
    {
        var demo = app.Services.GetRequiredService<WorkspaceRegistry>().All.FirstOrDefault(w => DemoState.Of(w).IsLiving);
        if (demo is null || !settings.Demo) return;
        var state = DemoState.Of(demo);
        var behind = io.Clock.GetUtcNow() - state.Status!.Reached;
        if (behind < TimeSpan.FromDays(2)) return;
        await io.Out.WriteLineAsync($"  demo      {demo.Name}: its history is being loaded, and Temas can be used meanwhile; ./temas demo leave goes on without it");
        await io.Out.FlushAsync(cancel);
        try
        {
            await using var output = new ConsoleOutput(io);
            var steps = new DemoVerbs.Steps(output);
            while (state.IsLiving && io.Clock.GetUtcNow() - state.Status!.Reached > TimeSpan.FromHours(1))
            {
                if (state.Progress is { } progress) steps.Report(progress);
                await Task.Delay(Look, io.Clock, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start goes on.
            return;
        }

        if (!state.IsLiving) return;
        await io.Out.WriteLineAsync(FormattableString.Invariant($"{demo.Name} is there: {demo.Log.Head:N0} events. It goes on in real time."));
        await io.Out.FlushAsync(cancel);
    }
}
