using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Tests.Feedback.Asking;
using Temas.Timelines.Queries;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Insight.Monitors;

/// <summary>A look at the days that are over.</summary>
public sealed class LookTests
{
    [Fact]
    public async Task Look_WhereAMeasureIsStillBeingWorkedOut_IsNotOver()
    {
        await using var world = await OpenAsync(insight: true);
        var pending = new Pending();
        world.Workspace.Part<MeasureSources>().Add(pending);
        await world.SaveAsync(IndicatorKind.Name, "slow", """{"label": {"tr": "S", "en": "P"}, "unit": "count", "target": 10, "figure": {"provided": "test.pending"} }""");
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Order Completed");
        world.Clock.Now = At("2026-05-03T09:00:00Z");
        var live = LiveAlerts.Of(world.Workspace);
        await live.LoadAsync(default);

        // As promises after a start: what it says of yesterday is not known yet, and is looked at when it is.
        (await LookAtDays.RunAsync(world.Workspace, [], _ => { }, default)).ShouldNotBeNull().Code.ShouldBe("figures_pending");
        live.SubjectOf("targets-missed", "slow").LastDay.ShouldBeNull();
        pending.IsReady = true;
        (await LookAtDays.RunAsync(world.Workspace, [], _ => { }, default)).ShouldBeNull();
        live.SubjectOf("targets-missed", "slow").LastDay.ShouldBe(new DateOnly(2026, 5, 2));
    }

    private sealed class Pending : IMeasures
    {
        public bool IsReady { get; set; }

        public IReadOnlyList<ProvidedMeasure> All { get; } = [new("test.pending", new LocalText("B", "P"), new LocalText("B", "P"), IndicatorUnit.Count)];

        public LocalText? Missing(string name) => null;

        public Task<Result<IReadOnlyList<MeasureFigure>>> ReadAsync(string name, IReadOnlyList<TimeSpanMs> periods, JsonElement? where, CancellationToken cancel) => Task.FromResult<Result<IReadOnlyList<MeasureFigure>>>(
            IsReady ? periods.Select(_ => new MeasureFigure(1, 1)).ToList() : new Problem(ProblemKind.Unavailable, "figures_pending", "The figures over all customers are being worked out.") { WayOut = "Ask again in a few seconds." });
    }
}
