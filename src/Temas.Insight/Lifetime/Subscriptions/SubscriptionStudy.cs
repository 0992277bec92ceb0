using Temas.Timelines.Findings;

namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>A subscription with how long it lasted.</summary>
/// <param name="Spell">What was read.</param>
/// <param name="Days">How many days it lasted, or has lasted so far.</param>
/// <param name="Ended">Whether it ended.</param>
/// <param name="Lapsed">Whether it ended without a word: it was not paid again when it was due.</param>
/// <param name="Settled">For how many of these days it is settled who went on and who did not: beyond that some are known to have gone on, and of none it is known that she did not.</param>
internal sealed record LastingSubscription(SubscriptionSpell Spell, double Days, bool Ended, bool Lapsed, double Settled)
{
    /// <summary>How long it lasted as far as that is settled, and whether it ended then.</summary>
    public Lasting Known => Days <= Settled ? new Lasting(Math.Round(Days, 4), Ended) : new Lasting(Math.Round(Settled, 4), false);
}

/// <summary>What is expected of one subscription that goes on.</summary>
/// <param name="Customer">Whose it is.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Days">How many days it has lasted.</param>
/// <param name="Month">What she was like lately.</param>
/// <param name="Risk30">The probability that it ends within thirty days.</param>
/// <param name="Risk90">Within ninety.</param>
internal sealed record SubscriptionOutlook(int Customer, string? Plan, double Days, SubscriberMonth Month, double Risk30, double Risk90);

/// <summary>A fifth of the subscriptions that were held out, by their risk.</summary>
/// <param name="Count">How many.</param>
/// <param name="Expected">Share that was expected to end.</param>
/// <param name="Actual">Share that did.</param>
internal sealed record RiskBand(int Count, double Expected, double Actual);

/// <summary>The model held against time that it had not seen.</summary>
/// <param name="From">Where that begins, in milliseconds since 1970 UTC.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Concordance">Of two subscriptions of which one ended first, how often that was the one with the higher risk (Harrell's C); 0.5 is chance.</param>
/// <param name="Bands">By risk, the lowest first.</param>
internal sealed record SubscriptionCheck(long From, long To, double Concordance, IReadOnlyList<RiskBand> Bands);

/// <summary>How long subscriptions last, what makes them end, and which are likely to.</summary>
internal sealed record SubscriptionStudy
{
    /// <summary>A model needs so many that ended.</summary>
    public const int LeastEnded = 30;

    private const double Day = 86_400_000;
    private const int Month = 30, MostPlans = 4, LeastOfTrait = 20, MostPairs = 3_000, Bands = 5;
    private const double HeldOut = 0.25, Overdue = 2, Moment = 0.001;

    private static readonly (string Name, SubscriberMonth Flag)[] Flags = [("quiet", SubscriberMonth.Quiet), ("contact", SubscriberMonth.Contact), ("bad", SubscriberMonth.Bad), ("returned", SubscriberMonth.Returned)];

    /// <summary>The moment that is looked from, in milliseconds since 1970 UTC.</summary>
    public required long At { get; init; }

    /// <summary>All of them together.</summary>
    public required SurvivalCurve All { get; init; }

    /// <summary>By plan, the most usual first; empty where there is one.</summary>
    public required IReadOnlyList<(string Plan, SurvivalCurve Curve)> Plans { get; init; }

    /// <summary>How probable it is that plans differ so much by chance; null where there is one.</summary>
    public required double? PlansDiffer { get; init; }

    /// <summary>What makes them end, ready to be asked of one; null where too few did.</summary>
    public required ChurnModel? Churn { get; init; }

    /// <summary>What makes them end; null where too few did.</summary>
    public HazardModel? Model => Churn?.Model;

    /// <summary>How long it takes until one is paid again.</summary>
    public required PaymentRhythms Rhythms { get; init; }

    /// <summary>How it does on time that it had not seen; null where there is too little.</summary>
    public required SubscriptionCheck? Check { get; init; }

    /// <summary>Those that go on, with their risk; without a model that is what all have of their age.</summary>
    public required IReadOnlyList<SubscriptionOutlook> Going { get; init; }

    /// <summary>How many ended without a word.</summary>
    public required int Lapsed { get; init; }

    /// <summary>Whether the begin of most is known; otherwise they count from the first payment that was seen.</summary>
    public required bool HasBegins { get; init; }

    /// <summary>How many are expected to end within thirty days.</summary>
    public double Ending => Going.Sum(g => g.Risk30);

