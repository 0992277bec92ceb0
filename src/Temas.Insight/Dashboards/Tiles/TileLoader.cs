using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using Temas.Collect.Contracts;
using Temas.Collect.Feed;
using Temas.Collect.Pages;
using Temas.Collect.Sources;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Explore;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>Works out what the tiles of a board show, in the reader's words. Scoped: it speaks the language of the request.</summary>
public sealed partial class TileLoader
{
    private readonly Workspace workspace;
    private readonly Reader reader;
    private readonly IStringLocalizer<DashboardText> text;
    private readonly IStringLocalizer<TouchpointsPage> catalogue;
    private readonly IStringLocalizer<ExploreText> explore;
    private readonly ReadFeed feed;
    private readonly SourceRegistry sources;
    private readonly TileAnswers answers;
    private readonly long askedAt = Stopwatch.GetTimestamp();

    // Of the tile that is being worked out: several are at once.
    private readonly AsyncLocal<TileLook?> look = new();
    private EventNames? names;
    private TouchNames? touches;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Made by the container, once a request.</summary>
    public TileLoader(CurrentWorkspace current, Reader reader, IStringLocalizer<DashboardText> text, IStringLocalizer<TouchpointsPage> catalogue, IStringLocalizer<ExploreText> explore, ReadFeed feed, SourceRegistry sources)
    {
        (workspace, this.reader, this.text, this.catalogue, this.explore, this.feed, this.sources) = (current.Value, reader, text, catalogue, explore, feed, sources);
        answers = workspace.Part<TileAnswers>();
    }

    /// <summary>Whether it is for whoever has a link, and may open to nobody.</summary>
    public bool IsShared { get; set; }

    /// <summary>How late tiles may be; null for not at all.</summary>
    internal Lag? MayLag { get; set; }

    private EventNames Names => names ??= new EventNames(workspace);

    private TouchNames Touches => touches ??= new TouchNames(workspace, catalogue, explore);

    private string Key => workspace.Key.Value;

    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <summary>What a tile shows.</summary>
    public Task<TileContent> LoadAsync(Dashboard board, Tile tile, BoardState state, CancellationToken cancel) =>
        LoadAsync(board, tile, state, MayLag is { } lag ? new TileLook(lag) : null, askedAt, cancel);

