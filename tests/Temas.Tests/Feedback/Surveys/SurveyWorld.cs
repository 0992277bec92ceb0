using System.Globalization;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;

namespace Temas.Tests.Feedback.Surveys;

/// <summary>Surveys and respondents by chance, that obey the rules of surveys.</summary>
internal sealed class SurveyWorld(int seed)
{
    private static readonly QuestionKind[] Kinds =
        [QuestionKind.Nps, QuestionKind.Csat, QuestionKind.Single, QuestionKind.Multiple, QuestionKind.Matrix, QuestionKind.Ranking, QuestionKind.Text, QuestionKind.Number, QuestionKind.Date, QuestionKind.Contact, QuestionKind.Message];

    private readonly Random random = new(seed);
    private readonly List<Question> before = [];

    public Random Random => random;

    public Survey Survey()
    {
        before.Clear();
        var pages = new List<SurveyPage>();
        var count = random.Next(1, 7);
        for (var p = 0; p < count; p++)
        {
            var questions = Enumerable.Range(0, random.Next(1, 4)).Select(q => Question($"p{p}q{q}")).ToList();
            var showIf = Condition(0.3);
            before.AddRange(questions);
            pages.Add(new SurveyPage
            {
                Id = $"p{p}",
                ShowIf = showIf,
                IsShuffled = random.Next(3) == 0,
                Questions = questions,
                Jumps = random.Next(3) == 0 ? [new Jump(Condition(0.9), p + 1 < count && random.Next(3) > 0 ? $"p{random.Next(p + 1, count)}" : Jump.End)] : [],
            });
        }

        return new Survey { Key = "world", Title = Text("t"), Languages = ["en"], Pages = pages };
    }

    /// <summary>An answer as it may be typed: mostly right, sometimes not.</summary>
    public Answer Answer(Question question)
    {
        var choices = question.Choices.Select(c => c.Id).ToList();
        return question.Kind switch
        {
            QuestionKind.Nps => Temas.Feedback.Surveys.Logic.Answer.Of(random.Next(-1, 12).ToString(CultureInfo.InvariantCulture)),
            QuestionKind.Csat => Temas.Feedback.Surveys.Logic.Answer.Of(random.Next(0, 7).ToString(CultureInfo.InvariantCulture)),
            QuestionKind.Single => new Answer { Values = [random.Next(8) == 0 || choices.Count == 0 ? "nothing" : choices[random.Next(choices.Count)]] },
            QuestionKind.Multiple => new Answer { Values = [.. choices.Where(_ => random.Next(2) == 0)] },
            QuestionKind.Matrix => new Answer { Parts = question.Rows.Where(_ => random.Next(5) > 0).ToDictionary(r => r.Id, _ => choices[random.Next(choices.Count)]) },
            QuestionKind.Ranking => new Answer { Values = [.. choices.OrderBy(_ => random.Next()).Take(random.Next(5) == 0 ? 1 : choices.Count)] },
            QuestionKind.Number => Temas.Feedback.Surveys.Logic.Answer.Of(random.Next(4) == 0 ? "many" : "3,5"),
            QuestionKind.Date => Temas.Feedback.Surveys.Logic.Answer.Of(random.Next(4) == 0 ? "31.02.2026" : "2026-02-28"),
            QuestionKind.Contact => new Answer { Parts = new Dictionary<string, string> { ["email"] = random.Next(4) == 0 ? "no" : "a@b.example", ["consent"] = "yes" } },
            _ => Temas.Feedback.Surveys.Logic.Answer.Of(random.Next(4) == 0 ? " " : "words"),
        };
    }

    private static SurveyText Text(string text) => new(new Dictionary<string, string> { ["en"] = text });

    private Question Question(string id)
    {
        var kind = Kinds[random.Next(Kinds.Length)];
        var sources = before.Where(q => q.Kind is QuestionKind.Single or QuestionKind.Multiple).ToList();
        return new Question
        {
            Id = id,
            Kind = kind,
            Title = Text(id),
            IsRequired = kind != QuestionKind.Message && random.Next(2) == 0,
            ShowIf = Condition(0.4),
            Choices = kind is QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Ranking or QuestionKind.Matrix ? [.. Enumerable.Range(0, 3).Select(i => new Choice($"c{i}", Text($"c{i}")))] : [],
            Rows = kind == QuestionKind.Matrix ? [new Choice("r0", Text("r0")), new Choice("r1", Text("r1"))] : [],
            IsShuffled = random.Next(2) == 0,
            Carry = sources.Count > 0 && kind is QuestionKind.Single or QuestionKind.Ranking && random.Next(2) == 0 && sources.Count > 0 ? new CarryForward(sources[random.Next(sources.Count)].Id, random.Next(2) == 0) : null,
            Fields = kind == QuestionKind.Contact ? ["email"] : [],
        };
    }

    private SurveyCondition? Condition(double chance)
    {
        if (random.NextDouble() > chance || before.Where(q => q.Kind != QuestionKind.Message).ToList() is not { Count: > 0 } asked) return null;
        var of = asked[random.Next(asked.Count)];
        var row = of.Kind == QuestionKind.Matrix ? "r0" : null;
        SurveyCondition one = random.Next(4) switch
        {
            0 => new SurveyCondition.OfAnswer(of.Id, row, SurveyOperator.Answered, []),
            1 => new SurveyCondition.OfAnswer(of.Id, row, SurveyOperator.Unanswered, []),
            2 => new SurveyCondition.OfAnswer(of.Id, row, SurveyOperator.AtMost, ["5"]),
            _ => new SurveyCondition.OfAnswer(of.Id, row, SurveyOperator.NoneOf, ["c1", "3"]),
        };
        return random.Next(4) == 0 ? new SurveyCondition.Not(one) : random.Next(4) == 0 ? new SurveyCondition.Any([one, new SurveyCondition.OfTrait("city", SurveyOperator.OneOf, ["İzmir"])]) : one;
    }
}
