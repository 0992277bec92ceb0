using System.Globalization;

namespace Temas.Insight.Dashboards.Live;

/// <summary>How late a tile may be.</summary>
internal enum Lag
{
    /// <summary>As it follows what happens: by a multiple of what it costs to work it out.</summary>
    Followed,

    /// <summary>On a page that is being opened and fetches what changed at once: by some seconds, so that it is there.</summary>
    Opened,
}

/// <summary>Somebody who looks at a tile and may see it late.</summary>
internal sealed class TileLook(Lag lag)
{
    /// <summary>How late.</summary>
    public Lag Lag => lag;

    /// <summary>Whether it was: then the page asks again.</summary>
    public bool IsLate { get; set; }
}

/// <summary>An answer that says of itself how good it is.</summary>
internal interface ILateAnswer
{
    /// <summary>Whether it holds what was known of some customers before they changed.</summary>
    bool IsBehind { get; }

    /// <summary>Whether it is none.</summary>
    bool HasFailed { get; }
}

/// <summary>What the log had of what an answer depends on.</summary>
/// <param name="Of">How many events; for everything that happens the log position.</param>
/// <param name="Moved">How often it changed who is who, where that matters.</param>
/// <param name="Minute">The minute, where that matters.</param>
/// <param name="Erasures">How often something was erased.</param>
/// <param name="Rules">How often a definition changed since the start.</param>
internal readonly record struct TileStamp(long Of, long Moved, long Minute, long Erasures, long Rules)
{
    /// <summary>Whether nothing was erased or defined otherwise in between.</summary>
    public bool IsOfSameRules(TileStamp other) => Erasures == other.Erasures && Rules == other.Rules;

    /// <summary>As pages and streams tell it.</summary>
    public override string ToString() => PageWord.Of(string.Create(CultureInfo.InvariantCulture, $"{Of}.{Moved}.{Minute}.{Erasures}.{Rules}"));
}
