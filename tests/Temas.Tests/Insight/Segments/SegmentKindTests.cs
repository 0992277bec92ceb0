using Temas.Insight.Segments;

namespace Temas.Tests.Insight.Segments;

public sealed class SegmentKindTests
{
    [Fact]
    public void Defaults_PassTheirCheck_AndSayTheirTimesWhenAsked()
    {
        foreach (var (key, json) in SegmentKind.Instance.Defaults)
        {
            SegmentKind.Instance.Check(key, json).ShouldBeEmpty(key);
            SegmentKind.Instance.CheckAmong(key, json, new Dictionary<string, string>()).ShouldBeEmpty(key);
            var segment = SegmentKind.Instance.Read(key, json);
            segment.Description.ShouldNotBeNull();
            segment.Where.GetRawText().ShouldContain("within", customMessage: "lengths of time stay as they were written");
        }
    }

    [Theory]
    [InlineData("""{}""", "field_missing", "$.where")]
    [InlineData("""{"where": 1}""", "not_an_object", "$.where")]
    [InlineData("""{"where": {"dd": {}}}""", "condition_unknown", "$.where")]
    [InlineData("""{"where": {"did": {}}, "since": 1}""", "field_unknown", "$.since")]
    [InlineData("""{"where": {"all": [{"did": {}}, {"did": {"event": 1}}]}}""", "list_expected", "$.where.all[1].did.event")]
    [InlineData("""{"where": {"did": {"where": {"property": "total", "is": "greater", "value": "çok"}}}}""", "number_expected", "$.where.did.where.value")]
    [InlineData("""{"where": {"did": {}, "within": "90 days"}}""", "duration_unreadable", "$.where.within")]
    [InlineData("""{"where": {"did": {}, "atLeast": 3, "atMost": 2}}""", "range_empty", "$.where.atMost")]
    public void Check_AWrongDocument_NamesTheField(string document, string code, string field)
    {
        var json = $$"""{"label": {"tr": "Bir", "en": "One"}, {{document[1..]}}""".Replace(", }", "}", StringComparison.Ordinal);
        SegmentKind.Instance.Check("x", json).ShouldContain(f => f.Code == code && f.Field == field);
    }

    [Fact]
    public void Check_WithoutALabel_AsksForIt() => SegmentKind.Instance.Check("x", """{"where": {"did": {}}}""").ShouldHaveSingleItem().Field.ShouldBe("$.label");

    [Fact]
    public void References_MustExist_AndNotLeadBack()
    {
        var others = new Dictionary<string, string>
        {
            ["b"] = """{"where": {"any": [{"did": {}}, {"not": {"segment": "c"}}]}}""",
            ["c"] = """{"where": {"segment": "a"}}""",
            ["loop"] = """{"where": {"segment": "hole"}}""",
            ["hole"] = """{"where": {"segment": "loop"}}""",
        };

        SegmentReferences.Check("a", """{"where": {"did": {}}}""", others).ShouldBeEmpty();
        Told("""{"where": {"all": [{"did": {}}, {"segment": "b"}]}}""").ShouldBe(["$.where.all[1].segment segment_in_itself"]);
        SegmentReferences.Check("a", """{"where": {"segment": "b"}}""", others)[0].Detail.ShouldContain("a → b → c → a");
        Told("""{"where": {"segment": "a"}}""").ShouldBe(["$.where.segment segment_in_itself"]);
        Told("""{"where": {"any": [{"segment": "nobody"}, {"not": {"segment": "nowhere"}}]}}""").ShouldBe(["$.where.any[0].segment segment_unknown", "$.where.any[1].not.segment segment_unknown"]);
        Told("""{"where": {"segment": "loop"}}""").ShouldBeEmpty("what leads in circles elsewhere does not lead back here");
        SegmentReferences.Check("d", """{"where": {"all": [{"segment": "b"}, {"segment": "c"}]}}""", others).ShouldBeEmpty();

        IEnumerable<string> Told(string json) => SegmentReferences.Check("a", json, others).Select(f => $"{f.Field} {f.Code}");
    }
}
