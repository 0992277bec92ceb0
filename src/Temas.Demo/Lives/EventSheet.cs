using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Which of Veranda's systems tells of an event. The number of a source is given when it is made.</summary>
internal enum Origin : byte
{
    Web,
    App,
    Stores,
    Calls,
    Logistics,
    Mail,
}

/// <summary>An event on a sheet.</summary>
/// <param name="Time">When it happens.</param>
/// <param name="Customer">Whose it is.</param>
/// <param name="Number">Its number among the customer's events.</param>
/// <param name="Origin">Who tells of it.</param>
/// <param name="Start">Where its JSON begins on the sheet.</param>
/// <param name="Length">Bytes of its JSON.</param>
internal readonly record struct SheetEntry(long Time, long Customer, int Number, Origin Origin, int Start, int Length);

/// <summary>
/// Takes down what happens in some lives: the JSON of events one behind the other, and an index. What lies before <see cref="From"/> is lived through and not written down;
/// what lies in the future stays until its time has come.
/// </summary>
internal sealed class EventSheet : IDisposable
{
    private static readonly JsonWriterOptions Style = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly string tag;
    private ArrayBufferWriter<byte> bytes = new(256 * 1024);
    private List<SheetEntry> entries = [];
    private SheetEntry open;

    public EventSheet(WorldSpec world, long from)
    {
        (tag, From) = (world.Tag, from);
        Json = new Utf8JsonWriter(bytes, Style);
    }

    /// <summary>Nothing earlier is written.</summary>
    public long From { get; set; }

    /// <summary>Writes the event that is open.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>How many events stand on it.</summary>
    public int Count => entries.Count;

    /// <summary>Begins an event, if it is to be written: type, message id, name and time. The caller writes the rest and closes.</summary>
    public bool Open(long time, long customer, int number, Origin origin, string type, string? name)
    {
        if (time < From) return false;
        open = new SheetEntry(time, customer, number, origin, bytes.WrittenCount, 0);
        Json.Reset(bytes);
        Json.WriteStartObject();
        Json.WriteString("type"u8, type);
        Span<char> id = stackalloc char[48];
        id.TryWrite(CultureInfo.InvariantCulture, $"{tag}-{customer}-{number}", out var used);
        Json.WriteString("messageId"u8, id[..used]);
        if (name is not null) Json.WriteString(type == "track" ? "event"u8 : "name"u8, name);
        Span<byte> at = stackalloc byte[40];
        Json.WriteString("timestamp"u8, at[..Clock.Write(time, at)]);
        return true;
    }

    /// <summary>Ends the event.</summary>
    public void Close()
    {
        Json.WriteEndObject();
        Json.Flush();
        entries.Add(open with { Length = bytes.WrittenCount - open.Start });
    }

    /// <summary>Takes the events before <paramref name="until"/> off the sheet, in the order in which they happen. Their JSON is read from the memory that is given.</summary>
    public (ReadOnlyMemory<byte> Bytes, List<SheetEntry> Entries) Take(long until)
    {
        var (taken, kept, old) = (new List<SheetEntry>(entries.Count), new List<SheetEntry>(), bytes);
        bytes = new ArrayBufferWriter<byte>(256 * 1024);
        foreach (var entry in entries)
        {
            if (entry.Time < until)
            {
                taken.Add(entry);
                continue;
            }

            kept.Add(entry with { Start = bytes.WrittenCount });
            bytes.Write(old.WrittenSpan.Slice(entry.Start, entry.Length));
        }

        entries = kept;
        return (old.WrittenMemory, taken);
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
