using System.Text;

namespace Temas.Timelines.Columns;

/// <summary>
/// The different texts of all properties and the numbers that stand for them in columns: the same text has the same number everywhere, so that texts of two columns are compared without reading them.
/// One thread adds; any may read what stood there before it began.
/// </summary>
internal sealed class TextDictionary
{
    /// <summary>No text here.</summary>
    public const int Missing = 0;

    /// <summary>The JSON values <c>false</c> and <c>true</c>: values of their own, not the texts "false" and "true".</summary>
    public const int False = 1, True = 2;

    /// <summary>The number of the first text.</summary>
    public const int FirstText = 3;

    private const int ChunkBytes = 1 << 20;

    private readonly List<byte[]> chunks = [];
    private Entry[] entries = new Entry[64];
    private int[] slots = new int[128];
    private int used;

    /// <summary>One more than the highest number given out.</summary>
    public int Count { get; private set; } = FirstText;

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => chunks.Sum(c => (long)c.Length) + (entries.LongLength * 16) + (slots.LongLength * 4);

    /// <summary>The number of a text; a new one gets the next.</summary>
    public int Intern(ReadOnlySpan<byte> utf8)
    {
        var hash = HashOf(utf8);
        var at = SlotOf(utf8, hash);
        if (slots[at] != 0) return slots[at];
        if (Count == entries.Length) Array.Resize(ref entries, Count * 2);
        entries[Count] = Store(utf8, hash);
        slots[at] = Count++;
        if (Count * 2 > slots.Length) Rehash();
        return Count - 1;
    }

    /// <summary>The number of a text; <see cref="Missing"/> when no property has it.</summary>
    public int Find(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return slots[SlotOf(utf8, HashOf(utf8))];
    }

    /// <summary>The text of a number as UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8Of(int code)
    {
        ref readonly var entry = ref entries[code];
        return chunks[entry.Chunk].AsSpan(entry.Start, entry.Length);
    }

    /// <summary>The text of a number.</summary>
    public string TextOf(int code) => code switch
    {
        Missing => "",
        False => "false",
        True => "true",
        _ => Encoding.UTF8.GetString(Utf8Of(code)),
    };

    private Entry Store(ReadOnlySpan<byte> utf8, int hash)
    {
        if (chunks.Count == 0 || chunks[^1].Length - used < utf8.Length)
        {
            chunks.Add(new byte[Math.Max(chunks.Count == 0 ? ChunkBytes / 64 : ChunkBytes, utf8.Length)]);
            used = 0;
        }

        utf8.CopyTo(chunks[^1].AsSpan(used));
        var entry = new Entry(chunks.Count - 1, used, utf8.Length, hash);
        used += utf8.Length;
        return entry;
    }

    private int SlotOf(ReadOnlySpan<byte> utf8, int hash)
    {
        for (var at = hash & (slots.Length - 1); ; at = (at + 1) & (slots.Length - 1))
        {
            if (slots[at] == 0 || (entries[slots[at]].Hash == hash && Utf8Of(slots[at]).SequenceEqual(utf8))) return at;
        }
    }

    private void Rehash()
    {
        slots = new int[slots.Length * 2];
        for (var code = FirstText; code < Count; code++)
        {
            var at = entries[code].Hash & (slots.Length - 1);
            while (slots[at] != 0) at = (at + 1) & (slots.Length - 1);
            slots[at] = code;
        }
    }

    // With a secret of this process in it, so that nobody can choose texts that all fall together.
    private static int HashOf(ReadOnlySpan<byte> utf8)
    {
        var hash = default(HashCode);
        hash.AddBytes(utf8);
        return hash.ToHashCode();
    }

    private readonly record struct Entry(int Chunk, int Start, int Length, int Hash);
}
