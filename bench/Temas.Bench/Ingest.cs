using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Temas.Bench;

/// <summary>What to measure, from the command line.</summary>
internal sealed record IngestOptions
{
    public string Server { get; init; } = "";

    public double Seconds { get; init; } = 20;

    public int Batch { get; init; } = 100;

    public int Connections { get; init; } = 8;

    public int Customers { get; init; } = 500_000;

    public long Preload { get; init; }

    public string Data { get; init; } = "";

    /// <summary>Of <see cref="Live"/>: live segments.</summary>
    public int Segments { get; init; } = 200;

    /// <summary>Of <see cref="Live"/>: events a second while questions are asked.</summary>
    public int Rate { get; init; } = 20_000;

    /// <summary>Of <see cref="Live"/>: how often each question is asked.</summary>
    public int Runs { get; init; } = 40;

    public bool NoFloor { get; init; }

    public static IngestOptions Parse(string[] args)
    {
        var options = new IngestOptions();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => i + 1 < args.Length ? args[++i] : throw new ArgumentException($"{args[i]} needs a value.");
            int Number() => int.Parse(Value(), CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "--server" => options with { Server = Value() },
                "--seconds" => options with { Seconds = Number() },
                "--batch" => options with { Batch = Number() },
                "--connections" => options with { Connections = Number() },
                "--customers" => options with { Customers = Number() },
                "--preload" => options with { Preload = long.Parse(Value(), CultureInfo.InvariantCulture) },
                "--data" => options with { Data = Value() },
                "--segments" => options with { Segments = Number() },
                "--rate" => options with { Rate = Number() },
                "--runs" => options with { Runs = Number() },
                "--no-floor" => options with { NoFloor = true },
                var unknown => throw new ArgumentException($"Unknown option {unknown}."),
            };
        }

        return options;
    }
}

