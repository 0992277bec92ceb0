using Temas.Insight.Lifetime.Subscriptions;
using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>Subscriptions of which is known what ends them: in thirty days one in 25, half as often with the plan <c>pro</c>, and three times as often where nothing was done for a month.</summary>
internal static class PlantedSubscriptions
{
    private const long Day = 86_400_000;

    /// <summary>So many, begun over 600 days and watched for 720, the same for the same seed.</summary>
    public static (List<SubscriptionSpell> Spells, long End) Of(int count, int seed)
    {
        var (random, spells, end) = (new Random(seed), new List<SubscriptionSpell>(), 720 * Day);
        for (var i = 0; i < count; i++)
        {
            var begin = (long)(random.NextDouble() * 600 * Day);
            var (plan, payments, months, cancelled) = (random.NextDouble() < 0.3 ? "pro" : "basic", new List<long> { begin }, new List<SubscriberMonth>(), (long?)null);
            for (var month = 0; begin + (month * 30 * Day) <= end; month++)
            {
                var at = begin + (month * 30 * Day);
                var quiet = month > 0 && random.NextDouble() < 0.25;
                months.Add(quiet ? SubscriberMonth.Quiet : SubscriberMonth.None);
                if (month > 0) payments.Add(at);
                var ends = -Math.Log(1 - random.NextDouble()) / ((plan == "pro" ? 0.02 : 0.04) * (quiet ? 3 : 1)) * 30;
                if (ends >= 30 || at + (ends * Day) > end) continue;
                cancelled = at + (long)(ends * Day);
                break;
            }

            spells.Add(new SubscriptionSpell(i, plan, payments, cancelled, true, months));
        }

        return (spells, end);
    }
}
