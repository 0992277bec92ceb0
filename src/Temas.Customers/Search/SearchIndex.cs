using System.Text;
using Temas.Customers.Identity;
using Temas.Kernel;

namespace Temas.Customers.Search;

// An entry, 40 bytes: the folded text in one arena, which is searched, and the text as told in another.
internal struct SearchEntry
{
    public uint Folded;
    public int FoldedLength;
    public uint Told;
    public int ToldLength;
    public long Time;
    public int Node;
    public bool IsName;
    public bool IsDead;
}

/// <summary>How well a node answers a search; smaller is better.</summary>
internal enum SearchRank
{
    Exact = 0,
    WordPrefix = 1,
    Substring = 2,
}

/// <summary>
/// Finds nodes by a piece of their value or of their person's name. Values that are their own folded form are searched where the graph keeps them;
/// only names, and values with capitals or letters beyond ASCII, have a text here. A search is one pass of vectorised comparisons over contiguous bytes.
/// </summary>
internal sealed class SearchIndex(NodeTable nodes)
{
    // More hits than this say that the text is too short to mean anybody.
    private const int MaxHits = 20_000;

    private const int CompactAt = 1 << 20;

    private readonly Dictionary<int, int> names = [];
    private ChunkedList<SearchEntry> entries = new();
    private TextArena folded = new(), told = new();
    private long deadBytes, liveBytes;

    public long Bytes => entries.Bytes + folded.Bytes + told.Bytes + (names.Count * 20L);

    /// <summary>Makes a new node's value known.</summary>
    public void AddIdentifier(int node)
    {
        var value = nodes.ValueOf(node);
        if (IsFolded(value)) return;
        Add(node, SearchText.Fold(Encoding.UTF8.GetString(value)), "", 0, isName: false);
    }

    /// <summary>Takes in a name that an event tells of a node's person; the latest event counts, of two at the same time the name that stands later in order.</summary>
    public void SetName(int node, long time, string name, string company)
    {
        if (names.TryGetValue(node, out var before))
        {
            ref readonly var known = ref entries[before];
            if (time < known.Time) return;
            var text = Encode(name, company);
            var order = text.AsSpan().SequenceCompareTo(told.Text(known.Told, known.ToldLength));
            if (order == 0 || (time == known.Time && order < 0))
            {
                if (order == 0) entries.Edit(before).Time = time;
                return;
            }

            Kill(before);
        }

        names[node] = Add(node, SearchText.Fold(name + " " + company), Encoding.UTF8.GetString(Encode(name, company)), time, isName: true);
        if (deadBytes > CompactAt && deadBytes > liveBytes) Compact();
    }

    /// <summary>The person's name as told last, and when; null when none was told, or only a company.</summary>
    public (string Name, long Time)? NameOf(int node)
    {
        if (!names.TryGetValue(node, out var id)) return null;
        ref readonly var entry = ref entries[id];
        var text = Encoding.UTF8.GetString(told.Text(entry.Told, entry.ToldLength));
        var end = text.IndexOf('\t', StringComparison.Ordinal);
        return end == 0 ? null : (text[..end], entry.Time);
    }

