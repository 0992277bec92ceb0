namespace Temas.Demo.World;

/// <summary>How an experience was, from 0 (dreadful) to 5 (delightful). What a customer answers is drawn from the tables of <see cref="Planted"/> by this level and by nothing else.</summary>
internal enum Level
{
    Dreadful,
    Bad,
    Poor,
    Mixed,
    Good,
    Delightful,
}

/// <summary>
/// Every cause that is planted in the world, as numbers. Nothing else in the simulator makes customers leave, answer better or worse, or give up at a step;
/// <see cref="Temas.Demo.Truth.PlantedEffect"/> tells these numbers, and a test measures them in the events.
/// </summary>
internal static class Planted
{
    /// <summary>Goes up when the same seed gives other events: a workspace that an older simulator filled is not continued by a newer one.</summary>
    public const int Version = 5;

    /// <summary>Share of deliveries that come after the promised day: of every carrier in every region but one.</summary>
    public const double Late = 0.10;

    /// <summary>The carrier that is worse in one region, and how many of its deliveries are late there.</summary>
    public const string WorseCarrier = "Poyraz Kargo", WorseRegion = "Ege";
    public const double LateOfWorse = 0.34;

    /// <summary>Share of late orders for which "Your order has arrived" goes out before they have, with a survey each day.</summary>
    public const double Misfire = 0.30;

    /// <summary>Share of late orders whose customers call, and share of these calls that solve it and are made up for with a voucher.</summary>
    public const double CallsWhenLate = 0.55, SolvedWhenLate = 0.60;

    /// <summary>
    /// How probable it is that a customer never orders again after a delivery: in time; late; late with a misfire; late and made up for; and what damage adds. The costs of all misfires and of the worse carrier
    /// lie further apart than what a year of orders can tell of them: with 0.65 for a misfire, which of both costs more was a guess.
    /// </summary>
    public const double LeavesOnTime = 0.04, LeavesLate = 0.40, LeavesMisfire = 0.80, LeavesRepaired = 0.06, LeavesDamaged = 0.20;

    /// <summary>Share of deliveries that arrive damaged.</summary>
    public const double Damaged = 0.025;

    /// <summary>Share of customers on the web who get past the delivery step of the checkout; and of those on a phone since the release that confused it.</summary>
    public const double PassesDelivery = 0.93, PassesDeliveryOnPhone = 0.64;

    /// <summary>Number of the step, and when the release came: this share of the first period into it.</summary>
    public const int ConfusingStep = 3;
    public const double ReleaseAt = 0.5;

    /// <summary>The store whose team was trained: the busiest, for of a smaller one a year's answers are too few to tell it from chance.</summary>
    public const string TrainedStore = "istanbul-kadikoy";

    /// <summary>Share of purchases in a store after which the customer is asked, and of those how many answer.</summary>
    public const double AsksAboutStore = 0.90, AnswersAboutStore = 0.40;

    /// <summary>Share of calls that wait long, and from when on waiting is felt.</summary>
    public const double LongWait = 0.30;
    public const int FeltWait = 180;

    private static readonly double[][] Csat =
    [
        [0.62, 0.84, 0.94, 0.98, 1],
        [0.38, 0.67, 0.85, 0.95, 1],
        [0.20, 0.45, 0.72, 0.91, 1],
        [0.08, 0.21, 0.48, 0.82, 1],
        [0.03, 0.09, 0.25, 0.66, 1],
        [0.01, 0.03, 0.11, 0.43, 1],
    ];

    private static readonly double[][] Ces =
    [
        [0.50, 0.74, 0.86, 0.93, 0.97, 0.99, 1],
        [0.28, 0.53, 0.71, 0.84, 0.93, 0.98, 1],
        [0.14, 0.33, 0.53, 0.71, 0.85, 0.95, 1],
        [0.06, 0.15, 0.29, 0.48, 0.68, 0.87, 1],
        [0.02, 0.05, 0.11, 0.23, 0.45, 0.75, 1],
        [0.01, 0.02, 0.05, 0.11, 0.25, 0.56, 1],
    ];

    private static readonly double[][] Nps =
    [
        [0.30, 0.42, 0.54, 0.65, 0.74, 0.83, 0.90, 0.95, 0.98, 0.99, 1],
        [0.14, 0.22, 0.31, 0.41, 0.51, 0.65, 0.77, 0.88, 0.95, 0.98, 1],
        [0.06, 0.09, 0.14, 0.20, 0.28, 0.42, 0.56, 0.75, 0.90, 0.96, 1],
        [0.02, 0.03, 0.05, 0.08, 0.12, 0.21, 0.33, 0.54, 0.77, 0.90, 1],
        [0.01, 0.01, 0.02, 0.03, 0.05, 0.09, 0.15, 0.30, 0.55, 0.76, 1],
        [0.00, 0.00, 0.01, 0.01, 0.02, 0.03, 0.06, 0.13, 0.32, 0.60, 1],
    ];

    /// <summary>How a delivery was.</summary>
    public static Level OfDelivery(bool late, bool misfire, bool repaired, bool damaged) =>
        damaged ? Level.Dreadful
        : !late ? Level.Good
        : repaired ? Level.Mixed
        : misfire ? Level.Bad
        : Level.Poor;

    /// <summary>How a call was.</summary>
    public static Level OfCall(bool solved, bool waitedLong) => solved ? (waitedLong ? Level.Mixed : Level.Delightful) : waitedLong ? Level.Bad : Level.Poor;

    /// <summary>How a purchase in a store was.</summary>
    public static Level OfStore(string store) => store == TrainedStore ? Level.Delightful : Level.Good;

    /// <summary>How probable it is that the customer leaves for good after a delivery.</summary>
    public static double Leaves(bool late, bool misfire, bool repaired, bool damaged)
    {
        var leaves = !late ? LeavesOnTime : repaired ? LeavesRepaired : misfire ? LeavesMisfire : LeavesLate;
        return damaged ? 1 - ((1 - leaves) * (1 - LeavesDamaged)) : leaves;
    }

    /// <summary>Share of late deliveries.</summary>
    public static double LateOf(string carrier, string region) => carrier == WorseCarrier && region == WorseRegion ? LateOfWorse : Late;

    /// <summary>An answer from 1 to 5.</summary>
    public static int AnswerCsat(Level level, ref Dice dice) => 1 + dice.Of(Csat[(int)level]);

    /// <summary>An answer from 1 to 7, where 7 is very easy.</summary>
    public static int AnswerCes(Level level, ref Dice dice) => 1 + dice.Of(Ces[(int)level]);

    /// <summary>An answer from 0 to 10.</summary>
    public static int AnswerNps(Level level, ref Dice dice) => dice.Of(Nps[(int)level]);

    /// <summary>The mean of the answers from 1 to 5 at a level.</summary>
    public static double MeanCsat(Level level) => Mean(Csat[(int)level], 1);

    /// <summary>The mean of the answers from 1 to 7 at a level.</summary>
    public static double MeanCes(Level level) => Mean(Ces[(int)level], 1);

    private static double Mean(double[] cumulated, int first)
    {
        var mean = 0.0;
        for (var i = 0; i < cumulated.Length; i++) mean += (first + i) * (cumulated[i] - (i == 0 ? 0 : cumulated[i - 1]));
        return mean;
    }
}
