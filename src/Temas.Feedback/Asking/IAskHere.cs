using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking;

/// <summary>Where somebody is, who could be asked there and then.</summary>
/// <param name="Channel"><c>web</c> or <c>app</c>.</param>
/// <param name="Page">Address of the page, without what identifies people.</param>
/// <param name="Customer">Public id of the customer; null for a visitor of whom nothing is known.</param>
/// <param name="Visitor">Anonymous id of the visitor.</param>
/// <param name="Language">Language of the page, if it said one.</param>
internal sealed record AskPlace(string Channel, string Page, string? Customer, string Visitor, string? Language);

/// <summary>A survey to show here.</summary>
/// <param name="Decision">Id of the decision; the response belongs to it.</param>
/// <param name="Survey">Key of the survey.</param>
/// <param name="Form">How: <c>popover</c>, <c>slide_in</c>, <c>tab</c>, <c>inline</c>.</param>
/// <param name="AfterSeconds">How many seconds the page lets pass first.</param>
/// <param name="Target">Selector of the element for <c>inline</c>.</param>
internal sealed record AskOffer(string Decision, string Survey, string Form, int AfterSeconds, string? Target);

/// <summary>Decides, by the same asking rules as everything else, whether somebody who is on a page now is asked there.</summary>
internal interface IAskHere
{
    /// <summary>What to show, or null. Nothing is counted as asked yet: that is what <see cref="ShownAsync"/> says.</summary>
    Task<AskOffer?> DecideAsync(Workspace workspace, AskPlace place, CancellationToken cancel);

    /// <summary>Notes that the offer was shown; false when it was not hers or is no longer open.</summary>
    Task<bool> ShownAsync(Workspace workspace, AskPlace place, string decision, CancellationToken cancel);
}
