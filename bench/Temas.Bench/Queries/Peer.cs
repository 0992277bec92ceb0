using System.Diagnostics;
using System.Text.Json;

namespace Temas.Bench.Queries;

/// <summary>Another engine in a process of its own (bench/peers/peer.mjs): one request after the other.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly System.Diagnostics.Process process;

    public Peer(string name, string script, string folder)
    {
        Name = name;
        process = System.Diagnostics.Process.Start(new ProcessStartInfo("node", [script, name, folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public string Name { get; }

    /// <summary>Asks and waits for the answer.</summary>
    public PeerAnswer Ask(string sql)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(new { sql }));
        process.StandardInput.Flush();
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended while it was asked: {sql}");
        var answer = JsonSerializer.Deserialize<PeerAnswer>(line, Json)!;
        return answer.Error is null ? answer : throw new InvalidOperationException($"{Name} could not answer: {answer.Error}\n{sql}");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(10_000)) process.Kill();
        process.Dispose();
    }
}

/// <summary>What a peer answered.</summary>
/// <param name="Ms">How long it took, in milliseconds.</param>
/// <param name="CpuMs">Time of processors that its process took for it, in milliseconds.</param>
/// <param name="Rows">The rows, their values parted by tabs.</param>
/// <param name="ResidentMb">Memory of its process after it, in megabytes.</param>
/// <param name="PeakMb">The most memory of its process while it was at it.</param>
/// <param name="Error">Why it could not answer; null when it could.</param>
internal sealed record PeerAnswer(double Ms, double CpuMs, IReadOnlyList<string> Rows, long ResidentMb, long PeakMb, string? Error);
