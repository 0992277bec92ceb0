using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Temas.Server.Tests.Clients;

/// <summary>The real clients in <c>tests/clients</c>, installed as its lock file says. Whoever needs them asks; the first installs.</summary>
internal static class ClientPackages
{
    /// <summary>The folder of the clients.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "clients"));

    /// <summary>Installs them if they are missing or older than the lock file. Test assemblies run side by side: one installs, the others wait.</summary>
    public static async Task<string> EnsureAsync()
    {
        var mark = Path.Combine(Folder, "node_modules", ".package-lock.json");
        var wanted = Path.Combine(Folder, "package-lock.json");
        await using var turn = await TakeTurnAsync();
        if (!File.Exists(mark) || File.GetLastWriteTimeUtc(mark) < File.GetLastWriteTimeUtc(wanted))
        {
            await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            if (File.Exists(mark)) File.SetLastWriteTimeUtc(mark, File.GetLastWriteTimeUtc(wanted));
        }

        return Folder;
    }

    /// <summary>Runs a program in the folder of the clients; gives what it printed. Fails with what it printed when it does not end well.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        process.ExitCode.ShouldBe(0, $"{await output}\n{await errors}");
        return await output;
    }

    private static async Task<FileStream> TakeTurnAsync()
    {
        var name = Path.Combine(Path.GetTempPath(), $"temas-clients-{Convert.ToHexStringLower(BitConverter.GetBytes(Temas.Kernel.Hash64.Of(System.Text.Encoding.UTF8.GetBytes(Folder))))}.lock");
        for (var i = 0; ; i++)
        {
            try
            {
                return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (i < 600)
            {
                await Task.Delay(500);
            }
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
