using Temas.Collect.Contracts;

namespace Temas.Insight.Journeys;

/// <summary>What became of a stage, held against the version to the left.</summary>
internal enum StageChange
{
    /// <summary>It is there in both, or there is none to the left.</summary>
    Kept,

    /// <summary>It is new.</summary>
    New,

    /// <summary>It is there no more.</summary>
    Gone,

    /// <summary>It stands elsewhere among the stages that both have.</summary>
    Moved,

    /// <summary>Neither of the two has it.</summary>
    Absent,
}

/// <summary>A thing that a stage has: a touchpoint, an indicator.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Change"><see cref="StageChange.Kept"/>, <see cref="StageChange.New"/> or <see cref="StageChange.Gone"/>.</param>
/// <param name="To">Where it stands now, or stood before; null where it came from nowhere, or went there.</param>
internal sealed record ComparedThing(string Key, StageChange Change, LocalText? To);

/// <summary>A stage in one version.</summary>
/// <param name="Lived">The stage as it is lived; where it is gone, as the version to the left has it; null where it is absent.</param>
/// <param name="Change">What became of it.</param>
/// <param name="Words">Which of its texts are others than to the left.</param>
/// <param name="Touchpoints">Its touchpoints, those that it has no more last.</param>
/// <param name="Indicators">Its indicators, the same way.</param>
internal sealed record ComparedStage(LivedStage? Lived, StageChange Change, IReadOnlySet<string> Words, IReadOnlyList<ComparedThing> Touchpoints, IReadOnlyList<ComparedThing> Indicators)
{
    /// <summary>A stage that neither has.</summary>
    public static ComparedStage Absent { get; } = new(null, StageChange.Absent, new HashSet<string>(), [], []);

    /// <summary>Whether anything about it is other than to the left.</summary>
    public bool Differs => Change is StageChange.New or StageChange.Gone or StageChange.Moved || Words.Count > 0 || Touchpoints.Any(t => t.Change != StageChange.Kept) || Indicators.Any(i => i.Change != StageChange.Kept);
}

/// <summary>Versions of a journey side by side: a row a stage, a cell a version. Stages are the same by their key.</summary>
/// <param name="Versions">The versions, from left to right.</param>
/// <param name="Rows">The stages, in the order of the first version that has them; those that only others have follow the stage that they follow there.</param>
internal sealed record ComparedVersions(IReadOnlyList<LivedJourney> Versions, IReadOnlyList<IReadOnlyList<ComparedStage>> Rows)
{
    /// <summary>The most versions that stand side by side.</summary>
    public const int Most = 4;

    /// <summary>The journeys that are versions of one: whoever names it, or is named; as they were first, as they should be last.</summary>
    public static IReadOnlyList<Journey> Of(Journey journey, IEnumerable<Journey> all)
    {
        var (rest, family) = (all.Where(j => j.Key != journey.Key).ToList(), new List<Journey> { journey });
        for (var i = 0; i < family.Count; i++)
        {
            foreach (var near in rest.Where(j => j.Key == family[i].Beside || j.Beside == family[i].Key).OrderBy(j => j.Key, StringComparer.Ordinal).ToList())
            {
                family.Add(near);
                rest.Remove(near);
            }
        }

        return [.. family.Take(Most).OrderBy(j => j.Version switch { JourneyVersion.AsWas => 0, JourneyVersion.AsIs => 1, _ => 2 }).ThenBy(j => j.Key, StringComparer.Ordinal)];
    }

    /// <summary>Holds each version against the one to its left.</summary>
    public static ComparedVersions Of(IReadOnlyList<LivedJourney> versions)
    {
        var order = Order(versions);
        var cells = versions.Index().Select(v => Column(v.Item, v.Index == 0 ? null : versions[v.Index - 1], order)).ToList();
        return new ComparedVersions(versions, [.. order.Select((_, row) => (IReadOnlyList<ComparedStage>)[.. cells.Select(c => c[row])])]);
    }

