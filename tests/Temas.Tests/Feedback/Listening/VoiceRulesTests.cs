using System.Diagnostics;
using System.Text;
using Temas.Collect.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Texts.Learning;
using Temas.Storage.EventLog;

namespace Temas.Tests.Feedback.Listening;

public sealed class VoiceRulesTests
{
    private readonly VoiceRules rules = new(LiveCatalogue.Default, new TextFeeling(null, TextLanguage.Turkish), TopicModel.Ready);
    private readonly VoiceNames names = new();

    [Fact]
    public void TryRead_AnswerWithAText_HasBoth()
    {
        TryRead("Survey Answered", """{"survey_id":"marka","survey_type":"nps","score":4,"text":"Kargo çok geç geldi, berbat"}""", out var voice).ShouldBeTrue();
        (voice.Nps, voice.Csat, voice.Ces, voice.Rated).ShouldBe(((sbyte)4, Voice.None, Voice.None, (sbyte)SentimentLabel.Negative));
        (voice.HasText, voice.Label, voice.Language).ShouldBe((true, SentimentLabel.Negative, TextLanguage.Turkish));
        names[voice.Survey].ShouldBe("marka");
        TopicOpinion.Find(voice.Topics, TopicModel.Ready.Topics.ToList().FindIndex(t => t.Key == "delivery")).ShouldBe(SentimentLabel.Negative);
    }

    [Theory]
    [InlineData("Survey Answered", """{"survey_type":"nps","score":11}""")]
    [InlineData("Survey Answered", """{"survey_type":"csat","score":4.5}""")]
    [InlineData("Survey Answered", """{"survey_type":"ces","score":"much"}""")]
    [InlineData("Feedback Received", """{"text":"   "}""")]
    [InlineData("Feedback Received", """{"text":{"a":1}}""")]
    [InlineData("Product Reviewed", """{"rating":5}""")]
    [InlineData("Order Completed", """{"text":"berbat"}""")]
    [InlineData("Unheard Of", """{"text":"berbat"}""")]
    public void TryRead_WhatSaysNothing_IsNoVoice(string name, string properties) => TryRead(name, properties, out _).ShouldBeFalse();

    [Fact]
    public void TryRead_ARobot_IsNoVoice() => TryRead("Feedback Received", """{"text":"berbat"}""", out _, EventFlags.Bot).ShouldBeFalse();

    [Theory]
    [InlineData("""{"rating":1,"review_body":"x y z"}""", SentimentLabel.Negative)]
    [InlineData("""{"rating":3,"review_body":"x y z"}""", SentimentLabel.Neutral)]
    [InlineData("""{"rating":9,"rating_scale":10,"review_body":"x y z"}""", SentimentLabel.Positive)]
    public void TryRead_RatingBesideAText_IsItsLabel(string properties, SentimentLabel label)
    {
        TryRead("Product Reviewed", properties, out var voice).ShouldBeTrue();
        voice.Rated.ShouldBe((sbyte)label);
    }

    [Fact]
    public void Names_MoreThanCanBeKept_AreNameless()
    {
        for (var i = 0; i < 11_000; i++) names.Of($"survey-{i}");
        names.Of("survey-5").ShouldBe((ushort)6);
        names.Of("one more").ShouldBe((ushort)0);
        names.Of(new string('x', 101)).ShouldBe((ushort)0);
    }

    [Fact]
    public void TryRead_ManyTexts_TakesLittleTime()
    {
        var e = Event("Feedback Received", """{"text":"Kargo çok geç geldi, paket de yırtılmıştı. Müşteri hizmetleri ilgilenmedi ama ürün güzel.","nps":5}""", EventFlags.None);
        for (var i = 0; i < 500; i++) rules.TryRead(e.AsLogEvent(), names, out _);
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < 2000; i++) rules.TryRead(e.AsLogEvent(), names, out _);

        // Not how quick it is, only that nothing is out of all proportion.
        Stopwatch.GetElapsedTime(begin).TotalSeconds.ShouldBeLessThan(5);
    }

    private bool TryRead(string name, string properties, out Voice voice, EventFlags flags = EventFlags.None) => rules.TryRead(Event(name, properties, flags).AsLogEvent(), names, out voice);

    private static StoredEvent Event(string name, string properties, EventFlags flags) =>
        new(1, LogRecordKind.Event, flags, 1, 0, 0, Encoding.UTF8.GetBytes($$"""{"type":"track","event":"{{name}}","properties":{{properties}} }"""));
}
