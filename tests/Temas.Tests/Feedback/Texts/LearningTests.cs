using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Learning;
using Temas.Tests.Import;
using Xunit.Abstractions;

namespace Temas.Tests.Feedback.Texts;

public sealed class LearningTests(ITestOutputHelper output)
{
    private static readonly TrainingOptions Options = new() { Threads = 2 };

    [RealDataFact]
    public void Train_TurkishReviews_ReachesTheAims()
    {
        var reviews = ReviewData.Read();
        var model = ModelTrainer.Train(reviews, 1, DateTimeOffset.UnixEpoch, Options).Value;
        var three = model.Card.Evaluation;
        var lexicon = SentimentTraining.EvaluateLexicon(reviews, TextLanguage.Turkish, Options);
        Tell("three classes", three);
        Tell("lexicon alone", lexicon);
        three.Accuracy.ShouldBeGreaterThanOrEqualTo(0.88);
        three.MacroF1.ShouldBeGreaterThanOrEqualTo(0.80);
        three.WeakestClass.ShouldBe(SentimentLabel.Neutral);
        lexicon.Accuracy.ShouldBeGreaterThan(0.7);

        // A model read back from its bytes is the same model.
        var bytes = ModelFile.Write(model);
        var again = ModelFile.Read(bytes).Value;
        ModelFile.Write(again).ShouldBe(bytes);
        ModelTrainer.Evaluate(again, reviews, Options).Counts.ToArray().ShouldBe(three.Counts.ToArray());
        output.WriteLine($"{bytes.Length:N0} bytes");
    }

    [RealDataFact]
    public void Train_TurkishReviewsOfTwoClasses_ReachesTheAim()
    {
        // One split says little about half a percent: three of them.
        var reviews = ReviewData.Read().Where(r => r.Label != SentimentLabel.Neutral).ToList();
        var splits = new ulong[] { 1, 2, 3 }.Select(seed => ModelTrainer.Train(reviews, 1, DateTimeOffset.UnixEpoch, Options with { Seed = seed }).Value.Card.Evaluation).ToList();
        foreach (var split in splits) Tell("two classes", split);
        splits.Average(s => s.Accuracy).ShouldBeGreaterThanOrEqualTo(0.965);
        splits[0].Support(SentimentLabel.Neutral).ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_BetterThanTheLexicon_IsTakenAndWorseIsNot()
    {
        // Words that no lexicon knows: only the model can tell.
        var texts = Made(400, 0);
        var first = (await SentimentTraining.RunAsync(texts, null, TimeProvider.System, TextLanguage.Turkish)).Value;
        first.IsTaken.ShouldBeTrue();
        first.Candidate.Version.ShouldBe(1);
        first.Candidate.Evaluation.Accuracy.ShouldBeGreaterThan(0.95);
        first.Candidate.Evaluation.Accuracy.ShouldBeGreaterThan(first.Lexicon.Accuracy);

        // Nothing new to learn: what is in use stays.
        var second = (await SentimentTraining.RunAsync(texts, first.Model, TimeProvider.System, TextLanguage.Turkish)).Value;
        second.IsTaken.ShouldBeFalse();
        second.Candidate.Version.ShouldBe(2);
        second.Model.ShouldBeSameAs(first.Model);
    }

    [Fact]
    public void Train_SameTextsOnMoreThreads_IsTheSameModelBitForBit()
    {
        var texts = Made(300, 0.1);
        var one = ModelTrainer.Train(texts, 1, DateTimeOffset.UnixEpoch, new TrainingOptions { Threads = 1 }).Value;
        var two = ModelTrainer.Train(texts, 1, DateTimeOffset.UnixEpoch, new TrainingOptions { Threads = 2 }).Value;
        ModelFile.Write(one).ShouldBe(ModelFile.Write(two));
    }

    [Fact]
    public void Train_TooFewTexts_SaysHowMany()
    {
        var problem = ModelTrainer.Train(Made(20, 0), 1, DateTimeOffset.UnixEpoch).Problem;
        problem.ShouldNotBeNull();
        problem.Code.ShouldBe("too_few_texts");
        problem.WayOut.ShouldNotBeNull();
    }

    [Fact]
    public void Distinct_SameTextOtherwiseTyped_CountsOnceAndACorrectionCounts()
    {
        RatedText[] texts = [new("ÇOK  güzel", SentimentLabel.Negative), new("cok guzel", SentimentLabel.Positive), new("Çok güzel ", SentimentLabel.Neutral, IsCorrection: true), new(" ", SentimentLabel.Positive)];
        ModelTrainer.Distinct(texts, Options).ShouldHaveSingleItem().Label.ShouldBe(SentimentLabel.Neutral);
    }

    [Fact]
    public void Train_CorrectionsAgainstScores_WinWhereTheyAreMany()
    {
        // A word that comes with satisfied scores, and which people say is blame: a correction weighs three scores.
        var texts = Made(200, 0).Concat(Enumerable.Range(0, 60).Select(i => new RatedText($"zurba deneme {i}", SentimentLabel.Positive)))
            .Concat(Enumerable.Range(0, 60).Select(i => new RatedText($"zurba olay {i}", SentimentLabel.Negative, IsCorrection: true)));
        var model = ModelTrainer.Train(texts, 1, DateTimeOffset.UnixEpoch).Value;
        model.Card.Corrections.ShouldBeGreaterThan(30);
        new TextUnderstanding { Model = model }.Judge("zurba").Label.ShouldBe(SentimentLabel.Negative);
    }

    [Fact]
    public void Read_WithAModel_NamesTheWordsThatMovedIt()
    {
        var understanding = new TextUnderstanding { Model = ModelTrainer.Train(Made(400, 0), 1, DateTimeOffset.UnixEpoch).Value };
        const string Text = "bugün perkut vardı";
        var read = understanding.Read(Text);
        read.Sentiment.Source.ShouldBe(SentimentSource.Model);
        read.Sentiment.Label.ShouldBe(SentimentLabel.Negative);
        read.Clauses.ShouldHaveSingleItem().Words.MaxBy(w => Math.Abs(w.Weight)).Span.Of(Text).ShouldBe("perkut");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("...")]
    [InlineData("\ud800\u0307 :)")]
    [InlineData("https://example.org")]
    public void Read_NothingToRead_WithAModel_IsAnAnswerAllTheSame(string text)
    {
        var understanding = new TextUnderstanding { Model = ModelTrainer.Train(Made(120, 0), 1, DateTimeOffset.UnixEpoch).Value };
        understanding.Read(text).Sentiment.Score.ShouldBeInRange(-1, 1);
        understanding.Read(string.Concat(Enumerable.Repeat("perkut. ", 5000))).Sentiment.Label.ShouldBe(SentimentLabel.Negative);
    }

    [Fact]
    public void Read_DamagedModel_IsAProblemAndNeverAnException()
    {
        var bytes = ModelFile.Write(ModelTrainer.Train(Made(120, 0), 7, DateTimeOffset.UnixEpoch).Value);
        ModelFile.Read(bytes).Value.Card.Version.ShouldBe(7);
        ModelFile.Read([]).Problem!.Code.ShouldBe("text_model_unreadable");
        ModelFile.Read(bytes.AsSpan(0, bytes.Length - 1)).IsOk.ShouldBeFalse();
        for (var at = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / 50))
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x10;
            ModelFile.Read(damaged).IsOk.ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(6, SentimentLabel.Negative)]
    [InlineData(7, SentimentLabel.Neutral)]
    [InlineData(9, SentimentLabel.Positive)]
    [InlineData(11, null)]
    public void OfRecommendation_Scores_AreLabels(int score, SentimentLabel? expected) => RatingLabels.OfRecommendation(score).ShouldBe(expected);

