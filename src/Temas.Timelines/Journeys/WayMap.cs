using Temas.Timelines.Queries;

namespace Temas.Timelines.Journeys;

/// <summary>A touchpoint, as ways along a map are read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Stage">Place of its stage on the map, from 0; -1 where the map has it not.</param>
/// <param name="Team">Number of the team that answers for it, from 0; -1 where none is named.</param>
/// <param name="Media">Whose place it is: 0 the brand's own, 1 earned, 2 paid, 3 a partner's.</param>
public sealed record WayPlace(string Key, int Stage, int Team, int Media);

/// <summary>What ways are read along.</summary>
/// <param name="Places">All touchpoints of the catalogue.</param>
/// <param name="Stages">How many stages the map has: at most <see cref="MostStages"/>.</param>
/// <param name="Orders">What counts as an order.</param>
/// <param name="Gap">A pause that is longer ends a way, in milliseconds.</param>
/// <param name="Depth">So many changes of stage are told apart: at most <see cref="MostDepth"/>.</param>
/// <param name="Window">Whoever comes to the next stage later than so many milliseconds did not go on to it.</param>
public sealed record WayMap(IReadOnlyList<WayPlace> Places, int Stages, OrderSelector Orders, long Gap, int Depth, long Window)
{
    /// <summary>The most stages.</summary>
    public const int MostStages = 14;

    /// <summary>The most changes of stage that are told apart: a variant is a number with four bits for each.</summary>
    public const int MostDepth = 12;

    /// <summary>How many kinds of media there are.</summary>
    public const int Media = 4;
}

/// <summary>On which kind of place a way was gone.</summary>
public enum WayMode
{
    /// <summary>Digital touches alone.</summary>
    Digital,

    /// <summary>Physical touches alone.</summary>
    Physical,

    /// <summary>Both.</summary>
    Mixed,
}

/// <summary>The ways that somebody wants to see the customers of; one of its fields is set.</summary>
public sealed record WayPart
{
    /// <summary>Those of a variant.</summary>
    public ulong? Variant { get; init; }

    /// <summary>Those of a mode.</summary>
    public WayMode? Mode { get; init; }

    /// <summary>Those that left the map first between these stages.</summary>
    public (int From, int To)? Left { get; init; }

    /// <summary>First purchases before which there was such a contact.</summary>
    public int? Media { get; init; }

    /// <summary>Customers all of whose ways follow the map.</summary>
    public bool Follows { get; init; }
}

/// <summary>Figures of some ways.</summary>
/// <param name="Ways">How many.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="Bought">On how many of them something was ordered.</param>
/// <param name="Value">What was ordered on one on average.</param>
/// <param name="ValueError">Its standard error; null of fewer than two.</param>
/// <param name="Felt">How they were taken.</param>
/// <param name="Median">Half of them lasted so long, in milliseconds.</param>
/// <param name="Loops">On how many of them somebody went back to an earlier stage.</param>
/// <param name="Steps">Steps from touch to touch.</param>
/// <param name="Switches">Of those, how many led to another channel.</param>
/// <param name="Crossings">How many led to another team.</param>
public sealed record WayFigures(long Ways, long Customers, long Bought, double Value, double? ValueError, FeltFigure Felt, long Median, long Loops, long Steps, long Switches, long Crossings);

/// <summary>How touches were taken, with an error that knows that those of one customer, or way, are no strangers to each other.</summary>
/// <param name="Touches">Of how many it is known.</param>
/// <param name="Groups">Of how many customers, or on how many ways.</param>
/// <param name="Mean">The mean, from -1 to 1; null of none.</param>
/// <param name="Error">Its standard error (of a ratio of sums, linearised); null of fewer than two groups.</param>
public sealed record FeltFigure(long Touches, long Groups, double? Mean, double? Error);

/// <summary>A sequence of stages that customers went through.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Stages">The stages, in their order; the same twice running is one.</param>
/// <param name="GoesOn">Whether it went on beyond what is told apart.</param>
/// <param name="Follows">Whether each change leads to the next stage of the map.</param>
/// <param name="Figures">Its figures.</param>
public sealed record WayVariant(ulong Key, IReadOnlyList<int> Stages, bool GoesOn, bool Follows, WayFigures Figures);

/// <summary>Contacts of one kind of media before a first purchase.</summary>
/// <param name="Buyers">Before how many first purchases there was one at least.</param>
/// <param name="Contacts">How many there were.</param>
/// <param name="First">For how many buyers the first contact was one.</param>
/// <param name="Last">For how many the last one.</param>
public sealed record MediaContacts(long Buyers, long Contacts, long First, long Last);

/// <summary>
/// Who went on from a stage to the next within <see cref="WayMap.Window"/>, as a funnel of the two counts them, and how long that took: from the first touch there within the window to the first at the next stage. It begins anew with the first touch there that comes after one of the stage before it,
/// and once the next was reached: whoever orders again waits for what she ordered last.
/// </summary>
/// <param name="Customers">How many customers were there in the period.</param>
/// <param name="WentOn">How many of them went on, in it or after it.</param>
/// <param name="Times">How often somebody went on.</param>
/// <param name="Median">Half of those times took so long, in milliseconds; 0 where nobody went on.</param>
public sealed record StagePassages(long Customers, long WentOn, long Times, long Median);

/// <summary>What customers really did along a map.</summary>
/// <param name="Whole">All ways.</param>
/// <param name="Stages">How the touches of each stage were taken, customer by customer.</param>
/// <param name="Onward">From each stage to the next; from the last nobody goes on.</param>
/// <param name="Variants">The most frequent variants.</param>
/// <param name="AllVariants">How many there are.</param>
/// <param name="Modes">Digital, physical and mixed ways.</param>
/// <param name="Following">Customers all of whose ways follow the map.</param>
/// <param name="Left">Where ways first left it: from which stage to which, how often.</param>
/// <param name="FirstPurchases">Customers who bought for the first time in the period.</param>
/// <param name="Uncontacted">Those of them without a contact before.</param>
/// <param name="Media">Contacts before, by media.</param>
public sealed record WayAnswer(
    WayFigures Whole, IReadOnlyList<FeltFigure> Stages, IReadOnlyList<StagePassages> Onward, IReadOnlyList<WayVariant> Variants, int AllVariants, IReadOnlyList<WayFigures> Modes, long Following, IReadOnlyList<(int From, int To, long Ways)> Left, long FirstPurchases, long Uncontacted,
    IReadOnlyList<MediaContacts> Media);
