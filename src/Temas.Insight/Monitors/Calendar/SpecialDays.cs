using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>That a day is a special one.</summary>
/// <param name="Of">Which.</param>
/// <param name="First">The first day of it, this time.</param>
/// <param name="Offset">How many days after that it is; below 0 before it.</param>
internal sealed record Occasion(SpecialDay Of, DateOnly First, int Offset);

/// <summary>Which days are special ones.</summary>
internal sealed class SpecialDays(IEnumerable<SpecialDay> all)
{
    // Of several the shortest says most: a day within a season of sales.
    private readonly List<SpecialDay> on = [.. all.Where(d => d.IsOn).OrderBy(d => d.Days).ThenBy(d => d.Key, StringComparer.Ordinal)];
    private readonly Dictionary<DateOnly, Occasion?> known = [];

    /// <summary>None.</summary>
    public static SpecialDays None => new([]);

    /// <summary>Those of a workspace.</summary>
    public static SpecialDays Of(Workspace workspace) => new(workspace.Definitions.Current(SpecialDayKind.Instance).Values);

    /// <summary>What a day is; null for a day like any other. One caller at a time.</summary>
    public Occasion? Find(DateOnly day)
    {
        if (known.TryGetValue(day, out var found)) return found;
        return known[day] = on.SelectMany(of => Around(of, day.Year).Where(f => day >= f.AddDays(-of.Before) && day < f.AddDays(of.Length + of.After)).Select(f => new Occasion(of, f, day.DayNumber - f.DayNumber))).FirstOrDefault();
    }

    /// <summary>Whether a day is one.</summary>
    public bool IsSpecial(DateOnly day) => Find(day) is not null;

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
