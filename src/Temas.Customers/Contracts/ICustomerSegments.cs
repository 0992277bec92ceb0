using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>A segment that can be chosen.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
public sealed record SegmentName(string Key, LocalText Label);

/// <summary>The segments of a workspace, and who is in them. A part of each workspace, of the module that has segments; where there is none, nothing can be told apart by them.</summary>
public interface ICustomerSegments
{
    /// <summary>Those that can be asked about.</summary>
    IReadOnlyList<SegmentName> All { get; }

    /// <summary>Who is in one as of now, each by her number (<see cref="ICustomerNodes"/>).</summary>
    Task<Result<HashSet<int>>> CustomersAsync(string key, CancellationToken cancel);

    /// <summary>Who is in the segment that an address names; null where it names none. One that is not there is a problem.</summary>
    internal static async Task<Result<HashSet<int>?>> OfAsync(Workspace workspace, string? key, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(key)) return default(HashSet<int>);
        if (workspace.FindPart<ICustomerSegments>() is not { } segments || !segments.All.Any(s => s.Key == key)) return Problem.Invalid("segment_unknown", "There is no segment with this key.", "segment", key, "List the segments to see their keys.");
        var read = await segments.CustomersAsync(key, cancel);
        return read.Problem is { } problem ? problem : read.Value;
    }
}
