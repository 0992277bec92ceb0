using Temas.Collect.Contracts;

namespace Temas.Insight.Contracts;

/// <summary>What became of a finding.</summary>
public enum FindingState
{
    /// <summary>Found; nobody has looked at it.</summary>
    New,

    /// <summary>Somebody has seen it.</summary>
    Acknowledged,

    /// <summary>Somebody works on it.</summary>
    InWork,

    /// <summary>The data says that it is gone.</summary>
    Gone,

    /// <summary>It was gone and is back.</summary>
    Back,
}

/// <summary>A place in the journey that hurts (friction) or went clearly better (a win).</summary>
/// <param name="Id">Its id; the same for the same thing at the same place.</param>
/// <param name="Win">Whether it is a win.</param>
/// <param name="Kind">What kind of friction or win: the detector's name.</param>
/// <param name="Title">What it is and where, in a sentence, in both languages.</param>
/// <param name="Since">First day of what was seen.</param>
/// <param name="Customers">How many customers met it.</param>
/// <param name="Stage">Stage of the journey; null where it has none.</param>
/// <param name="Owner">Who owns the place; empty where nobody does.</param>
/// <param name="Worth">What it costs or brings over the period looked at, in the currency of the workspace.</param>
/// <param name="WorthLow">Lower end of its 95 % interval.</param>
/// <param name="WorthHigh">Upper end.</param>
/// <param name="State">What became of it.</param>
/// <param name="Page">Address of its page.</param>
public sealed record Finding(string Id, bool Win, string Kind, LocalText Title, DateOnly Since, long Customers, string? Stage, string Owner, double Worth, double WorthLow, double WorthHigh, FindingState State, string Page);

/// <summary>What was found in a workspace's journeys; a part of it.</summary>
public interface IFindings
{
    /// <summary>The frictions or the wins that stand, by what they are worth, most first.</summary>
    IReadOnlyList<Finding> Standing(bool wins);

    /// <summary>When they were last looked for; null where never.</summary>
    DateTimeOffset? LookedAt { get; }
}
