using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Feedback.FollowUps;

/// <summary>A follow-up as the API gives it.</summary>
internal sealed record FollowUpBody(
    string Id, string Customer, string Kind, string Rule, string Status, string? Owner, FollowUpReason Reason, DateTimeOffset OpenedAt, DateTimeOffset DueAt, bool Overdue, DateTimeOffset? FirstActionAt, DateTimeOffset? ClosedAt, DateTimeOffset? EscalatedAt,
    string? RootCause, string? Done, string? Result, ScaleAnswer? Before, ScaleAnswer? Afterwards, DateTimeOffset? AfterwardsAt, bool? Recovered, int Triggers, int Reopened, DateTimeOffset ChangedAt)
{
    /// <summary>What happened to it, the oldest first; only of one that is read by itself.</summary>
    public IReadOnlyList<FollowUpLine>? Story { get; init; }

    /// <summary>The body of a follow-up.</summary>
    public static FollowUpBody Of(FollowUp f, IReadOnlyList<Colleague> people, DateTimeOffset now) => new(
        f.Id, f.Customer, FollowUpRuleKind.WordOf(f.Kind), f.Rule, FollowUpWords.Of(f.Status), people.FirstOrDefault(p => p.Id == f.Owner)?.Email, f.Reason, f.OpenedAt, f.DueAt, !f.IsClosed && f.DueAt < now, f.FirstAt, f.ClosedAt, f.EscalatedAt, f.Cause,
        f.Done, f.Result, f.Before, f.Afterwards, f.AfterwardsAt, f.IsRecovered, f.Triggers, f.Reopened, f.ChangedAt);
}

/// <summary>Some follow-ups.</summary>
/// <param name="FollowUps">Those.</param>
/// <param name="Total">How many there are by this filter.</param>
internal sealed record FollowUpList(IReadOnlyList<FollowUpBody> FollowUps, long Total);

/// <summary>Whose it is to be: an e-mail address, or null for nobody's.</summary>
internal sealed record OwnerBody(string? Owner);

/// <summary>A note.</summary>
internal sealed record NoteBody(string? Text);

/// <summary>Where it is to be moved: <c>open</c>, <c>in_work</c> or <c>waiting</c>.</summary>
internal sealed record StatusBody(string? Status);

/// <summary>What the query of a list asks.</summary>
internal sealed record FollowUpQuery(string? Status, string? Rule, string? Kind, string? Owner, string? Customer, string? Figure, bool? Overdue, DateTimeOffset? From, DateTimeOffset? To)
{
    private static readonly string[] Figures = ["first", "done", "in_time", "late", "judged", "asked", "recovered", "not_recovered"];

    /// <summary>The filter, or what is wrong with it. <see cref="Owner"/> is the id of a person; empty for nobody's.</summary>
    public Result<FollowUpFilter> Read(DateTimeOffset now)
    {
        FollowUpStatus? status = null;
        if (!string.IsNullOrEmpty(Status) && Status is not ("all" or "unclosed"))
        {
            var number = FollowUpWords.Statuses.ToList().IndexOf(Status);
            if (number < 0) return Problem.Invalid("status_unknown", "There is no such status.", "status", Status, $"It is all, unclosed, {string.Join(", ", FollowUpWords.Statuses)}.");
            status = (FollowUpStatus)number;
        }

        FollowUpKind? kind = null;
        if (!string.IsNullOrEmpty(Kind))
        {
            var number = Array.FindIndex(FollowUpRuleKind.Kinds, k => k.Word == Kind);
            if (number < 0) return Problem.Invalid("kind_unknown", "There is no such kind.", "kind", Kind, "It is recover, thank or recommend.");
            kind = (FollowUpKind)number;
        }

        if (!string.IsNullOrEmpty(Figure) && !Figures.Contains(Figure)) return Problem.Invalid("figure_unknown", "There is no such figure.", "figure", Figure, $"It is one of {string.Join(", ", Figures)}.");
        return new FollowUpFilter
        {
            Status = status,
            All = Status == "all" || !string.IsNullOrEmpty(Figure),
            Rule = string.IsNullOrEmpty(Rule) ? null : Rule,
            Kind = kind,
            Owner = Owner,
            Customer = string.IsNullOrEmpty(Customer) ? null : Customer,
            OverdueAt = Overdue == true ? now : null,
            From = From,
            To = To,
            Figure = Figure,
        };
    }
}

