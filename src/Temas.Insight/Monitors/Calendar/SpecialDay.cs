using System.Globalization;
using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Insight.Indicators;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>The day of a week of a month, every year.</summary>
/// <param name="Week">Which of them: 1 to 5, and -1 for the last.</param>
/// <param name="Day">The weekday.</param>
/// <param name="Month">The month.</param>
internal sealed record WeekdayOfMonth(int Week, DayOfWeek Day, int Month);

/// <summary>Days that come again and are unlike others: a feast, a holiday, a day of sales. Definition of kind <c>special-day</c> (docs/monitors.md).</summary>
internal sealed record SpecialDay
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name.</summary>
    public required LocalText Label { get; init; }

    /// <summary>Whether it is heeded.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>First days, one by one.</summary>
    public IReadOnlyList<DateOnly> Dates { get; init; } = [];

    /// <summary>Month and day of every year; null for none.</summary>
    public (int Month, int Day)? Yearly { get; init; }

    /// <summary>A weekday of every year; null for none.</summary>
    public WeekdayOfMonth? Weekday { get; init; }

    /// <summary>Month and day of the Islamic calendar, for years that <see cref="Dates"/> does not have; null for none.</summary>
    public (int Month, int Day)? Hijri { get; init; }

    /// <summary>How many days it lasts.</summary>
    public int Length { get; init; } = 1;

    /// <summary>So many days before it are unlike others, too.</summary>
    public int Before { get; init; }

    /// <summary>So many after it.</summary>
    public int After { get; init; }

    /// <summary>Whether it is a season, a month of it: long enough to be judged by its own days, and by the days before it as far as those say.</summary>
    public bool IsSeason { get; init; }

    /// <summary>What is closed on its days: numbers of sources and types of events, or <see cref="Everything"/>; whatever else stands still then is learned.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>Names everything that arrives.</summary>
    public const string Everything = "*";

    /// <summary>Whether something that arrives is closed so many days after the first of it.</summary>
    /// <param name="what"><c>source:3</c> or <c>event:track:Order Completed</c>.</param>
    /// <param name="offset">Days after the first.</param>
    public bool Closes(string what, int offset) => offset >= 0 && offset < Length && Closed.Any(c => c == Everything || what.AsSpan(what.IndexOf(':', StringComparison.Ordinal) + 1).SequenceEqual(c));

    /// <summary>All days that are unlike others.</summary>
    public int Days => Before + Length + After;

    /// <summary>The first days of it in a year, in order. The Islamic calendar is that of Umm al-Qura, a day of which may be one apart from what is announced; years that were announced stand in <see cref="Dates"/>.</summary>
    public IEnumerable<DateOnly> In(int year)
    {
        var named = Dates.Where(d => d.Year == year).ToList();
        if (Yearly is { } yearly && yearly.Day <= DateTime.DaysInMonth(year, yearly.Month)) named.Add(new DateOnly(year, yearly.Month, yearly.Day));
        if (Weekday is { } weekday && On(weekday, year) is { } day) named.Add(day);
        if (Hijri is { } hijri && !Dates.Any(d => d.Year == year)) named.AddRange(Islamic(hijri, year));
        return named.Distinct().Order();
    }

    private static DateOnly? On(WeekdayOfMonth of, int year)
    {
        var days = Enumerable.Range(1, DateTime.DaysInMonth(year, of.Month)).Select(d => new DateOnly(year, of.Month, d)).Where(d => d.DayOfWeek == of.Day).ToList();
        return of.Week < 0 ? days[^1] : of.Week <= days.Count ? days[of.Week - 1] : null;
    }

    private static IEnumerable<DateOnly> Islamic((int Month, int Day) of, int year)
    {
        var calendar = new UmAlQuraCalendar();
        // The calendar is tabled up to 2077.
        if (year <= calendar.MinSupportedDateTime.Year || year >= calendar.MaxSupportedDateTime.Year) return [];
        var first = calendar.GetYear(new DateTime(year, 1, 1));
        return Enumerable.Range(first, 3).Where(y => of.Day <= calendar.GetDaysInMonth(y, of.Month)).Select(y => DateOnly.FromDateTime(calendar.ToDateTime(y, of.Month, of.Day, 0, 0, 0, 0))).Where(d => d.Year == year);
    }
}

/// <summary>The kind of definition <c>special-day</c>.</summary>
internal sealed partial class SpecialDayKind : IDefinitionKind<SpecialDay>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "special-day";

    private const int MostDates = 100, LongestDays = 60, MostAround = 30, MostClosed = 200, ShortestSeason = 14;

    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    public static SpecialDayKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => ReadySpecialDays.All;

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public SpecialDay Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex DateForm();

    [GeneratedRegex("^[0-9]{2}-[0-9]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex DayForm();

    [GeneratedRegex("^(-1|[1-5]) (sunday|monday|tuesday|wednesday|thursday|friday|saturday) (1[0-2]|[1-9])$", RegexOptions.CultureInvariant)]
    private static partial Regex WeekdayForm();

    private static SpecialDay Build(string key, DefinitionNode node)
    {
        node.Only("label", "on", "dates", "yearly", "weekday", "hijri", "length", "before", "after", "season", "closed");
        if (!node.Has("dates") && !node.Has("yearly") && !node.Has("weekday") && !node.Has("hijri"))
            node.Fault("dates", "field_missing", "It is not said when it is.", wayOut: "Name dates, a day of every year, a weekday of a month, or a day of the Islamic calendar.");
        var (length, isSeason) = ((int)node.Number("length", 1, 1, LongestDays), node.Flag("season", false));
        if (isSeason && length < ShortestSeason) node.Fault("length", "season_short", $"A season is judged by its own days, so it has at least {ShortestSeason}.", wayOut: "Make it longer, or leave season out: a short one is held against the year before.");
        return new SpecialDay
        {
            Key = key,
            Label = node.Label(),
            IsOn = node.Flag("on", true),
            Dates = [.. node.Texts("dates", 10, MostDates, DateForm()).Select(d => DateOf(node, d)).OfType<DateOnly>().Distinct().Order()],
            Yearly = DayOf(node, "yearly", 31),
            Weekday = node.Text("weekday", form: WeekdayForm()) is { } text && text.Split(' ') is [var week, var day, var month]
                ? new WeekdayOfMonth(int.Parse(week, CultureInfo.InvariantCulture), (DayOfWeek)Array.IndexOf(Weekdays, day), int.Parse(month, CultureInfo.InvariantCulture)) : null,
            Hijri = DayOf(node, "hijri", 30),
            Length = length,
            Before = (int)node.Number("before", 0, 0, MostAround),
            After = (int)node.Number("after", 0, 0, MostAround),
            IsSeason = isSeason,
            Closed = node.Texts("closed", 240, MostClosed),
        };
    }

    private static DateOnly? DateOf(DefinitionNode node, string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        node.Fault("dates", "day_unknown", "There is no such day.", text, "Write year-month-day, such as 2026-03-20.");
        return null;
    }

    private static (int Month, int Day)? DayOf(DefinitionNode node, string name, int longest)
    {
        if (node.Text(name, form: DayForm()) is not { } text) return null;
        var (month, day) = (int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture), int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture));
        // A leap year has all days there are.
        if (month is >= 1 and <= 12 && day >= 1 && day <= Math.Min(longest, longest == 31 ? DateTime.DaysInMonth(2024, month) : longest)) return (month, day);
        node.Fault(name, "day_unknown", "There is no such day.", text, "Write month-day, such as 10-29.");
        return null;
    }
}
