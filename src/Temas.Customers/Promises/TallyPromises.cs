using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Promises;

/// <summary>What became of promises by period, for modules above.</summary>
internal sealed class TallyPromises(Workspace workspace) : IPromiseTally
{
    /// <inheritdoc/>
    public DateTimeOffset? AsOf => Read() is { } snapshot ? Profiles.Instants.Of(snapshot.AsOf) : null;

    /// <inheritdoc/>
    public bool HasPromises => Read()?.Portraits.Any(p => p.Promises.Length > 0) == true;

    /// <inheritdoc/>
    public IReadOnlyList<PromiseOutcomes> Read(IReadOnlyList<(long From, long To)> periods, IReadOnlySet<int>? customers)
    {
        var result = new PromiseOutcomes[periods.Count];
        if (Read() is not { } snapshot) return result;
        var hours = periods.Select(p => (From: snapshot.HourOf(p.From), To: snapshot.HourOf(p.To))).ToArray();
        foreach (var portrait in AmongPortraits.Of(workspace, snapshot.Portraits, customers))
        {
            foreach (var mark in portrait.Promises)
            {
                for (var p = 0; p < hours.Length; p++)
                {
                    if (mark.OutHour >= hours[p].From && mark.OutHour < hours[p].To) result[p] = With(result[p], mark);
                }
            }
        }

        return result;
    }

    private static PromiseOutcomes With(PromiseOutcomes of, PromiseMark mark) => mark.Status switch
    {
        PromiseStatus.Kept => of with { Kept = of.Kept + 1 },
        PromiseStatus.Late => of with { Late = of.Late + 1, DelayHours = of.DelayHours + mark.DelayHours, DelaySquares = of.DelaySquares + ((double)mark.DelayHours * mark.DelayHours) },
        PromiseStatus.Broken => of with { Broken = of.Broken + 1 },
        _ => of,
    };

    private CensusSnapshot? Read() => workspace.Part<CustomerCensus>().Read();
}
