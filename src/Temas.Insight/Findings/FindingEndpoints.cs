using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Findings;

/// <summary>A finding as the API gives it.</summary>
/// <param name="State"><c>new</c>, <c>acknowledged</c>, <c>in_work</c>, <c>gone</c> or <c>back</c>.</param>
/// <param name="Person">E-mail address of the person who works on it; null for nobody.</param>
/// <param name="FirstFoundAt">When it was found first.</param>
/// <param name="LastFoundAt">When it was found last.</param>
/// <param name="Finding">What was found.</param>
internal sealed record FindingBody(string State, string? Person, DateTimeOffset FirstFoundAt, DateTimeOffset LastFoundAt, FindingDocument Finding)
{
    /// <summary>What happened to it, the oldest first; only of one that is read by itself.</summary>
    public IReadOnlyList<FindingLine>? Story { get; init; }
}

/// <summary>Findings, in their order, and when they were looked for.</summary>
internal sealed record FindingList(DateTimeOffset? LookedAt, IReadOnlyList<FindingBody> Findings);

/// <summary>A look: whether one is under way and how far it is, and the last.</summary>
internal sealed record LookBody(bool Wanted, bool Looking, double Progress, DateTimeOffset? LookedAt, long? TookMilliseconds, int? Tried, string? Fault)
{
    /// <summary>What each detector of the last look had to look at, and why it told nothing where it did not.</summary>
    public IReadOnlyList<DetectorNote>? Detectors { get; init; }
}

/// <summary>What becomes of a finding: a state, a person's e-mail address (empty for nobody), a note; what is left out stays.</summary>
internal sealed record FindingChange(string? State, string? Person, string? Note);

/// <summary>Some of the customers who met a finding.</summary>
internal sealed record FindingCustomers(long Kept, IReadOnlyList<FindingCustomer> Customers);

/// <param name="Id">Id of the customer.</param>
/// <param name="Name">Name, or the strongest identifier.</param>
internal sealed record FindingCustomer(string Id, string Name);

/// <summary>How many follow-ups were taken back.</summary>
internal sealed record FollowsWithdrawn(int Withdrawn);

