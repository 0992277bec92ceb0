using System.Runtime.InteropServices;
using System.Text;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts.Learning;
using Temas.Timelines;

namespace Temas.Feedback.Listening;

/// <summary>Whose numbers and by which rules voices were read that are on disk.</summary>
/// <param name="Generation">Of the customers, whose nodes the voices name.</param>
/// <param name="Rules">Digest of the definitions, the model and the code that read texts.</param>
internal readonly record struct VoiceStamp(ulong Generation, ulong Rules);

/// <summary>
/// What customers said on disk, as a snapshot file of kind <c>VOIC</c> (docs/formats/snapshot.md): numbers, and no word of a text. So that a start reads only what came since; never the truth.
/// </summary>
internal static class VoiceFile
{
    private const uint Kind = 0x43494F56; // "VOIC"
    private const int Version = 1;

    private enum Part : uint
    {
        Stamp = 1,
        Names,
        NameBytes,
        Topics,
        TopicLetters,
        Rows,
    }

    // 48 bytes, none of them unused: what lies between fields would be written as it is.
    [StructLayout(LayoutKind.Sequential)]
    private struct Saved
    {
        public long Position, Time;
        public int Node, Topics;
        public float Sentiment, Confidence;
        public ushort Touchpoint, Survey, Source, HasText;
        public byte Language, Label, Intents;
        public sbyte Nps, Csat, Ces, Rated;
        public byte Unused;
    }

    /// <summary>Writes them.</summary>
    public static void Write(string path, VoiceStamp stamp, Voices voices)
    {
        using var file = new SnapshotWriter(path, Kind, Version, voices.Position);
        file.Section<VoiceStamp>((uint)Part.Stamp, [stamp]);
        var (names, lengths) = (new List<byte>(), new List<int>());
        foreach (var name in voices.Names.All)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            names.AddRange(utf8);
            lengths.Add(utf8.Length);
        }

        file.Section<int>((uint)Part.Names, CollectionsMarshal.AsSpan(lengths));
        file.Section<byte>((uint)Part.NameBytes, CollectionsMarshal.AsSpan(names));

        // Few different ones, many times each.
        var placeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ref readonly var voice in voices.All) placeOf.TryAdd(voice.Topics, placeOf.Count);
        file.Section<int>((uint)Part.Topics, [.. placeOf.Keys.Select(t => t.Length)]);
        file.Section<ushort>((uint)Part.TopicLetters, MemoryMarshal.Cast<char, ushort>(string.Concat(placeOf.Keys).AsSpan()));
        var rows = file.Column<Saved>((uint)Part.Rows, voices.Count);
        foreach (ref readonly var v in voices.All)
        {
            rows.Add(new Saved
            {
                Position = v.Position,
                Time = v.Time,
                Node = v.Node,
                Topics = placeOf[v.Topics],
                Sentiment = v.Sentiment,
                Confidence = v.Confidence,
                Touchpoint = v.Touchpoint,
                Survey = v.Survey,
                Source = v.Source,
                HasText = v.HasText ? (ushort)1 : (ushort)0,
                Language = (byte)v.Language,
                Label = (byte)v.Label,
                Intents = v.Intents,
                Nps = v.Nps,
                Csat = v.Csat,
                Ces = v.Ces,
                Rated = v.Rated,
            });
        }

        file.Complete();
    }

    /// <summary>Reads them, with the position up to which they stand; null where the file is missing, damaged, or of another stamp.</summary>
    public static (Voice[] Rows, int Count, long Position, VoiceNames Names)? Read(string path, VoiceStamp stamp)
    {
        using var file = SnapshotFile.Open(path, Kind, Version, out _);
        if (file is null || file.Section<VoiceStamp>((uint)Part.Stamp) is not [var its] || its != stamp) return null;
        var names = new VoiceNames();
        var bytes = file.Section<byte>((uint)Part.NameBytes);
        foreach (var length in file.Section<int>((uint)Part.Names))
        {
            names.Of(Encoding.UTF8.GetString(bytes[..length]));
            bytes = bytes[length..];
        }

        var letters = MemoryMarshal.Cast<ushort, char>(file.Section<ushort>((uint)Part.TopicLetters));
        var topics = new List<string>();
        foreach (var length in file.Section<int>((uint)Part.Topics))
        {
            topics.Add(new string(letters[..length]));
            letters = letters[length..];
        }

        var saved = file.Section<Saved>((uint)Part.Rows);
        var rows = new Voice[Math.Max(256, saved.Length + (saved.Length / 8))];
        for (var i = 0; i < saved.Length; i++)
        {
            ref readonly var s = ref saved[i];
            rows[i] = new Voice
            {
                Position = s.Position,
                Time = s.Time,
                Node = s.Node,
                Topics = topics[s.Topics],
                Sentiment = s.Sentiment,
                Confidence = s.Confidence,
                Touchpoint = s.Touchpoint,
                Survey = s.Survey,
                Source = s.Source,
                HasText = s.HasText != 0,
                Language = (TextLanguage)s.Language,
                Label = (SentimentLabel)s.Label,
                Intents = s.Intents,
                Nps = s.Nps,
                Csat = s.Csat,
                Ces = s.Ces,
                Rated = s.Rated,
            };
        }

        return (rows, saved.Length, file.Position, names);
    }
}
