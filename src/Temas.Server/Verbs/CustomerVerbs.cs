using System.Buffers;
using System.Text.Json;
using Temas.Customers.Api;
using Temas.Customers.Erasure;
using Temas.Kernel;
using Temas.Server.Control;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Customer">Public id, or <c>kind:value</c> of an identifier.</param>
internal sealed record CustomerChoice(string? Workspace, string Customer);

/// <param name="Customer">The profile, as <c>GET /api/customers/{customer}</c> gives it.</param>
internal sealed record CustomerAnswer(JsonElement Customer);

/// <param name="Events">How many events the document holds.</param>
internal sealed record CustomerExportAnswer(int Events);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Customer">Public id, or <c>kind:value</c> of an identifier.</param>
/// <param name="Reason">Why, without personal data; stands in the proof.</param>
internal sealed record EraseRequest(string? Workspace, string Customer, string Reason);

/// <summary>What is asked about one customer.</summary>
internal static class CustomerVerbs
{
    public static Verb<CustomerChoice, CustomerAnswer> Read { get; } = new("customer", VerbJson.Default.CustomerChoice, VerbJson.Default.CustomerAnswer, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var read = await ReadCustomer.RunJsonAsync(found.Value, request.Customer, cancel: cancel);
        return read.IsOk ? new CustomerAnswer(read.Value) : read.Problem!;
    });

    /// <summary>The whole document comes as one line: what goes line by line is JSON without line breaks.</summary>
    public static Verb<CustomerChoice, CustomerExportAnswer> Export { get; } = new("export.customer", VerbJson.Default.CustomerChoice, VerbJson.Default.CustomerExportAnswer, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        using var document = new MemoryStream();
        var written = await ExportCustomer.RunAsync(found.Value, request.Customer, document, cancel);
        if (!written.IsOk) return written.Problem!;
        var exported = ReadCustomer.Find(found.Value, request.Customer);
        if (exported.IsOk) await context.Services.GetRequiredService<IAuditTrail>().RecordAsync(new AuditEntry(found.Value.Key, context.Actor, Audited.Exported, $"customer {exported.Value.Id}"), cancel);
        document.Position = 0;
        using var parsed = await JsonDocument.ParseAsync(document, default, cancel);
        var line = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(line, ExportEvents.Writing)) parsed.RootElement.WriteTo(writer);
        await context.Output.WriteLineAsync(line.WrittenMemory, cancel);
        return new CustomerExportAnswer(written.Value);
    });

    public static Verb<EraseRequest, ErasureProof> Erase { get; } = new("erase", VerbJson.Default.EraseRequest, VerbJson.Default.ErasureProof, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        return await EraseCustomer.RunAsync(found.Value, request.Customer, request.Reason, context.Actor, context.Services.GetRequiredService<IAuditTrail>(), cancel);
    });
}
