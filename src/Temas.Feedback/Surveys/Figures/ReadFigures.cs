using System.Globalization;
using Temas.Feedback.Listening;
using Temas.Feedback.Scores;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>Reckons a survey's figures: one pass over its responses to choose them, and one over the answers to each question.</summary>
internal static class ReadFigures
{
    private const int MostValues = 200;

    /// <summary>A response with a weight below this is called doubtful.</summary>
    public const float Doubtful = 0.75f;

    /// <summary>The figures of a survey.</summary>
    public static async Task<Result<SurveyFigures>> RunAsync(Workspace workspace, string key, FiguresFilter filter, CancellationToken cancel)
    {
        if (SurveyBook.Of(workspace).Published(key) is not { } published) return Unknown(key);
        var span = VoiceSpan.Of(filter.Period, filter.From, filter.To, WorkspaceSettings.Of(workspace).Zone(), workspace.Clock.GetUtcNow());
        if (span.Problem is { } problem) return problem;
        var target = SurveyTargetKind.Of(workspace.Definitions, key);
        return await LiveAnswers.Of(workspace).AskAsync(key, columns => Of(columns, published.Survey, filter, span.Value, target), cancel);
    }

    /// <summary>The ids of the responses behind a figure, the newest first, and how many there are.</summary>
    public static async Task<Result<(IReadOnlyList<string> Ids, int Total)>> BehindAsync(Workspace workspace, string key, FiguresFilter filter, AnswerBehind behind, int skip, int limit, CancellationToken cancel)
    {
        if (SurveyBook.Of(workspace).Published(key) is null) return Unknown(key);
        var span = VoiceSpan.Of(filter.Period, filter.From, filter.To, WorkspaceSettings.Of(workspace).Zone(), workspace.Clock.GetUtcNow());
        if (span.Problem is { } problem) return problem;
        return await LiveAnswers.Of(workspace).AskAsync(key, columns => Behind(columns, filter, span.Value, behind, skip, limit), cancel);
    }

    /// <summary>The same of columns.</summary>
    public static (IReadOnlyList<string> Ids, int Total) Behind(AnswerColumns columns, FiguresFilter filter, VoiceSpan span, AnswerBehind behind, int skip, int limit)
    {
        // The newest of them, which are few, are kept as they are found: nobody sorts a million rows for a page of fifty.
        var newest = new PriorityQueue<int, int>(Comparer<int>.Create((a, b) => columns.Times[a].CompareTo(columns.Times[b]) is var order && order != 0 ? order : string.CompareOrdinal(columns.IdOf(b), columns.IdOf(a))));
        var (wanted, rows) = (skip + (long)limit, new ChosenRows(columns, filter, span));
        var total = 0;
        if (BehindRows.Of(columns, behind) is not { } test) return ([], 0);
        for (var row = columns.Count - 1; row >= 0; row--)
        {
            if (!rows.IsOfPeriod(row) || !test.Has(row)) continue;
            total++;
            if (newest.Count < wanted) newest.Enqueue(row, row);
            else if (newest.Count > 0 && columns.Times[row] >= columns.Times[newest.Peek()]) newest.EnqueueDequeue(row, row);
        }

        var ids = new string[Math.Max(0, newest.Count - skip)];
        for (var i = ids.Length - 1; i >= 0; i--) ids[i] = columns.IdOf(newest.Dequeue());
        return (ids, total);
    }

    /// <summary>The figures of columns.</summary>
    public static SurveyFigures Of(AnswerColumns columns, Survey survey, FiguresFilter filter, VoiceSpan span, double? target)
    {
        var chosen = new ChosenRows(columns, filter, span).Buckets();
        long complete = 0, partial = 0, screened = 0, doubtful = 0;
        var left = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var row = 0; row < columns.Count; row++)
        {
            if (chosen[row] < 0) continue;
            switch (columns.States[row])
            {
                case ResponseState.Complete:
                    complete++;
                    if (columns.Weights[row] < Doubtful) doubtful++;
                    break;
                case ResponseState.Partial:
                    partial++;
                    if (columns.Page.Codes(row) is { } page) left[columns.Page.Words[page[0]]] = left.GetValueOrDefault(columns.Page.Words[page[0]]) + 1;
                    break;
                default:
                    screened++;
                    break;
            }
        }

