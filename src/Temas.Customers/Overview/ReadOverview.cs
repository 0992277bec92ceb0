using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Temas.Customers.Census;
using Temas.Customers.Privacy;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Overview;

/// <summary>Reads the state of the whole workspace in a period.</summary>
public static class ReadOverview
{
    /// <summary>How far back refusals are told, and for how many pairs of source and reason.</summary>
    private const int DropHours = 24, DropKinds = 5;

    // The longest overdue first; the page of requests has them all.
    private const int OverdueShown = 5;

    // The sums of a snapshot never change.
    private static readonly ConditionalWeakTable<CensusSnapshot, ConcurrentDictionary<string, OverviewFigures>> Known = [];

    /// <summary>The periods that there are.</summary>
    public static IReadOnlyList<string> Periods => Period.Keys;

    /// <summary>The period that is meant when none is named.</summary>
    public const string UsualPeriod = Period.Usual;

    /// <summary>The figures; a problem of the kind <see cref="ProblemKind.Unavailable"/> while they are worked out for the first time.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="period">One of <see cref="Periods"/>; null for the usual one.</param>
    /// <param name="role">Who asks: requests of customers are told to those alone who may answer them.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<Result<OverviewFigures>> RunAsync(Workspace workspace, string? period, Role? role, CancellationToken cancel = default)
    {
        if (Period.Of(period, 0).Problem is { } unknown) return unknown;
        var census = workspace.Part<CustomerCensus>();
        if (census.Read() is not { } snapshot)
        {
            return new Problem(ProblemKind.Unavailable, "figures_pending", $"The figures over all customers are being worked out: {census.Progress:P0} so far.") { WayOut = "Ask again in a few seconds." };
        }

        var chosen = Period.Of(period, snapshot.HourOf(snapshot.AsOf)).Value;
        var figures = Known.GetOrCreateValue(snapshot).GetOrAdd(chosen.Key, (_, of) => SumUp.Run(of.snapshot, of.chosen), (snapshot, chosen));
        var held = workspace.Part<CustomersProjection>().Counts().Held;
        return figures with
        {
            EventsPerMinute = workspace.Part<CustomersProjection>().Pace.PerMinute(),
            Attention =
            [
                .. role >= Role.Manager ? await OverdueAsync(workspace, cancel) : [],
                .. figures.Attention.Where(a => a.Kind == "promises_waiting"),
                .. held > 0 ? [new Attention("links_held", held)] : Array.Empty<Attention>(),
                .. await DroppedAsync(workspace, cancel),
                .. figures.Attention.Where(a => a.Kind != "promises_waiting"),
            ],
        };
    }

    private static async Task<IEnumerable<Attention>> OverdueAsync(Workspace workspace, CancellationToken cancel)
    {
        var today = HandlePrivacyRequest.Today(workspace);
        var open = await HandlePrivacyRequest.ListAsync(workspace, OverdueShown, cancel);
        return open.Where(r => r.IsOpen && r.Due < today).Select(r => new Attention("request_overdue", today.DayNumber - r.Due.DayNumber, r.Kind, Request: r.Id));
    }

    private static async Task<IEnumerable<Attention>> DroppedAsync(Workspace workspace, CancellationToken cancel)
    {
        var drops = await workspace.Log.CountDropsAsync(workspace.Clock.GetUtcNow().AddHours(-DropHours), cancel);
        return drops.Take(DropKinds).Select(d => new Attention("events_dropped", d.Count, d.Reason, Source: d.Source));
    }
}