    /// <summary>Works it out; null where there is no subscription.</summary>
    public static SubscriptionStudy? Of(IReadOnlyList<SubscriptionSpell> spells, long at, CancellationToken cancel = default)
    {
        var rhythms = PaymentRhythms.Of(spells, at);
        var all = Lasting(spells, at, rhythms);
        if (all.Count == 0) return null;
        var plans = PlansOf(all);
        var names = plans.ConvertAll(g => g.Key);
        var whole = SurvivalCurve.Of(Times(all));
        cancel.ThrowIfCancellationRequested();
        var fitted = Fit(all, names);
        cancel.ThrowIfCancellationRequested();
        return new SubscriptionStudy
        {
            At = at,
            All = whole,
            Plans = plans.Count < 2 ? [] : plans.ConvertAll(g => (g.Key, SurvivalCurve.Of(Times(g)))),
            PlansDiffer = plans.Count < 2 ? null : SurvivalCurve.LogRank(plans.ConvertAll(g => (IReadOnlyCollection<Lasting>)Times(g)), cancel).P,
            Churn = fitted,
            Rhythms = rhythms,
            Check = Hold(spells, at),
            Going = [.. all.Where(s => !s.Ended).Select(s => Outlook(s, whole, fitted))],
            Lapsed = all.Count(s => s.Lapsed),
            HasBegins = all.Count(s => s.Spell.HasBegin) * 2 >= all.Count,
        };
    }

    /// <summary>
    /// How long each lasted, as far as was known at a moment: one that is overdue by its plan's rhythm, and more than that, ended when it was due. Whether one that is due goes on nobody knows until it is paid again or is that far overdue:
    /// it is known to have lasted until just before it was due, and no longer, so whether it is renewed then is still ahead of it.
    /// </summary>
    public static List<LastingSubscription> Lasting(IReadOnlyList<SubscriptionSpell> spells, long at) => Lasting(spells, at, PaymentRhythms.Of(spells, at));

    /// <summary>The same of some, by rhythms that are known.</summary>
    public static List<LastingSubscription> Lasting(IReadOnlyList<SubscriptionSpell> spells, long at, PaymentRhythms rhythms)
    {
        var seen = spells.Where(s => s.From < at).ToList();
        return seen.ConvertAll(s =>
        {
            var last = s.Payments.Last(p => p < at || p == s.From);
            var isCancelled = s.Cancelled is { } cancelled && cancelled <= at;
            if (rhythms.Of(s, at) is not { } rhythm) return new LastingSubscription(s, Math.Max(0.5, ((isCancelled ? s.Cancelled!.Value : at) - s.From) / Day), isCancelled, false, double.PositiveInfinity);

            // Who was due lately and paid is known to have gone on; who did not pay is not yet known to have ended. So neither counts from when she was due.
            var due = s.Payments.First(p => p == last || p + rhythm >= at - ((Overdue - 1) * rhythm)) + rhythm;
            var settled = due >= at - ((Overdue - 1) * rhythm) ? Math.Max(0.5, ((Math.Min(at, due) - s.From) / Day) - Moment) : double.PositiveInfinity;
            if (isCancelled) return new LastingSubscription(s, Math.Max(0.5, (s.Cancelled!.Value - s.From) / Day), true, false, settled);
            return at - last > Overdue * rhythm
                ? new LastingSubscription(s, (last + rhythm - s.From) / Day, true, true, double.PositiveInfinity)
                : new LastingSubscription(s, Math.Max(0.5, at > last + rhythm ? ((last + rhythm - s.From) / Day) - Moment : (at - s.From) / Day), false, false, settled);
        });
    }

