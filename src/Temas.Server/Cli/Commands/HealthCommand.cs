using System.CommandLine;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Hosting;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas health</c>: whether the server that has the data folder is ready, for whoever restarts it. Asks <c>/readyz</c> by the socket, so no address and no other program is needed.</summary>
internal static class HealthCommand
{
    /// <summary>What answers later than this does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public static Command Build(Shell shell)
    {
        var command = new Command("health", "Tell whether the running server is ready; exit code 0 when it is, 7 when not.");
        command.SetAction(async (parse, cancel) =>
        {
            if (shell.Settings(parse) is not { } settings) return ExitCode.Invalid;
            var problem = await AskAsync(DataFolder.SocketIn(settings.Data), settings.Data, shell.Io.Clock, cancel);
            if (problem is not null) return shell.Complain(parse, problem);
            if (shell.Json(parse)) shell.WriteJson(new HealthView("ready"), ServerJson.Default.HealthView);
            else await shell.Io.Out.WriteLineAsync("ready");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<Problem?> AskAsync(string socket, string folder, TimeProvider clock, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        using var http = ControlClient.To(socket);
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), either.Token);
            return answer.IsSuccessStatusCode
                ? null
                : new Problem(ProblemKind.Unavailable, "not_ready", $"The server answers, and is not ready (HTTP {(int)answer.StatusCode}).") { WayOut = "Its log says why." };
        }
        catch (HttpRequestException)
        {
            return new Problem(ProblemKind.Unavailable, "not_running", $"No server listens in the data folder {folder}.") { WayOut = "Start it with temas serve, or name its folder with --data." };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Problem(ProblemKind.Unavailable, "not_answering", FormattableString.Invariant($"The server has not answered within {Patience.TotalSeconds} seconds.")) { WayOut = "Its log says why." };
        }
    }
}
