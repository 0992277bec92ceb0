using System.Collections.Concurrent;
using Dapper;
using Temas.Customers.Api;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Responses;
using Temas.Storage;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Surveys.Reported;

/// <summary>
/// Has responses follow the events by which another system reports whom it asked and what was answered, to the surveys that say so (<see cref="Survey.ReportedAs"/>): all that are in the log, and then each as it comes. They are on the timeline already, and are not told again.
/// What is kept goes by the position of its event, so that it is kept once however often it is read. A part of the workspace.
/// </summary>
internal sealed class LiveReported
{
    private const int EventsAtOnce = 50_000, FoundAtOnce = 500;

    // Whoever answers later than this was hardly asked by that letter.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(60);

    private readonly Workspace workspace;
    private readonly ICustomerNodes customers;
    private readonly ConcurrentQueue<IReadOnlyList<long>> erased = [];
    private readonly SemaphoreSlim working = new(1, 1);

    public LiveReported(Workspace workspace)
    {
        (this.workspace, customers) = (workspace, workspace.Part<ICustomerNodes>());
        workspace.Log.Erased += erased.Enqueue;
    }

    /// <summary>The step of the table.</summary>
    public static Migration Migration { get; } = new("survey-reported", 1, "create table survey_reported(survey text primary key, reported_as text not null, position bigint not null)");

    /// <summary>The part of a workspace.</summary>
    public static LiveReported Of(Workspace workspace) => workspace.Part<LiveReported>();

    private sealed record Wanted(Survey Survey, int Version)
    {
        public long Position { get; set; }
    }

    private sealed record Batch(long Upto, IReadOnlyList<(ReportedEvent Event, string Customer)> Found, IReadOnlyList<long> Erased);

    /// <summary>Reads what came since. How many responses were taken.</summary>
    public async Task<int> FollowAsync(CancellationToken cancel)
    {
        await working.WaitAsync(cancel);
        try
        {
            await ForgetAsync(cancel);
            var surveys = await WantedAsync(cancel);
            var taken = 0;
            while (surveys.Count > 0 && surveys.Min(s => s.Position) is var from && from < Math.Min(customers.Position, workspace.Log.Head))
            {
                // Who is being erased is not read meanwhile; what was read of her before is found by its position.
                var book = SurveyBook.Of(workspace);
                await book.Telling.WaitAsync(cancel);
                try
                {
                    var batch = await Housekeeping.Run(() => Collect(surveys, from, cancel));
                    taken += await TakeAsync(surveys, batch, cancel);
                }
                finally
                {
                    book.Telling.Release();
                }

                await ForgetAsync(cancel);
            }

            return taken;
        }
        finally
        {
            working.Release();
        }
    }

    private async Task<List<Wanted>> WantedAsync(CancellationToken cancel)
    {
        var book = SurveyBook.Of(workspace);
        var surveys = workspace.Definitions.List(SurveyKind.Name).Select(d => book.Published(d.Key)).OfType<(Survey Survey, int Version)>().Where(p => p.Survey.ReportedAs is not null).Select(p => new Wanted(p.Survey, p.Version)).ToList();
        if (surveys.Count == 0) return surveys;
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var places = (await connection.QueryAsync<(string Survey, string ReportedAs, long Position)>("select survey, reported_as, position from survey_reported")).ToDictionary(p => p.Survey, StringComparer.Ordinal);
        // Under another name it is another survey there, all of which is read.
        foreach (var one in surveys) one.Position = places.TryGetValue(one.Survey.Key, out var place) && place.ReportedAs == one.Survey.ReportedAs ? place.Position : 0;
        return surveys;
    }

    private Batch Collect(List<Wanted> surveys, long from, CancellationToken cancel)
    {
        var upto = Math.Min(Math.Min(customers.Position, workspace.Log.Head), from + EventsAtOnce);
        var (found, events, gone, position) = (new List<ReportedEvent>(), new List<StoredEvent>(), new List<long>(), from);
        foreach (var stored in workspace.Log.ReadFrom(from + 1).TakeWhile(e => e.Position <= upto))
        {
            position = stored.Position;
            if (position % 1024 == 0) cancel.ThrowIfCancellationRequested();
            if (stored.Kind == LogRecordKind.Erased) gone.Add(position);
            if (ReportedEvent.Read(stored.AsLogEvent()) is not { } one || !surveys.Any(s => s.Position < position && s.Survey.ReportedAs == one.Survey)) continue;
            found.Add(one);
            events.Add(stored);
            if (found.Count == FoundAtOnce) break;
        }

        if (found.Count < FoundAtOnce) position = upto;
        if (found.Count == 0) return new Batch(position, [], gone);
        var nodes = new int[found.Count];
        customers.NodesOf([.. events], nodes);
        var links = customers.LinksOf(nodes);
        return new Batch(position, [.. found.Select((f, i) => (f, links[i]?.Id)).Where(f => f.Id is not null).Select(f => (f.f, f.Id!))], gone);
    }

    private async Task<int> TakeAsync(List<Wanted> surveys, Batch batch, CancellationToken cancel)
    {
        var (book, taken) = (SurveyBook.Of(workspace), new List<SurveyResponse>());
        // What was answered here was told as an event by ourselves.
        var own = (await book.Responses.FindAsync([.. batch.Found.Select(f => f.Event.ResponseId).OfType<string>()], cancel)).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (told, customer) in batch.Found.Where(f => f.Event.IsAnswer && (f.Event.ResponseId is not { } id || !own.Contains(id))))
        {
            foreach (var one in surveys.Where(s => s.Position < told.Position && s.Survey.ReportedAs == told.Survey))
            {
                if (Of(one, told, customer) is { } response) taken.Add(response);
            }
        }