    // What is kept of them names nobody, so a plan is told apart that enough customers have, however often they began anew.
    private static List<IGrouping<string, LastingSubscription>> PlansOf(List<LastingSubscription> all) =>
    [
        .. all.Where(s => s.Spell.Plan is not null).GroupBy(s => s.Spell.Plan!, StringComparer.Ordinal).Where(g => PaymentRhythms.AreMany(g.Select(s => s.Spell.Customer)))
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MostPlans + 1),
    ];

    private static List<Lasting> Times(IEnumerable<LastingSubscription> some) => [.. some.Select(s => s.Known)];

    /// <summary>The model, of those traits that enough have and enough have not; the most usual plan is what others are held against.</summary>
    private static ChurnModel? Fit(List<LastingSubscription> all, List<string> plans)
    {
        if (all.Count(s => s.Known.Ended) < LeastEnded) return null;
        var stretches = all.SelectMany(s => Stretches(s).Select(p => (s.Spell.Plan, p.From, p.To, p.Ended, p.Month))).ToList();
        List<string> named = [.. plans.Skip(1).Where(p => stretches.Any(s => s.Plan == p && s.Ended))];
        var flags = Flags.Where(f => stretches.Count(s => (s.Month & f.Flag) != 0) >= LeastOfTrait && stretches.Count(s => (s.Month & f.Flag) == 0) >= LeastOfTrait && stretches.Any(s => s.Ended && (s.Month & f.Flag) != 0) && stretches.Any(s => s.Ended && (s.Month & f.Flag) == 0)).ToList();
        const SubscriberMonth Passes = SubscriberMonth.Quiet | SubscriberMonth.Contact | SubscriberMonth.Bad;

        // Where two traits say the same of everybody, as where whoever contacts the service complains, only one of them has an effect to be told.
        var tried = flags.Index().Reverse().Select(without => flags.Where((_, i) => i != without.Index).ToList()).Prepend(flags).Append([]);
        foreach (var some in tried)
        {
            var shape = new ChurnModel(null!, plans.Count > 0 ? plans[0] : null, named, [.. some.Select(f => f.Flag)], 1);
            if (HazardModel.Fit([.. stretches.Select(s => new Stretch(s.From, s.To, s.Ended, shape.Traits(s.Plan, s.Month)))], [.. named.Select(p => "plan " + p), .. some.Select(f => f.Name)]) is { } model)
                return shape with { Model = model, Passing = stretches.Average(s => model.Factor(shape.Traits(null, s.Month & Passes))) };
        }

        return null;
    }

    /// <summary>Month by month: what was known at its begin holds for it.</summary>
    private static IEnumerable<(double From, double To, bool Ended, SubscriberMonth Month)> Stretches(LastingSubscription of)
    {
        var (days, ended) = of.Known;
        for (var month = 0; month < of.Spell.Months.Count && month * Month < days; month++)
        {
            var isLast = (month + 1) * Month >= days || month + 1 == of.Spell.Months.Count;
            yield return (month * Month, isLast ? days : (month + 1) * Month, isLast && ended, of.Spell.Months[month]);
        }
    }

    private static SubscriptionOutlook Outlook(LastingSubscription of, SurvivalCurve whole, ChurnModel? fitted)
    {
        double Risk(double within) => fitted is null ? RiskOfAge(whole, of.Days, within) : fitted.Risk(of.Spell, of.Days, within);
        return new SubscriptionOutlook(of.Spell.Customer, of.Spell.Plan, of.Days, ChurnModel.MonthAt(of.Spell, of.Days), Risk(Month), Risk(3 * Month));
    }

    private static double RiskOfAge(SurvivalCurve whole, double days, double within) => whole.At(days).Share is > 0 and var now ? 1 - (whole.At(days + within).Share / now) : 0;

    /// <summary>Fits to the first three quarters of the time and looks which of those that went on then ended in the last.</summary>
    private static SubscriptionCheck? Hold(IReadOnlyList<SubscriptionSpell> spells, long at)
    {
        var cut = at - (long)((at - spells.Min(s => s.From)) * HeldOut);
        var before = Lasting(spells, cut);
        var plans = PlansOf(before).ConvertAll(g => g.Key);
        if (Fit(before, plans) is not { } fitted) return null;
        var after = Lasting(spells, at).ToDictionary(s => s.Spell);
        var within = (at - cut) / Day;
        var going = before.Where(s => !s.Ended).Select(s => (
            Risk: fitted.Risk(s.Spell, s.Days, within), after[s.Spell].Ended, Left: after[s.Spell].Days - s.Days)).Where(g => g.Left > 0).ToList();
        if (going.Count < LeastOfTrait * Bands || !going.Any(g => g.Ended)) return null;
        var ordered = going.OrderBy(g => g.Risk).ToList();
        var bands = Enumerable.Range(0, Bands).Select(b => ordered[(b * ordered.Count / Bands)..((b + 1) * ordered.Count / Bands)]).Select(b => new RiskBand(b.Count, b.Average(g => g.Risk), b.Average(g => g.Ended ? 1.0 : 0))).ToList();
        return new SubscriptionCheck(cut, at, Concordance([.. going.Where((_, i) => i % Math.Max(1, going.Count / MostPairs) == 0)]), bands);
    }

    private static double Concordance(List<(double Risk, bool Ended, double Left)> all)
    {
        var (right, pairs) = (0.0, 0.0);
        foreach (var one in all.Where(a => a.Ended))
        {
            foreach (var other in all)
            {
                if (other.Left <= one.Left && (other.Ended || other.Left < one.Left)) continue;
                pairs++;
                right += one.Risk > other.Risk ? 1 : one.Risk == other.Risk ? 0.5 : 0;
            }
        }

        return pairs == 0 ? 0.5 : right / pairs;
    }
}
