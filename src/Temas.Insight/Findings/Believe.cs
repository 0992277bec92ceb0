using Temas.Timelines.Findings;

namespace Temas.Insight.Findings;

/// <summary>A candidate that is believed.</summary>
/// <param name="Candidate">What it is.</param>
/// <param name="Q">The share of false ones that is expected among those believed with it.</param>
internal sealed record Believed(Candidate Candidate, double Q);

/// <summary>Decides which candidates are findings, and in which order: pure.</summary>
internal static class Believe
{
    /// <summary>So many of the findings may be expected to be false.</summary>
    public const double MostFalse = 0.05;

    // Of the difference that came after, so much may have been there before, and no more: else they were other people.
    private const double MostBefore = 0.5;

    /// <summary>The findings among candidates, those of clear value first, the most first.</summary>
    public static List<Believed> Of(IReadOnlyList<Candidate> candidates)
    {
        // All that was tried counts, the candidates first.
        var beside = candidates.SelectMany(c => c.Beside.Select(p => (P: p, c.Family))).ToList();
        var q = Normal.Discoveries([.. candidates.Select(c => c.P), .. beside.Select(b => b.P)], [.. candidates.Select(c => c.Family), .. beside.Select(b => b.Family)], MostFalse);
        var believed = candidates.Select((c, i) => new Believed(c, q[i])).Where(b => b.Q <= MostFalse && !WereOthers(b.Candidate)).ToList();
        believed = [.. believed.Where(b => !IsSaidCloser(b, believed))];

        // The data that say that there is something also say how much: what only just came out high enough is said with that much less.
        believed = [.. believed.Select(b => b with { Candidate = b.Candidate.Sobered(b.Q, MostFalse) })];
        return [.. believed.OrderByDescending(b => Rank(b.Candidate)).ThenByDescending(b => Weight(b.Candidate)).ThenBy(b => b.Candidate.Id, StringComparer.Ordinal)];
    }

    /// <summary>
    /// What it is worth as far as that is clear: nothing where the interval holds nothing, unless it is believed for when customers came back, which says that it is worth something; then what it is worth on average is the best that is known.
    /// </summary>
    private static double Rank(Candidate candidate) => candidate.Worth is { } worth && (worth.Low > 0 || candidate.IsOfWorth) ? Math.Max(0, worth.Value) : 0;

    /// <summary>Among those without clear value: how many said how much worse, or better, it was.</summary>
    private static double Weight(Candidate candidate) =>
        candidate.Met.Count * Math.Abs(candidate.Kind == "voice" ? candidate.Hotspot!.Rate - candidate.Hotspot.Elsewhere : candidate.Compared?.Felt is { } felt ? felt.Value : candidate.Compared?.Again.Value ?? 0);

    /// <summary>Those who met it bought differently already before, in the same direction: not what they met, but who they are.</summary>
    private static bool WereOthers(Candidate candidate)
    {
        if (candidate.Hotspot is not null || candidate.Compared is not { Before: { } before } compared) return false;

        // What they said soon after is about what they met, whoever they are.
        if (compared.Felt is { IsClear: true } felt && felt.Value > 0 == candidate.Win) return false;
        var difference = compared.Again.Value;
        return before.IsClear && Math.Sign(before.Value) == Math.Sign(difference) && Math.Abs(before.Value) > MostBefore * Math.Abs(difference);
    }

    /// <summary>The same at the same place in a part of the process that is named more closely.</summary>
    private static bool IsSaidCloser(Believed one, List<Believed> all)
    {
        var c = one.Candidate;
        if (c.Kind == "loyalty") return all.Exists(o => o.Candidate.Kind == "recovery" && o.Candidate.Place == c.Place);
        return c is { Kind: "step", Place: "checkout" or "cart" } && all.Exists(o => o.Candidate is { Kind: "step" } other && other.Place.StartsWith("checkout-step", StringComparison.Ordinal));
    }
}
