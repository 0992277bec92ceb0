using System.Runtime.InteropServices;
using System.Text;
using Temas.Feedback.Quality;
using Temas.Timelines;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>
/// The columns of a survey's responses on disk, as a snapshot file of kind <c>ANSW</c> (docs/formats/snapshot.md), so that a start reads only those that changed since; never the truth. With them what is remembered to compare later responses with.
/// </summary>
/// <param name="Columns">The columns.</param>
/// <param name="Quality">What is remembered.</param>
/// <param name="Upto">When the last response that is in them changed, in milliseconds since 1970 UTC.</param>
/// <param name="UptoId">Its id.</param>
internal sealed record AnswersFile(AnswerColumns Columns, ResponseQuality Quality, long Upto, string UptoId)
{
    private const uint Kind = 0x57534E41; // "ANSW"
    private const int Version = 1;

    private enum Part : uint
    {
        Stamp = 1,
        Names,
        NameBytes,
        Ids,
        IdBytes,
        Times,
        States,
        Weights,
        Columns,
        Words,
        WordBytes,
        Numbers,
        Codes,
        Texts,
        TextLetters,
        Durations,
        Respondents,
        Written,
        WrittenTimes,
    }

    private readonly record struct ColumnHead(int Words, int Rows, int Texts);

    /// <summary>Reads a file; null where it is missing, damaged, or of another stamp.</summary>
    public static AnswersFile? Open(string path, ulong stamp)
    {
        using var file = SnapshotFile.Open(path, Kind, Version, out _);
        if (file is null || file.Section<ulong>((uint)Part.Stamp) is not [var its] || its != stamp) return null;
        var names = Unpack(file, Part.Names, Part.NameBytes);
        var columns = new AnswerColumns(
            file.Section<int>((uint)Part.Ids), file.Section<byte>((uint)Part.IdBytes), file.Section<long>((uint)Part.Times), file.Section<byte>((uint)Part.States), file.Section<float>((uint)Part.Weights),
            [.. ReadColumns(file)], names.AsSpan(1));
        var quality = new ResponseQuality(
            file.Section<double>((uint)Part.Durations), file.Section<ulong>((uint)Part.Respondents), file.Section<ulong>((uint)Part.Written), file.Section<int>((uint)Part.WrittenTimes));
        return new AnswersFile(columns, quality, file.Position, names[0]);
    }

    /// <summary>Writes it.</summary>
    public void Write(string path, ulong stamp)
    {
        using var file = new SnapshotWriter(path, Kind, Version, Upto);
        file.Section<ulong>((uint)Part.Stamp, [stamp]);
        Pack(file, Part.Names, Part.NameBytes, [UptoId, .. Columns.Questions]);
        Pack(file, Part.Ids, Part.IdBytes, [.. Enumerable.Range(0, Columns.Count).Select(Columns.IdOf)]);
        file.Section<long>((uint)Part.Times, Columns.Times.AsSpan(0, Columns.Count));
        file.Section<byte>((uint)Part.States, [.. Columns.States.Take(Columns.Count).Select(s => (byte)s)]);
        file.Section<float>((uint)Part.Weights, Columns.Weights.AsSpan(0, Columns.Count));
        var (heads, words, numbers, codes, lengths, letters) = (new List<ColumnHead>(), new List<string>(), new List<float>(), new List<int>(), new List<int>(), new StringBuilder());
        foreach (var column in Columns.All)
        {
            // Few different ones, many times each.
            var placeOf = new Dictionary<string, int>(StringComparer.Ordinal);
            var begun = lengths.Count;
            for (var row = 0; row < column.Rows; row++)
            {
                numbers.Add(column.Number(row));
                if (column.Codes(row) is not { } text)
                {
                    codes.Add(-1);
                    continue;
                }

                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(placeOf, text, out var known);
                if (!known)
                {
                    place = lengths.Count - begun;
                    lengths.Add(text.Length);
                    letters.Append(text);
                }

                codes.Add(place);
            }

            heads.Add(new ColumnHead(column.Words.Count, column.Rows, lengths.Count - begun));
            words.AddRange(column.Words);
        }

        file.Section<ColumnHead>((uint)Part.Columns, CollectionsMarshal.AsSpan(heads));
        Pack(file, Part.Words, Part.WordBytes, CollectionsMarshal.AsSpan(words));
        file.Section<float>((uint)Part.Numbers, CollectionsMarshal.AsSpan(numbers));
        file.Section<int>((uint)Part.Codes, CollectionsMarshal.AsSpan(codes));
        file.Section<int>((uint)Part.Texts, CollectionsMarshal.AsSpan(lengths));
        file.Section<ushort>((uint)Part.TextLetters, MemoryMarshal.Cast<char, ushort>(letters.ToString().AsSpan()));
        file.Section<double>((uint)Part.Durations, Quality.Durations);
        file.Section<ulong>((uint)Part.Respondents, [.. Quality.Respondents]);
        file.Section<ulong>((uint)Part.Written, [.. Quality.Texts.Keys]);
        file.Section<int>((uint)Part.WrittenTimes, [.. Quality.Texts.Values]);
        file.Complete();
    }

    private static List<AnswerColumn> ReadColumns(SnapshotFile file)
    {
        ReadOnlySpan<string> words = Unpack(file, Part.Words, Part.WordBytes);
        var numbers = file.Section<float>((uint)Part.Numbers);
        var codes = file.Section<int>((uint)Part.Codes);
        var lengths = file.Section<int>((uint)Part.Texts);
        var letters = MemoryMarshal.Cast<ushort, char>(file.Section<ushort>((uint)Part.TextLetters));
        var all = new List<AnswerColumn>();
        foreach (var head in file.Section<ColumnHead>((uint)Part.Columns))
        {
            var texts = new string[head.Texts];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = new string(letters[..lengths[i]]);
                letters = letters[lengths[i]..];
            }

            var rows = new string?[head.Rows];
            for (var row = 0; row < rows.Length; row++) rows[row] = codes[row] < 0 ? null : texts[codes[row]];
            all.Add(new AnswerColumn(words[..head.Words], numbers[..head.Rows], rows));
            words = words[head.Words..];
            numbers = numbers[head.Rows..];
            codes = codes[head.Rows..];
            lengths = lengths[head.Texts..];
        }

        return all;
    }

    private static void Pack(SnapshotWriter file, Part lengths, Part bytes, ReadOnlySpan<string> texts)
    {
        var sizes = new int[texts.Length];
        var total = 0;
        for (var i = 0; i < sizes.Length; i++) total += sizes[i] = Encoding.UTF8.GetByteCount(texts[i]);
        var all = new byte[total];
        var at = 0;
        foreach (var text in texts) at += Encoding.UTF8.GetBytes(text, all.AsSpan(at));
        file.Section<int>((uint)lengths, sizes);
        file.Section<byte>((uint)bytes, all);
    }

    private static string[] Unpack(SnapshotFile file, Part lengths, Part bytes)
    {
        var sizes = file.Section<int>((uint)lengths);
        var all = file.Section<byte>((uint)bytes);
        var texts = new string[sizes.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.UTF8.GetString(all[..sizes[i]]);
            all = all[sizes[i]..];
        }

        return texts;
    }
}
