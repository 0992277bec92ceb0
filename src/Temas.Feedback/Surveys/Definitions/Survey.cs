namespace Temas.Feedback.Surveys.Definitions;

/// <summary>What customers are asked: definition of kind <c>survey</c> (docs/surveys.md). A version of it never changes; an answer keeps the version that it answered.</summary>
internal sealed record Survey
{
    /// <summary>Its key: <c>after-delivery</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for the people who work with it, and the title of its page.</summary>
    public required SurveyText Title { get; init; }

    /// <summary>Languages that respondents can choose from; the first is the one for everybody else.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>What is asked, a page after the other.</summary>
    public required IReadOnlyList<SurveyPage> Pages { get; init; }

    /// <summary>Nobody can be told from an answer: no identifier, no address, times by the hour.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>No answers are taken any more.</summary>
    public bool IsClosed { get; init; }

    /// <summary>From when on no answers are taken.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>How many completed responses are taken at most; null for any number.</summary>
    public int? Limit { get; init; }

    /// <summary>Groups of respondents of whom only so many are wanted.</summary>
    public IReadOnlyList<Quota> Quotas { get; init; } = [];

    /// <summary>The touchpoint of the catalogue that it asks about.</summary>
    public string? Touchpoint { get; init; }

    /// <summary>What another system calls it that asks it, too: the <c>survey_id</c> of its events <c>Survey Sent</c> and <c>Survey Answered</c>, which are taken as invitations and responses; null for none.</summary>
    public string? ReportedAs { get; init; }

    /// <summary>What the last page says; null for the usual thanks.</summary>
    public SurveyText? Thanks { get; init; }

    /// <summary>What is said where no answers are taken any more; null for the usual words.</summary>
    public SurveyText? ClosedText { get; init; }

    /// <summary>The words of buttons and notes that are not the usual ones, by name (<see cref="SurveyWords"/>).</summary>
    public IReadOnlyDictionary<string, SurveyText> Words { get; init; } = new Dictionary<string, SurveyText>(StringComparer.Ordinal);

    /// <summary>How it looks.</summary>
    public SurveyTheme Theme { get; init; } = new();

    /// <summary>The language for somebody who asks for some, best first.</summary>
    public string LanguageFor(IEnumerable<string?> wanted)
    {
        foreach (var language in wanted.OfType<string>())
        {
            if (Languages.FirstOrDefault(l => string.Equals(l, language, StringComparison.OrdinalIgnoreCase)) is { } same) return same;
            var root = language.Split('-', '_')[0];
            if (Languages.FirstOrDefault(l => string.Equals(l.Split('-')[0], root, StringComparison.OrdinalIgnoreCase)) is { } near) return near;
        }

        return Languages[0];
    }

    /// <summary>All questions, in the order of the document.</summary>
    public IEnumerable<Question> Questions => Pages.SelectMany(p => p.Questions);

    /// <summary>The question with an id.</summary>
    public Question? Find(string id) => Questions.FirstOrDefault(q => q.Id == id);

    /// <summary>The question whose answer is the score of a response: the first that asks for one.</summary>
    public Question? ScoreQuestion => Questions.FirstOrDefault(q => q.Kind is QuestionKind.Nps or QuestionKind.Csat or QuestionKind.Ces);

    /// <summary>The question whose answer is the comment of a response: the first open one.</summary>
    public Question? CommentQuestion => Questions.FirstOrDefault(q => q.Kind == QuestionKind.Text);
}

/// <summary>What is asked at once.</summary>
internal sealed record SurveyPage
{
    /// <summary>Its name within the survey.</summary>
    public required string Id { get; init; }

    /// <summary>Its heading.</summary>
    public SurveyText? Title { get; init; }

    /// <summary>Who sees it; null for everybody.</summary>
    public SurveyCondition? ShowIf { get; init; }

    /// <summary>Its questions come in an order by chance, the same for a respondent each time.</summary>
    public bool IsShuffled { get; init; }

    /// <summary>What is asked.</summary>
    public required IReadOnlyList<Question> Questions { get; init; }

    /// <summary>Where to go from here; the first whose condition holds counts. Without one: the next page.</summary>
    public IReadOnlyList<Jump> Jumps { get; init; } = [];
}

/// <summary>A way from a page.</summary>
/// <param name="When">When it is taken; null for always.</param>
/// <param name="To">Id of a later page, or <see cref="End"/>.</param>
internal sealed record Jump(SurveyCondition? When, string To)
{
    /// <summary>The end of the survey.</summary>
    public const string End = "end";
}

/// <summary>A group of respondents of whom only so many are wanted.</summary>
/// <param name="Key">Its name within the survey.</param>
/// <param name="When">Who is in the group.</param>
/// <param name="Limit">How many completed responses of it are taken.</param>
internal sealed record Quota(string Key, SurveyCondition When, int Limit);

/// <summary>How a survey looks.</summary>
internal sealed record SurveyTheme
{
    /// <summary>The logo above it.</summary>
    public SurveyPicture? Logo { get; init; }

    /// <summary>Name of the brand, told to those who do not see the logo.</summary>
    public string? Brand { get; init; }

    /// <summary>Colour of buttons and marks, <c>#rrggbb</c>.</summary>
    public string Accent { get; init; } = "#3b4ba8";

    /// <summary>Colour of the ground.</summary>
    public string Ground { get; init; } = "#ffffff";

    /// <summary>Colour of the text.</summary>
    public string Ink { get; init; } = "#1b1d2b";
}

/// <summary>A picture that is part of a survey.</summary>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c>, <c>image/webp</c> or <c>image/gif</c>.</param>
/// <param name="Bytes">The file.</param>
internal sealed record SurveyPicture(string MediaType, ReadOnlyMemory<byte> Bytes);

/// <summary>Names of the words on the respondent's page that a survey can replace, for languages other than Turkish and English or another tone.</summary>
internal static class SurveyWords
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "next", "back", "finish", "progress", "required", "optional", "other", "choose", "name", "email", "phone", "thanks", "closed", "full", "faults", "fault_required", "fault_number", "fault_length", "fault_choices", "fault_date", "fault_email", "fault_phone",
        "fault_consent", "fault_contact", "fault_rank", "fault_rows", "fault_other", "rank_hint", "answered", "language",
    ];
}
