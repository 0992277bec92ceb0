using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Collect.Tracking;

/// <summary>
/// Answers of the tracking API: Segment's <c>{"success":true}</c>, and for failures the same shape with the fields of problem details (RFC 9457) beside.
/// </summary>
internal static class TrackingAnswer
{
    private static readonly byte[] Success = "{\"success\":true}"u8.ToArray();

    /// <summary>All events are durable.</summary>
    public static Task Done(HttpContext http) => Write(http, StatusCodes.Status200OK, Success);

    /// <summary>The good events are durable; the others are told one by one.</summary>
    public static Task Partly(HttpContext http, IReadOnlyList<RejectedEvent> rejected)
    {
        var body = new ArrayBufferWriter<byte>(256 * rejected.Count);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, true);
            json.WriteStartArray("rejected"u8);
            foreach (var e in rejected)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, e.Index);
                json.WriteString("messageId"u8, e.MessageId);
                json.WriteString("reason"u8, e.Problem.Code);
                WriteProblem(json, e.Problem);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Write(http, StatusCodes.Status200OK, body.WrittenMemory);
    }

    /// <summary>Nothing was stored, or the only event was refused; <paramref name="messageId"/> then finds its receipt.</summary>
    public static Task Failed(HttpContext http, Problem problem, string? messageId = null)
    {
        var status = StatusOf(problem.Kind);
        if (problem.Kind is ProblemKind.TooMany or ProblemKind.Unavailable)
        {
            var wait = Math.Max(1, Math.Ceiling((problem.RetryAfter ?? TimeSpan.FromSeconds(1)).TotalSeconds));
            http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Basic realm=\"write key\"";
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, false);
            json.WriteString("type"u8, $"/problems/{problem.Code}");
            json.WriteString("title"u8, problem.Detail);
            json.WriteNumber("status"u8, status);
            json.WriteString("code"u8, problem.Code);
            if (messageId is not null) json.WriteString("messageId"u8, messageId);
            WriteProblem(json, problem);
            json.WriteEndObject();
        }

        return Write(http, status, body.WrittenMemory);
    }

    private static int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.TooMany => StatusCodes.Status429TooManyRequests,
        ProblemKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static void WriteProblem(Utf8JsonWriter json, Problem problem)
    {
        if (problem.Field is not null) json.WriteString("field"u8, problem.Field);
        if (problem.Value is not null) json.WriteString("value"u8, problem.Value);
        json.WriteString("detail"u8, problem.Detail);
        if (problem.WayOut is not null) json.WriteString("wayOut"u8, problem.WayOut);
    }

    private static async Task Write(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
