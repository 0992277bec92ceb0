using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Pages;
using Temas.Kernel;

namespace Temas.Tests.Kernel;

/// <summary>Whoever writes a definition by hand is told of each fault which field, which value, why, and what to do.</summary>
public sealed class DefinitionDocumentTests
{
    [Theory]
    [InlineData("""{"colour": "x"}""", "$.colour", "colour", "Write color, or remove it.")]
    [InlineData("""{"zebra": "x"}""", "$.zebra", "zebra", "Remove it or correct its name.")]
    [InlineData("""{"color": "geren"}""", "$.color", "geren", "Write green.")]
    [InlineData("""{"color": "mauve"}""", "$.color", "mauve", "Write one of them.")]
    [InlineData("""{"size": "12"}""", "$.size", "\"12\"", "Write such a number, without quotes and units.")]
    [InlineData("""{"key": "My Key"}""", "$.key", "My Key", "Write the key, not the name.")]
    [InlineData("""{"key": 7}""", "$.key", "7", "Write it between quotes.")]
    [InlineData("""{"on": "yes"}""", "$.on", "\"yes\"", "Write true or false, without quotes.")]
    [InlineData("""{"of": "one"}""", "$.of", "\"one\"", "Write its fields below it, or between { and }.")]
    [InlineData("""{"many": {"a": 1}}""", "$.many", "{\"a\": 1}", "Write a list: one behind each hyphen, or between [ and ].")]
    public void AFault_SaysFieldValueReasonAndWayOut(string json, string field, string value, string wayOut)
    {
        var (_, faults) = DefinitionDocument.Read<object>(json, node =>
        {
            node.Only("color", "size", "key", "on", "of", "many");
            node.OneOf("color", 0, ("green", 1), ("blue", 2));
            node.Number("size", 0, 1, 12);
            node.Text("key", form: DefinitionDocument.KeyForm());
            node.Flag("on", false);
            node.Object("of", n => n.Path);
            node.Texts("many");
            return "";
        });
        var fault = faults.ShouldHaveSingleItem();
        (fault.Field, fault.Value, fault.WayOut).ShouldBe((field, value, wayOut));
        fault.Detail.ShouldNotContain("^", customMessage: "a pattern says nothing to people");
    }

    [Fact]
    public void Sources_OfAMonitor_AreNumbers_WithQuotesOrWithout()
    {
        MonitorKind.Instance.Check("m", Monitor("[3, \"4\"]")).ShouldBeEmpty();
        MonitorKind.Instance.Read("m", Monitor("[3, \"4\"]")).Sources.ShouldBe(["3", "4"]);
        MonitorKind.Instance.Read("m", Monitor("3")).Sources.ShouldBe(["3"]);
        MonitorForm.Of("m", Monitor("[3, \"4\"]")).Texts["sources"].ShouldBe("3, 4", "the editor shows them, so that saving does not lose them");
        var fault = MonitorKind.Instance.Check("m", Monitor("[\"web\"]")).ShouldHaveSingleItem("that none is named is no fault of its own: one is, wrongly");
        (fault.Field, fault.Value).ShouldBe(("$.sources[0]", "web"));
        fault.WayOut!.ShouldContain("number");
        MonitorKind.Instance.Check("m", Monitor("[]")).ShouldHaveSingleItem().Code.ShouldBe("field_missing");
    }

    [Fact]
    public void Segments_OfAMonitor_AreThere_UnlessItNamedThemBefore()
    {
        const string json = """{"label": {"tr": "a", "en": "a"}, "watch": "anomaly", "indicators": "*", "where": {"any": [{"segment": "loyal"}, {"segment": "lost"}]}}""";
        var there = new Dictionary<string, string>(StringComparer.Ordinal) { ["loyal"] = "{}" };
        var fault = MonitorKind.CheckSegments("m", json, null, there).ShouldHaveSingleItem();
        (fault.Code, fault.Field, fault.Value).ShouldBe(("segment_unknown", "$.where.any[1].segment", "lost"));
        MonitorKind.CheckSegments("m", json, json, there).ShouldBeEmpty();
    }

    private static string Monitor(string sources) => $$"""{"label": {"tr": "a", "en": "a"}, "watch": "stopped", "sources": {{sources}}}""";
}
