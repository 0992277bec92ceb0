using System.Globalization;

namespace Temas.Tests.Architecture;

/// <summary><c>./test</c> runs this project once more under <c>LC_ALL=tr_TR.UTF-8</c>; this shows that the rules are then really Turkish.</summary>
public sealed class CultureTests
{
    [Fact]
    public void CurrentCulture_WhenTheRunAsksForOne_IsThatOne()
    {
        if (Environment.GetEnvironmentVariable("TEMAS_TEST_CULTURE") is not { } culture) return;
        CultureInfo.CurrentCulture.Name.ShouldBe(culture);
        "I".ToLower(CultureInfo.CurrentCulture).ShouldBe("ı");
    }
}
