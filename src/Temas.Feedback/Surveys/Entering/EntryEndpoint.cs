using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Feedback.Surveys.Entering;

/// <summary>A response that a program hands in.</summary>
/// <param name="Customer">Who answered: public id, or <c>kind:value</c> of an identifier; nothing for somebody unknown.</param>
/// <param name="Language">In which language; nothing for that of the customer, or the first of the survey.</param>
/// <param name="Channel">How she was asked: <c>phone</c> where nothing is said.</param>
/// <param name="About">What it is about: <c>order_id</c>, <c>ticket_id</c>, <c>store_id</c>, <c>product_id</c>, <c>receipt_id</c>.</param>
/// <param name="Answers">By the id of the question: a text or number, a list of choices, or an object of rows or fields (<c>{"email": …, "consent": true}</c>); with something else written, <c>{"values": ["other"], "other": "…"}</c>.</param>
internal sealed record ResponseRequest(string? Customer, string? Language, string? Channel, IReadOnlyDictionary<string, string>? About, IReadOnlyDictionary<string, JsonElement>? Answers);

/// <summary><c>POST /api/surveys/{key}/responses</c>.</summary>
internal static class EntryEndpoint
{
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/surveys/{key}/responses", TakeAsync).WithTags("Surveys").RequireAuthorization(Policies.Resolve)
            .Produces<ResponseBody>(StatusCodes.Status201Created).Produces<ResponseBody>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("Hands in a whole response for a customer, checked as the respondent's page does; with Idempotency-Key it is one response however often it is sent, and something else under the same key is refused");

    private static async Task<IResult> TakeAsync(string key, ResponseRequest request, HttpContext http, CurrentWorkspace current, EnterAnswers enter, CancellationToken cancel)
    {
        var (workspace, by) = (current.Value, current.Actor);
        var same = http.Request.Headers[KeyHeader].ToString();
        if (same.Length > 200) return Problem.Invalid("idempotency_key_invalid", "An Idempotency-Key has at most 200 characters.", KeyHeader).ToResult();
        var id = same.Length > 0 ? EnterAnswers.IdOf(key, by, same) : EnterAnswers.NewId();
        var (keys, fingerprint) = (new EntryKeys(workspace.Database), same.Length > 0 ? EntryKeys.FingerprintOf(request) : "");
        if (same.Length > 0)
        {
            // In this order: what is complete was noted before, so whatever is found here has been said to be the same or not.
            var before = await SurveyBook.Of(workspace).Responses.FindAsync(id, cancel);
            if (await keys.IsAnotherAsync(id, fingerprint, cancel)) return Another();
            if (before is { State: ResponseState.Complete }) return Results.Json(ResponseBody.Of(before), SurveyJson.Default.ResponseBody);
        }

        var given = new Dictionary<string, Answer>(StringComparer.Ordinal);
        foreach (var (question, value) in request.Answers ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            if (Read(value) is not { } answer) return Problem.Invalid("answer_invalid", "An answer is a text, a number, a list of choices, or an object of rows or fields.", $"answers.{question}", null, "See docs/surveys.md.").ToResult();
            given[question] = answer;
        }

        var found = await EnterAnswers.FindAsync(workspace, key, new Entry(id, request.Customer, request.Language, request.Channel ?? "phone", request.About ?? new Dictionary<string, string>(StringComparer.Ordinal), given), null, by, cancel);
        if (found.Problem is { } problem) return problem.ToResult();
        if (EnterAnswers.Check(found.Value, strict: true) is { Count: > 0 } faults) return Wrong(faults);
        if (same.Length > 0 && !await keys.NoteAsync(id, fingerprint, cancel)) return Another();
        var finished = await enter.FinishAsync(workspace, found.Value, by, cancel);
        return finished.Problem is { } full ? full.ToResult() : Results.Json(ResponseBody.Of(finished.Value), SurveyJson.Default.ResponseBody, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Another()
    {
        var details = Problem.Invalid("idempotency_key_reused", "Something else was handed in under this Idempotency-Key.", KeyHeader, null, "Send a new key with what is new, or what was sent before with the old one.").ToDetails();
        details.Status = StatusCodes.Status422UnprocessableEntity;
        return TypedResults.Problem(details);
    }

    private static IResult Wrong(IReadOnlyList<EntryFault> faults)
    {
        var words = new RespondWords(null, "en");
        ProblemDetails Detail(EntryFault fault) =>
            Problem.Invalid(fault.Fault, fault.Fault == "not_asked" ? "With these answers the survey does not ask this." : words.Of(fault.Fault, fault.Number), $"answers.{fault.Question}").ToDetails();
        var first = Detail(faults[0]);
        // Each of them, so that a form can say all at once.
        first.Extensions["faults"] = faults.Select(f => new Dictionary<string, string> { ["field"] = $"answers.{f.Question}", ["code"] = f.Fault, ["detail"] = Detail(f).Detail! }).ToArray();
        return TypedResults.Problem(first);
    }

    // What a response says of an answer (values, other, parts) is read back as it is.
    private static Answer? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty("values", out _) || value.TryGetProperty("parts", out _) => Whole(value),
        JsonValueKind.Object => Fields(value) is { } parts ? new Answer { Parts = parts } : null,
        JsonValueKind.Array => List(value) is { } values ? new Answer { Values = values } : null,
        _ => Text(value) is { } text ? Answer.Of(text) : null,
    };

    private static Answer? Whole(JsonElement value)
    {
        var values = value.TryGetProperty("values", out var list) ? List(list) : [];
        var parts = value.TryGetProperty("parts", out var fields) ? Fields(fields) : new Dictionary<string, string>(StringComparer.Ordinal);
        var other = value.TryGetProperty("other", out var said) ? Text(said) : null;
        return values is null || parts is null ? null : new Answer { Values = values, Parts = parts, Other = other };
    }

    private static List<string>? List(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 100) return null;
        var values = value.EnumerateArray().Select(Text).ToList();
        return values.Contains(null) ? null : [.. values.OfType<string>()];
    }

    private static Dictionary<string, string>? Fields(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
        {
            if (Text(field.Value) is not { } text || fields.Count > 100) return null;
            fields[field.Name] = text;
        }

        return fields;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "yes",
        _ => null,
    };
}
