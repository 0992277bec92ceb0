using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>What somebody wants followed up with some customers.</summary>
/// <param name="Source">What it is wanted for, in a word and an id (<c>finding:5f0c…</c>): of one customer and source one is open at a time.</param>
/// <param name="Title">Why, in a sentence.</param>
/// <param name="Page">Address of the page that says more.</param>
/// <param name="IsRecovery">Whether something went wrong that is to be put right; otherwise to say thank you.</param>
/// <param name="Customers">Public ids of the customers.</param>
/// <param name="Owner">Id of the person who is to do it; null for nobody yet.</param>
/// <param name="DueDays">Due after so many days in which the desk works.</param>
public sealed record FollowUpWish(string Source, LocalText Title, string Page, bool IsRecovery, IReadOnlyList<string> Customers, string? Owner, int DueDays);

/// <summary>What a wish would do, or did.</summary>
/// <param name="Opened">How many are opened.</param>
/// <param name="Had">How many customers have one already because of it, open or closed within the last thirty days; one that was taken back before anybody had begun does not count.</param>
/// <param name="Unknown">How many customers there are not any more.</param>
/// <param name="DueAt">When they are due.</param>
public sealed record FollowUpsWished(int Opened, int Had, int Unknown, DateTimeOffset DueAt)
{
    /// <summary>By what those are known that were opened at once; null where nothing was.</summary>
    public string? Round { get; init; }
}

/// <summary>How those of one source are.</summary>
/// <param name="Open">Not closed.</param>
/// <param name="Untouched">Of them those with which nobody has begun.</param>
/// <param name="Done">Done.</param>
/// <param name="GivenUp">Given up.</param>
public sealed record FollowUpTally(long Open, long Untouched, long Done, long GivenUp);

/// <summary>Opens follow-ups at a person's word, for a module that found out with whom. Registered in DI by the module that keeps follow-ups; who is not registered opens none.</summary>
public interface IFollowUps
{
    /// <summary>What a wish would do now; nothing is written.</summary>
    Task<Result<FollowUpsWished>> WouldAsync(Workspace workspace, FollowUpWish wish, CancellationToken cancel);

    /// <summary>Opens them.</summary>
    Task<Result<FollowUpsWished>> OpenAsync(Workspace workspace, FollowUpWish wish, Actor by, CancellationToken cancel);

    /// <summary>Gives up those of a source with which nobody has begun; how many that were. With <paramref name="round"/> only of those that were opened at once.</summary>
    Task<int> WithdrawAsync(Workspace workspace, string source, string? round, Actor by, CancellationToken cancel);

    /// <summary>How those of a source are.</summary>
    Task<FollowUpTally> TallyAsync(Workspace workspace, string source, CancellationToken cancel);
}
