using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using Temas.Timelines.Queries;
using Temas.Ui.Reading;

namespace Temas.Insight.Explore;

/// <summary>A bar of a histogram, and its row in the table.</summary>
/// <param name="Name">Which customers.</param>
/// <param name="Short">The same below the bar.</param>
/// <param name="Count">How many.</param>
/// <param name="Who">The condition that finds them.</param>
/// <param name="More">What else is said of them.</param>
/// <param name="Past">How many there were in the period before; null where it was not asked about.</param>
/// <param name="PastWho">The condition that finds those.</param>
internal sealed record HabitBar(string Name, string Short, long Count, string Who, IReadOnlyList<string> More, long? Past, string? PastWho);

/// <summary>An answer about habits as bars.</summary>
/// <param name="Bars">Up to the last that is not empty.</param>
/// <param name="Unit">Heading of the first column.</param>
/// <param name="Counted">Heading of the second.</param>
/// <param name="More">Headings of what else is said.</param>
/// <param name="All">All that is counted, of which the bars are shares.</param>
/// <param name="PastAll">The same of the period before.</param>
/// <param name="Customers">How many customers stand behind all of it.</param>
/// <param name="PastCustomers">The same of the period before.</param>
internal sealed record HabitBars(IReadOnlyList<HabitBar> Bars, string Unit, string Counted, IReadOnlyList<string> More, long All, long PastAll, long Customers, long PastCustomers)
{
    public static HabitBars Of(Answer answer, ExploreState state, IStringLocalizer text) => answer switch
    {
        StickinessAnswer sticky => Of(sticky, state, text),
        FrequencyAnswer frequency => Of(frequency, state, text),
        IntervalAnswer interval => Of(interval, state, text),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    /// <summary>What the browser draws.</summary>
    public string ToChart(string? before)
    {
        JsonObject Series(string name, int cell, int tone, Func<HabitBar, long> of) =>
            new() { ["name"] = name, ["cell"] = cell, ["tone"] = tone, ["dashed"] = false, ["figures"] = new JsonArray([.. Bars.Select(b => (JsonNode)of(b))]) };
        return new JsonObject
        {
            ["kind"] = "lines",
            ["bars"] = true,
            ["labels"] = new JsonArray([.. Bars.Select(b => (JsonNode)b.Short)]),
            ["series"] = before is null ? new JsonArray(Series(Counted, 1, 0, b => b.Count)) : new JsonArray(Series(Counted, 1, 0, b => b.Count), Series(before, 3 + More.Count, 8, b => b.Past ?? 0)),
        }.ToJsonString();
    }

    private static HabitBars Of(StickinessAnswer sticky, ExploreState state, IStringLocalizer text)
    {
        var (past, bars, above) = (sticky.Previous, new List<HabitBar>(), sticky.Customers);
        var last = Math.Max(LastOf(sticky.Counts), past is null ? -1 : LastOf(past.Counts));
        for (var i = 0; i <= last; i++)
        {
            var units = i + 1;
            bars.Add(new HabitBar(
                units == 1 ? text[$"One_{state.Unit}"] : text[$"Some_{state.Unit}", Reader.Number((long)units)], Reader.Number((long)units), sticky.Counts[i], state.OnUnits(sticky.When, units),
                [sticky.Customers == 0 ? "–" : ((double)above / sticky.Customers).ToString("P1", CultureInfo.CurrentCulture)], past?.Counts[i], past is null ? null : state.OnUnits(past.When, units)));
            above -= sticky.Counts[i];
        }

        return new HabitBars(bars, text[$"Units_{state.Unit}"], text["Customers"], [text[$"AtLeast_{state.Unit}"]], sticky.Customers, past?.Customers ?? 0, sticky.Customers, past?.Customers ?? 0);
    }

    private static HabitBars Of(FrequencyAnswer frequency, ExploreState state, IStringLocalizer text)
    {
        var past = frequency.Previous;
        return new HabitBars(
            [.. frequency.Bins.Select((bin, i) => new HabitBar(
                bin.Least == 1 ? text["RfmOnce"] : text["RfmTimes", Range(bin)], Range(bin), bin.Customers, state.SoOften(frequency.When, bin), [Reader.Number(bin.Times), frequency.Times == 0 ? "–" : ((double)bin.Times / frequency.Times).ToString("P1", CultureInfo.CurrentCulture)],
                past?.Bins[i].Customers, past is null ? null : state.SoOften(past.When, bin)))],
            text["HowOften"], text["Customers"], [text["TheirTimes"], text["TheirShare"]], frequency.Customers, past?.Customers ?? 0, frequency.Customers, past?.Customers ?? 0);
    }

    private static HabitBars Of(IntervalAnswer interval, ExploreState state, IStringLocalizer text)
    {
        var past = interval.Previous;
        string Name(int bin) => text[string.Create(CultureInfo.InvariantCulture, $"Between_{bin}")];
        // What is months apart needs no bars for minutes.
        return new HabitBars(
            [.. interval.Bins.Index().SkipWhile(b => b.Item.Intervals == 0 && past?.Bins[b.Index].Intervals is null or 0).Select(b => new HabitBar(
                Name(b.Index), Name(b.Index), b.Item.Intervals, state.SoFarApart(interval.When, b.Item), [Reader.Number(b.Item.Customers)], past?.Bins[b.Index].Intervals, past is null ? null : state.SoFarApart(past.When, b.Item)))],
            text["TimeBetween"], text["Intervals"], [text["Customers"]], interval.Intervals, past?.Intervals ?? 0, interval.Customers, past?.Customers ?? 0);
    }

    private static int LastOf(IReadOnlyList<long> counts)
    {
        var last = counts.Count - 1;
        while (last >= 0 && counts[last] == 0) last--;
        return last;
    }

    private static string Range(FrequencyBin bin) => bin.Least == bin.Upto ? Reader.Number(bin.Least) : $"{Reader.Number(bin.Least)}–{Reader.Number(bin.Upto)}";
}
