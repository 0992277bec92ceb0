using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Learning;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Api;

/// <summary>How a text is meant.</summary>
/// <param name="Sentiment">negative, neutral or positive; null takes a correction back.</param>
internal sealed record CorrectionBody(string? Sentiment);

/// <summary>The model of texts over HTTP, and what its page and the quotes post: the same use cases.</summary>
internal static class LearningEndpoints
{
    // A small company's training is done before the page is back.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/feedback").WithTags("Feedback");
        group.MapGet("/model", async Task<Results<JsonHttpResult<ModelReport>, ProblemResult>> (CurrentWorkspace current, CancellationToken cancel) =>
            {
                var read = await ReadModel.RunAsync(current.Value, cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, LearningJson.Default.ModelReport);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<ModelReport>()
            .WithSummary("What reads texts, how well, and the last trainings");
        group.MapPost("/model/train", async Task<Results<JsonHttpResult<ModelTraining>, ProblemResult>> (CurrentWorkspace current, IAuditTrail audit) =>
            {
                var trained = await TrainAsync(current, audit);
                return trained.Problem is { } problem ? problem.ToResult() : TypedResults.Json(ReadModel.Of(trained.Value), LearningJson.Default.ModelTraining);
            })
            .RequireAuthorization(Policies.Analyse)
            .Produces<ModelTraining>()
            .WithSummary("Trains the model of texts from rated comments; it is taken into use only where it is better than what is");
        group.MapPut("/corrections/{position:long}", async Task<Results<NoContent, ProblemResult>> (long position, CorrectionBody body, CurrentWorkspace current, CorrectReading use, CancellationToken cancel) =>
            {
                var done = await use.RunAsync(current.Value, position, body.Sentiment, current.Actor, cancel);
                return done.Problem is { } problem ? problem.ToResult() : TypedResults.NoContent();
            })
            .RequireAuthorization(Policies.Resolve)
            .Produces(StatusCodes.Status204NoContent)
            .WithSummary("Says how the text of an event is meant: a label for the next training; null takes it back");

        var pages = routes.MapGroup("/w/{workspace}/feedback").ExcludeFromDescription();
        pages.MapPost("/model/train", async (CurrentWorkspace current, IAuditTrail audit, HttpContext http) =>
            {
                var page = TemasUrls.Feedback(current.Value.Key.Value, "model");
                var running = TrainAsync(current, audit);
                if (await Task.WhenAny(running, Task.Delay(Moment)) != running) return FormAnswer.Done(http, page, "training");
                var trained = await running;
                return trained.Problem is { } problem ? FormAnswer.Refused(page, problem) : FormAnswer.Done(http, page, trained.Value.IsTaken ? "taken" : "kept");
            })
            .RequireAuthorization(Policies.Analyse);
        pages.MapPost("/corrections/{position:long}", async (long position, [FromForm] string? sentiment, [FromForm] string? back, CurrentWorkspace current, CorrectReading use, HttpContext http, CancellationToken cancel) =>
            {
                var done = await use.RunAsync(current.Value, position, string.IsNullOrEmpty(sentiment) ? null : sentiment, current.Actor, cancel);
                var page = TemasUrls.Feedback(current.Value.Key.Value);

                // Back to the same filter, and to no other place.
                if (back is { Length: > 1 and < 2000 } && back[0] == '?') page += back;
                return FormAnswer.After(http, page, "corrected", done.Problem);
            })
            .RequireAuthorization(Policies.Resolve);
    }

    /// <summary>A training goes on to its end, whether or not somebody waits.</summary>
    private static async Task<Result<Training>> TrainAsync(CurrentWorkspace current, IAuditTrail audit)
    {
        var (workspace, by) = (current.Value, current.Actor);
        var trained = await workspace.Part<TextLearning>().TrainAsync(CancellationToken.None);
        if (trained.IsOk) await audit.RecordAsync(new AuditEntry(workspace.Key, by, "text_model.trained", string.Create(CultureInfo.InvariantCulture, $"version {trained.Value.Version} {(trained.Value.IsTaken ? "taken" : "not taken")}")));
        return trained;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(ModelTraining))]
[JsonSerializable(typeof(CorrectionBody))]
internal sealed partial class LearningJson : JsonSerializerContext;
