using Temas.Insight.Indicators;

namespace Temas.Tests.Insight.Indicators;

/// <summary>Which of several figures an indicator of the library goes by.</summary>
public sealed class VariantTests
{
    [Fact]
    public void Decide_GoesByWhatThereIs_AndKeepsWhatItHas()
    {
        ChooseVariants.Decide(0, [null, null]).ShouldBe(0, "nothing is known of any");
        ChooseVariants.Decide(0, [null, 1]).ShouldBe(1, "one answer is more than none");
        ChooseVariants.Decide(1, [1, 500]).ShouldBe(1, "a single event of the usual form is a test");
        ChooseVariants.Decide(1, [900, 500]).ShouldBe(1, "not twice as much");
        ChooseVariants.Decide(1, [1000, 500]).ShouldBe(0);
        ChooseVariants.Decide(1, [20, 0]).ShouldBe(1, "too few to change for");
        ChooseVariants.Decide(1, [30, 0, 40]).ShouldBe(2, "it stopped, and another goes on");
    }

    [Fact]
    public void Decide_AgainByTheSameData_ChangesNothing_AndByDataThatMovesALittle_NeitherGoesBack()
    {
        var random = new Random(4);
        for (var i = 0; i < 5000; i++)
        {
            long?[] samples = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Next(4) == 0 ? (long?)null : random.Next(200))];
            var (before, chosen) = (random.Next(samples.Length), 0);
            chosen = ChooseVariants.Decide(before, samples);
            ChooseVariants.Decide(chosen, samples).ShouldBe(chosen);
            if (chosen == before || samples[before] is null) continue;
            // A third more or less of each does not undo it.
            long?[] moved = [.. samples.Select(s => s is { } n ? (long?)Math.Round(n * (0.75 + (0.5 * random.NextDouble()))) : null)];
            ChooseVariants.Decide(chosen, moved).ShouldNotBe(before);
        }
    }
}
