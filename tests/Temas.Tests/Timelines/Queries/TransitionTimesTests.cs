using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

public sealed class TransitionTimesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Medians_SeldomAndOftenTaken_AreThoseOfSortedTimes(int seed)
    {
        var random = new Random(seed);
        Func<long>[] worlds =
        [
            () => random.Next(480_000), () => random.Next(3), () => 0, () => TransitionTimes.Longest, () => (long)Math.Exp(random.NextDouble() * 27), () => random.Next(2) == 0 ? 5 : 1_800_000, () => random.NextInt64(TransitionTimes.Longest * 4),
        ];

        // Two who note, the second of whom has other numbers for the same transitions, and some that nobody takes.
        const int Transitions = 40;
        int[] numbers = [.. Enumerable.Range(0, Transitions + 3).Select(n => n < Transitions ? Transitions - 1 - n : -1)];
        var budget = new MemoryBudget(1 << 30);
        TransitionTimes[] noted = [new(budget), new(budget)];
        var all = Enumerable.Range(0, Transitions).Select(_ => new List<long>()).ToArray();
        for (var transition = 0; transition < Transitions; transition++)
        {
            var (world, count) = (worlds[transition % worlds.Length], random.Next(4) switch { 0 => 0, 1 => random.Next(1, 5), 2 => random.Next(1_900, 2_200), _ => random.Next(20_000) });
            for (var i = 0; i < count; i++)
            {
                var (time, by) = (world(), random.Next(2));
                noted[by].Add(by == 0 ? transition : Transitions - 1 - transition, time);
                noted[by].Add(7, 1, 0);
                all[transition].Add(Math.Min(time, TransitionTimes.Longest));
            }
        }

        var medians = TransitionTimes.Medians([(noted[0], null), (noted[1], numbers)], [.. all.Select(a => (long)a.Count)], budget, 2);

        medians.ShouldBe(all.Select(a => Quantile.Of(a, 0.5) ?? 0));
    }
}
