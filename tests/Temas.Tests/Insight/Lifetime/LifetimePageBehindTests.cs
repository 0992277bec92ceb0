using Temas.Insight.Contracts;
using Temas.Tests.Feedback.Asking;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>Where figures of what customers are worth lead to: to the page of now, so those of a period that is over lead nowhere.</summary>
public sealed class LifetimePageBehindTests
{
    [Theory]
    [InlineData("lifetime.value")]
    [InlineData("subscriptions.active")]
    public async Task PageBehind_AfterMidnightWhereTheCompanyIs_IsOfTodayAlone(string name)
    {
        await using var world = await OpenAsync(insight: true);

        // One in the morning of the second of May in Istanbul.
        world.Clock.Now = At("2026-05-01T22:00:00Z");
        var source = world.Workspace.Part<MeasureSources>().Find(name)!.Value.Source;
        source.PageBehind(name, new DateOnly(2026, 4, 3), new DateOnly(2026, 5, 3)).ShouldNotBeNull();
        source.PageBehind(name, new DateOnly(2026, 4, 2), new DateOnly(2026, 5, 2)).ShouldBeNull("it ended yesterday");
    }
}
