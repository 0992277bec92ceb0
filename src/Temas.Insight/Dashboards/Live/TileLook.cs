using System.Globalization;

namespace Temas.Insight.Dashboards.Live;

/// <summary>How late a tile may be.</summary>
internal enum Lag
{
    /// <summary>As a board follows what happens: by a multiple of what it costs to work it out.</summary>
    Followed,

    /// <summary>On a page that is being opened, or fetches what its stream says is there: by some seconds, so that nothing is waited for.</summary>
    Opened,
}

/// <summary>Somebody who looks at a tile and may see it late.</summary>
internal sealed class TileLook(Lag lag)
{
    private long answers, due = long.MaxValue;

    /// <summary>How late.</summary>
    public Lag Lag => lag;

    /// <summary>Whether it was: then there is more to come.</summary>
    public bool IsLate { get; set; }

    /// <summary>Which answers it was given: another number as soon as one of them was worked out anew; 0 for none.</summary>
    public long Answers => Interlocked.Read(ref answers);

    /// <summary>When the first of those that were late may be worked out again, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>; at once where none was.</summary>
    public long Due => Interlocked.Read(ref due) is var first && first == long.MaxValue ? 0 : first;

    /// <summary>It was given an answer that was begun then.</summary>
    public void Take(long begun) => Interlocked.Add(ref answers, begun);

    /// <summary>What it was given is late, and may be worked out again then.</summary>
    public void TakeLate(long again)
    {
        IsLate = true;
        long first;
        while (again < (first = Interlocked.Read(ref due)) && Interlocked.CompareExchange(ref due, again, first) != first) { }
    }
}

/// <summary>An answer that says of itself how good it is.</summary>
internal interface ILateAnswer
{
    /// <summary>Whether it holds what was known of some customers before they changed.</summary>
    bool IsBehind { get; }

    /// <summary>Whether it is none.</summary>
    bool HasFailed { get; }

    /// <summary>Whether it is kept only until each of its parts is kept by itself, with its share of what all took.</summary>
    bool IsTakenApart => false;
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
