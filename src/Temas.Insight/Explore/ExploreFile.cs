using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Explore;

/// <summary>The answer that a page of the explorer shows, as CSV: the same address, the same question.</summary>
internal static class ExploreFile
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/w/{workspace}/explore/file", AnswerAsync).RequireAuthorization(Policies.Read).ExcludeFromDescription();

    private static async Task<Results<FileContentHttpResult, ProblemResult>> AnswerAsync(HttpContext http, string? separator, CurrentWorkspace current, CancellationToken cancel)
    {
        if (separator is not (null or "" or "comma" or "semicolon")) return Problem.Invalid("separator_unknown", "Values are separated by a comma or a semicolon.", "separator", separator, "Use comma or semicolon.").ToResult();
        var (workspace, state) = (current.Value, ExploreState.Of(http.Request.Query));
        var asked = await AskQuestion.RunAsync(workspace, state.Question(), cancel);
        if (asked.Problem is { } problem) return problem.ToResult();
        var csv = new AnswerCsv(separator == "semicolon" ? ';' : ',', WorkspaceSettings.Of(workspace).Zone());
        return TypedResults.Bytes(csv.Write(asked.Value), "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"{state.Kind}-{workspace.Key.Value}-{workspace.Clock.GetUtcNow():yyyyMMdd-HHmm}.csv"));
    }
}
