using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Customers.Api;

/// <summary>
/// Writes everything about one customer as one JSON document, for her right to see it and to take it along: identifiers, profile with traits and consent,
/// ledger, and each event as it was sent.
/// </summary>
public static class ExportCustomer
{
    private const int Chunk = 500;

    /// <summary>Writes the document to <paramref name="output"/>; nothing is written when there is a problem. Gives how many events it holds.</summary>
    public static async Task<Result<int>> RunAsync(Workspace workspace, string customer, Stream output, CancellationToken cancel = default)
    {
        var found = ReadCustomer.Find(workspace, customer);
        return found.Problem is { } problem ? problem : await WriteAsync(workspace, found.Value, output, cancel);
    }

    /// <summary>As <see cref="RunAsync"/>, for a customer who was found already.</summary>
    internal static async Task<int> WriteAsync(Workspace workspace, CustomerRef customer, Stream output, CancellationToken cancel)
    {
        var customers = workspace.Part<CustomersProjection>();
        var now = workspace.Clock.GetUtcNow();
        var profile = await AskTraits.AddAsync(workspace, customer.Id, FoldCustomer.Run(workspace, customer, keepMoments: false).Finish(now.ToUnixTimeMilliseconds()), null, null, cancel);
        var entries = customers.Timeline(customer, new TimelineRange());
        // The writer fills memory and never the stream, which takes no synchronous writes.
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("exportedAt"u8, now);
        writer.WriteString("workspace"u8, workspace.Key.Value);
        writer.WritePropertyName("customer"u8);
        JsonSerializer.Serialize(writer, CustomerBody.Of(customer, profile), CustomersJson.Default.CustomerBody);
        writer.WritePropertyName("ledger"u8);
        JsonSerializer.Serialize(writer, LedgerBody.Of(new LedgerView(customer, customers.Ledger(customer))), CustomersJson.Default.LedgerBody);
        writer.WriteStartArray("events"u8);
        var count = 0;
        var positions = new List<long>(Chunk);
        for (var start = 0; start < entries.Count; start += Chunk)
        {
            positions.Clear();
            for (var i = start; i < Math.Min(start + Chunk, entries.Count); i++) positions.Add(entries[i].Position);
            foreach (var e in workspace.Log.Read(CollectionsMarshal.AsSpan(positions)))
            {
                if (e.Kind != LogRecordKind.Event) continue;
                Write(writer, e);
                count++;
            }

            await SendAsync(writer, buffer, output, cancel);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await SendAsync(writer, buffer, output, cancel);
        return count;
    }

    private static async Task SendAsync(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer, Stream output, CancellationToken cancel)
    {
        writer.Flush();
        await output.WriteAsync(buffer.WrittenMemory, cancel);
        buffer.ResetWrittenCount();
    }

    private static void Write(Utf8JsonWriter writer, StoredEvent e)
    {
        writer.WriteStartObject();
        writer.WriteNumber("position"u8, e.Position);
        writer.WriteString("time"u8, Instants.Of(e.Time));
        writer.WriteString("receivedAt"u8, Instants.Of(e.ReceivedAt));
        writer.WriteNumber("source"u8, e.Source);
        writer.WritePropertyName("event"u8);
        writer.WriteRawValue(e.Json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
