using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Lists;

/// <summary>Finds a customer whose page has something to tell to somebody who sees one for the first time.</summary>
public static class FindTelling
{
    // A page that is read in a minute: neither a visitor of one day nor years of everything.
    private const int Least = 6, Most = 60;

    private const int Looked = 20;

    /// <summary>Her public id: a promise to her ran late or was broken a short while ago, something pleased her as well, and she has a name. The nearest to that where nobody is like it; null where there are no customers.</summary>
    public static string? Run(Workspace workspace)
    {
        var customers = workspace.Part<CustomersProjection>();
        var portraits = workspace.Part<CustomerCensus>().Read()?.Portraits ?? [];
        var best = new PriorityQueue<Portrait, (int Points, int Hour, ulong Id)>();
        foreach (var portrait in portraits)
        {
            if (portrait.Events == 0) continue;
            // The least telling of those that are kept goes first.
            best.Enqueue(portrait, Rank(portrait));
            if (best.Count > Looked) best.Dequeue();
        }

        CustomerRef? found = null;
        while (best.TryDequeue(out var portrait, out _))
        {
            if (customers.Resolve(IdentityGraph.FormatId(portrait.Id)) is { } customer && (customer.Name is not null || found?.Name is null)) found = customer;
        }

        // While the figures are worked out for the first time, whoever came last will do.
        return (found ?? (customers.Recent(1) is [var recent, ..] ? recent : null))?.Id;
    }

    private static (int Points, int Hour, ulong Id) Rank(Portrait portrait)
    {
        var (points, hour) = (portrait.Events is >= Least and <= Most ? 4 : 0, 0);
        foreach (var promise in portrait.Promises)
        {
            if (promise.Status is not (PromiseStatus.Late or PromiseStatus.Broken)) continue;
            hour = Math.Max(hour, promise.OutHour);
        }

        if (hour > 0) points += 8;
        var (bad, good) = (false, false);
        foreach (var touch in portrait.Touches)
        {
            bad |= touch.Tone == Tone.Negative;
            good |= touch.Tone == Tone.Positive;
        }

        points += (bad ? 1 : 0) + (good ? 2 : 0);
        return (points, hour, portrait.Id);
    }
}
