using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Temas.Demo.Contracts;
using Temas.Demo.Truth;
using Temas.Demo.World;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Demo.Loading;

/// <summary>Use case: makes a workspace the demo company and loads its history. Doing it again changes nothing; what was interrupted goes on.</summary>
public sealed class LoadDemo
{
    private readonly TellWorld tell;
    private readonly TimeProvider clock;

    internal LoadDemo(TellWorld tell, TimeProvider clock) => (this.tell, this.clock) = (tell, clock);

    /// <summary>
    /// Makes an empty workspace a demo: writes down the world and its truth, and the definitions. Nothing is told yet. A workspace that is this demo already stays as it is; one that is another, or holds data of its own, is a conflict.
    /// </summary>
    public async Task<Result<DemoStatus>> BeginAsync(Workspace workspace, DemoRequest request, Actor by, CancellationToken cancel)
    {
        var state = DemoState.Of(workspace);
        if (state.Row is { } row)
        {
            var other = (request.Seed is { } seed && seed != row.World.Seed) || (request.Customers is { } customers && customers != row.World.Customers) || (request.Days is { } days && days != row.World.Days);
            if (other) return Conflict(workspace, "demo_other", FormattableString.Invariant($"The workspace holds the demo with seed {row.World.Seed}, {row.World.Customers} customers and {row.World.Days} days."), "Leave these options out to go on with it, name another workspace, or remove it with temas demo remove.");
            return row.Simulator == Planted.Version ? state.Status! : Conflict(workspace, "demo_other_release", "The demo in this workspace was made by another release, whose customers live other lives.", "Remove it with temas demo remove and load it again, or name another workspace.");
        }

        if (workspace.Log.Head > 0) return Conflict(workspace, "workspace_not_empty", "The workspace holds events of its own, and the demo must not mix with them.", "Name another workspace; it is made when there is none.");
        var until = request.Until ?? clock.GetUtcNow();
        if (until > clock.GetUtcNow().AddMinutes(1)) return Problem.Invalid("demo_until_invalid", "The history cannot end in the future.", "--until", until.ToString("O"), "Leave it out to load up to now.");
        if (until < DateTimeOffset.UnixEpoch.AddYears(20)) return Problem.Invalid("demo_until_invalid", "The history ends in 1990 or later.", "--until", until.ToString("O"), "Choose a later date.");
        var world = WorldSpec.Of(request.Seed ?? WorldSpec.DefaultSeed, request.Customers ?? WorldSpec.DefaultCustomers, request.Days ?? WorldSpec.DefaultDays, until.ToUnixTimeMilliseconds());
        if (world.Problem is { } problem) return problem;
        if (await DefineAsync(workspace, by, cancel) is { } wrong) return wrong;
        // A history that ends on a day of one's own choice is not meant to go on.
        await state.BeginAsync(new DemoRow(world.Value, Planted.Version, world.Value.Begin, Living: request.Until is null), TruthDocument.Write(world.Value), cancel);
        return state.Status!;
    }

    /// <summary>As <see cref="BeginAsync"/>, and tells the history. Cancelling leaves what was told; the next call goes on behind it.</summary>
    public async Task<Result<DemoLoaded>> HandleAsync(Workspace workspace, DemoRequest request, Actor by, IProgress<DemoProgress>? progress, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var state = DemoState.Of(workspace);
        var begun = await BeginAsync(workspace, request, by, cancel);
        if (begun.Problem is { } problem) return problem;
        while (!await state.Telling.WaitAsync(TimeSpan.FromMilliseconds(300), cancel))
        {
            // The server loads it already: its progress is as good as one's own.
            if (state.Progress is { } others) progress?.Report(others);
        }

        try
        {
            var until = (request.Until ?? clock.GetUtcNow()).ToUnixTimeMilliseconds();
            var told = await tell.RunAsync(workspace, state, until, by, progress, cancel);
            if (told.Problem is { } failed) return failed;
            var (counts, world) = (told.Value, state.Row!.World);
            return new DemoLoaded(
                world.Seed, world.Customers, world.Days, DateTimeOffset.FromUnixTimeMilliseconds(world.Begin), DateTimeOffset.FromUnixTimeMilliseconds(state.Row.Reached),
                counts.Accepted, counts.Duplicates, counts.Dropped, watch.Elapsed.TotalSeconds);
        }
        finally
        {
            state.Telling.Release();
        }
    }

    /// <summary>The truth about a world that need not be loaded anywhere.</summary>
    public static Result<string> TruthOf(DemoRequest request, DateTimeOffset now)
    {
        var world = WorldSpec.Of(
            request.Seed ?? WorldSpec.DefaultSeed, request.Customers ?? WorldSpec.DefaultCustomers, request.Days ?? WorldSpec.DefaultDays, (request.Until ?? now).ToUnixTimeMilliseconds());
        return world.Problem is { } problem ? problem : TruthDocument.Write(world.Value);
    }

    /// <summary>Veranda's own touchpoints, promises, computed traits, rules of follow-ups, targets, goals and personas, saved as <c>temas apply</c> saves them.</summary>
    private static async Task<Problem?> DefineAsync(Workspace workspace, Actor by, CancellationToken cancel)
    {
        // Goals reach to the end of a year that lasts a while yet.
        var goalsUntil = string.Create(CultureInfo.InvariantCulture, $"{workspace.Clock.GetUtcNow().AddMonths(4).Year}-12-31");
        await using var stream = Lists.Open("definitions.json");
        using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancel);
        // They may refer to each other: an indicator to its goal, and that to what measures it.
        var beside = document.RootElement.EnumerateObject().SelectMany(kind => kind.Value.EnumerateObject().Select(d => (Kind: kind.Name, Key: d.Name, Json: Written(d.Value))))
            .ToDictionary(d => (d.Kind, d.Key), string? (d) => d.Json);
        foreach (var kind in document.RootElement.EnumerateObject())
        {
            // A server is made of modules: what none of them knows is not defined.
            if (workspace.Definitions.Kinds.All(k => k.Kind != kind.Name)) continue;
            foreach (var definition in kind.Value.EnumerateObject())
            {
                var saved = await workspace.Definitions.SaveAsync(kind.Name, definition.Name, Written(definition.Value), by, beside, cancel);
                if (saved.Problem is { } problem) return problem;
            }
        }

        return null;

        string Written(JsonElement definition) => definition.GetRawText().Replace("END_OF_YEAR", goalsUntil, StringComparison.Ordinal);
    }

    private static Problem Conflict(Workspace workspace, string code, string detail, string wayOut) =>
        new(ProblemKind.Conflict, code, detail) { Field = "workspace", Value = workspace.Key.Value, WayOut = wayOut };
}