        // Kept first: whoever is interrupted here finds them kept, and goes on.
        await Task.WhenAll(taken.Select(r => book.Responses.FinishAsync(r, [], isTold: false)));
        await using (var connection = await workspace.Database.OpenAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            foreach (var (told, customer) in batch.Found)
            {
                foreach (var one in surveys.Where(s => s.Position < told.Position && s.Survey.ReportedAs == told.Survey))
                {
                    if (!told.IsAnswer) await AskedAsync(connection, transaction, one.Survey, told, customer);
                    else if (taken.Find(r => r.Id == ReportedEvent.IdOf(told.Position, one.Survey.Key)) is { } response) await AnsweredAsync(connection, transaction, response, customer);
                }
            }

            foreach (var one in surveys.Where(s => s.Position < batch.Upto))
            {
                await connection.ExecuteAsync(
                    "insert into survey_reported(survey, reported_as, position) values(@Key, @ReportedAs, @Upto) on conflict(survey) do update set reported_as = excluded.reported_as, position = excluded.position",
                    new { one.Survey.Key, one.Survey.ReportedAs, batch.Upto }, transaction);
            }

            await transaction.CommitAsync(cancel);
        }

        foreach (var one in surveys) one.Position = Math.Max(one.Position, batch.Upto);
        if (batch.Erased.Count > 0) await ForgetAsync(batch.Erased, cancel);
        foreach (var group in taken.GroupBy(r => r.Survey, StringComparer.Ordinal)) workspace.FindPart<LiveAnswers>()?.Came(group.Key, group.Select(r => r.Id));
        return taken.Count;
    }

    private SurveyResponse? Of(Wanted of, ReportedEvent told, string customer)
    {
        var answers = told.AnswersTo(of.Survey);
        if (answers.Count == 0 || ReadCustomer.Find(workspace, customer) is not { IsOk: true } her) return null;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(told.At);
        return new SurveyResponse
        {
            Id = ReportedEvent.IdOf(told.Position, of.Survey.Key),
            Survey = of.Survey.Key,
            Version = of.Version,
            State = ResponseState.Complete,
            Customer = her.Value.Canonical.ToString(),
            Language = of.Survey.LanguageFor([told.Language]),
            Channel = told.Channel,
            Answers = answers,
            About = told.About(),
            Score = of.Survey.ScoreQuestion is { } scored && answers.TryGetValue(scored.Id, out var score) ? double.Parse(score.Value!, System.Globalization.CultureInfo.InvariantCulture) : null,
            StartedAt = at,
            ChangedAt = at,
            CompletedAt = at,
        };
    }

    // Until she answers it leads to a response that there is not.
    private static Task AskedAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, Survey survey, ReportedEvent told, string customer)
    {
        var id = ReportedEvent.IdOf(told.Position, survey.Key);
        return InvitationStore.AddAsync(connection, transaction, new Asked { Id = id, Survey = survey.Key, Channel = told.Channel, Customer = customer, Response = id, At = DateTimeOffset.FromUnixTimeMilliseconds(told.At) });
    }

    /// <summary>She answers what she was asked last and has not answered yet. By her own rows, which are few: with a plain comparison of the survey SQLite reads all who were asked that survey lately, 53 ms instead of 0.02 with half a million of them.</summary>
    private static Task AnsweredAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, SurveyResponse response, string customer) => connection.ExecuteAsync(
        """
        update survey_invitation set response = @Id where id = (
            select i.id from survey_invitation i where i.customer = @customer and i.survey || '' = @Survey and i.response = i.id and i.at <= @at and i.at >= @since order by i.at desc, i.id desc limit 1)
        and not exists (select 1 from survey_invitation o where o.customer = @customer and o.response = @Id)
        """,
        new { response.Id, customer, response.Survey, at = response.ChangedAt.ToUnixTimeMilliseconds(), since = (response.ChangedAt - Patience).ToUnixTimeMilliseconds() }, transaction);

    private async Task ForgetAsync(CancellationToken cancel)
    {
        while (erased.TryPeek(out var positions))
        {
            await ForgetAsync(positions, cancel);
            erased.TryDequeue(out _);
        }
    }

    /// <summary>What was kept of events that are erased goes with them.</summary>
    private async Task ForgetAsync(IReadOnlyList<long> positions, CancellationToken cancel)
    {
        var surveys = workspace.Definitions.List(SurveyKind.Name).Select(d => d.Key).Where(k => SurveyBook.Of(workspace).Published(k)?.Survey.ReportedAs is not null).ToList();
        if (surveys.Count == 0) return;
        List<string> ids = [.. positions.SelectMany(p => surveys.Select(s => ReportedEvent.IdOf(p, s)))];
        var gone = await SurveyBook.Of(workspace).Responses.ForgetIdsAsync(ids, cancel);
        if (gone.Count > 0) workspace.FindPart<LiveAnswers>()?.Forget(gone);
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteByIdsAsync("delete from survey_invitation where id in (@ids)", ids);
    }
}
