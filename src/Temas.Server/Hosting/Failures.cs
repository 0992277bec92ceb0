using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Temas.Kernel;
using Temas.Server.Safety;
using Temas.Storage.Workspaces;

namespace Temas.Server.Hosting;

/// <summary>Turns what was thrown into an answer without internals. A defect is logged under the number that the answer gives.</summary>
internal sealed partial class Failures(WorkspaceRegistry workspaces, ILogger<Failures> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The framework has taken all headers away.
        SecurityHeaders.Apply(httpContext);
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer; the status is for the server's own counters.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (exception is BadHttpRequestException bad)
        {
            await Answers.WriteAsync(httpContext, Malformed(bad), bad.StatusCode);
            return true;
        }

        if (IsUnreadable(httpContext, exception))
        {
            await Answers.WriteAsync(httpContext, Problem.Invalid("text_invalid", "The request holds text or a form that cannot be read: a zero character, half a surrogate pair, or too many fields."));
            return true;
        }

        if (IsTransient(exception))
        {
            LogTransient(Answers.TraceOf(httpContext), exception);
            await Answers.WriteAsync(httpContext, new Problem(ProblemKind.Unavailable, "store_unavailable", "The store cannot be reached or written just now.") { RetryAfter = TimeSpan.FromSeconds(2), WayOut = "Try again." });
            return true;
        }

        LogDefect(Answers.TraceOf(httpContext), (httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-", exception);
        await Answers.WriteAsync(httpContext, new Problem(ProblemKind.Unavailable, "defect", "The server failed to answer. The log has the reason under the trace id."), StatusCodes.Status500InternalServerError);
        return true;
    }

    private static Problem Malformed(BadHttpRequestException bad)
    {
        if (bad.StatusCode == StatusCodes.Status413PayloadTooLarge) return Problem.Invalid("body_too_large", "The body of the request is too large.");
        return bad.InnerException is JsonException json
            ? Problem.Invalid("json_invalid", "The body is not the JSON that is expected here.", json.Path, wayOut: "Hold it against /openapi/v1.json.")
            : Problem.Invalid("request_malformed", "The request is malformed.", wayOut: "Hold it against /openapi/v1.json.");
    }

    /// <summary>
    /// What a sender can bring about and nobody checks for each field: a form that is cut off or too large, and characters that SQLite stores and PostgreSQL cannot.
    /// </summary>
    private static bool IsUnreadable(HttpContext http, Exception exception) => exception switch
    {
        DbException { SqlState: "22021" or "22P05" } or EncoderFallbackException => true,
        InvalidDataException or IOException => http.Request.HasFormContentType,
        Microsoft.AspNetCore.Antiforgery.AntiforgeryValidationException => true,
        _ => exception.InnerException is EncoderFallbackException,
    };

    private bool IsTransient(Exception exception)
    {
        try
        {
            return workspaces.System.IsTransient(exception);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {TraceId} to {Endpoint} failed")]
    private partial void LogDefect(string traceId, string endpoint, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {TraceId} found the store unavailable")]
    private partial void LogTransient(string traceId, Exception error);
}
