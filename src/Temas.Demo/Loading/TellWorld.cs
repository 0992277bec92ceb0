using System.Diagnostics;
using System.Threading.Channels;
using Temas.Collect;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Demo.Contracts;
using Temas.Demo.Lives;
using Temas.Demo.World;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Demo.Loading;

/// <summary>Tells a workspace what happened in its world, from where it was told last to a given moment. Speaks through Collect alone.</summary>
internal sealed class TellWorld(CollectPipeline collect, CreateSource createSource, TimeProvider clock)
{
    /// <summary>Batches on their way into the log at once: enough for one commit to take many.</summary>
    private const int InFlight = 12;

    private const int Patience = 60;

    /// <summary>Names of the sources, by <see cref="Origin"/>.</summary>
    private static readonly string[] Names = ["Web mağazası", "Mobil uygulama", "Mağaza kasaları", "Çağrı merkezi", "Lojistik", "E-posta ve anketler"];

    /// <summary>The teams that answer for them, in the same order.</summary>
    private static readonly string[] Owners = ["E-ticaret", "E-ticaret", "Mağazacılık", "Müşteri hizmetleri", "Lojistik", "CRM"];

    internal sealed class Counts
    {
        public long Accepted, Duplicates, Dropped;

        public long All => Accepted + Duplicates + Dropped;
    }

    /// <summary>The sources of the world in a workspace, by <see cref="Origin"/>; made if there are none.</summary>
    public async Task<Result<Source[]>> SourcesAsync(Workspace workspace, Actor by, CancellationToken cancel)
    {
        var sources = new Source[Names.Length];
        for (var i = 0; i < Names.Length; i++)
        {
            var source = await createSource.FindOrCreateAsync(workspace, Names[i], Owners[i], by, cancel);
            if (source.Problem is { } problem) return problem;
            sources[i] = source.Value;
        }

        return sources;
    }

    /// <summary>
    /// Tells everything up to <paramref name="until"/>. The caller holds <see cref="DemoState.Telling"/>. What was acknowledged stays told when it is cancelled; telling it again changes nothing.
    /// </summary>
    public async Task<Result<Counts>> RunAsync(Workspace workspace, DemoState state, long until, Actor by, IProgress<DemoProgress>? progress, CancellationToken cancel)
    {
        var (world, from) = (state.Row!.World, state.Row.Reached);
        var counts = new Counts();
        if (from >= until) return counts;
        var sources = await SourcesAsync(workspace, by, cancel);
        if (sources.Problem is { } problem) return problem;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, state.Stopping);
        var pages = Channel.CreateBounded<(long Reached, List<Page> Pages)>(2);
        var living = Task.Run(() => LiveAsync(world, from, until, pages.Writer, stop.Token), CancellationToken.None);
        var watch = Stopwatch.StartNew();
        try
        {
            await foreach (var (reached, window) in pages.Reader.ReadAllAsync(stop.Token))
            {
                if (await SendAsync(workspace, sources.Value, window, imported: true, counts, stop.Token) is { } failed) return failed;
                await state.ReachAsync(reached, stop.Token);
                var told = new DemoProgress(
                    counts.All, DateTimeOffset.FromUnixTimeMilliseconds(reached), (int)((reached - world.Begin) / Clock.Day), (int)((until - world.Begin + Clock.Day - 1) / Clock.Day),
                    counts.All / Math.Max(0.001, watch.Elapsed.TotalSeconds));
                state.Progress = told;
                progress?.Report(told);
            }

            await living;
            return counts;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Problem(ProblemKind.Conflict, "demo_left", "The demo was left while it was being loaded.") { WayOut = "Load it again with temas demo if it is wanted after all." };
        }
        finally
        {
            state.Progress = null;
            await stop.CancelAsync();
            await Task.WhenAny(living);
        }
    }

    /// <summary>Sends pages in their order; several are on their way at once. Gives the problem that stays after trying again, or null.</summary>
    public async Task<Problem?> SendAsync(Workspace workspace, Source[] sources, IEnumerable<Page> pages, bool imported, Counts counts, CancellationToken cancel)
    {
        var onTheWay = new Queue<(Page Page, Task<Result<CollectOutcome>> Answer)>();
        foreach (var page in pages)
        {
            cancel.ThrowIfCancellationRequested();
            onTheWay.Enqueue((page, collect.AcceptAsync(workspace, sources[(int)page.Origin], page.Lines, imported, CancellationToken.None)));
            if (onTheWay.Count >= InFlight && await LandAsync(workspace, sources, onTheWay.Dequeue(), imported, counts, cancel) is { } problem) return problem;
        }

        while (onTheWay.TryDequeue(out var next))
        {
            if (await LandAsync(workspace, sources, next, imported, counts, cancel) is { } problem) return problem;
        }

        return null;
    }

    private async Task<Problem?> LandAsync(Workspace workspace, Source[] sources, (Page Page, Task<Result<CollectOutcome>> Answer) sent, bool imported, Counts counts, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var result = await sent.Answer;
            if (result.Problem is not { } problem)
            {
                counts.Accepted += result.Value.Accepted;
                counts.Duplicates += result.Value.Duplicates;
                counts.Dropped += result.Value.Rejected.Count;
                return null;
            }

            if (problem.Kind is not (ProblemKind.TooMany or ProblemKind.Unavailable) || problem.Code is "shutting_down" or "log_stopped" || tries >= Patience) return problem;
            await Task.Delay(problem.RetryAfter ?? TimeSpan.FromSeconds(1), clock, cancel);
            sent = sent with { Answer = collect.AcceptAsync(workspace, sources[(int)sent.Page.Origin], sent.Page.Lines, imported, CancellationToken.None) };
        }
    }

    private static async Task LiveAsync(WorldSpec world, long from, long until, ChannelWriter<(long, List<Page>)> to, CancellationToken cancel)
    {
        try
        {
            // A window holds some twenty thousand events, whatever the size of the world.
            var window = (long)Math.Clamp(7.0 * WorldSpec.DefaultCustomers / world.Customers * Clock.Day, Clock.Hour, 30 * Clock.Day);
            using var simulation = new Simulation(world, from, Environment.ProcessorCount, cancel);
            if (from > world.Begin) simulation.LiveTo(from);
            for (var at = from; at < until;)
            {
                at = Math.Min(until, at + window);
                await to.WriteAsync((at, [.. Simulation.Paginate(simulation.LiveTo(at), CollectLimits.BatchEvents, CollectLimits.BodyBytes)]), cancel);
            }

            to.Complete();
        }
        catch (Exception e)
        {
            to.TryComplete(e);
        }
    }
}
