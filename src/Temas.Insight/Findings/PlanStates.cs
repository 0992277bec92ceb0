using Temas.Insight.Contracts;

namespace Temas.Insight.Findings;

/// <summary>Decides what becomes of findings by what a look gave: pure.</summary>
internal static class PlanStates
{
    /// <summary>The findings as they are to be kept, and what is to be told of them. Those that are not named stay as they were.</summary>
    /// <param name="before">Those that are kept.</param>
    /// <param name="found">Those of this look, in their order.</param>
    /// <param name="at">When it was looked.</param>
    public static (List<KeptFinding> Changed, List<(string Finding, FindingLine Line)> Lines) Of(IReadOnlyCollection<KeptFinding> before, IReadOnlyList<FindingDocument> found, DateTimeOffset at)
    {
        var (changed, lines) = (new List<KeptFinding>(), new List<(string, FindingLine)>());
        var known = before.ToDictionary(b => b.Document.Id, StringComparer.Ordinal);
        foreach (var (rank, document) in found.Index())
        {
            if (!known.Remove(document.Id, out var kept))
            {
                // What is over already when it is first seen is told as that.
                changed.Add(new KeptFinding(document, document.IsQuiet ? FindingState.Gone : FindingState.New, null, at, at, rank));
                lines.Add((document.Id, new FindingLine(at, "system", "found", "")));
                continue;
            }

            var state = (kept.State, document.IsQuiet) switch
            {
                (FindingState.Gone, false) => FindingState.Back,
                (FindingState.Gone, true) => FindingState.Gone,
                (_, true) => FindingState.Gone,
                var (other, _) => other,
            };
            if (state != kept.State) lines.Add((document.Id, new FindingLine(at, "system", state == FindingState.Back ? "back" : "gone", "quiet")));
            changed.Add(kept with { Document = document, State = state, LastAt = at, Rank = rank });
        }

        // What is not found any more in a year's time is gone, too.
        foreach (var kept in known.Values.Where(k => k.State != FindingState.Gone))
        {
            changed.Add(kept with { State = FindingState.Gone });
            lines.Add((kept.Document.Id, new FindingLine(at, "system", "gone", "not_found")));
        }

        return (changed, lines);
    }
}
