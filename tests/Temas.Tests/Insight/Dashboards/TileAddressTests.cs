using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Explore;

namespace Temas.Tests.Insight.Dashboards;

/// <summary>Where a tile leads to in the explorer: to the same question, or nowhere.</summary>
public sealed class TileAddressTests
{
    private static readonly DateOnly Today = new(2026, 3, 14);
    private static readonly BoardPeriod Month = new(Today.AddDays(-29), Today.AddDays(1), true);

    private static ExploreState? Opened(string question, BoardPeriod? period = null)
    {
        var address = TileAddress.Of(TileQuestion.Of(question), period ?? Month, Today);
        return address is null ? null : ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(address)));
    }

    [Theory]
    // Conditions of customers, ratios, filters of two parts and the same order all the way: the explorer has no words for these.
    [InlineData("""{"kind":"trend","measures":[{"name":"m","event":["track:A","track:B"],"where":{"property":"x","value":["1","2"]}}]}""")]
    [InlineData("""{"kind":"trend","measures":[{"name":"m","event":"track:A"}],"customers":{"segment":"s"}}""")]
    [InlineData("""{"kind":"trend","measures":[{"name":"a","event":"track:A"},{"name":"b","event":"track:B"},{"name":"r","ratio":["a","b"]}]}""")]
    [InlineData("""{"kind":"trend","measures":[{"name":"m","event":"track:A","where":{"all":[{"property":"x","value":1},{"property":"y","value":2}]}}]}""")]
    [InlineData("""{"kind":"trend","measures":[{"name":"m","event":"track:A","measure":"p90","property":"x"}]}""")]
    [InlineData("""{"kind":"trend","measures":[{"name":"m","event":"track:A"}],"breakdown":{"profile":"country"}}""")]
    [InlineData("""{"kind":"funnel","window":"30d","same":"order_id","steps":[{"event":"track:A"},{"event":"track:B"}]}""")]
    [InlineData("""{"kind":"funnel","window":"2d","steps":[{"event":"track:A"},{"event":"track:B"}]}""")]
    [InlineData("""{"kind":"retention","unit":"month","start":{"event":["track:A","track:B"]},"return":{"event":["track:C"],"where":{"property":"x","value":1}},"first":true}""")]
    public void Of_WhatTheExplorerCannotSay_LeadsNowhere(string question) => Opened(question).ShouldBeNull();

    [Fact]
    public void Of_Trend_KeepsEventMeasureFilterBreakdownAndPeriod()
    {
        var state = Opened("""{"kind":"trend","unit":"week","measures":[{"name":"m","event":["track:A"],"measure":"sum","property":"total","where":{"property":"store","value":"Bornova"}}],"breakdown":{"touch":"channel"},"top":5}""")!;
        (state.Kind, state.Last, state.Unit, state.Measure, state.Property, state.By, state.Where, state.Value, state.Compared).ShouldBe(("trend", "30d", "week", "sum", "total", "channel", "store", "Bornova", true));
        state.Events.ShouldBe(["track:A"]);
    }

    [Fact]
    public void Of_FunnelAndRetention_AskTheSame()
    {
        var funnel = Opened("""{"kind":"funnel","window":"1d","steps":[{"event":"track:A"},{"event":"track:B"}]}""", Month with { From = Today.AddDays(-6) })!;
        (funnel.Last, funnel.Window).ShouldBe(("7d", "1d"));
        funnel.Events.ShouldBe(["track:A", "track:B"]);
        var back = Opened("""{"kind":"retention","unit":"month","start":{"event":"track:A"},"return":{"event":"track:B"},"first":true}""")!;
        (back.Unit, back.First).ShouldBe(("month", true));
        back.Events.ShouldBe(["track:A", "track:B"]);
    }

    [Theory]
    [InlineData("""{"kind":"trend","measures":[{"name":"m","event":["track:A","track:B"]}]}""", "measures")]
    [InlineData("""{"kind":"funnel","window":"1d","steps":[{"event":"track:A"},{"event":["track:B","track:C"]},{"event":["track:D","track:E"]}]}""", "steps")]
    [InlineData("""{"kind":"retention","unit":"month","start":{"event":["track:A","track:B"]},"return":{"event":["track:C","track:D"]},"first":true}""", "start")]
    [InlineData("""{"kind":"retention","unit":"month","start":{"event":["track:A","track:B"]},"return":{"event":["track:C","track:D"]},"first":true}""", "return")]
    [InlineData("""{"kind":"retention","unit":"month","start":{"event":["track:A","track:B"]},"return":{},"first":true}""", "return")]
    public void Of_SeveralTypesAsOne_AsksTheSame(string question, string part)
    {
        var asked = Opened(question)!.Question();
        var (own, then) = (TileQuestion.Of(question).GetProperty(part), asked.GetProperty(part));
        if (part == "measures") (own, then) = (own[0].GetProperty("event"), then[0].GetProperty("event"));
        JsonElement.DeepEquals(own, then).ShouldBeTrue(then.GetRawText());
    }

    [Fact]
    public void Of_ManyTypesAsOne_LeadsNowhere() => Opened($$"""{"kind":"trend","measures":[{"name":"m","event":[{{string.Join(',', Enumerable.Range(0, ExploreState.MostAlso + 2).Select(i => $"\"track:{i}\""))}}]}]}""").ShouldBeNull();

    [Fact]
    public void State_WithStepsLeftOut_KeepsWhatCountsAsEach()
    {
        var state = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery("?kind=funnel&event=a&or0=b&event=&or1=lost&event=c&or2=d&or2=c&or2=&or2=e")));
        state.Events.ShouldBe(["a", "c"]);
        (string.Join(' ', state.TypesAt(0)), string.Join(' ', state.TypesAt(1))).ShouldBe(("a b", "c d e"));
        var again = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(state.Url(""))));
        JsonElement.DeepEquals(again.Question(), state.Question()).ShouldBeTrue();
    }

    [Fact]
    public void Of_DaysThatTheExplorerDoesNotKnow_LeadsNowhere()
    {
        const string question = """{"kind":"trend","measures":[{"name":"m","event":"track:A"}]}""";
        Opened(question, new BoardPeriod(Today.AddDays(-11), Today.AddDays(1), false)).ShouldBeNull();
        Opened(question, new BoardPeriod(Today.AddDays(-39), Today.AddDays(-9), false)).ShouldBeNull();
        TileAddress.Of("kind=trend&last=30d&event=track%3AA", new BoardPeriod(Today.AddDays(-39), Today.AddDays(-9), false), Today).ShouldBeNull();
    }

    [Fact]
    public void Of_SavedPage_HasThePeriodOfTheBoard()
    {
        var period = new BoardPeriod(Today.AddDays(-89), Today.AddDays(1), true);
        TileAddress.Of("kind=funnel&last=30d&event=a&event=b", period, Today).ShouldBe("kind=funnel&event=a&event=b&last=90d");
        TileAddress.Of("kind=trend&last=30d&compare=previous&event=a", period with { Compare = false }, Today).ShouldBe("kind=trend&event=a&last=90d");
    }

    [Fact]
    public void Of_ReadyMadeQuestions_LeadToWhatTheyAsk()
    {
        foreach (var (key, json) in ReadyMade.All)
        {
            foreach (var tile in DashboardKind.Instance.Read(key, json).Tiles.Where(t => t.Question is not null && t.Page.Length == 0))
            {
                if (TileAddress.Of(tile.Question!.Value, Month, Today) is not { } address) continue;
                var asked = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(address))).Question();
                foreach (var part in (string[])["kind", "breakdown", "steps", "start", "first"])
                {
                    if (tile.Question.Value.TryGetProperty(part, out var own)) JsonElement.DeepEquals(own, asked.GetProperty(part)).ShouldBeTrue($"{key}/{tile.Id}: {part}");
                }
            }
        }
    }
}