    private static List<string> Order(IReadOnlyList<LivedJourney> versions)
    {
        var order = new List<string>();
        foreach (var version in versions)
        {
            var after = -1;
            foreach (var stage in version.Stages)
            {
                var at = order.IndexOf(stage.Stage.Key);
                if (at < 0) order.Insert(at = after + 1, stage.Stage.Key);
                after = at;
            }
        }

        return order;
    }

    private static List<ComparedStage> Column(LivedJourney version, LivedJourney? left, List<string> order)
    {
        var (here, there) = (ByKey(version), left is null ? [] : ByKey(left));
        var staying = left is null ? [] : Staying([.. left.Stages.Select(s => s.Stage.Key).Where(here.ContainsKey)], [.. version.Stages.Select(s => s.Stage.Key).Where(there.ContainsKey)]);
        return
        [
            .. order.Select(key => (here.GetValueOrDefault(key), there.GetValueOrDefault(key)) switch
            {
                (null, null) => ComparedStage.Absent,
                (null, { } was) => ComparedStage.Absent with { Lived = was, Change = StageChange.Gone },
                ({ } stage, null) => Cell(stage, null, left is null ? StageChange.Kept : StageChange.New, version, left),
                ({ } stage, { } was) => Cell(stage, was, staying.Contains(key) ? StageChange.Kept : StageChange.Moved, version, left),
            }),
        ];
    }

    private static ComparedStage Cell(LivedStage stage, LivedStage? was, StageChange change, LivedJourney version, LivedJourney? left)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        if (was is not null)
        {
            foreach (var (name, of) in Texts)
            {
                if (!of(stage).SequenceEqual(of(was))) words.Add(name);
            }
        }

        return new ComparedStage(stage, change, words, Things(stage, was, version, left, s => s.Stage.Touchpoints), Things(stage, was, version, left, s => s.Stage.Indicators));
    }

    private static readonly (string Name, Func<LivedStage, IEnumerable<LocalText>> Of)[] Texts =
    [
        ("name", s => [s.Stage.Label]), ("actions", s => One(s.Stage.Actions)), ("note", s => One(s.Stage.Note)), ("team", s => s.Teams), ("system", s => s.Systems), ("partner", s => s.Partners),
    ];

    private static IEnumerable<LocalText> One(LocalText? text) => text is null ? [] : [text];

    private static List<ComparedThing> Things(LivedStage stage, LivedStage? was, LivedJourney version, LivedJourney? left, Func<LivedStage, IReadOnlyList<string>> of)
    {
        if (left is null) return [.. of(stage).Select(key => new ComparedThing(key, StageChange.Kept, null))];
        var before = was is null ? [] : of(was);
        var things = of(stage).Select(key => before.Contains(key) ? new ComparedThing(key, StageChange.Kept, null) : new ComparedThing(key, StageChange.New, Where(left, key, was, of))).ToList();
        things.AddRange(before.Where(key => !of(stage).Contains(key)).Select(key => new ComparedThing(key, StageChange.Gone, Where(version, key, stage, of))));
        return things;
    }

    private static LocalText? Where(LivedJourney journey, string key, LivedStage? besides, Func<LivedStage, IReadOnlyList<string>> of) => journey.Stages.FirstOrDefault(s => s != besides && of(s).Contains(key))?.Stage.Label;

    private static Dictionary<string, LivedStage> ByKey(LivedJourney journey) => journey.Stages.ToDictionary(s => s.Stage.Key, StringComparer.Ordinal);

    // As many as can stay where they are; who is moved past them, moved.
    private static HashSet<string> Staying(List<string> before, List<string> after)
    {
        var places = after.ConvertAll(before.IndexOf);
        var best = new List<int>[places.Count];
        for (var i = 0; i < places.Count; i++) best[i] = [.. Enumerable.Range(0, i).Where(j => places[j] < places[i]).Select(j => best[j]).OrderByDescending(b => b.Count).FirstOrDefault() ?? [], i];
        return [.. (best.OrderByDescending(b => b.Count).FirstOrDefault() ?? []).Select(i => after[i])];
    }
}
