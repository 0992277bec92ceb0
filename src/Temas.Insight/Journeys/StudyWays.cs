using System.Globalization;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Indicators;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Journeys;
using Temas.Timelines.Queries;

namespace Temas.Insight.Journeys;

/// <summary>Ways along a map, and how good what is known of them is.</summary>
/// <param name="Of">The ways.</param>
/// <param name="Behind">Of so many customers it is what was known before they changed.</param>
internal sealed record StudiedWays(WayAnswer Of, int Behind);

/// <summary>Whole ways along a map: their variants with what came of them, how far they follow it, on which places they were gone, and what came before first purchases.</summary>
internal static class StudyWays
{
    /// <summary>A pause of so many days ends a way.</summary>
    public const int GapDays = 14;

    private const int Depth = 8;
    private const long Day = 24L * 60 * 60 * 1000;

    /// <summary>Media, in the order of <see cref="MediaContacts"/>.</summary>
    public static IReadOnlyList<Media> Media { get; } = [Collect.Contracts.Media.Owned, Collect.Contracts.Media.Earned, Collect.Contracts.Media.Paid, Collect.Contracts.Media.Partner];

    /// <summary>Reads them; what was read is held until something happens.</summary>
    public static async Task<Result<StudiedWays>> RunAsync(Workspace workspace, Journey journey, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var map = MapOf(workspace, journey);
        var key = $"ways/{journey.Key}/{period.FromText}/{period.ToText}/{where?.GetRawText()}/{string.Join(' ', map.Places.Where(p => p.Stage >= 0).Select(p => $"{p.Key}:{p.Stage}"))}";
        return (await workspace.Part<TileAnswers>().GetAsync(key, TileConcern.Everything, null, async () => new Kept(await ReadAsync(workspace, map, period, where, CancellationToken.None)), cancel)).Read;
    }

    /// <summary>Who went such a way as is wanted: some of them, and how many they are.</summary>
    public static async Task<Result<(long Total, IReadOnlyList<CustomerLink> Some)>> WhoAsync(Workspace workspace, Journey journey, BoardPeriod period, JsonElement? where, WayPart wanted, int skip, int take, CancellationToken cancel)
    {
        var condition = ConditionOf(workspace, where);
        if (condition.Problem is { } wrong) return wrong;
        var map = MapOf(workspace, journey);
        var nodes = await workspace.Part<LiveColumns>().PassAsync(true, store => WayStudy.Who(store, map, SpanOf(workspace, period), condition.Value.Of, wanted, new QueryLimits(), cancel), cancel);
        if (nodes.Problem is { } problem) return problem;
        return (nodes.Value.Count, [.. workspace.Part<ICustomerNodes>().LinksOf([.. nodes.Value.Skip(skip).Take(take)]).OfType<CustomerLink>()]);
    }

    /// <summary>What an address asks to see the customers of: <c>v</c> and the number of a variant, <c>m</c> and that of a mode, <c>l</c> and two stages, <c>c</c> and that of a kind of media, <c>f</c>; null where it says nothing that can be read.</summary>
    public static WayPart? PartOf(string? word)
    {
        if (word is null || word.Length is 0 or > 24) return null;
        var rest = word[1..];
        return word[0] switch
        {
            'v' when ulong.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var variant) => new WayPart { Variant = variant },
            'm' when rest is ['0' or '1' or '2'] => new WayPart { Mode = (WayMode)(rest[0] - '0') },
            'c' when rest is ['0' or '1' or '2' or '3'] => new WayPart { Media = rest[0] - '0' },
            'l' when rest.Split('-') is [var a, var b] && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var from) && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out var to) => new WayPart { Left = (from, to) },
            'f' when rest.Length == 0 => new WayPart { Follows = true },
            _ => null,
        };
    }

    private static async Task<Result<StudiedWays>> ReadAsync(Workspace workspace, WayMap map, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var condition = ConditionOf(workspace, where);
        if (condition.Problem is { } wrong) return wrong;
        var passed = await workspace.Part<LiveColumns>().PassOverAsync(true, store => WayStudy.Read(store, map, SpanOf(workspace, period), condition.Value.Of, new QueryLimits(), cancel), cancel);
        return passed.Problem is { } problem ? problem : new StudiedWays(passed.Value.Of, passed.Value.Behind);
    }

    private static WayMap MapOf(Workspace workspace, Journey journey)
    {
        var stageOf = journey.Stages.Index().SelectMany(s => s.Item.Touchpoints.Select(t => (t, s.Index))).ToDictionary(x => x.t, x => x.Index, StringComparer.Ordinal);
        var teams = new Dictionary<string, int>(StringComparer.Ordinal);
        var places = workspace.Part<LiveCatalogue>().Current.Touchpoints.Values.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new WayPlace(
            t.Key, stageOf.GetValueOrDefault(t.Key, -1), t.Owner is not { } owner ? -1 : teams.TryGetValue(owner.En, out var team) ? team : teams[owner.En] = teams.Count, Math.Max(0, Media.ToList().IndexOf(t.Media))));
        return new WayMap([.. places], journey.Stages.Count, workspace.Part<ICustomerFacts>().Orders, GapDays * Day, Depth, ReadJourney.WindowDays * Day);
    }

    private static TimeSpanMs SpanOf(Workspace workspace, BoardPeriod period)
    {
        var zone = WorkspaceSettings.Of(workspace).Zone();
        return new TimeSpanMs(Frame.InstantOf(period.From, zone), Frame.InstantOf(period.To, zone));
    }

    private static Result<(Condition? Of, bool _)> ConditionOf(Workspace workspace, JsonElement? where)
    {
        if (where is not { } json) return (null, false);
        var read = QueryReader.For(workspace).ReadCondition(json);
        return read.Problem is { } problem ? problem : (read.Value, false);
    }

    // What is behind, and what went wrong a moment ago, is read again by who comes next.
    private sealed record Kept(Result<StudiedWays> Read) : ILateAnswer
    {
        public bool IsBehind => Read is { IsOk: true, Value.Behind: > 0 };

        public bool HasFailed => !Read.IsOk;
    }
}
