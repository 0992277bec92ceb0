using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Questions;

/// <summary>The HTTP API of questions.</summary>
internal static class QueryEndpoints
{
    private const long LargestQuestion = 64 * 1024;
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/query").WithTags("Questions").RequireAuthorization(Policies.Read).WithMetadata(new ChangesNothing());
        group.MapPost("", async Task<Results<FileContentHttpResult, ProblemResult>> (HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var isCsv = http.Request.GetTypedHeaders().Accept.FirstOrDefault() is { MediaType.Value: "text/csv" };
                var answer = await AnswerAsync(http.Request, current.Value, isCsv, cancel);
                return answer.Problem is { } problem ? problem.ToResult() : TypedResults.Bytes(answer.Value, isCsv ? "text/csv; charset=utf-8" : "application/json");
            })
            .Accepts<JsonElement>("application/json")
            .Produces(StatusCodes.Status200OK, null, "application/json", "text/csv")
            .WithSummary("Answers a question over all timelines: trend, funnel, retention, paths, rfm, stickiness, frequency, interval or segment (docs/formats/query.md). What was acknowledged before is in the answer");
    }

    private static async Task<Result<byte[]>> AnswerAsync(HttpRequest request, Workspace workspace, bool isCsv, CancellationToken cancel)
    {
        if (request.ContentLength > LargestQuestion) return Problem.Invalid("query_too_long", "The question has more than 64 KB.");
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(request.Body, default, cancel);
        }
        catch (JsonException e)
        {
            return Problem.Invalid("json_malformed", $"The question is not JSON: {e.Message}", wayOut: "Send one JSON object.");
        }

        using (document)
        {
            var asked = await AskQuestion.RunAsync(workspace, document.RootElement, cancel);
            if (asked.Problem is { } problem) return problem;
            return Write(asked.Value, workspace, isCsv);
        }
    }

    /// <summary>An answer as the API gives it.</summary>
    internal static byte[] Write(Asked asked, Workspace workspace, bool isCsv)
    {
        var zone = WorkspaceSettings.Of(workspace).Zone();
        if (isCsv) return new AnswerCsv(',', zone).Write(asked);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Writing)) new AnswerWriter(json, zone, workspace.Clock.GetUtcNow()).Write(asked);
        return buffer.WrittenSpan.ToArray();
    }
}
