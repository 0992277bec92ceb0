using Temas.Timelines.Findings;

namespace Temas.Insight.Findings;

/// <summary>What a detector had to look at in a look, and what came of it: so that silence can be told from nothing to be heard.</summary>
/// <param name="Kind">The detector.</param>
/// <param name="Times">How many times there were at which it might have been met.</param>
/// <param name="Tested">How many suspicions were tested.</param>
/// <param name="Told">How many of them are findings.</param>
internal sealed record DetectorNote(string Kind, long Times, int Tested, int Told)
{
    private const string Mended = "mended";

    /// <summary>All detectors, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["promise", "step", "misfire", "felt", "visit", "repeat", "switch", "promotion", "reminder", "silent", "voice", "recovery", "loyalty", Mended];

    /// <summary>Why it told nothing: <c>none</c>, for nothing of the kind happened; <c>few</c>, for too few met it to be held against others; <c>unmended</c>, for no trouble of a place has ended; <c>chance</c>, for nothing was more than chance makes; null where it told something.</summary>
    public string? Why => Told > 0 ? null : Times == 0 ? "none" : Tested > 0 ? "chance" : Kind == Mended ? "unmended" : "few";

    /// <summary>Of each detector, from what was looked at, suspected and told.</summary>
    public static IReadOnlyList<DetectorNote> Of(IEnumerable<UnitTable> tables, IEnumerable<Candidate> candidates, IEnumerable<FindingDocument> told)
    {
        var times = tables.GroupBy(t => t.Kind, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(t => (long)t.Count), StringComparer.Ordinal);
        var tested = candidates.CountBy(c => c.Kind, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var found = told.CountBy(d => d.Kind, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

        // A place that was mended is one of a promise or of a step.
        return [.. Kinds.Select(k => new DetectorNote(k, k == Mended ? times.GetValueOrDefault("promise") + times.GetValueOrDefault("step") : times.GetValueOrDefault(k), tested.GetValueOrDefault(k), found.GetValueOrDefault(k)))];
    }
}
