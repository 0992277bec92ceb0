using Temas.Collect.Contracts;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Promises;

/// <summary>A kind of promise with what became of all promises of the kind, ever.</summary>
/// <param name="Promise">Key of the definition.</param>
/// <param name="Label">Its name.</param>
/// <param name="Made">Promises that were made.</param>
/// <param name="Kept">Kept in time.</param>
/// <param name="Late">Kept late.</param>
/// <param name="Broken">Not kept, with the time run out.</param>
/// <param name="Open">Not due yet.</param>
/// <param name="Cancelled">Made void.</param>
public sealed record PromiseCount(string Promise, LocalText Label, long Made, long Kept, long Late, long Broken, long Open, long Cancelled);

/// <summary>All kinds of promise.</summary>
/// <param name="AsOf">The moment for which the numbers hold; null while they are worked out for the first time, and all are 0.</param>
/// <param name="Promises">The kinds, by name.</param>
public sealed record PromiseCounts(DateTimeOffset? AsOf, IReadOnlyList<PromiseCount> Promises);

/// <summary>Counts promises, out of the census: whom a number counts, the list of customers shows.</summary>
public static class CountPromises
{
    /// <summary>Counts them: those of everybody, or of who is in a segment now.</summary>
    public static async Task<Result<PromiseCounts>> RunAsync(Workspace workspace, string? segment, CancellationToken cancel)
    {
        var among = await ICustomerSegments.OfAsync(workspace, segment, cancel);
        return among.Problem is { } problem ? problem : Count(workspace, among.Value);
    }

    private static PromiseCounts Count(Workspace workspace, IReadOnlySet<int>? among)
    {
        var snapshot = workspace.Part<CustomerCensus>().Read();
        var counts = new Dictionary<int, long[]>();
        foreach (var portrait in AmongPortraits.Of(workspace, snapshot?.Portraits ?? [], among))
        {
            foreach (var mark in portrait.Promises)
            {
                if (!counts.TryGetValue(mark.Place, out var of)) counts.Add(mark.Place, of = new long[Enum.GetValues<PromiseStatus>().Length]);
                of[(int)mark.Status]++;
            }
        }

        return new PromiseCounts(snapshot is null ? null : Profiles.Instants.Of(snapshot.AsOf), [.. workspace.Part<LiveCatalogue>().Current.Promises.Values.Select(rule =>
        {
            var of = snapshot is not null && counts.GetValueOrDefault(snapshot.FindPlace($"promise:{rule.Key}")) is { } known ? known : new long[Enum.GetValues<PromiseStatus>().Length];
            return new PromiseCount(rule.Key, rule.Label, of.Sum(), of[(int)PromiseStatus.Kept], of[(int)PromiseStatus.Late], of[(int)PromiseStatus.Broken], of[(int)PromiseStatus.Open], of[(int)PromiseStatus.Cancelled]);
        }).OrderBy(p => p.Promise, StringComparer.Ordinal)]);
    }
}
