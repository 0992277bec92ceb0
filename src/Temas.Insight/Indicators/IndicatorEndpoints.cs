using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Live;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Indicators;

/// <summary>An indicator and its value, as the API gives it.</summary>
/// <param name="Indicator">What it is.</param>
/// <param name="Value">The value in its unit, a share from 0 to 1; absent where there is none.</param>
/// <param name="Low">Lower end of the 95 % interval; absent where it is no sample.</param>
/// <param name="High">Upper end.</param>
/// <param name="Sample">Of how many it is.</param>
/// <param name="Before">The value of the time before, where that was asked for.</param>
/// <param name="Series">The points, oldest first, where a bucket was asked for.</param>
/// <param name="State">How it stands against its target: unjudged, good, watch or bad.</param>
/// <param name="Missing">What is missing in the data for it to be computed.</param>
/// <param name="ComputedAt">When it was worked out.</param>
/// <param name="Customers">The condition of the customers behind it, for <c>POST /api/query</c>.</param>
/// <param name="Problem">Why it could not be read: code of the problem.</param>
internal sealed record IndicatorValue(
    Indicator Indicator, double? Value, double? Low, double? High, long Sample, double? Before, IReadOnlyList<IndicatorPoint> Series, IndicatorState State, string? Missing, DateTimeOffset ComputedAt, JsonElement? Customers, string? Problem);

/// <summary>Indicators with their values.</summary>
/// <param name="From">First day of the period.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Indicators">The indicators, by key.</param>
internal sealed record IndicatorValues(DateOnly From, DateOnly To, IReadOnlyList<IndicatorValue> Indicators);

/// <summary>An entry of the library.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it says.</param>
/// <param name="Source">Where its definition comes from.</param>
/// <param name="Stage">The stage that it belongs to.</param>
/// <param name="InUse">Whether the workspace has an indicator with this key.</param>
/// <param name="Missing">What is missing in the data for it to be computed; absent where nothing is.</param>
/// <param name="Document">The definition, to be put under <c>/api/definitions/indicator/KEY</c>.</param>
internal sealed record LibraryView(string Key, LocalText Label, LocalText Description, string Source, string? Stage, bool InUse, LocalText? Missing, JsonElement Document);

/// <summary>The library.</summary>
/// <param name="Entries">Its entries, in the order of the journey.</param>
/// <param name="Measures">The measures that modules provide, for figures and formulas.</param>
internal sealed record LibraryList(IReadOnlyList<LibraryView> Entries, IReadOnlyList<ProvidedMeasure> Measures);

