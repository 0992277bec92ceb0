using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Temas.Timelines;

/// <summary>The names of event types and their ids 0, 1, 2 … in the order in which they were first seen. Safe to use from any thread.</summary>
internal sealed class EventTypes
{
    private readonly ConcurrentDictionary<byte[], int> ids;
    private readonly ConcurrentDictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup;
    private readonly Lock gate = new();
    private volatile Names names = new([], [], 0);

    public EventTypes()
    {
        ids = new ConcurrentDictionary<byte[], int>(new ByUtf8());
        lookup = ids.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>All names by id, as of now.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            var now = names;
            return new ArraySegment<string>(now.Text, 0, now.Count);
        }
    }

    /// <summary>All names by id, as of now, as they are written to disk.</summary>
    public ReadOnlyMemory<byte[]> Utf8
    {
        get
        {
            var now = names;
            return now.Utf8.AsMemory(0, now.Count);
        }
    }

    public int Intern(ReadOnlySpan<byte> name)
    {
        if (lookup.TryGetValue(name, out var id)) return id;
        lock (gate)
        {
            if (lookup.TryGetValue(name, out id)) return id;
            var (now, bytes) = (names, name.ToArray());
            var (utf8, text) = (now.Utf8, now.Text);
            id = now.Count;
            if (id == utf8.Length)
            {
                Array.Resize(ref utf8, Math.Max(64, id * 2));
                Array.Resize(ref text, utf8.Length);
            }

            // Readers look only at what their own count covers, so the arrays may be filled in place.
            utf8[id] = bytes;
            text[id] = Encoding.UTF8.GetString(name);
            names = new Names(utf8, text, id + 1);
            ids[bytes] = id;
            return id;
        }
    }

    public int Count => names.Count;

    public int? Find(ReadOnlySpan<byte> name) => lookup.TryGetValue(name, out var id) ? id : null;

    public int? Find(string name) => ids.TryGetValue(Encoding.UTF8.GetBytes(name), out var id) ? id : null;

    public string NameOf(int id)
    {
        var now = names;
        return (uint)id < (uint)now.Count ? now.Text[id] : throw new ArgumentOutOfRangeException(nameof(id), id, "No such event type.");
    }

    public void Reset(ReadOnlySpan<byte[]> to)
    {
        lock (gate)
        {
            ids.Clear();
            names = new Names([], [], 0);
        }

        foreach (var name in to) Intern(name);
    }

    private sealed record Names(byte[][] Utf8, string[] Text, int Count);

    private sealed class ByUtf8 : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        /// <summary>Seeded by chance at start, as names come from outside.</summary>
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
