using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Storage.EventLog;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="From">First position, from 1.</param>
/// <param name="Envelope">True: each event with its place in the log; false: the events as <c>temas import</c> takes them.</param>
internal sealed record ExportEventsRequest(string? Workspace, long From, bool Envelope);

/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Events">How many events were written.</param>
/// <param name="Head">Last position of the log at the end.</param>
internal sealed record ExportEventsAnswer(string Workspace, long Events, long Head);

/// <summary>Gives the events of the log, one JSON object a line, in log order. Erased events are left out.</summary>
internal static class ExportEvents
{
    internal static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Verb<ExportEventsRequest, ExportEventsAnswer> Verb { get; } = new("export.events", VerbJson.Default.ExportEventsRequest, VerbJson.Default.ExportEventsAnswer, RunAsync);

    private static async Task<Result<ExportEventsAnswer>> RunAsync(VerbContext context, ExportEventsRequest request, CancellationToken cancel)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var log = found.Value.Log;
        long written = 0;
        var line = new ArrayBufferWriter<byte>();
        foreach (var e in log.ReadFrom(Math.Max(1, request.From)))
        {
            cancel.ThrowIfCancellationRequested();
            if (e.Kind == LogRecordKind.Erased || (e.Kind != LogRecordKind.Event && !request.Envelope)) continue;
            line.ResetWrittenCount();
            if (request.Envelope) WriteEnvelope(line, e);
            else WriteMessage(line, e);
            await context.Output.WriteLineAsync(line.WrittenMemory, cancel);
            written++;
            if (written % 10_000 == 0) context.Output.Report(new VerbProgress("Exporting events", e.Position, log.Head));
        }

        return new ExportEventsAnswer(found.Value.Key.Value, written, log.Head);
    }

    private static void WriteEnvelope(ArrayBufferWriter<byte> line, StoredEvent e)
    {
        using var writer = new Utf8JsonWriter(line, Writing);
        writer.WriteStartObject();
        writer.WriteNumber("position", e.Position);
        writer.WriteString("kind", e.Kind == LogRecordKind.Event ? "event" : "decision");
        writer.WriteNumber("source", e.Source);
        writer.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(e.Time).UtcDateTime);
        writer.WriteString("receivedAt", DateTimeOffset.FromUnixTimeMilliseconds(e.ReceivedAt).UtcDateTime);
        writer.WriteNumber("flags", (int)e.Flags);
        writer.WritePropertyName("event");
        using var document = JsonDocument.Parse(e.Json);
        document.RootElement.WriteTo(writer);
        writer.WriteEndObject();
    }

    // The time that holds is the one of the log: an event without a timestamp of its own must not become new by being imported.
    // Rewriting also takes out line breaks that a sender has put between the members.
    private static void WriteMessage(ArrayBufferWriter<byte> line, StoredEvent e)
    {
        using var document = JsonDocument.Parse(e.Json);
        using var writer = new Utf8JsonWriter(line, Writing);
        writer.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("timestamp") && !member.NameEquals("originalTimestamp") && !member.NameEquals("sentAt")) member.WriteTo(writer);
        }

        writer.WriteString("timestamp", DateTimeOffset.FromUnixTimeMilliseconds(e.Time).UtcDateTime);
        writer.WriteEndObject();
    }
}
