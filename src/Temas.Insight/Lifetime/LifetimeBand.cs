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
    private const int Bands = 5, Tenths = 10;

    /// <summary>By the probability that they are still there, in fifths of it.</summary>
    internal static List<LifetimeBand> ByAlive(IReadOnlyList<CustomerOutlook> all, IStringLocalizer<LifetimeText> text)
    {
        var whole = all.Sum(c => c.Value);
        return [.. Enumerable.Range(0, Bands).Select(band =>
        {
            var of = all.Where(c => Math.Min(Bands - 1, (int)(c.Alive * Bands)) == band).ToList();
            var (from, to) = ((band / (double)Bands).ToString("P0", CultureInfo.CurrentCulture), ((band + 1) / (double)Bands).ToString("P0", CultureInfo.CurrentCulture));
            return new LifetimeBand(text["FromTo", from, to], of.Count, of.Sum(c => c.Value), whole > 0 ? of.Sum(c => c.Value) / whole : 0);
        })];
    }

    /// <summary>By value, in tenths of the customers, the most valuable first.</summary>
    internal static List<LifetimeBand> ByValue(IReadOnlyList<CustomerOutlook> all, IStringLocalizer<LifetimeText> text)
    {
        var whole = all.Sum(c => c.Value);
        List<CustomerOutlook> ordered = [.. all.OrderByDescending(c => c.Value)];
        return [.. Enumerable.Range(0, Tenths).Select(tenth =>
        {
            var (from, to) = (tenth * ordered.Count / Tenths, (tenth + 1) * ordered.Count / Tenths);
            var value = ordered.Skip(from).Take(to - from).Sum(c => c.Value);
            return new LifetimeBand(text["TenthOf", tenth + 1], to - from, value, whole > 0 ? value / whole : 0);
        })];
    }
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
