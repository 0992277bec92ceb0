using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Temas.Customers.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Quality;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Feedback.Texts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>
/// The answers to the surveys of a workspace as columns, which follow the responses: those that changed are read again, so that figures of a million responses are ready at once. What is finished is looked at for doubts, once. A part of the workspace.
/// </summary>
internal sealed class LiveAnswers(Workspace workspace)
{
    private const int AtOnce = 5_000;

    // A response may be committed so long after the moment that it bears; of an anonymous survey the moment is the hour.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10), Hour = TimeSpan.FromHours(1), Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <summary>The part of a workspace.</summary>
    public static LiveAnswers Of(Workspace workspace) => workspace.Part<LiveAnswers>();

    /// <summary>Doubts and tags.</summary>
    public ResponseMarks Marks { get; } = new(workspace.Database);

    private sealed class Kept
    {
        public SemaphoreSlim Using { get; } = new(1, 1);

        public AnswerColumns Columns { get; set; } = new();

        public ResponseQuality Quality { get; set; } = new();

        public long Upto { get; set; } = -1;

        public bool IsLost { get; set; }

        public long Version { get; set; }
    }

    /// <summary>Changes when responses of a survey do.</summary>
    public long VersionOf(string survey) => kept.TryGetValue(survey, out var of) ? of.Version + 1 : 1;

    /// <summary>Asks the columns of a survey, brought up to this moment.</summary>
    public async Task<Result<T>> AskAsync<T>(string survey, Func<AnswerColumns, T> ask, CancellationToken cancel)
    {
        var of = kept.GetOrAdd(survey, _ => new Kept());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await of.Using.WaitAsync(patience.Token);
            try
            {
                await CatchUpAsync(survey, of, patience.Token);
                return await Task.Run(() => ask(of.Columns), cancel);
            }
            finally
            {
                of.Using.Release();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Problem(ProblemKind.Unavailable, "answers_loading", $"The responses are being read; {of.Columns.Count.ToString("N0", CultureInfo.InvariantCulture)} are done.") { WayOut = "Ask again in a moment.", RetryAfter = Patience };
        }
    }

