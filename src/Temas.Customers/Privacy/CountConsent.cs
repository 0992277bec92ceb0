using Temas.Customers.Census;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Privacy;

/// <summary>What customers said to one purpose on one channel.</summary>
/// <param name="Purpose">The purpose, as the events name it.</param>
/// <param name="Channel">The channel; <c>*</c> for what was said about all of them.</param>
/// <param name="Granted">Customers who agreed.</param>
/// <param name="Denied">Customers who withdrew or denied it.</param>
/// <param name="Unknown">Customers who said neither.</param>
public sealed record ConsentCount(string Purpose, string Channel, long Granted, long Denied, long Unknown);

/// <summary>Consent over all customers.</summary>
/// <param name="AsOf">The moment for which it holds; null while it is worked out for the first time.</param>
/// <param name="Customers">How many customers there are.</param>
/// <param name="Consents">Purposes and channels that any customer said something about.</param>
public sealed record ConsentCounts(DateTimeOffset? AsOf, long Customers, IReadOnlyList<ConsentCount> Consents);

/// <summary>Counts consent, out of the census. A word about all channels of a purpose holds for a channel of which nothing was said.</summary>
public static class CountConsent
{
    /// <summary>Counts it.</summary>
    public static ConsentCounts Run(Workspace workspace)
    {
        if (workspace.Part<CustomerCensus>().Read() is not { } snapshot) return new ConsentCounts(null, 0, []);
        var kinds = snapshot.Places.Index().Where(p => p.Item.Kind == PlaceKind.Consent).Select(p => (Number: p.Index, Of: ConsentMark.Read(p.Item))).ToList();
        var rows = kinds.Select(k => (k.Number, k.Of, All: kinds.Find(a => a.Of == (k.Of.Purpose, "*")) is { Of.Purpose: not null } all ? all.Number : -1)).ToList();
        var counts = new (long Granted, long Denied)[rows.Count];
        var customers = 0L;
        foreach (var portrait in snapshot.Portraits)
        {
            if (portrait.Events == 0) continue;
            customers++;
            if (portrait.Consents.Length == 0) continue;
            for (var i = 0; i < rows.Count; i++)
            {
                switch (ConsentMark.Of(portrait, rows[i].Number, rows[i].All))
                {
                    case true: counts[i].Granted++; break;
                    case false: counts[i].Denied++; break;
                }
            }
        }

        return new ConsentCounts(
            Profiles.Instants.Of(snapshot.AsOf), customers,
            [.. rows.Select((r, i) => new ConsentCount(r.Of.Purpose, r.Of.Channel, counts[i].Granted, counts[i].Denied, customers - counts[i].Granted - counts[i].Denied))
                .OrderBy(c => c.Purpose, StringComparer.Ordinal).ThenBy(c => c.Channel, StringComparer.Ordinal)]);
    }
}
