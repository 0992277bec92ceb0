using System.Buffers;
using System.Runtime.InteropServices;

namespace Temas.Storage.EventLog;

/// <summary>Tells which messages of a group the log has already, or the group itself. Belongs to the log's thread.</summary>
internal sealed class DuplicateCheck(MessageIndex messages, LogReader reader)
{
    private readonly Dictionary<ulong, Place> inGroup = [];

    // Retries come as they went, so the next one is probably in the block that was read for the last.
    private LogBlock lastRead;

    private readonly record struct Place(EventBatch Batch, int Index, long Position);

    /// <summary>A new group begins.</summary>
    public void Begin() => inGroup.Clear();

    /// <summary>The log was rewritten: nothing that was read from it holds.</summary>
    public void Forget() => lastRead = default;

    /// <summary>Where the log has this message already; null when it is new, and then it is taken to be stored at <paramref name="next"/>.</summary>
    public long? PlaceOf(EventBatch batch, int index, long next)
    {
        ref readonly var item = ref batch.Items[index];
        Span<long> places = stackalloc long[8];
        foreach (var place in places[..messages.Find(item.MessageHash, places)])
        {
            if (IsAt(place, batch, in item)) return place;
        }

        ref var earlier = ref CollectionsMarshal.GetValueRefOrAddDefault(inGroup, item.MessageHash, out var exists);
        if (!exists)
        {
            earlier = new Place(batch, index, next);
            return null;
        }

        ref readonly var other = ref earlier.Batch.Items[earlier.Index];
        return earlier.Batch.Source == batch.Source && SameText(earlier.Batch.JsonOf(in other), other.Fields.MessageId, batch.JsonOf(in item), item.Fields.MessageId)
            ? earlier.Position
            : null;
    }

    private bool IsAt(long position, EventBatch batch, in EventBatch.Item item)
    {
        if (!lastRead.Holds(position))
        {
            if (reader.Block(position) is not { } read) return false;
            lastRead = read;
        }

        var i = (int)(position - lastRead.First);
        // An erased record keeps only its hash.
        if (lastRead.KindOf(i) == LogRecordKind.Erased) return true;
        var json = lastRead.BodyOf(i).Span;
        return lastRead.SourceOf(i) == batch.Source
            && EventScanner.TryScan(json, out var fields, out _)
            && SameText(json, fields.MessageId, batch.JsonOf(in item), item.Fields.MessageId);
    }

    private static bool SameText(ReadOnlySpan<byte> a, JsonSlice inA, ReadOnlySpan<byte> b, JsonSlice inB)
    {
        var (left, right) = (ArrayPool<byte>.Shared.Rent(inA.Length + 1), ArrayPool<byte>.Shared.Rent(inB.Length + 1));
        var same = inA.Text(a, left).SequenceEqual(inB.Text(b, right));
        ArrayPool<byte>.Shared.Return(left);
        ArrayPool<byte>.Shared.Return(right);
        return same;
    }
}
