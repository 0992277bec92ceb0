using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Temas.Storage.EventLog;
using Temas.Timelines;

namespace Temas.Customers;

/// <summary>The state in a few bytes, for <c>temas rebuild</c>.</summary>
internal sealed partial class CustomersProjection : IStateDigest
{
    /// <inheritdoc/>
    public string Digest(CancellationToken cancel)
    {
        // Customers are added up and not strung together: their order is an accident of the tables.
        var sum = new byte[SHA256.HashSizeInBytes];
        var own = new byte[SHA256.HashSizeInBytes];
        var nodes = Ask(() => graph.NodeCount);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var node = 0; node < nodes; node++)
        {
            if ((node & 1023) == 0) cancel.ThrowIfCancellationRequested();
            if (!Ask(() => Hash(node, hash))) continue;
            hash.GetHashAndReset(own);
            for (var i = 0; i < sum.Length; i++) sum[i] ^= own[i];
        }

        foreach (var held in Held(int.MaxValue))
        {
            Text(hash, $"{held.A}\n{held.B}\n{held.Reason}\n{held.Count}");
            hash.GetHashAndReset(own);
            for (var i = 0; i < sum.Length; i++) sum[i] ^= own[i];
        }

        return Convert.ToHexStringLower(sum);
    }

    // Each customer once, by the node that stands for her.
    private bool Hash(int node, IncrementalHash hash)
    {
        if (graph.Canonical(node) != node || RefOf(node) is not { } customer) return false;
        Text(hash, customer.Id);
        Text(hash, customer.Name ?? "");
        foreach (var identifier in customer.Identifiers)
        {
            Text(hash, identifier.ToString());
            Number(hash, identifier.FirstSeen);
            Number(hash, identifier.LastSeen);
        }

        var entries = new List<TimelineEntry>();
        timeline.Read(customer.Nodes, new TimelineRange(), entries);
        foreach (var entry in entries)
        {
            Number(hash, entry.Time);
            Number(hash, entry.Position);
            Text(hash, timeline.NameOf(entry.Type));
        }

        foreach (var link in graph.Ledger(customer.Nodes))
        {
            Text(hash, link.A);
            Text(hash, link.B);
            Text(hash, link.Reason);
            Number(hash, (int)link.Outcome);
            Number(hash, link.Time);
            Number(hash, link.Position);
            Number(hash, link.Count);
        }

        return true;
    }

    private static void Text(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Number(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
