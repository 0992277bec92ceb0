using System.Globalization;
using System.Text;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>
/// What was answered to one survey, column by column: a number or some choices for each response and question. Figures are one pass over the columns of the questions that they ask. For one thread at a time.
/// </summary>
internal sealed class AnswerColumns
{
    // So many of the last rows are looked at before all are listed by their ids.
    private const int Lately = 64;

    private Dictionary<string, int>? rowOf;
    private string?[] ids = new string?[64];
    private byte[] idLetters = [];
    private int[] idEnds = [];
    private readonly Dictionary<string, AnswerColumn> columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> shared = new(StringComparer.Ordinal);

    /// <summary>None.</summary>
    public AnswerColumns() => (Channel, Language, Page, Version) = (new(), new(), new(), new());

    /// <summary>As they were written down: <see cref="All"/>, and the ids of the questions (<see cref="Questions"/>).</summary>
    public AnswerColumns(ReadOnlySpan<int> idLengths, ReadOnlySpan<byte> idLetters, ReadOnlySpan<long> times, ReadOnlySpan<byte> states, ReadOnlySpan<float> weights, IReadOnlyList<AnswerColumn> all, ReadOnlySpan<string> questions)
    {
        // Ids are made out of their letters when somebody asks for them: of a million hardly any.
        (Count, ids, this.idLetters, idEnds, Times, States, Weights) = (idLengths.Length, new string?[idLengths.Length], idLetters.ToArray(), idLengths.ToArray(), times.ToArray(), new ResponseState[idLengths.Length], weights.ToArray());
        for (var row = 1; row < idEnds.Length; row++) idEnds[row] += idEnds[row - 1];
        for (var row = 0; row < Count; row++) States[row] = (ResponseState)states[row];
        (Channel, Language, Page, Version) = (all[0], all[1], all[2], all[3]);
        for (var i = 0; i < questions.Length; i++) columns.Add(questions[i], all[i + 4]);
        if (Count == 0) (ids, Times, States, Weights) = (new string?[64], new long[64], new ResponseState[64], new float[64]);
    }

    private AnswerColumns(AnswerColumns of)
    {
        (Count, ids, idLetters, idEnds, Times, States, Weights) = (of.Count, of.ids.AsSpan(0, of.Count).ToArray(), of.idLetters, of.idEnds, of.Times.AsSpan(0, of.Count).ToArray(), of.States.AsSpan(0, of.Count).ToArray(), of.Weights.AsSpan(0, of.Count).ToArray());
        (Channel, Language, Page, Version) = (of.Channel.Copy(), of.Language.Copy(), of.Page.Copy(), of.Version.Copy());
        foreach (var (question, column) in of.columns) columns.Add(question, column.Copy());
    }

    private AnswerColumns(AnswerColumns of, int[] left)
    {
        Count = left.Length;
        (ids, Times, States, Weights) = (new string?[Math.Max(64, Count)], new long[Math.Max(64, Count)], new ResponseState[Math.Max(64, Count)], new float[Math.Max(64, Count)]);
        for (var row = 0; row < Count; row++) (ids[row], Times[row], States[row], Weights[row]) = (of.IdOf(left[row]), of.Times[left[row]], of.States[left[row]], of.Weights[left[row]]);
        (Channel, Language, Page, Version) = (of.Channel.Of(left, shared), of.Language.Of(left, shared), of.Page.Of(left, shared), of.Version.Of(left, shared));
        foreach (var (question, column) in of.columns)
        {
            // What nobody answers any more is not there.
            if (column.Of(left, shared) is { Rows: > 0 } some) columns.Add(question, some);
        }
    }

    /// <summary>The same without some responses, and without the words that only they chose; this where none of them is in it.</summary>
    public AnswerColumns Without(IReadOnlyCollection<string> responses)
    {
        var gone = responses.Select(RowOf).Where(r => r >= 0).ToHashSet();
        return gone.Count == 0 ? this : new AnswerColumns(this, [.. Enumerable.Range(0, Count).Where(r => !gone.Contains(r))]);
    }

