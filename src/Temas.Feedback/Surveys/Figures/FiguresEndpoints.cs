using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>The responses behind a figure, the newest first.</summary>
/// <param name="Responses">Their ids.</param>
/// <param name="Total">How many there are.</param>
internal sealed record BehindBody(IReadOnlyList<string> Responses, int Total);

/// <summary>A tag for some responses of a survey.</summary>
/// <param name="Responses">Ids of the responses; at most 500.</param>
/// <param name="Tag">The tag, 1 to 40 characters.</param>
/// <param name="Off">It is taken off instead.</param>
internal sealed record TagRequest(IReadOnlyList<string>? Responses, string? Tag, bool Off);

/// <summary>How many responses got or lost a tag.</summary>
internal sealed record TaggedBody(int Changed);

/// <summary>Scores of surveys and marks of responses over HTTP, and what their pages post.</summary>
internal static class FiguresEndpoints
{
    private const int Most = 500;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/surveys/{key}").WithTags("Surveys");
        group.MapGet("scores", async Task<Results<JsonHttpResult<SurveyFigures>, ProblemResult>> (
                string key, string? period, string? from, string? to, string? channel, string? language, string? version, bool? weigh, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var read = await ReadFigures.RunAsync(current.Value, key, new FiguresFilter(period, from, to, channel, language, version, weigh == true), cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, FiguresJson.Default.SurveyFigures);
            })
            .RequireAuthorization(Policies.Read).Produces<SurveyFigures>().WithSummary("A survey in figures: scores with intervals, change and trend, how often each answer was given, groups, where people stopped; weigh counts doubtful responses less");
        group.MapGet("scores.csv", async (
                string key, string? period, string? from, string? to, string? channel, string? language, string? version, bool? weigh, HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
            {
                var read = await ReadFigures.RunAsync(current.Value, key, new FiguresFilter(period, from, to, channel, language, version, weigh == true), cancel);
                if (read.Problem is { } problem) return (IResult)problem.ToResult();
                await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, "survey.scores_exported", $"survey {key}"), cancel);
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{key}-scores.csv\"";
                return Results.Text(Csv(read.Value), "text/csv; charset=utf-8", Encoding.UTF8);
            })
            .RequireAuthorization(Policies.Analyse).Produces(StatusCodes.Status200OK, null, "text/csv").WithSummary("The same as CSV, a line for each answer of each question");
        group.MapGet("scores/responses", async Task<Results<JsonHttpResult<BehindBody>, ProblemResult>> (
                string key, string? period, string? from, string? to, string? channel, string? language, string? version, string? question, string? row, string? value, string? state, string? page, bool? doubtful, double? least, double? most, int? skip, int? limit,
                CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (limit is < 1 or > Most || skip is < 0) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 500.", "limit", $"{limit}").ToResult();
                var read = await ReadFigures.BehindAsync(current.Value, key, new FiguresFilter(period, from, to, channel, language, version, false), new AnswerBehind(question, row, value, state, page, doubtful == true, least, most), skip ?? 0, limit ?? Most, cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new BehindBody(read.Value.Ids, read.Value.Total), FiguresJson.Default.BehindBody);
            })
            .RequireAuthorization(Policies.Read).Produces<BehindBody>().WithSummary("The responses behind a figure of a survey, by id, the newest first");
        group.MapGet("response-rate", async Task<Results<JsonHttpResult<SurveyRate>, ProblemResult>> (string key, string? period, string? from, string? to, string? channel, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var read = await ReadRate.RunAsync(current.Value, key, new FiguresFilter(period, from, to, channel, null, null, false), cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, FiguresJson.Default.SurveyRate);
            })
            .RequireAuthorization(Policies.Read).Produces<SurveyRate>().WithSummary("How many of those answered who were asked one by one in a period, by channel, with Wilson's interval");
        group.MapGet("response-rate/people", async Task<Results<JsonHttpResult<RatePeople>, ProblemResult>> (string key, string? figure, string? period, string? from, string? to, string? channel, int? skip, int? limit, CurrentWorkspace current, CancellationToken cancel) =>
            {
                if (limit is < 1 or > Most || skip is < 0) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 500.", "limit", $"{limit}").ToResult();
                var read = await ReadRatePeople.RunAsync(current.Value, key, new FiguresFilter(period, from, to, channel, null, null, false), figure, skip ?? 0, limit ?? Most, cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, FiguresJson.Default.RatePeople);
            })
            .RequireAuthorization(Policies.Read).Produces<RatePeople>().WithSummary("The people behind a number of the response rate, the newest first; figure is invited, waiting, not_reached, delivered, watched, opened, perhaps_opened, begun or answered");
        group.MapPost("responses/tags", async Task<Results<JsonHttpResult<TaggedBody>, ProblemResult>> (string key, TagRequest request, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
            {
                var tagged = await TagAsync(current, key, request, audit, cancel);
                return tagged.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new TaggedBody(tagged.Value), FiguresJson.Default.TaggedBody);
            })
            .RequireAuthorization(Policies.Resolve).Produces<TaggedBody>().WithSummary("Puts a tag on responses of a survey, or takes it off");
        group.MapGet("responses/stream", async (string key, HttpContext http, CurrentWorkspace current) =>
            {
                if (SurveyBook.Of(current.Value).Published(key) is null) await Results.NotFound().ExecuteAsync(http);
                else await EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(2), () => FormattableString.Invariant($"{LiveAnswers.Of(current.Value).VersionOf(key)}"));
            })
            .RequireAuthorization(Policies.Read).ExcludeFromDescription();
        MapForms(routes);
    }

    private static void MapForms(IEndpointRouteBuilder routes)
    {
        var forms = routes.MapGroup("/w/{workspace}/surveys/of/{key}").ExcludeFromDescription();
        forms.MapPost("tags", async (string key, HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            var page = TemasUrls.SurveyPage(current.Value.Key.Value, key, "responses");
            if (form["back"].ToString() is { Length: > 0 and < 2000 } back && back.StartsWith(page, StringComparison.Ordinal)) page = back;
            var tagged = await TagAsync(current, key, new TagRequest([.. form["responses"].OfType<string>()], form["tag"], form["off"] == "1"), audit, cancel);
            return FormAnswer.After(http, page, "tagged", tagged.Problem);
        }).RequireAuthorization(Policies.Resolve);
        forms.MapPost("target", async (string key, [FromForm] string? target, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var page = TemasUrls.SurveyScores(current.Value.Key.Value, key);
            if (PublishSurvey.Current(current.Value, key) is null) return FormAnswer.Refused(TemasUrls.Surveys(current.Value.Key.Value), Problem.NotFound("survey_unknown", "There is no survey with this key.", "survey"));
            if (string.IsNullOrWhiteSpace(target))
            {
                if (ChangeDefinition.InForce(current.Value, SurveyTargetKind.Name, key) is not null) await change.RemoveAsync(current.Value, SurveyTargetKind.Name, key, current.Actor, cancel);
                return FormAnswer.Done(http, page, "target");
            }

            var saved = double.TryParse(target.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? (await change.SaveAsync(current.Value, SurveyTargetKind.Name, key, FormattableString.Invariant($$"""{"target":{{number}}}"""), current.Actor, cancel)).Problem
                : Problem.Invalid("number_expected", "A target is a number.", "target");
            return FormAnswer.After(http, page, "target", saved);
        }).RequireAuthorization(Policies.Engage);
    }

    private static async Task<Result<int>> TagAsync(CurrentWorkspace current, string key, TagRequest request, IAuditTrail audit, CancellationToken cancel)
    {
        var tag = request.Tag?.Trim() ?? "";
        if (tag.Length is 0 or > ResponseMarks.LongestTag || tag.Any(char.IsControl)) return Problem.Invalid("tag_invalid", "A tag has 1 to 40 characters.", "tag");
        if (request.Responses is not { Count: > 0 and <= Most } responses) return Problem.Invalid("responses_invalid", "Name 1 to 500 responses.", "responses");
        if (PublishSurvey.Current(current.Value, key) is null) return Problem.NotFound("survey_unknown", "There is no survey with this key.", "survey", null, "See GET /api/surveys.");
        var changed = await LiveAnswers.Of(current.Value).Marks.TagAsync(key, responses, tag, request.Off, cancel);
        await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, request.Off ? "response.untagged" : "response.tagged", $"survey {key}"), cancel);
        return changed;
    }

    private static string Csv(SurveyFigures figures)
    {
        var text = new StringBuilder("\uFEFF");
        CsvText.AppendLine(text, ["question", "kind", "answered", "row", "answer", "count", "share", "share_low", "share_high", "mean_rank", "score", "score_low", "score_high", "mean"], ',');
        foreach (var question in figures.Questions)
        {
            foreach (var value in question.Values.DefaultIfEmpty(new ValueFigure(null, "", 0, 0, 0, 0, null)))
            {
                CsvText.AppendLine(
                    text,
                    [
                        question.Id, question.Kind, N(question.Answered), value.Row, value.Value, N(value.Count), N(value.Share), N(value.Low), N(value.High), N(value.MeanRank), N(question.Score?.Value), N(question.Score?.Low), N(question.Score?.High),
                        N((question.Mean ?? (question.Score?.Kind == "mean" ? question.Score : null))?.Value),
                    ],
                    ',');
            }
        }

        return text.ToString();

        static string? N(double? number) => number?.ToString(CultureInfo.InvariantCulture);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SurveyFigures))]
[JsonSerializable(typeof(BehindBody))]
[JsonSerializable(typeof(TagRequest))]
[JsonSerializable(typeof(TaggedBody))]
[JsonSerializable(typeof(SurveyRate))]
[JsonSerializable(typeof(RatePeople))]
internal sealed partial class FiguresJson : JsonSerializerContext;