/// <summary>The ingest benchmark: floor and Temas in turn, by the same generator on the same cores. One JSON line per measurement.</summary>
internal static class Ingest
{
    public static async Task<int> RunAsync(IngestOptions o)
    {
        var root = o.Data.Length > 0 ? o.Data : Directory.CreateTempSubdirectory("temas-bench-").FullName;
        var run = Guid.NewGuid().ToString("N")[..8];
        try
        {
            double floor = 0;
            if (!o.NoFloor)
            {
                using var bare = await Process.StartAsync([Environment.ProcessPath!, typeof(Ingest).Assembly.Location, "floor", "{url}", Path.Combine(root, "floor")]);
                _ = Load.Run(bare.Address, Payloads(o, run + "w", o.Batch, "k", o.Connections), 3);
                var before = bare.Cpu;
                var measured = Load.Run(bare.Address, Payloads(o, run + "f", o.Batch, "k", o.Connections), o.Seconds);
                floor = measured.PerSecond;
                Print("floor", measured, new { batch = o.Batch, bytes_per_event = Payloads(o, run, o.Batch, "k", 1)[0].BytesPerEvent, cpu_us_per_event = PerEvent(bare.Cpu - before, measured) });
            }

            var data = Path.Combine(root, "temas");
            Directory.CreateDirectory(data);
            var key = await Process.OutputAsync(["dotnet", o.Server, "source", "create", "bench", "--data", data]);
            var token = await Process.OutputAsync(["dotnet", o.Server, "token", "create", "--role", "viewer", "--data", data]);
            double highest;
            var others = Load.Accepted;
            using (var temas = await Process.StartAsync(["dotnet", o.Server, "serve", "--urls", "{url}", "--data", data, "--log", "warning"]))
            {
                _ = Load.Run(temas.Address, Payloads(o, run + "x", o.Batch, key, o.Connections), 5);
                var before = temas.Cpu;
                var full = Load.Run(temas.Address, Payloads(o, run + "a", o.Batch, key, o.Connections), o.Seconds);
                highest = full.PerSecond;
                Print("ingest", full, new { batch = o.Batch, ratio_to_floor = Ratio(highest, floor), cpu_us_per_event = PerEvent(temas.Cpu - before, full), resident_mb = temas.ResidentMegabytes });

                // The first answers of a server wait for the compiler, and whoever is due after them waits, too: that is what the restart measures.
                _ = Load.Read(temas.Address, i => "/api/customers/user_id:" + Payload.UserId(i), token, 2, 100);
                _ = Load.Read(temas.Address, _ => "/healthz", token, 1, 100);
                var (readsFull, emptyFull, _) = await Beside(temas.Address, o, run + "b", key, token, 0);
                Print("empty answers at full load", emptyFull, null);
                Print("profile reads at full load", readsFull, null);
                var (reads, empty, singles) = await Beside(temas.Address, o, run + "c", key, token, highest / 2);
                Print("empty answers at half load", empty, null);
                Print("profile reads at half load", reads, new { p99_ratio_to_empty = Ratio(reads.Percentile(99), empty.Percentile(99)) });
                Print("single events at half load", singles, null);
                if (o.Preload > 0) await PreloadAsync(temas, o, run + "p", key, others);
            }

            var begun = Stopwatch.StartNew();
            using (var again = await Process.StartAsync(["dotnet", o.Server, "serve", "--urls", "{url}", "--data", data, "--log", "warning"]))
            {
                var first = Load.Read(again.Address, _ => "/api/customers/user_id:" + Payload.UserId(1), token, 0.001, 1);
                Print("restart to first answer", first, new { seconds = begun.Elapsed.TotalSeconds, events = Load.Accepted - others, resident_mb = again.ResidentMegabytes });
            }
        }
        finally
        {
            if (o.Data.Length == 0) Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    // Batches at a rate (0: as many as it takes), single events at 200 a second, profile reads and answers that hold nothing (the floor of any read) at 100 a second each, all at once.
    private static async Task<(Measured Reads, Measured Empty, Measured Singles)> Beside(IPEndPoint server, IngestOptions o, string run, string key, string token, double rate)
    {
        var seconds = Math.Max(10, o.Seconds);
        var batches = Task.Factory.StartNew(() => Load.Run(server, Payloads(o, run + "l", o.Batch, key, o.Connections), seconds, rate), TaskCreationOptions.LongRunning);
        var singles = Task.Factory.StartNew(() => Load.Run(server, Payloads(o, run + "s", 1, key, 4), seconds, 200), TaskCreationOptions.LongRunning);
        var empty = Task.Factory.StartNew(() => Load.Read(server, _ => "/healthz", token, seconds, 100), TaskCreationOptions.LongRunning);
        var random = new Random(7);
        var reads = await Task.Factory.StartNew(() => Load.Read(server, _ => "/api/customers/user_id:" + Payload.UserId(random.Next(o.Customers / 10)), token, seconds, 100), TaskCreationOptions.LongRunning);
        await batches;
        return (reads, await empty, await singles);
    }

    private static async Task PreloadAsync(Process temas, IngestOptions o, string run, string key, long before)
    {
        var payloads = Payloads(o, run, o.Batch, key, o.Connections);
        long loaded = 0;
        var seconds = 0.0;
        while (loaded < o.Preload)
        {
            var part = Load.Run(temas.Address, payloads, 10);
            loaded += part.Events;
            seconds += part.Seconds;
            Console.Error.WriteLine($"{loaded:N0} of {o.Preload:N0} events, {part.PerSecond:N0}/s, {temas.ResidentMegabytes:N0} MB");
            if (part.Events == 0) throw new InvalidOperationException("The server takes no more events.");
        }

        await Task.Delay(3000);
        // All that the server holds by now, the measurements before included.
        var held = Load.Accepted - before;
        Console.WriteLine(JsonSerializer.Serialize(new { measure = "preload", events = held, events_per_second = Math.Round(loaded / seconds), resident_mb = temas.ResidentMegabytes, bytes_per_event = Math.Round(temas.ResidentMegabytes * 1048576.0 / held, 1) }));
    }

    private static List<Payload> Payloads(IngestOptions o, string run, int batch, string key, int connections) =>
        [.. Enumerable.Range(0, connections).Select(i => new Payload(i, run, batch, o.Customers, "/v1/batch", key, "localhost"))];

    private static double? Ratio(double a, double b) => b > 0 ? Math.Round(a / b, 2) : null;

    private static double PerEvent(TimeSpan cpu, Measured m) => Math.Round(cpu.TotalMicroseconds / Math.Max(1, m.Events), 2);

    private static void Print(string what, Measured m, object? more)
    {
        var line = new Dictionary<string, object?>
        {
            ["measure"] = what,
            ["events_per_second"] = Math.Round(m.PerSecond),
            ["p50_ms"] = Math.Round(m.Percentile(50), 2),
            ["p99_ms"] = Math.Round(m.Percentile(99), 2),
            ["failed"] = m.Failed,
        };
        if (more is not null)
        {
            foreach (var p in more.GetType().GetProperties()) line[p.Name] = p.GetValue(more);
        }

        Console.WriteLine(JsonSerializer.Serialize(line));
    }
}

/// <summary>A server in a process of its own.</summary>
internal sealed class Process : IDisposable
{
    private readonly System.Diagnostics.Process process;

    private Process(System.Diagnostics.Process process, IPEndPoint address) => (this.process, Address) = (process, address);

    public IPEndPoint Address { get; }

    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return Math.Round(process.WorkingSet64 / 1048576.0);
        }
    }

    /// <summary>The most that was resident, since the start or since <see cref="ResetPeak"/>.</summary>
    public double PeakMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return Math.Round(double.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024);
        }
    }

    /// <summary>From now on the peak counts anew.</summary>
    public void ResetPeak() => File.WriteAllText($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/clear_refs", "5");

    /// <summary>Processor time of the server so far: what a busy machine cannot blur as much as the clock.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<Process> StartAsync(string[] command)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true };
        foreach (var part in command[1..]) start.ArgumentList.Add(part.Replace("{url}", $"http://127.0.0.1:{port}", StringComparison.Ordinal));
        var process = System.Diagnostics.Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var address = new IPEndPoint(IPAddress.Loopback, port);
        for (var i = 0; ; i++)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(address);
                return new Process(process, address);
            }
            catch (SocketException) when (i < 6000 && !process.HasExited)
            {
                await Task.Delay(10);
            }
        }
    }

    public static async Task<string> OutputAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true };
        foreach (var part in command[1..]) start.ArgumentList.Add(part);
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
        return output.Trim();
    }

    public void Dispose()
    {
        // As the service manager stops it, so that snapshots are written.
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2))) process.Kill();
        process.Dispose();
    }
}