/// <summary>The HTTP API of indicators; their definitions are written under <c>/api/definitions/indicator</c>.</summary>
internal static class IndicatorEndpoints
{
    private const int MostCharacters = 64 * 1024, UsualDays = 30;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/indicators").WithTags("Indicators").RequireAuthorization(Policies.Read);
        group.MapGet("", async Task<Results<JsonHttpResult<IndicatorValues>, ProblemResult>> (string? from, string? to, string? last, string? bucket, bool? compare, string? where, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var ask = Ask(current.Value, from, to, last, bucket, compare, where);
                if (ask.Problem is { } problem) return problem.ToResult();
                var indicators = (WorkspaceIndicators)current.Value.Part<IIndicators>();
                if (Frame.Of(ask.Value, WorkspaceSettings.Of(current.Value).Zone()).Problem is { } wrong) return wrong.ToResult();
                var read = await indicators.ReadManyAsync([.. indicators.All.Keys], ask.Value, cancel);
                return TypedResults.Json(
                    new IndicatorValues(ask.Value.From, ask.Value.To, [.. read.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => View(indicators.All[r.Key], r.Value))]), IndicatorJson.Default.IndicatorValues);
            })
            .Produces<IndicatorValues>()
            .WithSummary("All indicators with their values over a period: from and to (days), or last (30d); bucket day, week or month for a series; compare=true for the time before; where is a condition of the query algebra in JSON");
        group.MapGet("stream", (HttpContext http, CurrentWorkspace current) => EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(2), () => VersionOf(current.Value))).ExcludeFromDescription();
        group.MapGet("{key}", async Task<Results<JsonHttpResult<IndicatorValue>, ProblemResult>> (string key, string? from, string? to, string? last, string? bucket, bool? compare, string? where, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var indicators = current.Value.Part<IIndicators>();
                if (!indicators.All.ContainsKey(key)) return Problem.NotFound("indicator_unknown", "There is no indicator with this key.", "key", null, "List the indicators to see their keys.").ToResult();
                var ask = Ask(current.Value, from, to, last, bucket, compare, where);
                if (ask.Problem is { } problem) return problem.ToResult();
                var read = await indicators.ReadAsync(key, ask.Value, cancel);
                return read.Problem is { } fault ? fault.ToResult() : TypedResults.Json(View(read.Value.Indicator, read), IndicatorJson.Default.IndicatorValue);
            })
            .Produces<IndicatorValue>()
            .WithSummary("One indicator with its value over a period, on the live data");
        group.MapPost("preview", async Task<Results<JsonHttpResult<IndicatorValue>, ProblemResult>> (HttpRequest request, string? from, string? to, string? last, string? bucket, bool? compare, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var ask = Ask(current.Value, from, to, last, bucket, compare, null);
                if (ask.Problem is { } problem) return problem.ToResult();
                if (request.ContentLength > MostCharacters) return Problem.Invalid("document_too_long", "The document has more than 64 KB.").ToResult();
                using var reader = new StreamReader(request.Body);
                var read = await PreviewAsync(current.Value, "preview", await reader.ReadToEndAsync(cancel), ask.Value, cancel);
                return read.Problem is { } fault ? fault.ToResult() : TypedResults.Json(View(read.Value.Indicator, read), IndicatorJson.Default.IndicatorValue);
            })
            .Accepts<JsonElement>("application/json")
            .WithMetadata(new ChangesNothing())
            .Produces<IndicatorValue>()
            .WithSummary("What a definition would give, before it is kept");
        group.MapGet("library", (CurrentWorkspace current) => TypedResults.Json(Library(current.Value), IndicatorJson.Default.LibraryList))
            .Produces<LibraryList>()
            .WithSummary("The library of indicators: which can be computed of the data that is there, and what is missing for the others; and the measures that formulas may name");
    }

    /// <summary>Changes when a page of values would: with each event that arrives, with whatever is defined, joined, parted or erased, and with the hour, for days begin.</summary>
    public static string VersionOf(Workspace workspace)
    {
        var stamp = workspace.Part<TileAnswers>().Stamp(TileConcern.Everything);
        return (stamp with { Of = workspace.Log.Head, Minute = stamp.Minute / 60 }).ToString();
    }

    /// <summary>What a definition would give, with all checks that saving makes.</summary>
    public static async Task<Result<IndicatorReading>> PreviewAsync(Workspace workspace, string key, string json, IndicatorAsk ask, CancellationToken cancel)
    {
        if (workspace.Definitions.Check(IndicatorKind.Name, key, json) is [{ } fault, ..]) return fault;
        return await ((WorkspaceIndicators)workspace.Part<IIndicators>()).ReadAsync(IndicatorKind.Instance.Read(key, json), ask, cancel);
    }

    /// <summary>A document with a name, where it has none yet: what it gives does not depend on that.</summary>
    public static string Named(string json)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        if (node["label"] is not System.Text.Json.Nodes.JsonObject { Count: 2 }) node["label"] = new System.Text.Json.Nodes.JsonObject { ["tr"] = "–", ["en"] = "–" };
        return node.ToJsonString();
    }

    /// <summary>Reads what is asked of a period; without anything the last 30 days, today with them.</summary>
    public static Result<IndicatorAsk> Ask(Workspace workspace, string? from, string? to, string? last, string? bucket, bool? compare, string? where)
    {
        var today = Today(workspace);
        var end = today.AddDays(1);
        if (to is not null && (!DateOnly.TryParseExact(to, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out end) || end.Year is < 1970 or >= 2200)) return Problem.Invalid("time_unreadable", "This is no day.", "to", to, "Write 2026-01-31.");
        var begin = end.AddDays(-UsualDays);
        if (from is not null && !DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out begin)) return Problem.Invalid("time_unreadable", "This is no day.", "from", from, "Write 2026-01-31.");
        if (last is not null)
        {
            if (last is not [.. var digits, 'd'] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > 3660) return Problem.Invalid("duration_unreadable", "This is no number of days up to 3660.", "last", last, "Write 30d.");
            begin = end.AddDays(-days);
        }

        JsonElement? condition = null;
        if (where is { Length: > 0 })
        {
            if (where.Length > MostCharacters) return Problem.Invalid("query_too_long", "The condition has more than 64 KB.", "where");
            try
            {
                using var document = JsonDocument.Parse(where);
                condition = document.RootElement.Clone();
            }
            catch (JsonException e)
            {
                return Problem.Invalid("json_malformed", $"The condition is not JSON: {e.Message}", "where", where, "Write for example {\"segment\": \"KEY\"}.");
            }
        }

        return new IndicatorAsk(begin, end, bucket, condition, compare == true);
    }

    /// <summary>Today in a workspace.</summary>
    public static DateOnly Today(Workspace workspace) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone()).DateTime);

    private static LibraryList Library(Workspace workspace)
    {
        var used = workspace.Part<IIndicators>().All;
        return new LibraryList(
            [.. IndicatorLibrary.All.Values.Select(e => IndicatorLibrary.Offer(workspace, e)).Select(o => new LibraryView(o.Entry.Key, o.Entry.Label, o.Entry.Description, o.Entry.Source, o.Entry.Stage, used.ContainsKey(o.Entry.Key), o.Missing, FigureJson.Element(System.Text.Json.Nodes.JsonNode.Parse(o.Document)!)))],
            [.. workspace.Part<MeasureSources>().All]);
    }

    private static IndicatorValue View(Indicator of, Result<IndicatorReading> read) => read.Problem is { } problem
        ? new IndicatorValue(of, null, null, null, 0, null, [], IndicatorState.Unjudged, null, DateTimeOffset.UnixEpoch, null, problem.Code)
        : new IndicatorValue(of, read.Value.Value, read.Value.Low, read.Value.High, read.Value.Sample, read.Value.Before, read.Value.Series, read.Value.State, read.Value.Missing, read.Value.ComputedAt, read.Value.Customers, null);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IndicatorValues))]
[JsonSerializable(typeof(IndicatorValue))]
[JsonSerializable(typeof(LibraryList))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class IndicatorJson : JsonSerializerContext;
