using System.Globalization;
using System.Text.Json;
using Temas.Feedback.Listening;
using Temas.Feedback.Quality;
using Temas.Feedback.Scores;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;

namespace Temas.Tests.Feedback.Surveys;

/// <summary>A survey's figures out of columns, held against a plain recount of the same responses.</summary>
public sealed class FiguresTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly Survey Asked = SurveyKind.Instance.Read("s", """
        {"languages": ["en"], "title": "S", "pages": [
          {"id": "one", "questions": [{"id": "nps", "kind": "nps", "title": "N?"}, {"id": "why", "kind": "multiple", "title": "Why?", "choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "c", "text": "C"}]}]},
          {"id": "two", "questions": [{"id": "rows", "kind": "matrix", "title": "M", "rows": [{"id": "r1", "text": "1"}, {"id": "r2", "text": "2"}], "choices": [{"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]},
            {"id": "order", "kind": "ranking", "title": "R", "choices": [{"id": "p", "text": "P"}, {"id": "q", "text": "Q"}, {"id": "z", "text": "Z"}]}, {"id": "howmuch", "kind": "number", "title": "How much?"}]}]}
        """);

    private sealed record Given(string Id, ResponseState State, DateTimeOffset At, string Channel, double Weight, string? Page, Dictionary<string, Answer> Answers);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Figures_OfResponsesByChance_AreARecount(bool weigh)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (all, columns) = World(seed);
            var filter = new FiguresFilter("30d", null, null, null, null, null, weigh);
            var span = VoiceSpan.Of("30d", null, null, TimeZoneInfo.Utc, Now).Value;
            var figures = ReadFigures.Of(columns, Asked, filter, span, 20);
            bool In(Given g) => g.At.ToUnixTimeMilliseconds() >= span.From && g.At.ToUnixTimeMilliseconds() < span.To;
            var complete = all.Where(g => In(g) && g.State == ResponseState.Complete).ToList();
            (figures.Begun, figures.Complete, figures.Doubtful).ShouldBe((all.Count(In), complete.Count, complete.Count(g => g.Weight < 0.75)));
            figures.Pages.ToDictionary(p => p.Page, p => p.Left).ShouldBe(all.Where(g => In(g) && g.State == ResponseState.Partial).GroupBy(g => g.Page!).ToDictionary(g => g.Key, g => (long)g.Count()), ignoreOrder: true);

            var tally = new ScoreTally(ScoreKind.Nps);
            foreach (var g in complete.Where(g => g.Answers.ContainsKey("nps"))) tally.Add(double.Parse(g.Answers["nps"].Value!, CultureInfo.InvariantCulture), weigh ? (float)g.Weight : 1);
            var nps = figures.Questions.Single(q => q.Id == "nps");
            nps.Score.ShouldBe(ScoreFigure.Of(tally.Result()));
            nps.Buckets.Sum(b => b.Score.Answers).ShouldBe(nps.Answered);
            nps.Values.Sum(v => v.Count).ShouldBe(nps.Answered);
            figures.Target!.Status.ShouldBe(tally.Result().Against(20).ToString().ToLowerInvariant());

            double Weight(Given g) => weigh ? (float)g.Weight : 1;
            var why = figures.Questions.Single(q => q.Id == "why");
            var answered = complete.Where(g => g.Answers.ContainsKey("why")).ToList();
            foreach (var value in why.Values)
            {
                var chose = answered.Where(g => g.Answers["why"].Values.Contains(value.Value)).ToList();
                value.Count.ShouldBe(chose.Count);
                value.Share.ShouldBe(chose.Sum(Weight) / answered.Sum(Weight), 1e-5);
            }

            foreach (var value in figures.Questions.Single(q => q.Id == "rows").Values) value.Count.ShouldBe(complete.Count(g => g.Answers.TryGetValue("rows", out var a) && a.Parts.GetValueOrDefault(value.Row!) == value.Value));
            foreach (var value in figures.Questions.Single(q => q.Id == "order").Values)
            {
                var ranked = complete.Where(g => g.Answers.ContainsKey("order")).ToList();
                value.Count.ShouldBe(ranked.Count(g => g.Answers["order"].Values[0] == value.Value));
                value.MeanRank!.Value.ShouldBe(ranked.Sum(g => Weight(g) * (g.Answers["order"].Values.ToList().IndexOf(value.Value) + 1)) / ranked.Sum(Weight), 1e-3);
            }

            var channels = figures.Groups.Where(g => g.By == "channel").ToList();
            channels.Sum(c => c.Score.Answers).ShouldBe(nps.Answered);
        }
    }

    [Fact]
    public void Put_AResponseAgain_ReplacesWhatItSaidBefore()
    {
        var columns = new AnswerColumns();
        columns.Put("a", ResponseState.Partial, 1, "web", "en", "one", 1, null, new Dictionary<string, Answer> { ["nps"] = Answer.Of("3"), ["why"] = Answer.Of("x") });
        var row = columns.Put("a", ResponseState.Complete, 2, "web", "tr", null, 2, 0.5, new Dictionary<string, Answer> { ["nps"] = Answer.Of("9") });
        (columns.Count, row, columns.States[0], columns.Find("nps")!.Number(0), columns.Find("why")!.Codes(0), columns.Page.Codes(0)).ShouldBe((1, 0, ResponseState.Complete, 9f, null, null));
    }

    [Fact]
    public void File_ReadAgain_GivesTheSameFigures_AndGoesOnAsBefore()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("temas-answers-").FullName, "answers.snapshot");
        try
        {
            for (var seed = 1; seed <= 5; seed++)
            {
                var (all, columns) = World(seed);
                new AnswersFile(columns.Copy(), new ResponseQuality(), 17, "ıd-17").Write(path, 3);
                AnswersFile.Open(path, 4).ShouldBeNull();
                var read = AnswersFile.Open(path, 3).ShouldNotBeNull();
                (read.Upto, read.UptoId, read.Columns.Count).ShouldBe((17, "ıd-17", columns.Count));
                Same(columns, read.Columns);
                foreach (var some in new[] { columns, read.Columns })
                {
                    some.Put("r5", ResponseState.Complete, Now.ToUnixTimeMilliseconds(), "phone", "tr", null, 2, 0.25, new Dictionary<string, Answer> { ["nps"] = Answer.Of("1"), ["new"] = Answer.Of("x") });
                    for (var i = 0; i < 500; i++) some.Put($"n{i}", ResponseState.Complete, all[i % all.Count].At.ToUnixTimeMilliseconds(), "web", "en", null, 1, 1, all[i % all.Count].Answers);
                }

                Same(columns, read.Columns);
            }

            var bytes = File.ReadAllBytes(path);
            bytes[^9] ^= 4;
            File.WriteAllBytes(path, bytes);
            AnswersFile.Open(path, 3).ShouldBeNull();
            new AnswersFile(new AnswerColumns(), new ResponseQuality(), 0, "").Write(path, 3);
            AnswersFile.Open(path, 3).ShouldNotBeNull().Columns.Put("a", ResponseState.Partial, 1, "web", "en", "one", 1, null, new Dictionary<string, Answer>()).ShouldBe(0);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Behind_APage_IsThatOfAllInOrder()
    {
        var (all, columns) = World(3);
        var span = VoiceSpan.Of("365d", null, null, TimeZoneInfo.Utc, Now).Value;
        var filter = new FiguresFilter("365d", null, null, null, null, null, false);
        // Many at one moment, too: then the id says who is first.
        for (var i = 0; i < 60; i++) columns.Put($"s{i}", ResponseState.Complete, Now.AddHours(-7).ToUnixTimeMilliseconds(), "web", "en", null, 1, 1, new Dictionary<string, Answer> { ["nps"] = Answer.Of("9") });
        var behind = new AnswerBehind("nps", null, "9", null, null, false);
        var wanted = all.Where(g => g.State == ResponseState.Complete && g.Answers.TryGetValue("nps", out var nps) && nps.Value == "9").Select(g => (g.At, g.Id)).Concat(Enumerable.Range(0, 60).Select(i => (Now.AddHours(-7), $"s{i}")))
            .OrderByDescending(g => g.Item1).ThenBy(g => g.Item2, StringComparer.Ordinal).Select(g => g.Item2).ToList();
        foreach (var (skip, limit) in new[] { (0, 10), (10, 10), (3, 500), (55, 7), (1000, 10), (0, 0) })
        {
            var (ids, total) = ReadFigures.Behind(columns, filter, span, behind, skip, limit);
            total.ShouldBe(wanted.Count);
            ids.ShouldBe(wanted.Skip(skip).Take(limit));
        }
    }

    private static void Same(AnswerColumns one, AnswerColumns other)
    {
        var span = VoiceSpan.Of("90d", null, null, TimeZoneInfo.Utc, Now).Value;
        var filter = new FiguresFilter("90d", null, null, null, null, null, true);
        JsonSerializer.Serialize(ReadFigures.Of(one, Asked, filter, span, null)).ShouldBe(JsonSerializer.Serialize(ReadFigures.Of(other, Asked, filter, span, null)));
        (one.Count, one.RowOf("r5"), one.RowOf("nobody")).ShouldBe((other.Count, other.RowOf("r5"), other.RowOf("nobody")));
        one.Questions.ShouldBe(other.Questions);
        foreach (var (a, b) in one.All.Zip(other.All))
        {
            for (var row = 0; row < one.Count; row++) (a.Codes(row), a.Number(row)).ShouldBe((b.Codes(row), b.Number(row)));
            a.Words.ShouldBe(b.Words);
        }
    }

    private static (List<Given>, AnswerColumns) World(int seed)
    {
        var random = new Random(seed);
        var all = Enumerable.Range(0, 300).Select(i =>
        {
            var answers = new Dictionary<string, Answer>();
            if (random.Next(8) > 0) answers["nps"] = Answer.Of(random.Next(11).ToString(CultureInfo.InvariantCulture));
            if (random.Next(3) > 0) answers["why"] = new Answer { Values = [.. new[] { "a", "b", "c" }.Where(_ => random.Next(2) == 0).DefaultIfEmpty("a")] };
            if (random.Next(3) > 0) answers["rows"] = new Answer { Parts = new[] { "r1", "r2" }.Where(_ => random.Next(4) > 0).DefaultIfEmpty("r1").ToDictionary(r => r, _ => random.Next(2) == 0 ? "x" : "y") };
            if (random.Next(3) > 0) answers["order"] = new Answer { Values = [.. new[] { "p", "q", "z" }.OrderBy(_ => random.Next())] };
            if (random.Next(3) > 0) answers["howmuch"] = Answer.Of(random.Next(50).ToString(CultureInfo.InvariantCulture));
            var state = (ResponseState)(random.Next(10) switch { < 7 => 1, < 9 => 0, _ => 2 });
            return new Given($"r{i}", state, Now.AddHours(-random.Next(24 * 80)), random.Next(2) == 0 ? "web" : "email", random.Next(3) == 0 ? random.NextDouble() : 1, state == ResponseState.Partial ? random.Next(2) == 0 ? "one" : "two" : null, answers);
        }).ToList();
        var columns = new AnswerColumns();
        foreach (var g in all) columns.Put(g.Id, g.State, g.At.ToUnixTimeMilliseconds(), g.Channel, "en", g.Page, 1, g.Weight, g.Answers);
        return (all, columns);
    }
}
