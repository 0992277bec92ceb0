using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Asking.Pages;

namespace Temas.Tests.Feedback.Asking;

/// <summary>What can be written into rules, and what cannot; and that the editor keeps what it is given.</summary>
public sealed class AskingDefinitionTests
{
    private const string Good = """
        {"label": {"tr": "a", "en": "b"}, "state": "live", "survey": "s", "lateSurvey": "l", "trigger": {"events": [{"names": ["Go"], "where": [{"property": "n", "is": "above", "value": 3}]}]},
         "delay": "P2D", "wait": "P14D", "audience": {"segments": ["a", "b"], "traits": [{"property": "city", "is": "equal", "value": "İzmir"}]}, "share": 12.5, "coolDown": "P9D",
         "channels": ["sms", "email"], "order": "fixed", "guards": {"complaints": false}, "about": {"order_id": "order.id"}, "link": "P7D"}
        """;

    [Fact]
    public void Check_GoodRule_HasNoFaults_AndTheEditorGivesItBack()
    {
        AskingRuleKind.Instance.Check("r", Good).ShouldBeEmpty();
        var form = AskingRuleForm.Of("r", Good);
        var again = form.ToJson(null);
        AskingRuleKind.Instance.Check("r", again).ShouldBeEmpty();
        AskingRuleForm.Of("r", again).Fields.ShouldBe(form.Fields);
        foreach (var trigger in new[] { """{"touchpoints":["order-delivered","x"]}""", """{"segment":"vip"}""", """{"page":{"paths":["/a*"],"form":"inline","target":"#x","seconds":3}}""" })
        {
            var json = $$"""{"label":{"tr":"a","en":"b"},"survey":"s","trigger":{{trigger}}}""";
            AskingRuleKind.Instance.Check("r", json).ShouldBeEmpty();
            AskingRuleForm.Of("r", json).ToJson(json).ShouldBe(json);
        }
    }

    [Theory]
    [InlineData("\"state\": \"live\"", "\"state\": \"on\"", "$.state", "word_unknown")]
    [InlineData("\"survey\": \"s\"", "\"survey\": \"\"", "$.survey", "text_length")]
    [InlineData("\"names\": [\"Go\"]", "\"names\": []", "$.trigger.events[0].names", "field_missing")]
    [InlineData("{\"events\": [", "{\"segment\": \"x\", \"events\": [", "$.trigger", "trigger_one")]
    [InlineData("\"P2D\"", "\"two days\"", "$.delay", "duration_expected")]
    [InlineData("\"P14D\"", "\"P100D\"", "$.wait", "duration_too_long")]
    [InlineData("12.5", "101", "$.share", "number_expected")]
    [InlineData("\"email\"]", "\"E-mail\"]", "$.channels[1]", "text_form")]
    [InlineData("\"order_id\": \"order.id\"", "\"invoice\": \"x\"", "$.about.invoice", "field_unknown")]
    [InlineData("\"complaints\": false", "\"complaints\": \"no\"", "$.guards.complaints", "flag_expected")]
    [InlineData("\"channels\": [\"sms\", \"email\"],", "", "$.channels", "channels_missing")]
    public void Check_Fault_IsToldAtItsField(string part, string instead, string field, string code)
    {
        Good.ShouldContain(part);
        AskingRuleKind.Instance.Check("r", Good.Replace(part, instead, StringComparison.Ordinal)).ShouldContain(f => f.Field == field && f.Code == code);
    }

    [Theory]
    [InlineData("""{"quiet": {"from": "25:00", "to": "09:00"}}""", "$.quiet.from")]
    [InlineData("""{"perDay": 0}""", "$.perDay")]
    [InlineData("""{"coolDown": "P9999D"}""", "$.coolDown")]
    [InlineData("""{"events": {"shipped": ["x"]}}""", "$.events.shipped")]
    public void Policy_Fault_IsToldAtItsField(string json, string field) => AskingPolicyKind.Instance.Check("default", json).ShouldHaveSingleItem().Field.ShouldBe(field);

    [Fact]
    public void References_ToWhatThereIsNot_AreRefused()
    {
        var others = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["survey"] = new Dictionary<string, string> { ["s"] = "{}" }, ["survey-draft"] = new Dictionary<string, string>(), ["segment"] = new Dictionary<string, string> { ["a"] = "{}" }, ["channel"] = new Dictionary<string, string> { ["telegram"] = "{}" } };
        AskingRuleKind.CheckAmong("r", Good.Replace("\"sms\", \"email\"", "\"telegram\", \"emial\"", StringComparison.Ordinal), kind => others[kind]).Select(f => (f.Field, f.Value)).ShouldBe([("$.lateSurvey", "l"), ("$.channels", "emial"), ("$.audience.segments", "b")]);
    }
}
