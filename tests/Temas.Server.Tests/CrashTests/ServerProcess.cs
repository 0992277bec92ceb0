using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Temas.Server.Tests.CrashTests;

/// <summary>A server in a process of its own, as people run it, so that it can be killed. Disposing kills it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<bool> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => this.process = process;

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>True when it says that it listens; false when it ended before.</summary>
    public Task<bool> Ready => ready.Task;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>The server as people start it, compiled ahead of time; the copy beside the tests is not, and takes twice as long to start.</summary>
    public static string Assembly { get; } = Built() ?? typeof(Temas.Server.Settings.TemasSettings).Assembly.Location;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it on a data folder.</summary>
    public static ServerProcess Start(string folder, int port, string log = "warning", params IEnumerable<string> more)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Assembly, "serve", "--data", folder, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--log", log },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in more) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("TEMAS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        server.process.OutputDataReceived += (_, e) => server.Take(e.Data);
        server.process.ErrorDataReceived += (_, e) => server.Take(e.Data);
        server.process.Exited += (_, _) => server.ready.TrySetResult(false);
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, as Ctrl-C and the service manager do.</summary>
    public void Terminate() => _ = Send(process.Id, SigTerm);

    /// <summary>Waits until it has ended.</summary>
    public Task WaitAsync() => process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private static string? Built()
    {
        var beside = Path.GetDirectoryName(typeof(ServerProcess).Assembly.Location)!;
        var file = Path.GetFullPath(Path.Combine(beside.Replace("tests/Temas.Server.Tests", "src/Temas.Server", StringComparison.Ordinal), "Temas.Server.dll"));
        return File.Exists(file) ? file : null;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (output) output.AppendLine(line);
        if (line.StartsWith("Temas is ready", StringComparison.Ordinal)) ready.TrySetResult(true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
