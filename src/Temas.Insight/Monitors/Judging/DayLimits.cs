namespace Temas.Insight.Monitors.Judging;

/// <summary>How far off a day has to be for an alert, in standard deviations of a normal distribution. The usual one was chosen on simulated series (bench/README.md).</summary>
internal static class DayLimits
{
    /// <summary>Seldom a false alarm; only what is large.</summary>
    public const double Low = 5;

    /// <summary>What is used unless something else is said.</summary>
    public const double Usual = 4;

    /// <summary>Small things, too, and more false alarms.</summary>
    public const double High = 3.5;

    /// <summary>The most by which what was noise widens a limit.</summary>
    public const double MostWidening = 2;

    /// <summary>By how much a limit is wider at least after something was noise.</summary>
    public const double Step = 1.1;

    /// <summary>The widening after an alert with a score was noise: so wide that it would not have been one, within bounds.</summary>
    public static double Widen(double widening, double score, double limit) => Math.Min(MostWidening, Math.Max(widening * Step, Math.Abs(score) / limit * 1.02));
}
