using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Temas.Collect.Import.Uploads;
using Temas.Customers.Contracts;
using Temas.Customers.Privacy;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Erasure;

/// <summary>The proof that a customer was erased. It holds no personal data of hers: not even the public id, which would come back with her.</summary>
/// <param name="Id">Number of the proof.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="By">Who did it: kind and name of the actor.</param>
/// <param name="Reason">Why, as the actor wrote it.</param>
/// <param name="Events">Events erased from the log.</param>
/// <param name="Identifiers">Identifiers that she had.</param>
/// <param name="Decisions">Decisions on her identity that were erased with her.</param>
/// <param name="Digest">SHA-256 of the erased log positions (8 bytes each, little-endian, ascending), in hexadecimal.</param>
/// <param name="Complete">False when it was cut short; the next start completes what the log has begun.</param>
public sealed record ErasureProof(string Id, DateTimeOffset At, Actor By, string Reason, int Events, int Identifiers, int Decisions, string Digest, bool Complete)
{
    /// <summary>Numbers of the uploads whose file, or rejected rows, held her and were removed.</summary>
    public IReadOnlyList<string> Uploads { get; init; } = [];
}

/// <summary>
/// Erases a customer for good (law 5): her events and the decisions about her from the log, and all that was derived from them. Events of other people that carry an identifier
/// of hers (a shared device, say) are theirs and stay. Should she come again, she is somebody new.
/// </summary>
public static class EraseCustomer
{
    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReasonLength = 500;

    /// <summary>Erases the customer named by public id or <c>kind:value</c>, and gives the proof. The audit trail keeps that somebody was erased, and no longer who of its entries speak of.</summary>
    public static async Task<Result<ErasureProof>> RunAsync(Workspace workspace, string customer, string reason, Actor by, IAuditTrail audit, CancellationToken cancel = default)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > MaxReasonLength)
            return Problem.Invalid("erasure_reason_invalid", $"The reason has 1 to {MaxReasonLength} characters and names no personal data.", "reason", null, "Write why the customer is erased.");
        var customers = workspace.Part<CustomersProjection>();
        await customers.Erasing.WaitAsync(cancel);
        try
        {
            if (customers.Resolve(customer) is not { } her)
                return Problem.NotFound("customer_unknown", "No customer has this identifier.", "customer", null, "Search for the customer first.");
            // First, as a running import that holds her still brings events.
            var uploads = await ForgetUploads.RunAsync(workspace, her.Identifiers.Select(i => i.Value), cancel);
            if (uploads.Problem is { } kept) return kept;
            var elsewhere = workspace.Part<ErasureListeners>();
            if (await elsewhere.ForgetAsync(her, cancel) is { } held) return held;
            // Both may have brought events of hers to an end that were on their way.
            if (customers.Resolve(customer) is { } now) her = now;
            var ids = customers.EveryIdOf(her);
            her = her with { EveryId = ids };
            var (events, decisions) = customers.PrepareErase(her);
            long[] positions = [.. events.Concat(decisions).Order()];
            var proof = new ErasureProof(
                Guid.CreateVersion7(workspace.Clock.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
                workspace.Clock.GetUtcNow(), by, reason, events.Count, her.Identifiers.Count, decisions.Count, DigestOf(positions), Complete: false)
            {
                Uploads = uploads.Value,
            };
            await WriteAsync(workspace, proof, positions, cancel);
            // Who they are about is known only as long as she is there.
            var requests = (await PrivacyRequestStore.NamingAsync(workspace, cancel)).Where(r => customers.Resolve(r.Customer)?.Id == her.Id).Select(r => r.Id).ToList();
            var erased = await workspace.Log.EraseAsync(positions, CancellationToken.None);
            if (erased.Problem is { } problem) return problem;
            if (customers.NeedsRebuild)
            {
                await workspace.Log.RebuildAsync(customers.Name, null, CancellationToken.None);
                customers.Rebuilt();
            }

            if (await elsewhere.ForgetAsync(her, CancellationToken.None) is { } late) return late;
            await PrivacyRequestStore.ForgetAsync(workspace, requests, proof.Id, by);
            await workspace.Events.ForgetAsync(ids);
            await audit.ForgetAsync(workspace.Key, [.. ids.Select(id => $"customer {id}")]);
            await audit.RecordAsync(new AuditEntry(workspace.Key, by, Audited.Erased, $"erasure {proof.Id}"), CancellationToken.None);
            await CompleteAsync(workspace, proof.Id);
            return proof with { Complete = true };
        }
        finally
        {
            customers.Erasing.Release();
        }
    }

    /// <summary>The proofs, newest first.</summary>
    public static async Task<IReadOnlyList<ErasureProof>> ListAsync(Workspace workspace, int limit, CancellationToken cancel = default)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"{Row.Select} order by at desc, id desc limit @limit", new { limit })).Select(r => r.ToProof())];
    }

    /// <summary>The proof of a number, or null.</summary>
    public static async Task<ErasureProof?> FindAsync(Workspace workspace, string id, CancellationToken cancel = default)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"{Row.Select} where id = @id", new { id }))?.ToProof();
    }

    private static async Task WriteAsync(Workspace workspace, ErasureProof proof, long[] positions, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            """
            insert into customer_erasure(id, at, by_kind, by_name, reason, events, identifiers, decisions, digest, complete, positions, uploads)
            values(@Id, @at, @kind, @name, @Reason, @Events, @Identifiers, @Decisions, @Digest, 0, @positions, @uploads)
            """,
            new { proof.Id, at = proof.At.ToUnixTimeMilliseconds(), kind = proof.By.Kind, name = proof.By.Name, proof.Reason, proof.Events, proof.Identifiers, proof.Decisions, proof.Digest, positions = VerifyErasure.Pack(positions), uploads = string.Join(' ', proof.Uploads) });
    }

    private static async Task CompleteAsync(Workspace workspace, string id)
    {
        await using var connection = await workspace.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("update customer_erasure set complete = 1 where id = @id", new { id });
    }

    internal static string DigestOf(ReadOnlySpan<long> positions)
    {
        var bytes = new byte[positions.Length * 8];
        for (var i = 0; i < positions.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * 8), positions[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private sealed class Row
    {
        public const string Select = "select id, at, by_kind as ByKind, by_name as ByName, reason, events, identifiers, decisions, digest, complete, uploads from customer_erasure";

        public string Id { get; set; } = "";

        public long At { get; set; }

        public string ByKind { get; set; } = "";

        public string ByName { get; set; } = "";

        public string Reason { get; set; } = "";

        public long Events { get; set; }

        public long Identifiers { get; set; }

        public long Decisions { get; set; }

        public string Digest { get; set; } = "";

        public long Complete { get; set; }

        public string? Uploads { get; set; }

        public ErasureProof ToProof() =>
            new(Id, DateTimeOffset.FromUnixTimeMilliseconds(At), new Actor(ByKind, ByName), Reason, (int)Events, (int)Identifiers, (int)Decisions, Digest, Complete != 0) { Uploads = (Uploads ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries) };
    }
}
