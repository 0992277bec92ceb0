using System.Text;
using Temas.Feedback.Texts;

namespace Temas.Tests.Feedback.Texts;

public sealed class TokenBufferTests
{
    private readonly TokenBuffer buffer = new();

    [Theory]
    [InlineData("IŞIK İstanbul ÇOK", "ışık istanbul çok", "isik istanbul cok")]
    [InlineData("Ankara'ya don't", "ankaraya dont", "ankaraya dont")]
    [InlineData("çoook güzelll", "çok güzel", "cok guzel")]
    [InlineData("gu\u0308zel s\u0327ey i\u0307yi", "güzel şey iyi", "guzel sey iyi")]
    public void Read_Words_HaveTheirForms(string text, string lower, string folded)
    {
        buffer.Read(text);
        Join(lower: true).ShouldBe(lower);
        Join(lower: false).ShouldBe(folded);
    }

    [Theory]
    [InlineData("iyi :) kötü :-( <3", "Word Emoticon Word Emoticon Emoticon")]
    [InlineData("saat 10:30 fiyat 5,99", "Word Number Word Number")]
    [InlineData("👍🏽 ❤️ 👨‍👩‍👧", "Emoji Emoji Emoji")]
    [InlineData("bak https://a.example/x?y=:) ve a.b@c.example", "Word Link Word Link")]
    [InlineData("kötü.Çok!!!", "Word Mark Word Mark")]
    public void Read_MixedText_TellsKindsApart(string text, string kinds)
    {
        buffer.Read(text);
        string.Join(' ', buffer.Tokens.ToArray().Select(t => t.Kind)).ShouldBe(kinds);
    }

    [Fact]
    public void Read_AnyCharacters_TokensLieInOrderWithinTheText()
    {
        var random = new Random(1);
        const string Alphabet = "aıİIşçgğ üö.,!?:;=)(-3<@/'’\ud83d\ude00\ud800\udc00\u0307\u0327\u200d\ufe0f\n\t\0Zz9%";
        for (var run = 0; run < 3000; run++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(60); i > 0; i--) text.Append(Alphabet[random.Next(Alphabet.Length)]);
            buffer.Read(text.ToString());
            var end = 0;
            foreach (var token in buffer.Tokens)
            {
                token.Start.ShouldBeGreaterThanOrEqualTo(end);
                token.Length.ShouldBeGreaterThan(0);
                end = token.End;
                buffer.Lower(token).Length.ShouldBe(buffer.Folded(token).Length);
            }

            end.ShouldBeLessThanOrEqualTo(text.Length);
        }
    }

    [Fact]
    public void Read_VeryLongText_StopsAtTheLimit()
    {
        buffer.Read(new string('a', 1_000_000));
        buffer.Tokens[^1].End.ShouldBeLessThanOrEqualTo(TokenBuffer.MaxLength);
    }

    private string Join(bool lower) => string.Join(' ', buffer.Tokens.ToArray().Select(t => (lower ? buffer.Lower(t) : buffer.Folded(t)).ToString()));
}
