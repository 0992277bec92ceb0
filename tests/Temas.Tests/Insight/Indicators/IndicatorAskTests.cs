using Temas.Insight.Indicators;
using Temas.Tests.Feedback.Asking;

namespace Temas.Tests.Insight.Indicators;

/// <summary>The period that a request names.</summary>
public sealed class IndicatorAskTests
{
    [Theory]
    [InlineData(null, "0001-01-02", null)]
    [InlineData(null, "0001-01-02", "30d")]
    [InlineData(null, "9999-12-31", "1d")]
    [InlineData("2026-01-01", "1969-12-31", null)]
    public async Task Ask_OfADayThatThereIsNot_IsRefused(string? from, string to, string? last)
    {
        await using var world = await AskingWorld.OpenAsync(insight: true);
        var problem = IndicatorEndpoints.Ask(world.Workspace, from, to, last, null, true, null).Problem.ShouldNotBeNull();
        (problem.Code, problem.Field, problem.Value).ShouldBe(("time_unreadable", "to", to));
    }
}
