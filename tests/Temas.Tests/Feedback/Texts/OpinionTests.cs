using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Learning;

namespace Temas.Tests.Feedback.Texts;

/// <summary>What words and rules find, without a model.</summary>
public sealed class OpinionTests
{
    private readonly TextUnderstanding understanding = new();

    [Theory]
    [InlineData("Çok güzel bir ürün")]
    [InlineData("cok guzel tesekkurler")]
    [InlineData("ÇOK BEĞENDİM")]
    [InlineData("çoook güzelll")]
    [InlineData("Ürünü beğendik, memnunuz")]
    [InlineData("Hiç sorun yaşamadım")]
    [InlineData("sorunsuz bir alışverişti")]
    [InlineData("herhangi bir sıkıntı yok")]
    [InlineData("kötü değil")]
    [InlineData("pişman olmazsınız")]
    [InlineData("tereddüt etmeden alın, kaliteli")]
    [InlineData("kargolama hızlıydı 👍")]
    [InlineData("😍😍")]
    [InlineData("sağ salim geldi :)")]
    [InlineData("beklediğimden iyi çıktı")]
    [InlineData("hasarsız ve zamanında geldi")]
    [InlineData("not bad at all")]
    [InlineData("without any problem")]
    [InlineData("No issues so far, works great")]
    [InlineData("I can't complain")]
    [InlineData("sooo goooood")]
    [InlineData("I highly recommend it")]
    public void Judge_Praise_IsPositive(string text)
    {
        var found = understanding.Judge(text);
        found.Label.ShouldBe(SentimentLabel.Positive, $"{text}: {found}");
        found.Score.ShouldBeInRange(0.12, 1);
    }

    [Theory]
    [InlineData("Hiç memnun kalmadım")]
    [InlineData("hic memnun kalmadim")]
    [InlineData("Tavsiye etmiyorum")]
    [InlineData("tavsiye etmem")]
    [InlineData("güzel değil")]
    [InlineData("pek iyi değil")]
    [InlineData("kaliteli bir ürün değil")]
    [InlineData("Ürün kırık geldi")]
    [InlineData("beğenmedim")]
    [InlineData("BERBAT")]
    [InlineData("ürün çalışmıyor")]
    [InlineData("kesinlikle almayın")]
    [InlineData("sakin almayin")]
    [InlineData("beş para etmez")]
    [InlineData("paranıza yazık")]
    [InlineData("kalitesi yok")]
    [InlineData("iki haftadır cevap vermediler")]
    [InlineData("hayal kırıklığına uğradım")]
    [InlineData("👎")]
    [InlineData(":(")]
    [InlineData("not good")]
    [InlineData("I would not recommend this")]
    [InlineData("It doesn't work")]
    [InlineData("never again")]
    [InlineData("The support was not helpful")]
    [InlineData("waste of money")]
    public void Judge_Blame_IsNegative(string text)
    {
        var found = understanding.Judge(text);
        found.Label.ShouldBe(SentimentLabel.Negative, $"{text}: {found}");
        found.Score.ShouldBeInRange(-1, -0.12);
    }

    [Theory]
    [InlineData("Ürünleriniz çok güzel ama fiyatlar düşmeli")]
    [InlineData("Kargo çok hızlıydı, paketleme iyileştirilmeli")]
    [InlineData("It would be nice to have a bag, but the service was excellent")]
    [InlineData("I wish the shop were nearer, but the people there are wonderful")]
    public void Judge_PraiseBesideAWish_IsPraise(string text)
    {
        var read = understanding.Read(text);
        read.Sentiment.Label.ShouldBe(SentimentLabel.Positive, $"{text}: {read.Sentiment}");
        read.Intents.Select(i => i.Kind).ShouldContain(TextIntentKind.Suggestion);
    }

    [Theory]
    [InlineData("Gönül rahatlığıyla alınabilir")]
    [InlineData("Çok güzel, güvenilebilir bir site")]
    [InlineData("Harika bir yer, tavsiye edilebilir")]
    [InlineData("Elmalı kurabiye harika")]
    [InlineData("Kıymalı börek çok lezzetli")]
    [InlineData("Düğmeli gömlek çok güzel")]
    [InlineData("Çok güzel bir elbise işlemeli")]
    [InlineData("Harika bir ürün kolayca kullanılabilir")]
    [InlineData("Fiyatı çok uygun normali")]
    [InlineData("I would like to thank the driver for his excellent service")]
    [InlineData("We would love to come back to this wonderful place")]
    [InlineData("They could help me at once, great people")]
    [InlineData("I would be happy to recommend this great shop")]
    public void Judge_PraiseThatSoundsLikeAWish_IsPraise(string text)
    {
        var read = understanding.Read(text);
        read.Sentiment.Label.ShouldBe(SentimentLabel.Positive, $"{text}: {read.Sentiment}");
        read.Intents.Select(i => i.Kind).ShouldNotContain(TextIntentKind.Suggestion);
    }

