using System.Buffers;
using Temas.Collect.Import.Rows;

namespace Temas.Collect.Import;

/// <summary>Rows on their way from the reader to the sink: the messages that were made of them, where each came from, and what was rejected among them.</summary>
internal sealed class ImportBatch
{
    /// <summary>Most messages of a batch.</summary>
    public const int MaxEvents = CollectLimits.BatchEvents;

    /// <summary>Most bytes of a batch.</summary>
    public const int MaxBytes = CollectLimits.BodyBytes;

    private const int MaxRowText = 8 * 1024 * 1024;
    private const int MaxRows = 50_000;
    private const int MaxRejects = 2_500;

    private readonly List<(InputFile File, long Line, string Row)> origins = [];
    private readonly List<ImportReject> rejects = [];
    private int rowText;

    /// <summary>The messages, one JSON object a line.</summary>
    public ArrayBufferWriter<byte> Lines { get; } = new(MaxBytes);

    /// <summary>How many messages there are.</summary>
    public int Events => origins.Count;

    /// <summary>Rows that were read for it.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows of which nothing was wanted.</summary>
    public int Skipped { get; private set; }

    /// <summary>Rows that could not be used.</summary>
    public IReadOnlyList<ImportReject> Rejects => rejects;

    /// <summary>Bytes read of all files when it was closed.</summary>
    public long BytesDone { get; set; }

    /// <summary>True when it has grown enough to be sent.</summary>
    public bool IsDue => Rows >= MaxRows || rejects.Count >= MaxRejects || rowText >= MaxRowText;

    /// <summary>Whether <paramref name="events"/> messages of <paramref name="bytes"/> bytes still fit.</summary>
    public bool Fits(int events, int bytes) => Events == 0 || (Events + events <= MaxEvents && Lines.WrittenCount + bytes <= MaxBytes);

    /// <summary>Adds a row with its messages.</summary>
    public void Add(InputFile file, long line, ReadOnlySpan<char> row, ReadOnlySpan<byte> lines, int events)
    {
        Rows++;
        var text = RejectFile.Cut(row);
        rowText += text.Length;
        Lines.Write(lines);
        for (var i = 0; i < events; i++) origins.Add((file, line, text));
    }

    /// <summary>Adds a row of which nothing is wanted.</summary>
    public void Skip()
    {
        Rows++;
        Skipped++;
    }

    /// <summary>Adds a row that cannot be used.</summary>
    public void Reject(InputFile file, long line, RowFault fault, ReadOnlySpan<char> row)
    {
        Rows++;
        var text = RejectFile.Cut(row);
        rowText += text.Length;
        rejects.Add(new ImportReject(file.Path, line, fault.Reason, fault.Field, fault.Detail, text) { Told = (fault.Sentence, fault.Values) });
    }

    /// <summary>A message that the sink refused, as a reject of its row.</summary>
    public ImportReject Refused(RejectedMessage message)
    {
        var (file, line, row) = origins[message.Index];
        return new ImportReject(file.Path, line, message.Reason, message.Field, message.Detail, row);
    }

    /// <summary>Empties it for other rows; its buffers are kept.</summary>
    public void Reset()
    {
        Lines.ResetWrittenCount();
        origins.Clear();
        rejects.Clear();
        (Rows, Skipped, BytesDone, rowText) = (0, 0, 0, 0);
    }
}
