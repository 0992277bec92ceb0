using System.Text;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Topics;

namespace Temas.Tests.Feedback.Texts;

public sealed class TopicTests
{
    private readonly TextUnderstanding understanding = new();

    [Theory]
    [InlineData("kargo hızlıydı ama ürün kırık geldi", "delivery|product_quality")]
    [InlineData("Kargonuz çok geç, KUTUSU ezilmiş.", "delivery|packaging")]
    [InlineData("musteri hizmetlerine ulasamiyorum", "support")]
    [InlineData("fiyatına göre iyi", "price")]
    [InlineData("Mağazadaki personel çok ilgiliydi", "store staff")]
    [InlineData("Uygulamanız sürekli donuyor", "app_site")]
    [InlineData("paramı iade etmediler", "returns")]
    [InlineData("stokta yok diyor", "stock")]
    [InlineData("The courier was rude, but the price is fair", "delivery staff|price")]
    [InlineData("I was charged twice on my card", "payment")]
    [InlineData("Aradım ama kimse telefonu açmadı", "|support")]
    [InlineData("Bugün hava güzel", "")]
    public void Read_Clauses_SpeakOfTheirTopics(string text, string expected) =>
        string.Join('|', understanding.Read(text).Clauses.Select(c => string.Join(' ', c.Topics))).ShouldBe(expected);

    [Fact]
    public void Ready_Model_IsValidAndComesBackFromItsBytes()
    {
        TopicModel.Ready.Check().ShouldBeNull();
        TopicModel.Ready.Topics.Count.ShouldBeGreaterThan(10);
        var bytes = TopicModel.Ready.Write();
        TopicModel.Read(bytes).Value.Write().ShouldBe(bytes);
    }

    [Theory]
    [InlineData("null", "topics_invalid")]
    [InlineData("{", "topics_invalid")]
    [InlineData("""{"topics":null}""", "topics_invalid")]
    [InlineData("""{"topics":[null]}""", "topics_invalid")]
    [InlineData("""{"topics":[],"more":1}""", "topics_invalid")]
    [InlineData("""{"topics":[{"key":"Ab","nameTr":"a","nameEn":"b"}]}""", "topic_key_invalid")]
    [InlineData("""{"topics":[{"key":"a","nameTr":"","nameEn":"b"}]}""", "topic_name_invalid")]
    [InlineData("""{"topics":[{"key":"a","nameTr":"a","nameEn":"b"}]}""", "topic_empty")]
    [InlineData("""{"topics":[{"key":"a","nameTr":"a","nameEn":"b","tr":{"keywords":["!!"]}}]}""", "topic_keyword_invalid")]
    [InlineData("""{"topics":[{"key":"a","nameTr":"a","nameEn":"b","tr":{"keywords":null}}]}""", "topic_empty")]
    [InlineData("""{"topics":[{"key":"a","nameTr":"a","nameEn":"b","tr":{"keywords":["x"]}},{"key":"a","nameTr":"a","nameEn":"b","tr":{"keywords":["x"]}}]}""", "topic_key_taken")]
    public void Read_WrongModel_SaysWhat(string json, string code) => TopicModel.Read(Encoding.UTF8.GetBytes(json)).Problem!.Code.ShouldBe(code);

    [Fact]
    public void Propose_PhraseThatNoTopicCovers_IsFound()
    {
        var texts = Enumerable.Range(0, 200).Select(i => (i % 4) switch
        {
            0 => $"Kargo hızlıydı {i}",
            1 => $"Burada şarj istasyonu yok {i}",
            2 => $"Fiyat iyi {i}",
            _ => $"Ürün kalitesi güzel {i}",
        }).ToList();
        var found = TopicDiscovery.Propose(texts, new TopicMatcher(TopicModel.Ready), TextLanguage.Turkish);
        found[0].Phrase.ShouldBe("şarj istasyonu");
        found[0].Texts.ShouldBe(50);
        found[0].Share.ShouldBe(0.25);
        found[0].Examples.Count.ShouldBe(3);
        found.ShouldNotContain(f => f.Phrase.Contains("argo", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Bir daha sizden almam", TextIntentKind.ChurnThreat)]
    [InlineData("I will never buy again", TextIntentKind.ChurnThreat)]
    [InlineData("Üyeliğimi iptal edeceğim", TextIntentKind.ChurnThreat)]
    [InlineData("Ürün bozuk çıktı, rezalet", TextIntentKind.Complaint)]
    [InlineData("Keşke daha çok renk seçeneği olsa", TextIntentKind.Suggestion)]
    [InlineData("It would be nice to have more colours", TextIntentKind.Suggestion)]
    [InlineData("Siparişim ne zaman gelecek?", TextIntentKind.Request)]
    [InlineData("Please call me", TextIntentKind.Request)]
    [InlineData("Çok teşekkür ederim, harikasınız", TextIntentKind.Praise)]
    public void Read_Intents_AreFound(string text, TextIntentKind expected) => understanding.Read(text).Intents.Select(i => i.Kind).ShouldContain(expected);

    [Fact]
    public void Read_KeyPhrases_AreWhatItIsAbout()
    {
        const string Text = "Müşteri hizmetleri çok ilgiliydi ama şarj kablosu kısa geldi";
        understanding.Read(Text).KeyPhrases.Select(p => p.Of(Text)).ShouldBe(["Müşteri hizmetleri", "şarj kablosu kısa"]);
    }

    [Fact]
    public void Read_TopicsOfOnesOwn_AreUsedAtOnce()
    {
        understanding.Topics = TopicModel.Read("""{"topics":[{"key":"cat","nameTr":"Kedi","nameEn":"Cat","tr":{"keywords":["kedi"]}}]}"""u8).Value;
        understanding.Read("Kedilerimiz mamayı sevdi").Topics.ShouldBe(["cat"]);
    }
}
