using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Asking.Simulation;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Feedback.Asking;

/// <summary>The asking rules of a workspace.</summary>
internal sealed record AskingRuleList(IReadOnlyList<AskingRuleSummary> Rules);

/// <summary>Some decisions, the newest first.</summary>
/// <param name="Reasons">Why those of the last thirty days came to what they did.</param>
/// <param name="Asks">The decisions.</param>
/// <param name="Next">What <c>after</c> gives the ones behind them; null when there are none.</param>
internal sealed record AskPage(IReadOnlyList<AskReasonCount> Reasons, IReadOnlyList<AskBody> Asks, string? Next);

/// <summary>Why a customer was asked, and why not, the newest first.</summary>
internal sealed record CustomerAsks(IReadOnlyList<AskBody> Asks);

/// <summary>A decision: who was to be asked by which rule because of what, and what became of it.</summary>
internal sealed record AskBody(
    string Id, string Rule, string Survey, string? Customer, string? Visitor, string Cause, DateTimeOffset TriggeredAt, AskState State, string? Reason, string? Detail, DateTimeOffset DecidedAt, DateTimeOffset? NextAt, string? HeldReason, DateTimeOffset? HeldAt,
    string? Channel, IReadOnlyDictionary<string, string> About, int? Reminder = null)
{
    /// <summary>The body of a decision.</summary>
    public static AskBody Of(Ask a) => new(a.Id, a.Rule, a.Survey, a.Customer, a.Visitor, a.Cause, a.TriggeredAt, a.State, a.Reason, a.Detail, a.DecidedAt, a.NextAt, a.HeldReason, a.HeldAt, a.Channel, a.About, a.Reminder > 0 ? a.Reminder : null);
}

/// <summary>How a rule is tried.</summary>
/// <param name="Days">Over so many days back; 30 if left out.</param>
/// <param name="Rule">A document to try in the place of the one in force; it need not be saved.</param>
internal sealed record SimulateRequest(int? Days, JsonElement? Rule);

/// <summary>What a rule would have done.</summary>
/// <param name="From">From when on.</param>
/// <param name="To">Up to when.</param>
/// <param name="Triggered">How often it was triggered.</param>
/// <param name="Tried">How many of these were tried: the latest.</param>
/// <param name="AsOfNow">Segments that were taken as of now, as they ask profiles.</param>
/// <param name="NotSetUp">Channels that are not set up, and were taken as if they were.</param>
/// <param name="Reasons">Outcomes and reasons with how many.</param>
/// <param name="Days">Outcomes by the day of the trigger.</param>
/// <param name="Asks">What would have been decided, at most 1,000, the newest first.</param>
internal sealed record SimulationBody(
    DateTimeOffset From, DateTimeOffset To, int Triggered, int Tried, IReadOnlyList<string> AsOfNow, IReadOnlyList<string> NotSetUp, IReadOnlyList<AskReasonCount> Reasons, IReadOnlyList<SimulatedDay> Days, IReadOnlyList<AskBody> Asks);