    /// <summary>Forgets a node for good: texts are overwritten. Call it before the node itself is erased, or only for its name.</summary>
    public void Erase(int node, bool nameOnly)
    {
        if (names.Remove(node, out var id)) Kill(id);
        if (nameOnly || IsFolded(nodes.ValueOf(node))) return;
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Node == node && !entries[i].IsDead) Kill(i);
        }
    }

    /// <summary>Adds the nodes that a text finds, with their rank; a node may come twice. Ends early when enough begin with it.</summary>
    public void Find(string text, int enough, List<(int Node, SearchRank Rank)> into)
    {
        var needle = Encoding.UTF8.GetBytes(SearchText.Fold(text));
        if (needle.Length == 0) return;
        var good = 0;
        Scan(folded, needle, enough, ref good, into, inValues: false);
        Scan(nodes.Values, needle, enough, ref good, into, inValues: true);
        var digits = Digits(text);
        if (digits.Length >= 4 && !digits.AsSpan().SequenceEqual(needle)) Scan(nodes.Values, digits, enough, ref good, into, inValues: true);
    }

    public void Clear()
    {
        names.Clear();
        (entries, folded, told, deadBytes, liveBytes) = (new ChunkedList<SearchEntry>(), new TextArena(), new TextArena(), 0, 0);
    }

    public (IReadOnlyList<ReadOnlyMemory<SearchEntry>> Entries, IReadOnlyList<ReadOnlyMemory<byte>> Folded, IReadOnlyList<ReadOnlyMemory<byte>> Told, ChunkedList<SearchEntry> Frozen) Freeze() =>
        (entries.Freeze(), folded.Freeze(), told.Freeze(), entries);

    public void Load(ReadOnlySpan<SearchEntry> all, ReadOnlySpan<byte> foldedText, ReadOnlySpan<byte> toldText)
    {
        Clear();
        entries.Add(all);
        folded.Load(foldedText);
        told.Load(toldText);
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].IsDead) deadBytes += all[i].FoldedLength + all[i].ToldLength;
            else liveBytes += all[i].FoldedLength + all[i].ToldLength;
            if (all[i] is { IsName: true, IsDead: false }) names[all[i].Node] = i;
        }
    }

    private static byte[] Encode(string name, string company) => Encoding.UTF8.GetBytes($"{name.Replace('\t', ' ')}\t{company}");

    private int Add(int node, string foldedText, string toldText, long time, bool isName)
    {
        var (a, b) = (Encoding.UTF8.GetBytes(foldedText), Encoding.UTF8.GetBytes(toldText));
        liveBytes += a.Length + b.Length;
        return entries.Add(new SearchEntry { Folded = folded.Add(a), FoldedLength = a.Length, Told = told.Add(b), ToldLength = b.Length, Time = time, Node = node, IsName = isName });
    }

    private void Kill(int id)
    {
        ref var entry = ref entries.Edit(id);
        entry.IsDead = true;
        folded.Erase(entry.Folded, entry.FoldedLength);
        told.Erase(entry.Told, entry.ToldLength);
        deadBytes += entry.FoldedLength + entry.ToldLength;
        liveBytes -= entry.FoldedLength + entry.ToldLength;
    }

    private void Compact()
    {
        var (before, oldFolded, oldTold) = (entries, folded, told);
        Clear();
        for (var i = 0; i < before.Count; i++)
        {
            var entry = before[i];
            if (entry.IsDead) continue;
            entry.Folded = folded.Add(oldFolded.Text(entry.Folded, entry.FoldedLength));
            entry.Told = told.Add(oldTold.Text(entry.Told, entry.ToldLength));
            liveBytes += entry.FoldedLength + entry.ToldLength;
            var id = entries.Add(entry);
            if (entry.IsName) names[entry.Node] = id;
        }
    }

    private void Scan(TextArena arena, ReadOnlySpan<byte> needle, int enough, ref int good, List<(int Node, SearchRank Rank)> into, bool inValues)
    {
        for (var c = 0; c < arena.ChunkCount; c++)
        {
            var chunk = arena.Chunk(c);
            var at = 0;
            while (good < enough && into.Count < MaxHits)
            {
                var hit = chunk[at..].IndexOf(needle);
                if (hit < 0) break;
                at += hit;
                var address = ((uint)c << TextArena.ChunkBits) | (uint)at;
                var (node, start, length) = inValues ? NodeAt(address) : EntryAt(address);
                if (node >= 0 && !nodes.Items[node].IsHidden)
                {
                    var exact = address == start && needle.Length == length;
                    var prefix = address == start || !IsWord(chunk[at - 1]);
                    into.Add((node, exact ? SearchRank.Exact : prefix ? SearchRank.WordPrefix : SearchRank.Substring));
                    if (prefix) good++;
                }

                // One hit in a text is enough.
                var end = chunk[at..].IndexOf((byte)'\n');
                at = end < 0 ? chunk.Length : at + end + 1;
            }
        }
    }

    private (int Node, uint Start, int Length) NodeAt(uint address)
    {
        var (low, high) = (0, nodes.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (nodes.Items[middle].Address <= address) low = middle;
            else high = middle - 1;
        }

        ref readonly var n = ref nodes.Items[low];
        return (n.Length == 0 ? -1 : low, n.Address, n.Length);
    }

    private (int Node, uint Start, int Length) EntryAt(uint address)
    {
        var (low, high) = (0, entries.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (entries[middle].Folded <= address) low = middle;
            else high = middle - 1;
        }

        ref readonly var entry = ref entries[low];
        return (entry.IsDead ? -1 : entry.Node, entry.Folded, entry.FoldedLength);
    }

    private static bool IsWord(byte b) => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b);

    private static bool IsFolded(ReadOnlySpan<byte> value) => value.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 && value.IndexOfAnyInRange((byte)'A', (byte)'Z') < 0;

    /// <summary>The digits of a text that looks like a telephone number, without leading zeros.</summary>
    private static byte[] Digits(string text)
    {
        var result = new List<byte>();
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (c != '0' || result.Count > 0) result.Add((byte)c);
            }
            else if (!(c is ' ' or '+' or '-' or '(' or ')' or '.' or '/'))
            {
                return [];
            }
        }

        return [.. result];
    }
}
