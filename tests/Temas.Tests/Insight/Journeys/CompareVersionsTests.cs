using Temas.Collect.Contracts;
using Temas.Insight.Journeys;

namespace Temas.Tests.Insight.Journeys;

/// <summary>Versions of a journey, each held against the one to its left.</summary>
public sealed class CompareVersionsTests
{
    [Fact]
    public void Versions_AreAllThatNameOneAnother_FromThePastToWhatShouldBe()
    {
        Journey[] all = [Of("now", JourneyVersion.AsIs, null), Of("later", JourneyVersion.ToBe, "now"), Of("once", JourneyVersion.AsWas, "now"), Of("other", JourneyVersion.AsIs, null), Of("dream", JourneyVersion.ToBe, "later")];
        string[] family = ["once", "now", "dream", "later"];
        foreach (var key in family) ComparedVersions.Of(all.Single(j => j.Key == key), all).Select(j => j.Key).ShouldBe(family, key);
        ComparedVersions.Of(all[3], all).Select(j => j.Key).ShouldBe(["other"]);
    }

    [Fact]
    public void References_WhatAMapNamesAnew_IsThere_AndWhatItNamedBeforeMayHaveGone()
    {
        const string json = """{"label": {"tr": "Y", "en": "J"}, "beside": "lost", "stages": [{"key": "a", "label": {"tr": "A", "en": "A"}, "touchpoints": ["yet-to-come"], "indicators": ["nps", "mine"]}, {"key": "b", "label": {"tr": "B", "en": "B"}, "indicators": ["nobody"]}]}""";
        JourneyKind.Instance.Check("j", json).ShouldBeEmpty();
        var faults = JourneyKind.CheckNamed("j", json, null, There);
        faults.Select(f => (f.Code, f.Field, f.Value)).ShouldBe([("indicator_unknown", "$.stages[1].indicators", "nobody"), ("journey_unknown", "$.beside", "lost")]);
        faults.ShouldAllBe(f => f.WayOut != null);
        JourneyKind.CheckNamed("j", json.Replace("\"A\"", "\"A2\"", StringComparison.Ordinal), json, There).ShouldBeEmpty();
        foreach (var (key, ready) in JourneyKind.Instance.Defaults) JourneyKind.CheckNamed(key, ready, null, There).ShouldBeEmpty(key);

        static IReadOnlyDictionary<string, string> There(string kind) => kind == "indicator" ? new Dictionary<string, string>(StringComparer.Ordinal) { ["mine"] = "{}" } : new Dictionary<string, string>(StringComparer.Ordinal);
    }

    [Fact]
    public void Stages_NewGoneAndMoved_StandInOneRowEach()
    {
        var compared = ComparedVersions.Of([Lived("a", "b", "c", "d"), Lived("a", "c", "x", "b")]);
        compared.Rows.Select(r => (Key: Key(r), r[1].Change)).ShouldBe([("a", StageChange.Kept), ("b", StageChange.Moved), ("c", StageChange.Kept), ("x", StageChange.New), ("d", StageChange.Gone)], ignoreOrder: true);
        compared.Rows.Count(r => r[1].Change == StageChange.Moved).ShouldBe(1, "as few as can be have moved");
        compared.Rows.ShouldAllBe(r => r[0].Change == StageChange.Kept || r[0].Change == StageChange.Absent);
        Key(compared.Rows[Array.IndexOf([.. compared.Rows.Select(Key)], "c") + 1]).ShouldBe("x", "it stands behind the one that it follows");
    }

    [Fact]
    public void Stage_GoneAndBackAgain_IsGoneThenNew()
    {
        var compared = ComparedVersions.Of([Lived("a", "b"), Lived("a"), Lived("a", "b")]);
        compared.Rows.Single(r => Key(r) == "b").Select(c => c.Change).ShouldBe([StageChange.Kept, StageChange.Gone, StageChange.New]);
        compared.Rows.Single(r => Key(r) == "a").ShouldAllBe(c => !c.Differs);
    }

    [Fact]
    public void Things_PutElsewhere_SayFromWhereAndWhereto()
    {
        var compared = ComparedVersions.Of([Version([Stage("a", ["t1", "t2"]), Stage("b", ["t3"])]), Version([Stage("a", ["t1"]), Stage("b", ["t3", "t2", "t4"])])]);
        compared.Rows[0][1].Touchpoints.ShouldBe([new("t1", StageChange.Kept, null), new("t2", StageChange.Gone, Name("b"))]);
        compared.Rows[1][1].Touchpoints.ShouldBe([new("t3", StageChange.Kept, null), new("t2", StageChange.New, Name("a")), new("t4", StageChange.New, null)]);
    }

    [Fact]
    public void Words_OtherThanToTheLeft_AreNamed()
    {
        var before = Stage("a", []) with { Teams = [Name("one")] };
        var after = before with { Stage = before.Stage with { Note = Name("note") }, Teams = [Name("two")] };
        ComparedVersions.Of([Version([before]), Version([after])]).Rows[0][1].Words.ShouldBe(["note", "team"], ignoreOrder: true);
    }

    private static string Key(IReadOnlyList<ComparedStage> row) => row.First(c => c.Lived is not null).Lived!.Stage.Key;

    private static LivedJourney Lived(params string[] stages) => Version([.. stages.Select(s => Stage(s, []))]);

    private static LivedJourney Version(IReadOnlyList<LivedStage> stages) => new(new Journey("j", Name("j"), null, JourneyVersion.AsIs, null, null, [.. stages.Select(s => s.Stage)]), stages, null);

    private static LivedStage Stage(string key, string[] touchpoints) => new(new JourneyStage(key, Name(key), null, touchpoints, [], null, null, null, null), [], 0, 0, 0, 0, null, null, null, null, [], [], []);

    private static Journey Of(string key, JourneyVersion version, string? beside) => new(key, Name(key), null, version, beside, null, []);

    private static LocalText Name(string name) => new(name, name);
}
