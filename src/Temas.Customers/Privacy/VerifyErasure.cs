using Dapper;
using Temas.Customers.Erasure;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Privacy;

/// <summary>A proof of erasure, held against the log.</summary>
/// <param name="Proof">The proof.</param>
/// <param name="Holds">True when the digest is that of the positions, and the log holds nothing there any more; null for a proof from before positions were kept with it, of which only the numbers are left.</param>
/// <param name="Positions">Positions of the log that were erased.</param>
/// <param name="Erased">Positions at which the log holds nothing any more.</param>
public sealed record ErasureVerification(ErasureProof Proof, bool? Holds, int Positions, int Erased);

/// <summary>Holds a proof of erasure against the log as it is now.</summary>
public static class VerifyErasure
{
    /// <summary>The outcome, or the problem that there is no such proof.</summary>
    public static async Task<Result<ErasureVerification>> RunAsync(Workspace workspace, string id, CancellationToken cancel = default)
    {
        if (await EraseCustomer.FindAsync(workspace, id, cancel) is not { } proof) return Problem.NotFound("erasure_unknown", "There is no proof of this number.", "id", id);
        byte[]? packed;
        await using (var connection = await workspace.Database.OpenAsync(cancel)) packed = await connection.QuerySingleAsync<byte[]?>("select positions from customer_erasure where id = @id", new { id });
        if (packed is null) return new ErasureVerification(proof, null, proof.Events + proof.Decisions, 0);
        var positions = Unpack(packed);
        var erased = 0;
        foreach (var part in positions.Chunk(1000)) erased += part.Length - workspace.Log.Read(part).Count(e => e.Kind != LogRecordKind.Erased);
        return new ErasureVerification(proof, erased == positions.Length && EraseCustomer.DigestOf(positions) == proof.Digest, positions.Length, erased);
    }

    /// <summary>Ascending positions as differences, seven bits a byte.</summary>
    internal static byte[] Pack(ReadOnlySpan<long> positions)
    {
        var bytes = new List<byte>(positions.Length * 2);
        var last = 0L;
        foreach (var position in positions)
        {
            var step = (ulong)(position - last);
            for (; step >= 0x80; step >>= 7) bytes.Add((byte)(step | 0x80));
            bytes.Add((byte)step);
            last = position;
        }

        return [.. bytes];
    }

    internal static long[] Unpack(ReadOnlySpan<byte> bytes)
    {
        var positions = new List<long>();
        var (last, step, shift) = (0L, 0UL, 0);
        foreach (var b in bytes)
        {
            step |= (ulong)(b & 0x7F) << shift;
            shift += 7;
            if (b >= 0x80) continue;
            last += (long)step;
            positions.Add(last);
            (step, shift) = (0, 0);
        }

        return [.. positions];
    }
}
