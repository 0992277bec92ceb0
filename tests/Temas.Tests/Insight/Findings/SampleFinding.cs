using Temas.Collect.Contracts;
using Temas.Insight.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>A finding to test with.</summary>
internal static class SampleFinding
{
    /// <summary>One with an id.</summary>
    public static FindingDocument Of(string id) => new()
    {
        Id = id,
        Win = false,
        Kind = "promise",
        Place = "delivery",
        Title = new LocalText("İşçi 😀", "e"),
        About = new LocalText("t", "e"),
        Next = new LocalText("t", "e"),
        Since = new DateOnly(2026, 1, 1),
        Customers = 5,
        Times = 6,
        OfTimes = 60,
        Q = 0.01,
        Days = 90,
        Worth = new FindingFigure(1.5, -2, 3),
        Weeks = [new FindingWeek(new DateOnly(2026, 1, 1), 2, 3)],
    };
}
