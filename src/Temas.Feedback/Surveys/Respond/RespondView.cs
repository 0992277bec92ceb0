using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>All that the respondent's page shows.</summary>
internal sealed record RespondView
{
    /// <summary>Where she stands.</summary>
    public required Respondent Respondent { get; init; }

    /// <summary>Language of the page.</summary>
    public required string Language { get; init; }

    /// <summary>Address of the survey: <c>/s/main/after-delivery</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Address below which its style sheet and pictures are; its own where nothing else is said.</summary>
    public string? Files { get; init; }

    /// <summary>Address of one of them.</summary>
    public string File(string name) => $"{Files ?? Address}/{name}";

    /// <summary>It is shown in a frame of a website, with the script that tells that how high it is.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>The token of the kiosk on which it is shown; null on no kiosk.</summary>
    public string? Kiosk { get; init; }

    /// <summary>The page that is asked; null for the pages that end it.</summary>
    public ShownPage? Page { get; init; }

    /// <summary>What she filled in, where something is wrong with it.</summary>
    public FilledPage? Filled { get; init; }

    /// <summary>An answer that was clicked in a letter: it is chosen on the page, and nothing is kept of it before she sends it.</summary>
    public (string Question, Answer Answer)? Chosen { get; init; }

    /// <summary>It was finished just now.</summary>
    public bool IsJustDone { get; init; }

    /// <summary>Nothing is saved: somebody looks at a draft.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Of a preview: what was filled in on other pages.</summary>
    public IReadOnlyList<(string Name, string Value)> Carried { get; init; } = [];

    /// <summary>When the page is shown, signed; null on a page that is not sent.</summary>
    public string? ShownMark { get; init; }

    /// <summary>She sent too much at once.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>The page is answered by one touch: on a kiosk, where its question is a scale or a choice of one.</summary>
    public bool IsOneTap => Kiosk is not null && Page?.Questions is [.., { HasOther: false, Choices.Count: <= Question.MostAtAGlance, Kind: QuestionKind.Nps or QuestionKind.Csat or QuestionKind.Ces or QuestionKind.Single }];

    /// <summary>The words.</summary>
    public RespondWords Words => new(Respondent.Survey, Language);

    /// <summary>The way through the survey.</summary>
    public SurveyRoute? Route => Respondent.Response is null ? null : Respondent.Route;

    /// <summary>A text of the survey with its places filled.</summary>
    public string Text(SurveyText? text) => text is null || Respondent.Survey is null ? "" : Piping.Fill(text.In(Language), Respondent.Survey, Language, Route?.Counted ?? Answers.None, Respondent.Traits);

    /// <summary>What stands in the fields of a question.</summary>
    public Answer? Given(Question question) => Filled is not null ? Filled.Given.GetValueOrDefault(question.Id) : Chosen?.Question == question.Id ? Chosen.Value.Answer : Respondent.Response?.Answers.GetValueOrDefault(question.Id);

    /// <summary>What is wrong with a question, in words; null for nothing.</summary>
    public string? Fault(Question question) => Filled?.Faults.TryGetValue(question.Id, out var fault) is true ? Words.Of(fault.Fault!, fault.Number) : null;

    /// <summary>Address of the page in another language.</summary>
    public string In(string language) => Link(("lang", language), ("p", Page?.Page.Id), (Asking.Invites.FirstQuestion.Field, Chosen?.Answer.Value));

    /// <summary>Address of the survey for this respondent.</summary>
    public string Link(params (string Name, string? Value)[] more) =>
        Temas.Ui.TemasUrls.With(Address, [(Respondent.Brought.Field, Respondent.Brought.Token), .. more]);
}
