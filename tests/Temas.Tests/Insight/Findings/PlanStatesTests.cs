using Temas.Insight.Contracts;
using Temas.Insight.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>What becomes of findings from look to look.</summary>
public sealed class PlanStatesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ANewOne_IsNewAndTold()
    {
        var (changed, lines) = PlanStates.Of([], [SampleFinding.Of("a"), SampleFinding.Of("b") with { IsQuiet = true }], At);
        changed.Select(c => (c.Document.Id, c.State, c.Rank)).ShouldBe([("a", FindingState.New, 0), ("b", FindingState.Gone, 1)]);
        lines.Select(l => (l.Finding, l.Line.Kind)).ShouldBe([("a", "found"), ("b", "found")]);
    }

    [Theory]
    [InlineData(FindingState.New, false, FindingState.New, null)]
    [InlineData(FindingState.InWork, false, FindingState.InWork, null)]
    [InlineData(FindingState.InWork, true, FindingState.Gone, "gone")]
    [InlineData(FindingState.Gone, true, FindingState.Gone, null)]
    [InlineData(FindingState.Gone, false, FindingState.Back, "back")]
    [InlineData(FindingState.Back, true, FindingState.Gone, "gone")]
    public void Of_AKnownOne_GoesByTheData(FindingState before, bool quiet, FindingState after, string? told)
    {
        var kept = new KeptFinding(SampleFinding.Of("a"), before, "p", At.AddDays(-9), At.AddDays(-1), 3);
        var (changed, lines) = PlanStates.Of([kept], [SampleFinding.Of("a") with { IsQuiet = quiet, Times = 99 }], At);
        var now = changed.ShouldHaveSingleItem();
        (now.State, now.Person, now.FirstAt, now.LastAt, now.Rank, now.Document.Times).ShouldBe((after, "p", At.AddDays(-9), At, 0, 99));
        lines.Select(l => l.Line.Kind).ShouldBe(told is null ? [] : [told]);
    }

    [Fact]
    public void Of_OneThatIsNotFoundAnyMore_IsGoneOnce()
    {
        var kept = new KeptFinding(SampleFinding.Of("a"), FindingState.Acknowledged, null, At, At, 0);
        var (changed, lines) = PlanStates.Of([kept], [], At);
        changed.ShouldHaveSingleItem().State.ShouldBe(FindingState.Gone);
        lines.ShouldHaveSingleItem().Line.Text.ShouldBe("not_found");
        PlanStates.Of(changed, [], At).Changed.ShouldBeEmpty();
    }

    [Fact]
    public void Judge_LastFourWeeksAsUsual_AreQuiet()
    {
        FindingDocument Of(int lately) => DescribeFinding.Judge(SampleFinding.Of("a") with { Weeks = [.. Enumerable.Range(0, 20).Select(w => new FindingWeek(new DateOnly(2026, 1, 1).AddDays(7 * w), w < 16 ? 30 : lately, 100))] }, 0.1);
        Of(30).ShouldSatisfyAllConditions(f => f.IsQuiet.ShouldBeFalse(), f => f.Trend.ShouldBe(0));
        Of(11).ShouldSatisfyAllConditions(f => f.IsQuiet.ShouldBeTrue(), f => f.Trend.ShouldBe(-1));
        Of(45).ShouldSatisfyAllConditions(f => f.IsQuiet.ShouldBeFalse(), f => f.Trend.ShouldBe(1));
    }
}
