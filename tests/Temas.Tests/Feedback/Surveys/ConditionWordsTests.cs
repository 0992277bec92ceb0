using System.Text.Json.Nodes;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Tests.Feedback.Surveys;

/// <summary>Conditions as people write them in a field.</summary>
public sealed class ConditionWordsTests
{
    [Theory]
    [InlineData("score <= 6", """{"question":"score","is":"at_most","values":["6"]}""")]
    [InlineData("reason = late, broken", """{"question":"reason","is":"one_of","values":["late","broken"]}""")]
    [InlineData("ratings.price != 1", """{"question":"ratings","row":"price","is":"none_of","values":["1"]}""")]
    [InlineData("trait:vip = yes", """{"trait":"vip","is":"one_of","values":["yes"]}""")]
    [InlineData("why answered", """{"question":"why","is":"answered"}""")]
    [InlineData("a >= 1 and b = x or not c unanswered", """{"any":[{"all":[{"question":"a","is":"at_least","values":["1"]},{"question":"b","is":"one_of","values":["x"]}]},{"not":{"question":"c","is":"unanswered"}}]}""")]
    [InlineData("a = x and (b = y or c = z)", """{"all":[{"question":"a","is":"one_of","values":["x"]},{"any":[{"question":"b","is":"one_of","values":["y"]},{"question":"c","is":"one_of","values":["z"]}]}]}""")]
    [InlineData("not (a = x and b = y)", """{"not":{"all":[{"question":"a","is":"one_of","values":["x"]},{"question":"b","is":"one_of","values":["y"]}]}}""")]
    [InlineData("trait:city = \"İzmir, Konak\", and1", """{"trait":"city","is":"one_of","values":["İzmir, Konak","and1"]}""")]
    [InlineData("a = \"and\", \"say \\\"so\\\"\"", """{"question":"a","is":"one_of","values":["and","say \u0022so\u0022"]}""")]
    public void Words_AndTheConditionThatTheySay_AreTheSame(string words, string json)
    {
        var condition = ConditionWords.Read(words);
        JsonNode.DeepEquals(condition, JsonNode.Parse(json)).ShouldBeTrue(condition?.ToJsonString());
        ConditionWords.Write(JsonNode.Parse(json)).ShouldBe(words);
    }

    [Theory]
    [InlineData("")]
    [InlineData("score")]
    [InlineData("score <")]
    [InlineData("score <= ")]
    [InlineData("score <= 6 and")]
    [InlineData("(score <= 6")]
    [InlineData("score <= 6)")]
    [InlineData("score = \"open")]
    [InlineData("= 6")]
    [InlineData("a = b c = d")]
    [InlineData("not")]
    [InlineData("((((((((((((a = b))))))))))))")]
    public void Words_ThatSayNoCondition_AreNone(string words) => ConditionWords.Read(words).ShouldBeNull();

    [Fact]
    public void Trees_ByChance_ComeBackFromTheirWords()
    {
        var chance = new Random(20261123);
        for (var i = 0; i < 2_000; i++)
        {
            var tree = Tree(chance, 3);
            var words = ConditionWords.Write(tree);
            JsonNode.DeepEquals(ConditionWords.Read(words), tree).ShouldBeTrue($"{words}: {tree.ToJsonString()}");
        }
    }

    private static JsonObject Tree(Random chance, int depth)
    {
        if (depth == 0 || chance.Next(3) == 0) return Leaf(chance);
        if (chance.Next(4) == 0) return new JsonObject { ["not"] = Tree(chance, depth - 1) };
        return new JsonObject { [chance.Next(2) == 0 ? "all" : "any"] = new JsonArray([.. Enumerable.Range(0, 2 + chance.Next(2)).Select(_ => (JsonNode)Tree(chance, depth - 1))]) };
    }

    private static JsonObject Leaf(Random chance)
    {
        string[] values = ["late", "6", "İzmir", "a b", "or", "\"", "\\", "", "(x)", "a,b", "-1.5"];
        var leaf = chance.Next(3) switch { 0 => new JsonObject { ["trait"] = "city" }, 1 => new JsonObject { ["question"] = "q", ["row"] = "r" }, _ => new JsonObject { ["question"] = "score" } };
        leaf["is"] = chance.Next(3) switch { 0 => "answered", 1 => "one_of", _ => "none_of" };
        if (leaf["is"]!.ToString() != "answered") leaf["values"] = new JsonArray([.. Enumerable.Range(0, 1 + chance.Next(3)).Select(_ => (JsonNode)values[chance.Next(values.Length)])]);
        return leaf;
    }
}
