using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Tests.Customers.Profiles;

namespace Temas.Tests.Feedback.Listening;

public sealed class FeltTextTests
{
    private static readonly FoldRules Rules = new(LiveCatalogue.Default, [], ProfileRules.Default, new TextFeeling(null, TextLanguage.Turkish));

    [Theory]
    [InlineData("Feedback Received", "text", "Kargo çok geç geldi, ürün de kırıktı. Berbat bir deneyim.", -1)]
    [InlineData("Feedback Received", "text", "hiç memnun kalmadım", -1)]
    [InlineData("Feedback Received", "text", "Her şey harikaydı, çok teşekkürler!", 1)]
    [InlineData("Survey Answered", "text", "Not bad at all, I love it", 1)]
    [InlineData("Product Reviewed", "review_body", "Terrible quality, it broke after a day", -1)]
    [InlineData("Suggestion Submitted", "message", "Çok kötü bir uygulama", -1)]
    public void Perception_OfATextAlone_IsItsSentiment(string name, string property, string text, int sign)
    {
        var moment = Moment(name, $$"""{"{{property}}": {{JsonSerializer.Serialize(text)}}}""");
        Math.Sign(moment.Perception).ShouldBe(sign);
        moment.Evidence[0].Code.ShouldBe(EvidenceCode.Text);
        moment.Evidence[0].Property.ShouldBe(property);
        moment.Evidence[0].Confidence!.Value.ShouldBeInRange(0.2, 1);
        moment.Evidence[0].Words!.ShouldNotBeEmpty();
        moment.Evidence[0].Words!.ShouldAllBe(w => text.Contains(w, StringComparison.Ordinal));
    }

    [Fact]
    public void Perception_RatingBesideAText_DecidesAndTheTextStandsSecond()
    {
        var moment = Moment("Product Reviewed", """{"rating": 5, "review_body": "berbat, kırık geldi"}""");
        moment.Perception.ShouldBe(1);
        moment.Evidence.Select(e => e.Code).ShouldBe([EvidenceCode.Rating, EvidenceCode.Text]);
        moment.Evidence[1].Value.ShouldBeLessThan(0);
    }

    [Fact]
    public void Perception_OfAKindComplaint_StaysThatOfAComplaint() =>
        Moment("Complaint Filed", """{"text": "Harika insanlarsınız, çok teşekkürler, mükemmel"}""").Perception.ShouldBe(-0.5);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text": ""}""")]
    [InlineData("""{"text": "   "}""")]
    [InlineData("""{"text": "sipariş 12345"}""")]
    [InlineData("""{"text": 5}""")]
    [InlineData("""{"text": ["berbat"]}""")]
    public void Perception_NoOpinionInTheText_HasNoEvidence(string properties) => Moment("Feedback Received", properties).Evidence.ShouldBeEmpty();

    [Fact]
    public void Perception_TextInsteadOfAnAnswer_IsJudgedByTheAssumptionOfTheTouch() =>
        Moment("Complaint Filed", """{"text": "sipariş 12345"}""").Perception.ShouldBe(-0.8);

    [Fact]
    public void Profile_TextsInAnyOrderOfArrival_IsTheSame()
    {
        string[] texts = ["çok kötü", "harika", "idare eder", "berbat bir kargo", "teşekkürler, memnunum", "sipariş 1"];
        var expected = Profile(Enumerable.Range(0, texts.Length));
        expected.Perception.Negative.ShouldBe(2);
        for (var seed = 0; seed < 20; seed++)
        {
            var order = Enumerable.Range(0, texts.Length).ToArray();
            new Random(seed).Shuffle(order);
            JsonSerializer.Serialize(Profile(order)).ShouldBe(JsonSerializer.Serialize(expected));
        }

        CustomerProfile Profile(IEnumerable<int> order)
        {
            var timeline = new Timeline();
            foreach (var i in order) timeline.Track($"2026-01-0{i + 1}T00:00:00Z", "Feedback Received", $$"""{"text": "{{texts[i]}}"}""");
            return timeline.Profile("2026-02-01T00:00:00Z", Rules);
        }
    }

    [Fact]
    public void Digest_OtherLanguage_IsAnother()
    {
        new TextFeeling(null, TextLanguage.Turkish).Digest.ShouldBe(new TextFeeling(null, TextLanguage.Turkish).Digest);
        new TextFeeling(null, TextLanguage.Turkish).Digest.ShouldNotBe(new TextFeeling(null, TextLanguage.English).Digest);
    }

    private static Moment Moment(string name, string properties)
    {
        var fold = new CustomerFold(Rules) { ShowsWords = true };
        foreach (var e in new Timeline().Track("2026-01-01T00:00:00Z", name, properties).Events) fold.Append(e.AsLogEvent());
        return fold.Moments(Timeline.At("2026-01-02T00:00:00Z"))[^1];
    }
}