    /// <summary>As the other, for somebody who goes on looking and asks as of a moment (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    internal async Task<TileContent> LoadAsync(Dashboard board, Tile tile, BoardState state, TileLook? by, long moment, CancellationToken cancel)
    {
        var period = state.PeriodOf(workspace, board, tile);
        var where = state.WhereOf(period, tile);
        AskedAt.Begin(moment, hurries: by is not null);
        look.Value = by;
        if (tile.Segment is { } segment && !Segments.Segment.Of(workspace).ContainsKey(segment)) return Gone("filter", "SegmentGone");
        try
        {
            var content = tile.Kind switch
            {
                TileKinds.Indicator or TileKinds.Goal => await IndicatorAsync(board, tile, period, where, cancel),
                TileKinds.Number or TileKinds.Trend or TileKinds.Funnel or TileKinds.Retention or TileKinds.Paths => await QuestionAsync(tile, period, where, cancel),
                TileKinds.Journey => await JourneyAsync(period, where, cancel),
                TileKinds.Perception => await PerceptionAsync(period, where, cancel),
                TileKinds.Promises => await PromisesAsync(period, where, cancel),
                TileKinds.Touchpoints => await TouchpointsAsync(tile, period, where, cancel),
                TileKinds.Friction or TileKinds.Wins => Findings(tile),
                TileKinds.Map => await MapAsync(tile, period, where, cancel),
                TileKinds.Feed => Feed(tile),

                // It is held against the period before in any case; but of those who are chosen by where they were in this one nobody knows who was there before.
                TileKinds.Summary => await SummaryAsync(period with { Compare = period.Compare || state.Channel.Length + state.Store.Length == 0 }, where, cancel),
                TileKinds.Quality => await QualityAsync(cancel),
                TileKinds.Text => new TextContent([.. (tile.Text?.In(Language) ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]),
                _ => new EmptyContent("help-circle", text["KindGone"], text["KindGoneWhy"]),
            };

            // What is still being read in need not change anything that this tile depends on: it is asked again soon.
            if (content is EmptyContent { IsLoading: true }) by?.TakeLate(Stopwatch.GetTimestamp() + Stopwatch.Frequency);
            return by is { IsLate: true } ? content with { IsLate = true } : content;
        }
        catch (JsonException)
        {
            return Gone("alert-triangle", "Unreadable");
        }
    }

    /// <summary>The heading of a tile: its own, or that of what it shows.</summary>
    public string TitleOf(Tile tile) => tile.Title?.In(Language)
        ?? (tile.Indicator is { } indicator ? workspace.FindPart<IIndicators>()?.All.GetValueOrDefault(indicator)?.Label.In(Language) : null)
        ?? (tile.Exploration is { } saved ? workspace.FindPart<IExplorations>()?.All.GetValueOrDefault(saved)?.Label.In(Language) : null)
        ?? (tile.Kind == TileKinds.Touchpoints ? text[tile.Option("tone") == "best" ? "BestTouchpoints" : "WorstTouchpoints"].Value : text[$"kind_{tile.Kind}"] is { ResourceNotFound: false } words ? words.Value : tile.Kind);

    /// <summary>What the figures of a tile depend on, as it stands now: while it is the same nobody asks again.</summary>
    public string VersionOf(Dashboard board, Tile tile, BoardState state)
    {
        if (tile.Kind == TileKinds.Text) return "0";
        // When it was looked for, and what became of it since: somebody may have taken it on.
        if (tile.Kind is TileKinds.Friction or TileKinds.Wins) return PageWord.Of(workspace.FindPart<IFindings>() is { LookedAt: { } at } found ? string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds()} {string.Join(' ', found.Standing(tile.Kind == TileKinds.Wins).Select(f => $"{f.Id}:{f.State}"))}") : "0");
        var period = state.PeriodOf(workspace, board, tile);
        // With another day the figures are of other days, though nothing came.
        return PageWord.Of($"{period.FromText}.{period.ToText}.{answers.Stamp(ConcernOf(tile, period, state.WhereOf(period, tile)))}");
    }

    private TileConcern ConcernOf(Tile tile, BoardPeriod period, JsonElement? where)
    {
        if (tile.Kind is TileKinds.Indicator or TileKinds.Goal && where is null && tile.Indicator is { } indicator) return IndicatorAnswers.ConcernOf(workspace, indicator);
        if (!TileKinds.Asks.Contains(tile.Kind) || QuestionOf(tile) is not { } question) return TileConcern.Everything;
        var bound = TileQuestion.Bind(question, period, where);
        return answers.ConcernOf(bound.GetRawText(), bound);
    }

    /// <summary>Waits until it is known which events there are, for <see cref="IsWaiting"/>; a page that may be late waits for that a moment only.</summary>
    public async Task ReadyAsync(CancellationToken cancel)
    {
        var following = answers.FollowAsync(cancel);
        if (MayLag is null) await following;
        else await Task.WhenAny(following, Task.Delay(Moment, cancel));
    }

    /// <summary>Whether nothing of what a tile asks about has ever come: then it has nothing to say yet.</summary>
    public bool IsWaiting(Tile tile)
    {
        if (tile.Kind is TileKinds.Indicator or TileKinds.Goal) return workspace.FindPart<IIndicators>() is not { } part || tile.Indicator is null || !part.All.ContainsKey(tile.Indicator);
        if (!TileKinds.Asks.Contains(tile.Kind) || tile.Question is not { } question) return false;
        return TypesOf(question) is { Count: > 0 } types && !types.Any(answers.Types.ContainsKey);
    }

    private static List<string> TypesOf(JsonElement question)
    {
        var types = new List<string>();
        var isAny = false;
        Walk(question);
        return isAny ? [] : types;

        void Walk(JsonElement of)
        {
            if (of.ValueKind == JsonValueKind.Array) foreach (var item in of.EnumerateArray()) Walk(item);
            if (of.ValueKind != JsonValueKind.Object) return;
            if (of.TryGetProperty("name", out _) && !of.TryGetProperty("event", out _) && !of.TryGetProperty("ratio", out _)) isAny = true;
            foreach (var field in of.EnumerateObject())
            {
                if (field.Name != "event") Walk(field.Value);
                else if (field.Value.ValueKind == JsonValueKind.String) types.Add(field.Value.GetString()!);
                else types.AddRange(field.Value.EnumerateArray().Select(t => t.GetString()!));
            }
        }
    }

    private JsonElement? QuestionOf(Tile tile) => tile.Exploration is { } key ? workspace.FindPart<IExplorations>()?.All.GetValueOrDefault(key)?.Question : tile.Question;

    private async Task<TileContent> IndicatorAsync(Dashboard board, Tile tile, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (workspace.FindPart<IIndicators>() is not { } part || tile.Indicator is not { } key || !part.All.TryGetValue(key, out var indicator)) return Gone("chart-line", "IndicatorGone") with { IsWaiting = true };
        // All of the board at once: what many of them ask is one question.
        var keys = board.Tiles.Where(t => t.Kind is TileKinds.Indicator or TileKinds.Goal && t.Period == tile.Period && t.Segment == tile.Segment).Select(t => t.Indicator).OfType<string>().Where(part.All.ContainsKey)
            .Append(key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var readings = await ReadAsync(part, keys, new IndicatorAsk(period.From, period.To, period.Unit, where, period.Compare), cancel);
        if (!readings.TryGetValue(key, out var read)) return Gone("chart-line", "IndicatorGone") with { IsWaiting = true };
        if (read.Problem is { } problem) return Of(problem);
        var reading = read.Value;
        if (reading.Missing is { } missing) return new EmptyContent("database-off", text["Waiting"], missing) { IsWaiting = true };
        string Words(double? figure) => FigureWords.Of(figure, indicator.Unit, reader, Text);
        return new NumberContent(
            Words(reading.Value), Link(reading.Customers is { } behind ? TemasUrls.ExploreCustomers(Key, behind.GetRawText()) : reading.CustomersPage ?? (reading.Parts.Count > 0 ? TemasUrls.Indicator(Key, key) + "#parts" : null)), [.. reading.Series.Select(p => p.Value)],
            FigureWords.Change(reading.Value, reading.Before, indicator.Unit, indicator.HigherIsBetter, reader, Text))
        {
            State = reading.State switch { IndicatorState.Good => "good", IndicatorState.Watch => "watch", IndicatorState.Bad => "bad", _ => "" },
            Figures = new FiguresOf(reading.Value, reading.Before, indicator.Target, reading.Low, reading.High, [.. reading.Series.Select(p => (p.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), p.Value))]),
            Target = indicator.Target is { } target ? text["Target", Words(target)].Value : null,
            Interval = reading.Low is { } low && reading.High is { } high ? $"{Words(low)} – {Words(high)}" : null,
            Reached = indicator.Target is { } goal and not 0 && reading.Value is { } value ? Math.Clamp(indicator.HigherIsBetter ? value / goal : value == 0 ? 1 : goal / value, 0, 1) : null,
        };
    }

    private Task<IReadOnlyDictionary<string, Result<IndicatorReading>>> ReadAsync(IIndicators part, IReadOnlyList<string> keys, IndicatorAsk ask, CancellationToken cancel) =>
        IndicatorAnswers.ReadAsync(workspace, part, keys, ask, look.Value, cancel);

    private string? Link(string? url) => IsShared ? null : url;

    private string? Who(string condition) => Link(TemasUrls.ExploreCustomers(Key, condition));

    private EmptyContent Gone(string icon, string key) => new(icon, text[key], text[$"{key}Why"]);

    private EmptyContent Of(Problem problem) => problem.Code is "columns_loading" or "profiles_loading" or "figures_pending"
        ? new EmptyContent("loader-2", text["Loading"], text["LoadingWhy"]) { IsLoading = true }
        : new EmptyContent("alert-triangle", text["NotAnswered"], text[$"problem_{problem.Code}"] is { ResourceNotFound: false } words ? words.Value : problem.Detail);

    private string Text(string key, object argument) => text[key, argument];

    private Task<Result<Asked>> AskAsync(JsonElement question, CancellationToken cancel) => answers.AskAsync(question, look.Value, cancel);

    private Task<Result<Asked>> AskAsync(JsonObject question, CancellationToken cancel) => AskAsync(TileQuestion.Element(question), cancel);
}
