using System.Globalization;
using Temas.Feedback.Asking.Decisions;

namespace Temas.Feedback.Asking.Simulation;

/// <summary>What was triggered on a day, and what would have become of it.</summary>
/// <param name="Day">The day, as <c>2026-11-22</c>.</param>
/// <param name="Asked">Asked, sooner or later.</param>
/// <param name="Held">Of those, held back first.</param>
/// <param name="Refused">Not asked, or given up.</param>
/// <param name="Waiting">Still waiting or held back at the end.</param>
internal sealed record SimulatedDay(string Day, int Asked, int Held, int Refused, int Waiting);

/// <summary>Counts of what a rule would have done: as table, chart and answer of the API show them.</summary>
/// <param name="Days">By day, without gaps.</param>
/// <param name="Reasons">By outcome and reason.</param>
/// <param name="Held">Why they were held back before they were asked or given up.</param>
internal sealed record SimulatedFigures(IReadOnlyList<SimulatedDay> Days, IReadOnlyList<AskReasonCount> Reasons, IReadOnlyList<AskReasonCount> Held)
{
    /// <summary>How many came to something.</summary>
    public long this[AskState state] => Reasons.Where(r => r.State == state).Sum(r => r.Count);

    /// <summary>The counts.</summary>
    public static SimulatedFigures Of(SimulatedRule told, TimeZoneInfo zone)
    {
        DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        var byDay = told.Asks.ToLookup(a => DayOf(a.TriggeredAt));
        var days = new List<SimulatedDay>();
        for (var day = DayOf(told.From); day <= DayOf(told.To); day = day.AddDays(1))
        {
            var those = byDay[day].ToList();
            days.Add(new SimulatedDay(
                day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                those.Count(a => a.State == AskState.Asked),
                those.Count(a => a is { State: AskState.Asked, HeldAt: not null }),
                those.Count(a => a.State is AskState.Refused or AskState.GivenUp),
                those.Count(a => a.State is AskState.Held or AskState.Waiting)));
        }

        return new SimulatedFigures(
            days,
            ReadAsks.Reasons(told.Asks.Select(a => new AskReasonCount(a.State, a.Reason, 1))),
            ReadAsks.Reasons(told.Asks.Where(a => a.HeldReason is not null).Select(a => new AskReasonCount(AskState.Held, a.HeldReason, 1))));
    }
}
