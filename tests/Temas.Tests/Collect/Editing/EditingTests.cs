using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Ui.Forms;

namespace Temas.Tests.Collect.Editing;

/// <summary>What editors make of what is typed, and back.</summary>
public sealed class EditingTests
{
    [Theory]
    [InlineData("status = failed", """[{"property":"status","is":"equal","value":"failed"}]""")]
    [InlineData("total >= 100.5", """[{"property":"total","is":"at_least","value":100.5}]""")]
    [InlineData("a.b != true", """[{"property":"a.b","is":"not_equal","value":true}]""")]
    [InlineData("template in order_confirmation, \"a, b\", 7", """[{"property":"template","is":"one_of","values":["order_confirmation","a, b",7]}]""")]
    [InlineData("zip = \"61000\"", """[{"property":"zip","is":"equal","value":"61000"}]""")]
    [InlineData("tags contains gift\ncoupon exists\nnote missing", """[{"property":"tags","is":"contains","value":"gift"},{"property":"coupon","is":"exists"},{"property":"note","is":"missing"}]""")]
    public void Conditions_ReadAndWritten_AreTheSame(string lines, string json)
    {
        ConditionText.Read(lines)!.ToJsonString().ShouldBe(JsonNode.Parse(json)!.ToJsonString());
        ConditionText.Write(JsonNode.Parse(json)).ShouldBe(lines);
    }

    [Theory]
    [InlineData("nothing that compares")]
    [InlineData("=")]
    [InlineData("= x")]
    [InlineData("\"")]
    public void Conditions_ThatNobodyUnderstands_AreRefusedAndNotLost(string line)
    {
        var json = $$"""{"label":{"tr":"a","en":"a"},"made":[{"names":["A"],"after":"P1D","where":{{ConditionText.Read(line)!.ToJsonString()}}}],"kept":[{"names":["B"]}]}""";
        Temas.Collect.Catalogue.PromiseKind.Instance.Check("p", json).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("1.234,5", "1234.5")]
    [InlineData("1,234.5", "1234.5")]
    [InlineData("-1.234.567,25", "-1234567.25")]
    [InlineData("1.234.567", "1234567")]
    [InlineData("12,5", "12.5")]
    [InlineData("0.125", "0.125")]
    [InlineData("1.234", "1.234")]
    [InlineData("1,2,3", "\"1,2,3\"")]
    [InlineData("1.234,5,6", "\"1.234,5,6\"")]
    [InlineData("12.34,5", "\"12.34,5\"")]
    [InlineData("many", "\"many\"")]
    [InlineData("25 %", "\"25 %\"")]
    public void Number_AsItIsWrittenHereOrThere_IsRead(string text, string json) => DocumentParts.Number(text)!.ToJsonString().ShouldBe(json);

    [Theory]
    [InlineData("25 %", "0.25")]
    [InlineData("%29", "0.29")]
    [InlineData("12,5%", "0.125")]
    [InlineData("0,3", "0.3")]
    [InlineData("%25%", "\"%25%\"")]
    [InlineData("%", "\"%\"")]
    [InlineData("many %", "\"many %\"")]
    public void NumberOrShare_WithAPerCentSign_IsAHundredth(string text, string json) => DocumentParts.NumberOrShare(text)!.ToJsonString().ShouldBe(json);

    [Fact]
    public void Rows_RefusedAgainAndAgain_KeepTheirNumbersAndDoNotGrow()
    {
        var filled = new Dictionary<string, string?> { ["eNames0"] = "A", ["eType1"] = "track", ["eNames2"] = "C\r\nD", ["eAdd2"] = "E", ["eType3"] = "track" };
        var rows = EventRows.Read("e", name => filled.GetValueOrDefault(name));
        for (var i = 0; i < 3; i++)
        {
            var again = rows.Fields.ToDictionary(f => f.Name, f => f.Value);
            rows = EventRows.Read("e", name => again.GetValueOrDefault(name));
        }

        rows.Rows.Count.ShouldBe(3);
        var before = JsonNode.Parse("""[{"names":["A"],"match":"x"},{"names":["B"]},{"names":["C"],"where":[{"property":"p","is":"exists"}]}]""");
        rows.ToJson(before).ToJsonString().ShouldBe("""[{"names":["A"],"match":"x"},{"names":["C","D","E"]}]""");
        rows.PlaceOf(2).ShouldBe(1);
    }

    [Fact]
    public void Rows_OfADocument_GiveItBackUnchanged()
    {
        var document = JsonNode.Parse("""[{"names":["A","B"],"due":["x","y"]},{"type":"page","where":[{"property":"n","is":"one_of","values":["1",2]}],"after":"PT36H"},{"names":"C","after":"P14D"}]""");
        EventRows.Of("e", document).ToJson(document).ToJsonString().ShouldBe("""[{"names":["A","B"],"due":["x","y"]},{"type":"page","where":[{"property":"n","is":"one_of","values":["1",2]}],"after":"PT36H"},{"names":["C"],"after":"P14D"}]""");
    }

    [Theory]
    [InlineData("1,5", "d", "P1DT12H")]
    [InlineData("90", "m", "PT1H30M")]
    [InlineData("soon", "d", "soon")]
    [InlineData("3", "?", "3")]
    [InlineData("99999999999999", "d", "99999999999999")]
    public void Duration_AsTyped_IsWrittenOrLeftForTheCheckToRefuse(string number, string unit, string expected) => DocumentParts.Text(DocumentParts.Duration(number, unit)).ShouldBe(expected);
}
