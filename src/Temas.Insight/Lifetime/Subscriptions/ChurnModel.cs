using Temas.Timelines.Findings;

namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>What makes subscriptions end, with what the model's traits stand for.</summary>
/// <param name="Model">The model.</param>
/// <param name="UsualPlan">The most usual plan, against which others are held; null where none is told.</param>
/// <param name="Plans">The other plans that are traits, the first of them.</param>
/// <param name="Flags">What she was like lately that is a trait, behind the plans.</param>
/// <param name="Passing">By how much what passes (a quiet month, a bad experience) multiplies the risk of everybody, on average.</param>
internal sealed record ChurnModel(HazardModel Model, string? UsualPlan, IReadOnlyList<string> Plans, IReadOnlyList<SubscriberMonth> Flags, double Passing)
{
    private const int Month = 30;

    /// <summary>The traits of one.</summary>
    public double[] Traits(string? plan, SubscriberMonth month) => [.. Plans.Select(p => p == plan ? 1.0 : 0), .. Flags.Select(f => (month & f) != 0 ? 1.0 : 0)];

    /// <summary>
    /// The probability that one that has lasted so many days ends within a while. What she was like lately holds for a month; what she will be like later nobody knows, so later months are those of everybody with her plan.
    /// </summary>
    public double Risk(SubscriptionSpell of, double days, double within)
    {
        var month = MonthAt(of, days);
        var gathered = Model.Between(days, Math.Min(within, Month)) * Model.Factor(Traits(of.Plan, month));
        if (within > Month) gathered += Model.Between(days + Month, within - Month) * Model.Factor(Traits(of.Plan, month & SubscriberMonth.Returned)) * Passing;
        return 1 - Math.Exp(-gathered);
    }

    /// <summary>The traits that one has, which raise or lower her risk.</summary>
    public IReadOnlyList<HazardTrait> Hers(SubscriptionSpell of, double days)
    {
        var traits = Traits(of.Plan, MonthAt(of, days));
        return [.. Model.Traits.Where((_, i) => traits[i] != 0)];
    }

    /// <summary>What she was like in the month that holds now.</summary>
    public static SubscriberMonth MonthAt(SubscriptionSpell spell, double days) => spell.Months.Count == 0 ? SubscriberMonth.None : spell.Months[Math.Clamp((int)(days / Month), 0, spell.Months.Count - 1)];
}