/// <summary>The HTTP API of findings.</summary>
internal static class FindingEndpoints
{
    private const int Page = 200;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/findings").WithTags("Findings");
        group.MapGet("", async Task<Results<JsonHttpResult<FindingList>, ProblemResult>> (bool? wins, string? state, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel) =>
            {
                if (!string.IsNullOrEmpty(state) && FindingWords.Read(state) is null) return Problem.Invalid("state_unknown", "There is no such state.", "state", state, $"It is one of {string.Join(", ", FindingWords.All)}.").ToResult();
                var live = LiveFindings.Of(current.Value);
                await live.LoadAsync(cancel);
                var people = await colleagues.OfAsync(current.Value.Key, cancel);
                var some = live.All.Values.Where(f => (wins is null || f.Document.Win == wins) && (string.IsNullOrEmpty(state) ? f.State != FindingState.Gone : FindingWords.Of(f.State) == state));
                return Body(new FindingList(live.LookedAt, [.. some.OrderBy(f => f.Rank).Select(f => BodyOf(f, people))]), FindingJson.Default.FindingList);
            })
            .RequireAuthorization(Policies.Read).Produces<FindingList>().WithSummary("Frictions and wins that stand, those of most value first; wins and state filter them");
        group.MapGet("look", async (CurrentWorkspace current, CancellationToken cancel) =>
            {
                var live = LiveFindings.Of(current.Value);
                await live.LoadAsync(cancel);
                return TypedResults.Json(LookOf(live), FindingJson.Default.LookBody);
            })
            .RequireAuthorization(Policies.Read).Produces<LookBody>().WithSummary("Whether findings are being looked for, and when they were last");
        group.MapPost("look", async (CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) => await LookAsync(current, audit, stops: false, cancel))
            .RequireAuthorization(Policies.Engage).Produces<LookBody>(StatusCodes.Status202Accepted).WithSummary("Looks for findings now");
        group.MapDelete("look", async (CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) => await LookAsync(current, audit, stops: true, cancel))
            .RequireAuthorization(Policies.Engage).Produces<LookBody>(StatusCodes.Status202Accepted).WithSummary("Stops looking; what was found before stays");
        group.MapGet("stream", (HttpContext http, CurrentWorkspace current) => EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(1), () => LiveFindings.Of(current.Value).Version))
            .RequireAuthorization(Policies.Read).ExcludeFromDescription();
        group.MapGet("{id}", async Task<Results<JsonHttpResult<FindingBody>, ProblemResult>> (string id, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel) =>
            {
                var live = LiveFindings.Of(current.Value);
                await live.LoadAsync(cancel);
                if (!live.All.TryGetValue(id, out var kept)) return LiveFindings.Unknown().ToResult();
                return Body(BodyOf(kept, await colleagues.OfAsync(current.Value.Key, cancel)) with { Story = await live.Store.LinesAsync(id, cancel) }, FindingJson.Default.FindingBody);
            })
            .RequireAuthorization(Policies.Read).Produces<FindingBody>().WithSummary("One finding with how it was reckoned and its story");
        group.MapGet("{id}/customers", async Task<Results<JsonHttpResult<FindingCustomers>, ProblemResult>> (string id, int? offset, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (offset < 0) return Problem.Invalid("offset_invalid", "An offset is 0 or more.", "offset", $"{offset}").ToResult();
                if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", $"A limit is a number from 1 to {Page}.", "limit", $"{limit}").ToResult();
                var live = LiveFindings.Of(current.Value);
                await live.LoadAsync(cancel);
                if (!live.All.ContainsKey(id)) return LiveFindings.Unknown().ToResult();
                var (kept, customers) = await live.CustomersAsync(id, offset ?? 0, limit ?? 100, cancel);
                return Body(new FindingCustomers(kept, [.. customers.Select(c => new FindingCustomer(c.Id, c.Name))]), FindingJson.Default.FindingCustomers);
            })
            .RequireAuthorization(Policies.Read).Produces<FindingCustomers>().WithSummary("The customers who met a finding, those who did so last first; at most 100,000 are kept");
        group.MapPut("{id}/state", async Task<Results<JsonHttpResult<FindingBody>, ProblemResult>> (string id, FindingChange body, CurrentWorkspace current, WorkOnFinding work, IColleagues colleagues, CancellationToken cancel) =>
            {
                var changed = await work.RunAsync(current.Value, id, body, current.Actor, cancel);
                return changed.Problem is { } problem ? problem.ToResult() : Body(BodyOf(changed.Value, await colleagues.OfAsync(current.Value.Key, cancel)), FindingJson.Default.FindingBody);
            })
            .RequireAuthorization(Policies.Engage).Produces<FindingBody>().WithSummary("Acknowledges a finding, takes it into work, gives it to a person, adds a note; that it is gone or back the data say");
        group.MapGet("{id}/follow-ups", async Task<Results<JsonHttpResult<FollowPlan>, ProblemResult>> (string id, string? who, int? days, string? person, int? dueDays, int? most, CurrentWorkspace current, FollowFinding follow, CancellationToken cancel) =>
                await follow.WouldAsync(current.Value, id, new FollowAsk(who, days, person, dueDays, most), cancel) is var would && would.Problem is { } problem ? problem.ToResult() : Body(would.Value, FindingJson.Default.FollowPlan))
            .RequireAuthorization(Policies.Engage).Produces<FollowPlan>().WithSummary("How many follow-ups would be opened with the customers of a finding, and how those stand that were");
        group.MapPost("{id}/follow-ups", async Task<Results<JsonHttpResult<FollowPlan>, ProblemResult>> (string id, FollowAsk body, CurrentWorkspace current, FollowFinding follow, CancellationToken cancel) =>
                await follow.OpenAsync(current.Value, id, body, current.Actor, cancel) is var opened && opened.Problem is { } problem ? problem.ToResult() : Body(opened.Value, FindingJson.Default.FollowPlan))
            .RequireAuthorization(Policies.Engage).Produces<FollowPlan>().WithSummary("Opens follow-ups with the customers of a finding: one of each, for who has not ordered since (who=still) or all; the finding is in work from then on");
        group.MapDelete("{id}/follow-ups", async Task<Results<JsonHttpResult<FollowsWithdrawn>, ProblemResult>> (string id, string? round, CurrentWorkspace current, FollowFinding follow, CancellationToken cancel) =>
                await follow.WithdrawAsync(current.Value, id, round, current.Actor, cancel) is var withdrawn && withdrawn.Problem is { } problem ? problem.ToResult() : Body(new FollowsWithdrawn(withdrawn.Value), FindingJson.Default.FollowsWithdrawn))
            .RequireAuthorization(Policies.Engage).Produces<FollowsWithdrawn>().WithSummary("Takes back the follow-ups of a finding with which nobody has begun; with round only those that were opened together");
    }

    private static async Task<JsonHttpResult<LookBody>> LookAsync(CurrentWorkspace current, IAuditTrail audit, bool stops, CancellationToken cancel)
    {
        var live = LiveFindings.Of(current.Value);
        if (stops ? live.Cancel() : live.Want()) await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, stops ? "findings.look_stopped" : "findings.look_wanted", ""), cancel);
        return TypedResults.Json(LookOf(live), FindingJson.Default.LookBody, statusCode: StatusCodes.Status202Accepted);
    }

    private static LookBody LookOf(LiveFindings live) => new(live.IsWanted, live.IsLooking, Math.Round(live.Progress, 2), live.LookedAt, live.Look?.Took, live.Look?.Tried, live.Fault) { Detectors = live.Look?.Detectors };

    private static FindingBody BodyOf(KeptFinding kept, IReadOnlyList<Colleague> people) => new(FindingWords.Of(kept.State), people.FirstOrDefault(p => p.Id == kept.Person)?.Email, kept.FirstAt, kept.LastAt, kept.Document);

    private static JsonHttpResult<T> Body<T>(T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) => TypedResults.Json(body, json);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FindingList))]
[JsonSerializable(typeof(FindingBody))]
[JsonSerializable(typeof(FindingDocument))]
[JsonSerializable(typeof(FindingChange))]
[JsonSerializable(typeof(FindingCustomers))]
[JsonSerializable(typeof(LookBody))]
[JsonSerializable(typeof(IReadOnlyList<DetectorNote>))]
[JsonSerializable(typeof(FollowAsk))]
[JsonSerializable(typeof(FollowPlan))]
[JsonSerializable(typeof(FollowsWithdrawn))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class FindingJson : JsonSerializerContext;
