using System.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Kernel;
using Temas.Ui.Http;

namespace Temas.Server.Hosting;

/// <summary>Writes problems: RFC 9457 problem details for programs, a page for people.</summary>
internal static class Answers
{
    private static readonly PathString[] Programs = ["/api", "/v1", "/control", "/openapi", "/healthz", "/readyz"];

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
        var code = status ?? problem.Kind.Status();
        http.Response.StatusCode = code;
        http.Response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterSeconds() is { } seconds) http.Response.Headers.RetryAfter = seconds;
        return IsForPrograms(http) ? WriteJsonAsync(http, problem, code) : ErrorPage.WriteAsync(http, problem, code);
    }

    /// <summary>A result that answers with <paramref name="problem"/>.</summary>
    public static IResult Of(Problem problem) => new ProblemAnswer(problem);

    /// <summary>A result that answers with the value by <paramref name="ok"/>, or with the problem.</summary>
    public static IResult Of<T>(Result<T> result, Func<T, IResult> ok) => result.Problem is { } problem ? Of(problem) : ok(result.Value);

    /// <summary>The number under which the log has what happened to this request.</summary>
    public static string TraceOf(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    private static Task WriteJsonAsync(HttpContext http, Problem problem, int status)
    {
        var details = problem.ToDetails();
        details.Status = status;
        if (status is 405 or 413 or 415 or 500) details.Title = ReasonPhrases.GetReasonPhrase(status);
        details.Extensions["traceId"] = TraceOf(http);
        return TypedResults.Problem(details).ExecuteAsync(http);
    }

    private sealed class ProblemAnswer(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
    }
}
