using Temas.Timelines.Findings;

namespace Temas.Insight.Findings;

/// <summary>A candidate that is believed.</summary>
/// <param name="Candidate">What it is.</param>
/// <param name="Q">The share of false ones that is expected among those believed with it.</param>
internal sealed record Believed(Candidate Candidate, double Q);

/// <summary>Decides which candidates are findings, and in which order: pure.</summary>
internal static class Believe
{
    /// <summary>So many of the findings may be expected to be false, at most: where little is known.</summary>
    public const double MostFalse = 0.05;

    // Of so many orders it was known what came after where that was found to be the right level.
    private const double Usual = 15_000;

    // Of the difference that came after, so much may have been there before, and no more: else they were other people.
    private const double MostBefore = 0.5;

    /// <summary>
    /// How many of the findings may be expected to be false, given how much is known: what is as small as before lies the further from nothing the more is known, in standard errors by the root of it, and so does the threshold that is as likely to
    /// miss it as to be passed by nothing (Mudge and others 2012). A fixed level would in the end tell of whatever was not quite held equal. <paramref name="orders"/>: of how many orders it was looked what came after.
    /// </summary>
    public static double LevelOf(int orders) => Math.Min(MostFalse, Normal.Below(-Normal.Above(MostFalse) * Math.Sqrt(orders / Usual)));

    /// <summary>The findings among candidates, those of clear value first, the most first; of which so many may be false.</summary>
    public static List<Believed> Of(IReadOnlyList<Candidate> candidates, double mostFalse = MostFalse)
    {
        // All that was tried counts, the candidates first.
        var beside = candidates.SelectMany(c => c.Beside.Select(p => (P: p, c.Family))).ToList();
        var q = Normal.Discoveries([.. candidates.Select(c => c.P), .. beside.Select(b => b.P)], [.. candidates.Select(c => c.Family), .. beside.Select(b => b.Family)], mostFalse);
        var believed = candidates.Select((c, i) => new Believed(c, q[i])).Where(b => b.Q <= mostFalse && !WereOthers(b.Candidate)).ToList();
        believed = [.. believed.Where(b => !IsSaidCloser(b, believed))];

        // The data that say that there is something also say how much: what only just came out high enough is said with that much less.
        believed = [.. believed.Select(b => b with { Candidate = b.Candidate.Sobered(b.Q, mostFalse) })];
        return [.. believed.OrderByDescending(b => Rank(b.Candidate)).ThenByDescending(b => Weight(b.Candidate)).ThenBy(b => b.Candidate.Id, StringComparer.Ordinal)];
    }

    /// <summary>
    /// What it is worth as far as that is clear: nothing where the interval holds nothing, unless it is believed for when customers came back, which says that it is worth something; then what it is worth on average is the best that is known.
    /// </summary>
    private static double Rank(Candidate candidate) => candidate.Worth is { } worth && (worth.Low > 0 || candidate.IsOfWorth) ? Math.Max(0, worth.Value) : 0;

    /// <summary>Among those without clear value: how many said how much worse, or better, it was.</summary>
    private static double Weight(Candidate candidate) =>
        candidate.Met.Count * Math.Abs(candidate.Kind == "voice" ? candidate.Hotspot!.Rate - candidate.Hotspot.Elsewhere : candidate.Compared?.Felt is { } felt ? felt.Value : candidate.Compared?.Again.Value ?? 0);

    /// <summary>
    /// Those who met it bought differently already before (a negative control, Lipsitch and others 2010): in the same direction it is not what they met but who they are, and in the other they come to be again as others are whatever they meet.
    /// </summary>
    private static bool WereOthers(Candidate candidate)
    {
        if (candidate.Hotspot is not null || candidate.Compared is not { Before: { } before } compared) return false;

        // What they said soon after is about what they met, whoever they are.
        if (compared.Felt is { IsClear: true } felt && felt.Value > 0 == candidate.Win) return false;
        var difference = compared.Again.Value;

        // Of whom nothing is held equal that she did, nobody knows who they are.
        if (compared.Level == History.Levels.Count - 1) return true;
        return before.IsClear && Math.Abs(before.Value) > MostBefore * Math.Abs(difference);
    }

    /// <summary>The same at the same place in a part of the process that is named more closely.</summary>
    private static bool IsSaidCloser(Believed one, List<Believed> all)
    {
        var c = one.Candidate;
        if (c.Kind == "loyalty") return all.Exists(o => o.Candidate.Kind == "recovery" && o.Candidate.Place == c.Place);
        return c is { Kind: "step", Place: "checkout" or "cart" } && all.Exists(o => o.Candidate is { Kind: "step" } other && other.Place.StartsWith("checkout-step", StringComparison.Ordinal));
    }
}
