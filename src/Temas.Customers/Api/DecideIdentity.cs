using System.Buffers;
using System.Text.Json;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Api;

/// <summary>A person's word on two identifiers.</summary>
/// <param name="Decision"><c>forbid</c> (they are two customers: undoes a merge), <c>confirm</c> (they are one), <c>withdraw</c> (the rules decide again).</param>
/// <param name="A">An identifier, <c>kind:value</c>.</param>
/// <param name="B">The other one.</param>
public sealed record IdentityDecision(string? Decision, string? A, string? B);

/// <summary>How things stand after a decision.</summary>
/// <param name="Position">Position of the decision in the log.</param>
/// <param name="CustomerOfA">Public id of the customer with the first identifier.</param>
/// <param name="CustomerOfB">Public id of the customer with the second one.</param>
public sealed record DecidedIdentity(long Position, string? CustomerOfA, string? CustomerOfB)
{
    /// <summary>Whether they are one customer now.</summary>
    public bool AreOne => CustomerOfA is not null && CustomerOfA == CustomerOfB;
}

/// <summary>Confirms, forbids or lets go of a merge. The decision is a record of the log: identity is worked out from it, and timelines part or join at once.</summary>
public static class DecideIdentity
{
    /// <summary>Writes the decision down, about identifiers of which <paramref name="customer"/> has at least one.</summary>
    public static async Task<Result<DecidedIdentity>> RunAsync(Workspace workspace, string customer, IdentityDecision decision, Actor by, CancellationToken cancel = default)
    {
        var found = ReadCustomer.Find(workspace, customer);
        if (found.Problem is { } unknown) return unknown;
        if (decision.Decision is not ("forbid" or "confirm" or "withdraw"))
            return Problem.Invalid("decision_unknown", "A decision is one of: forbid, confirm, withdraw.", "decision", decision.Decision, "Correct the word.");
        var customers = workspace.Part<CustomersProjection>();
        var a = decision.A is { Length: > 0 } ? customers.Resolve(decision.A) : null;
        var b = decision.B is { Length: > 0 } ? customers.Resolve(decision.B) : null;
        if (a is null || !IsIdentifier(decision.A!)) return NotAnIdentifier("a");
        if (b is null || !IsIdentifier(decision.B!)) return NotAnIdentifier("b");
        if (decision.A == decision.B) return Problem.Invalid("identifiers_equal", "A decision is about two identifiers.", "b", null, "Name another one.");
        if (a.Id != found.Value.Id && b.Id != found.Value.Id)
            return Problem.Invalid("decision_elsewhere", "Neither identifier is this customer's.", "a", null, "Decide at the customer who has one of them.");

        var now = workspace.Clock.GetUtcNow();
        var json = Write(decision, by, Guid.CreateVersion7(now));
        EventScanner.TryScan(json, out var fields, out _);
        var time = now.ToUnixTimeMilliseconds();
        var batch = new EventBatch(0, time);
        batch.Add(json, fields, EventBatch.HashOf(0, fields.MessageId.Text(json, new byte[fields.MessageId.Length])), time, EventFlags.None, LogRecordKind.Decision);
        var stored = await workspace.Log.AppendAsync(batch, cancel);
        if (stored.Problem is { } problem) return problem;
        return new DecidedIdentity(batch.ResultOf(0).Position, customers.Resolve(decision.A!)?.Id, customers.Resolve(decision.B!)?.Id);
    }

    private static bool IsIdentifier(string text) => text.Contains(':', StringComparison.Ordinal);

    private static Problem NotAnIdentifier(string field) =>
        Problem.Invalid("identifier_unknown", "No customer has this identifier.", field, null, "Write it as the ledger does: kind:value.");

    private static byte[] Write(IdentityDecision decision, Actor by, Guid id)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("messageId"u8, id);
            writer.WriteString("decision"u8, decision.Decision);
            writer.WriteString("a"u8, decision.A);
            writer.WriteString("b"u8, decision.B);
            writer.WriteString("by"u8, $"{by.Kind}:{by.Name}");
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