    /// <summary>The ids of the questions that somebody answered.</summary>
    public IReadOnlyCollection<string> Questions => columns.Keys;

    /// <summary>All columns: channel, language, page, version, and those of <see cref="Questions"/>.</summary>
    public IEnumerable<AnswerColumn> All => [Channel, Language, Page, Version, .. columns.Values];

    /// <summary>As they are now, to be written down: no row is found in it, and none taken.</summary>
    public AnswerColumns Copy() => new(this);

    /// <summary>How many responses.</summary>
    public int Count { get; private set; }

    /// <summary>The id of a response.</summary>
    public string IdOf(int row)
    {
        if (ids[row] is { } known) return known;
        var from = row == 0 ? 0 : idEnds[row - 1];
        return ids[row] = Encoding.UTF8.GetString(idLetters, from, idEnds[row] - from);
    }

    /// <summary>When each was finished, or last changed; milliseconds since 1970 UTC.</summary>
    public long[] Times { get; private set; } = new long[64];

    /// <summary>How far each is.</summary>
    public ResponseState[] States { get; private set; } = new ResponseState[64];

    /// <summary>How much each would count if doubts were weighed; not a number where nobody looked yet.</summary>
    public float[] Weights { get; private set; } = new float[64];

    /// <summary>What stands beside the answers: channel, language, page, version.</summary>
    public AnswerColumn Channel { get; }

    /// <inheritdoc cref="Channel"/>
    public AnswerColumn Language { get; }

    /// <inheritdoc cref="Channel"/>
    public AnswerColumn Page { get; }

    /// <inheritdoc cref="Channel"/>
    public AnswerColumn Version { get; }

    /// <summary>The answers to a question; null where nobody answered it.</summary>
    public AnswerColumn? Find(string question) => columns.GetValueOrDefault(question);

    /// <summary>The row of a response, or -1.</summary>
    public int RowOf(string id)
    {
        if (rowOf is not null) return rowOf.GetValueOrDefault(id, -1);
        // Who is asked for right after a start is mostly who came last.
        for (var row = Count - 1; row >= Math.Max(0, Count - Lately); row--)
        {
            if (IdOf(row) == id) return row;
        }

        return Rows().GetValueOrDefault(id, -1);
    }

    private Dictionary<string, int> Rows()
    {
        if (rowOf is not null) return rowOf;
        var rows = new Dictionary<string, int>(Count, StringComparer.Ordinal);
        for (var row = 0; row < Count; row++) rows.Add(IdOf(row), row);
        return rowOf = rows;
    }

    /// <summary>Takes a response as it is now. Its row.</summary>
    public int Put(string id, ResponseState state, long time, string channel, string language, string? page, int version, double? weight, IReadOnlyDictionary<string, Answer> answers)
    {
        var row = RowOf(id);
        if (row < 0)
        {
            var rows = Rows();
            if (Count == ids.Length) Grow();
            rows.Add(id, row = Count++);
        }
        else
        {
            foreach (var column in columns.Values) column.Clear(row);
        }

        (ids[row], States[row], Times[row], Weights[row]) = (id, state, time, weight is { } known ? (float)known : float.NaN);
        Channel.Choose(row, channel);
        Language.Choose(row, language);
        Version.Choose(row, version.ToString(CultureInfo.InvariantCulture));
        if (page is null) Page.Clear(row);
        else Page.Choose(row, page);
        foreach (var (question, answer) in answers)
        {
            if (!columns.TryGetValue(question, out var column)) columns.Add(question, column = new AnswerColumn());
            column.Put(row, answer, shared);
        }

        return row;
    }

    private void Grow()
    {
        var size = Math.Max(64, ids.Length * 2);
        var (times, states, weights) = (Times, States, Weights);
        Array.Resize(ref ids, size);
        Array.Resize(ref times, size);
        Array.Resize(ref states, size);
        Array.Resize(ref weights, size);
        (Times, States, Weights) = (times, states, weights);
    }
}

/// <summary>The answers to a question: a number where it is one, and what was chosen as the numbers of its words, a character each; of a matrix a row and a choice by turns.</summary>
internal sealed class AnswerColumn
{
    private const int MostWords = 5_000, MostShared = 100_000;

