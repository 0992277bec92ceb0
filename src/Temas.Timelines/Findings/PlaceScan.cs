using System.Runtime.InteropServices;

namespace Temas.Timelines.Findings;

/// <summary>A place: the value of a property, or of two; none for everywhere.</summary>
/// <param name="First">Number of the first dimension; -1 for none.</param>
/// <param name="FirstValue">Its value.</param>
/// <param name="Second">Number of the second dimension; -1 for none.</param>
/// <param name="SecondValue">Its value.</param>
public readonly record struct Place(int First, int FirstValue, int Second, int SecondValue)
{
    /// <summary>Everywhere.</summary>
    public static Place Everywhere { get; } = new(-1, -1, -1, -1);

    /// <summary>Whether a unit is there.</summary>
    public bool Holds(UnitTable table, int unit)
    {
        var at = unit * table.Dimensions.Length;
        return (First < 0 || table.Codes[at + First] == FirstValue) && (Second < 0 || table.Codes[at + Second] == SecondValue);
    }
}

/// <summary>A place, and perhaps a time, at which something happens more often, or is said to be better or worse, than elsewhere.</summary>
/// <param name="Place">Where.</param>
/// <param name="Since">From when on, in milliseconds since 1970 UTC.</param>
/// <param name="Until">Up to when: the greatest number where it goes on.</param>
/// <param name="Count">Units there.</param>
/// <param name="Met">Of them met.</param>
/// <param name="Rate">Share there; of figures the mean.</param>
/// <param name="Elsewhere">Share, or mean, elsewhere and before.</param>
/// <param name="P">How probable as much would be by chance, with all places and times that were tried.</param>
public sealed record Hotspot(Place Place, long Since, long Until, int Count, int Met, double Rate, double Elsewhere, double P)
{
    /// <summary>So many more were met than elsewhere.</summary>
    public double Excess => Met - (Count * Elsewhere);
}

/// <summary>
/// Searches places and times for the one in which a share is most clearly above what it is elsewhere (a scan statistic, Kulldorff 1997): the narrowest that explains it has the greatest likelihood. What was found is taken out, and the rest
/// is searched again. What happens to one customer many times is no news many times: likelihoods are divided by the design effect of customers (Rao and Scott 1992), and too few different ones are no place.
/// </summary>
public static class PlaceScan
{
    private const int Least = 40, LeastSaid = 20, LeastMet = 15, Most = 4, Thorough = 40;

    // Before something can have begun, or ended, it must have been known for so many weeks how it was: the first of a log are not as others, since what takes long is missing among what ended then.
    private const int LeastWeeksBefore = 4;
    private const long Week = 7 * JourneyPlan.Day;
    private const double Times = 1.3, More = 0.02, Unlikely = 0.05, LeastOther = 0.08;

    /// <summary>Where, and since when, it happens more often. The last of them may be by chance: it is what is left when the clear ones are taken out, so that how much was tried is known.</summary>
    public static IReadOnlyList<Hotspot> Rates(UnitTable table, long end, double atMost)
    {
        var (found, left) = (new List<Hotspot>(), new PlaceCounts(table, end));
        while (found.Count < Most && Best(table, left, end) is { } best && best.P <= atMost)
        {
            found.Add(best);
            if (best.P > Unlikely) break;
            for (var i = 0; i < table.Count; i++)
            {
                var time = table.Units[i].Time;

                // It began, or ended, on some day of the week at whose end it is said to have: that week is no finding of its own.
                if (time >= Earlier(best.Since) && time < Later(best.Until) && best.Place.Holds(table, i)) left.Take(i);
            }
        }

        return found;

        static long Earlier(long time) => time == long.MinValue ? time : time - Week;
        static long Later(long time) => time == long.MaxValue ? time : time + Week;
    }

