using Temas.Timelines.Findings;

namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>How long it takes until a subscription is paid again, in milliseconds. It names no plan that few have: that would be as good as a name.</summary>
/// <param name="ByPlan">By plan ("" for none), of those that enough customers have and of which enough is known.</param>
/// <param name="Common">Of all plans together; null where too little is known.</param>
internal sealed record PaymentRhythms(IReadOnlyDictionary<string, double> ByPlan, double? Common)
{
    /// <summary>A plan that fewer customers have is not told apart.</summary>
    public const int LeastCustomers = 20;

    private const int LeastGaps = 20;

    // Hardly anybody is paid less often.
    private const double Year = 366 * 86_400_000.0;

    /// <summary>What is known of subscriptions at a moment.</summary>
    public static PaymentRhythms Of(IReadOnlyList<SubscriptionSpell> spells, long at)
    {
        var (byPlan, all) = (new Dictionary<string, double>(StringComparer.Ordinal), new List<double>());
        foreach (var plan in spells.Where(s => s.From < at).GroupBy(s => s.Plan ?? "", StringComparer.Ordinal))
        {
            var gaps = plan.SelectMany(s => Gaps(s, at)).ToList();
            all.AddRange(gaps);
            if (gaps.Count >= LeastGaps && AreMany(plan.Select(s => s.Customer))) byPlan.Add(plan.Key, Median(gaps));
        }

        return new PaymentRhythms(byPlan, all.Count >= LeastGaps ? Median(all) : null);
    }

    /// <summary>Whether so many customers are among some that they may be told apart.</summary>
    public static bool AreMany(IEnumerable<int> customers) => customers.Distinct().Take(LeastCustomers).Count() == LeastCustomers;

    /// <summary>
    /// How long it takes until this one is paid again; null where nothing is known. Where few have her plan she goes by her own payments and by what is usual, whichever is longer; and by a year as long as she paid once, for her plan may be a yearly one.
    /// </summary>
    public double? Of(SubscriptionSpell spell, long at)
    {
        if (ByPlan.TryGetValue(spell.Plan ?? "", out var known)) return known;
        if (Common is not { } usual) return null;
        var hers = Gaps(spell, at).ToList();
        return Math.Max(usual, hers.Count == 0 ? Year : Median(hers));
    }

    private static double Median(List<double> gaps)
    {
        gaps.Sort();
        return gaps[gaps.Count / 2];
    }

    private static IEnumerable<double> Gaps(SubscriptionSpell spell, long at)
    {
        for (var i = 1; i < spell.Payments.Count && spell.Payments[i] < at; i++) yield return spell.Payments[i] - spell.Payments[i - 1];
    }
}
