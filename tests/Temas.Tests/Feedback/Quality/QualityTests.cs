using Temas.Feedback.Contracts;
using Temas.Feedback.Quality;
using Temas.Feedback.Texts.Learning;

namespace Temas.Tests.Feedback.Quality;

public sealed class QualityTests
{
    private static readonly ResponseFacts Good = new() { Took = TimeSpan.FromSeconds(90), WordsShown = 150, Answered = 8 };

    private readonly ResponseQuality quality = new();

    [Fact]
    public void Assess_CarefulAnswer_HasNoFlags()
    {
        var found = quality.Assess(Good with { Ratings = Grid(1, 0.75, 1, 0.5), Texts = ["Kargo hızlıydı, teşekkür ederim"], Score = 1, TextSentiment = new Sentiment(0.9, 0.9, SentimentLabel.Positive, SentimentSource.Model) });
        found.Flags.ShouldBeEmpty();
        found.SuggestedWeight.ShouldBe(1);
    }

    [Fact]
    public void Assess_FasterThanReading_SaysHowFast()
    {
        var flag = quality.Assess(Good with { Took = TimeSpan.FromSeconds(9) }).Flags.ShouldHaveSingleItem();
        (flag.Kind, flag.Evidence, flag.Seen, flag.Limit).ShouldBe((QualityFlagKind.Speeding, "faster_than_reading", 9, 45));
        flag.Weight.ShouldBe(0.8, 1e-9);
    }

    [Fact]
    public void Assess_FasterThanOthers_OnlyOnceThereAreEnough()
    {
        var quick = Good with { Took = TimeSpan.FromSeconds(50), WordsShown = 20 };
        for (var i = 0; i < 29; i++) quality.Assess(Good with { Took = TimeSpan.FromSeconds(300) });
        quality.Assess(quick).Flags.ShouldBeEmpty();
        for (var i = 0; i < 29; i++) quality.Assess(Good with { Took = TimeSpan.FromSeconds(300) });
        quality.Assess(quick).Flags.ShouldHaveSingleItem().Evidence.ShouldBe("faster_than_others");
    }

    [Fact]
    public void Assess_FasterThanOthers_GoesByTheMedianOfTheLatestThousand()
    {
        var random = new Random(5);
        var told = new List<double>();
        for (var i = 0; i < 3_000; i++)
        {
            // Some are as long as others, to the second.
            var took = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(20, 60) * 1000 : random.Next(20_000, 620_000 * (1 + (i / 1000))));
            var seconds = took.TotalSeconds;
            var found = quality.Assess(Good with { Took = took, WordsShown = 1 }).Flags.Where(f => f.Evidence == "faster_than_others").ToList();
            var latest = told.TakeLast(1000).Order().ToList();
            var limit = latest.Count < 30 ? 0 : latest[latest.Count / 2] * 0.33;
            found.Count.ShouldBe(seconds < limit ? 1 : 0);
            if (found.Count > 0) found[0].Limit.ShouldBe(limit, 1e-9);
            told.Add(seconds);
            if (i == 1_700) quality.Durations.ShouldBe(told.TakeLast(1000));
        }

        // Written down and read again, it goes on as before.
        var again = new ResponseQuality(quality.Durations, [.. quality.Respondents], [.. quality.Texts.Keys], [.. quality.Texts.Values]);
        for (var i = 0; i < 1_500; i++)
        {
            var response = Good with { Took = TimeSpan.FromSeconds(random.Next(5, 500)), WordsShown = 1, Respondent = $"r{random.Next(300)}", Texts = [$"the same text as many others {random.Next(300)}"] };
            again.Assess(response).Flags.ShouldBe(quality.Assess(response).Flags);
        }
    }

    [Fact]
    public void Assess_SameTickForOpposites_IsAStrongSign()
    {
        ResponseFacts Of(params RatingFact[] rows) => Good with { Ratings = rows };
        var mixed = quality.Assess(Of([.. Grid(1, 1, 1, 1), new RatingFact("r", 1, "g", IsReversed: true)])).Flags.ShouldHaveSingleItem();
        mixed.Evidence.ShouldBe("same_tick_for_opposites");
        mixed.Subject.ShouldBe("g");
        var plain = quality.Assess(Of([.. Grid(1, 1, 1, 1, 1)])).Flags.ShouldHaveSingleItem();
        plain.Evidence.ShouldBe("same_tick_throughout");
        plain.Weight.ShouldBeLessThan(mixed.Weight);
        quality.Assess(Of([.. Grid(1, 1, 1)])).Flags.ShouldBeEmpty("three rows may well be as good");
        quality.Assess(Of([.. Grid(1, 0.9, 1), new RatingFact("r", 1, "g", IsReversed: true)])).Flags.ShouldHaveSingleItem().Evidence.ShouldBe("opposites_both_agreed");
    }

    [Fact]
    public void Assess_Again_IsFoundHoweverItIsTyped()
    {
        var first = Good with { Respondent = "a", Texts = ["Ürün çok güzel, herkese tavsiye ederim!"] };
        quality.Assess(first).Flags.ShouldBeEmpty();
        quality.Assess(first with { Respondent = "b", Texts = ["URUN COK GUZEL herkese tavsiye ederim"] }).Flags.ShouldHaveSingleItem().Evidence.ShouldBe("same_text");
        quality.Assess(first with { Texts = ["çok güzel"] }).Flags.ShouldHaveSingleItem().Evidence.ShouldBe("same_respondent");
        quality.Assess(first with { Respondent = null, Texts = ["çok güzel"] }).Flags.ShouldBeEmpty("many write that");
    }

    [Fact]
    public void Assess_SignsOfAProgram_AreFlaggedAndTheAnswerIsKept()
    {
        var found = quality.Assess(Good with { Took = TimeSpan.FromMilliseconds(300), FilledHiddenField = true });
        found.Flags[0].Weight.ShouldBe(1);
        found.Flags.Count(f => f.Kind == QualityFlagKind.Bot).ShouldBe(2);
        found.SuggestedWeight.ShouldBe(0);
        quality.Seen.ShouldBe(1);
    }

    [Theory]
    [InlineData(1, -0.9, "high_score_bad_words")]
    [InlineData(0, 0.9, "low_score_good_words")]
    public void Assess_WordsAgainstTheScore_IsAContradiction(double score, double text, string evidence) =>
        quality.Assess(Good with { Score = score, TextSentiment = new Sentiment(text, 0.9, text < 0 ? SentimentLabel.Negative : SentimentLabel.Positive, SentimentSource.Model) }).Flags.ShouldHaveSingleItem().Evidence.ShouldBe(evidence);

    private static RatingFact[] Grid(params double[] values) => [.. values.Select((v, i) => new RatingFact($"q{i}", v, "g"))];
}
