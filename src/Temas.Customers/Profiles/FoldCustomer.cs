using System.Runtime.InteropServices;
using Temas.Customers.Identity;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Customers.Profiles;

/// <summary>Folds one customer's whole timeline as it is in the log now.</summary>
internal static class FoldCustomer
{
    /// <summary>So many events are read at a time: a long timeline must not lie in memory as a whole.</summary>
    private const int Chunk = 2000;

    /// <summary>
    /// Runs the fold; <paramref name="asOf"/> (milliseconds since 1970 UTC) leaves out what happened later. By the rules in force, unless others are given.
    /// <paramref name="only"/>: events of these types alone are read, for rules that speak of no others.
    /// </summary>
    public static CustomerFold Run(Workspace workspace, CustomerRef customer, bool keepMoments, long asOf = long.MaxValue, FoldRules? rules = null, IReadOnlySet<int>? only = null)
    {
        var fold = new CustomerFold(rules ?? workspace.Part<LiveFoldRules>().Current, keepMoments) { ShowsWords = keepMoments };
        var entries = workspace.Part<CustomersProjection>().Timeline(customer, new TimelineRange());
        var positions = new List<long>(Math.Min(entries.Count, Chunk));
        for (var next = 0; next < entries.Count;)
        {
            positions.Clear();
            for (; next < entries.Count && positions.Count < Chunk; next++)
            {
                if (entries[next].Time <= asOf && only?.Contains(entries[next].Type) is not false) positions.Add(entries[next].Position);
            }

            foreach (var stored in workspace.Log.Read(CollectionsMarshal.AsSpan(positions))) fold.Append(stored.AsLogEvent());
        }

        return fold;
    }
}
