using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>Quantiles of as many values as no world by chance has: they are selected by bins, several rounds of them, and must be what sorting gives.</summary>
public sealed class QuantileTests
{
    private static readonly double[] Shares = [0, 0.001, 0.25, 0.5, 0.9, 0.99999, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(257)]
    [InlineData(10_001)]
    [InlineData(50_000)]
    public void Of_AnyValues_IsThatOfSortedValues(int count)
    {
        var random = new Random(count);
        Func<long>[] worlds = [() => random.Next(10), () => random.NextInt64(), () => random.NextInt64(long.MinValue, long.MaxValue), () => random.Next(20) == 0 ? random.NextInt64() : random.Next(3), () => 7, () => (long)Math.Exp(random.NextDouble() * 40)];
        foreach (var world in worlds)
        {
            List<long> durations = [.. Enumerable.Range(0, count).Select(_ => Math.Abs(world() / 2))];
            List<double> numbers = [.. Enumerable.Range(0, count).Select(_ => world() / 7.0)];
            var before = numbers.ToList();
            foreach (var share in Shares)
            {
                Quantile.Of(durations, share)!.Value.ShouldBe(Sorted(durations.ConvertAll(d => (double)d), share));
                Quantile.Of(numbers, share).ShouldBe(Sorted(numbers, share));
            }

            var both = (Quantile.Of(durations, 0.5), Quantile.Of(durations, 0.9));
            Quantile.OfEach([durations, [], durations], 0.5, 0.9, 2).ShouldBe([both, (null, null), both]);
            numbers.ShouldBe(before);
        }
    }

    private static double Sorted(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        var place = share * (sorted.Count - 1);
        var low = (int)place;
        return place == low ? sorted[low] : sorted[low] + ((place - low) * (sorted[low + 1] - sorted[low]));
    }
}
