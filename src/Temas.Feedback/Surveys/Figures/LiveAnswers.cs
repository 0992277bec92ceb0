using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dapper;
using Temas.Customers.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Quality;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Feedback.Texts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>
/// The answers to the surveys of a workspace as columns, which follow the responses: those that changed are read again, so that figures of a million responses are ready at once. What is finished is looked at for doubts, once. A part of the workspace.
/// </summary>
internal sealed class LiveAnswers(Workspace workspace)
{
    private const int AtOnce = 5_000, LeastSaved = 20_000;

    // A response may be committed so long after the moment that it bears; of an anonymous survey the moment is the hour.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10), Hour = TimeSpan.FromHours(1), Patience = TimeSpan.FromSeconds(5), SaveEvery = TimeSpan.FromMinutes(5);

    private const string Read = """
        select r.id as Id, r.version as Version, r.state as State, r.customer as Customer, r.language as Language, r.channel as Channel, r.page as Page, r.answers as Answers, r.score as Score, r.started_at as StartedAt,
            r.changed_at as ChangedAt, coalesce(r.weight, q.weight) as Weight, case when r.weight is null and q.weight is null then (select sum(s.sign) from survey_sign s where s.response = r.id) end as Signs
        from survey_response r left join survey_quality q on q.response = r.id
        """;

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private long erasures;

    /// <summary>The part of a workspace.</summary>
    public static LiveAnswers Of(Workspace workspace) => workspace.Part<LiveAnswers>();

    /// <summary>Doubts and tags.</summary>
    public ResponseMarks Marks { get; } = new(workspace.Database);

    private sealed class Kept
    {
        public bool IsOpened { get; set; }

        public (int Count, long At) Saved { get; set; }

        public Task Saving { get; set; } = Task.CompletedTask;

        public SemaphoreSlim Using { get; } = new(1, 1);

        public AnswerColumns Columns { get; set; } = new();

        public ResponseQuality Quality { get; set; } = new();

        public long Upto { get; set; } = -1;

