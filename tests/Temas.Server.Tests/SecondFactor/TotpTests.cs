using System.Text;
using Temas.Server.SecondFactor;

namespace Temas.Server.Tests.SecondFactor;

public sealed class TotpTests
{
    // The secret of RFC 6238, appendix B, for SHA-1.
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>Appendix B of RFC 6238, its eight digits cut to six.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void CodeOf_AtTheMomentsOfTheStandard_IsItsCode(long seconds, string code) =>
        Totp.CodeOf(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))).ShouldBe(code);

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Match_OfANeighbouringStep_IsOneStepEachWay(int away, bool taken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = Totp.StepOf(now) + away;
        Totp.Match(Secret, Totp.CodeOf(Secret, step), now, 0).ShouldBe(taken ? step : null);
    }

    [Fact]
    public void Match_OfAStepThatWasTaken_IsNone()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = Totp.StepOf(now);
        Totp.Match(Secret, Totp.CodeOf(Secret, step), now, step).ShouldBeNull();
        Totp.Match(Secret, Totp.CodeOf(Secret, step - 1), now, step).ShouldBeNull("an older one is not taken after a newer one");
        Totp.Match(Secret, Totp.CodeOf(Secret, step + 1), now, step).ShouldBe(step + 1);
        foreach (var typed in new[] { "", "12345", "1234567", "abcdef", "١٢٣٤٥٦" }) Totp.Match(Secret, typed, now, 0).ShouldBeNull(typed);
    }

    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_OfTheStandard_IsItsText(string text, string expected) => Totp.Base32(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void Uri_HoldsSecretAndAccount() =>
        Totp.Uri(Secret, "a+b@example.com").ShouldBe("otpauth://totp/Temas:a%2Bb%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Temas&algorithm=SHA1&digits=6&period=30");

    [Fact]
    public void RecoveryCodes_AreDifferentAndReadAsTyped()
    {
        var codes = RecoveryCodes.Make();
        codes.Count.ShouldBe(10);
        codes.ShouldBeUnique();
        foreach (var code in codes) RecoveryCodes.Digest("p", code.ToUpperInvariant().Replace('-', ' ')).ShouldBe(RecoveryCodes.Digest("p", code));
        RecoveryCodes.Digest("p", codes[0]).ShouldNotBe(RecoveryCodes.Digest("q", codes[0]));
        foreach (var typed in new[] { "", "123456", codes[0] + "a", "İıııııııııııııııı" }) RecoveryCodes.Digest("p", typed).ShouldBeNull(typed);
    }
}
