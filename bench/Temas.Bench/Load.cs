using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Temas.Bench;

/// <summary>A connection that sends a request and waits for its answer, by blocking calls on a thread of its own: the cheapest client there is.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] answer = new byte[256 * 1024];

    public Connection(IPEndPoint server) => socket.Connect(server);

    /// <summary>Sends <paramref name="request"/> and gives the status of the answer.</summary>
    public int Send(ReadOnlySpan<byte> request)
    {
        while (request.Length > 0) request = request[socket.Send(request)..];
        var used = 0;
        while (true)
        {
            var read = socket.Receive(answer.AsSpan(used));
            if (read == 0) throw new IOException("The server closed the connection.");
            used += read;
            var span = answer.AsSpan(0, used);
            var end = span.IndexOf("\r\n\r\n"u8);
            if (end < 0) continue;
            var head = span[..end];
            var at = head.IndexOf("Content-Length: "u8);
            var complete = at >= 0
                ? used >= end + 4 + Number(head[(at + 16)..])
                : head.IndexOf("chunked"u8) < 0 || span.EndsWith("0\r\n\r\n"u8);
            if (complete) return Number(span[9..]);
        }
    }

    public void Dispose() => socket.Dispose();

    public string Body() => Encoding.UTF8.GetString(answer.AsSpan(answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4)).TrimEnd('\0');

    private static int Number(ReadOnlySpan<byte> text)
    {
        var n = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9') break;
            n = (n * 10) + c - '0';
        }

        return n;
    }
}

/// <summary>What a run of requests took.</summary>
internal sealed class Measured
{
    private readonly List<double> times = [];

    public long Events { get; private set; }

    public long Failed { get; private set; }

    public double Seconds { get; set; }

    public double PerSecond => Events / Seconds;

    public void Add(double milliseconds, int events, bool ok)
    {
        lock (times)
        {
            times.Add(milliseconds);
            if (ok) Events += events;
            else Failed += events;
        }
    }

    /// <summary>Adds it to another, as one run of several clients.</summary>
    public void AddTo(Measured all)
    {
        foreach (var time in times) all.Add(time, 0, true);
        (all.Events, all.Failed) = (all.Events + Events, all.Failed + Failed);
    }

    /// <summary>A percentile of the time per request, in milliseconds.</summary>
    public double Percentile(double p)
    {
        lock (times)
        {
            if (times.Count == 0) return double.NaN;
            times.Sort();
            return times[Math.Min(times.Count - 1, (int)(times.Count * p / 100))];
        }
    }
}

/// <summary>Load on a server: closed (as fast as it answers) or at a given rate.</summary>
internal static partial class Load
{
    private static long accepted;

    /// <summary>Events that servers took in all runs so far.</summary>
    public static long Accepted => Interlocked.Read(ref accepted);

    /// <summary>
    /// Sends for <paramref name="seconds"/> on one thread per payload. With a <paramref name="rate"/> (events per second over all connections) each request has
    /// a time at which it is due, and its latency counts from then: a server that stalls is charged with the wait.
    /// </summary>
    public static Measured Run(IPEndPoint server, IReadOnlyList<Payload> payloads, double seconds, double rate = 0, CancellationToken stop = default)
    {
        var measured = new Measured();
        var clock = Stopwatch.StartNew();
        var threads = payloads.Select(payload => new Thread(() =>
        {
            using var connection = new Connection(server);
            var interval = rate > 0 ? payload.Count * payloads.Count / rate : 0;
            for (var i = 0; clock.Elapsed.TotalSeconds < seconds && !stop.IsCancellationRequested; i++)
            {
                var due = i * interval;
                if (rate > 0) WaitUntil(clock, due);
                var begun = rate > 0 ? due : clock.Elapsed.TotalSeconds;
                var status = connection.Send(payload.Next(TimeProvider.System.GetUtcNow()));
                measured.Add((clock.Elapsed.TotalSeconds - begun) * 1000, payload.Count, status == 200);
            }
        })).ToList();
        foreach (var t in threads) t.Start();
        foreach (var t in threads) t.Join();
        measured.Seconds = clock.Elapsed.TotalSeconds;
        Interlocked.Add(ref accepted, measured.Events);
        return measured;
    }

    /// <summary>Reads addresses made by <paramref name="path"/> at <paramref name="rate"/> a second.</summary>
    public static Measured Read(IPEndPoint server, Func<int, string> path, string token, double seconds, double rate, string headers = "")
    {
        var measured = new Measured();
        var clock = Stopwatch.StartNew();
        using var connection = new Connection(server);
        for (var i = 0; i == 0 || clock.Elapsed.TotalSeconds < seconds; i++)
        {
            var due = i / rate;
            WaitUntil(clock, due);
            var status = connection.Send(Encoding.ASCII.GetBytes($"GET {path(i)} HTTP/1.1\r\nHost: localhost\r\n{(token.Length > 0 ? $"Authorization: Bearer {token}\r\n" : "")}{headers}\r\n"));
            measured.Add((clock.Elapsed.TotalSeconds - due) * 1000, 1, status is 200 or 404);
        }

        measured.Seconds = clock.Elapsed.TotalSeconds;
        return measured;
    }

    // Thread.Sleep knows whole milliseconds and spins through the rest, which would take the processors from the server that is measured.
    private static void WaitUntil(Stopwatch clock, double due)
    {
        while (due - clock.Elapsed.TotalSeconds is var left && left > 0)
        {
            var time = new TimeSpec { Seconds = (nint)left, Nanoseconds = (nint)((left - Math.Floor(left)) * 1e9) };
            _ = NanoSleep(in time, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec time, nint left);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
