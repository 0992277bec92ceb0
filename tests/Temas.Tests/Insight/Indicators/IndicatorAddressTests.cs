using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Insight.Explore;
using Temas.Insight.Indicators;

namespace Temas.Tests.Insight.Indicators;

/// <summary>Where an indicator leads to in the explorer: to the same question, or nowhere.</summary>
public sealed class IndicatorAddressTests
{
    private static readonly DateOnly Today = new(2026, 3, 14);

    private static string? Address(string figure, string more = "", int days = 90, string segment = "") => IndicatorAddress.Of(
        IndicatorKind.Instance.Read("one", $$"""{"label":{"tr":"a","en":"b"},"unit":"count","figure":{{figure}}{{more}}}"""), new IndicatorPeriod(days, segment), Today);

    [Fact]
    public void Of_SeveralTypesAsOne_OpensTheSameTrend()
    {
        var state = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(Address("""{"measure":"customers","event":["track:Subscription Started","track:Subscription Created"]}"""))));
        (state.Kind, state.Last, state.Unit, state.Measure).ShouldBe(("trend", "90d", "week", "customers"));
        state.TypesAt(0).ShouldBe(["track:Subscription Started", "track:Subscription Created"]);
    }

    [Fact]
    public void Of_Funnel_OpensTheSameSteps()
    {
        var state = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(Address("""{"funnel":{"steps":[{"event":"track:A"},{"event":["track:B","track:C"]}],"window":"30d"}}"""))));
        (state.Kind, state.Window, state.Last).ShouldBe(("funnel", "30d", "90d"));
        (string.Join(' ', state.TypesAt(0)), string.Join(' ', state.TypesAt(1))).ShouldBe(("track:A", "track:B track:C"));
    }

    [Theory]
    [InlineData("""{"numerator":{"measure":"count","event":"track:A"},"denominator":{"measure":"count","event":"track:B"}}""", "", "")]
    [InlineData("""{"measure":"count","event":"track:A"}""", ""","window":30""", "")]
    [InlineData("""{"measure":"count","event":"track:A"}""", ""","customers":{"did":{"event":"track:B"}}""", "")]
    [InlineData("""{"measure":"count","event":"track:A"}""", "", "loyal")]
    [InlineData("""{"funnel":{"steps":[{"event":"track:A"},{"event":"track:B"}],"window":"30d"},"matured":true}""", "", "")]
    public void Of_WhatIsNotOneQuestionOfEverybody_LeadsNowhere(string figure, string more, string segment) => Address(figure, more, segment: segment).ShouldBeNull();
}
