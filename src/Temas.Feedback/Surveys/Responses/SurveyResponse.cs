using Temas.Feedback.Surveys.Logic;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>How far a response is. The numbers are persisted and may only grow.</summary>
internal enum ResponseState
{
    /// <summary>Begun; what was answered so far is kept.</summary>
    Partial = 0,

    /// <summary>Finished.</summary>
    Complete = 1,

    /// <summary>Belongs to a group of whom enough have answered.</summary>
    ScreenedOut = 2,
}

/// <summary>What somebody answered to a survey, as far as she got.</summary>
internal sealed record SurveyResponse
{
    /// <summary>Its id: of a personal link that of the link, so that there is one response to it; otherwise by chance.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the survey.</summary>
    public required string Survey { get; init; }

    /// <summary>The version of the survey that is answered.</summary>
    public required int Version { get; init; }

    /// <summary>How far it is.</summary>
    public ResponseState State { get; init; }

    /// <summary>Who answers, as <c>kind:value</c> of an identifier; null for somebody unknown and in anonymous surveys.</summary>
    public string? Customer { get; init; }

    /// <summary>Language in which it is answered.</summary>
    public required string Language { get; init; }

    /// <summary>How it reached the respondent: <c>web</c>, <c>email</c>, <c>sms</c>, <c>store</c> …</summary>
    public required string Channel { get; init; }

    /// <summary>Id of the page that is shown next.</summary>
    public string? Page { get; init; }

    /// <summary>Everything answered, also what does not count at the moment.</summary>
    public IReadOnlyDictionary<string, Answer> Answers { get; init => field = value ?? Logic.Answers.None; } = Logic.Answers.None;

    /// <summary>What the personal link says that it is about: <c>order_id</c> and the like.</summary>
    public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Who entered it for her, on the phone or by the API; null where she answered herself.</summary>
    public string? EnteredBy { get; init; }

    /// <summary>The score, of a survey that asks for one and where it was answered.</summary>
    public double? Score { get; init; }

    /// <summary>When it was begun; of an anonymous survey the hour.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last changed; of an anonymous survey the hour.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>When it was finished; of an anonymous survey the hour.</summary>
    public DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>How many responses a survey has.</summary>
/// <param name="Partial">Begun and not finished.</param>
/// <param name="Complete">Finished.</param>
/// <param name="ScreenedOut">Of whom enough had answered.</param>
/// <param name="Mean">Mean of the scores; null where there is none.</param>
/// <param name="Latest">When one was last finished.</param>
internal sealed record ResponseCount(long Partial, long Complete, long ScreenedOut, double? Mean, DateTimeOffset? Latest)
{
    /// <summary>Nobody has answered.</summary>
    public static ResponseCount None { get; } = new(0, 0, 0, null, null);

    /// <summary>All that were begun.</summary>
    public long Begun => Partial + Complete + ScreenedOut;
}

/// <summary>Which responses are wanted.</summary>
/// <param name="State">How far they are; null for any.</param>
/// <param name="Language">In which language; null for any.</param>
/// <param name="Least">Least score; null for any.</param>
/// <param name="Most">Largest score; null for any.</param>
/// <param name="Tag">With this tag; null for any.</param>
/// <param name="Doubtful">Whether the way they were answered is doubtful; null for any.</param>
internal sealed record ResponseFilter(ResponseState? State = null, string? Language = null, double? Least = null, double? Most = null, string? Tag = null, bool? Doubtful = null);
