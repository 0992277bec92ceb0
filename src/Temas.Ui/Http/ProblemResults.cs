using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;

namespace Temas.Ui.Http;

/// <summary>Turns a <see cref="Problem"/> into problem details as RFC 9457 describes them.</summary>
public static class ProblemResults
{
    /// <summary>The answer that tells this problem.</summary>
    public static ProblemResult ToResult(this Problem problem) => new(problem);

    /// <summary>The status code of a sort of problem.</summary>
    public static int Status(this ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => StatusCodes.Status400BadRequest,
        ProblemKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>
    /// The document: <c>type</c> <c>/problems/{code}</c>, <c>title</c>, <c>status</c>, <c>detail</c>, and where they are known <c>field</c>, <c>value</c> and <c>wayOut</c>.
    /// </summary>
    public static ProblemDetails ToDetails(this Problem problem)
    {
        var details = new ProblemDetails
        {
            Type = $"/problems/{problem.Code}",
            Title = Title(problem.Kind),
            Status = problem.Kind.Status(),
            Detail = problem.Detail,
        };
        details.Extensions["code"] = problem.Code;
        if (problem.Field is not null) details.Extensions["field"] = problem.Field;
        if (problem.Value is not null) details.Extensions["value"] = problem.Value;
        if (problem.WayOut is not null) details.Extensions["wayOut"] = problem.WayOut;
        return details;
    }

    /// <summary>Whole seconds after which it is worth trying again, or null.</summary>
    public static string? RetryAfterSeconds(this Problem problem) =>
        problem.RetryAfter is { } wait ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;

    private static string Title(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => "The request is wrong",
        ProblemKind.Unauthenticated => "Sign-in needed",
        ProblemKind.Forbidden => "Not allowed",
        ProblemKind.NotFound => "Not found",
        ProblemKind.Conflict => "Contradiction",
        ProblemKind.TooMany => "Too much at once",
        _ => "Not available now",
    };
}

/// <summary>An answer that tells a problem, as <c>application/problem+json</c>.</summary>
public sealed class ProblemResult(Problem problem) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    /// <summary>The problem.</summary>
    public Problem Problem { get; } = problem;

    /// <inheritdoc/>
    public int? StatusCode => Problem.Kind.Status();

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Problem.RetryAfterSeconds() is { } seconds) httpContext.Response.Headers.RetryAfter = seconds;
        var details = Problem.ToDetails();
        details.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        return TypedResults.Problem(details).ExecuteAsync(httpContext);
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ProblemDetails), ["application/problem+json"]));
}