    private readonly Dictionary<string, int> numberOf = new(StringComparer.Ordinal);
    private readonly List<string> words = [];
    private float[] numbers = [];
    private string?[] codes = [];

    /// <summary>None.</summary>
    public AnswerColumn()
    {
    }

    /// <summary>As it was written down.</summary>
    public AnswerColumn(ReadOnlySpan<string> words, ReadOnlySpan<float> numbers, string?[] codes)
    {
        (this.numbers, this.codes) = (numbers.ToArray(), codes);
        foreach (var word in words) Of(word);
    }

    private AnswerColumn(AnswerColumn of) => (words, numbers, codes) = ([.. of.words], [.. of.numbers], [.. of.codes]);

    /// <summary>The words, by number.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>As many rows may have an answer.</summary>
    public int Rows => numbers.Length;

    /// <inheritdoc cref="AnswerColumns.Copy"/>
    public AnswerColumn Copy() => new(this);

    /// <summary>Some of its rows, in order, with the words that they chose and no others.</summary>
    public AnswerColumn Of(ReadOnlySpan<int> rows, Dictionary<string, string> shared)
    {
        var some = new AnswerColumn();
        // Few different ones, many times each.
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var row = 0; row < rows.Length; row++)
        {
            if (Codes(rows[row]) is not { } codes) continue;
            if (!texts.TryGetValue(codes, out var text))
            {
                text = string.Create(codes.Length, (Column: this, some, codes), static (letters, of) =>
                {
                    for (var i = 0; i < letters.Length; i++) letters[i] = (char)of.some.Of(of.Column.words[of.codes[i]]);
                });
                if (shared.TryGetValue(text, out var same)) text = same;
                else if (shared.Count < MostShared) shared.Add(text, text);
                texts.Add(codes, text);
            }

            some.Set(row, Number(rows[row]), text);
        }

        return some;
    }

    /// <summary>The number that a row answered; not a number where it answered none.</summary>
    public float Number(int row) => row < numbers.Length ? numbers[row] : float.NaN;

    /// <summary>What a row chose, as numbers of <see cref="Words"/>; null for nothing.</summary>
    public string? Codes(int row) => row < codes.Length ? codes[row] : null;

    /// <summary>The number of a word, or -1.</summary>
    public int Find(string word) => numberOf.GetValueOrDefault(word, -1);

    /// <summary>Takes one word for a row.</summary>
    public void Choose(int row, string word) => Set(row, float.NaN, ((char)Of(word)).ToString());

    /// <summary>Takes an answer.</summary>
    public void Put(int row, Answer answer, Dictionary<string, string> shared)
    {
        var number = answer.Values.Count == 1 && float.TryParse(answer.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var told) ? told : float.NaN;
        // What nobody chose among few is written by each for herself: that it was answered is all that is counted.
        var chosen = answer.Parts.Count > 0 ? answer.Parts.SelectMany(p => new[] { p.Key, p.Value }) : answer.Values;
        var text = new string([.. chosen.Select(v => (char)Of(v.Length > 60 ? "" : v))]);
        if (shared.TryGetValue(text, out var same)) text = same;
        else if (shared.Count < MostShared) shared.Add(text, text);
        Set(row, number, text);
    }

    /// <summary>Takes away what a row answered.</summary>
    public void Clear(int row)
    {
        if (row < numbers.Length) (numbers[row], codes[row]) = (float.NaN, null);
    }

    private void Set(int row, float number, string text)
    {
        if (row >= numbers.Length)
        {
            var old = numbers.Length;
            Array.Resize(ref numbers, Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)row + 1)));
            Array.Resize(ref codes, numbers.Length);
            numbers.AsSpan(old).Fill(float.NaN);
        }

        (numbers[row], codes[row]) = (number, text);
    }

    private int Of(string word)
    {
        if (numberOf.TryGetValue(word, out var known)) return known;
        if (words.Count >= MostWords) return Of("");
        words.Add(word);
        numberOf.Add(word, words.Count - 1);
        return words.Count - 1;
    }
}
