using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dapper;
using Temas.Customers.Contracts;
using Temas.Feedback.Quality;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>
/// The answers to the surveys of a workspace as columns, which follow the responses: those that changed are read again, so that figures of a million responses are ready at once. What is finished is looked at for doubts, once. A part of the workspace.
/// </summary>
internal sealed partial class LiveAnswers(Workspace workspace)
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

        /// <summary>Responses of customers who were erased, that are still to be taken out.</summary>
        public ConcurrentQueue<SurveyResponse> Gone { get; } = new();

        /// <summary>Responses that were kept with a moment of long ago, by their ids.</summary>
        public ConcurrentQueue<string> Came { get; } = new();

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
        if (!of.Gone.IsEmpty || !of.Came.IsEmpty) return Task.CompletedTask;
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
        // What others report may have been kept behind its back.
        if (SurveyBook.Of(workspace).Published(survey)?.Survey.ReportedAs is not null && file.Columns.Count != await connection.QuerySingleAsync<long>(
            "select count(*) from survey_response where survey = @survey and (changed_at < @Upto or (changed_at = @Upto and id <= @UptoId))", new { survey, file.Upto, file.UptoId })) return;
        (of.Columns, of.Quality, of.Upto, of.UptoId, of.Saved) = (file.Columns, file.Quality, file.Upto, file.UptoId, (file.Columns.Count, 0));
        of.Version++;
    }

    /// <summary>Responses were erased: they are taken out before anybody is answered.</summary>
    public void Forget(IReadOnlyCollection<SurveyResponse> erased)
    {
        // Whatever was read of them before is read by now, and what is read from now on knows nothing of them.
        foreach (var response in erased)
        {
            if (kept.TryGetValue(response.Survey, out var of)) of.Gone.Enqueue(response);
        }

        DropFiles();
    }

    private async Task CatchUpAsync(string survey, Kept of, CancellationToken cancel)
    {
        await ReadOnAsync(survey, of, cancel);
        if (!of.Came.IsEmpty) await TakeCameAsync(survey, of);
        if (!of.Gone.IsEmpty) await TakeOutAsync(survey, of);
    }

    /// <summary>Responses were kept that bear a moment of long ago, as others report them: they are not found by when they changed.</summary>
    public void Came(string survey, IEnumerable<string> responses)
    {
        if (!kept.TryGetValue(survey, out var of)) return;
        foreach (var response in responses) of.Came.Enqueue(response);
    }

    private async Task TakeCameAsync(string survey, Kept of)
    {
        var came = new List<string>();
        while (of.Came.TryDequeue(out var one)) came.Add(one);
        try
        {
            await using var connection = await workspace.Database.OpenAsync();
            if (came.FindAll(id => of.Columns.RowOf(id) < 0) is { Count: > 0 } some) await TakeAsync(survey, of, await connection.QueryByIdsAsync<Row>($"{Read} where r.id in (@ids)", some));
        }
        catch
        {
            of.IsLost = true;
            throw;
        }
    }

    /// <summary>Takes out what erased customers answered, and what is remembered of them to compare others with; all else stays as it is.</summary>
    private async Task TakeOutAsync(string survey, Kept of)
    {
        var gone = new List<SurveyResponse>();
        while (of.Gone.TryDequeue(out var one)) gone.Add(one);
        try
        {
            var columns = await LongWork.Run(() => of.Columns.Without([.. gone.Select(g => g.Id)]));
            if (ReferenceEquals(columns, of.Columns)) return;
            foreach (var one in gone.Where(g => of.Columns.RowOf(g.Id) is >= 0 and var row && of.Columns.States[row] == ResponseState.Complete))
            {
                var asked = await SurveyBook.Of(workspace).VersionAsync(survey, one.Version);
                of.Quality.Forget(Respondent(one.Customer, one.ChangedAt.ToUnixTimeMilliseconds()), Texts(asked, one.Answers));
            }

            of.Quality.Follow(await DurationsAsync(survey, of));
            // What is on disk is gone; where there is much it is written down anew after a while.
            (of.Columns, of.Saved) = (columns, (0, Stopwatch.GetTimestamp()));
            of.Version++;
        }
        catch
        {
            // Then all is read again: whoever is erased does not come back.
            of.IsLost = true;
            throw;
        }
    }

    /// <summary>How long the latest took that are in the columns, in their order.</summary>
    private async Task<double[]> DurationsAsync(string survey, Kept of)
    {
        await using var connection = await workspace.Database.OpenAsync();
        var latest = (await connection.QueryAsync<(long Version, long StartedAt, long ChangedAt)>(
            """
            select version, started_at, changed_at from survey_response
            where survey = @survey and state = @complete and (changed_at < @Upto or (changed_at = @Upto and id <= @UptoId)) order by changed_at desc, id desc limit @most
            """,
            new { survey, complete = (int)ResponseState.Complete, of.Upto, of.UptoId, most = ResponseQuality.Remembered })).Reverse().ToList();
        var durations = new double[latest.Count];
        foreach (var (i, (version, started, changed)) in latest.Index()) durations[i] = TookOf(await SurveyBook.Of(workspace).VersionAsync(survey, (int)version), started, changed).TotalSeconds;
        return durations;
    }

    private async Task ReadOnAsync(string survey, Kept of, CancellationToken cancel)
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
        if (late.Count > 0) await TakeAsync(survey, of, await connection.QueryByIdsAsync<Row>($"{Read} where r.id in (@ids)", late));
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
