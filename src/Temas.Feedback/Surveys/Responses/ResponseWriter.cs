using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Temas.Feedback.Surveys.Logic;
using Temas.Storage;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>
/// Writes responses together: whatever waits is one transaction, as with events of the log, so that a thousand who answer at once cost one flush of the disk and not a thousand. Each is acknowledged when that is committed. What each survey has is
/// counted in the same transaction, so that nobody ever counts a million rows. If a group fails, each of it is tried alone, and one that is wrong costs the others nothing.
/// </summary>
internal sealed class ResponseWriter(Database database)
{
    private const int AtOnce = 500;

    private readonly ConcurrentQueue<Work> waiting = new();
    private int busy;

    /// <summary>Keeps what was answered so far; false when it is finished.</summary>
    public async Task<bool> SaveAsync(SurveyResponse response) => await AddAsync(new Work(Deed.Save, response)) == Finished.Now;

    /// <summary>Finishes it; whatever was kept of it before, what is given counts.</summary>
    public Task<Finished> FinishAsync(SurveyResponse response, IReadOnlyList<(string Quota, int Limit)> limits, bool isTold) => AddAsync(new Work(Deed.Finish, response) { Limits = limits, IsTold = isTold });

    /// <summary>Notes that enough others have answered.</summary>
    public Task ScreenOutAsync(SurveyResponse response) => AddAsync(new Work(Deed.ScreenOut, response));

    private Task<Finished> AddAsync(Work work)
    {
        waiting.Enqueue(work);
        if (Interlocked.CompareExchange(ref busy, 1, 0) == 0) _ = Task.Run(DrainAsync);
        return work.Done.Task;
    }

    private async Task DrainAsync()
    {
        do
        {
            var group = new List<Work>();
            while (true)
            {
                group.Clear();
                while (group.Count < AtOnce && waiting.TryDequeue(out var work)) group.Add(work);
                if (group.Count == 0) break;
                await WriteAsync(group);
            }

            Volatile.Write(ref busy, 0);
        }
        // Somebody may have come between the last look and the note that nobody writes.
        while (!waiting.IsEmpty && Interlocked.CompareExchange(ref busy, 1, 0) == 0);
    }

    private async Task WriteAsync(IReadOnlyList<Work> group)
    {
        Exception? fault = null;
        if (database.Turn is { } turn) await turn.WaitAsync();
        try
        {
            await WriteNowAsync(group);
        }
        catch (Exception e)
        {
            fault = e;
        }
        finally
        {
            database.Turn?.Release();
        }

        if (fault is null) return;
        if (group.Count == 1) group[0].Done.TrySetException(fault);
        else foreach (var work in group) await WriteAsync([work]);
    }

