using Temas.Feedback.Asking.Invites;

namespace Temas.Tests.Feedback.Invites;

public sealed class ShortTextTests
{
    private const string Link = "https://t.example/i/main/AbCdEfGhIjKl";

    [Theory]
    [InlineData("How was it?", 160)]
    [InlineData("Kargo nasıldı?", 70)]
    [InlineData("Çok güzel 😀", 70)]
    [InlineData("Öğün £5 @ café", 70)]
    [InlineData("Grüße £5 @ caffè", 160)]
    public void Most_ByItsLetters_IsWhatOneMessageHolds(string text, int most) => ShortText.Most(text).ShouldBe(most);

    [Fact]
    public void Fill_WhatIsTooLong_CutsTheTitleAndNeverTheLink()
    {
        ShortText.Fill("{title} {link}", "Nasıldı?", "", Link).ShouldBe($"Nasıldı? {Link}");
        var cut = ShortText.Fill("{title} {link}", "Kargonuz nasıldı, memnun kaldınız mı, yeniden alışveriş eder misiniz?", "", Link);
        cut.Length.ShouldBeLessThanOrEqualTo(70);
        cut.ShouldEndWith("... " + Link);
        // A title whose wide letters are all cut away fits more again, and no letter is cut in two.
        ShortText.Fill("{title} {link}", new string('a', 200) + "ş", "", Link).Length.ShouldBe(160);
        foreach (var length in Enumerable.Range(1, 80)) ShortText.Fill("{title} {link}", string.Concat(Enumerable.Repeat("😀", length)), "", Link).EnumerateRunes().ShouldNotContain(System.Text.Rune.ReplacementChar);
        var whole = ShortText.Fill("{name}, " + new string('x', 300) + " {link}", "t", "Işıl", Link);
        whole.ShouldStartWith("Işıl, ");
        whole.ShouldEndWith(Link);
    }
}
