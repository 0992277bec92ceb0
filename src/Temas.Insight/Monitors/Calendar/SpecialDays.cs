using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>That a day is a special one.</summary>
/// <param name="Of">Which.</param>
/// <param name="First">The first day of it, this time.</param>
/// <param name="Offset">How many days after that it is; below 0 before it.</param>
internal sealed record Occasion(SpecialDay Of, DateOnly First, int Offset)
{
    /// <summary>Whether everything is closed on that day.</summary>
    public bool IsAllClosed => Of.Closed.Contains(SpecialDay.Everything) && Offset >= 0 && Offset < Of.Length;
}

/// <summary>Which days are special ones.</summary>
internal sealed class SpecialDays(IEnumerable<SpecialDay> all)
{
    // Of several the shortest says most: a day within a season of sales.
    private readonly List<SpecialDay> on = [.. all.Where(d => d.IsOn).OrderBy(d => d.Days).ThenBy(d => d.Key, StringComparer.Ordinal)];
    private readonly ConcurrentDictionary<DateOnly, Occasion?> known = new();
    private static readonly ConditionalWeakTable<IReadOnlyDictionary<string, SpecialDay>, SpecialDays> OfDefinitions = new();

    /// <summary>None.</summary>
    public static SpecialDays None => new([]);

    /// <summary>Those of a workspace; the same for as long as no definition changes.</summary>
    public static SpecialDays Of(Workspace workspace) => OfDefinitions.GetValue(workspace.Definitions.Current(SpecialDayKind.Instance), static of => new SpecialDays(of.Values));

    /// <summary>What a day is; null for a day like any other.</summary>
    public Occasion? Find(DateOnly day) => known.GetOrAdd(day, static (d, all) => all.SelectMany(of => Around(of, d.Year).Where(f => d >= f.AddDays(-of.Before) && d < f.AddDays(of.Length + of.After)).Select(f => new Occasion(of, f, d.DayNumber - f.DayNumber))).FirstOrDefault(), on);

    /// <summary>Whether a day is one, of a season too.</summary>
    public bool IsSpecial(DateOnly day) => Find(day) is not null;

    /// <summary>The season of a day; null where it is in none, or is a special day of its own within one.</summary>
    public Occasion? Season(DateOnly day) => Find(day) is { Of.IsSeason: true } season ? season : null;

    /// <summary>What a day is that stands alone: a feast, a holiday, a day of sales; null for a day like any other, and for one of a season.</summary>
    public Occasion? Feast(DateOnly day) => Find(day) is { Of.IsSeason: false } feast ? feast : null;

    /// <summary>The same day of the time before: the second day of the feast a year ago. Null where there was none.</summary>
    public static DateOnly? Before(Occasion occasion)
    {
        var first = Enumerable.Range(occasion.First.Year - 4, 5).SelectMany(occasion.Of.In).Where(d => d < occasion.First).Cast<DateOnly?>().Max();
        return first?.AddDays(occasion.Offset);
    }

    /// <summary>What begins, or goes on, within some days: each once, with its first day and its last.</summary>
    public IReadOnlyList<(SpecialDay Of, DateOnly From, DateOnly To)> Within(DateOnly from, DateOnly to) =>
        [.. on.SelectMany(of => Around(of, from.Year).Select(f => (Of: of, From: f.AddDays(-of.Before), To: f.AddDays(of.Length + of.After - 1)))).Where(o => o.From <= to && o.To >= from).OrderBy(o => o.From)];

    private static IEnumerable<DateOnly> Around(SpecialDay of, int year) => Enumerable.Range(year - 1, 3).SelectMany(of.In);
}
