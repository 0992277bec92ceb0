using System.Globalization;
using System.Resources;

namespace Temas.Feedback.Drivers;

/// <summary>Stands for the texts beside it.</summary>
internal sealed class DriverText;

/// <summary>Says what an analysis found as one would say it, in the reader's language. It never calls an association a cause.</summary>
internal static class DriverSentence
{
    private static readonly ResourceManager Texts = new(typeof(DriverText));

    /// <param name="analysis">What was found.</param>
    /// <param name="score">What the score is called in this language.</param>
    /// <param name="nameOf">What a driver is called in this language, by its key.</param>
    /// <param name="culture">The language, and how it writes numbers.</param>
    public static string Of(DriverAnalysis analysis, string score, Func<string, string> nameOf, CultureInfo culture)
    {
        string Say(string key, params object[] values) => string.Format(culture, Texts.GetString(key, culture)!, values);
        string Percent(double share) => Math.Round(100 * share).ToString("0", culture);
        var explained = analysis.RSquared.Value;
        if (explained < 0.02) return string.Join(' ', Say("Nothing", score, Percent(explained), analysis.Answers.ToString("N0", culture)), Say("NoCause"));
        var first = analysis.Drivers[0];
        var parts = new List<string> { Say("First", score, nameOf(first.Key), Percent(first.Share.Value / explained), Percent(explained), analysis.Answers.ToString("N0", culture)) };
        if (Math.Abs(first.Correlation) >= 0.05) parts.Add(Say(first.Correlation > 0 ? "Rises" : "Falls", nameOf(first.Key), score));
        var second = analysis.Drivers[1];
        if (double.IsFinite(first.Share.Low) && first.Share.Low <= second.Share.High) parts.Add(Say("Close", nameOf(first.Key), nameOf(second.Key)));
        if (analysis.Drivers.FirstOrDefault(d => d.Place == DriverPlace.Improve) is { } improve) parts.Add(Say("Improve", nameOf(improve.Key), improve.Performance.ToString("0", culture)));
        if (analysis.HasMissing) parts.Add(Say("Missing", nameOf(analysis.Drivers.MaxBy(d => d.Missing)!.Key), Percent(analysis.Drivers.Max(d => d.Missing))));
        parts.Add(Say("NoCause"));
        return string.Join(' ', parts);
    }
}
