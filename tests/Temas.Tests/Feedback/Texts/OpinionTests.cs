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
