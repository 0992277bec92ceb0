using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Hosting;

/// <summary>Writes problems: RFC 9457 problem details for programs, a page for people.</summary>
internal static class Answers
{
    private static readonly PathString[] Programs = ["/api", "/v1", "/control", "/openapi", "/healthz", "/readyz"];

    /// <summary>The HTTP status of each kind of problem.</summary>
    public static int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => StatusCodes.Status400BadRequest,
        ProblemKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>True for the addresses that programs call, and for whoever asks for JSON and not for HTML.</summary>
    public static bool IsForPrograms(HttpContext http)
    {
        foreach (var prefix in Programs)
        {
            if (http.Request.Path.StartsWithSegments(prefix, StringComparison.Ordinal)) return true;
        }

        var accept = http.Request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Answers with <paramref name="problem"/>, as the asker reads it. With <paramref name="status"/> the status is another than the kind's own.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem, int? status = null)
    {
        var code = status ?? StatusOf(problem.Kind);
        http.Response.StatusCode = code;
        http.Response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } after)
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return IsForPrograms(http) ? WriteJsonAsync(http, problem, code) : ErrorPage.WriteAsync(http, problem, code);
    }

    /// <summary>A result that answers with <paramref name="problem"/>.</summary>
    public static IResult Of(Problem problem) => new ProblemAnswer(problem);

    /// <summary>A result that answers with the value by <paramref name="ok"/>, or with the problem.</summary>
    public static IResult Of<T>(Result<T> result, Func<T, IResult> ok) => result.Problem is { } problem ? Of(problem) : ok(result.Value);

    /// <summary>The number under which the log has what happened to this request.</summary>
    public static string TraceOf(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    private static async Task WriteJsonAsync(HttpContext http, Problem problem, int status)
    {
        http.Response.ContentType = "application/problem+json";
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", "/problems/" + problem.Code);
        json.WriteString("title", TitleOf(status));
        json.WriteNumber("status", status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("code", problem.Code);
        if (problem.Field is not null) json.WriteString("field", problem.Field);
        if (problem.Value is not null) json.WriteString("value", problem.Value);
        if (problem.WayOut is not null) json.WriteString("wayOut", problem.WayOut);
        json.WriteString("traceId", TraceOf(http));
        json.WriteEndObject();
    }

    private static string TitleOf(int status) => status switch
    {
        400 => "Bad request",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        413 => "Too large",
        415 => "Unsupported media type",
        429 => "Too many requests",
        503 => "Not available now",
        _ => status >= 500 ? "Failed" : "Refused",
    };

    private sealed class ProblemAnswer(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
    }
}
