using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Texts;

namespace Temas.Tests.Feedback.Listening;

public sealed class VoiceSpanTests
{
    private static readonly TimeZoneInfo Istanbul = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul"), Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 22, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("7d", 7, 7)]
    [InlineData("30d", 30, 30)]
    [InlineData("90d", 90, 13)]
    [InlineData("365d", 364, 52)]
    [InlineData(null, 90, 13)]
    public void Of_APeriod_EndsWithTodayByTheClockOfTheWorkspace(string? period, int days, int buckets)
    {
        var span = VoiceSpan.Of(period, null, null, Istanbul, Now).Value;

        // It is past midnight in Istanbul.
        span.Days[^1].ShouldBe(new DateOnly(2026, 11, 24));
        (span.Days[^1].DayNumber - span.Days[0].DayNumber).ShouldBe(days);
        span.Starts.Length.ShouldBe(buckets + 1);
        (span.From - span.Before).ShouldBe(days * 86_400_000L);
    }

    [Fact]
    public void Of_DaysWithAChangeOfTheClock_KeepTheirMidnights()
    {
        var span = VoiceSpan.Of(null, "2026-10-24", "2026-10-26", Berlin, Now).Value;
        span.Starts.Select((s, i) => i == 0 ? 0 : (s - span.Starts[i - 1]) / 3_600_000).ShouldBe([0, 24, 25, 24]);
    }

    [Fact]
    public void BucketOf_EachMoment_IsTheOneThatBeginsLastBeforeIt()
    {
        var span = VoiceSpan.Of("7d", null, null, Istanbul, Now).Value;
        for (var b = 0; b < span.Starts.Length - 1; b++)
        {
            span.BucketOf(span.Starts[b]).ShouldBe(b);
            span.BucketOf(span.Starts[b + 1] - 1).ShouldBe(b);
        }

        span.BucketOf(span.From - 1).ShouldBe(-1);
        span.BucketOf(span.To).ShouldBe(-1);
    }

    [Theory]
    [InlineData("8d", null, null, "period")]
    [InlineData(null, "2026-13-01", null, "from")]
    [InlineData(null, "01.02.2026", null, "from")]
    [InlineData(null, "2026-02-02", "2026-02-01", "to")]
    [InlineData(null, "1971-01-01", "2100-01-01", "to")]
    public void Of_WhatIsNoPeriod_NamesTheField(string? period, string? from, string? to, string field)
    {
        var problem = VoiceSpan.Of(period, from, to, Istanbul, Now).Problem!;
        problem.Field.ShouldBe(field);
        problem.WayOut.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("Kargo çok geç geldi, berbat 😡 ama ürün güzel")]
    [InlineData("berbat")]
    [InlineData("İLGİSİZ personel!! bana 0532 123 45 67 numaradan dönün, a.b@posta.example")]
    [InlineData("12345")]
    public void PartsOf_AnyText_AddUpToTheMaskedText(string text)
    {
        var parts = ReadQuotes.PartsOf(text, new TextUnderstanding().Read(text, TextLanguage.Turkish));
        string.Concat(parts.Select(p => p.Text)).ShouldBe(PersonalData.MaskAll(text));
        parts.ShouldAllBe(p => p.Text.Length > 0);
    }

    [Fact]
    public void TopicOpinion_EveryTopicAndLabel_ComesBack()
    {
        for (var topic = 0; topic < TopicModel.MaxTopics; topic++)
        {
            foreach (var label in Enum.GetValues<Temas.Feedback.Texts.Learning.SentimentLabel>())
            {
                var opinion = TopicOpinion.Of(topic, label);
                (TopicOpinion.Topic(opinion), TopicOpinion.Label(opinion)).ShouldBe((topic, label));
            }
        }
    }
}
