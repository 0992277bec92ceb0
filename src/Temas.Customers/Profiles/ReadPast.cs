using System.Runtime.InteropServices;
using Temas.Customers.Api;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Customers.Profiles;

/// <summary>Folds one customer up to a moment, and keeps some of the events that the fold goes by.</summary>
internal sealed class ReadPast(Workspace workspace) : ICustomerPast
{
    private const int Chunk = 2000;

    /// <inheritdoc/>
    public CustomerThen? Read(string customer, DateTimeOffset moment, IReadOnlyCollection<string> types)
    {
        if (ReadCustomer.Find(workspace, customer) is not { IsOk: true, Value: var her }) return null;
        var projection = workspace.Part<CustomersProjection>();
        var wanted = types.Select(projection.FindType).OfType<int>().ToHashSet();
        var asOf = moment.ToUnixTimeMilliseconds();
        var fold = new CustomerFold(workspace.Part<LiveFoldRules>().Current, keepMoments: false);
        var events = new List<StoredEvent>();
        foreach (var some in projection.Timeline(her, new TimelineRange { To = asOf + 1 }).Chunk(Chunk))
        {
            var kept = some.Where(e => wanted.Contains(e.Type)).Select(e => e.Position).ToHashSet();
            var positions = some.Select(e => e.Position).ToList();
            foreach (var stored in workspace.Log.Read(CollectionsMarshal.AsSpan(positions)))
            {
                fold.Append(stored.AsLogEvent());
                if (stored.Kind == LogRecordKind.Event && kept.Contains(stored.Position)) events.Add(stored);
            }
        }

        return new CustomerThen(her, fold.Finish(asOf), events);
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextAfter(string customer, DateTimeOffset moment)
    {
        if (ReadCustomer.Find(workspace, customer) is not { IsOk: true, Value: var her }) return null;
        var after = moment.ToUnixTimeMilliseconds() + 1;
        return workspace.Part<CustomersProjection>().Timeline(her, new TimelineRange { From = after, Limit = 1 }) is [var next, ..] ? DateTimeOffset.FromUnixTimeMilliseconds(next.Time) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> IdsOf(CustomerRef customer) => [.. workspace.Part<CustomersProjection>().IdsNowOf(customer).Append(customer.Id).Distinct(StringComparer.Ordinal)];
}
