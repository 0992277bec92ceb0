namespace Temas.Timelines.Columns;

/// <summary>What must be remembered of what is known of customers, so that it can be gone on with from a file.</summary>
/// <param name="Rules">A digest of the rules by which it was worked out.</param>
/// <param name="Stale">Those of whom what is known is from before they changed.</param>
/// <param name="ChangesAt">Of whom some facts change of themselves, and when, in milliseconds since 1970 UTC.</param>
public sealed record KnownMark(ulong Rules, IReadOnlyCollection<int> Stale, IReadOnlyCollection<KeyValuePair<int, long>> ChangesAt);

/// <summary>What is known of customers, for a file.</summary>
/// <param name="Mark">By which rules, and how new it is.</param>
/// <param name="Profiles">The facts.</param>
/// <param name="Touches">The different touches, by the rows from 1 on.</param>
internal sealed record KnownCustomers(KnownMark Mark, ProfileTable Profiles, IReadOnlyList<TouchFacts> Touches);
