using Microsoft.AspNetCore.Diagnostics;
using Temas.Kernel;

namespace Temas.Server.Hosting;

/// <summary>Gives a body to answers that have a status of failure and nothing else: no such address, no such method.</summary>
internal static class StatusAnswers
{
    /// <summary>For <c>UseStatusCodePages</c>.</summary>
    public static Task WriteAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var status = http.Response.StatusCode;
        var problem = status switch
        {
            401 => new Problem(ProblemKind.Unauthenticated, "not_signed_in", "This needs a sign-in or an API token."),
            403 => new Problem(ProblemKind.Forbidden, "not_allowed", "This is not allowed."),
            404 => Problem.NotFound("not_found", "There is nothing at this address.", wayOut: "The addresses are listed in /openapi/v1.json."),
            405 => Problem.Invalid("method_not_allowed", "This address does not know the method of the request.", "method", http.Request.Method, "The header Allow names those that it knows."),
            413 => Problem.Invalid("body_too_large", "The body of the request is too large."),
            415 => Problem.Invalid("media_type_unsupported", "The body has a media type that is not taken here.", wayOut: "Send application/json."),
            _ => Problem.Invalid("request_malformed", "The request is malformed."),
        };
        return Answers.WriteAsync(http, problem, status);
    }
}
