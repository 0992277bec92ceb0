using System.Text.Json.Serialization;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Timelines.Findings;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>Whether a model is good for saying something of one customer.</summary>
internal enum FitState
{
    /// <summary>It was held against time that it had not seen, and holds.</summary>
    Holds,

    /// <summary>There is none yet.</summary>
    None,

    /// <summary>Too few customers ordered again, or too few subscriptions ended.</summary>
    TooFew,

    /// <summary>There is too little time to hold it against.</summary>
    Unchecked,

    /// <summary>It was held against time that it had not seen, and was too far off.</summary>
    Failed,
}

/// <summary>What earlier releases kept.</summary>
internal static class FitShape
{
    /// <summary>What is kept says by this number what it has; one with a lower number is fitted anew as soon as may be. 1: orders are checked for what they come to, and subscriptions have a rhythm where few have the plan.</summary>
    public const int Latest = 1;
}

/// <summary>The models of ordering, as they were fitted at a moment; it names no customer.</summary>
internal sealed record OrderFit
{
    /// <summary>It may be off by so much, as a share of the orders that came.</summary>
    public const double MostOff = 0.25;

    private const int LeastActual = 20;

    /// <summary>What it has, by <see cref="FitShape.Latest"/>; 0 where an earlier release kept it.</summary>
    public int Shape { get; init; }

    /// <summary>When it was fitted, in milliseconds since 1970 UTC.</summary>
    public required long At { get; init; }

    /// <summary>Up to which position of the log.</summary>
    public required long Position { get; init; }

    /// <summary>A digest of what counted as an order.</summary>
    public required ulong Rules { get; init; }

    /// <summary>r, α, a and b of the model of buying; null where too few ordered again.</summary>
    public double[]? Buying { get; init; }

    /// <summary>p, q and v of the model of spending; null where no order had a value.</summary>
    public double[]? Spending { get; init; }

    /// <summary>How many orders it expected on time that it had not seen, and how many came; null where there was too little.</summary>
    public FitCheck? Check { get; init; }

    /// <summary>What it expected them to come to, and what they came to; null as well where no order had a value.</summary>
    public FitCheck? ValueCheck { get; init; }

    /// <summary>Whether it holds.</summary>
    [JsonIgnore]
    public FitState State => Buying is null ? FitState.TooFew : Check is not { } check || check.Actual < LeastActual ? FitState.Unchecked : IsOff(check) ? FitState.Failed : FitState.Holds;

    /// <summary>Whether it holds of what orders come to.</summary>
    [JsonIgnore]
    public FitState ValueState => State is not FitState.Holds ? State : Spending is null ? FitState.TooFew : ValueCheck is not { } check ? FitState.Unchecked : IsOff(check) ? FitState.Failed : FitState.Holds;

    /// <summary>The model.</summary>
    [JsonIgnore]
    public OrderModel? Model { get => field ??= Buying is [var r, var alpha, var a, var b] ? new OrderModel(new BuyingModel(r, alpha, a, b), Spending is [var p, var q, var v] ? new SpendingModel(p, q, v) : null) : null; }

    private static bool IsOff(FitCheck check) => Math.Abs(check.Expected - check.Actual) > MostOff * check.Actual;

    /// <summary>What is kept of a study; null for one that there is not, for too few ordered again.</summary>
    public static OrderFit Of(LifetimeStudy? study, long at, long position, ulong rules) => new()
    {
        Shape = FitShape.Latest,
        At = at,
        Position = position,
        Rules = rules,
        Buying = study is { Buying: var b } ? [b.R, b.Alpha, b.A, b.B] : null,
        Spending = study?.Spending is { } s ? [s.P, s.Q, s.V] : null,
        Check = study?.Holdout is { } h ? new FitCheck(h.From, h.To, h.Expected, h.Actual) : null,
        ValueCheck = study?.Holdout is { Value: { } value } held ? new FitCheck(held.From, held.To, value.Expected, value.Actual) : null,
    };
}

/// <summary>The model of how long subscriptions last, as it was fitted at a moment; it names no customer.</summary>
internal sealed record SubscriptionFit
{
    /// <summary>Of two subscriptions the one that ended first has the higher risk at least this often.</summary>
    public const double LeastConcordance = 0.55;

    /// <summary>So many times as many as expected may end, or the other way round.</summary>
    public const double MostTimesOff = 1.5;

    // Of the gathered risk so many steps are kept; of more every so many, and all of the last, which are the high ones.
    private const int MostSteps = 4_000, Last = 1_000;

    /// <summary>What it has, by <see cref="FitShape.Latest"/>; 0 where an earlier release kept it.</summary>
    public int Shape { get; init; }

    /// <summary>When it was fitted, in milliseconds since 1970 UTC.</summary>
    public required long At { get; init; }

    /// <summary>Up to which position of the log.</summary>
    public required long Position { get; init; }

