using System.Text.Json;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Kernel;

namespace Temas.Tests.Insight.Indicators;

public sealed class IndicatorKindTests
{
    [Fact]
    public void Library_HasMoreThanFortyEntries_EachWithASourceInBothLanguages_AndPassesItsCheck()
    {
        IndicatorLibrary.All.Count.ShouldBeGreaterThanOrEqualTo(40);
        var documents = IndicatorLibrary.All.ToDictionary(e => e.Key, e => e.Value.Documents[0], StringComparer.Ordinal);
        foreach (var (key, entry) in IndicatorLibrary.All)
        {
            new[] { entry.Source, entry.Label.Tr, entry.Label.En, entry.Description.Tr, entry.Description.En }.ShouldAllBe(t => t.Length > 2, key);
            entry.Label.Tr.ShouldNotBe(entry.Label.En, key);
            foreach (var document in entry.Documents) IndicatorKind.Instance.Check(key, document).ShouldBeEmpty($"{key} {document}");
            entry.Needs.ShouldAllBe(n => documents.ContainsKey(n) || n.Contains('.'), key);
        }
    }

    [Fact]
    public void Library_LabelsAreDifferent()
    {
        IndicatorLibrary.All.Values.Select(e => e.Label.En).ShouldBeUnique();
        IndicatorLibrary.All.Values.Select(e => e.Label.Tr).ShouldBeUnique();
    }