/// <summary>The HTTP API of follow-ups; their rules are written under <c>/api/definitions/follow-up-rule</c>.</summary>
internal static class FollowUpEndpoints
{
    private const int Most = 200;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/follow-ups").WithTags("Follow-ups");
        group.MapGet("", ListAsync).RequireAuthorization(Policies.Read).Produces<FollowUpList>().WithSummary("Follow-ups, those that are not closed by when they are due; status, rule, kind, owner, customer, overdue, from and to filter them");
        group.MapGet("levels", async Task<Results<JsonHttpResult<FollowUpLevels>, ProblemResult>> (DateTimeOffset? from, DateTimeOffset? to, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var until = to ?? current.Value.Clock.GetUtcNow();
                var begin = from ?? until.AddDays(-90);
                if (begin >= until) return Problem.Invalid("period_empty", "The period ends before it begins.", "from").ToResult();
                return TypedResults.Json(await MeasureFollowUps.RunAsync(current.Value, begin, until, cancel), FollowUpJson.Default.FollowUpLevels);
            })
            .RequireAuthorization(Policies.Read).Produces<FollowUpLevels>().WithSummary("Service levels of the follow-ups that were opened in a period (90 days): time to first action and to done, share in time, recovered");
        group.MapGet("stream", (HttpContext http, CurrentWorkspace current) => EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(1), () => FormattableString.Invariant($"{LiveFollowUps.Of(current.Value).Version}")))
            .RequireAuthorization(Policies.Read).ExcludeFromDescription();
        group.MapGet("{id}", async Task<Results<JsonHttpResult<FollowUpBody>, ProblemResult>> (string id, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel) =>
            {
                var store = LiveFollowUps.Of(current.Value).Store;
                if (await store.FindAsync(id, cancel) is not { } found) return LiveFollowUps.Unknown().ToResult();
                return Body(FollowUpBody.Of(found, await colleagues.OfAsync(current.Value.Key, cancel), current.Value.Clock.GetUtcNow()) with { Story = await store.LinesAsync(id, cancel) });
            })
            .RequireAuthorization(Policies.Read).Produces<FollowUpBody>().WithSummary("One follow-up with its story");
        group.MapPost("{id}/assign", async (string id, OwnerBody body, CurrentWorkspace current, WorkOnFollowUp work, IColleagues colleagues, CancellationToken cancel) =>
                await AnswerAsync(await work.AssignAsync(current.Value, id, body.Owner, current.Actor, cancel), current, colleagues, cancel))
            .RequireAuthorization(Policies.Resolve).Produces<FollowUpBody>().WithSummary("Gives a follow-up to a person by e-mail address, or to nobody");
        group.MapPost("{id}/notes", async (string id, NoteBody body, CurrentWorkspace current, WorkOnFollowUp work, IColleagues colleagues, CancellationToken cancel) =>
                await AnswerAsync(await work.NoteAsync(current.Value, id, body.Text, current.Actor, cancel), current, colleagues, cancel))
            .RequireAuthorization(Policies.Resolve).Produces<FollowUpBody>().WithSummary("Adds a note to a follow-up");
        group.MapPost("{id}/status", async (string id, StatusBody body, CurrentWorkspace current, WorkOnFollowUp work, IColleagues colleagues, CancellationToken cancel) =>
                await AnswerAsync(await work.MoveAsync(current.Value, id, body.Status, current.Actor, cancel), current, colleagues, cancel))
            .RequireAuthorization(Policies.Resolve).Produces<FollowUpBody>().WithSummary("Moves a follow-up: open, in_work or waiting; opens a closed one again");
        group.MapPost("{id}/done", async (string id, ClosingRequest body, CurrentWorkspace current, WorkOnFollowUp work, IColleagues colleagues, CancellationToken cancel) =>
                await AnswerAsync(await work.CloseAsync(current.Value, id, body, current.Actor, cancel), current, colleagues, cancel))
            .RequireAuthorization(Policies.Resolve).Produces<FollowUpBody>().WithSummary("Closes a follow-up with what was done, its root cause and what came of it; or gives it up");
    }

    private static async Task<Results<JsonHttpResult<FollowUpList>, ProblemResult>> ListAsync(
        string? status, string? rule, string? kind, string? owner, string? customer, bool? overdue, DateTimeOffset? from, DateTimeOffset? to, int? limit, int? skip, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel)
    {
        if (limit is < 1 or > Most) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 200.", "limit", $"{limit}").ToResult();
        if (skip is < 0) return Problem.Invalid("number_out_of_range", "So many as are skipped is 0 or more.", "skip", $"{skip}").ToResult();
        var people = await colleagues.OfAsync(current.Value.Key, cancel);
        var whose = owner is null ? null : owner is "" or "nobody" ? "" : PlanFollowUps.Find(people, owner)?.Id ?? "-";
        var now = current.Value.Clock.GetUtcNow();
        var filter = new FollowUpQuery(status, rule, kind, whose, customer, null, overdue, from, to).Read(now);
        if (filter.Problem is { } problem) return problem.ToResult();
        var store = LiveFollowUps.Of(current.Value).Store;
        var some = await store.ListAsync(filter.Value, limit ?? Most, skip ?? 0, cancel);
        return TypedResults.Json(new FollowUpList([.. some.Select(f => FollowUpBody.Of(f, people, now))], await store.CountAsync(filter.Value, cancel)), FollowUpJson.Default.FollowUpList);
    }

    private static async Task<Results<JsonHttpResult<FollowUpBody>, ProblemResult>> AnswerAsync(Result<FollowUp> changed, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel) =>
        changed.Problem is { } problem ? problem.ToResult() : Body(FollowUpBody.Of(changed.Value, await colleagues.OfAsync(current.Value.Key, cancel), current.Value.Clock.GetUtcNow()));

    private static JsonHttpResult<FollowUpBody> Body(FollowUpBody body) => TypedResults.Json(body, FollowUpJson.Default.FollowUpBody);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(FollowUpList))]
[JsonSerializable(typeof(FollowUpBody))]
[JsonSerializable(typeof(FollowUpLevels))]
[JsonSerializable(typeof(OwnerBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(StatusBody))]
[JsonSerializable(typeof(ClosingRequest))]
internal sealed partial class FollowUpJson : JsonSerializerContext;
