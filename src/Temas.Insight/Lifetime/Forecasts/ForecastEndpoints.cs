using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>A model by which forecasts are made.</summary>
/// <param name="Of"><c>orders</c> or <c>subscriptions</c>.</param>
/// <param name="State"><c>holds</c>; or why it says nothing of anybody: <c>none</c>, <c>too_few</c>, <c>unchecked</c>, <c>failed</c>.</param>
/// <param name="FittedAt">When it was fitted; null where it was not, to what is counted now.</param>
/// <param name="Check">How it did on time that it had not seen.</param>
/// <param name="Concordance">Of two subscriptions how often the one that ended first had the higher risk.</param>
/// <param name="ValueState">Of orders: whether values are told, as <c>state</c>.</param>
/// <param name="ValueCheck">What they were expected to come to on that time, and what they came to.</param>
internal sealed record ForecastModelBody(string Of, string State, DateTimeOffset? FittedAt, ForecastCheckBody? Check, double? Concordance, string? ValueState = null, ForecastCheckBody? ValueCheck = null);

/// <summary>A model held against time that it had not seen.</summary>
/// <param name="From">Where that begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Expected">Orders that were expected, what they were expected to come to, or the share of subscriptions that was expected to end.</param>
/// <param name="Actual">Orders that came, what they came to, or the share that ended.</param>
internal sealed record ForecastCheckBody(DateTimeOffset From, DateTimeOffset To, double Expected, double Actual);

/// <summary>The HTTP API of forecasts, and what their pages post.</summary>
internal static class ForecastEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").WithTags("Forecasts");
        group.MapGet("forecasts", (CurrentWorkspace current) => TypedResults.Json(ModelsOf(current.Value), ForecastJson.Default.IReadOnlyListForecastModelBody))
            .RequireAuthorization(Policies.Read).Produces<IReadOnlyList<ForecastModelBody>>().WithSummary("The models by which it is forecast what customers do: when they were fitted, and how they did on time that they had not seen");
        group.MapPost("forecasts/fit", async Task<Results<JsonHttpResult<IReadOnlyList<ForecastModelBody>>, ProblemResult>> (CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
                await FitAsync(current, audit, cancel) is { } problem ? problem.ToResult() : TypedResults.Json(ModelsOf(current.Value), ForecastJson.Default.IReadOnlyListForecastModelBody))
            .RequireAuthorization(Policies.Analyse).Produces<IReadOnlyList<ForecastModelBody>>().WithSummary("Fits the models anew, to what is known now; otherwise that is done at night");
        group.MapGet("customers/{customer}/forecast", async Task<Results<JsonHttpResult<CustomerForecast>, ProblemResult>> (string customer, CurrentWorkspace current, CancellationToken cancel) =>
                await ReadForecast.RunAsync(current.Value, customer, null, cancel) is var read && read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, ForecastJson.Default.CustomerForecast))
            .RequireAuthorization(Policies.Read).Produces<CustomerForecast>().WithSummary("What is expected of a customer: whether she is still there, orders and value within 30, 90 and 365 days, and the risk that a subscription ends, with what raises it");
        routes.MapPost("/w/{workspace}/indicators/lifetime/fit", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
        {
            var page = of == "subscriptions" ? TemasUrls.Subscriptions(current.Value.Key.Value) : TemasUrls.Lifetime(current.Value.Key.Value);
            return FormAnswer.After(http, page, "fitted", await FitAsync(current, audit, cancel));
        }).RequireAuthorization(Policies.Analyse).ExcludeFromDescription();
    }

    private static async Task<Problem?> FitAsync(CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel)
    {
        if (await current.Value.Part<LiveForecasts>().FitAsync(cancel) is { } problem) return problem;
        await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, "forecasts.fitted", ""), cancel);
        return null;
    }

    /// <summary>The models of a workspace, as they are told.</summary>
    internal static IReadOnlyList<ForecastModelBody> ModelsOf(Workspace workspace)
    {
        var live = workspace.Part<LiveForecasts>();
        var kept = live.Kept;
        var orders = live.OrdersOf(kept);
        return
        [
            new("orders", Word(live.StateOf(kept, new Forecast(ForecastKind.Alive, 0))), At(orders?.At), Check(orders?.Check), null, Word(live.StateOf(kept, new Forecast(ForecastKind.Value, 1))), Check(orders?.ValueCheck)),
            new("subscriptions", Word(kept.Subscriptions?.State), At(kept.Subscriptions?.At), Check(kept.Subscriptions?.Check), kept.Subscriptions?.Concordance),
        ];
    }

    private static string Word(FitState? state) => state switch { FitState.Holds => "holds", FitState.TooFew => "too_few", FitState.Unchecked => "unchecked", FitState.Failed => "failed", _ => "none" };

    private static DateTimeOffset? At(long? at) => at is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    private static ForecastCheckBody? Check(FitCheck? check) => check is null ? null : new(At(check.From)!.Value, At(check.To)!.Value, check.Expected, check.Actual);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ForecastModelBody>))]
[JsonSerializable(typeof(CustomerForecast))]
internal sealed partial class ForecastJson : JsonSerializerContext;
