using Temas.Collect.Contracts;
using Temas.Insight.Membership;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Segments;

/// <summary>A segment with how many are in, or why that cannot be worked out.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Customers">How many customers are in at the moment.</param>
/// <param name="Version">The version in force.</param>
/// <param name="ChangedAt">When it was written.</param>
/// <param name="ChangedBy">By whom.</param>
internal sealed record SegmentView(string Key, LocalText Label, LocalText? Description, long? Customers, int Version, DateTimeOffset ChangedAt, string ChangedBy)
{
    /// <summary>How many entered in the last seven days.</summary>
    public long Entered { get; init; }

    /// <summary>How many left in the last seven days.</summary>
    public long Left { get; init; }

    /// <summary>Why there is no number: code of the problem.</summary>
    public string? Problem { get; init; }
}

/// <summary>Some segments, and how many there are.</summary>
/// <param name="Segments">Those of the page that was asked for, by name.</param>
/// <param name="Total">How many segments the search finds.</param>
/// <param name="Customers">All customers there are.</param>
internal sealed record SegmentList(IReadOnlyList<SegmentView> Segments, int Total, long Customers);

/// <summary>Reads segments with their live counts, for the API and the pages alike.</summary>
internal static class ReadSegments
{
    /// <summary>The condition that every customer fits.</summary>
    public const string Everybody = """{"all":[]}""";

    // Who entered and left is shown for so long.
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    /// <summary>The segments whose name, description or key holds a text, by name in a language.</summary>
    public static async Task<SegmentList> ListAsync(Workspace workspace, string? search, string language, int offset, int limit, CancellationToken cancel)
    {
        var compare = System.Globalization.CultureInfo.GetCultureInfo(language).CompareInfo;
        var found = Segment.Of(workspace).Values.Where(s => IsFound(s, search?.Trim() ?? "", compare)).OrderBy(s => s.Label.In(language), StringComparer.Create(System.Globalization.CultureInfo.GetCultureInfo(language), ignoreCase: true)).ToList();
        var versions = workspace.Definitions.List(SegmentKind.Name).ToDictionary(d => d.Key, StringComparer.Ordinal);
        var moved = (await MemberStore.CountAsync(workspace, workspace.Clock.GetUtcNow() - Lately, cancel)).ToDictionary(m => m.Segment, StringComparer.Ordinal);
        var views = new List<SegmentView>();
        foreach (var segment in found.Skip(offset).Take(limit))
        {
            var count = await CountAsync(workspace, segment.Where.GetRawText(), cancel);
            var version = versions[segment.Key];
            views.Add(new SegmentView(segment.Key, segment.Label, segment.Description, count.IsOk ? count.Value : null, version.Version, version.At, version.By)
            {
                Entered = moved.GetValueOrDefault(segment.Key).Entered,
                Left = moved.GetValueOrDefault(segment.Key).Left,
                Problem = count.Problem?.Code,
            });
        }

        var everybody = await CountAsync(workspace, Everybody, cancel);
        return new SegmentList(views, found.Count, everybody.IsOk ? everybody.Value : 0);
    }

    /// <summary>Some customers of a segment, and how many are in.</summary>
    public static async Task<Result<Asked>> CustomersAsync(Workspace workspace, string key, int offset, int limit, CancellationToken cancel)
    {
        if (offset < 0) return Problem.Invalid("offset_invalid", "An offset is 0 or more.", "offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (limit is < 0 or > 1000) return Problem.Invalid("limit_invalid", "A limit is a number from 0 to 1,000.", "limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return Segment.Of(workspace).GetValueOrDefault(key) is { } segment
            ? await AskQuestion.WhoAsync(workspace, segment.Where.GetRawText(), offset, limit, cancel)
            : Problem.NotFound("segment_unknown", "There is no segment with this key.", "key", key, "List the segments to see their keys.");
    }

    /// <summary>How many customers a condition holds for.</summary>
    public static async Task<Result<long>> CountAsync(Workspace workspace, string condition, CancellationToken cancel)
    {
        var asked = await AskQuestion.WhoAsync(workspace, condition, 0, 0, cancel);
        return asked.Problem is { } problem ? problem : ((SegmentAnswer)asked.Value.Answer).Customers;
    }

    private static bool IsFound(Segment segment, string search, System.Globalization.CompareInfo compare) =>
        search.Length == 0 || new[] { segment.Key, segment.Label.Tr, segment.Label.En, segment.Description?.Tr ?? "", segment.Description?.En ?? "" }.Any(t => compare.IndexOf(t, search, System.Globalization.CompareOptions.IgnoreCase | System.Globalization.CompareOptions.IgnoreNonSpace) >= 0);
}
