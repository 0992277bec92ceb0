using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Customers.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Dashboards.Live;

/// <summary>What the page of a dashboard fetches while it is looked at: which tiles changed, those tiles, and a tile as a file.</summary>
internal static class DashboardEndpoints
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static Problem Unknown { get; } = Problem.NotFound("dashboard_unknown", "There is no such dashboard.", wayOut: "List the dashboards to see their keys.");

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/dashboards/of/{key}").RequireAuthorization(Policies.Read).ExcludeFromDescription();
        group.MapGet("tiles", (string key, string? ids, HttpContext http, CurrentWorkspace current, TileLoader loader) =>
            Dashboard.Find(current.Value, key) is { } board ? SendAsync(board, ids, http, loader, withTools: http.Request.Query["plain"] != "1") : Unknown.ToResult().ExecuteAsync(http));
        group.MapGet("stream", (string key, HttpContext http, CurrentWorkspace current, TileLoader loader, IEnumerable<DashboardTile> brought) =>
            Dashboard.Find(current.Value, key) is { } board ? StreamAsync(http, current.Value, board, loader, brought) : Unknown.ToResult().ExecuteAsync(http));
        group.MapGet("file/{tile}", async Task<Results<FileContentHttpResult, ProblemResult>> (string key, string tile, HttpContext http, CurrentWorkspace current, TileLoader loader, CancellationToken cancel) =>
        {
            if (Dashboard.Find(current.Value, key) is not { } board || board.Tiles.FirstOrDefault(t => t.Id == tile) is not { } of) return Unknown.ToResult();
            var content = await loader.LoadAsync(board, of, BoardState.Of(http.Request.Query), cancel);
            var separator = CultureInfo.CurrentCulture.TextInfo.ListSeparator == ";" ? ';' : ',';
            return TypedResults.Bytes(TileCsv.Write(content, separator), "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"{board.Key}-{of.Id}-{current.Value.Clock.GetUtcNow():yyyyMMdd-HHmm}.csv"));
        });
        routes.MapGroup("/api/dashboards").WithTags("Dashboards").RequireAuthorization(Policies.Read).MapGet("", (CurrentWorkspace current) =>
                TypedResults.Json(new DashboardList([.. Dashboard.All(current.Value).Select(d => new DashboardView(d.Key, d.Label.Tr, d.Label.En, d.Order, [.. d.Tiles.Select(t => new TileView(t.Id, t.Kind, t.Indicator, t.Exploration))]))]), DashboardJson.Default.DashboardList))
            .Produces<DashboardList>()
            .WithSummary("The dashboards, in their order, with their tiles; their definitions are written under /api/definitions/dashboard");
    }

    /// <summary>Some tiles of a board, as they were worked out last: what is newer is told by the stream once it is there.</summary>
    public static Task SendAsync(Dashboard board, string? ids, HttpContext http, TileLoader loader, bool withTools = true)
    {
        loader.MayLag = Lag.Opened;
        var wanted = (ids ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TilesFragment>(new Dictionary<string, object?>
        {
            [nameof(TilesFragment.Board)] = board,
            [nameof(TilesFragment.Tiles)] = board.Tiles.Where(t => wanted.Contains(t.Id)).ToList(),
            [nameof(TilesFragment.State)] = BoardState.Of(http.Request.Query),
            [nameof(TilesFragment.WithTools)] = withTools,
        })
        { PreventStreamingRendering = true }.ExecuteAsync(http);
    }

    /// <summary>Tells which tiles changed, each with its version, as soon as its new figures are there; first all. A tile whose version is the same is not asked for again.</summary>
    public static Task StreamAsync(HttpContext http, Workspace workspace, Dashboard board, TileLoader loader, IEnumerable<DashboardTile> brought)
    {
        var (clock, answers) = (http.RequestServices.GetRequiredService<TimeProvider>(), workspace.Part<TileAnswers>());
        var follower = new BoardFollower(workspace, board, BoardState.Of(http.Request.Query), loader, brought.ToDictionary(b => b.Kind, StringComparer.Ordinal));
        return EventStream.SendAsync(http, clock, async (stream, cancel) =>
        {
            try
            {
                var (toldAt, pause) = (clock.GetTimestamp(), Task.CompletedTask);
                while (true)
                {
                    if (pause.IsCompleted)
                    {
                        await pause;
                        var moment = Stopwatch.GetTimestamp();
                        await answers.FollowAsync(cancel);
                        follower.Begin(moment, cancel);
                        pause = Task.Delay(Pause, clock, cancel);
                    }

                    var changed = await follower.TakeAsync();
                    if (changed.Count > 0)
                    {
                        await stream.WriteAsync("tiles", JsonSerializer.SerializeToUtf8Bytes(changed, DashboardJson.Default.DictionaryStringString), cancel);
                        await stream.FlushAsync(cancel);
                        toldAt = clock.GetTimestamp();
                    }
                    else if (clock.GetElapsedTime(toldAt) > EventStream.Beat)
                    {
                        await stream.BeatAsync(cancel);
                        toldAt = clock.GetTimestamp();
                    }

                    await follower.WaitAsync(pause);
                }
            }
            finally
            {
                await follower.EndAsync();
            }
        });
    }
}

/// <summary>The dashboards of a workspace.</summary>
internal sealed record DashboardList(IReadOnlyList<DashboardView> Dashboards);

/// <summary>A dashboard, as programs see it.</summary>
internal sealed record DashboardView(string Key, string Tr, string En, int Order, IReadOnlyList<TileView> Tiles);

/// <summary>A tile of it.</summary>
internal sealed record TileView(string Id, string Kind, string? Indicator, string? Exploration);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DashboardList))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DashboardJson : JsonSerializerContext;
