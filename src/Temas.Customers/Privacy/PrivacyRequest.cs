namespace Temas.Customers.Privacy;

/// <summary>
/// What somebody asked for who has a right to it: a copy of what is kept about her, or to be erased (KVKK art. 11, GDPR art. 15 and 17). Kept so that nothing is forgotten; it names a customer by her public id alone,
/// and after an erasure by nothing but the number of the proof.
/// </summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind"><c>export</c> or <c>erase</c>.</param>
/// <param name="Customer">Public id of the customer; null when nothing is held about who asked, and after an erasure.</param>
/// <param name="Received">The day on which it came in.</param>
/// <param name="Due">The day by which it is to be answered.</param>
/// <param name="IsOpen">Whether it is still to be answered.</param>
/// <param name="Outcome">How it was answered: <c>exported</c>, <c>erased</c>, <c>nothing_held</c>, <c>refused</c>; null while it is open.</param>
/// <param name="Proof">Number of the proof of erasure.</param>
/// <param name="OpenedAt">When it was written down.</param>
/// <param name="OpenedBy">By whom.</param>
/// <param name="ClosedAt">When it was answered.</param>
/// <param name="ClosedBy">By whom.</param>
public sealed record PrivacyRequest(
    string Id, string Kind, string? Customer, DateOnly Received, DateOnly Due, bool IsOpen, string? Outcome, string? Proof, DateTimeOffset OpenedAt, string OpenedBy, DateTimeOffset? ClosedAt, string? ClosedBy);

/// <summary>The requests of a workspace, those to be answered first.</summary>
/// <param name="Requests">The requests.</param>
public sealed record PrivacyRequestList(IReadOnlyList<PrivacyRequest> Requests);