        public string UptoId { get; set; } = "";

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
                return await LongWork.Run(() => ask(of.Columns), cancel);
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
                if (!of.IsOpened && !of.IsLost) await OpenAsync(survey, of);
                // A million rows are read beside those who ask for other things; a file is read at once.
                if (of.Upto < 0) await Housekeeping.Run(() => CatchUpAsync(survey, of, cancel).GetAwaiter().GetResult());
                else await CatchUpAsync(survey, of, cancel);
                if (IsWorthSaving(of)) of.Saving = SaveAsync(survey, of);
            }
            finally
            {
                of.Using.Release();
            }
        }
    }

    // Little is soon read again.
    private static bool IsWorthSaving(Kept of) =>
        of.Saving.IsCompleted && !of.IsLost && of.Columns.Count - of.Saved.Count > Math.Max(LeastSaved, of.Saved.Count / 8) && (of.Saved.At == 0 || Stopwatch.GetElapsedTime(of.Saved.At) > SaveEvery);

    private Task SaveAsync(string survey, Kept of)
    {
        var before = Interlocked.Read(ref erasures);
        var file = new AnswersFile(of.Columns.Copy(), of.Quality.Copy(), of.Upto, of.UptoId);
        of.Saved = (file.Columns.Count, Stopwatch.GetTimestamp());
        return Housekeeping.Run(() =>
        {
            try
            {
                Directory.CreateDirectory(Folder);
                file.Write(PathOf(survey), Stamp(survey));
            }
            catch (IOException)
            {
                // Then the next start reads the responses themselves.
            }

            // Whoever was erased meanwhile must not come back by it.
            if (Interlocked.Read(ref erasures) != before) File.Delete(PathOf(survey));
        });
    }

    /// <summary>Takes away what is on disk: somebody is being erased.</summary>
    public void DropFiles()
    {
        Interlocked.Increment(ref erasures);
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private string Folder => Path.Combine(workspace.Folder, "answers");

    private string PathOf(string survey) => Path.Combine(Folder, FormattableString.Invariant($"{Hash64.Of(Encoding.UTF8.GetBytes(survey)):x16}.snapshot"));

    // Of this survey of this workspace, whose key lies in the database.
    private ulong Stamp(string survey) => Hash64.Of(Encoding.UTF8.GetBytes(SurveyBook.Of(workspace).Tokens.Sign("answers", survey, "snapshot")));

    /// <summary>Begins with what is on disk, unless the responses are others: of a backup that was restored, say.</summary>
    private async Task OpenAsync(string survey, Kept of)
    {
        of.IsOpened = true;
        if (await LongWork.Run(() => AnswersFile.Open(PathOf(survey), Stamp(survey))) is not { } file) return;
        await using var connection = await workspace.Database.OpenAsync();
        var (last, counted) = await connection.QuerySingleAsync<(long? Last, long? Counted)>(
            "select (select changed_at from survey_response where id = @UptoId) as last, (select sum(responses) from survey_count where survey = @survey) as counted", new { file.UptoId, survey });
        if (last != file.Upto || counted < file.Columns.Count) return;
        (of.Columns, of.Quality, of.Upto, of.UptoId, of.Saved) = (file.Columns, file.Quality, file.Upto, file.UptoId, (file.Columns.Count, 0));
        of.Version++;
    }

    /// <summary>Responses were erased: everything is read again before anybody is answered.</summary>
    public async Task ForgetAsync(CancellationToken cancel)
    {
        DropFiles();
        foreach (var of in kept.Values) of.IsLost = true;
        await Marks.TidyAsync(cancel);
    }

    private async Task CatchUpAsync(string survey, Kept of, CancellationToken cancel)
    {
        if (!of.IsOpened && !of.IsLost) await OpenAsync(survey, of);
        if (of.IsLost) (of.Columns, of.Quality, of.Upto, of.IsLost) = (new AnswerColumns(), new ResponseQuality(), -1, false);
        var current = SurveyBook.Of(workspace).Published(survey)?.Survey;
        if (of.Upto >= 0) await TakeLateAsync(survey, of, of.Upto - (long)(current?.IsAnonymous == true ? Hour : Late).TotalMilliseconds, cancel);
        var (at, id) = of.Upto < 0 ? (long.MinValue, "") : (of.Upto, of.UptoId);
        while (true)
        {
            List<Row> some;
            await using (var connection = await workspace.Database.OpenAsync(cancel))
                some = [.. await connection.QueryAsync<Row>($"{Read} where r.survey = @survey and (r.changed_at > @at or (r.changed_at = @at and r.id > @id)) order by r.changed_at, r.id limit @AtOnce", new { survey, at, id, AtOnce })];
            if (some.Count == 0) return;
            cancel.ThrowIfCancellationRequested();
            // What is looked at for doubts is also kept, whoever has no more patience.
            await TakeAsync(survey, of, some);
            (at, id) = (some[^1].ChangedAt, some[^1].Id);
            (of.Upto, of.UptoId) = (at, id);
            if (some.Count < AtOnce) return;
        }
    }

    /// <summary>What was committed after others that bear a later moment. Those that are known are looked at by the index alone.</summary>
    private async Task TakeLateAsync(string survey, Kept of, long from, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var late = (await connection.QueryAsync<(string Id, long ChangedAt)>("select id, changed_at from survey_response where survey = @survey and changed_at > @from and changed_at <= @Upto", new { survey, from, of.Upto }))
            .Where(r => of.Columns.RowOf(r.Id) is var row && (row < 0 || of.Columns.Times[row] != r.ChangedAt || of.Columns.States[row] == ResponseState.Partial)).Select(r => r.Id).ToList();
        foreach (var some in late.Chunk(40))
        {
            var values = new DynamicParameters();
            foreach (var (i, id) in some.Index()) values.Add($"r{i}", id);
            await TakeAsync(survey, of, [.. await connection.QueryAsync<Row>($"{Read} where r.id in ({string.Join(", ", some.Select((_, i) => $"@r{i}"))})", values)]);
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
        // And where it begins with what ends it, nobody knows when it began: it was handed in whole, or begun in a mail.
        var isTimed = survey is { IsAnonymous: false } && row.ChangedAt != row.StartedAt;
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
            FilledHiddenField = (row.Signs & (long)BotSign.HiddenField) != 0,
            WasSentAtOnce = (row.Signs & (long)BotSign.TooFast) != 0,
            Score = scored,
            // Words are held against a score that says something clear; reading them costs more than all the rest.
            TextSentiment = isNew && scored is { } clear && ResponseQuality.IsClear(clear) && texts.Count > 0 && texts[0].Length > 0 ? Understanding.Judge(texts[0], Otherwise(row.Language)) : null,
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

        public long Signs { get; set; }
    }
}