    /// <summary>Follows the surveys that are published.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        foreach (var survey in workspace.Definitions.List(SurveyKind.Name).Select(d => d.Key))
        {
            var of = kept.GetOrAdd(survey, _ => new Kept());
            await of.Using.WaitAsync(cancel);
            try
            {
                await CatchUpAsync(survey, of, cancel);
            }
            finally
            {
                of.Using.Release();
            }
        }
    }

    /// <summary>Responses were erased: everything is read again before anybody is answered.</summary>
    public async Task ForgetAsync(CancellationToken cancel)
    {
        foreach (var of in kept.Values) of.IsLost = true;
        await Marks.TidyAsync(cancel);
    }

    private async Task CatchUpAsync(string survey, Kept of, CancellationToken cancel)
    {
        if (of.IsLost) (of.Columns, of.Quality, of.Upto, of.IsLost) = (new AnswerColumns(), new ResponseQuality(), -1, false);
        var current = SurveyBook.Of(workspace).Published(survey)?.Survey;
        var from = of.Upto < 0 ? long.MinValue : of.Upto - (long)(current?.IsAnonymous == true ? Hour : Late).TotalMilliseconds;
        var (at, id) = (from, "");
        while (true)
        {
            List<Row> some;
            await using (var connection = await workspace.Database.OpenAsync(cancel))
            {
                some = [.. await connection.QueryAsync<Row>(
                    """
                    select r.id as Id, r.version as Version, r.state as State, r.customer as Customer, r.language as Language, r.channel as Channel, r.page as Page, r.answers as Answers, r.score as Score, r.started_at as StartedAt,
                        r.changed_at as ChangedAt, q.weight as Weight
                    from survey_response r left join survey_quality q on q.response = r.id
                    where r.survey = @survey and (r.changed_at > @at or (r.changed_at = @at and r.id > @id)) order by r.changed_at, r.id limit @AtOnce
                    """,
                    new { survey, at, id, AtOnce })];
            }

            if (some.Count == 0) return;
            cancel.ThrowIfCancellationRequested();
            // What is looked at for doubts is also kept, whoever has no more patience.
            await TakeAsync(survey, of, some);
            (at, id) = (some[^1].ChangedAt, some[^1].Id);
            of.Upto = Math.Max(of.Upto, at);
            if (some.Count < AtOnce) return;
        }
    }

    private async Task TakeAsync(string survey, Kept of, List<Row> some)
    {
        var doubts = new List<(string, QualityAssessment)>();
        foreach (var row in some)
        {
            var known = of.Columns.RowOf(row.Id);
            var state = (ResponseState)row.State;
            // What is finished does not change any more.
            if (known >= 0 && of.Columns.States[known] == ResponseState.Complete && !float.IsNaN(of.Columns.Weights[known])) continue;
            var answers = Answers.Read(row.Answers);
            var weight = row.Weight;
            if (state == ResponseState.Complete)
            {
                var version = await SurveyBook.Of(workspace).VersionAsync(survey, (int)row.Version);
                var assessed = of.Quality.Assess(Facts(version, row, answers, weight is null));
                if (weight is null)
                {
                    doubts.Add((row.Id, assessed));
                    weight = assessed.SuggestedWeight;
                }
            }

            // What is read again because it may have changed and did not is no news.
            if (known < 0 || of.Columns.States[known] != state || of.Columns.Times[known] != row.ChangedAt) of.Version++;
            of.Columns.Put(row.Id, state, row.ChangedAt, row.Channel, row.Language, state == ResponseState.Partial ? row.Page : null, (int)row.Version, weight, answers);
        }

        if (doubts.Count > 0) await Marks.KeepAsync(survey, doubts, CancellationToken.None);
    }

    /// <summary>What is known of how a response was answered. <paramref name="isNew"/>: nobody looked at it before; what others are compared with is known either way.</summary>
    private ResponseFacts Facts(Survey? survey, Row row, IReadOnlyDictionary<string, Answer> answers, bool isNew)
    {
        var asked = survey?.Questions.Where(q => answers.ContainsKey(q.Id)).ToList() ?? [];
        var texts = asked.Where(q => q.Kind == QuestionKind.Text).Select(q => answers[q.Id].Value ?? "").ToList();
        var ratings = asked.SelectMany(q => Ratings(q, answers[q.Id])).ToList();
        // The times of an anonymous survey are those of the hour: they say nothing of how quick somebody was.
        var isTimed = survey is { IsAnonymous: false };
        var words = asked.Sum(q => Words(q, row.Language));
        var scored = survey?.ScoreQuestion is { Scale: { } scale } && row.Score is { } score ? (score - scale.From) / (scale.To - scale.From) : (double?)null;
        return new ResponseFacts
        {
            Took = isTimed ? TimeSpan.FromMilliseconds(row.ChangedAt - row.StartedAt) : TimeSpan.FromHours(1),
            WordsShown = isTimed ? words : 0,
            Answered = isTimed ? answers.Count : 0,
            Ratings = ratings,
            Texts = texts,
            // The same person within a day; who answers again after months is asked again.
            Respondent = row.Customer is { } who ? FormattableString.Invariant($"{who} {row.ChangedAt / 86_400_000}") : null,
            Score = scored,
            TextSentiment = isNew && scored is not null && texts.Count > 0 && texts[0].Length > 0 ? Understanding.Judge(texts[0], Otherwise(row.Language)) : null,
        };
    }

    private TextUnderstanding Understanding => understanding ??= new TextUnderstanding { Model = ((FeltTexts)workspace.Part<IFeltTexts>()).InUse.Model, Topics = TopicsKind.Of(workspace.Definitions) };

    private TextUnderstanding? understanding;

    private static TextLanguage Otherwise(string language) => language == "en" ? TextLanguage.English : TextLanguage.Turkish;

    private static IEnumerable<RatingFact> Ratings(Question question, Answer answer)
    {
        if (question.Scale is { } scale && double.TryParse(answer.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) yield return new RatingFact(question.Id, (number - scale.From) / (scale.To - scale.From));
        if (question.Kind != QuestionKind.Matrix || question.Choices.Count < 2) yield break;
        foreach (var row in question.Rows)
        {
            if (answer.Parts.TryGetValue(row.Id, out var chosen) && question.Choices.ToList().FindIndex(c => c.Id == chosen) is >= 0 and var place) yield return new RatingFact($"{question.Id}.{row.Id}", (double)place / (question.Choices.Count - 1), question.Id);
        }
    }

    private static int Words(Question question, string language)
    {
        static int In(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return In(question.Title.In(language)) + (question.Kind is QuestionKind.Matrix ? question.Rows.Sum(r => In(r.Text.In(language))) : 0);
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public long Version { get; set; }

        public int State { get; set; }

        public string? Customer { get; set; }

        public string Language { get; set; } = "";

        public string Channel { get; set; } = "";

        public string? Page { get; set; }

        public string Answers { get; set; } = "{}";

        public double? Score { get; set; }

        public long StartedAt { get; set; }

        public long ChangedAt { get; set; }

        public double? Weight { get; set; }
    }
}