        // Only what was finished counts toward scores.
        for (var row = 0; row < columns.Count; row++)
        {
            if (columns.States[row] != ResponseState.Complete) chosen[row] = -2;
        }

        var questions = survey.Questions.Where(q => q.Kind != QuestionKind.Message).Select(q => OfQuestion(columns, chosen, q, survey.Key, span, filter.Weigh)).ToList();
        var holm = ScoreDifference.Holm([.. questions.Select(q => q.ChangePValue ?? double.NaN)]);
        questions = [.. questions.Select((q, i) => q with { ChangePValue = ScoreFigure.Finite(holm[i]), Shown = q.Shown is { } shown ? shown with { Change = shown.Change with { PValue = holm[i] } } : null })];
        var scored = survey.ScoreQuestion;
        var shownScore = scored is null ? null : questions.First(q => q.Id == scored.Id).Shown;
        return new SurveyFigures(
            survey.Key, span.Days[0], span.Days[^1].AddDays(-1), complete + partial + screened, complete, partial, screened, doubtful, filter.Weigh, questions, scored is null ? [] : Groups(columns, chosen, scored, filter.Weigh),
            [.. survey.Pages.Where(p => left.ContainsKey(p.Id)).Select(p => new PageFigure(p.Id, left[p.Id]))],
            target is { } aim && shownScore is not null ? new TargetFigure(aim, shownScore.Now.Against(aim).ToString().ToLowerInvariant()) : null);
    }

    private static Problem Unknown(string key) => Problem.NotFound("survey_unknown", "There is no published survey with this key.", "survey", key, "See GET /api/surveys.");

    private static double WeightOf(AnswerColumns columns, int row, bool weigh) => weigh && !float.IsNaN(columns.Weights[row]) ? columns.Weights[row] : 1;

    private static QuestionFigures OfQuestion(AnswerColumns columns, int[] chosen, Question question, string survey, VoiceSpan span, bool weigh)
    {
        var kind = question.Kind.ToString().ToLowerInvariant();
        if (columns.Find(question.Id) is not { } column) return new QuestionFigures(question.Id, kind, 0, []);
        if (question.Scale is not null || question.Kind is QuestionKind.Slider or QuestionKind.Number) return OfNumber(columns, chosen, question, column, survey, span, weigh);
        long answered = 0;
        for (var row = 0; row < chosen.Length; row++)
        {
            if (chosen[row] >= 0 && column.Codes(row) is not null) answered++;
        }

        return new QuestionFigures(question.Id, kind, answered, question.Kind switch
        {
            QuestionKind.Matrix => MatrixValues(columns, chosen, question, column, weigh),
            QuestionKind.Ranking => RankedValues(columns, chosen, column, weigh),
            _ when question.IsChoice => ChosenValues(columns, chosen, column, weigh),
            _ => [],
        });
    }

    private static QuestionFigures OfNumber(AnswerColumns columns, int[] chosen, Question question, AnswerColumn column, string survey, VoiceSpan span, bool weigh)
    {
        var kind = question.Kind switch { QuestionKind.Nps => ScoreKind.Nps, QuestionKind.Csat => ScoreKind.Csat, QuestionKind.Ces => ScoreKind.Ces, _ => ScoreKind.Mean };
        var (now, before, mean) = (new ScoreTally(kind), new ScoreTally(kind), new ScoreTally(ScoreKind.Mean));
        var buckets = Enumerable.Range(0, span.Starts.Length - 1).Select(_ => new ScoreTally(kind)).ToArray();
        var counts = new SortedDictionary<float, (long Count, double Weight)>();
        // The answers of a scale are few, and looked up for each of very many.
        var ofScale = question.Scale is { } steps ? new (long Count, double Weight)[steps.To + 1] : [];
        double weights = 0, squares = 0;
        for (var row = 0; row < chosen.Length; row++)
        {
            if (chosen[row] == -2 || float.IsNaN(column.Number(row))) continue;
            var (value, weight) = (column.Number(row), WeightOf(columns, row, weigh));
            if (chosen[row] == -1)
            {
                before.Add(value, weight);
                continue;
            }

            now.Add(value, weight);
            if (kind != ScoreKind.Mean) mean.Add(value, weight);
            buckets[chosen[row]].Add(value, weight);
            if (value >= 0 && value < ofScale.Length && value == (int)value)
            {
                ref var step = ref ofScale[(int)value];
                step = (step.Count + 1, step.Weight + weight);
            }
            else
            {
                counts.TryGetValue(value, out var count);
                if (count.Count > 0 || counts.Count < MostValues) counts[value] = (count.Count + 1, count.Weight + weight);
            }

            (weights, squares) = (weights + weight, squares + (weight * weight));
        }

        foreach (var (value, step) in ofScale.Index())
        {
            if (step.Count > 0) counts[value] = step;
        }

        var (score, was) = (now.Result(), before.Result());
        var of = buckets.Select((b, i) => new ScoreBucket(span.Days[i], span.Days[i + 1].AddDays(-1), b.Result())).ToList();
        var (change, trend) = (ScoreDifference.Between(was, score), ScoreTrend.Of([.. of.Select(b => b.Score)]));
        var answers = question.Scale is { } scale ? Enumerable.Range(scale.From, scale.To - scale.From + 1).Select(a => (int)counts.GetValueOrDefault(a).Count).ToArray() : [];
        return new QuestionFigures(
            question.Id, question.Kind.ToString().ToLowerInvariant(), now.Answers, [.. counts.Select(c => Value(null, c.Key.ToString(CultureInfo.InvariantCulture), c.Value.Count, c.Value.Weight, weights, squares))])
        {
            Score = ScoreFigure.Of(score),
            Mean = kind == ScoreKind.Mean ? null : ScoreFigure.Of(mean.Result()),
            Before = ScoreFigure.Of(was),
            Change = ScoreFigure.Finite(change.Value),
            ChangePValue = ScoreFigure.Finite(change.PValue),
            Slope = trend is { } slope ? ScoreFigure.Finite(slope.Slope) : null,
            SlopePValue = trend is { } sure ? ScoreFigure.Finite(sure.PValue) : null,
            Buckets = [.. of.Select(b => new ScoreOfDays(b.From, b.To, ScoreFigure.Of(b.Score)))],
            Shown = kind == ScoreKind.Mean ? null : new SurveyScore(kind.ToString().ToLowerInvariant(), survey, score, was, change, of, trend, answers),
        };
    }

    private static IReadOnlyList<ValueFigure> ChosenValues(AnswerColumns columns, int[] chosen, AnswerColumn column, bool weigh)
    {
        var (counts, sums) = (new long[column.Words.Count], new double[column.Words.Count]);
        double weights = 0, squares = 0;
        for (var row = 0; row < chosen.Length; row++)
        {
            if (chosen[row] < 0 || column.Codes(row) is not { } codes) continue;
            var weight = WeightOf(columns, row, weigh);
            (weights, squares) = (weights + weight, squares + (weight * weight));
            foreach (var code in codes)
            {
                counts[code]++;
                sums[code] += weight;
            }
        }

        return [.. column.Words.Select((w, i) => Value(null, w, counts[i], sums[i], weights, squares)).Where(v => v.Count > 0).OrderByDescending(v => v.Count).ThenBy(v => v.Value, StringComparer.Ordinal).Take(MostValues)];
    }

    private static IReadOnlyList<ValueFigure> RankedValues(AnswerColumns columns, int[] chosen, AnswerColumn column, bool weigh)
    {
        var (first, firstWeight, places, ranked) = (new long[column.Words.Count], new double[column.Words.Count], new double[column.Words.Count], new double[column.Words.Count]);
        double weights = 0, squares = 0;
        for (var row = 0; row < chosen.Length; row++)
        {
            if (chosen[row] < 0 || column.Codes(row) is not { Length: > 0 } codes) continue;
            var weight = WeightOf(columns, row, weigh);
            (weights, squares) = (weights + weight, squares + (weight * weight));
            first[codes[0]]++;
            firstWeight[codes[0]] += weight;
            for (var place = 0; place < codes.Length; place++)
            {
                places[codes[place]] += weight * (place + 1);
                ranked[codes[place]] += weight;
            }
        }

        return [.. column.Words.Select((w, i) => Value(null, w, first[i], firstWeight[i], weights, squares) with { MeanRank = ranked[i] > 0 ? Math.Round(places[i] / ranked[i], 4) : null }).Where(v => v.MeanRank is not null)
            .OrderBy(v => v.MeanRank).ThenBy(v => v.Value, StringComparer.Ordinal)];
    }

    private static IReadOnlyList<ValueFigure> MatrixValues(AnswerColumns columns, int[] chosen, Question question, AnswerColumn column, bool weigh)
    {
        var counts = new Dictionary<(char Row, char Value), (long Count, double Weight)>();
        var totals = new Dictionary<char, (double Weights, double Squares)>();
        for (var row = 0; row < chosen.Length; row++)
        {
            if (chosen[row] < 0 || column.Codes(row) is not { } codes) continue;
            var weight = WeightOf(columns, row, weigh);
            for (var i = 0; i + 1 < codes.Length; i += 2)
            {
                var (count, sum) = counts.GetValueOrDefault((codes[i], codes[i + 1]));
                counts[(codes[i], codes[i + 1])] = (count + 1, sum + weight);
                var (weights, squares) = totals.GetValueOrDefault(codes[i]);
                totals[codes[i]] = (weights + weight, squares + (weight * weight));
            }
        }

        int PlaceOf(IReadOnlyList<Choice> some, string id) => some.ToList().FindIndex(c => c.Id == id) is >= 0 and var at ? at : int.MaxValue;
        return [.. counts.Select(c => Value(column.Words[c.Key.Row], column.Words[c.Key.Value], c.Value.Count, c.Value.Weight, totals[c.Key.Row].Weights, totals[c.Key.Row].Squares))
            .OrderBy(v => PlaceOf(question.Rows, v.Row!)).ThenBy(v => PlaceOf(question.Choices, v.Value)).Take(MostValues * 5)];
    }

    /// <summary>A share with Wilson's interval, which rests on as many answers as the weights leave (Kish).</summary>
    private static ValueFigure Value(string? row, string value, long count, double weight, double weights, double squares)
    {
        var (share, n) = (weights > 0 ? weight / weights : 0, squares > 0 ? weights * weights / squares : 0);
        if (n == 0) return new ValueFigure(row, value, count, 0, 0, 1, null);
        const double z = 1.959963984540054;
        var middle = (share + (z * z / (2 * n))) / (1 + (z * z / n));
        var margin = z / (1 + (z * z / n)) * Math.Sqrt((share * (1 - share) / n) + (z * z / (4 * n * n)));
        return new ValueFigure(row, value, count, Math.Round(share, 6), Math.Round(Math.Max(0, middle - margin), 6), Math.Round(Math.Min(1, middle + margin), 6), null);
    }

    /// <summary>Each group against all others.</summary>
    private static IReadOnlyList<GroupFigure> Groups(AnswerColumns columns, int[] chosen, Question scored, bool weigh)
    {
        if (columns.Find(scored.Id) is not { } column) return [];
        var kind = scored.Kind switch { QuestionKind.Nps => ScoreKind.Nps, QuestionKind.Csat => ScoreKind.Csat, _ => ScoreKind.Ces };
        var found = new List<(string By, string Value, Score Score, ScoreDifference Difference)>();
        foreach (var (by, of) in new[] { ("channel", columns.Channel), ("language", columns.Language), ("version", columns.Version) })
        {
            var tallies = of.Words.Select(_ => new ScoreTally(kind)).ToArray();
            for (var row = 0; row < chosen.Length; row++)
            {
                if (chosen[row] >= 0 && column.Number(row) is var number && !float.IsNaN(number)) tallies[of.Codes(row)![0]].Add(number, WeightOf(columns, row, weigh));
            }

            if (tallies.Count(t => t.Answers > 0) < 2) continue;
            for (var i = 0; i < tallies.Length; i++)
            {
                if (tallies[i].Answers == 0) continue;
                var others = new ScoreTally(kind);
                foreach (var (other, tally) in tallies.Index())
                {
                    if (other != i) others.Add(tally);
                }

                found.Add((by, of.Words[i], tallies[i].Result(), ScoreDifference.Between(others.Result(), tallies[i].Result())));
            }
        }

        var holm = ScoreDifference.Holm([.. found.Select(f => f.Difference.PValue)]);
        return [.. found.Select((f, i) => new GroupFigure(f.By, f.Value, ScoreFigure.Of(f.Score), ScoreFigure.Finite(f.Difference.Value), ScoreFigure.Finite(holm[i])))
            .OrderBy(g => g.By, StringComparer.Ordinal).ThenByDescending(g => g.Score.Answers).ThenBy(g => g.Value, StringComparer.Ordinal)];
    }
}
