namespace Temas.Feedback.FollowUps;

/// <summary>A follow-up as it is after a change, with what the change adds.</summary>
/// <param name="FollowUp">As it is now.</param>
/// <param name="Lines">What is new in its story.</param>
internal sealed record FollowUpChange(FollowUp FollowUp, IReadOnlyList<FollowUpLine> Lines)
{
    /// <summary>What opened it or was added to it.</summary>
    public IReadOnlyList<FollowUpReason> Added { get; init; } = [];

    /// <summary>What other modules are told: the kind of the module event.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Messages for the customer's timeline, by message id.</summary>
    public IReadOnlyList<(string Id, string Message)> Telling { get; init; } = [];
}
