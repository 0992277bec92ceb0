using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Columns;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Dashboards.Live;

/// <summary>How often something was met and how it was taken.</summary>
/// <param name="Touches">How many touches.</param>
/// <param name="Up">Of those that were taken well.</param>
/// <param name="Flat">Neither well nor badly.</param>
/// <param name="Down">Badly.</param>
/// <param name="Hundredths">Perceptions of all of them together, in hundredths.</param>
internal readonly record struct TouchSums(long Touches, long Up, long Flat, long Down, long Hundredths)
{
    /// <summary>Of how many it is known how they were taken.</summary>
    public long Felt => Up + Flat + Down;

    /// <summary>How they were taken on average, from -1 to 1; null where that is not known of any.</summary>
    public double? Mean => Felt == 0 ? null : Hundredths / 100.0 / Felt;

    /// <summary>Both together.</summary>
    public TouchSums Plus(TouchSums other) => new(Touches + other.Touches, Up + other.Up, Flat + other.Flat, Down + other.Down, Hundredths + other.Hundredths);

    /// <summary>So many touches of a kind.</summary>
    public static TouchSums Of(TouchFacts touch, long count) => touch.Perception switch
    {
        null => new(count, 0, 0, 0, 0),
        > 0 and var felt => new(count, count, 0, 0, count * felt),
        < 0 and var felt => new(count, 0, 0, count, count * felt),
        _ => new(count, 0, count, 0, 0),
    };
}

/// <summary>What was met in a period and how it was taken: read in one pass for all tiles, and maps of journeys, that ask about the same customers and days.</summary>
internal sealed class TouchFigures : ILateAnswer
{
    private readonly TouchTally tally;
    private readonly Dictionary<string, int> groups;

    private TouchFigures(TouchTally tally, TimeBuckets buckets, Dictionary<string, int> groups, int behind) => (this.tally, Buckets, this.groups, Behind) = (tally, buckets, groups, behind);

    /// <summary>The points of the course.</summary>
    public TimeBuckets Buckets { get; }

    /// <summary>Of so many customers it holds what was known before they changed.</summary>
    public int Behind { get; }

    /// <inheritdoc/>
    public bool IsBehind => Behind > 0;

    /// <inheritdoc/>
    public bool HasFailed => false;

    /// <summary>Reads them; how many customers there were by stage of the journey.</summary>
    public static Task<Result<TouchFigures>> ReadAsync(Workspace workspace, BoardPeriod period, JsonElement? where, TileLook? look, CancellationToken cancel) =>
        ReadAsync(workspace, period, where, "", touch => touch.Stage is { } stage ? [stage] : [], look, cancel);

    /// <summary>Reads them.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="period">The days.</param>
    /// <param name="where">Whose touches; null for everybody's.</param>
    /// <param name="name">Tells the groups apart from those of others.</param>
    /// <param name="groupsOf">To which groups a touch belongs whose customers are counted.</param>
    /// <param name="look">How late it may be; null for not at all.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<Result<TouchFigures>> ReadAsync(Workspace workspace, BoardPeriod period, JsonElement? where, string name, Func<TouchFacts, IEnumerable<string>> groupsOf, TileLook? look, CancellationToken cancel)
    {
        var question = new JsonObject { ["kind"] = "trend", ["from"] = period.FromText, ["to"] = period.ToText, ["unit"] = period.Unit, ["measures"] = new JsonArray(new JsonObject { ["name"] = "n" }), ["compare"] = "previous" };
        if (where is not null) question["customers"] = JsonNode.Parse(where.Value.GetRawText());
        var asked = TileQuestion.Element(question);
        var answer = await workspace.Part<TileAnswers>().GetAsync<object>($"touches:{name}:{asked.GetRawText()}", TileConcern.Everything, look, async () =>
        {
            var read = QueryReader.For(workspace).Read(asked);
            if (read.Problem is { } fault) return new Failed(fault);
            var (query, groups) = ((TrendQuery)read.Value, new Dictionary<string, int>(StringComparer.Ordinal));
            var told = await workspace.Part<LiveColumns>().TouchesAsync(query, touch => Numbers(groups, groupsOf(touch)), CancellationToken.None);
            return told.Problem is { } problem ? new Failed(problem) : new TouchFigures(told.Value.Of, query.Buckets, groups, told.Value.Behind);
        }, cancel);
        return answer is Failed failed ? failed.Problem : (TouchFigures)answer;
    }

    /// <summary>How many customers there were in a group.</summary>
    public long Customers(string group) => groups.TryGetValue(group, out var at) ? tally.Customers[at] : 0;

    /// <summary>Everything together; of one point of the course, where one is named.</summary>
    public TouchSums All(int? bucket = null) => Sum(_ => true, bucket);

    /// <summary>Everything together in the period before.</summary>
    public TouchSums AllBefore() => Enumerable.Range(0, tally.Touches.Count).Aggregate(default(TouchSums), (sum, i) => sum.Plus(TouchSums.Of(tally.Touches[i], tally.Before(i))));

    /// <summary>By what tells touches apart, now and in the period before; touches without it are left out.</summary>
    public IReadOnlyDictionary<string, (TouchSums Now, TouchSums Before)> By(Func<TouchFacts, string?> what)
    {
        var result = new Dictionary<string, (TouchSums Now, TouchSums Before)>(StringComparer.Ordinal);
        for (var i = 0; i < tally.Touches.Count; i++)
        {
            var (touch, now, before) = (tally.Touches[i], tally.Of(i), tally.Before(i));
            if (now + before == 0 || what(touch) is not { } key) continue;
            var known = result.GetValueOrDefault(key);
            result[key] = (known.Now.Plus(TouchSums.Of(touch, now)), known.Before.Plus(TouchSums.Of(touch, before)));
        }

        return result;
    }

    private TouchSums Sum(Func<TouchFacts, bool> which, int? bucket) =>
        Enumerable.Range(0, tally.Touches.Count).Where(i => which(tally.Touches[i])).Aggregate(default(TouchSums), (sum, i) => sum.Plus(TouchSums.Of(tally.Touches[i], bucket is { } b ? tally.Of(i, b) : tally.Of(i))));

    private static List<int> Numbers(Dictionary<string, int> groups, IEnumerable<string> of)
    {
        var numbers = new List<int>();
        foreach (var group in of)
        {
            if (!groups.TryGetValue(group, out var at)) groups.Add(group, at = groups.Count);
            numbers.Add(at);
        }

        return numbers;
    }

    private sealed record Failed(Problem Problem) : ILateAnswer
    {
        public bool IsBehind => false;

        public bool HasFailed => true;
    }
}