    [Fact]
    public void Place_NamesAGoalAndAStageThatThereAre_UnlessItNamedThemBefore()
    {
        var there = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal)
        {
            ["goal"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["grow"] = "{}" },
            ["touchpoint"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["fitting"] = """{"stage": "fitting-room"}""" },
        };
        IReadOnlyList<Problem> Of(string goal, string stage, string? before = null) => IndicatorReferences.CheckPlace("x", Placed(goal, stage), before, kind => there[kind]);
        Of("grow", "fitting-room").ShouldBeEmpty();
        Of("grow", "purchase").ShouldBeEmpty("the usual stages need no touchpoint");
        Of("", "").ShouldBeEmpty();
        var faults = Of("growth", "nowhere");
        faults.Select(f => (f.Code, f.Field, f.Value)).ShouldBe([("goal_unknown", "$.goal", "growth"), ("stage_unknown", "$.stage", "nowhere")]);
        faults.ShouldAllBe(f => f.WayOut != null);
        faults[0].WayOut!.ShouldContain("grow");
        faults[1].WayOut!.ShouldContain("fitting-room");
        Of("growth", "nowhere", Placed("growth", "nowhere")).ShouldBeEmpty("what was removed since is no reason to refuse another target");
        Of("growth", "purchase", Placed("grow", "nowhere")).Single().Code.ShouldBe("goal_unknown");
    }

    private static string Placed(string goal, string stage) =>
        $$"""{"label": {"tr": "Bir", "en": "One"}, "unit": "count", "figure": {"measure": "count"}{{(goal.Length > 0 ? $", \"goal\": \"{goal}\"" : "")}}{{(stage.Length > 0 ? $", \"stage\": \"{stage}\"" : "")}}}""";

    [Theory]
    [InlineData("""{"figure": {"measure": "count"}}""", "field_missing", "$.unit")]
    [InlineData("""{"unit": "count"}""", "field_missing", "$.figure")]
    [InlineData("""{"unit": "count", "figure": {"measure": "sums"}}""", "choice_unknown", "$.figure.measure")]
    [InlineData("""{"unit": "share", "figure": {"numerator": {"event": "track:A"}}}""", "field_missing", "$.figure.denominator")]
    [InlineData("""{"unit": "share", "figure": {"numerator": {"event": 1}, "denominator": {}}}""", "list_expected", "$.figure.numerator.event")]
    [InlineData("""{"unit": "share", "figure": {"funnel": {"steps": [{"event": "track:A"}]}}}""", "steps_too_few", "$.figure.funnel.steps")]
    [InlineData("""{"unit": "share", "figure": {"holds": {"dd": {}}}}""", "condition_unknown", "$.figure.holds")]
    [InlineData("""{"unit": "score", "figure": {"nps": {"event": "track:A"}}}""", "field_missing", "$.figure.nps.property")]
    [InlineData("""{"unit": "count", "formula": "a +"}""", "formula_unreadable", "$.formula")]
    [InlineData("""{"unit": "count", "formula": "a", "figure": {"measure": "count"}}""", "figure_twice", "$.formula")]
    [InlineData("""{"unit": "count", "figure": {"measure": "count"}, "target": 5, "warning": 6}""", "warning_beyond_target", "$.warning")]
    [InlineData("""{"unit": "count", "figure": {"measure": "count"}, "warning": 6}""", "warning_without_target", "$.warning")]
    [InlineData("""{"unit": "count", "figure": {"measure": "count"}, "window": 0}""", "number_expected", "$.window")]
    [InlineData("""{"unit": "count", "figure": {"measure": "count"}, "owners": "x"}""", "field_unknown", "$.owners")]
    public void Check_AWrongDocument_NamesTheField(string document, string code, string field)
    {
        var json = $$"""{"label": {"tr": "Bir", "en": "One"}, {{document[1..]}}""";
        IndicatorKind.Instance.Check("x", json).ShouldContain(f => f.Code == code && f.Field == field, customMessage: string.Join(" ", IndicatorKind.Instance.Check("x", json)));
    }

    [Theory]
    [InlineData("b + 1", "formula_circle")]
    [InlineData("c * 2", "formula_circle")]
    [InlineData("a", "formula_circle")]
    [InlineData("nobody", "formula_name_unknown")]
    [InlineData("d / 2", "unit_mismatch")]
    [InlineData("d + e", "formula_units")]
    [InlineData("e / 2", null)]
    public void References_MustExist_NotLeadBack_AndHaveUnitsThatGoTogether(string formula, string? code)
    {
        var others = new Dictionary<string, string>
        {
            ["b"] = Document("ratio", "a * 2"),
            ["c"] = Document("ratio", "b / 3"),
            ["d"] = """{"label": {"tr": "D", "en": "D"}, "unit": "money", "figure": {"measure": "sum", "property": "total"}}""",
            ["e"] = """{"label": {"tr": "E", "en": "E"}, "unit": "count", "figure": {"measure": "count"}}""",
        };
        var faults = IndicatorReferences.Check("a", Document("ratio", formula), others, new MeasureSources());
        if (code is null) faults.ShouldBeEmpty();
        else faults.ShouldHaveSingleItem().Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("share", "0.25", null)]
    [InlineData("share", "1", null)]
    [InlineData("share", "25", "$.target")]
    [InlineData("count", "25", null)]
    public void References_ShareWithATargetInPerCent_IsRefused(string unit, string target, string? field)
    {
        var json = $$"""{"label": {"tr": "A", "en": "A"}, "unit": "{{unit}}", "target": {{target}}, "figure": {"measure": "count"} }""";
        var faults = IndicatorReferences.Check("a", json, new Dictionary<string, string>(), new MeasureSources());
        if (field is null) faults.ShouldBeEmpty();
        else (faults.ShouldHaveSingleItem().Code, faults[0].Field).ShouldBe(("share_expected", field));
        var others = new Dictionary<string, string> { ["a"] = json };
        IndicatorReferences.CheckLimit("a", double.Parse(target, System.Globalization.CultureInfo.InvariantCulture), "$.limit", others).Any().ShouldBe(field is not null);
    }

    [Fact]
    public void Fill_PutsThePeriodsDaysIntoACondition()
    {
        using var condition = JsonDocument.Parse("""{"all": [{"did": {"event": "track:A"}, "from": "period.start", "to": "period.end"}, {"did": {}, "from": "period.start-180d", "to": "period.start"}]}""");
        FigureJson.Fill(condition.RootElement, new DateOnly(2026, 3, 1), new DateOnly(2026, 4, 1)).GetRawText()
            .ShouldBe("""{"all":[{"did":{"event":"track:A"},"from":"2026-03-01","to":"2026-04-01"},{"did":{},"from":"2025-09-02","to":"2026-03-01"}]}""");
    }

    [Fact]
    public void Form_OfEveryEntryOfTheLibrary_GivesTheSameDefinition()
    {
        foreach (var (key, entry) in IndicatorLibrary.All)
        {
            foreach (var document in entry.Documents)
            {
                var again = IndicatorForm.Of(key, document).ToJson(document);
                JsonElement.DeepEquals(Sorted(again), Sorted(document)).ShouldBeTrue($"{key}\n{document}\n{again}");
            }
        }
    }

    [Fact]
    public void Intervals_AreThoseOfTheTables()
    {
        var (low, high) = Intervals.Share(15, 50)!.Value;
        (Math.Round(low, 4), Math.Round(high, 4)).ShouldBe((0.1910, 0.4375));
        Intervals.Share(0, 20)!.Value.High.ShouldBe(0.1611, 1e-4);
        Intervals.Share(3, 2).ShouldBeNull("the part is no part of the whole");
        // Five values of mean 3 and standard deviation 1.5811: t of 4 degrees is 2.776.
        var (from, to) = Intervals.Mean(15, 55, 5)!.Value;
        var margin = 2.776 * 1.5811388 / Math.Sqrt(5);
        from.ShouldBe(3 - margin, 1e-3);
        to.ShouldBe(3 + margin, 1e-3);
        var nps = Intervals.Nps(50, 20, 100)!.Value;
        ((nps.Low + nps.High) / 2).ShouldBe(100 * 30 / 103.0, 1e-9);
    }

    [Fact]
    public void Judge_GoesByTheDirection()
    {
        var higher = new Indicator("k", new("K", "K"), null, "", null, null, IndicatorUnit.Share, true, 0.5, 0.4);
        WorkspaceIndicators.Judge(higher, 0.5).ShouldBe(IndicatorState.Good);
        WorkspaceIndicators.Judge(higher, 0.45).ShouldBe(IndicatorState.Watch);
        WorkspaceIndicators.Judge(higher, 0.39).ShouldBe(IndicatorState.Bad);
        WorkspaceIndicators.Judge(higher with { HigherIsBetter = false, Warning = 0.6 }, 0.55).ShouldBe(IndicatorState.Watch);
        WorkspaceIndicators.Judge(higher with { Target = null }, 0.9).ShouldBe(IndicatorState.Unjudged);
        WorkspaceIndicators.Judge(higher, null).ShouldBe(IndicatorState.Unjudged);
    }

    private static string Document(string unit, string formula) => $$"""{"label": {"tr": "A", "en": "A"}, "unit": "{{unit}}", "formula": "{{formula}}"}""";

    private static JsonElement Sorted(string json) => JsonDocument.Parse(json).RootElement;
}