/// <summary>The HTTP API of asking; rules are written under <c>/api/definitions/asking-rule</c>, what holds for all under <c>/api/definitions/asking-policy</c>.</summary>
internal static class AskingEndpoints
{
    private const int Page = 100, MostSimulated = 1000;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/asking-rules").WithTags("Asking");
        group.MapGet("", async (CurrentWorkspace current, CancellationToken cancel) => TypedResults.Json(new AskingRuleList(await ReadAsks.RulesAsync(current.Value, cancel)), AskingJson.Default.AskingRuleList))
            .RequireAuthorization(Policies.Read).Produces<AskingRuleList>().WithSummary("The asking rules, with how many were asked, held back and refused in the last seven days");
        group.MapGet("decisions", (string? state, string? reason, string? after, int? limit, CurrentWorkspace current, CancellationToken cancel) => ListAsync(null, state, reason, after, limit, current, cancel))
            .RequireAuthorization(Policies.Read).Produces<AskPage>().WithSummary("The decisions of all asking rules, the newest first; state and reason filter them, after goes on");
        group.MapGet("{key}/decisions", async (string key, string? state, string? reason, string? after, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
                ReadAsks.Rule(current.Value, key).Problem is { } unknown ? unknown.ToResult() : await ListAsync(key, state, reason, after, limit, current, cancel))
            .RequireAuthorization(Policies.Read).Produces<AskPage>().WithSummary("The decisions of an asking rule, the newest first; state and reason filter them, after goes on");
        group.MapPost("{key}/simulate", SimulateAsync)
            .RequireAuthorization(Policies.Engage).Produces<SimulationBody>().WithMetadata(new ChangesNothing()).WithSummary("Tries an asking rule, or a document that is sent, on the last days without asking anybody");
        routes.MapGet("/api/customers/{customer}/asks", async Task<Results<JsonHttpResult<CustomerAsks>, ProblemResult>> (string customer, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}").ToResult();
                var read = await ReadAsks.OfAsync(current.Value, customer.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), limit ?? Page, cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new CustomerAsks([.. read.Value.Select(AskBody.Of)]), AskingJson.Default.CustomerAsks);
            })
            .WithTags("Asking").RequireAuthorization(Policies.Read).Produces<CustomerAsks>().WithSummary("Why a customer was asked, held back or not asked, the newest first");
    }

    private static async Task<Results<JsonHttpResult<AskPage>, ProblemResult>> ListAsync(string? rule, string? state, string? reason, string? after, int? limit, CurrentWorkspace current, CancellationToken cancel)
    {
        if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}").ToResult();
        var filter = ReadAsks.Filter(rule, state, reason);
        if (filter.Problem is { } wrong) return wrong.ToResult();
        var from = Cursor.Read(after);
        if (from.Problem is { } bad) return bad.ToResult();
        var some = await AskingDesk.Of(current.Value).Store.ListAsync(filter.Value, limit ?? Page, from.Value, cancel);
        var reasons = await ReadAsks.ReasonsAsync(current.Value, rule, cancel);
        return TypedResults.Json(new AskPage(reasons, [.. some.Select(AskBody.Of)], some.Count < (limit ?? Page) ? null : After(some[^1])), AskingJson.Default.AskPage);
    }

    private static async Task<Results<JsonHttpResult<SimulationBody>, ProblemResult>> SimulateAsync(string key, SimulateRequest request, CurrentWorkspace current, SimulateRule simulate, CancellationToken cancel)
    {
        var rule = Tried(current.Value, key, request.Rule);
        if (rule.Problem is { } wrong) return wrong.ToResult();
        var ran = await simulate.RunAsync(current.Value, rule.Value, request.Days ?? 30, cancel);
        if (ran.Problem is { } problem) return problem.ToResult();
        var (told, figures) = (ran.Value, SimulatedFigures.Of(ran.Value, WorkspaceSettings.Of(current.Value).Zone()));
        return TypedResults.Json(
            new SimulationBody(told.From, told.To, told.Triggered, told.Asks.Count, told.AsOfNow, told.NotSetUp, figures.Reasons, figures.Days, [.. told.Asks.Reverse().Take(MostSimulated).Select(AskBody.Of)]), AskingJson.Default.SimulationBody);
    }

    private static Result<AskingRule> Tried(Workspace workspace, string key, JsonElement? document)
    {
        if (document is not { } json) return ReadAsks.Rule(workspace, key);
        if (workspace.Definitions.Check(AskingRuleKind.Name, key, json.GetRawText()) is [var fault, ..]) return fault;
        return AskingRuleKind.Instance.Read(key, json.GetRawText());
    }

    /// <summary>The place behind a decision.</summary>
    internal static string After(Ask ask) => FormattableString.Invariant($"{ask.DecidedAt.ToUnixTimeMilliseconds()}.{ask.Id}");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AskingRuleList))]
[JsonSerializable(typeof(AskPage))]
[JsonSerializable(typeof(CustomerAsks))]
[JsonSerializable(typeof(SimulateRequest))]
[JsonSerializable(typeof(SimulationBody))]
[JsonSerializable(typeof(LocalText))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(string))]
internal sealed partial class AskingJson : JsonSerializerContext;