    /// <summary>Name, slope and its error of each trait; null where too few ended.</summary>
    public IReadOnlyList<HazardTrait>? Traits { get; init; }

    /// <summary>Times at which something ended, in days, …</summary>
    public double[] Times { get; init; } = [];

    /// <summary>… and the risk gathered up to then.</summary>
    public double[] Gathered { get; init; } = [];

    /// <summary>The most usual plan.</summary>
    public string? UsualPlan { get; init; }

    /// <summary>The plans that are traits.</summary>
    public IReadOnlyList<string> Plans { get; init; } = [];

    /// <summary>What she was like lately that is a trait.</summary>
    public IReadOnlyList<int> Flags { get; init; } = [];

    /// <summary>By how much what passes multiplies the risk of everybody.</summary>
    public double Passing { get; init; } = 1;

    /// <summary>How long it takes until one is paid again, in milliseconds, by plan; of those that enough customers have.</summary>
    public IReadOnlyDictionary<string, double> Rhythms { get; init; } = new Dictionary<string, double>();

    /// <summary>The same of all plans together.</summary>
    public double? CommonRhythm { get; init; }

    /// <summary>How it did on time that it had not seen, as shares of the subscriptions that were held out; null where there was too little.</summary>
    public FitCheck? Check { get; init; }

    /// <summary>How often of two subscriptions the one that ended first had the higher risk, in that check.</summary>
    public double? Concordance { get; init; }

    /// <summary>Whether it holds.</summary>
    [JsonIgnore]
    public FitState State => Traits is null ? FitState.TooFew : Check is not { } check || Concordance is not { } c ? FitState.Unchecked
        : c < LeastConcordance || check.Expected > MostTimesOff * check.Actual || check.Actual > MostTimesOff * check.Expected ? FitState.Failed : FitState.Holds;

    /// <summary>The model.</summary>
    [JsonIgnore]
    public ChurnModel? Model
    {
        get => field ??= Traits is null ? null : new ChurnModel(new HazardModel { Traits = Traits, LogLikelihood = 0, LogLikelihoodOfNone = 0, Times = Times, Gathered = Gathered }, UsualPlan, Plans, [.. Flags.Select(f => (SubscriberMonth)f)], Passing);
    }

    /// <summary>Those of a customer's subscriptions that go on, as far as is known at a moment.</summary>
    public IEnumerable<LastingSubscription> Going(IReadOnlyList<SubscriptionSpell> spells, long at) => SubscriptionStudy.Lasting(spells, at, new PaymentRhythms(Rhythms, CommonRhythm)).Where(s => !s.Ended);

    /// <summary>The risk of the one most at risk; no number where none goes on.</summary>
    public double Risk(IReadOnlyList<SubscriptionSpell> spells, long at, double within) => Model is { } model ? Going(spells, at).Select(s => model.Risk(s.Spell, s.Days, within)).DefaultIfEmpty(double.NaN).Max() : double.NaN;

    /// <summary>What is kept of a study.</summary>
    public static SubscriptionFit Of(SubscriptionStudy study, long position)
    {
        var (churn, check) = (study.Churn, study.Check);
        var step = churn is null ? 1 : Math.Max(1, (churn.Model.Times.Count + MostSteps - 1) / MostSteps);
        var kept = churn is null ? [] : Enumerable.Range(0, churn.Model.Times.Count).Where(i => i % step == 0 || i >= churn.Model.Times.Count - Last).ToList();
        var count = check?.Bands.Sum(b => b.Count) ?? 0;
        return new SubscriptionFit
        {
            Shape = FitShape.Latest,
            At = study.At,
            Position = position,
            Traits = churn?.Model.Traits,
            Times = [.. kept.Select(i => churn!.Model.Times[i])],
            Gathered = [.. kept.Select(i => churn!.Model.Gathered[i])],
            UsualPlan = churn?.UsualPlan,
            Plans = churn?.Plans ?? [],
            Flags = churn is null ? [] : [.. churn.Flags.Select(f => (int)f)],
            Passing = churn?.Passing ?? 1,
            Rhythms = study.Rhythms.ByPlan,
            CommonRhythm = study.Rhythms.Common,
            Check = check is null ? null : new FitCheck(check.From, check.To, check.Bands.Sum(b => b.Expected * b.Count) / count, check.Bands.Sum(b => b.Actual * b.Count) / count),
            Concordance = check?.Concordance,
        };
    }
}

/// <summary>A model held against time that it had not seen.</summary>
/// <param name="From">Where that begins, in milliseconds since 1970 UTC.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Expected">What was expected: a number of orders, an amount, or a share of subscriptions.</param>
/// <param name="Actual">What came.</param>
internal sealed record FitCheck(long From, long To, double Expected, double Actual);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderFit))]
[JsonSerializable(typeof(SubscriptionFit))]
internal sealed partial class FitJson : JsonSerializerContext;
