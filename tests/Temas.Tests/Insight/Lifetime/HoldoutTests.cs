using Temas.Insight.Lifetime;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>Whether a study is good for saying something of anybody.</summary>
public sealed class HoldoutTests
{
    private const long Day = 86_400_000;

    // Customers who order at a rate of their own and leave at random; from a day on all of them much more often, or for much more.
    private static LifetimeStudy Study(int days, double after = 1, double worth = 1)
    {
        var random = new Random(11);
        var (starts, times, amounts) = (new List<int> { 0 }, new List<long>(), new List<double>());
        var cut = days * 3 / 4;
        for (var c = 0; c < 600; c++)
        {
            var (at, rate) = (random.NextDouble() * days / 2, 0.02 + (random.NextDouble() * 0.06));
            while (at < days)
            {
                times.Add((long)(at * Day));
                amounts.Add((80 + (random.NextDouble() * 40)) * (at < cut ? 1 : worth));
                if (random.NextDouble() < 0.05) break;
                at += -Math.Log(1 - random.NextDouble()) / (rate * (at < cut ? 1 : after));
            }

            starts.Add(times.Count);
        }

        return LifetimeStudy.Of(new OrderHistories([.. Enumerable.Range(0, 600)], [.. starts], [.. times], [.. amounts]), days * Day)!;
    }

    [Fact]
    public void State_IsOfWhatCameOnTimeThatItHadNotSeen()
    {
        var same = Study(400);
        (same.State, same.ValueState).ShouldBe((FitState.Holds, FitState.Holds), $"{same.Holdout}");
        var oftener = Study(400, after: 6);
        (oftener.State, oftener.ValueState).ShouldBe((FitState.Failed, FitState.Failed), $"{oftener.Holdout}");
        var dearer = Study(400, worth: 4);
        (dearer.State, dearer.ValueState).ShouldBe((FitState.Holds, FitState.Failed), $"{dearer.Holdout}");
        Study(90).State.ShouldBe(FitState.Unchecked, "three weeks say too little");
    }
}
