using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Feedback.FollowUps;

/// <summary>What a follow-up is for. The numbers are persisted and may only grow.</summary>
internal enum FollowUpKind
{
    /// <summary>Something went wrong: to be put right.</summary>
    Recover = 0,

    /// <summary>Something went well: to say thank you.</summary>
    Thank = 1,

    /// <summary>She would recommend: to be asked whether she does.</summary>
    Recommend = 2,
}

/// <summary>A range of a score: at most, at least, or both.</summary>
/// <param name="AtMost">The highest that is meant.</param>
/// <param name="AtLeast">The lowest that is meant.</param>
internal sealed record ScoreRange(double? AtMost, double? AtLeast)
{
    /// <summary>Whether an answer is in it.</summary>
    public bool Holds(double answer) => (AtMost is not { } most || answer <= most) && (AtLeast is not { } least || answer >= least);
}

/// <summary>An answer to one question of a survey.</summary>
/// <param name="Question">Id of the question; of a row of a matrix <c>question.row</c>.</param>
/// <param name="Range">The answers that are meant.</param>
internal sealed record AnswerTrigger(PropertyPath Question, ScoreRange Range);

/// <summary>What opens a follow-up: any one of it.</summary>
internal sealed record FollowUpTriggers
{
    /// <summary>Likelihood to recommend, 0 to 10.</summary>
    public ScoreRange? Nps { get; init; }

    /// <summary>Satisfaction, 1 to 5.</summary>
    public ScoreRange? Csat { get; init; }

    /// <summary>Ease, 1 to 7.</summary>
    public ScoreRange? Ces { get; init; }

    /// <summary>An answer to a question; of the surveys of the rule.</summary>
    public AnswerTrigger? Answer { get; init; }

    /// <summary>The sentiment of a text, -1 to 1.</summary>
    public ScoreRange? Sentiment { get; init; }

    /// <summary>What a text wants (complaint, suggestion, request, praise, churn threat), as bits by their place.</summary>
    public byte Intents { get; init; }

    /// <summary>Events.</summary>
    public IReadOnlyList<EventPattern> Events { get; init; } = [];

    /// <summary>Whether anything is meant at all.</summary>
    public bool Any => Nps is not null || Csat is not null || Ces is not null || Answer is not null || Sentiment is not null || Intents != 0 || Events.Count > 0;
}

/// <summary>Who gets a follow-up: by a property's value, else the person, else the next of those with the role, else nobody yet.</summary>
internal sealed record FollowUpOwner
{
    /// <summary>E-mail address of a person.</summary>
    public string? Person { get; init; }

    /// <summary>People with this role take turns.</summary>
    public Role? Role { get; init; }

    /// <summary>A property of the event (<c>store_id</c>), or <c>topic</c> for the topics of its text.</summary>
    public PropertyPath? By { get; init; }

    /// <summary>For its values: e-mail addresses.</summary>
    public IReadOnlyDictionary<string, string> People { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A condition on what her profile says.</summary>
/// <param name="Fact">Name of a trait, or <c>lifecycle</c> and the like, as segments call it.</param>
/// <param name="Values">Any of these.</param>
internal sealed record FactFilter(string Fact, IReadOnlyList<string> Values);

/// <summary>Says what opens a follow-up, whose it is and until when (docs/follow-ups.md). The kind of definition <c>follow-up-rule</c>.</summary>
internal sealed record FollowUpRule
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>What its follow-ups are for.</summary>
    public required FollowUpKind Kind { get; init; }

    /// <summary>Whether it opens any.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>What opens one.</summary>
    public required FollowUpTriggers When { get; init; }

    /// <summary>Of these surveys alone; empty for all.</summary>
    public IReadOnlyList<string> Surveys { get; init; } = [];

    /// <summary>Of customers alone for whom all of this holds.</summary>
    public IReadOnlyList<FactFilter> Customers { get; init; } = [];

    /// <summary>Of customers alone who are in one of these segments when it is opened; none for all.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Of nobody who is in one of these.</summary>
    public IReadOnlyList<string> NotSegments { get; init; } = [];

    /// <summary>A property that tells matters of one customer apart: <c>order_id</c>. Without one all of a kind is one matter.</summary>
    public PropertyPath? Matter { get; init; }

    /// <summary>Who gets it.</summary>
    public FollowUpOwner Owner { get; init; } = new();

    /// <summary>Due after so many hours of service time.</summary>
    public double DueHours { get; init; } = 9;

    /// <summary>The owner is reminded so many hours of service time before; 0 for never.</summary>
    public double RemindHours { get; init; } = 2;

    /// <summary>Who is told when it takes too long: an e-mail address, or everybody with a role; null for nobody.</summary>
    public FollowUpOwner? EscalateTo { get; init; }

    /// <summary>After which share of the time until it is due; 1 is when it is due.</summary>
    public double EscalateAfter { get; init; } = 1;

    /// <summary>After one was closed, for so many days what comes is not opened as another: of <see cref="FollowUpKind.Recover"/> the closed one is opened again, of the others nothing happens.</summary>
    public int AgainDays { get; init; } = 30;

    /// <summary>What happened up to so long before the rule was made counts, too, if it arrives later; in milliseconds.</summary>
    public long LookBack { get; init; }
}
