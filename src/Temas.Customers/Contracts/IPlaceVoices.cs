using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Customers.Contracts;

/// <summary>What was said somewhere, and what is being done because of it.</summary>
/// <param name="Said">How many texts there are in the period.</param>
/// <param name="Quotes">Some of them, with personal data masked: the one taken worst and the one taken best of the newest.</param>
/// <param name="Open">Follow-ups that are open because of something that happened there, whenever that was.</param>
/// <param name="Late">How many of those should be done by now.</param>
public sealed record PlaceVoices(int Said, IReadOnlyList<PlaceQuote> Quotes, int Open, int Late)
{
    /// <summary>Nothing said, nothing open.</summary>
    public static PlaceVoices None { get; } = new(0, [], 0, 0);
}

/// <summary>Something a customer wrote.</summary>
/// <param name="Text">The words, personal data masked.</param>
/// <param name="Sentiment">From -1 to 1; null where it could not be told.</param>
/// <param name="At">When.</param>
/// <param name="Touchpoint">Key of the touchpoint.</param>
/// <param name="Customer">Who; null where the event names nobody.</param>
public sealed record PlaceQuote(string Text, double? Sentiment, DateTimeOffset At, string Touchpoint, CustomerLink? Customer);

/// <summary>Listens at touchpoints. A part of the workspace, where a module brings it.</summary>
public interface IPlaceVoices
{
    /// <summary>What was said at some groups of touchpoints in a period of days; of everybody. A problem while what was said is being read in.</summary>
    /// <param name="groups">The groups, by keys of touchpoints.</param>
    /// <param name="from">First day, in the time zone of the workspace.</param>
    /// <param name="to">The day after the last.</param>
    /// <param name="cancel">Stops it.</param>
    Task<Result<PlaceVoices[]>> ReadAsync(IReadOnlyList<IReadOnlyList<string>> groups, DateOnly from, DateOnly to, CancellationToken cancel);
}
