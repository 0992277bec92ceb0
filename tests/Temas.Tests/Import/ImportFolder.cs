using System.Text;
using System.Text.Json;
using Temas.Collect.Import;
using Temas.Kernel;

namespace Temas.Tests.Import;

/// <summary>A folder of its own for one test, with what it takes to import something there.</summary>
internal sealed class ImportFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-import-").FullName;

    public MemorySink Sink { get; } = new();

    public string StateFolder => Path.Combine(folder, "state");

    public string this[string name] => Path.Combine(folder, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public ImportRequest Request(string? mapping, params string[] files) => new()
    {
        Files = files,
        Mapping = mapping is null ? null : mapping.Contains('\n') ? Write("mapping.yaml", mapping) : mapping,
        StateFolder = StateFolder,
        Target = "main/test",
    };

    public Task<ImportReport> RunAsync(ImportRequest request, IImportSink? sink = null, CancellationToken cancel = default) =>
        ImportRun.RunAsync(request, sink ?? Sink, null, TimeProvider.System, cancel);

    public Task<ImportReport> RunAsync(string? mapping, params string[] files) => RunAsync(Request(mapping, files));

    /// <summary>Imports <paramref name="content"/> and gives the events.</summary>
    public async Task<List<JsonElement>> EventsAsync(string mapping, string content)
    {
        var report = await RunAsync(mapping, Write("input", content));
        report.Problems.ShouldBeEmpty();
        report.Rejects.ShouldBeEmpty();
        return Sink.Events;
    }

    /// <summary>Imports <paramref name="content"/>, of which every row is rejected, and gives the rejects.</summary>
    public async Task<IReadOnlyList<ImportReject>> RejectsAsync(string mapping, string content)
    {
        var report = await RunAsync(mapping, Write("input", content));
        report.Problems.ShouldBeEmpty();
        Sink.Events.ShouldBeEmpty();
        return report.Rejects;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>Takes messages as the log does: each id once.</summary>
internal sealed class MemorySink : IImportSink
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    public List<JsonElement> Events { get; } = [];

    public int Calls { get; private set; }

    public int LargestCall { get; private set; }

    /// <summary>Fails every call after so many.</summary>
    public int FailAfter { get; set; } = int.MaxValue;

    /// <summary>Called before each call.</summary>
    public Action? Before { get; set; }

    /// <summary>What is refused.</summary>
    public Func<JsonElement, RejectedMessage?>? Refuse { get; set; }

    public async Task<Result<ImportAnswer>> SendAsync(ReadOnlyMemory<byte> jsonLines, CancellationToken cancel)
    {
        Before?.Invoke();
        Calls++;
        LargestCall = Math.Max(LargestCall, jsonLines.Length);
        if (Calls > FailAfter) return Problem.Invalid("gone", "The sink is gone.");
        int accepted = 0, duplicates = 0, index = 0;
        List<RejectedMessage> rejected = [];
        foreach (var line in Encoding.UTF8.GetString(jsonLines.Span).TrimEnd('\n').Split('\n'))
        {
            using var document = JsonDocument.Parse(line);
            var message = document.RootElement.Clone();
            if (Refuse?.Invoke(message) is { } refused) rejected.Add(refused with { Index = index });
            else if (!ids.Add(message.GetProperty("messageId").GetString()!)) duplicates++;
            else
            {
                accepted++;
                Events.Add(message);
            }

            index++;
        }

        await Task.Yield();
        return new ImportAnswer(accepted, duplicates, rejected);
    }
}
