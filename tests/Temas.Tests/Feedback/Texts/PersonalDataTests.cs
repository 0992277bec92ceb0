using Temas.Feedback.Texts;

namespace Temas.Tests.Feedback.Texts;

public sealed class PersonalDataTests
{
    [Theory]
    [InlineData("Bana ayse.yilmaz+x@ornek.com.tr adresinden yazın.", PersonalDataKind.Email, "ayse.yilmaz+x@ornek.com.tr")]
    [InlineData("Numaram 0532 123 45 67, arayın", PersonalDataKind.Phone, "0532 123 45 67")]
    [InlineData("tel:+90 (532) 123-45-67.", PersonalDataKind.Phone, "+90 (532) 123-45-67")]
    [InlineData("5321234567", PersonalDataKind.Phone, "5321234567")]
    [InlineData("call +44 20 7946 0958 now", PersonalDataKind.Phone, "+44 20 7946 0958")]
    [InlineData("TC: 10000000146", PersonalDataKind.NationalId, "10000000146")]
    [InlineData("iban TR33 0006 1005 1978 6457 8413 26 hesabıma", PersonalDataKind.Iban, "TR33 0006 1005 1978 6457 8413 26")]
    [InlineData("GB82WEST12345698765432", PersonalDataKind.Iban, "GB82WEST12345698765432")]
    [InlineData("kart 4111 1111 1111 1111 ile", PersonalDataKind.Card, "4111 1111 1111 1111")]
    [InlineData("plakam 34 ABC 123 idi", PersonalDataKind.Plate, "34 ABC 123")]
    [InlineData("06A1234", PersonalDataKind.Plate, "06A1234")]
    public void Find_PersonalData_WhereItStands(string text, PersonalDataKind kind, string expected)
    {
        var found = PersonalData.Find(text).ShouldHaveSingleItem();
        found.Kind.ShouldBe(kind);
        found.Span.Of(text).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Sipariş numaram 10000000147")]
    [InlineData("kart 4111 1111 1111 1112 gibi")]
    [InlineData("TR33 0006 1005 1978 6457 8413 27")]
    [InlineData("64 GB 2020 model")]
    [InlineData("2 adet, 15.10.2026 tarihinde 10:30'da 1.250,00 TL")]
    [InlineData("3 gün sonra @ marka bana yazdı")]
    [InlineData("")]
    public void Find_OtherNumbers_AreNot(string text) => PersonalData.Find(text).ShouldBeEmpty();

    [Fact]
    public void MaskAll_Text_KeepsEveryPlace()
    {
        const string Text = "Ben a@b.com, tel 0532 123 45 67; ürün kırık.";
        var masked = PersonalData.MaskAll(Text);
        masked.ShouldBe("Ben •@•.•••, tel •••• ••• •• ••; ürün kırık.");
        masked.Length.ShouldBe(Text.Length);
    }

    [Fact]
    public void Find_AnyCharacters_NeverOverlapsNorLeavesTheText()
    {
        var random = new Random(4);
        const string Alphabet = "0123456789 +()-./@aTR34ABC•\ud83d\ude00";
        for (var run = 0; run < 5000; run++)
        {
            var text = string.Create(random.Next(80), random, (into, r) =>
            {
                foreach (ref var c in into) c = Alphabet[r.Next(Alphabet.Length)];
            });
            var end = 0;
            foreach (var (_, span) in PersonalData.Find(text))
            {
                span.Start.ShouldBeGreaterThanOrEqualTo(end);
                end = span.End;
            }

            end.ShouldBeLessThanOrEqualTo(text.Length);
        }
    }
}
