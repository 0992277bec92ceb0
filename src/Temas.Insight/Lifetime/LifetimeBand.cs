using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Ui.Reading;

namespace Temas.Insight.Lifetime;

/// <summary>Some customers of the page of lifetime value.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Customers">How many they are.</param>
/// <param name="Value">What they are expected to bring.</param>
/// <param name="Share">Their share of what all are expected to bring.</param>
public sealed record LifetimeBand(string Name, int Customers, double Value, double Share)
{
    /// <summary>Those of whom something is at risk, as an address says it.</summary>
    public const string Risk = "risk";

    /// <summary>Address of the list of them; null for none.</summary>
    public string? Href { get; init; }

    private const int Bands = 5, Tenths = 10;

    /// <summary>By the probability that they are still there, in fifths of it.</summary>
    internal static List<LifetimeBand> ByAlive(IReadOnlyList<CustomerOutlook> all, IStringLocalizer<LifetimeText> text, Func<string, string> href)
    {
        var whole = all.Sum(c => c.Value);
        return [.. Enumerable.Range(0, Bands).Select(band =>
        {
            var of = all.Where(c => BandOf(c) == band).ToList();
            var (from, to) = ((band / (double)Bands).ToString("P0", CultureInfo.CurrentCulture), ((band + 1) / (double)Bands).ToString("P0", CultureInfo.CurrentCulture));
            return new LifetimeBand(text["FromTo", from, to], of.Count, of.Sum(c => c.Value), whole > 0 ? of.Sum(c => c.Value) / whole : 0) { Href = of.Count == 0 ? null : href($"alive-{band + 1}") };
        })];
    }

    /// <summary>By value, in tenths of the customers, the most valuable first.</summary>
    internal static List<LifetimeBand> ByValue(IReadOnlyList<CustomerOutlook> all, IStringLocalizer<LifetimeText> text, Func<string, string> href)
    {
        var whole = all.Sum(c => c.Value);
        var ordered = Ordered(all);
        return [.. Enumerable.Range(0, Tenths).Select(tenth =>
        {
            var (from, to) = (tenth * ordered.Count / Tenths, (tenth + 1) * ordered.Count / Tenths);
            var value = ordered.Skip(from).Take(to - from).Sum(c => c.Value);
            return new LifetimeBand(text["TenthOf", tenth + 1], to - from, value, whole > 0 ? value / whole : 0) { Href = to == from ? null : href($"tenth-{tenth + 1}") };
        })];
    }

    /// <summary>The customers that a band counts, by its word in an address; null where no band has it.</summary>
    internal static IReadOnlyList<CustomerOutlook>? Of(string? word, IReadOnlyList<CustomerOutlook> all)
    {
        if (word == Risk) return [.. all.Where(c => c.AtRisk > 0)];
        if (word is null || word.IndexOf('-', StringComparison.Ordinal) is not (> 0 and var at) || !int.TryParse(word.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        if (word.StartsWith("alive-", StringComparison.Ordinal) && number is >= 1 and <= Bands) return [.. all.Where(c => BandOf(c) == number - 1)];
        if (!word.StartsWith("tenth-", StringComparison.Ordinal) || number is < 1 or > Tenths) return null;
        var (from, to) = ((number - 1) * all.Count / Tenths, number * all.Count / Tenths);
        return [.. Ordered(all).Skip(from).Take(to - from)];
    }

    private static int BandOf(CustomerOutlook of) => Math.Min(Bands - 1, (int)(of.Alive * Bands));

    private static List<CustomerOutlook> Ordered(IReadOnlyList<CustomerOutlook> all) => [.. all.OrderByDescending(c => c.Value).ThenBy(c => c.Customer)];
}

/// <summary>A line of the check against time that was held out.</summary>
/// <param name="Name">Which customers.</param>
/// <param name="Customers">How many.</param>
/// <param name="Expected">Orders of each that were expected.</param>
/// <param name="Actual">Orders of each that came.</param>
public sealed record LifetimeCheckLine(string Name, int Customers, double Expected, double Actual);

/// <summary>Amounts without what nobody needs behind the point.</summary>
internal sealed class IndicatorMoney(Reader reader)
{
    public string Of(double value) => new Contracts.IndicatorWords(reader, null!).Value(Contracts.IndicatorUnit.Money, value);
}
