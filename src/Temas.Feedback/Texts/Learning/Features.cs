using System.Runtime.CompilerServices;

namespace Temas.Feedback.Texts.Learning;

/// <summary>
/// What the model sees of a text: words, pairs and triples of words, and the letters within words, each by its hash. Every feature counts once, however often it occurs; features of words and those of letters
/// are each of length one together, so that a long text weighs no more than a short one. Reused from text to text; not for two threads at once.
/// </summary>
internal sealed class Features
{
    /// <summary>Version of what is seen: a model that learned from another is no use. Part of the model's file.</summary>
    public const int Version = 1;

    /// <summary>Longest and shortest run of letters.</summary>
    private const int MinLetters = 2, MaxLetters = 6;

    /// <summary>As many tokens are read: what comes later in a text this long seldom changes what it says.</summary>
    private const int MaxTokens = 600;

    private readonly int mask;
    private uint[] index = new uint[4096];
    private short[] token = new short[4096];
    private uint[] seen = new uint[1 << 14];
    private uint[] stamp = new uint[1 << 14];
    private uint generation;

    /// <param name="bits">The features are told apart by so many bits of their hash.</param>
    public Features(int bits) => mask = (1 << bits) - 1;

    /// <summary>The features of the text read last: those of words first, then those of letters.</summary>
    public ReadOnlySpan<uint> Index => index.AsSpan(0, Count);

    /// <summary>The token at which each begins.</summary>
    public ReadOnlySpan<short> Token => token.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>How many of them are features of words.</summary>
    public int Words { get; private set; }

    /// <summary>What each feature of words, and each of letters, is worth.</summary>
    public (float Word, float Letter) Values => (Words == 0 ? 0 : 1 / MathF.Sqrt(Words), Count == Words ? 0 : 1 / MathF.Sqrt(Count - Words));

    /// <summary>Reads the tokens from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public void Read(TokenBuffer buffer, int from, int to)
    {
        Count = 0;
        if (++generation == 0)
        {
            Array.Clear(stamp);
            generation = 1;
        }

        to = Math.Min(to, from + MaxTokens);
        var tokens = buffer.Tokens;
        uint before = Start, beforeThat = Start;
        for (var i = from; i < to; i++)
        {
            ref readonly var t = ref tokens[i];
            if (t.Kind is TokenKind.Line or TokenKind.Link) continue;
            var form = buffer.Folded(t);
            if (t.Kind == TokenKind.Mark && form[0] is not ('!' or '?')) continue;
            var word = HashOf(form);
            Add(word, i);
            Add(Mix(before, word), i);
            Add(Mix(Mix(beforeThat, before), word), i);
            (beforeThat, before) = (before, word);
        }

        if (to > from) Add(Mix(before, Start), to - 1);
        Words = Count;
        for (var i = from; i < to; i++)
        {
            ref readonly var t = ref tokens[i];
            if (t.Kind == TokenKind.Word) AddLetters(buffer.Folded(t), i);
        }
    }

    private const uint Start = 0x51ED270B;

    private void AddLetters(ReadOnlySpan<char> word, int at)
    {
        if (word.Length > 40) word = word[..40];
        for (var start = -1; start < word.Length; start++)
        {
            var hash = 0xA3C59AC3u;
            for (var end = start; end <= word.Length && end < start + MaxLetters; end++)
            {
                hash = Step(hash, end < 0 || end == word.Length ? '\u0001' : word[end]);
                if (end - start + 1 >= MinLetters) Add(Finish(hash), at);
            }
        }
    }

    private static uint HashOf(ReadOnlySpan<char> word)
    {
        var hash = 0x811C9DC5u;
        foreach (var c in word) hash = Step(hash, c);
        return Finish(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Step(uint hash, char c) => (hash ^ c) * 0x01000193u;

    private static uint Mix(uint a, uint b) => Finish((a * 0x9E3779B1u) ^ (b + 0x7F4A7C15u + (a << 6) + (a >> 2)));

    private static uint Finish(uint h)
    {
        h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
        h = (h ^ (h >> 13)) * 0xC2B2AE35u;
        return h ^ (h >> 16);
    }

    private void Add(uint hash, int at)
    {
        var feature = hash & (uint)mask;
        if (Count == index.Length) Grow();
        var slot = (feature * 0x9E3779B1u) >> 18;
        while (stamp[slot] == generation)
        {
            if (seen[slot] == feature) return;
            slot = (slot + 1) & ((1u << 14) - 1);
        }

        // A text of more features than the table has room for keeps those that came first.
        if (Count > (1 << 14) - (1 << 11)) return;
        (stamp[slot], seen[slot]) = (generation, feature);
        token[Count] = (short)at;
        index[Count++] = feature;
    }

    private void Grow()
    {
        Array.Resize(ref index, index.Length * 2);
        Array.Resize(ref token, token.Length * 2);
    }
}
