using Temas.Feedback.Listening;
using Temas.Feedback.Surveys.Responses;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>Which responses a filter and a period leave. What is compared is looked up once, not for each row.</summary>
internal sealed class ChosenRows(AnswerColumns columns, FiguresFilter filter, VoiceSpan span)
{
    private readonly int? channel = Word(columns.Channel, filter.Channel), language = Word(columns.Language, filter.Language), version = Word(columns.Version, filter.Version);

    /// <summary>Whether a response is of the period, and of what the filter names.</summary>
    public bool IsOfPeriod(int row) => columns.Times[row] >= span.From && columns.Times[row] < span.To && IsMeant(row);

    /// <summary>For each response the bucket that it is in; -1 for the period before, -2 for none.</summary>
    public int[] Buckets()
    {
        var (chosen, starts, times) = (new int[columns.Count], span.Starts, columns.Times);
        // Responses lie about in the order in which they were given: mostly one is in the bucket of the one before it.
        var bucket = 0;
        for (var row = 0; row < chosen.Length; row++)
        {
            var time = times[row];
            if (time < span.Before || time >= span.To || !IsMeant(row))
            {
                chosen[row] = -2;
            }
            else if (time < span.From)
            {
                chosen[row] = -1;
            }
            else
            {
                if (time < starts[bucket] || time >= starts[bucket + 1]) bucket = span.BucketOf(time);
                chosen[row] = bucket;
            }
        }

        return chosen;
    }

    private bool IsMeant(int row) => Is(columns.Channel, row, channel) && Is(columns.Language, row, language) && Is(columns.Version, row, version);

    private static int? Word(AnswerColumn column, string? wanted) => string.IsNullOrEmpty(wanted) ? null : column.Find(wanted);

    private static bool Is(AnswerColumn column, int row, int? wanted) => wanted is not { } word || (word >= 0 && column.Codes(row)![0] == word);
}

/// <summary>Tells which responses stand behind a figure.</summary>
internal sealed class BehindRows
{
    private readonly AnswerColumns columns;
    private readonly AnswerColumn? column;
    private readonly ResponseState? state;
    private readonly AnswerBehind behind;
    private readonly int page, row, value;

    private BehindRows(AnswerColumns columns, AnswerColumn? column, ResponseState? state, AnswerBehind behind)
    {
        (this.columns, this.column, this.state, this.behind) = (columns, column, state, behind);
        page = behind.Page is { Length: > 0 } at ? columns.Page.Find(at) : Any;
        (row, value) = (Find(behind.Row), Find(behind.Value));
    }

    private const int Any = -2;

    /// <summary>Those of a figure; null where there is none at all.</summary>
    public static BehindRows? Of(AnswerColumns columns, AnswerBehind behind)
    {
        ResponseState? state = null;
        if (behind.State != "begun")
        {
            state = Enum.GetValues<ResponseState>().Cast<ResponseState?>().FirstOrDefault(s => ResponseTable.NameOf(s!.Value) == (behind.State ?? "complete"));
            if (state is null) return null;
        }

        var column = behind.Question is { Length: > 0 } question ? columns.Find(question) : null;
        if (behind.Question is { Length: > 0 } && column is null) return null;
        return new BehindRows(columns, column, state, behind);
    }

    /// <summary>Whether a response is one of them.</summary>
    public bool Has(int at)
    {
        if (state is { } its && columns.States[at] != its) return false;
        if (behind.Doubtful && !(columns.Weights[at] < ReadFigures.Doubtful)) return false;
        if (page != Any && (page < 0 || columns.Page.Codes(at) is not { } stopped || stopped[0] != page)) return false;
        if (column is null) return true;
        if (column.Codes(at) is not { } codes) return false;
        if (behind.Least is { } least && !(column.Number(at) >= least)) return false;
        if (behind.Most is { } most && !(column.Number(at) <= most)) return false;
        if (value == Any) return true;
        if (value < 0) return false;
        if (row == Any) return codes.Contains((char)value);
        for (var i = 0; i + 1 < codes.Length; i += 2)
        {
            if (codes[i] == row && codes[i + 1] == value) return true;
        }

        return false;
    }

    private int Find(string? word) => column is not null && word is { Length: > 0 } ? column.Find(word) : Any;
}
