using System.Buffers;
using System.Text;
using Temas.Collect.Import.Rows;
using Temas.Storage.EventLog;

namespace Temas.Collect.Import.Events;

/// <summary>
/// Takes a line that already is a Segment message. Only what makes the import repeatable is added: a message id where there is none.
/// Everything else is judged where live events are judged.
/// </summary>
internal sealed class SegmentLine
{
    private readonly ArrayBufferWriter<byte> line = new(4096);
    private readonly byte[] messageId = new byte[64];
    private byte[] json = new byte[4096];

    /// <summary>The message that was made last, with its end of line.</summary>
    public ReadOnlySpan<byte> Line => line.WrittenSpan;

    /// <summary>Takes the row at which <paramref name="row"/> stands; a fault when it is no message.</summary>
    public RowFault? Take(RowReader row, MessageIds ids)
    {
        line.ResetWrittenCount();
        if (row.Fault is { } fault) return fault;
        var text = row.Raw.Trim();
        if (json.Length < Encoding.UTF8.GetMaxByteCount(text.Length)) json = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var bytes = json.AsSpan(0, Encoding.UTF8.GetBytes(text, json));
        if (!EventScanner.TryScan(bytes, out var fields, out var why)) return new RowFault("json_malformed", $"The line is no JSON object: {why ?? "something follows the object"}");
        if (bytes.Length > EventMapper.MaxEvent) return new RowFault("event_too_large", $"The event has {bytes.Length} bytes of JSON; the limit is {EventMapper.MaxEvent}.") { Values = [RowReader.Say(bytes.Length), RowReader.Say(EventMapper.MaxEvent)] };
        if (fields.MessageId.Exists)
        {
            line.Write(bytes);
        }
        else
        {
            // At the end: of a name that occurs twice the last counts, so it also stands for a messageId that is null.
            var id = messageId.AsSpan(0, ids.Write(messageId, 0));
            var inner = bytes[1..^1];
            line.Write("{"u8);
            line.Write(inner);
            line.Write(inner.Trim(" \t"u8).IsEmpty ? "\"messageId\":\""u8 : ",\"messageId\":\""u8);
            line.Write(id);
            line.Write("\"}"u8);
        }

        line.Write("\n"u8);
        return null;
    }
}