    [Theory]
    [InlineData("Kasalar daha hızlı çalışmalı")]
    [InlineData("Kasalar daha hızlı çalışmalı bence")]
    [InlineData("Daha güzel kutular kullanmalısınız")]
    [InlineData("İade süreci kolaylaştırılabilir")]
    [InlineData("Mağazaya sandalye konsa çok daha güzel olur")]
    [InlineData("I would love to see a nicer bag")]
    [InlineData("It would also be nice to pay by phone")]
    [InlineData("We would like it if the shop had better light")]
    public void Judge_Wish_PraisesNothing(string text)
    {
        var read = understanding.Read(text);
        read.Sentiment.Label.ShouldNotBe(SentimentLabel.Positive, $"{text}: {read.Sentiment}");
        read.Intents.Select(i => i.Kind).ShouldContain(TextIntentKind.Suggestion);
    }

    [Theory]
    [InlineData("Ürünü dün aldım")]
    [InlineData("Siparişim 3 gün önce kargoya verildi")]
    [InlineData("I ordered two of them on Monday")]
    [InlineData("")]
    [InlineData("...")]
    public void Judge_NoOpinion_IsNeutralAndUnsure(string text)
    {
        var found = understanding.Judge(text);
        found.Label.ShouldBe(SentimentLabel.Neutral, $"{text}: {found}");
        found.Confidence.ShouldBeLessThan(0.5);
    }

    [Theory]
    [InlineData("kargo hızlıydı ama ürün kırık geldi", "kargo hızlıydı|ama ürün kırık geldi", "+-")]
    [InlineData("Kargo hızlıydı, ürün kırık geldi", "Kargo hızlıydı,|ürün kırık geldi", "+-")]
    [InlineData("kargo hızlıydı ürün kırık geldi", "kargo hızlıydı|ürün kırık geldi", "+-")]
    [InlineData("Personel çok nazikti. Ürün ise çok pahalı!", "Personel çok nazikti.|Ürün ise çok pahalı!", "+-")]
    [InlineData("Great quality but the delivery was late", "Great quality|but the delivery was late", "+-")]
    [InlineData("Ekran güzel ve pil berbat", "Ekran güzel|ve pil berbat", "+-")]
    [InlineData("Güzel ve kullanışlı bir ürün", "Güzel ve kullanışlı bir ürün", "+")]
    [InlineData("The staff were friendly, the store was clean", "The staff were friendly,|the store was clean", "++")]
    public void Read_SeveralOpinions_AreToldApart(string text, string clauses, string signs)
    {
        var read = understanding.Read(text);
        string.Join('|', read.Clauses.Select(c => c.Span.Of(text))).ShouldBe(clauses);
        string.Concat(read.Clauses.Select(c => c.Sentiment.Score > 0.1 ? '+' : c.Sentiment.Score < -0.1 ? '-' : '0')).ShouldBe(signs);
    }

    [Fact]
    public void Read_Words_StandWhereTheyCarriedTheSentiment()
    {
        const string Text = "Ürün fena değil 🙂 yine de hayal kırıklığı yaşadım";
        var words = understanding.Read(Text).Clauses.SelectMany(c => c.Words).ToList();
        words.Select(w => w.Span.Of(Text)).ShouldBe(["fena değil", "🙂", "hayal kırıklığı"]);
        words[0].Weight.ShouldBeGreaterThan(0);
        words[2].Weight.ShouldBeLessThan(-2);
    }

    [Fact]
    public void Read_TurkishLetterThatWasTyped_IsNotOverlooked()
    {
        // "Sakin" is calm, "sakın" a warning; typed without the dot's absence both are the same.
        understanding.Judge("sakın alma").Score.ShouldBeLessThan(0);
        understanding.Judge("şık").Score.ShouldBeGreaterThan(0);
        understanding.Judge("sık").Score.ShouldBe(0);
    }

    [Fact]
    public void Judge_Strengthened_WeighsMore()
    {
        double Of(string text) => understanding.Judge(text).Score;
        Of("çok güzel").ShouldBeGreaterThan(Of("güzel"));
        Of("biraz kötü").ShouldBeGreaterThan(Of("kötü"));
        Of("güzel!!!").ShouldBeGreaterThan(Of("güzel"));
        Of("güzeeeel").ShouldBeGreaterThan(Of("güzel"));
        Of("really good").ShouldBeGreaterThan(Of("good"));
    }

    [Fact]
    public void Read_AnyCharacters_NeverThrowsAndStaysInBounds()
    {
        var random = new Random(2);
        string[] pieces = ["ama", "değil", "yok", "çok", "güzel", "not", "but", "👍🏽", ":)", ".", ",", "\n", "\ud800", "\u0307", "beş", "para", "etmez", "no", "a@b.c", "http://", "''", "IIIIII", "ı", new string('x', 300), "12.", "ve"];
        for (var run = 0; run < 2000; run++)
        {
            var text = string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var read = understanding.Read(text);
            read.Sentiment.Score.ShouldBeInRange(-1, 1);
            read.Sentiment.Confidence.ShouldBeInRange(0, 1);
            foreach (var word in read.Clauses.SelectMany(c => c.Words)) word.Span.End.ShouldBeLessThanOrEqualTo(text.Length);
        }
    }

    [Fact]
    public void Judge_ManyTexts_AllocatesNothing()
    {
        const string Text = "Kargo hızlıydı ama ürün kırık geldi, hiç memnun kalmadım :(";
        for (var i = 0; i < 50; i++) understanding.Judge(Text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) understanding.Judge(Text);
        // What keeps the readers may take a node now and then.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100 * 64);
    }
}