    private async Task WriteNowAsync(IReadOnlyList<Work> group)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        using var writing = new Writing(connection, transaction);
        var results = new Finished[group.Count];
        for (var i = 0; i < group.Count; i++) results[i] = await writing.ApplyAsync(group[i]);
        await writing.CountAsync();
        await transaction.CommitAsync();
        for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
    }

    /// <summary>Adds to the counts of a survey, or takes away.</summary>
    public static Task CountAsync(DbConnection connection, DbTransaction transaction, string survey, ResponseState state, long responses, long scored, double total, long? latest) => connection.ExecuteAsync(
        """
        insert into survey_count(survey, state, responses, scored, total, latest) values(@survey, @state, @responses, @scored, @total, @latest)
        on conflict(survey, state) do update set responses = survey_count.responses + excluded.responses, scored = survey_count.scored + excluded.scored, total = survey_count.total + excluded.total,
            latest = case when excluded.latest > coalesce(survey_count.latest, 0) then excluded.latest else survey_count.latest end
        """,
        new { survey, state = (int)state, responses, scored, total, latest }, transaction);

    private enum Deed
    {
        Save,
        Finish,
        ScreenOut,
    }

    private sealed record Work(Deed Deed, SurveyResponse Response)
    {
        public IReadOnlyList<(string Quota, int Limit)> Limits { get; init; } = [];

        public bool IsTold { get; init; }

        public TaskCompletionSource<Finished> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One transaction, with what it has to be counted in the end.</summary>
    private sealed class Writing(DbConnection connection, DbTransaction transaction) : IDisposable
    {
        private const string Insert = """
            insert into survey_response(id, survey, version, state, customer, language, channel, page, answers, about, score, started_at, changed_at, completed_at, told, entered_by)
            values(@Id, @Survey, @Version, @state, @Customer, @Language, @Channel, @page, @answers, @about, @score, @started, @changed, @completed, @told, @EnteredBy) on conflict(id) do nothing
            """, Update = """
            update survey_response set state = @state, language = @Language, page = @page, answers = @answers, score = @score, changed_at = @changed, completed_at = @completed, told = @told where id = @Id and state = 0
            """;

        private DbCommand? insert, update;

        private readonly Dictionary<(string Survey, ResponseState State), (long Responses, long Scored, double Total, long? Latest)> counts = [];
        private readonly Dictionary<string, int> everybody = new(StringComparer.Ordinal);

        public async Task<Finished> ApplyAsync(Work work)
        {
            switch (work.Deed)
            {
                case Deed.Save:
                    return await PutAsync(work.Response, ResponseState.Partial, false) ? Finished.Now : Finished.Before;
                case Deed.ScreenOut:
                    await PutAsync(work.Response, ResponseState.ScreenedOut, false);
                    return Finished.Full;
                default:
                    return work.Limits.Count == 0 ? await FinishAsync(work) : await FinishWithinAsync(work);
            }
        }

        public void Dispose()
        {
            insert?.Dispose();
            update?.Dispose();
        }

        public async Task CountAsync()
        {
            foreach (var (survey, count) in everybody.OrderBy(e => e.Key, StringComparer.Ordinal)) await AddTakenAsync(survey, count);
            // In one order always, so that two servers of one database do not wait for each other in a circle.
            foreach (var ((survey, state), (responses, scored, total, latest)) in counts.OrderBy(c => c.Key.Survey, StringComparer.Ordinal).ThenBy(c => c.Key.State))
                await ResponseWriter.CountAsync(connection, transaction, survey, state, responses, scored, total, latest);
        }

        private async Task<Finished> FinishAsync(Work work)
        {
            if (!await PutAsync(work.Response, ResponseState.Complete, work.IsTold)) return Finished.Before;
            everybody[work.Response.Survey] = everybody.GetValueOrDefault(work.Response.Survey) + 1;
            return Finished.Now;
        }

        // Of many who take the last place of a group one does, so places are taken one by one.
        private async Task<Finished> FinishWithinAsync(Work work)
        {
            var survey = work.Response.Survey;
            if (everybody.Remove(survey, out var others)) await AddTakenAsync(survey, others);
            var places = work.Limits.Append((ResponseStore.Everybody, int.MaxValue)).GroupBy(l => l.Item1).Select(g => (Quota: g.Key, Limit: g.Min(l => l.Item2))).OrderBy(l => l.Quota, StringComparer.Ordinal).ToList();
            var state = await connection.QuerySingleOrDefaultAsync<int?>("select state from survey_response where id = @Id", new { work.Response.Id }, transaction);
            if (state is not null and not (int)ResponseState.Partial) return Finished.Before;
            for (var i = 0; i < places.Count; i++)
            {
                var (quota, limit) = places[i];
                await connection.ExecuteAsync("insert into survey_quota(survey, quota, taken) values(@survey, @quota, 0) on conflict(survey, quota) do nothing", new { survey, quota }, transaction);
                if (await connection.ExecuteAsync("update survey_quota set taken = taken + 1 where survey = @survey and quota = @quota and taken < @limit", new { survey, quota, limit }, transaction) == 1) continue;
                foreach (var taken in places.Take(i)) await connection.ExecuteAsync("update survey_quota set taken = taken - 1 where survey = @survey and quota = @quota", new { survey, quota = taken.Quota }, transaction);
                await PutAsync(work.Response, ResponseState.ScreenedOut, false);
                return Finished.Full;
            }

            await PutAsync(work.Response, ResponseState.Complete, work.IsTold);
            return Finished.Now;
        }

        private Task AddTakenAsync(string survey, int count) => connection.ExecuteAsync(
            "insert into survey_quota(survey, quota, taken) values(@survey, '', @count) on conflict(survey, quota) do update set taken = survey_quota.taken + excluded.taken", new { survey, count }, transaction);

        // Whether it was kept: one that is finished stays as it is.
        private async Task<bool> PutAsync(SurveyResponse r, ResponseState state, bool isTold)
        {
            var score = state == ResponseState.Complete ? r.Score : null;
            var changed = r.ChangedAt.ToUnixTimeMilliseconds();
            long? completed = state == ResponseState.Complete ? changed : null;
            string[] names = ["Id", "Survey", "Version", "state", "Customer", "Language", "Channel", "page", "answers", "about", "score", "started", "changed", "completed", "told", "EnteredBy"];
            object?[] values =
            [
                r.Id, r.Survey, r.Version, (int)state, r.Customer, r.Language, r.Channel, state == ResponseState.Partial ? r.Page : null, Answers.Write(r.Answers),
                r.About.Count == 0 ? "{}" : JsonSerializer.Serialize(r.About, AboutJson.Default.IReadOnlyDictionaryStringString), score, r.StartedAt.ToUnixTimeMilliseconds(), changed, completed, isTold ? 1 : 0, r.EnteredBy,
            ];
            var isNew = await RunAsync(insert ??= Command(Insert, names), values) == 1;
            if (!isNew && await RunAsync(update ??= Command(Update, names), values) == 0) return false;
            if (!isNew) Add(r.Survey, ResponseState.Partial, -1, null, null);
            Add(r.Survey, state, 1, score, completed);
            return true;
        }

        // One statement for all of the group: to read it anew for each costs more than to run it.
        private DbCommand Command(string sql, string[] names)
        {
            var command = connection.CreateCommand();
            (command.CommandText, command.Transaction) = (sql, transaction);
            foreach (var name in names)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                parameter.DbType = name switch
                {
                    "Version" or "started" or "changed" or "completed" => DbType.Int64,
                    "state" or "told" => DbType.Int32,
                    "score" => DbType.Double,
                    _ => DbType.String,
                };
                command.Parameters.Add(parameter);
            }

            return command;
        }

        private static Task<int> RunAsync(DbCommand command, object?[] values)
        {
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
            return command.ExecuteNonQueryAsync();
        }

        private void Add(string survey, ResponseState state, int responses, double? score, long? latest)
        {
            var count = counts.GetValueOrDefault((survey, state));
            counts[(survey, state)] = (count.Responses + responses, count.Scored + (score is null ? 0 : 1), count.Total + (score ?? 0), latest is null || count.Latest > latest ? count.Latest : latest);
        }
    }
}
