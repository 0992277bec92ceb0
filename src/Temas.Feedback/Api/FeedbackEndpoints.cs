using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Feedback.Drivers;
using Temas.Feedback.Listening;
using Temas.Feedback.Scores;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Feedback.Api;

/// <summary>The HTTP API of what customers said: the same use cases as the pages call.</summary>
internal static class FeedbackEndpoints
{
    private const int Most = 100;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/feedback").WithTags("Feedback");
        group.MapGet("/texts", ([AsParameters] VoiceFilter filter, CurrentWorkspace current, CancellationToken cancel) => AnswerAsync(ReadTexts.RunAsync(current.Value, filter, cancel), FeedbackJson.Default.TextFigures))
            .RequireAuthorization(Policies.Read)
            .Produces<TextFigures>()
            .WithSummary("What customers wrote: sentiment over time, topics, intents, languages and key phrases of the texts that a filter leaves");
        group.MapGet("/quotes", async Task<Results<JsonHttpResult<QuotePage>, ProblemResult>> ([AsParameters] VoiceFilter filter, int? offset, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (Wrong(offset, limit) is { } wrong) return wrong.ToResult();
                return await AnswerAsync(ReadQuotes.RunAsync(current.Value, filter, offset ?? 0, limit ?? 20, cancel), FeedbackJson.Default.QuotePage);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<QuotePage>()
            .WithSummary("The texts that a filter leaves, newest first, with the words that carried their sentiment; personal data is masked");
        group.MapGet("/customers", async Task<Results<JsonHttpResult<VoiceCustomers>, ProblemResult>> ([AsParameters] VoiceFilter filter, int? offset, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (Wrong(offset, limit) is { } wrong) return wrong.ToResult();
                return await AnswerAsync(ReadQuotes.CustomersAsync(current.Value, filter, offset ?? 0, limit ?? 50, cancel), FeedbackJson.Default.VoiceCustomers);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<VoiceCustomers>()
            .WithSummary("The customers behind a figure: who wrote, or with score who answered");
        group.MapGet("/scores", ([AsParameters] VoiceFilter filter, CurrentWorkspace current, CancellationToken cancel) => AnswerAsync(ReadScores.RunAsync(current.Value, filter, cancel), FeedbackJson.Default.ScoreFigures))
            .RequireAuthorization(Policies.Read)
            .Produces<ScoreFigures>()
            .WithSummary("NPS, CSAT and CES with their intervals, by survey, over time and against the period before");
        group.MapGet("/drivers", ([AsParameters] VoiceFilter filter, CurrentWorkspace current, CancellationToken cancel) => AnswerAsync(ReadDrivers.RunAsync(current.Value, filter, cancel), FeedbackJson.Default.ScoreDrivers))
            .RequireAuthorization(Policies.Read)
            .Produces<ScoreDrivers>()
            .WithSummary("What a score goes together with: other ratings of the same response, topics of its text, and facts of the timeline, with their shares of R² and intervals");
        group.MapGet("/texts.csv", FileAsync)
            .RequireAuthorization(Policies.Analyse)
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .WithSummary("The texts that a filter leaves as CSV, with all that was read from them; personal data is masked");
    }

    private static async Task<Results<JsonHttpResult<T>, ProblemResult>> AnswerAsync<T>(Task<Result<T>> reading, JsonTypeInfo<T> type)
    {
        var read = await reading;
        return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, type);
    }

    private static Problem? Wrong(int? offset, int? limit) =>
        offset < 0 ? Problem.Invalid("offset_invalid", "An offset is 0 or more.", "offset", $"{offset}", "Leave it out for the first page.")
        : limit is < 1 or > Most ? Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}", "Ask for fewer and use offset.")
        : null;

    private static async Task<Results<PushStreamHttpResult, ProblemResult>> FileAsync([AsParameters] VoiceFilter filter, string? separator, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel)
    {
        if (separator is not (null or "" or "comma" or "semicolon")) return Problem.Invalid("separator_unknown", "Values are separated by a comma or a semicolon.", "separator", separator, "Use comma or semicolon.").ToResult();
        var (workspace, by) = (current.Value, current.Actor);
        var quotes = await ReadQuotes.AllAsync(workspace, filter, cancel);
        if (quotes.Problem is { } problem) return problem.ToResult();
        return TypedResults.Stream(
            async output =>
            {
                // Written down before the first line leaves: an export that breaks off has left, too.
                await audit.RecordAsync(new AuditEntry(workspace.Key, by, Audited.FeedbackExported, string.Join(' ', filter.Query.Where(x => !string.IsNullOrEmpty(x.Value)).Select(x => $"{x.Name}={x.Value}"))), CancellationToken.None);
                await ExportTexts.WriteAsync(quotes.Value.Quotes, separator == "semicolon" ? ';' : ',', output, cancel);
            },
            "text/csv; charset=utf-8",
            string.Create(CultureInfo.InvariantCulture, $"feedback-{workspace.Key.Value}-{workspace.Clock.GetUtcNow():yyyyMMdd-HHmm}.csv"));
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = [typeof(JsonStringEnumConverter<ScoreKind>), typeof(JsonStringEnumConverter<DriverPlace>)])]
[JsonSerializable(typeof(TextFigures))]
[JsonSerializable(typeof(QuotePage))]
[JsonSerializable(typeof(VoiceCustomers))]
[JsonSerializable(typeof(ScoreFigures))]
[JsonSerializable(typeof(ScoreDrivers))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class FeedbackJson : JsonSerializerContext;
