using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>The surveys of a workspace.</summary>
internal sealed record SurveyList(IReadOnlyList<SurveySummary> Surveys);

/// <summary>Some responses of a survey, the newest first.</summary>
/// <param name="Responses">The responses.</param>
/// <param name="Next">What <c>after</c> gives the ones behind them; null when there are none.</param>
internal sealed record ResponsePage(IReadOnlyList<ResponseBody> Responses, string? Next);

/// <summary>A response.</summary>
internal sealed record ResponseBody(
    string Id, int Version, string State, string? Customer, string Language, string Channel, double? Score, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, IReadOnlyDictionary<string, Answer> Answers, IReadOnlyDictionary<string, string> About, string? EnteredBy)
{
    /// <summary>The body of a response.</summary>
    public static ResponseBody Of(SurveyResponse r) => new(r.Id, r.Version, ResponseTable.NameOf(r.State), r.Customer, r.Language, r.Channel, r.Score, r.StartedAt, r.CompletedAt, r.Answers, r.About, r.EnteredBy);
}

/// <summary>A personal link as it is given out.</summary>
internal sealed record LinkBody(string Url, DateTimeOffset Until);

/// <summary>A version that was published.</summary>
internal sealed record PublishedBody(string Key, int Version);

/// <summary>The HTTP API of surveys; their documents are written under <c>/api/definitions/survey-draft</c> and <c>/api/definitions/survey</c>.</summary>
internal static class SurveyEndpoints
{
    private const int Page = 100;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/surveys").WithTags("Surveys");
        group.MapGet("", async (CurrentWorkspace current, CancellationToken cancel) => TypedResults.Json(new SurveyList(await ReadSurveys.ListAsync(current.Value, cancel)), SurveyJson.Default.SurveyList))
            .RequireAuthorization(Policies.Read).Produces<SurveyList>().WithSummary("The surveys with how many responses they have, drafts among them");
        group.MapPost("{key}/publish", async Task<Results<JsonHttpResult<PublishedBody>, ProblemResult>> (string key, CurrentWorkspace current, PublishSurvey publish, CancellationToken cancel) =>
            {
                var published = await publish.RunAsync(current.Value, key, current.Actor, cancel);
                return published.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new PublishedBody(key, published.Value.Version), SurveyJson.Default.PublishedBody);
            })
            .RequireAuthorization(Policies.Engage).Produces<PublishedBody>().WithSummary("Makes a version of a survey's draft, which is asked from then on");
        group.MapPost("{key}/links", async Task<Results<JsonHttpResult<LinkBody>, ProblemResult>> (string key, LinkRequest request, HttpContext http, CurrentWorkspace current, IPublicLinks links, CancellationToken cancel) =>
            {
                var made = await MakeLink.RunAsync(current.Value, key, request, cancel);
                return made.Problem is { } problem ? problem.ToResult() : TypedResults.Json(new LinkBody(links.To(made.Value.Path, http), made.Value.Until), SurveyJson.Default.LinkBody);
            })
            .RequireAuthorization(Policies.Engage).Produces<LinkBody>().WithSummary("A personal link to a survey: signed, for one customer and one response").WithMetadata(new ChangesNothing());
        group.MapGet("{key}/responses", ListAsync)
            .RequireAuthorization(Policies.Read).Produces<ResponsePage>().WithSummary("Responses of a survey, the newest first; state, language, least and most score, tag and quality (doubtful, sound) filter them, after goes on");
        group.MapGet("{key}/responses.csv", async (string key, string? state, string? language, double? least, double? most, string? tag, string? quality, HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
            {
                var filter = Filter(state, language, least, most, tag, quality);
                if ((Unknown(current.Value, key) ?? filter.Problem) is { } problem) return (IResult)problem.ToResult();
                await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, "survey.responses_exported", $"survey {key}"), cancel);
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{key}.csv\"";
                return Results.Stream(body => ResponseTable.WriteAsync(current.Value, key, filter.Value, body, cancel), "text/csv; charset=utf-8");
            })
            .RequireAuthorization(Policies.Analyse).Produces(StatusCodes.Status200OK, null, "text/csv").WithSummary("All responses of a survey as CSV, filtered as the list is");
        group.MapGet("{key}/qr.{form}", Results<FileContentHttpResult, ProblemResult> (string key, string form, string? c, HttpContext http, CurrentWorkspace current, IPublicLinks links) =>
            {
                if (Unknown(current.Value, key) is { } unknown) return unknown.ToResult();
                if (form is not ("svg" or "png")) return Problem.NotFound("form_unknown", "A QR code is drawn as svg or png.", "form", form, "Ask for qr.svg or qr.png.").ToResult();
                if (c is not null && !Invitation.Channels.Contains(c)) return Problem.Invalid("channel_unknown", "There is no such channel.", "c", c, $"It is one of {string.Join(", ", Invitation.Channels)}.").ToResult();
                var address = links.To(TemasUrls.With(TemasUrls.Survey(current.Value.Key.Value, key), ("c", c)), http);
                return form == "png" ? TypedResults.Bytes(QrCode.Png(address), "image/png") : TypedResults.Bytes(System.Text.Encoding.UTF8.GetBytes(QrCode.Svg(address)), "image/svg+xml");
            })
            .RequireAuthorization(Policies.Read).Produces(StatusCodes.Status200OK, null, "image/svg+xml", "image/png").WithSummary("The public link of a survey as a QR code; c says how it reaches people, such as store");
    }

    /// <summary>Reads a filter, or says what is wrong with it.</summary>
    public static Result<ResponseFilter> Filter(string? state, string? language, double? least, double? most, string? tag = null, string? quality = null)
    {
        if (!string.IsNullOrEmpty(quality) && quality is not ("doubtful" or "sound")) return Problem.Invalid("quality_unknown", "There is no such quality.", "quality", quality, "It is doubtful or sound.");
        ResponseState? wanted = state switch { "partial" => ResponseState.Partial, "complete" => ResponseState.Complete, "screened_out" => ResponseState.ScreenedOut, _ => null };
        if (!string.IsNullOrEmpty(state) && wanted is null) return Problem.Invalid("state_unknown", "There is no such state.", "state", state, "It is partial, complete or screened_out.");
        return new ResponseFilter(wanted, string.IsNullOrEmpty(language) ? null : language, least, most, string.IsNullOrEmpty(tag) ? null : tag, quality switch { "doubtful" => true, "sound" => false, _ => null });
    }

    private static Problem? Unknown(Workspace workspace, string key) =>
        PublishSurvey.Current(workspace, key) is null ? Problem.NotFound("survey_unknown", "There is no survey with this key.", "survey", key, "See GET /api/surveys.") : null;

    private static async Task<Results<JsonHttpResult<ResponsePage>, ProblemResult>> ListAsync(string key, string? state, string? language, double? least, double? most, string? tag, string? quality, string? after, int? limit, CurrentWorkspace current, CancellationToken cancel)
    {
        if (limit is < 1 or > Page) return Problem.Invalid("limit_invalid", "A limit is a number from 1 to 100.", "limit", $"{limit}").ToResult();
        var filter = Filter(state, language, least, most, tag, quality);
        if ((Unknown(current.Value, key) ?? filter.Problem) is { } wrong) return wrong.ToResult();
        var from = Cursor.Read(after);
        if (from.Problem is { } bad) return bad.ToResult();
        var some = await SurveyBook.Of(current.Value).Responses.ListAsync(key, filter.Value, limit ?? Page, from.Value, cancel);
        return TypedResults.Json(new ResponsePage([.. some.Select(ResponseBody.Of)], some.Count < (limit ?? Page) ? null : Cursor.After(some[^1])), SurveyJson.Default.ResponsePage);
    }
}

/// <summary>Where a list of responses goes on.</summary>
internal static class Cursor
{
    /// <summary>The place behind a response.</summary>
    public static string After(SurveyResponse response) => FormattableString.Invariant($"{response.StartedAt.ToUnixTimeMilliseconds()}.{response.Id}");

    /// <summary>Reads one; null for the beginning.</summary>
    public static Result<(long, string)?> Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return ((long, string)?)null;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && text.Length < 100 && long.TryParse(text.AsSpan(0, dot), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at)
            ? ((long, string)?)(at, text[(dot + 1)..])
            : Problem.Invalid("after_invalid", "There is no such place in the list.", "after", text, "Take what \"next\" of the answer before says.");
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SurveyList))]
[JsonSerializable(typeof(ResponsePage))]
[JsonSerializable(typeof(LinkBody))]
[JsonSerializable(typeof(LinkRequest))]
[JsonSerializable(typeof(PublishedBody))]
[JsonSerializable(typeof(Entering.ResponseRequest))]
internal sealed partial class SurveyJson : JsonSerializerContext;