    [Theory]
    [InlineData(2, 5, SentimentLabel.Negative)]
    [InlineData(3, 5, SentimentLabel.Neutral)]
    [InlineData(4, 5, SentimentLabel.Positive)]
    [InlineData(4, 7, SentimentLabel.Neutral)]
    [InlineData(5, 10, SentimentLabel.Neutral)]
    [InlineData(6, 10, SentimentLabel.Neutral)]
    [InlineData(0, 5, null)]
    public void OfScale_Scores_AreLabels(int score, int highest, SentimentLabel? expected) => RatingLabels.OfScale(score, highest).ShouldBe(expected);

    private static List<RatedText> Made(int count, double noise)
    {
        var random = new Random(3);
        string[] good = ["lümbek", "tarsıl", "vonka"], bad = ["perkut", "gıdlan", "hözük"], other = ["bugün", "dün", "vardı", "bir", "şey", "masa", "kutu", "orada"];
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var isGood = i % 2 == 0;
                var word = (isGood ? good : bad)[random.Next(3)];
                var text = string.Join(' ', Enumerable.Range(0, 4).Select(_ => other[random.Next(other.Length)]).Append(word).OrderBy(_ => random.Next())) + $" {i}";
                return new RatedText(text, isGood ^ (random.NextDouble() < noise) ? SentimentLabel.Positive : SentimentLabel.Negative);
            }),
        ];
    }

    private void Tell(string what, Evaluation e)
    {
        output.WriteLine($"{what}: {e.Texts} held out, accuracy {e.Accuracy:F4}, macro-F1 {e.MacroF1:F4}, weakest {e.WeakestClass} (F1 {e.F1(e.WeakestClass ?? default):F3})");
        foreach (var truth in Enum.GetValues<SentimentLabel>())
            output.WriteLine($"  {truth,-9}" + string.Concat(Enum.GetValues<SentimentLabel>().Select(found => $"{e.Count(truth, found),6}")));
    }
}