    /// <summary>Where something that customers said (<see cref="Unit.Marks"/>, less a hundred, in hundredths) is higher or lower than elsewhere: all places that were tried, the likeliest first, each with how probable it would be by chance if it was the only one.</summary>
    public static IReadOnlyList<Hotspot> Means(UnitTable table)
    {
        // What was asked is no place: each question is held against its own mean.
        var asked = table.Dimensions.Select(name => name.StartsWith("survey", StringComparison.Ordinal) || name is "question" or "scale").ToArray();
        var saids = Residuals(table, asked);
        var (all, sum, squares) = (table.Count, saids.Sum(), saids.Sum(s => s * s));
        // Few who all said the same vary by chance as little as that: were it no place of its own, they would as all do.
        var usual = Math.Max(1e-9, (squares / Math.Max(1, all)) - (sum / Math.Max(1, all) * (sum / Math.Max(1, all))));
        var places = new List<(Place Place, int Count, double Inside, double Outside, double P)>();
        for (var d = 0; d < table.Dimensions.Length; d++)
        {
            if (asked[d]) continue;
            var (counts, sums, squared) = (new int[table.Values[d].Count], new double[table.Values[d].Count], new double[table.Values[d].Count]);
            for (var i = 0; i < all; i++)
            {
                var code = table.Codes[(i * table.Dimensions.Length) + d];
                if (code < 0) continue;
                var said = saids[i];
                (counts[code], sums[code], squared[code]) = (counts[code] + 1, sums[code] + said, squared[code] + (said * said));
            }

            for (var v = 0; v < counts.Length; v++)
            {
                var (n, m) = (counts[v], all - counts[v]);
                if (n < LeastSaid || m < Least) continue;
                var (inside, outside) = (sums[v] / n, (sum - sums[v]) / m);
                var spread = Math.Sqrt((Math.Max(usual, (squared[v] / n) - (inside * inside)) / (n - 1)) + Math.Max(1e-9, (((squares - squared[v]) / m) - (outside * outside)) / (m - 1)));
                places.Add((new Place(d, v, -1, -1), n, inside, outside, Normal.TwoSided((inside - outside) / spread, n - 1)));
            }
        }

        // Two properties that tell the same place apart, such as a store's number and its name, are one and tried once; and what too few spoke of was not tried.
        // Neither are two values of which one is where the other is not: they mirror each other, and the smaller is named.
        var different = places.OrderBy(p => p.Count).ThenBy(p => p.Place.First).DistinctBy(p => (Math.Min(p.Count, all - p.Count), Math.Round(Math.Min(p.Inside, p.Outside), 6), Math.Round(Math.Max(p.Inside, p.Outside), 6))).OrderBy(p => p.P).ToList();
        return
        [
            .. different.Select(p => new Hotspot(
                p.Place, long.MinValue, long.MaxValue, p.Count, p.Count, p.Inside, p.Outside,
                Math.Abs(p.Inside - p.Outside) < LeastOther ? 1 : p.P < Unlikely ? Math.Max(p.P, ByCustomer(table, saids, usual, p.Place, p.Inside, p.Outside)) : p.P)).OrderBy(h => h.P),
        ];
    }

    /// <summary>How probable a difference of means would be by chance if what one customer says counts once, however often she says it.</summary>
    private static double ByCustomer(UnitTable table, double[] saids, double usual, Place place, double inside, double outside)
    {
        var (here, there, single, n, m) = (new Dictionary<int, double>(), new Dictionary<int, double>(), (Here: 0.0, There: 0.0), 0, 0);
        for (var i = 0; i < saids.Length; i++)
        {
            var holds = place.Holds(table, i);
            var off = saids[i] - (holds ? inside : outside);
            CollectionsMarshal.GetValueRefOrAddDefault(holds ? here : there, table.Units[i].Customer, out _) += off;
            if (holds) (n, single.Here) = (n + 1, single.Here + (off * off));
            else (m, single.There) = (m + 1, single.There + (off * off));
        }

        if (here.Count < LeastSaid) return 1;
        var spread = (Math.Max(usual * n, Math.Max(single.Here, here.Values.Sum(s => s * s))) / n / Math.Max(1, here.Count - 1.0) * here.Count / n) + (Math.Max(single.There, there.Values.Sum(s => s * s)) / m / m);
        return Normal.TwoSided((inside - outside) / Math.Sqrt(Math.Max(1e-12, spread)), here.Count - 1);
    }

    private static double[] Residuals(UnitTable table, bool[] asked)
    {
        var (said, group, of) = (new double[table.Count], new int[table.Count], new Dictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < said.Length; i++)
        {
            var at = i;
            said[i] = ((int)table.Units[i].Marks - 100) / 100.0;
            var key = string.Join(',', asked.Index().Where(a => a.Item).Select(a => table.Codes[(at * asked.Length) + a.Index]));
            if (!of.TryGetValue(key, out group[i])) of.Add(key, group[i] = of.Count);
        }

        var (counts, sums) = (new int[of.Count], new double[of.Count]);
        for (var i = 0; i < said.Length; i++) (counts[group[i]], sums[group[i]]) = (counts[group[i]] + 1, sums[group[i]] + said[i]);
        var mean = said.Length == 0 ? 0 : said.Average();
        for (var i = 0; i < said.Length; i++) said[i] += mean - (sums[group[i]] / counts[group[i]]);
        return said;
    }

