using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Server.Settings;

namespace Temas.Server.Control;

/// <summary>Runs verbs for the command line: through the server that holds the data folder, or in this process when none does.</summary>
internal abstract class VerbRunner : IAsyncDisposable
{
    /// <summary>Code of the problem that a defect is told as; exit code 1.</summary>
    public const string DefectCode = "defect";

    /// <summary>How long a verb waits for another that holds the folder, or for a server that is starting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs <paramref name="verb"/>.</summary>
    public abstract Task<Result<TAnswer>> RunAsync<TRequest, TAnswer>(Verb<TRequest, TAnswer> verb, TRequest request, IVerbOutput output, CancellationToken cancel)
        where TRequest : class
        where TAnswer : class;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Finds out who holds the data folder and connects accordingly. Waits up to <see cref="Patience"/> for another command to end or for a server to be ready.
    /// </summary>
    public static async Task<Result<VerbRunner>> ConnectAsync(TemasSettings settings, string verb, TimeProvider clock, CancellationToken cancel)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            if (await SocketRunner.TryConnectAsync(settings.Data, cancel) is { } remote) return remote;
            var taken = DataFolder.Take(settings, verb);
            if (taken.IsOk)
            {
                var local = await LocalRunner.OpenAsync(settings, taken.Value, verb, cancel);
                return local.IsOk ? local.Value : local.Problem!;
            }

            if (taken.Problem!.Code != "data_folder_in_use" || clock.GetElapsedTime(since) > Patience) return taken.Problem;
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancel);
        }
    }

    private sealed class LocalRunner(DataFolder folder, WebApplication app, string verbName) : VerbRunner
    {
        public static async Task<Result<VerbRunner>> OpenAsync(TemasSettings settings, DataFolder folder, string verb, CancellationToken cancel)
        {
            // Nobody reads the log lines of a command: only what is wrong goes to standard error.
            var app = TemasHost.Build(settings with { Log = (LogLevel)Math.Max((int)settings.Log, (int)LogLevel.Warning) });
            try
            {
                await TemasHost.OpenAsync(app, cancel);
                return new LocalRunner(folder, app, verb);
            }
            catch (Exception e) when (StartProblem.From(e) is not null)
            {
                await app.DisposeAsync();
                folder.Dispose();
                return StartProblem.From(e)!;
            }
            catch
            {
                await app.DisposeAsync();
                folder.Dispose();
                throw;
            }
        }

        public override async Task<Result<TAnswer>> RunAsync<TRequest, TAnswer>(Verb<TRequest, TAnswer> verb, TRequest request, IVerbOutput output, CancellationToken cancel)
        {
            await using var scope = app.Services.CreateAsyncScope();
            return await verb.RunAsync(new VerbContext(scope.ServiceProvider, output, new Actor("command", verbName)), request, cancel);
        }

        public override async ValueTask DisposeAsync()
        {
            await TemasHost.CloseAsync(app);
            await app.DisposeAsync();
            folder.Dispose();
        }
    }

    private sealed class SocketRunner(HttpClient http) : VerbRunner
    {
        public static async Task<VerbRunner?> TryConnectAsync(string folder, CancellationToken cancel)
        {
            var path = DataFolder.SocketIn(folder);
            if (!File.Exists(path)) return null;
            try
            {
                using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            }
            catch (SocketException)
            {
                // A leftover of a server that was killed, or one that is about to end.
                return null;
            }

            return new SocketRunner(ControlClient.To(path));
        }

        public override async Task<Result<TAnswer>> RunAsync<TRequest, TAnswer>(Verb<TRequest, TAnswer> verb, TRequest request, IVerbOutput output, CancellationToken cancel)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/control/{verb.Name}")
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, verb.Request)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            try
            {
                using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
                if (!response.IsSuccessStatusCode)
                {
                    return new Problem(ProblemKind.Unavailable, "server_other_release", $"The running server does not know the verb {verb.Name} (HTTP {(int)response.StatusCode}).")
                    {
                        WayOut = "Use the command line of the same release as the server.",
                    };
                }

                return await FrameReader.ReadAsync(await response.Content.ReadAsStreamAsync(cancel), verb.Answer, output, cancel);
            }
            catch (HttpRequestException)
            {
                return new Problem(ProblemKind.Unavailable, "server_gone", "The server ended before it had answered.") { WayOut = "Start it again and repeat the command." };
            }
        }

        public override ValueTask DisposeAsync()
        {
            http.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
