using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;

namespace Temas.Tests.Feedback.Texts;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("Kargo çok hızlıydı, teşekkürler", TextLanguage.Turkish)]
    [InlineData("cok guzel urun tavsiye ederim", TextLanguage.Turkish)]
    [InlineData("urun bozuk cikti iade etmek istiyorum", TextLanguage.Turkish)]
    [InlineData("BERBAT BİR DENEYİM", TextLanguage.Turkish)]
    [InlineData("hiç memnun kalmadım", TextLanguage.Turkish)]
    [InlineData("müşteri hizmetlerine ulaşamıyorum", TextLanguage.Turkish)]
    [InlineData("süper", TextLanguage.Turkish)]
    [InlineData("The delivery was late and nobody answered my emails.", TextLanguage.English)]
    [InlineData("not bad at all", TextLanguage.English)]
    [InlineData("Great product, works perfectly", TextLanguage.English)]
    [InlineData("I WILL NEVER BUY THIS AGAIN", TextLanguage.English)]
    [InlineData("terrible service", TextLanguage.English)]
    [InlineData("Die Lieferung war sehr schnell und das Produkt ist gut", TextLanguage.Other)]
    [InlineData("Le produit est très bien, merci pour la livraison", TextLanguage.Other)]
    [InlineData("El producto no es bueno y la entrega fue muy tarde", TextLanguage.Other)]
    [InlineData("Очень хороший товар", TextLanguage.Other)]
    [InlineData("منتج جيد جدا", TextLanguage.Other)]
    [InlineData("12345 !!!", TextLanguage.Other)]
    [InlineData("", TextLanguage.Other)]
    public void Of_TextsOfKnownLanguage_IsThatLanguage(string text, TextLanguage expected)
    {
        var buffer = new TokenBuffer();
        buffer.Read(text);
        LanguageGuess.Of(buffer).Language.ShouldBe(expected);
    }

    [Fact]
    public void Of_MoreEvidence_IsMoreConfident()
    {
        var buffer = new TokenBuffer();
        buffer.Read("iyi");
        var little = LanguageGuess.Of(buffer).Confidence;
        buffer.Read("Ürün çok iyi, kargo da hızlı geldi, herkese tavsiye ederim");
        LanguageGuess.Of(buffer).Confidence.ShouldBeGreaterThan(little);
        LanguageGuess.Of(buffer).Confidence.ShouldBeGreaterThan(0.99);
    }
}