    private static Hotspot? Best(UnitTable table, PlaceCounts left, long end)
    {
        var (n, c) = (left.All, left.Met);
        if (n < 2 * Least || c < LeastMet) return null;
        var places = Places(table, left, n, c, out var tried);
        var (histories, likeliest) = (left.Histories(places), new List<Candidate>());
        foreach (var (at, place) in places.Index())
        {
            var (all, met) = histories[at];
            Candidate? there = null;
            foreach (var candidate in InTime(place, all, met, end, n, c))
            {
                if (there is null || candidate.Likelihood > there.Likelihood + 1e-9) there = candidate;
            }

            if (there is not null) likeliest.Add(there);
        }

        // The likeliest once customers count as what they are: none that is less likely before can be likelier after.
        Candidate? best = null;
        foreach (var candidate in likeliest.Index().OrderByDescending(l => l.Item.Likelihood).ThenBy(l => l.Index).Select(l => l.Item))
        {
            if (best is not null && candidate.Likelihood <= best.Likelihood + 1e-9) break;
            var likelihood = candidate.Likelihood / DesignEffect(table, left, candidate, n, c);
            if (likelihood > 0 && (best is null || likelihood > best.Likelihood + 1e-9)) best = candidate with { Likelihood = likelihood };
        }

        if (best is null) return null;
        var elsewhere = (double)(c - best.Met) / (n - best.Count);
        return new Hotspot(best.Place, best.Since, best.Until, best.Count, best.Met, (double)best.Met / best.Count, elsewhere, Math.Min(1, Normal.TwoSided(Math.Sqrt(2 * best.Likelihood)) / 2 * tried * PlaceCounts.Weeks / 4));
    }

    /// <summary>By how much the number of those who met it there varies more than if each unit was somebody else's; without end where too few different customers did.</summary>
    private static double DesignEffect(UnitTable table, PlaceCounts left, Candidate place, int n, int c)
    {
        var (elsewhere, sums, single) = ((double)(c - place.Met) / (n - place.Count), new Dictionary<int, (double Off, bool Met)>(), 0.0);
        for (var i = 0; i < table.Count; i++)
        {
            ref readonly var unit = ref table.Units[i];
            if (!left.IsLeft(i) || unit.Time < place.Since || unit.Time >= place.Until || !place.Place.Holds(table, i)) continue;
            var off = (unit.Met ? 1 : 0) - elsewhere;
            ref var hers = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, unit.Customer, out _);
            hers = (hers.Off + off, hers.Met || unit.Met);
            single += off * off;
        }

        return sums.Values.Count(s => s.Met) < LeastMet ? double.PositiveInfinity : Math.Max(1, sums.Values.Sum(s => s.Off * s.Off) / Math.Max(1e-12, single));
    }

    /// <summary>The places worth a closer look: everywhere, all single values, and of pairs the likeliest.</summary>
    private static List<Place> Places(UnitTable table, PlaceCounts left, int n, int c, out int tried)
    {
        var (width, found) = (table.Dimensions.Length, new List<Place> { Place.Everywhere });
        tried = 1;
        for (var d = 0; d < width; d++)
        {
            for (var v = 0; v < table.Values[d].Count; v++) found.Add(new Place(d, v, -1, -1));
            tried += table.Values[d].Count;
        }

        var pairs = new List<(Place, double)>();
        foreach (var (place, all, met) in left.Pairs())
        {
            if (all < Least) continue;
            tried++;
            if (met >= LeastMet) pairs.Add((place, Likelihood(all, met, n, c)));
        }

        found.AddRange(pairs.OrderByDescending(p => p.Item2).Take(Thorough).Select(p => p.Item1));
        return found;
    }

    /// <summary>A place at all times, since each week, and up to each week.</summary>
    private static IEnumerable<Candidate> InTime(Place place, int[] all, int[] met, long end, int n, int c)
    {
        var (count, hits) = (0, 0);
        var (total, totalMet) = (all.Sum(), met.Sum());
        var last = Array.FindLastIndex(all, a => a > 0);
        for (var week = 0; week <= last; week++)
        {
            (count, hits) = (count + all[week], hits + met[week]);
            var isWhole = week == last;
            if (isWhole && place == Place.Everywhere) yield break;

            // So far back it began: with less before it than could show a difference it was always so.
            if (!isWhole && (count < Least || total - count < Least || last - week < LeastWeeksBefore)) continue;
            if (Judge(place, isWhole ? long.MinValue : end - ((week + 1) * Week), long.MaxValue, count, hits, n, c) is { } since) yield return since;
            if (!isWhole && Judge(place, long.MinValue, end - ((week + 1) * Week), total - count, totalMet - hits, n, c) is { } until) yield return until;
        }
    }

    private static Candidate? Judge(Place place, long since, long until, int count, int met, int n, int c)
    {
        if (count < Least || met < LeastMet || n - count < Least) return null;
        var (rate, elsewhere) = ((double)met / count, (double)(c - met) / (n - count));
        return rate < (elsewhere * Times) || rate - elsewhere < More ? null : new Candidate(place, since, until, count, met, Likelihood(count, met, n, c));
    }

    /// <summary>How much likelier it is that the share is another here than elsewhere, as a logarithm.</summary>
    private static double Likelihood(int count, int met, int n, int c)
    {
        var (rate, elsewhere) = ((double)met / count, (double)(c - met) / Math.Max(1, n - count));
        if (rate <= elsewhere) return 0;
        return Of(met, count) + Of(c - met, n - count) - Of(c, n);

        static double Of(int hits, int all) => hits == 0 || hits == all ? 0 : (hits * Math.Log((double)hits / all)) + ((all - hits) * Math.Log((double)(all - hits) / all));
    }

    private sealed record Candidate(Place Place, long Since, long Until, int Count, int Met, double Likelihood);
}
