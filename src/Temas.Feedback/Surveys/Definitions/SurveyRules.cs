using System.Globalization;
using Temas.Feedback.Surveys.Logic;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>
/// What the parts of a survey have to do with each other: names are there once, what is referred to is asked before, ways lead forward. So a way through a survey always ends, and what a page shows is settled before it is shown.
/// </summary>
internal static class SurveyRules
{
    private const int MostQuestions = 200;

    /// <summary>Reports what is wrong, at <paramref name="node"/>, the document.</summary>
    public static void Check(Survey survey, DefinitionNode node)
    {
        if (survey.Questions.Count() > MostQuestions) node.Fault("pages", "questions_too_many", "A survey has at most 200 questions.", survey.Questions.Count().ToString(CultureInfo.InvariantCulture), "Part it into two surveys.");
        var before = new Dictionary<string, Question>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (p, page) in survey.Pages.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"pages[{p}]");
            if (survey.Pages.Take(p).Any(other => other.Id == page.Id) || page.Id == Jump.End) node.Fault($"{at}.id", "id_taken", "Another page has this id, or it is \"end\".", page.Id, "Choose another.");
            if (page.ShowIf is { } who) CheckCondition(node, $"{at}.showIf", who, before);
            if (page.Title is { } title) CheckPipes(node, $"{at}.title", title, before);
            foreach (var (q, question) in page.Questions.Index()) CheckQuestion(node, string.Create(CultureInfo.InvariantCulture, $"{at}.questions[{q}]"), question, before, ids, survey);
            foreach (var question in page.Questions) before.TryAdd(question.Id, question);
            foreach (var (j, jump) in page.Jumps.Index())
            {
                var to = string.Create(CultureInfo.InvariantCulture, $"{at}.jumps[{j}]");
                if (jump.When is { } when) CheckCondition(node, $"{to}.when", when, before);
                if (jump.To != Jump.End && !survey.Pages.Skip(p + 1).Any(later => later.Id == jump.To)) node.Fault($"{to}.to", "page_not_later", "A jump leads to a later page, or to \"end\".", jump.To, "Name a page that comes after this one.");
            }
        }

        foreach (var (i, quota) in survey.Quotas.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"quotas[{i}]");
            if (survey.Quotas.Take(i).Any(other => other.Key == quota.Key)) node.Fault($"{at}.key", "id_taken", "Another quota has this key.", quota.Key, "Choose another.");
            CheckCondition(node, $"{at}.when", quota.When, before);
        }

        if (survey.Thanks is { } thanks) CheckPipes(node, "thanks", thanks, before);
        if (!survey.Questions.Any(q => q.Kind != QuestionKind.Message)) node.Fault("pages", "nothing_asked", "A survey asks something: a message alone is none.", wayOut: "Add a question.");
        if (survey is { IsAnonymous: true, ReportedAs: { } reported }) node.Fault("reportedAs", "anonymous_reported", "Events say who answered: an anonymous survey takes none.", reported, "Take the name away, or let the survey not be anonymous.");
        if (survey.IsAnonymous && survey.Questions.FirstOrDefault(q => q.Kind == QuestionKind.Contact) is { } contact)
            node.Fault("anonymous", "anonymous_contact", "An anonymous survey does not ask who answers.", contact.Id, "Remove the question for the contact, or let the survey not be anonymous.");
    }

    private static void CheckQuestion(DefinitionNode node, string at, Question question, Dictionary<string, Question> before, HashSet<string> ids, Survey survey)
    {
        if (!ids.Add(question.Id)) node.Fault($"{at}.id", "id_taken", "Another question has this id.", question.Id, "Choose another.");
        if (question.ShowIf is { } who)
        {
            CheckCondition(node, $"{at}.showIf", who, before);
            if (survey.IsAnonymous && HasTrait(who)) node.Fault($"{at}.showIf", "anonymous_trait", "An anonymous survey does not know who answers, and so no traits.", question.Id, "Remove the condition.");
        }

        CheckPipes(node, $"{at}.title", question.Title, before);
        if (question.Help is { } help) CheckPipes(node, $"{at}.help", help, before);
        CheckChoices(node, $"{at}.choices", question.Choices, question.HasOther);
        CheckChoices(node, $"{at}.rows", question.Rows, false);
        if (question.Carry is { } carry)
        {
            if (!before.TryGetValue(carry.Question, out var from)) node.Fault($"{at}.carry.question", "question_not_before", "Choices are taken over from a question on an earlier page.", carry.Question, "Name one that is asked before.");
            else if (from.Kind is not (QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Ranking or QuestionKind.Image)) node.Fault($"{at}.carry.question", "question_has_no_choices", "Choices are taken over from a question that has some.", carry.Question);
        }

        CheckKind(node, at, question);
        if (question.Min is { } min && question.Max is { } max && min > max) node.Fault($"{at}.min", "bounds_crossed", "The least is more than the most.", min.ToString(CultureInfo.InvariantCulture), "Swap them.");
    }

    private const int MostShown = 60;

    private static void CheckKind(DefinitionNode node, string at, Question question)
    {
        // Of a list too long to be read nothing is known; that is said already.
        if (question.Choices.Count > MostShown && question.Kind is not (QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Ranking)) node.Fault($"{at}.choices", "choices_beyond", "There are at most 60 choices, and 200 of one or several to choose.", question.Id, "Take some out.");
        if ((question.IsChoice || question.Kind == QuestionKind.Ranking) && question.Carry is null && question.Choices.Count + (question.HasOther ? 1 : 0) < 2)
            node.Fault($"{at}.choices", "choices_too_few", "There are at least two choices.", question.Id, "Add one.");
        if (question.Kind == QuestionKind.Ranking && question.Choices.Count > 15) node.Fault($"{at}.choices", "choices_too_many", "Nobody ranks more than 15 things.", question.Id, "Remove some.");
        if (question.Kind == QuestionKind.Matrix && (question.Rows.Count == 0 || question.Choices.Count < 2)) node.Fault($"{at}.rows", "rows_too_few", "A matrix has a row and at least two columns (choices).", question.Id, "Add them.");
        if (question.Kind == QuestionKind.Image)
        {
            foreach (var (i, choice) in question.Choices.Index())
            {
                if (choice.Picture is null) node.Fault(string.Create(CultureInfo.InvariantCulture, $"{at}.choices[{i}].picture"), "field_missing", "Each choice of pictures has one; its text is told to those who do not see it.", choice.Id, "Upload one.");
            }
        }

        if (question.Kind == QuestionKind.Contact)
        {
            if (question.Fields.Count == 0) node.Fault($"{at}.fields", "field_missing", "A contact asks for name, email or phone.", question.Id, "Name what is asked.");
            if (question.Consent is null) node.Fault($"{at}.consent", "field_missing", "A contact says what the respondent agrees to.", question.Id, "Add it.");
        }

        if (question.Kind == QuestionKind.Slider && (question.Max ?? 100) - (question.Min ?? 0) is var width && (width <= 0 || width / (question.Step ?? 1) > 10_000))
            node.Fault($"{at}.max", "scale_invalid", "A slider has 1 to 10,000 steps.", question.Id, "Set min, max and step (0, 100 and 1 where nothing is said).");
        if (question.Kind == QuestionKind.Text && (question.Max is < 1 or > 10_000 || question.Min is < 0)) node.Fault($"{at}.max", "length_invalid", "A text has at most 10,000 characters.", question.Id);
        if (question.TakesSeveral && (question.Min is < 0 || question.Max is < 1 || question.Min > question.Choices.Count + (question.HasOther ? 1 : 0)) && question.Carry is null)
            node.Fault($"{at}.min", "choices_bounds", "As many choices cannot be made.", question.Id, "Lower min, or raise max.");
    }

    private static void CheckChoices(DefinitionNode node, string at, IReadOnlyList<Choice> choices, bool hasOther)
    {
        foreach (var (i, choice) in choices.Index())
        {
            if (choices.Take(i).Any(other => other.Id == choice.Id) || (hasOther && choice.Id == Choice.Other))
                node.Fault(string.Create(CultureInfo.InvariantCulture, $"{at}[{i}].id"), "id_taken", "Another choice has this id.", choice.Id, "Choose another.");
        }
    }

    private static void CheckCondition(DefinitionNode node, string at, SurveyCondition condition, Dictionary<string, Question> before)
    {
        foreach (var answer in condition.Answers)
        {
            if (!before.TryGetValue(answer.Question, out var asked) || asked.Kind == QuestionKind.Message)
            {
                node.Fault(at, "question_not_before", "A condition looks at a question that was asked before: of a page or question on an earlier page, of a jump also on the same.", answer.Question, "Name such a question.");
                continue;
            }

            if (asked.Kind == QuestionKind.Matrix ? answer.Row is null || asked.Rows.All(r => r.Id != answer.Row) : answer.Row is not null)
                node.Fault(at, "row_unknown", "A condition on a matrix names one of its rows, and no other does.", answer.Row ?? answer.Question);
            if ((asked.IsChoice || asked.Kind == QuestionKind.Matrix) && asked.Carry is null && answer.Is is SurveyOperator.OneOf or SurveyOperator.NoneOf && answer.Values.FirstOrDefault(v => asked.Choices.All(c => c.Id != v) && !(asked.HasOther && v == Choice.Other)) is { } unknown)
                node.Fault(at, "choice_unknown", "The question has no such choice.", unknown, $"It has {string.Join(", ", asked.Choices.Select(c => c.Id))}.");
        }
    }

    private static void CheckPipes(DefinitionNode node, string at, SurveyText text, Dictionary<string, Question> before)
    {
        foreach (var (language, words) in text.ByLanguage)
        {
            foreach (var pipe in Piping.In(words))
            {
                if (pipe.IsAnswer && !before.ContainsKey(pipe.Name)) node.Fault($"{at}.{language}", "question_not_before", "A text repeats the answer to a question on an earlier page.", pipe.Name, "Name such a question.");
            }
        }
    }

    private static bool HasTrait(SurveyCondition condition) => condition switch
    {
        SurveyCondition.All all => all.Parts.Any(HasTrait),
        SurveyCondition.Any any => any.Parts.Any(HasTrait),
        SurveyCondition.Not not => HasTrait(not.Part),
        _ => condition is SurveyCondition.OfTrait,
    };
}
