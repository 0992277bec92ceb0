using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;

namespace Temas.Tests.Feedback.Surveys;

public sealed class SurveyRunTests
{
    private const int Worlds = 400;

    private static readonly Dictionary<string, string> NoTraits = [];

    [Fact]
    public void Walk_AnyOrderOfBackAndForth_SameAnswersCount()
    {
        for (var i = 0; i < Worlds; i++)
        {
            var world = new SurveyWorld(i);
            var survey = world.Survey();
            var final = survey.Questions.ToDictionary(q => q.Id, world.Answer);
            // One who answers everything at once, and one who wanders about, changes her mind, and ends with the same.
            var expected = SurveyRun.Walk(survey, final, NoTraits, 7);
            IReadOnlyDictionary<string, Answer> wandering = Answers.None;
            foreach (var question in survey.Questions.Concat(survey.Questions).OrderBy(_ => world.Random.Next())) wandering = wandering.With([KeyValuePair.Create(question.Id, (Answer?)world.Answer(question))]);
            foreach (var question in survey.Questions.OrderBy(_ => world.Random.Next()))
            {
                wandering = wandering.With([KeyValuePair.Create(question.Id, (Answer?)final[question.Id])]);
                SurveyRun.Walk(survey, wandering, NoTraits, 7);
            }

            var reached = SurveyRun.Walk(survey, wandering, NoTraits, 7);
            Answers.Write(reached.Counted).ShouldBe(Answers.Write(expected.Counted));
            reached.Pages.Select(p => p.Page.Id).ShouldBe(expected.Pages.Select(p => p.Page.Id));
        }
    }

    [Fact]
    public void Walk_HiddenQuestions_NeverCount()
    {
        var hidden = 0;
        for (var i = 0; i < Worlds; i++)
        {
            var world = new SurveyWorld(i);
            var survey = world.Survey();
            var answers = survey.Questions.ToDictionary(q => q.Id, world.Answer);
            var route = SurveyRun.Walk(survey, answers, NoTraits, (ulong)i);
            var seen = route.Pages.SelectMany(p => p.Questions).ToDictionary(q => q.Id);
            foreach (var (id, answer) in route.Counted)
            {
                seen.ShouldContainKey(id);
                answer.Values.ShouldAllBe(v => !seen[id].IsChoice || seen[id].Choices.Any(c => c.Id == v));
            }

            hidden += answers.Count - seen.Count;
            // What is kept of hidden questions changes nothing, whatever it is.
            var without = answers.Where(a => seen.ContainsKey(a.Key)).ToDictionary();
            Answers.Write(SurveyRun.Walk(survey, without, NoTraits, (ulong)i).Counted).ShouldBe(Answers.Write(route.Counted));
            // And what counts is all that is needed to come to the same.
            Answers.Write(SurveyRun.Walk(survey, route.Counted, NoTraits, (ulong)i).Counted).ShouldBe(Answers.Write(route.Counted));
        }

        hidden.ShouldBeGreaterThan(Worlds / 4);
    }

    [Fact]
    public void FirstIncomplete_Null_OnlyWhenEveryRequiredQuestionThatIsSeenWasAnswered()
    {
        var (complete, incomplete) = (0, 0);
        for (var i = 0; i < Worlds; i++)
        {
            var world = new SurveyWorld(i);
            var survey = world.Survey();
            var answers = survey.Questions.Where(_ => world.Random.Next(10) > 0).ToDictionary(q => q.Id, world.Answer);
            var route = SurveyRun.Walk(survey, answers, NoTraits, (ulong)i);
            var missing = route.Pages.SelectMany(p => p.Questions).Any(q => q.IsRequired && !route.Counted.ContainsKey(q.Id));
            (route.FirstIncomplete is not null).ShouldBe(missing);
            (complete, incomplete) = missing ? (complete, incomplete + 1) : (complete + 1, incomplete);
        }

        complete.ShouldBeGreaterThan(Worlds / 20);
        incomplete.ShouldBeGreaterThan(Worlds / 20);
    }

    [Fact]
    public void Walk_OrderByChance_IsTheSameForTheSameRespondent()
    {
        var question = new Question { Id = "q", Kind = QuestionKind.Single, Title = SurveyText.None, IsShuffled = true, Choices = [.. Enumerable.Range(0, 8).Select(i => new Choice($"c{i}", SurveyText.None) { IsFixed = i == 7 })] };
        var survey = new Survey { Key = "s", Title = SurveyText.None, Languages = ["en"], Pages = [new SurveyPage { Id = "p", Questions = [question] }] };
        string[] Order(ulong seed) => [.. SurveyRun.Walk(survey, Answers.None, NoTraits, seed).Pages[0].Questions[0].Choices.Select(c => c.Id)];
        Order(1).ShouldBe(Order(1));
        Enumerable.Range(0, 20).Select(i => string.Join(' ', Order((ulong)i))).Distinct().Count().ShouldBeGreaterThan(15);
        Enumerable.Range(0, 20).All(i => Order((ulong)i)[7] == "c7").ShouldBeTrue();
    }

    [Fact]
    public void Fill_AnswerThatHoldsAPlaceItself_IsNotReadAgain()
    {
        var survey = new Survey { Key = "s", Title = SurveyText.None, Languages = ["en"], Pages = [new SurveyPage { Id = "p", Questions = [new Question { Id = "why", Kind = QuestionKind.Text, Title = SurveyText.None }] }] };
        var answers = new Dictionary<string, Answer> { ["why"] = Answer.Of("{{trait:email}} $1") };
        Piping.Fill("You said {{answer:why|x}}, {{trait:first_name|friend}}.", survey, "en", answers, new Dictionary<string, string> { ["email"] = "a@b.example" }).ShouldBe("You said {{trait:email}} $1, friend.");
    }

    [Theory]
    [InlineData("2,5", "2.5", null)]
    [InlineData("1.234,5", null, "fault_number")]
    [InlineData("11", null, "fault_number")]
    [InlineData("NaN", null, "fault_number")]
    [InlineData("", null, null)]
    public void Of_Number_ReadsAsPeopleWriteIt(string typed, string? kept, string? fault)
    {
        var result = AnswerCheck.Of(new Question { Id = "n", Kind = QuestionKind.Number, Title = SurveyText.None, Min = 0, Max = 10 }, Answer.Of(typed));
        result.Answer?.Value.ShouldBe(kept);
        (result.Answer is null).ShouldBe(kept is null);
        result.Fault.ShouldBe(fault);
    }

    [Fact]
    public void Clean_WhatIsNoText_IsTakenOut() => AnswerCheck.Clean("  a\0b\u0007\r\nc\ud800 ").ShouldBe("ab\nc\uFFFD");
}
