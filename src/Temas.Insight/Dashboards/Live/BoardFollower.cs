using System.Diagnostics;
using Temas.Customers.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Tiles;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Dashboards.Live;

/// <summary>
/// Follows a board for somebody who looks at it: has worked out again what changed, each tile as soon as it is due (<see cref="TileLook.Due"/>), and names those whose new figures are there.
/// Whoever fetches them then waits for nothing, and what is quick does not wait for what is slow.
/// </summary>
internal sealed class BoardFollower(Workspace workspace, Dashboard board, BoardState state, TileLoader loader, IReadOnlyDictionary<string, DashboardTile> brought)
{
    // What is not worked out of events, but just read.
    private static readonly TimeSpan Plain = TimeSpan.FromMilliseconds(400);

    private readonly List<Followed> tiles = [.. board.Tiles.Select(t => new Followed(t))];

    /// <summary>Begins what changed and is due.</summary>
    /// <param name="moment">Since when nobody had the columns follow the log: what was begun after that is as good as what is begun now.</param>
    /// <param name="cancel">Stops it.</param>
    public void Begin(long moment, CancellationToken cancel)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var tile in tiles.Where(t => t.Work is null && now >= t.Due))
        {
            var version = VersionOf(tile.Of);
            if (version == tile.Version) continue;
            (tile.Beginning, tile.Look) = (version, new TileLook(Lag.Followed));
            tile.Work = brought.ContainsKey(tile.Of.Kind) ? Task.CompletedTask : loader.LoadAsync(board, tile.Of, state, tile.Look, moment, cancel);
        }
    }

    /// <summary>The versions of the tiles whose figures are others than when they were named last.</summary>
    public async Task<Dictionary<string, string>> TakeAsync()
    {
        var changed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tile in tiles)
        {
            if (tile.Work is not { IsCompleted: true } work) continue;
            tile.Work = null;
            // Who fetches what could not be worked out is told why.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (answers, isLate) = (tile.Look.Answers, tile.Look.IsLate);
            tile.Version = isLate ? null : tile.Beginning;
            tile.Due = isLate ? tile.Look.Due : answers == 0 ? Stopwatch.GetTimestamp() + (long)(Plain.TotalSeconds * Stopwatch.Frequency) : 0;
            if (answers != 0 && answers == tile.Answers) continue;
            tile.Answers = answers;
            changed[tile.Of.Id] = tile.Beginning;
        }

        return changed;
    }

    /// <summary>Waits until one more has been worked out, and no longer than a pause.</summary>
    public Task WaitAsync(Task pause) => Task.WhenAny([pause, .. tiles.Select(t => t.Work).OfType<Task>()]);

    /// <summary>Waits until nothing is being worked out any more; by then the look at the board has been given up.</summary>
    public async Task EndAsync()
    {
        foreach (var work in tiles.Select(t => t.Work).OfType<Task>()) await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string VersionOf(Tile tile) => brought.TryGetValue(tile.Kind, out var kind) ? PageWord.Of(kind.Version(workspace)) : loader.VersionOf(board, tile, state);

    private sealed class Followed(Tile of)
    {
        public Tile Of => of;

        /// <summary>Of what it was worked out last, and not late; null for none.</summary>
        public string? Version { get; set; }

        /// <summary>Of what it is being worked out.</summary>
        public string Beginning { get; set; } = "";

        public TileLook Look { get; set; } = new(Lag.Followed);

        public Task? Work { get; set; }

        public long Answers { get; set; } = -1;

        public long Due { get; set; }
    }
}
